-- name: known_items
-- Items that are there, and where the log ends in this look; is_item as rows.sql has it. $1 org_id uuid, $2 item ids
-- uuid[].
SELECT i.item_id, i.kind, {root_of i} AS lead_id, i.owner_id, i.snoozed_until, i.done_at,
       (SELECT e.position FROM events e WHERE e.org_id = $1 ORDER BY e.position DESC LIMIT 1) AS log_position,
       (SELECT min(m.position) FROM inbox_mail m WHERE m.org_id = $1 AND m.item_id = i.item_id AND m.episode = i.episode)
           AS first_mail
FROM inbox_item i
WHERE i.org_id = $1 AND i.item_id = ANY ($2::uuid[]) AND i.owner_id IS NOT NULL AND {is_item}
AND EXISTS (SELECT 1 FROM lead_view l WHERE l.org_id = $1 AND l.lead_id = {root_of i} AND l.deleted_at IS NULL);
