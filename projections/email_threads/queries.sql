-- name: refresh_email_thread
-- The newest e-mail of the threads in which some e-mails are, or were until then, as of each event that touched them; a
-- thread that has none any more is gone. p_org uuid, p_keys uuid[] of e-mails, p_positions bigint[], pairwise. Filled
-- into the table's refresh function.
DECLARE
    v_version record;
BEGIN
    FOR v_version IN
        WITH touched AS (
            SELECT DISTINCT message.thread_id, message.lead_id, given.position
            FROM unnest(p_keys, p_positions) AS given (email_id, position)
            CROSS JOIN LATERAL (
                SELECT one.thread_id, one.lead_id FROM {email_message} one
                WHERE one.org_id = p_org AND one.activity_id = given.email_id AND one.from_pos <= given.position
                UNION ALL
                SELECT one.thread_id, one.lead_id FROM {email_message_past} one
                WHERE one.org_id = p_org AND one.activity_id = given.email_id AND one.from_pos <= given.position
                  AND one.to_pos >= given.position) message
        ), steps AS (
            SELECT touched.thread_id, touched.lead_id, latest.activity_id AS latest_id, latest.occurred_at AS latest_at,
                   latest.position AS latest_position, touched.position AS from_pos, false AS is_old
            FROM touched
            LEFT JOIN LATERAL (
                (SELECT message.activity_id, message.occurred_at, message.position FROM {email_message} message
                 WHERE message.org_id = p_org AND message.lead_id = touched.lead_id AND message.thread_id = touched.thread_id
                   AND message.deleted_at IS NULL AND message.from_pos <= touched.position
                 ORDER BY message.occurred_at DESC, message.position DESC LIMIT 1)
                UNION ALL
                (SELECT message.activity_id, message.occurred_at, message.position FROM {email_message_past} message
                 WHERE message.org_id = p_org AND message.lead_id = touched.lead_id AND message.thread_id = touched.thread_id
                   AND message.deleted_at IS NULL AND message.from_pos <= touched.position AND message.to_pos > touched.position
                 ORDER BY message.occurred_at DESC, message.position DESC LIMIT 1)
                ORDER BY occurred_at DESC, position DESC LIMIT 1) latest ON true
            UNION ALL
            SELECT old.thread_id, old.lead_id, old.latest_id, old.latest_at, old.latest_position, old.from_pos, true
            FROM {email_thread} old
            WHERE old.org_id = p_org AND old.thread_id IN (SELECT touched.thread_id FROM touched)
        ), compared AS (
            SELECT steps.*, lag(latest_id) OVER earlier AS last_id, lag(latest_at) OVER earlier AS last_at
            FROM steps WINDOW earlier AS (PARTITION BY thread_id ORDER BY NOT is_old, from_pos)
        )
        SELECT compared.*, lead(from_pos) OVER (PARTITION BY thread_id ORDER BY NOT is_old, from_pos) AS to_pos
        FROM compared WHERE latest_id IS DISTINCT FROM last_id OR latest_at IS DISTINCT FROM last_at
    LOOP
        IF v_version.to_pos IS NULL AND v_version.latest_id IS NULL THEN
            DELETE FROM {email_thread} WHERE org_id = p_org AND thread_id = v_version.thread_id;
        ELSIF v_version.to_pos IS NULL AND NOT v_version.is_old THEN
            INSERT INTO {email_thread} (org_id, thread_id, lead_id, latest_id, latest_at, latest_position, from_pos)
            VALUES (p_org, v_version.thread_id, v_version.lead_id, v_version.latest_id, v_version.latest_at,
                    v_version.latest_position, v_version.from_pos)
            ON CONFLICT (org_id, thread_id) DO UPDATE SET latest_id = excluded.latest_id, latest_at = excluded.latest_at,
                latest_position = excluded.latest_position, from_pos = excluded.from_pos;
        ELSIF v_version.to_pos > v_version.from_pos AND v_version.latest_id IS NOT NULL THEN
            INSERT INTO {email_thread_past} (org_id, thread_id, lead_id, latest_id, latest_at, latest_position, from_pos, to_pos)
            VALUES (p_org, v_version.thread_id, v_version.lead_id, v_version.latest_id, v_version.latest_at,
                    v_version.latest_position, v_version.from_pos, v_version.to_pos);
        END IF;
    END LOOP;
END;

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
SELECT found.message_id, found.activity_id, {root_of found} AS lead_id, found.thread_id, found.contact_id
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
    SELECT own.* FROM {family wanted} AS member
    CROSS JOIN LATERAL (
        SELECT t.thread_id, wanted.lead_id, t.latest_id, t.latest_at, t.latest_position
        FROM email_thread/*then*/ t WHERE t.org_id = $1 AND t.lead_id = member.lead_id/*and*/
        ORDER BY t.latest_at DESC, t.latest_position DESC LIMIT $3) own
    ORDER BY own.latest_at DESC, own.latest_position DESC LIMIT $3) page
JOIN email_message/*then*/ m ON m.org_id = $1 AND m.activity_id = page.latest_id
ORDER BY page.lead_id, page.latest_at DESC, page.latest_position DESC;

-- name: oldest
-- As newest, from the other end.
SELECT page.*, m.subject
FROM unnest($2::uuid[]) AS wanted (lead_id)
CROSS JOIN LATERAL (
    SELECT own.* FROM {family wanted} AS member
    CROSS JOIN LATERAL (
        SELECT t.thread_id, wanted.lead_id, t.latest_id, t.latest_at, t.latest_position
        FROM email_thread/*then*/ t WHERE t.org_id = $1 AND t.lead_id = member.lead_id/*and*/
        ORDER BY t.latest_at, t.latest_position LIMIT $3) own
    ORDER BY own.latest_at, own.latest_position LIMIT $3) page
JOIN email_message/*then*/ m ON m.org_id = $1 AND m.activity_id = page.latest_id
ORDER BY page.lead_id, page.latest_at, page.latest_position;

-- name: older
(t.latest_at, t.latest_position) < ({}, {});

-- name: newer
(t.latest_at, t.latest_position) > ({}, {});

-- name: threads
-- Threads by id. $1 org_id uuid, $2 thread ids uuid[]; conditions follow.
SELECT t.thread_id, {root_of t} AS lead_id, t.latest_id, t.latest_at, t.latest_position, m.subject
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
