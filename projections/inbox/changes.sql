-- What changed in somebody's inbox: by what happened, and by the clock. Names in braces are
-- parts, by names below or in rows.sql.
-- Days come as text: the driver takes the calendar's first and last day for its infinities.

-- name: changed
-- Items of one person that changed behind a position, in the log's order, those too that are none any more; and where
-- the log ends in the same look, and the organization's own stream. Without any, one row that has that alone.
-- $1 org_id uuid, $2 owner_id uuid, $3 position bigint, $4 limit int; conditions on the lead follow.
SELECT l.epoch, log.position AS log_position,
       coalesce((SELECT e.stream_version FROM events e WHERE e.org_id = $1 AND e.stream_id = $1
                 ORDER BY e.stream_version DESC LIMIT 1), 0) AS version, changed.*
FROM org_lock l
CROSS JOIN LATERAL (SELECT coalesce((SELECT e.position FROM events e WHERE e.org_id = $1 ORDER BY e.position DESC LIMIT 1), 0)
                    AS position) log
LEFT JOIN LATERAL (
    SELECT {item_row}, made.idempotency_key, made.name, {is_item} AS is_item,
           coalesce(seen.is_seen, false) AS is_seen, coalesce(there.has_lead, false) AS has_lead
    FROM inbox_item i
    LEFT JOIN LATERAL (SELECT e.idempotency_key, e.name FROM events e WHERE e.org_id = $1 AND e.position = i.position
                       LIMIT 1) made ON true
    LEFT JOIN LATERAL (SELECT true AS is_seen FROM (SELECT {root_of i} AS lead_id) AS under WHERE true/*and*/ LIMIT 1) seen ON true
    LEFT JOIN LATERAL (SELECT true AS has_lead FROM lead_view lead WHERE lead.org_id = $1 AND lead.lead_id = {root_of i}
                       AND lead.deleted_at IS NULL LIMIT 1) there ON true
    WHERE i.org_id = $1 AND i.owner_id = $2 AND i.position > $3
    ORDER BY i.position, i.item_id LIMIT $4) changed ON true
WHERE l.org_id = $1
ORDER BY changed.position, changed.item_id;

-- name: hidden_since
-- Of some leads those on which a custom value changed behind a position. $1 org_id uuid, $2 lead ids uuid[], $3 position
-- bigint, $4 name of the event text.
SELECT wanted.lead_id
FROM unnest($2::uuid[]) AS wanted (lead_id)
WHERE EXISTS (
    SELECT 1 FROM events e
    WHERE e.org_id = $1 AND e.stream_id = wanted.lead_id AND e.name = $4
      AND e.stream_version > coalesce((SELECT seen.stream_version FROM events seen
                                       WHERE seen.org_id = $1 AND seen.stream_id = wanted.lead_id AND seen.position <= $3
                                       ORDER BY seen.stream_version DESC LIMIT 1), -1))
LIMIT 1000;

-- name: moved
-- Where an organization's log ends, the version of its own stream, and whose of some inboxes changed behind a position.
-- $1 org_id uuid, $2 owner ids uuid[], $3 position bigint.
SELECT coalesce((SELECT e.position FROM events e WHERE e.org_id = $1 ORDER BY e.position DESC LIMIT 1), 0) AS position,
       coalesce((SELECT e.stream_version FROM events e WHERE e.org_id = $1 AND e.stream_id = $1
                 ORDER BY e.stream_version DESC LIMIT 1), 0) AS version,
       ARRAY (SELECT wanted.owner_id FROM unnest($2::uuid[]) AS wanted (owner_id)
              WHERE EXISTS (SELECT 1 FROM inbox_item i WHERE i.org_id = $1 AND i.owner_id = wanted.owner_id
                            AND i.position > $3)) AS owner_ids;

-- name: fell_due
-- Open items of one person whose moment lies in a span: it was snoozed until then, an answer was awaited until then,
-- or its day began then. $1 org_id uuid, $2 owner_id uuid, $3 behind timestamptz, $4 up to timestamptz, $5 behind day
-- text, $6 up to day text, $7 and $8 the last instants of those two days timestamptz, $9 limit int, $10 all kinds text[];
-- conditions on the lead follow.
(SELECT snoozed.* FROM unnest($10::text[]) AS wanted (kind)
 CROSS JOIN LATERAL (
    {seen_and_open} AND i.kind = wanted.kind AND i.snoozed_until > $3 AND i.snoozed_until <= $4
    AND (i.arrived_at IS NOT NULL OR i.day IS NOT NULL)
    AND CASE WHEN i.day IS NOT NULL THEN i.day <= $6::text::date WHEN i.kind = 'TASK' THEN i.arrived_at <= $8
             WHEN i.kind = 'EMAIL_FOLLOWUP' THEN i.arrived_at <= $4 ELSE true END
    ORDER BY i.snoozed_until, i.item_id LIMIT $9) snoozed)
UNION ALL
({seen_and_open} AND {is_awake} AND i.kind = 'EMAIL_FOLLOWUP' AND i.arrived_at > $3 AND i.arrived_at <= $4
 ORDER BY i.arrived_at, i.item_id LIMIT $9)
UNION ALL
({seen_and_open} AND {is_awake} AND i.kind = 'TASK' AND i.arrived_at > $7 AND i.arrived_at <= $8
 ORDER BY i.arrived_at, i.item_id LIMIT $9)
UNION ALL
({seen_and_open} AND {is_awake} AND i.kind = 'TASK' AND i.day > $5::text::date AND i.day <= $6::text::date
 ORDER BY i.day, i.item_id LIMIT $9)
UNION ALL
({seen_and_open} AND {is_awake} AND i.kind = 'OPPORTUNITY_DUE' AND i.day > $5::text::date AND i.day <= $6::text::date
 ORDER BY i.day, i.item_id LIMIT $9);

-- name: seen_and_open
-- A part of fell_due. Whether a lead is seen is asked item by item, as for lists.
SELECT {item_row} FROM inbox_item i
CROSS JOIN LATERAL (SELECT 1 FROM (SELECT i.lead_id) AS under WHERE true/*and*/ LIMIT 1) AS seen
WHERE i.org_id = $1 AND i.owner_id = $2 AND {is_open};

-- name: is_awake
coalesce(i.snoozed_until, '-infinity') <= $4;

-- name: next_due
-- When the next open items of one person have their moment, one of each sort. $1 org_id uuid, $2 owner_id uuid, $3 now
-- timestamptz, $4 the last instant of today timestamptz, $5 today text, $6 all kinds text[].
SELECT
    (SELECT min(next.snoozed_until) FROM unnest($6::text[]) AS wanted (kind)
     CROSS JOIN LATERAL (
        SELECT i.snoozed_until FROM inbox_item i
        WHERE i.org_id = $1 AND i.owner_id = $2 AND {is_open} AND i.kind = wanted.kind AND i.snoozed_until > $3
        AND (i.arrived_at IS NOT NULL OR i.day IS NOT NULL) ORDER BY i.snoozed_until LIMIT 1) next) AS snoozed,
    (SELECT i.arrived_at FROM inbox_item i WHERE i.org_id = $1 AND i.owner_id = $2 AND {is_open}
     AND i.kind = 'EMAIL_FOLLOWUP' AND i.arrived_at > $3 ORDER BY i.arrived_at LIMIT 1) AS follow_up,
    (SELECT true FROM inbox_item i WHERE i.org_id = $1 AND i.owner_id = $2 AND {is_open}
     AND i.kind = 'TASK' AND i.arrived_at > $4 ORDER BY i.arrived_at LIMIT 1) AS has_instant,
    (SELECT true FROM inbox_item i WHERE i.org_id = $1 AND i.owner_id = $2 AND {is_open}
     AND i.kind = 'TASK' AND i.day > $5::text::date ORDER BY i.day LIMIT 1) AS has_day,
    (SELECT true FROM inbox_item i WHERE i.org_id = $1 AND i.owner_id = $2 AND {is_open}
     AND i.kind = 'OPPORTUNITY_DUE' AND i.day > $5::text::date ORDER BY i.day LIMIT 1) AS has_offer;

-- name: of_lead_at
-- Activities of a lead which are in one person's inbox, or were until then, and what became of that changed at a
-- position: of e-mails those of its present round and of the one before, newest first.
-- $1 org_id uuid, $2 owner_id uuid, $3 lead_id uuid, $4 position bigint, $5 limit int.
SELECT coalesce(mail.email_id, i.activity_id) AS activity_id
FROM inbox_item i
LEFT JOIN LATERAL (
    SELECT m.email_id FROM inbox_mail m
    WHERE m.org_id = $1 AND m.item_id = i.item_id AND m.episode >= i.episode - 1 AND i.kind = 'INCOMING_EMAIL'
    ORDER BY m.episode DESC, m.occurred_at DESC, m.position DESC LIMIT $5) mail ON true
WHERE i.org_id = $1 AND i.owner_id = $2 AND i.position = $4 AND {root_of i} = $3
  AND coalesce(mail.email_id, i.activity_id) IS NOT NULL
LIMIT 1000;

-- name: recorded_at
-- When the event of a position was recorded. $1 org_id uuid, $2 position bigint.
SELECT e.recorded_at FROM events e WHERE e.org_id = $1 AND e.position = $2 LIMIT 1;
