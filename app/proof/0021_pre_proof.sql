-- How far each organization's log is sealed, and the hashes of its tree.

CREATE TABLE log_seal (
    org_id uuid   PRIMARY KEY,
    size   bigint NOT NULL
);
COMMENT ON COLUMN log_seal.size IS 'how many events, from the first, are leaves of the tree';
