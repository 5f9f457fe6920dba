-- name: of_lead
-- When something last happened on a lead, and when we and the customer last spoke or wrote; '-infinity': never. The
-- names in braces are the organization, the lead, and the feed, whose alias is feed.
-- What was put down before it takes place, such as a meeting to come, counts as of when it was put down or last edited:
-- the clock must not change what rows say. A meeting that was cancelled and a message that did not leave are no communication.
SELECT coalesce(greatest(ahead.last_at,
    (SELECT feed.occurred_at FROM {feed}
     WHERE feed.org_id = {org} AND feed.lead_id = {lead} AND feed.kind NOT IN ('CREATED', 'LEAD_MERGE')
       AND feed.occurred_at <= coalesce(feed.edited_at, feed.created_at)
     ORDER BY feed.occurred_at DESC, feed.position DESC LIMIT 1)), '-infinity') AS last_activity_at,
    coalesce(greatest(ahead.last_spoken_at,
    (SELECT max(last.occurred_at) FROM unnest(ARRAY['CALL', 'EMAIL', 'SMS', 'MEETING']) AS kinds (kind)
     CROSS JOIN LATERAL (
        SELECT feed.occurred_at FROM {feed}
        WHERE feed.org_id = {org} AND feed.lead_id = {lead} AND feed.kind_key = kinds.kind AND feed.is_communication
          AND feed.occurred_at <= coalesce(feed.edited_at, feed.created_at)
        ORDER BY feed.occurred_at DESC, feed.position DESC LIMIT 1) last)), '-infinity') AS last_communication_at
FROM (
    SELECT max(coalesce(feed.edited_at, feed.created_at)) FILTER (WHERE feed.kind NOT IN ('CREATED', 'LEAD_MERGE')) AS last_at,
           max(coalesce(feed.edited_at, feed.created_at)) FILTER (WHERE feed.is_communication) AS last_spoken_at
    FROM {feed}
    WHERE feed.org_id = {org} AND feed.lead_id = {lead}
      AND feed.occurred_at > coalesce(feed.edited_at, feed.created_at)) ahead;
