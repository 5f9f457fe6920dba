-- The names in braces come from the tables' declarations. {shadow} is a temporary table beside {table}.

-- name: shadow_table
-- A twin of a table with its keys, indexes and generated columns, which goes with the connection.
CREATE TEMPORARY TABLE {name} (LIKE {table} INCLUDING CONSTRAINTS INCLUDING DEFAULTS INCLUDING GENERATED INCLUDING INDEXES);

-- name: forget
-- Make a twin empty, for the next organization.
TRUNCATE {shadow};

-- name: count_rows
-- Without it the planner takes a temporary table to be small, and reads all of it for every hundred leads.
ANALYZE {shadow};

-- name: write
-- Run operations on a twin. Their times are filled in. $1 org_id uuid, $2 operations jsonb, $3 positions bigint[] of events.
SELECT {function}($1::uuid, $2::jsonb, $3::bigint[], NULL);

-- name: leads
-- The next leads of an organization that have rows in any of some tables.
-- $1 org_id uuid, $2 behind lead_id uuid, $3 up to lead_id uuid, $4 limit int.
SELECT DISTINCT lead_id FROM ({leads}) leads ORDER BY lead_id LIMIT $4;

-- name: leads_of_table
(SELECT DISTINCT lead_id FROM {table} WHERE org_id = $1 AND lead_id > $2 AND lead_id <= $3 ORDER BY lead_id LIMIT $4);

-- name: last_lead
-- The last lead of an organization that has rows in any of some tables. $1 org_id uuid.
SELECT lead_id FROM ({leads}) leads ORDER BY lead_id DESC LIMIT 1;

-- name: last_lead_of_table
(SELECT lead_id FROM {table} WHERE org_id = $1 ORDER BY lead_id DESC LIMIT 1);

-- name: differences
-- Rows of some leads that are not the same in a table and its twin, at most $3. $1 org_id uuid, $2 lead ids uuid[], $3 limit int.
SELECT coalesce(live.lead_id, shadow.lead_id) AS lead_id, {keys}, live.org_id IS NULL AS is_missing,
       shadow.org_id IS NULL AS is_extra, array_remove(ARRAY[{changed}], NULL) AS columns
FROM (SELECT * FROM {table} WHERE org_id = $1 AND lead_id = ANY ($2::uuid[])) live
FULL JOIN (SELECT * FROM {shadow} WHERE org_id = $1 AND lead_id = ANY ($2::uuid[])) shadow
    ON {same_key} AND live.lead_id = shadow.lead_id
WHERE live.org_id IS NULL OR shadow.org_id IS NULL OR {differ}
ORDER BY 1, 2 LIMIT $3;

-- name: remove
-- Take away the rows of a lead that its twin does not have. $1 org_id uuid, $2 lead_id uuid.
DELETE FROM {table} live WHERE org_id = $1 AND lead_id = $2
AND NOT EXISTS (SELECT 1 FROM {shadow} shadow WHERE shadow.org_id = $1 AND {same_key});

-- name: put
-- Write those rows of a lead that are missing or differ. $1 org_id uuid, $2 lead_id uuid.
INSERT INTO {table} ({columns})
SELECT {columns} FROM {shadow} shadow WHERE org_id = $1 AND lead_id = $2
AND NOT EXISTS (SELECT 1 FROM {table} live WHERE live.org_id = $1 AND {same_key} AND NOT ({differ}))
ON CONFLICT ({conflict}) DO UPDATE SET {assignments};

-- name: past_since
-- From which position on an organization's past is known; no row: from the first. $1 org_id uuid.
SELECT since FROM past_known WHERE org_id = $1;

-- name: past_is_whole
-- An organization's past is known from the first event on. $1 org_id uuid.
DELETE FROM past_known WHERE org_id = $1;
