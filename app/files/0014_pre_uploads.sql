-- Uploads that wait to be used. No facts: what uses one says all that is to be known of it.
CREATE TABLE upload (
    org_id       uuid        NOT NULL,
    file_id      uuid        NOT NULL,
    user_id      uuid        NOT NULL,
    name         text        NOT NULL,
    content_type text        NOT NULL,
    size_bytes   bigint      NOT NULL,
    sha256       text        NOT NULL,
    created_at   timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL,
    PRIMARY KEY (org_id, file_id)
);
CREATE INDEX upload_user ON upload (org_id, user_id, expires_at);
CREATE INDEX upload_content ON upload (org_id, sha256);
CREATE INDEX upload_expires ON upload (expires_at);

-- Content in the file storage. Its row is locked while it is removed there.
CREATE TABLE stored_content (
    org_id     uuid        NOT NULL,
    sha256     text        NOT NULL,
    size_bytes bigint      NOT NULL,
    needed_at  timestamptz NOT NULL,
    PRIMARY KEY (org_id, sha256)
);
CREATE INDEX stored_content_needed ON stored_content (needed_at);
COMMENT ON COLUMN stored_content.needed_at IS 'when it was last kept, or last seen to be used';

-- By what addresses of files are signed: one secret for all processes of an installation.
CREATE TABLE file_secret (
    number integer PRIMARY KEY CHECK (number = 1),
    secret bytea   NOT NULL CHECK (octet_length(secret) = 32)
);
