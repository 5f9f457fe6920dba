-- name: refresh_lead_activity
-- When something last happened on some leads. p_org uuid, p_keys uuid[]. Filled into the table's refresh function.
-- On a lead that was merged away nothing happens any more.
INSERT INTO {lead_activity} (org_id, lead_id, last_activity_at, last_communication_at)
SELECT p_org, key, max(last.last_activity_at), max(last.last_communication_at)
FROM unnest(p_keys) AS keys (key)
LEFT JOIN LATERAL (
    SELECT key AS lead_id WHERE NOT EXISTS (SELECT 1 FROM {lead_member} away WHERE away.org_id = p_org AND away.lead_id = key)
    UNION ALL
    SELECT merged.lead_id FROM {lead_member} merged WHERE merged.org_id = p_org AND merged.root_id = key) member ON true
CROSS JOIN LATERAL (
{last_activity}) last
GROUP BY key
ON CONFLICT (org_id, lead_id) DO UPDATE
SET last_activity_at = excluded.last_activity_at, last_communication_at = excluded.last_communication_at
WHERE ({lead_activity}.last_activity_at, {lead_activity}.last_communication_at)
   <> (excluded.last_activity_at, excluded.last_communication_at);

-- name: activities
-- Activities by id. $1 org_id uuid, $2 activity ids uuid[]; conditions follow.
SELECT f.activity_id, {root f} AS lead_id, f.kind, f.position, f.occurred_at, f.created_at, f.updated_at,
       {version f} AS version, f.contact_id, f.user_id, f.source, f.pinned_at, f.details, f.custom_type_id
FROM activity_feed/*then*/ f {member f}
WHERE f.org_id = $1 AND f.activity_id = ANY ($2::uuid[])/*and*/ LIMIT 1000;

-- name: pinned
-- The pinned strip of some leads, newest first by creation. $1 org_id uuid, $2 lead ids uuid[]; at most five a lead.
SELECT f.activity_id, wanted.lead_id, f.kind, f.position, f.occurred_at, f.created_at, f.updated_at,
       CASE WHEN f.from_pos < member.since THEN member.version ELSE f.version END AS version,
       f.contact_id, f.user_id, f.source, f.pinned_at, f.details, f.custom_type_id
FROM unnest($2::uuid[]) AS wanted (lead_id)
CROSS JOIN LATERAL {family wanted} AS member
JOIN activity_feed/*then*/ f ON f.org_id = $1 AND f.lead_id = member.lead_id AND f.pinned_at IS NOT NULL
ORDER BY wanted.lead_id, f.created_at DESC, f.position DESC LIMIT 1000;

-- name: known_pins
-- Since when some activities are pinned, for decisions. $1 org_id uuid, $2 activity ids uuid[].
SELECT activity_id, created_at, position, pinned_at FROM activity_feed
WHERE org_id = $1 AND activity_id = ANY ($2::uuid[]) AND pinned_at IS NOT NULL LIMIT 100;

-- name: deletions
-- Of which leads activities were that are deleted, and since when. $1 org_id uuid, $2 activity ids uuid[], $3 the event's
-- name text; conditions follow.
SELECT d.activity_id, {root_of d} AS lead_id, d.deleted_at
FROM (SELECT e.entity_id AS activity_id, e.stream_id AS lead_id, e.recorded_at AS deleted_at, e.position
      FROM events e WHERE e.org_id = $1 AND e.entity_id = ANY ($2::uuid[]) AND e.name = $3 LIMIT 1000) d
WHERE true/*and*/ LIMIT 1000;

-- name: by_then
-- A deletion that had happened. Position bigint.
d.position <= {};
