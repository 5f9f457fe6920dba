-- How far each organization's log is sealed, and the hashes of its tree, in tiles of 256 as C2SP's tlog-tiles has them.

CREATE TABLE log_seal (
    org_id uuid    PRIMARY KEY,
    size   bigint  NOT NULL CHECK (size >= 0),
    edges  bytea[] NOT NULL
);
COMMENT ON COLUMN log_seal.size IS 'how many events, from the first, are leaves of the tree';
COMMENT ON COLUMN log_seal.edges IS 'hashes of the tile that is not full yet of level 0, 1, 2 …, one after the other';

-- Full tiles, which never change: whoever serves may add them, and neither change nor remove them.
CREATE TABLE log_tile (
    org_id uuid     NOT NULL,
    level  smallint NOT NULL CHECK (level >= 0),
    place  bigint   NOT NULL CHECK (place >= 0),
    hashes bytea    NOT NULL CHECK (octet_length(hashes) = 8192),
    PRIMARY KEY (org_id, level, place)
);
COMMENT ON COLUMN log_tile.level IS 'its hashes are those of subtrees of 256 ^ level leaves';
COMMENT ON COLUMN log_tile.place IS 'which of its level, from 0: the first hash is that of subtree 256 * place';

-- Hashes cannot be compressed: it is not tried.
ALTER TABLE log_seal ALTER COLUMN edges SET STORAGE EXTERNAL;
ALTER TABLE log_tile ALTER COLUMN hashes SET STORAGE EXTERNAL;
