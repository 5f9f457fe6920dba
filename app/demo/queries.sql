-- name: alone
-- Wait until nobody else loads a demonstration into this database; held until the session unlocks it. $1 lock bigint.
SELECT pg_advisory_lock($1);

-- name: unlock
-- $1 lock bigint.
SELECT pg_advisory_unlock($1);

-- name: is_told
-- Whether events of a request are in the log. $1 org_id uuid, $2 correlation_id uuid.
SELECT EXISTS (SELECT 1 FROM events WHERE org_id = $1 AND correlation_id = $2);

-- name: first_item
-- What somebody has had in the inbox for longest, of a kind. $1 org_id uuid, $2 user uuid, $3 kind text.
SELECT item_id FROM inbox_item
WHERE org_id = $1 AND owner_id = $2 AND kind = $3 AND is_live AND NOT is_dormant AND done_at IS NULL AND arrived_at IS NOT NULL
ORDER BY arrived_at, item_id LIMIT 1;
