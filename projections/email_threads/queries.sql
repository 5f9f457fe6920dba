-- name: refresh_email_thread
-- The newest e-mail of some threads; a thread that has none any more is gone. p_org uuid, p_keys uuid[], which are ids
-- of threads and of e-mails, whose threads are meant then. Filled into the table's refresh function.
DELETE FROM {email_thread} gone
WHERE gone.org_id = p_org
AND gone.thread_id = ANY (p_keys || ARRAY(
    SELECT one.thread_id FROM {email_message} one WHERE one.org_id = p_org AND one.activity_id = ANY (p_keys)))
AND NOT EXISTS (SELECT 1 FROM {email_message} any_of WHERE any_of.org_id = p_org AND any_of.lead_id = gone.lead_id
                AND any_of.thread_id = gone.thread_id AND any_of.deleted_at IS NULL);
INSERT INTO {email_thread} (org_id, thread_id, lead_id, latest_id, latest_at, latest_position)
SELECT p_org, wanted.thread_id, wanted.lead_id, latest.activity_id, latest.occurred_at, latest.position
FROM (SELECT one.thread_id, one.lead_id FROM {email_message} one
      WHERE one.org_id = p_org AND one.activity_id = ANY (p_keys)
      UNION
      SELECT one.thread_id, one.lead_id FROM {email_thread} one
      WHERE one.org_id = p_org AND one.thread_id = ANY (p_keys)) wanted
CROSS JOIN LATERAL (
    SELECT message.activity_id, message.occurred_at, message.position FROM {email_message} message
    WHERE message.org_id = p_org AND message.lead_id = wanted.lead_id AND message.thread_id = wanted.thread_id
    AND message.deleted_at IS NULL
    ORDER BY message.occurred_at DESC, message.position DESC LIMIT 1) latest
ON CONFLICT (org_id, thread_id) DO UPDATE
SET latest_id = excluded.latest_id, latest_at = excluded.latest_at, latest_position = excluded.latest_position
WHERE {email_thread}.latest_id <> excluded.latest_id OR {email_thread}.latest_at <> excluded.latest_at;

-- name: emails_of_threads
-- E-mails of threads with their files, at most $3 of each. $1 org_id uuid, $2 thread ids uuid[], $3 limit int.
SELECT wanted.thread_id, emails.activity_id, emails.message_id, f.details -> 'files' AS files
FROM email_thread wanted
CROSS JOIN LATERAL (
    SELECT m.activity_id, m.message_id FROM email_message m
    WHERE m.org_id = $1 AND m.lead_id = wanted.lead_id AND m.thread_id = wanted.thread_id AND m.deleted_at IS NULL
    ORDER BY m.occurred_at, m.position LIMIT $3) emails
JOIN activity_feed f ON f.org_id = $1 AND f.activity_id = emails.activity_id
WHERE wanted.org_id = $1 AND wanted.thread_id = ANY ($2::uuid[]) LIMIT 4000000;

-- name: messages
-- Where messages are: on some leads perhaps several times. $1 org_id uuid, $2 Message-IDs text[] without angle brackets,
-- $3 limit of each int; conditions follow.
SELECT found.message_id, found.activity_id, found.lead_id, found.thread_id, found.contact_id
FROM unnest($2::text[]) AS wanted (message_id)
CROSS JOIN LATERAL (
    SELECT m.message_id, m.activity_id, m.lead_id, m.thread_id, m.contact_id FROM email_message m
    WHERE m.org_id = $1 AND m.message_id = wanted.message_id AND m.deleted_at IS NULL/*and*/
    ORDER BY m.activity_id LIMIT $3) found;

-- name: newest
-- The threads of each lead with the newest e-mails. $1 org_id uuid, $2 lead ids uuid[], $3 limit a lead int; conditions
-- follow.
SELECT page.*, m.subject
FROM unnest($2::uuid[]) AS wanted (lead_id)
CROSS JOIN LATERAL (
    SELECT t.thread_id, t.lead_id, t.latest_id, t.latest_at, t.latest_position
    FROM email_thread/*then*/ t WHERE t.org_id = $1 AND t.lead_id = wanted.lead_id/*and*/
    ORDER BY t.latest_at DESC, t.latest_position DESC LIMIT $3) page
JOIN email_message/*then*/ m ON m.org_id = $1 AND m.activity_id = page.latest_id
ORDER BY page.lead_id, page.latest_at DESC, page.latest_position DESC;

-- name: oldest
-- As newest, from the other end.
SELECT page.*, m.subject
FROM unnest($2::uuid[]) AS wanted (lead_id)
CROSS JOIN LATERAL (
    SELECT t.thread_id, t.lead_id, t.latest_id, t.latest_at, t.latest_position
    FROM email_thread/*then*/ t WHERE t.org_id = $1 AND t.lead_id = wanted.lead_id/*and*/
    ORDER BY t.latest_at, t.latest_position LIMIT $3) page
JOIN email_message/*then*/ m ON m.org_id = $1 AND m.activity_id = page.latest_id
ORDER BY page.lead_id, page.latest_at, page.latest_position;

-- name: older
(t.latest_at, t.latest_position) < ({}, {});

-- name: newer
(t.latest_at, t.latest_position) > ({}, {});

-- name: threads
-- Threads by id. $1 org_id uuid, $2 thread ids uuid[]; conditions follow.
SELECT t.thread_id, t.lead_id, t.latest_id, t.latest_at, t.latest_position, m.subject
FROM email_thread/*then*/ t JOIN email_message/*then*/ m ON m.org_id = t.org_id AND m.activity_id = t.latest_id
WHERE t.org_id = $1 AND t.thread_id = ANY ($2::uuid[])/*and*/ LIMIT 1000;

-- name: counts
-- How many e-mails threads have, up to $3. $1 org_id uuid, $2 thread ids uuid[], $3 limit int.
SELECT t.thread_id, counted.count
FROM email_thread/*then*/ t
CROSS JOIN LATERAL (
    SELECT count(*) FROM (SELECT 1 FROM email_message/*then*/ m WHERE m.org_id = $1 AND m.lead_id = t.lead_id
                          AND m.thread_id = t.thread_id AND m.deleted_at IS NULL LIMIT $3) capped) counted
WHERE t.org_id = $1 AND t.thread_id = ANY ($2::uuid[]) LIMIT 1000;

-- name: people
-- Between whom the newest e-mails of threads went, newest first. $1 org_id uuid, $2 thread ids uuid[], $3 limit of each int.
SELECT t.thread_id, newest.people, newest.contact_id, newest.user_id
FROM email_thread/*then*/ t
CROSS JOIN LATERAL (
    SELECT m.people, m.contact_id, m.user_id, m.occurred_at, m.position FROM email_message/*then*/ m
    WHERE m.org_id = $1 AND m.lead_id = t.lead_id AND m.thread_id = t.thread_id AND m.deleted_at IS NULL
    ORDER BY m.occurred_at DESC, m.position DESC LIMIT $3) newest
WHERE t.org_id = $1 AND t.thread_id = ANY ($2::uuid[])
ORDER BY t.thread_id, newest.occurred_at DESC, newest.position DESC;

-- name: newest_emails
-- The newest e-mails of each thread. $1 org_id uuid, $2 thread ids uuid[], $3 limit of each int; conditions follow.
SELECT t.thread_id, page.*
FROM email_thread/*then*/ t
CROSS JOIN LATERAL (
    SELECT m.activity_id, m.occurred_at, m.position FROM email_message/*then*/ m
    WHERE m.org_id = $1 AND m.lead_id = t.lead_id AND m.thread_id = t.thread_id AND m.deleted_at IS NULL/*and*/
    ORDER BY m.occurred_at DESC, m.position DESC LIMIT $3) page
WHERE t.org_id = $1 AND t.thread_id = ANY ($2::uuid[])
ORDER BY t.thread_id, page.occurred_at DESC, page.position DESC;

-- name: oldest_emails
-- As newest_emails, from the other end.
SELECT t.thread_id, page.*
FROM email_thread/*then*/ t
CROSS JOIN LATERAL (
    SELECT m.activity_id, m.occurred_at, m.position FROM email_message/*then*/ m
    WHERE m.org_id = $1 AND m.lead_id = t.lead_id AND m.thread_id = t.thread_id AND m.deleted_at IS NULL/*and*/
    ORDER BY m.occurred_at, m.position LIMIT $3) page
WHERE t.org_id = $1 AND t.thread_id = ANY ($2::uuid[])
ORDER BY t.thread_id, page.occurred_at, page.position;

-- name: emails_older
(m.occurred_at, m.position) < ({}, {});

-- name: emails_newer
(m.occurred_at, m.position) > ({}, {});
