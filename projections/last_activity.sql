-- name: of_lead
-- When something last happened on a lead or on what was merged into it, and when we and the customer last spoke or
-- wrote; '-infinity': never. On a lead that was merged away nothing happens any more. The names in braces are the
-- organization, the lead, the feed, whose alias is feed, and the table of members, whose alias is merged.
-- What was put down before it takes place, such as a meeting to come, counts as of when it was put down or last edited:
-- the clock must not change what rows say. A meeting that was cancelled and a message that did not leave are no communication.
SELECT coalesce(max(own.last_at), '-infinity') AS last_activity_at,
       coalesce(max(own.last_spoken_at), '-infinity') AS last_communication_at
FROM (SELECT {lead} AS lead_id WHERE NOT EXISTS (
          SELECT 1 FROM {member} WHERE merged.org_id = {org} AND merged.lead_id = {lead})
      UNION ALL
      SELECT merged.lead_id FROM {member} WHERE merged.org_id = {org} AND merged.root_id = {lead}) one
CROSS JOIN LATERAL (
    SELECT greatest(ahead.last_at,
        (SELECT feed.occurred_at FROM {feed}
         WHERE feed.org_id = {org} AND feed.lead_id = one.lead_id AND feed.kind NOT IN ('CREATED', 'LEAD_MERGE')
           AND feed.occurred_at <= coalesce(feed.edited_at, feed.created_at)
         ORDER BY feed.occurred_at DESC, feed.position DESC LIMIT 1)) AS last_at,
        greatest(ahead.last_spoken_at,
        (SELECT max(last.occurred_at) FROM unnest(ARRAY['CALL', 'EMAIL', 'SMS', 'MEETING']) AS kinds (kind)
         CROSS JOIN LATERAL (
            SELECT feed.occurred_at FROM {feed}
            WHERE feed.org_id = {org} AND feed.lead_id = one.lead_id AND feed.kind_key = kinds.kind AND feed.is_communication
              AND feed.occurred_at <= coalesce(feed.edited_at, feed.created_at)
            ORDER BY feed.occurred_at DESC, feed.position DESC LIMIT 1) last)) AS last_spoken_at
    FROM (
        SELECT max(coalesce(feed.edited_at, feed.created_at)) FILTER (WHERE feed.kind NOT IN ('CREATED', 'LEAD_MERGE')) AS last_at,
               max(coalesce(feed.edited_at, feed.created_at)) FILTER (WHERE feed.is_communication) AS last_spoken_at
        FROM {feed}
        WHERE feed.org_id = {org} AND feed.lead_id = one.lead_id
          AND feed.occurred_at > coalesce(feed.edited_at, feed.created_at)) ahead) own;
