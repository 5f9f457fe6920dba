-- name: alone
-- Wait until nobody else loads a demonstration into this database; held until the session unlocks it. $1 lock bigint.
SELECT pg_advisory_lock($1);

-- name: unlock
-- $1 lock bigint.
SELECT pg_advisory_unlock($1);

-- name: is_told
-- Whether events of a request are in the log. $1 org_id uuid, $2 correlation_id uuid.
SELECT EXISTS (SELECT 1 FROM events WHERE org_id = $1 AND correlation_id = $2);
