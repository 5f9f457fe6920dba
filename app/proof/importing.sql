-- name: write_rows
-- Run operations on a table of a projection; the function's name comes from the table's declaration.
-- $1 org_id uuid, $2 operations jsonb, $3 positions bigint[], $4 recorded_at timestamptz.
SELECT {function}($1, $2::jsonb, $3::bigint[], $4);

-- name: release_claims
-- Give claims back. $1 org_id uuid, $2 kinds text[], $3 keys text[], pairwise.
DELETE FROM claims WHERE org_id = $1 AND (kind, key) IN (SELECT * FROM unnest($2::text[], $3::text[]));
