-- name: assigners
-- Who gave each of some tasks to whoever has it: the log has it. $1 org_id uuid, $2 task ids uuid[], $3 names of the
-- events that do so text[].
SELECT task.id AS task_id, given.actor_user
FROM unnest($2::uuid[]) AS task (id)
CROSS JOIN LATERAL (
    SELECT e.actor_user FROM events e
    WHERE e.org_id = $1 AND e.entity_id = task.id AND e.name = ANY ($3::text[]) ORDER BY e.position DESC LIMIT 1
) AS given LIMIT 1000;
