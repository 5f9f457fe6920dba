-- name: open_mail
-- Some items of a user that are open and for mail. $1 org_id uuid, $2 user uuid, $3 how many int.
SELECT item_id FROM inbox_item
WHERE org_id = $1 AND owner_id = $2 AND kind = 'INCOMING_EMAIL' AND done_at IS NULL AND is_live
ORDER BY arrived_at, item_id LIMIT $3;
