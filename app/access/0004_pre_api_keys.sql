-- Which key acts for whom. Small, looked up before the organization is known; its secrets are hashes only.
CREATE TABLE api_key (
    key_hash bytea PRIMARY KEY CHECK (octet_length(key_hash) = 32),
    org_id   uuid  NOT NULL,
    user_id  uuid  NOT NULL,
    key_id   uuid  NOT NULL
);

-- Which organizations there are, for operators' commands. The facts are in the log.
CREATE TABLE organization_name (
    org_id uuid PRIMARY KEY,
    name   text NOT NULL
);
