-- name: head
-- Where a batch begins, read under the lock: last position, and a time behind that of the last event. $1 org_id uuid.
SELECT coalesce(last.position, 0) AS position,
       greatest(clock_timestamp(), last.recorded_at + interval '1 microsecond') AS recorded_at
FROM (SELECT 1) AS always
LEFT JOIN LATERAL (SELECT position, recorded_at FROM events WHERE org_id = $1 ORDER BY position DESC LIMIT 1) last ON true;

-- name: versions
-- Versions of those streams that there are. $1 org_id uuid, $2 stream ids uuid[].
SELECT wanted.stream_id, last.stream_version
FROM unnest($2::uuid[]) AS wanted (stream_id)
CROSS JOIN LATERAL (SELECT stream_version FROM events WHERE org_id = $1 AND stream_id = wanted.stream_id
                    ORDER BY stream_version DESC LIMIT 1) last;

-- name: release_claims
-- Give claims back. $1 org_id uuid, $2 kinds text[], $3 keys text[], pairwise.
DELETE FROM claims WHERE org_id = $1 AND (kind, key) IN (SELECT * FROM unnest($2::text[], $3::text[]));

-- name: change_rows
-- Change rows that stand there already; the function's name comes from the table's declaration.
-- $1 org_id uuid, $2 operations jsonb, $3 positions bigint[], $4 recorded_at timestamptz.
SELECT {function}($1, $2::jsonb, $3::bigint[], $4);

-- name: refresh_rows
-- Compute rows anew from other tables of their projection. $1 org_id uuid, $2 keys uuid[].
SELECT {function}_now($1, $2::uuid[]);
