-- name: head
-- Where a batch begins, read under the lock: last position, and a time behind that of the last event. $1 org_id uuid.
SELECT coalesce(last.position, 0) AS position,
       greatest(clock_timestamp(), last.recorded_at + interval '1 microsecond') AS recorded_at
FROM (SELECT 1) AS always
LEFT JOIN LATERAL (SELECT position, recorded_at FROM events WHERE org_id = $1 ORDER BY position DESC LIMIT 1) last ON true;

-- name: versions
-- Versions of those streams that there are. Each is the last entry of the index up to its end, so that no other index
-- can seem as good where nothing is known yet of an organization that just came. $1 org_id uuid, $2 stream ids uuid[].
SELECT wanted.stream_id, last.stream_version
FROM unnest($2::uuid[]) AS wanted (stream_id)
CROSS JOIN LATERAL (SELECT org_id, stream_id, stream_version FROM events
                    WHERE (org_id, stream_id, stream_version) <= ($1, wanted.stream_id, 2147483647)
                    ORDER BY org_id DESC, stream_id DESC, stream_version DESC LIMIT 1) last
WHERE last.org_id = $1 AND last.stream_id = wanted.stream_id;

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

-- name: refresh_steps
-- As refresh_rows, as of the events that touched each. $1 org_id uuid, $2 keys uuid[], $3 positions bigint[], pairwise.
SELECT {function}_now($1, $2::uuid[], $3::bigint[]);
