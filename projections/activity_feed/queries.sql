-- name: refresh_lead_activity
-- When something last happened on some leads. p_org uuid, p_keys uuid[]. Filled into the table's refresh function.
-- What was put down before it takes place, such as a meeting to come, counts as of when it was put down or last edited:
-- the clock must not change what rows say. A meeting that was cancelled and a message that did not leave are no
-- communication. On a lead that was merged away nothing happens any more.
INSERT INTO {lead_activity} (org_id, lead_id, last_activity_at, last_communication_at)
SELECT p_org, key, coalesce(max(own.last_at), '-infinity'), coalesce(max(own.last_spoken_at), '-infinity')
FROM unnest(p_keys) AS keys (key)
LEFT JOIN LATERAL (
    SELECT key AS lead_id WHERE NOT EXISTS (SELECT 1 FROM {lead_member} away WHERE away.org_id = p_org AND away.lead_id = key)
    UNION ALL
    SELECT merged.lead_id FROM {lead_member} merged WHERE merged.org_id = p_org AND merged.root_id = key) member ON true
CROSS JOIN LATERAL (
    SELECT greatest(ahead.last_at,
        (SELECT feed.occurred_at FROM {activity_feed} feed
         WHERE feed.org_id = p_org AND feed.lead_id = member.lead_id AND feed.kind NOT IN ('CREATED', 'LEAD_MERGE')
           AND feed.occurred_at <= coalesce(feed.edited_at, feed.created_at)
         ORDER BY feed.occurred_at DESC, feed.position DESC LIMIT 1)) AS last_at, greatest(ahead.last_spoken_at,
        (SELECT max(last.occurred_at) FROM unnest(ARRAY['CALL', 'EMAIL', 'SMS', 'MEETING']) AS kinds (kind)
         CROSS JOIN LATERAL (
            SELECT feed.occurred_at FROM {activity_feed} feed
            WHERE feed.org_id = p_org AND feed.lead_id = member.lead_id AND feed.kind_key = kinds.kind
              AND feed.is_communication AND feed.occurred_at <= coalesce(feed.edited_at, feed.created_at)
            ORDER BY feed.occurred_at DESC, feed.position DESC LIMIT 1) last)) AS last_spoken_at
    FROM (
        SELECT max(coalesce(feed.edited_at, feed.created_at)) FILTER (WHERE feed.kind NOT IN ('CREATED', 'LEAD_MERGE')) AS last_at,
               max(coalesce(feed.edited_at, feed.created_at)) FILTER (WHERE feed.is_communication) AS last_spoken_at
        FROM {activity_feed} feed
        WHERE feed.org_id = p_org AND feed.lead_id = member.lead_id
          AND feed.occurred_at > coalesce(feed.edited_at, feed.created_at)) ahead) own
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
FROM (SELECT e.entity_id AS activity_id, e.stream_id AS lead_id, e.recorded_at AS deleted_at
      FROM events e WHERE e.org_id = $1 AND e.entity_id = ANY ($2::uuid[]) AND e.name = $3 LIMIT 1000) d
WHERE true/*and*/ LIMIT 1000;
