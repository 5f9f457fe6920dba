-- name: next_organization
-- The organization behind another one in the log, by id; no row: none. $1 org_id uuid, all zeros for the first.
SELECT org_id FROM events WHERE org_id > $1 ORDER BY org_id LIMIT 1;

-- name: evidence
-- A batch of an organization's log, each event with the position of the one before it in its stream.
-- $1 org_id uuid, $2 behind position bigint, $3 limit int.
SELECT position, stream_id, stream_version, event_id, entity_id, name, schema_version, payload, payload_hash,
       recorded_at, occurred_at, actor_user, actor_key, source, correlation_id, causation_id, idempotency_key,
       (SELECT before.position FROM events before
        WHERE before.org_id = events.org_id AND before.stream_id = events.stream_id
          AND before.stream_version = events.stream_version - 1) AS position_before
FROM events WHERE org_id = $1 AND position > $2 ORDER BY position LIMIT $3;

-- name: last_answered
-- The last position that a command with a key was answered with; null: none is remembered. $1 org_id uuid.
SELECT max(position) FROM idempotency WHERE org_id = $1;

-- name: cut_streams
-- Streams that were longer once: their snapshots are of later versions than the log has. $1 org_id uuid, $2 limit int.
SELECT stream_id, stream_version FROM snapshots
WHERE org_id = $1 AND NOT EXISTS (
    SELECT 1 FROM events
    WHERE events.org_id = snapshots.org_id AND events.stream_id = snapshots.stream_id
      AND events.stream_version >= snapshots.stream_version)
ORDER BY stream_id LIMIT $2;
