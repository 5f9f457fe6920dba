-- An item is there while its ground holds, if it is somebody's and has a time. Parts in braces are those of rows.sql.

-- name: items
-- Items by id. $1 org_id uuid, $2 item ids uuid[]; conditions follow.
SELECT {item_row} FROM inbox_item i
WHERE i.org_id = $1 AND i.item_id = ANY ($2::uuid[]) AND i.owner_id IS NOT NULL AND {is_item}/*and*/ LIMIT 1000;

-- name: open_of_activities
-- The item that somebody has about each of some activities, if it is not done. E-mails received are unread as long as
-- they are of their item's present episode. $1 org_id uuid, $2 owner_id uuid, $3 activity ids uuid[], $4 the lead of
-- each uuid[]; conditions follow.
SELECT wanted.activity_id AS about_id, i.*
FROM unnest($3::uuid[], $4::uuid[]) AS wanted (activity_id, lead_id)
CROSS JOIN LATERAL (
    (SELECT {item_row}
     FROM inbox_mail m JOIN inbox_item i ON i.org_id = m.org_id AND i.item_id = m.item_id AND i.episode = m.episode
     WHERE m.org_id = $1 AND m.lead_id = ANY ({family_ids wanted}) AND m.email_id = wanted.activity_id AND m.owner_id = $2
     AND i.done_at IS NULL AND {is_item}/*and*/ LIMIT 1)
    UNION ALL
    (SELECT {item_row} FROM inbox_item i
     WHERE i.org_id = $1 AND i.lead_id = ANY ({family_ids wanted}) AND i.subject_id = wanted.activity_id AND i.owner_id = $2
     AND i.kind NOT IN ('INCOMING_EMAIL', 'TASK', 'OPPORTUNITY_DUE') AND i.done_at IS NULL AND {is_item}/*and*/ LIMIT 1)
    LIMIT 1) i
LIMIT 1000;
