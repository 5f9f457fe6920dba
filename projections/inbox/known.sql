-- name: known_items
-- Items that are somebody's, and where the log ends in this look. $1 org_id uuid, $2 item ids uuid[].
SELECT i.item_id, i.kind, i.lead_id, i.owner_id, i.snoozed_until, i.done_at,
       (SELECT e.position FROM events e WHERE e.org_id = $1 ORDER BY e.position DESC LIMIT 1) AS log_position
FROM inbox_item i
WHERE i.org_id = $1 AND i.item_id = ANY ($2::uuid[]) AND i.is_live AND NOT i.is_dormant AND i.owner_id IS NOT NULL;
