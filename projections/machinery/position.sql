-- name: position
-- Where the log ends in this snapshot, and which log it is. $1 org_id uuid.
SELECT l.epoch, coalesce((SELECT e.position FROM events e WHERE e.org_id = $1 ORDER BY e.position DESC LIMIT 1), 0) AS position
FROM org_lock l WHERE l.org_id = $1;
