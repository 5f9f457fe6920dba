-- Parts of statements about items, whose table is i in them; they stand there in braces, by names below.

-- name: item_row
i.item_id, i.kind, {root_of i} AS lead_id, i.owner_id, i.subject_id, i.activity_id, i.arrived_at, i.day, i.snoozed_until, i.done_at,
i.activity_count, i.opened, i.position;

-- name: is_item
i.is_live AND NOT i.is_dormant AND num_nonnulls(i.arrived_at, i.day) = 1;

-- name: is_open
i.is_live AND NOT i.is_dormant AND i.done_at IS NULL;
