-- name: refresh_lead_activity
-- When something last happened on some leads. p_org uuid, p_keys uuid[]. Filled into the table's refresh function.
-- What was put down before it takes place, such as a meeting to come, counts as of when it was put down or last edited:
-- the clock must not change what rows say. A meeting that was cancelled is no communication.
INSERT INTO {lead_activity} (org_id, lead_id, last_activity_at, last_communication_at)
SELECT p_org, key, coalesce(greatest(
    (SELECT feed.occurred_at FROM {activity_feed} feed
     WHERE feed.org_id = p_org AND feed.lead_id = key AND feed.kind <> 'CREATED'
       AND feed.occurred_at <= coalesce(feed.edited_at, feed.created_at)
     ORDER BY feed.occurred_at DESC, feed.position DESC LIMIT 1),
    (SELECT max(coalesce(feed.edited_at, feed.created_at)) FROM {activity_feed} feed
     WHERE feed.org_id = p_org AND feed.lead_id = key AND feed.kind <> 'CREATED'
       AND feed.occurred_at > coalesce(feed.edited_at, feed.created_at))), '-infinity'), coalesce(
    (SELECT max(last.at) FROM unnest(ARRAY['CALL', 'EMAIL', 'SMS', 'MEETING']) AS kinds (kind)
     CROSS JOIN LATERAL (SELECT greatest(
        (SELECT feed.occurred_at FROM {activity_feed} feed
         WHERE feed.org_id = p_org AND feed.lead_id = key AND feed.kind = kinds.kind
           AND feed.occurred_at <= coalesce(feed.edited_at, feed.created_at)
           AND feed.details->>'status' IS DISTINCT FROM 'CANCELED'
         ORDER BY feed.occurred_at DESC, feed.position DESC LIMIT 1),
        (SELECT max(coalesce(feed.edited_at, feed.created_at)) FROM {activity_feed} feed
         WHERE feed.org_id = p_org AND feed.lead_id = key AND feed.kind = kinds.kind
           AND feed.occurred_at > coalesce(feed.edited_at, feed.created_at)
           AND feed.details->>'status' IS DISTINCT FROM 'CANCELED')) AS at) last), '-infinity')
FROM unnest(p_keys) AS keys (key)
ON CONFLICT (org_id, lead_id) DO UPDATE 
SET last_activity_at = excluded.last_activity_at, last_communication_at = excluded.last_communication_at
WHERE ({lead_activity}.last_activity_at, {lead_activity}.last_communication_at)
   <> (excluded.last_activity_at, excluded.last_communication_at);

-- name: activities
-- Activities by id. $1 org_id uuid, $2 activity ids uuid[]; conditions follow.
SELECT activity_id, lead_id, kind, position, occurred_at, created_at, updated_at, version, contact_id, user_id, source,
       pinned_at, details
FROM activity_feed f WHERE org_id = $1 AND activity_id = ANY ($2::uuid[])/*and*/ LIMIT 1000;

-- name: newest
-- The newest activities of each lead. $1 org_id uuid, $2 lead ids uuid[], $3 limit a lead int; conditions follow.
SELECT feed.*
FROM unnest($2::uuid[]) AS wanted (lead_id)
CROSS JOIN LATERAL (
    SELECT activity_id, f.lead_id, kind, position, occurred_at, created_at, updated_at, version, contact_id, user_id,
           source, pinned_at, details
    FROM activity_feed f WHERE org_id = $1 AND f.lead_id = wanted.lead_id/*and*/
    ORDER BY occurred_at DESC, position DESC LIMIT $3) feed
ORDER BY feed.lead_id, feed.occurred_at DESC, feed.position DESC;

-- name: oldest
-- As newest, from the other end.
SELECT feed.*
FROM unnest($2::uuid[]) AS wanted (lead_id)
CROSS JOIN LATERAL (
    SELECT activity_id, f.lead_id, kind, position, occurred_at, created_at, updated_at, version, contact_id, user_id,
           source, pinned_at, details
    FROM activity_feed f WHERE org_id = $1 AND f.lead_id = wanted.lead_id/*and*/
    ORDER BY occurred_at, position LIMIT $3) feed
ORDER BY feed.lead_id, feed.occurred_at, feed.position;

-- name: pinned
-- The pinned strip of some leads, newest first by creation. $1 org_id uuid, $2 lead ids uuid[]; at most five a lead.
SELECT activity_id, lead_id, kind, position, occurred_at, created_at, updated_at, version, contact_id, user_id, source,
       pinned_at, details
FROM activity_feed WHERE org_id = $1 AND lead_id = ANY ($2::uuid[]) AND pinned_at IS NOT NULL
ORDER BY lead_id, created_at DESC, position DESC LIMIT 1000;

-- name: count
-- How many activities a lead has, up to $3. $1 org_id uuid, $2 lead ids uuid[], $3 limit int; conditions follow.
SELECT wanted.lead_id, counted.count
FROM unnest($2::uuid[]) AS wanted (lead_id)
CROSS JOIN LATERAL (
    SELECT count(*) FROM (SELECT 1 FROM activity_feed f
                          WHERE org_id = $1 AND f.lead_id = wanted.lead_id/*and*/ LIMIT $3) capped) counted;

-- name: count_kinds
-- How many activities of each kind a lead has, up to $3 each. $1 org_id uuid, $2 lead ids uuid[], $3 limit int, $4 kinds text[].
SELECT wanted.lead_id, kinds.kind, counted.count
FROM unnest($2::uuid[]) AS wanted (lead_id)
CROSS JOIN unnest($4::text[]) AS kinds (kind)
CROSS JOIN LATERAL (
    SELECT count(*) FROM (SELECT 1 FROM activity_feed f
                          WHERE org_id = $1 AND f.lead_id = wanted.lead_id AND f.kind = kinds.kind/*and*/ LIMIT $3) capped) counted
WHERE counted.count > 0;

-- name: of_kinds
f.kind = ANY ({}::text[]);

-- name: of_users
f.user_id = ANY ({}::uuid[]);

-- name: of_contacts
f.contact_id = ANY ({}::uuid[]);

-- name: since
f.occurred_at >= {};

-- name: until
f.occurred_at < {};

-- name: older
(f.occurred_at, f.position) < ({}, {});

-- name: newer
(f.occurred_at, f.position) > ({}, {});
