-- name: leads
-- Leads by id, with their counters. $1 org_id uuid, $2 lead ids uuid[], at most 1000.
SELECT l.lead_id, l.name, l.display_name, l.description, l.url, l.status_id, l.source, l.created_at, l.created_by,
       l.primary_contact_id, p.version, p.updated_at, p.updated_by, nullif(a.last_activity_at, '-infinity') AS last_activity_at
FROM lead_view l
JOIN lead_pulse p ON p.org_id = l.org_id AND p.lead_id = l.lead_id
LEFT JOIN lead_activity a ON a.org_id = l.org_id AND a.lead_id = l.lead_id
WHERE l.org_id = $1 AND l.lead_id = ANY ($2::uuid[]) LIMIT 1000;

-- name: contacts_of_leads
-- The first contacts of each lead, in order. $1 org_id uuid, $2 lead ids uuid[], $3 limit a lead int.
SELECT c.*
FROM unnest($2::uuid[]) AS wanted (lead_id)
CROSS JOIN LATERAL (
    SELECT lead_id, contact_id, name, title, emails, phones, urls, created_at, updated_at, version, place
    FROM lead_contact WHERE org_id = $1 AND lead_contact.lead_id = wanted.lead_id
    ORDER BY place, contact_id LIMIT $3) c
ORDER BY c.lead_id, c.place, c.contact_id;

-- name: contacts
-- Contacts by id. $1 org_id uuid, $2 contact ids uuid[].
SELECT lead_id, contact_id, name, title, emails, phones, urls, created_at, updated_at, version
FROM lead_contact WHERE org_id = $1 AND contact_id = ANY ($2::uuid[]) LIMIT 1000;

-- name: opportunities_of_leads
-- The first opportunities of each lead, oldest first. $1 org_id uuid, $2 lead ids uuid[], $3 limit a lead int.
SELECT o.*
FROM unnest($2::uuid[]) AS wanted (lead_id)
CROSS JOIN LATERAL (
    SELECT lead_id, opportunity_id, contact_id, user_id, status_id, value, value_period, confidence, note, date_won,
           date_lost, created_at, updated_at, version
    FROM lead_opportunity WHERE org_id = $1 AND lead_opportunity.lead_id = wanted.lead_id
    ORDER BY opportunity_id LIMIT $3) o
ORDER BY o.lead_id, o.opportunity_id;

-- name: opportunities
-- Opportunities by id. $1 org_id uuid, $2 opportunity ids uuid[].
SELECT lead_id, opportunity_id, contact_id, user_id, status_id, value, value_period, confidence, note, date_won,
       date_lost, created_at, updated_at, version
FROM lead_opportunity WHERE org_id = $1 AND opportunity_id = ANY ($2::uuid[]) LIMIT 1000;

-- name: open_tasks_of_leads
-- The first open tasks of each lead, oldest first. $1 org_id uuid, $2 lead ids uuid[], $3 limit a lead int.
SELECT t.*
FROM unnest($2::uuid[]) AS wanted (lead_id)
CROSS JOIN LATERAL (
    SELECT lead_id, task_id, contact_id, text, assigned_to, due_date, due_at, priority, completed_at, created_at,
           updated_at, version
    FROM lead_task WHERE org_id = $1 AND lead_task.lead_id = wanted.lead_id AND completed_at IS NULL
    ORDER BY task_id LIMIT $3) t
ORDER BY t.lead_id, t.task_id;

-- name: tasks_of_leads
-- As open_tasks_of_leads, completed ones included.
SELECT t.*
FROM unnest($2::uuid[]) AS wanted (lead_id)
CROSS JOIN LATERAL (
    SELECT lead_id, task_id, contact_id, text, assigned_to, due_date, due_at, priority, completed_at, created_at,
           updated_at, version
    FROM lead_task WHERE org_id = $1 AND lead_task.lead_id = wanted.lead_id
    ORDER BY task_id LIMIT $3) t
ORDER BY t.lead_id, t.task_id;

-- name: tasks
-- Tasks by id. $1 org_id uuid, $2 task ids uuid[].
SELECT lead_id, task_id, contact_id, text, assigned_to, due_date, due_at, priority, completed_at, created_at,
       updated_at, version
FROM lead_task WHERE org_id = $1 AND task_id = ANY ($2::uuid[]) LIMIT 1000;

-- name: contact_counts
-- $1 org_id uuid, $2 lead ids uuid[].
SELECT lead_id, count(*) AS count FROM lead_contact WHERE org_id = $1 AND lead_id = ANY ($2::uuid[]) GROUP BY lead_id LIMIT 1000;

-- name: open_task_counts
-- $1 org_id uuid, $2 lead ids uuid[].
SELECT lead_id, count(*) AS count FROM lead_task
WHERE org_id = $1 AND lead_id = ANY ($2::uuid[]) AND completed_at IS NULL GROUP BY lead_id LIMIT 1000;

-- name: leads_with_status
-- How many leads have a status, all of them. $1 org_id uuid, $2 status_id uuid.
SELECT count(*) FROM lead_view l WHERE l.org_id = $1 AND l.status_id = $2;

-- name: opportunities_with_status
-- How many opportunities of leads that are there are in a status, all of them. $1 org_id uuid, $2 status_id uuid.
SELECT count(*) FROM lead_opportunity o JOIN lead_view l ON l.org_id = o.org_id AND l.lead_id = o.lead_id
WHERE o.org_id = $1 AND o.status_id = $2;

-- name: page_by_created
-- Ids of leads in the order of creation. $1 org_id uuid, $2 limit int; conditions follow.
SELECT l.lead_id, l.created_at AS sort_key FROM lead_view l WHERE l.org_id = $1/*and*/ ORDER BY l.created_at, l.lead_id LIMIT $2;

-- name: page_by_created_backwards
SELECT l.lead_id, l.created_at AS sort_key FROM lead_view l WHERE l.org_id = $1/*and*/ ORDER BY l.created_at DESC, l.lead_id DESC LIMIT $2;

-- name: page_by_name
-- Ids of leads by folded name.
SELECT l.lead_id, l.sort_name AS sort_key FROM lead_view l WHERE l.org_id = $1/*and*/ ORDER BY l.sort_name, l.lead_id LIMIT $2;

-- name: page_by_name_backwards
SELECT l.lead_id, l.sort_name AS sort_key FROM lead_view l WHERE l.org_id = $1/*and*/ ORDER BY l.sort_name DESC, l.lead_id DESC LIMIT $2;

-- name: page_by_updated
-- Ids of leads by their last event.
SELECT p.lead_id, p.updated_at AS sort_key FROM lead_pulse p JOIN lead_view l ON l.org_id = p.org_id AND l.lead_id = p.lead_id
WHERE p.org_id = $1/*and*/ ORDER BY p.updated_at, p.lead_id LIMIT $2;

-- name: page_by_updated_backwards
SELECT p.lead_id, p.updated_at AS sort_key FROM lead_pulse p JOIN lead_view l ON l.org_id = p.org_id AND l.lead_id = p.lead_id
WHERE p.org_id = $1/*and*/ ORDER BY p.updated_at DESC, p.lead_id DESC LIMIT $2;

-- name: page_by_last_activity
-- Ids of leads by their last activity; those without any count as oldest.
SELECT a.lead_id, a.last_activity_at AS sort_key FROM lead_activity a JOIN lead_view l ON l.org_id = a.org_id AND l.lead_id = a.lead_id
WHERE a.org_id = $1/*and*/ ORDER BY a.last_activity_at, a.lead_id LIMIT $2;

-- name: page_by_last_activity_backwards
SELECT a.lead_id, a.last_activity_at AS sort_key FROM lead_activity a JOIN lead_view l ON l.org_id = a.org_id AND l.lead_id = a.lead_id
WHERE a.org_id = $1/*and*/ ORDER BY a.last_activity_at DESC, a.lead_id DESC LIMIT $2;

-- name: count_leads
-- How many leads a list has, up to $2. $1 org_id uuid, $2 limit int; conditions follow.
SELECT count(*) FROM (SELECT 1 FROM lead_view l WHERE l.org_id = $1/*and*/ LIMIT $2) counted;

-- name: matches_search
l.search @@ {}::tsquery;

-- name: has_status
l.status_id = ANY ({}::uuid[]);

-- name: created_since
l.created_at >= {};

-- name: created_until
l.created_at < {};

-- name: active_since
EXISTS (SELECT 1 FROM lead_activity x WHERE x.org_id = l.org_id AND x.lead_id = l.lead_id AND x.last_activity_at >= {});

-- name: active_until
EXISTS (SELECT 1 FROM lead_activity x WHERE x.org_id = l.org_id AND x.lead_id = l.lead_id AND x.last_activity_at < {} AND x.last_activity_at > '-infinity');

-- name: behind_created
(l.created_at, l.lead_id) > ({}, {});

-- name: before_created
(l.created_at, l.lead_id) < ({}, {});

-- name: behind_name
(l.sort_name, l.lead_id) > ({}, {});

-- name: before_name
(l.sort_name, l.lead_id) < ({}, {});

-- name: behind_updated
(p.updated_at, p.lead_id) > ({}, {});

-- name: before_updated
(p.updated_at, p.lead_id) < ({}, {});

-- name: behind_last_activity
(a.last_activity_at, a.lead_id) > ({}, {});

-- name: before_last_activity
(a.last_activity_at, a.lead_id) < ({}, {});
