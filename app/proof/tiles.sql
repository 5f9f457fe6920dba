-- name: seal
-- How far a log is sealed, and the tiles of its tree that are not full; no row: it was never. $1 org_id uuid.
SELECT size, edges FROM log_seal WHERE org_id = $1;

-- name: begin
-- The row of an organization that was never sealed. $1 org_id uuid.
INSERT INTO log_seal (org_id, size, edges) VALUES ($1, 0, '{}') ON CONFLICT (org_id) DO NOTHING;

-- name: take
-- As seal, and nobody else seals until the transaction ends; no row: somebody else does. $1 org_id uuid.
SELECT size, edges FROM log_seal WHERE org_id = $1 FOR UPDATE SKIP LOCKED;

-- name: put
-- How far it is sealed now. $1 org_id uuid, $2 size bigint, $3 edges bytea[].
UPDATE log_seal SET size = $2, edges = $3 WHERE org_id = $1;

-- name: add_tile
-- A tile that has become full. $1 org_id uuid, $2 level int, $3 place bigint, $4 hashes bytea.
INSERT INTO log_tile (org_id, level, place, hashes) VALUES ($1, $2, $3, $4);

-- name: tiles
-- Some full tiles; those that are not there are left out. $1 org_id uuid, $2 levels int[], $3 places bigint[], pairwise.
SELECT wanted.level, wanted.place, found.hashes
FROM unnest($2::int[], $3::bigint[]) AS wanted (level, place)
CROSS JOIN LATERAL (SELECT hashes FROM log_tile
                    WHERE org_id = $1 AND log_tile.level = wanted.level AND log_tile.place = wanted.place LIMIT 1) found;

-- name: tile_beyond
-- A full tile that the sealed tree does not have; no row: none. $1 org_id uuid, $2 levels int.
SELECT about.level, about.place FROM generate_series(0, $2) AS wanted (level)
CROSS JOIN LATERAL (SELECT level, place FROM log_tile
                    WHERE org_id = $1 AND log_tile.level = wanted.level ORDER BY place DESC LIMIT 1) about
WHERE about.place >= coalesce((SELECT size FROM log_seal WHERE org_id = $1), 0) >> (8 * (about.level + 1))
ORDER BY about.level LIMIT 1;

-- name: envelopes
-- A batch of an organization's log without payloads. $1 org_id uuid, $2 behind position bigint, $3 limit int.
SELECT position, stream_id, stream_version, event_id, entity_id, name, schema_version, NULL::bytea AS payload,
       payload_hash, recorded_at, occurred_at, actor_user, actor_key, source, correlation_id, causation_id,
       idempotency_key
FROM events WHERE org_id = $1 AND position > $2 ORDER BY position LIMIT $3;

-- name: behind
-- The next organizations by id, and whether their logs are longer than they are sealed.
-- $1 behind org_id uuid, $2 limit int.
SELECT one.org_id, coalesce(last.position, 0) > coalesce(log_seal.size, 0) AS is_behind
FROM (SELECT org_id FROM org_lock WHERE org_id > $1 ORDER BY org_id LIMIT $2) one
LEFT JOIN log_seal ON log_seal.org_id = one.org_id
LEFT JOIN LATERAL (SELECT position FROM events WHERE events.org_id = one.org_id ORDER BY position DESC LIMIT 1) last ON true
ORDER BY one.org_id;
