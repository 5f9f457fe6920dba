-- name: append
-- Everything that commands change, in one commit. See sql/append.sql.
SELECT append($1::uuid, $2::int, $3::append_command[], $4::append_stream[], $5::append_claim[], $6::append_claim[],
              $7::append_event[], $8::jsonb);

-- name: stream
-- Events of a stream, oldest first. $1 org_id uuid, $2 stream_id uuid, $3 after version int, $4 up to version int, $5 limit int.
SELECT position, stream_id, stream_version, event_id, entity_id, name, schema_version, payload, payload_hash,
       recorded_at, occurred_at, actor_user, actor_key, source, correlation_id, causation_id, idempotency_key
FROM events
WHERE org_id = $1 AND stream_id = $2 AND stream_version > $3 AND stream_version <= $4
ORDER BY stream_version LIMIT $5;

-- name: stream_backwards
-- Events of a stream, newest first. Parameters as for stream.
SELECT position, stream_id, stream_version, event_id, entity_id, name, schema_version, payload, payload_hash,
       recorded_at, occurred_at, actor_user, actor_key, source, correlation_id, causation_id, idempotency_key
FROM events
WHERE org_id = $1 AND stream_id = $2 AND stream_version > $3 AND stream_version <= $4
ORDER BY stream_version DESC LIMIT $5;

-- name: entity
-- Every event about one thing, or that is the event itself, oldest first. $1 org_id uuid, $2 id uuid, $3 limit int.
SELECT position, stream_id, stream_version, event_id, entity_id, name, schema_version, payload, payload_hash,
       recorded_at, occurred_at, actor_user, actor_key, source, correlation_id, causation_id, idempotency_key
FROM events WHERE org_id = $1 AND event_id = $2
UNION ALL
SELECT position, stream_id, stream_version, event_id, entity_id, name, schema_version, payload, payload_hash,
       recorded_at, occurred_at, actor_user, actor_key, source, correlation_id, causation_id, idempotency_key
FROM events WHERE org_id = $1 AND entity_id = $2
ORDER BY position LIMIT $3;

-- name: stream_of
-- The stream of an event, or of the events about one thing. $1 org_id uuid, $2 id uuid.
SELECT stream_id FROM events WHERE org_id = $1 AND event_id = $2
UNION ALL
SELECT stream_id FROM (SELECT stream_id FROM events WHERE org_id = $1 AND entity_id = $2 ORDER BY position LIMIT 1) about
LIMIT 1;

-- name: streams_of
-- The stream of each of some things, or of the event that bears the id. $1 org_id uuid, $2 ids uuid[].
SELECT wanted.id, about.stream_id FROM unnest($2::uuid[]) AS wanted (id)
CROSS JOIN LATERAL (
    SELECT stream_id FROM events WHERE org_id = $1 AND event_id = wanted.id
    UNION ALL
    SELECT stream_id FROM (SELECT stream_id FROM events WHERE org_id = $1 AND entity_id = wanted.id
                           ORDER BY position LIMIT 1) first
    LIMIT 1) about;

-- name: log
-- The log of an organization from a position, included, to another, included. $1 org_id uuid, $2 from bigint, $3 to bigint, $4 limit int.
SELECT position, stream_id, stream_version, event_id, entity_id, name, schema_version, payload, payload_hash,
       recorded_at, occurred_at, actor_user, actor_key, source, correlation_id, causation_id, idempotency_key
FROM events
WHERE org_id = $1 AND position >= $2 AND position <= $3
ORDER BY position LIMIT $4;

-- name: log_of_names
-- As log, but only events of some names. $5 names text[].
SELECT position, stream_id, stream_version, event_id, entity_id, name, schema_version, payload, payload_hash,
       recorded_at, occurred_at, actor_user, actor_key, source, correlation_id, causation_id, idempotency_key
FROM events
WHERE org_id = $1 AND position >= $2 AND position <= $3 AND name = ANY ($5::text[])
ORDER BY position LIMIT $4;

-- name: streams_since
-- Events of some streams behind a position, newest first: the index is read from each one's end. $1 org_id uuid, $2 stream_ids uuid[], $3 position bigint, $4 limit int.
SELECT about.* FROM unnest($2::uuid[]) AS wanted (stream_id)
CROSS JOIN LATERAL (
    SELECT position, stream_id, stream_version, event_id, entity_id, name, schema_version, payload, payload_hash,
           recorded_at, occurred_at, actor_user, actor_key, source, correlation_id, causation_id, idempotency_key
    FROM events
    WHERE org_id = $1 AND stream_id = wanted.stream_id
      AND stream_version > coalesce((SELECT seen.stream_version FROM events seen
                                     WHERE seen.org_id = $1 AND seen.stream_id = wanted.stream_id AND seen.position <= $3
                                     ORDER BY seen.stream_version DESC LIMIT 1), -1)
    ORDER BY stream_version DESC LIMIT $4
) about
ORDER BY about.position DESC LIMIT $4;

-- name: last_position
-- Position of the last event of an organization; null where there is none. $1 org_id uuid.
SELECT position FROM events WHERE org_id = $1 ORDER BY position DESC LIMIT 1;

-- name: stream_version
-- Version of a stream; null where there is none. $1 org_id uuid, $2 stream_id uuid.
SELECT stream_version FROM events WHERE org_id = $1 AND stream_id = $2 ORDER BY stream_version DESC LIMIT 1;

-- name: stream_versions
-- Versions of some streams; those without events are left out. $1 org_ids uuid[], $2 stream_ids uuid[], pairwise.
SELECT wanted.stream_id, newest.stream_version FROM unnest($1::uuid[], $2::uuid[]) AS wanted (org_id, stream_id)
CROSS JOIN LATERAL (
    SELECT stream_version FROM events
    WHERE org_id = wanted.org_id AND stream_id = wanted.stream_id ORDER BY stream_version DESC LIMIT 1
) newest;

-- name: epoch
-- What tells this log from another. $1 org_id uuid.
SELECT epoch FROM org_lock WHERE org_id = $1;

-- name: lock
-- Hold the organization's row until the transaction ends. $1 org_id uuid.
SELECT epoch FROM org_lock WHERE org_id = $1 FOR UPDATE;

-- name: found
-- The row that is locked, for an organization that has none yet. $1 org_id uuid.
INSERT INTO org_lock (org_id, epoch) VALUES ($1, gen_random_uuid()) ON CONFLICT (org_id) DO NOTHING;

-- name: claims
-- Who holds some claims. Each is looked up by its whole key: where nothing is known yet of a database that just came,
-- all claims of the organization would be read to compare them. $1 org_id uuid, $2 kinds text[], $3 keys text[], pairwise.
SELECT wanted.kind, wanted.key, held.owner_id
FROM unnest($2::text[], $3::text[]) AS wanted (kind, key)
CROSS JOIN LATERAL (SELECT owner_id FROM claims
                    WHERE org_id = $1 AND claims.kind = wanted.kind AND claims.key = wanted.key LIMIT 1) held;

-- name: idempotency
-- What was answered under a key. $1 org_id uuid, $2 principal uuid, $3 key text.
SELECT fingerprint, result, position FROM idempotency WHERE org_id = $1 AND principal = $2 AND key = $3;

-- name: forget_idempotency
-- Remove a batch of old records. $1 recorded before timestamptz, $2 limit int.
DELETE FROM idempotency WHERE (org_id, principal, key) IN
    (SELECT org_id, principal, key FROM idempotency WHERE recorded_at < $1 LIMIT $2);

-- name: snapshot
-- The folded state of a stream. $1 org_id uuid, $2 stream_id uuid, $3 name text, $4 schema_version int.
SELECT stream_version, state FROM snapshots
WHERE org_id = $1 AND stream_id = $2 AND name = $3 AND schema_version = $4;

-- name: keep_snapshot
-- Keep the newest state of a stream. $1 org_id uuid, $2 stream_id uuid, $3 stream_version int, $4 name text, $5 schema_version int, $6 state bytea.
INSERT INTO snapshots (org_id, stream_id, stream_version, name, schema_version, state)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (org_id, stream_id) DO UPDATE
SET stream_version = excluded.stream_version, name = excluded.name, schema_version = excluded.schema_version, state = excluded.state
WHERE snapshots.stream_version < excluded.stream_version OR snapshots.schema_version <> excluded.schema_version;

-- name: max_tracking
-- How far an upstream was followed. $1 org_id uuid, $2 upstream text.
SELECT max(position) FROM tracking WHERE org_id = $1 AND upstream = $2;

-- name: notify
-- Tell hubs that an organization's log has grown. $1 channel text, $2 org_id text.
-- It waits for no disk: a notification writes a commit record, and polling makes good what a crash loses.
SELECT set_config('synchronous_commit', 'off', true), pg_notify($1, $2);
