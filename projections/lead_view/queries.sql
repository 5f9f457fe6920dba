-- name: refresh_lead_search
-- What some leads are found by, with what was merged into them; a deleted one by nothing. p_org uuid, p_keys uuid[]. Filled into the table's refresh function.
-- A tsvector holds a megabyte: of a lead with more words, the last ones of the alphabet are not found.
INSERT INTO {lead_search} (org_id, lead_id, terms)
SELECT p_org, key, array_to_tsvector(ARRAY(
    SELECT right(p_org::text, 8) || kept.term FROM (
        SELECT one.term, sum(octet_length(one.term) + 8) OVER (ORDER BY one.term) AS size FROM (
            SELECT unnest(l.name_terms || l.url_terms || l.address_terms || ARRAY['s' || replace(l.status_id::text, '-', '')]
                          || CASE WHEN l.name IS NULL AND l.primary_name IS NULL THEN ARRAY['luntitled'] ELSE '{}' END) AS term
            WHERE l.lead_id IS NOT NULL
            UNION SELECT unnest(c.name_terms || c.title_terms || c.email_terms || c.phone_terms || c.url_terms)
            FROM {lead_contact} c WHERE c.org_id = p_org AND c.lead_id = ANY (family.lead_ids)
            UNION SELECT unnest(v.terms)
            FROM {lead_custom} v WHERE v.org_id = p_org AND v.lead_id = ANY (family.lead_ids)
            AND (v.owner_id = l.lead_id OR v.owner_id <> v.lead_id)) one) kept
    WHERE kept.size < 900000))
FROM unnest(p_keys) AS keys (key)
LEFT JOIN {lead_view} l ON l.org_id = p_org AND l.lead_id = key AND l.deleted_at IS NULL
CROSS JOIN LATERAL (
    SELECT ARRAY(SELECT l.lead_id UNION ALL SELECT merged.lead_id FROM {lead_member} merged
                 WHERE merged.org_id = p_org AND merged.root_id = l.lead_id) AS lead_ids) family
ON CONFLICT (org_id, lead_id) DO UPDATE SET terms = excluded.terms WHERE {lead_search}.terms <> excluded.terms;

-- name: leads
-- Leads by id, with their counters; for one that was merged into another, that one. $1 org_id uuid, $2 lead ids uuid[],
-- at most 1000.
SELECT wanted.lead_id AS wanted_id, l.lead_id, l.name, l.display_name, l.description, l.url, l.addresses, l.status_id, l.source, l.created_at, l.created_by,
       l.primary_contact_id, p.version, p.updated_at, p.updated_by, nullif(a.last_activity_at, '-infinity') AS last_activity_at,
       nullif(a.last_communication_at, '-infinity') AS last_communication_at
FROM unnest($2::uuid[]) AS wanted (lead_id)
{member wanted}
JOIN lead_view/*then*/ l ON l.org_id = $1 AND l.lead_id = {root wanted}
JOIN lead_pulse p ON p.org_id = l.org_id AND p.lead_id = l.lead_id
LEFT JOIN lead_activity a ON a.org_id = l.org_id AND a.lead_id = l.lead_id
WHERE l.deleted_at IS NULL/*and*/ LIMIT 1000;

-- name: leads_then
-- As leads, at a moment: their counters are those of the last event of their stream until then, and of what their feed
-- held then. $1 org_id uuid, $2 lead ids uuid[], $3 position bigint.
SELECT wanted.lead_id AS wanted_id, l.lead_id, l.name, l.display_name, l.description, l.url, l.addresses, l.status_id, l.source, l.created_at, l.created_by,
       l.primary_contact_id, p.version, p.updated_at, p.updated_by, nullif(a.last_activity_at, '-infinity') AS last_activity_at,
       nullif(a.last_communication_at, '-infinity') AS last_communication_at
FROM unnest($2::uuid[]) AS wanted (lead_id)
{member wanted}
JOIN lead_view/*then*/ l ON l.org_id = $1 AND l.lead_id = {root wanted}
CROSS JOIN LATERAL (
    SELECT e.stream_version AS version, e.recorded_at AS updated_at, e.actor_user AS updated_by
    FROM (
{version_at}) last
    JOIN events e ON e.org_id = $1 AND e.stream_id = l.lead_id AND e.stream_version = last.version) p
CROSS JOIN LATERAL (
{last_activity}) a
WHERE l.deleted_at IS NULL/*and*/ LIMIT 1000;

-- name: contacts_of_leads
-- The first contacts of each lead, in order. $1 org_id uuid, $2 lead ids uuid[], $3 limit a lead int.
SELECT c.*
FROM unnest($2::uuid[]) AS wanted (lead_id)
CROSS JOIN LATERAL (
    SELECT own.* FROM {family wanted} AS member
    CROSS JOIN LATERAL (
        SELECT wanted.lead_id, contact_id, name, title, emails, phones, urls, created_at, updated_at,
               CASE WHEN c.from_pos < member.since THEN member.version ELSE c.version END AS version, place
        FROM lead_contact/*then*/ c WHERE c.org_id = $1 AND c.lead_id = member.lead_id
        ORDER BY place, contact_id LIMIT $3) own
    ORDER BY own.place, own.contact_id LIMIT $3) c
ORDER BY c.lead_id, c.place, c.contact_id;

-- name: contacts
-- Contacts by id. $1 org_id uuid, $2 contact ids uuid[].
SELECT {root c} AS lead_id, c.contact_id, c.name, c.title, c.emails, c.phones, c.urls, c.created_at, c.updated_at,
       {version c} AS version
FROM lead_contact/*then*/ c {member c} WHERE c.org_id = $1 AND c.contact_id = ANY ($2::uuid[])/*and*/ LIMIT 1000;

-- name: opportunities_of_leads
-- The first opportunities of each lead, oldest first. $1 org_id uuid, $2 lead ids uuid[], $3 limit a lead int.
SELECT o.*
FROM unnest($2::uuid[]) AS wanted (lead_id)
CROSS JOIN LATERAL (
    SELECT own.* FROM {family wanted} AS member
    CROSS JOIN LATERAL (
        SELECT wanted.lead_id, opportunity_id, contact_id, user_id, status_id, value, value_period, confidence, note,
               date_won, date_lost, created_at, updated_at,
               CASE WHEN o.from_pos < member.since THEN member.version ELSE o.version END AS version
        FROM lead_opportunity/*then*/ o WHERE o.org_id = $1 AND o.lead_id = member.lead_id
        ORDER BY opportunity_id LIMIT $3) own
    ORDER BY own.opportunity_id LIMIT $3) o
ORDER BY o.lead_id, o.opportunity_id;

-- name: opportunities
-- Opportunities by id. $1 org_id uuid, $2 opportunity ids uuid[].
SELECT {root o} AS lead_id, o.opportunity_id, o.contact_id, o.user_id, o.status_id, o.value, o.value_period,
       o.confidence, o.note, o.date_won, o.date_lost, o.created_at, o.updated_at, {version o} AS version
FROM lead_opportunity/*then*/ o {member o}
WHERE o.org_id = $1 AND o.opportunity_id = ANY ($2::uuid[])/*and*/ LIMIT 1000;

-- name: open_tasks_of_leads
-- The first open tasks of each lead, oldest first. $1 org_id uuid, $2 lead ids uuid[], $3 limit a lead int.
SELECT t.*
FROM unnest($2::uuid[]) AS wanted (lead_id)
CROSS JOIN LATERAL (
    SELECT own.* FROM {family wanted} AS member
    CROSS JOIN LATERAL (
        SELECT wanted.lead_id, task_id, contact_id, text, assigned_to, due_date, due_at, priority, completed_at,
               created_at, updated_at, CASE WHEN t.from_pos < member.since THEN member.version ELSE t.version END AS version
        FROM lead_task/*then*/ t WHERE t.org_id = $1 AND t.lead_id = member.lead_id AND completed_at IS NULL
        ORDER BY task_id LIMIT $3) own
    ORDER BY own.task_id LIMIT $3) t
ORDER BY t.lead_id, t.task_id;

-- name: tasks_of_leads
-- As open_tasks_of_leads, completed ones included.
SELECT t.*
FROM unnest($2::uuid[]) AS wanted (lead_id)
CROSS JOIN LATERAL (
    SELECT own.* FROM {family wanted} AS member
    CROSS JOIN LATERAL (
        SELECT wanted.lead_id, task_id, contact_id, text, assigned_to, due_date, due_at, priority, completed_at,
               created_at, updated_at, CASE WHEN t.from_pos < member.since THEN member.version ELSE t.version END AS version
        FROM lead_task/*then*/ t WHERE t.org_id = $1 AND t.lead_id = member.lead_id
        ORDER BY task_id LIMIT $3) own
    ORDER BY own.task_id LIMIT $3) t
ORDER BY t.lead_id, t.task_id;

-- name: tasks
-- Tasks by id. $1 org_id uuid, $2 task ids uuid[].
SELECT {root t} AS lead_id, t.task_id, t.contact_id, t.text, t.assigned_to, t.due_date, t.due_at, t.priority,
       t.completed_at, t.created_at, t.updated_at, {version t} AS version
FROM lead_task/*then*/ t {member t} WHERE t.org_id = $1 AND t.task_id = ANY ($2::uuid[])/*and*/ LIMIT 1000;

-- name: custom_values
-- Values of custom fields. $1 org_id uuid, $2 owners uuid[].
SELECT owner_id, field_id, value FROM lead_custom/*then*/ AS lead_custom WHERE org_id = $1 AND owner_id = ANY ($2::uuid[]) LIMIT 100000;

-- name: contact_counts
-- $1 org_id uuid, $2 lead ids uuid[].
SELECT wanted.lead_id, count(*) AS count
FROM unnest($2::uuid[]) AS wanted (lead_id)
CROSS JOIN LATERAL {family wanted} AS member
JOIN lead_contact/*then*/ c ON c.org_id = $1 AND c.lead_id = member.lead_id
GROUP BY wanted.lead_id LIMIT 1000;

-- name: open_task_counts
-- $1 org_id uuid, $2 lead ids uuid[].
SELECT wanted.lead_id, count(*) AS count
FROM unnest($2::uuid[]) AS wanted (lead_id)
CROSS JOIN LATERAL {family wanted} AS member
JOIN lead_task/*then*/ t ON t.org_id = $1 AND t.lead_id = member.lead_id AND t.completed_at IS NULL
GROUP BY wanted.lead_id LIMIT 1000;

-- name: leads_with_status
-- How many leads have a status, all of them. $1 org_id uuid, $2 status_id uuid.
SELECT count(*) FROM lead_view l WHERE l.org_id = $1 AND l.status_id = $2 AND l.deleted_at IS NULL;

-- name: opportunities_with_status
-- How many opportunities of leads that are there are in a status, all of them. $1 org_id uuid, $2 status_id uuid.
SELECT count(*) FROM lead_opportunity o {all_members o} JOIN lead_view l ON l.org_id = $1 AND l.lead_id = {root o}
WHERE o.org_id = $1 AND o.status_id = $2 AND l.deleted_at IS NULL;
