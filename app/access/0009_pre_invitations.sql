-- Which link stands for which invitation. Small, looked up before the organization is known; its tokens are hashes
-- only. Whether an invitation is still open is decided by the log: a row outlives it until it is swept.
CREATE TABLE invitation_token (
    token_hash    bytea       PRIMARY KEY CHECK (octet_length(token_hash) = 32),
    org_id        uuid        NOT NULL,
    invitation_id uuid        NOT NULL,
    expires_at    timestamptz NOT NULL
);

CREATE INDEX invitation_token_expires ON invitation_token (expires_at);
