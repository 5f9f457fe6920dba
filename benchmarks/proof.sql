-- name: found
-- An organization without a name. $1 org_id uuid.
INSERT INTO org_lock (org_id, epoch) VALUES ($1, gen_random_uuid());

-- name: write
-- A log of made-up events, a hundred in each stream. $1 org_id uuid, $2 from position bigint, $3 to position bigint.
INSERT INTO events (org_id, position, stream_id, stream_version, event_id, entity_id, name, schema_version, payload,
                    payload_hash, recorded_at, actor_user, source, correlation_id)
SELECT $1, n, md5('stream' || n / 100)::uuid, n % 100 + 1, md5('event' || n)::uuid, md5('entity' || n)::uuid, 'lead.note_written',
       1, payload, sha256(payload), timestamptz '2026-01-01Z' + n * interval '1 second', $1, 'bench', md5('request' || n)::uuid
FROM generate_series($2::bigint, $3::bigint) AS n
CROSS JOIN LATERAL (SELECT convert_to('{"event":"lead.note_written","text":"' || n || '"}', 'UTF8') AS payload) one;
