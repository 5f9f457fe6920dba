-- name: found
-- An organization without a name. $1 org_id uuid.
INSERT INTO org_lock (org_id, epoch) VALUES ($1, gen_random_uuid());

-- name: write
-- A log of made-up events, a thousand in each stream, whose ids rise as real ones do: it is written fast.
-- $1 org_id uuid, $2 from position bigint, $3 to position bigint.
INSERT INTO events (org_id, position, stream_id, stream_version, event_id, name, schema_version, payload, payload_hash,
                    recorded_at, source, correlation_id)
SELECT $1, n, lpad(to_hex(n / 1000), 32, '0')::uuid, n % 1000 + 1, ('1' || lpad(to_hex(n), 31, '0'))::uuid, 'lead.note_written',
       1, convert_to(n::text, 'UTF8'), sha256(convert_to(n::text, 'UTF8')),
       timestamptz '2026-01-01Z' + n * interval '1 second', 'bench', ('2' || lpad(to_hex(n), 31, '0'))::uuid
FROM generate_series($2::bigint, $3::bigint) AS n;
