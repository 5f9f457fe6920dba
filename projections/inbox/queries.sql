-- An item is there while its ground holds, if it is somebody's and has a time.

-- name: items
-- Items by id. $1 org_id uuid, $2 item ids uuid[]; conditions follow.
SELECT i.item_id, i.kind, i.lead_id, i.owner_id, i.subject_id, i.activity_id, i.arrived_at, i.day, i.snoozed_until,
       i.done_at, i.activity_count, i.opened, i.position
FROM inbox_item i
WHERE i.org_id = $1 AND i.item_id = ANY ($2::uuid[]) AND i.is_live AND NOT i.is_dormant AND i.owner_id IS NOT NULL
AND num_nonnulls(i.arrived_at, i.day) = 1/*and*/ LIMIT 1000;
