-- name: streams
-- A lead's stream, and those of the leads that were merged into it. $1 org_id uuid, $2 lead_id uuid.
SELECT $2::uuid AS stream_id UNION SELECT lead_id FROM lead_member WHERE org_id = $1 AND root_id = $2;

-- name: events
-- Events of some streams in the order of the log, up to a position. $1 org_id uuid, $2 streams uuid[], $3 position bigint.
SELECT position, stream_id, stream_version, event_id, entity_id, name, schema_version, payload, payload_hash,
       recorded_at, occurred_at, actor_user, actor_key, source, correlation_id, causation_id, idempotency_key
FROM events WHERE org_id = $1 AND stream_id = ANY ($2::uuid[]) AND position <= $3 ORDER BY position;

-- name: length
-- How many those are. Parameters as for events.
SELECT count(*) FROM events WHERE org_id = $1 AND stream_id = ANY ($2::uuid[]) AND position <= $3;
