-- Days come as text: the driver takes the calendar's first and last day for its infinities.

-- name: page_by_day
-- Tasks that are due on a calendar day. $1 org_id uuid, $2 limit int; conditions follow.
SELECT {root t} AS lead_id, t.task_id, t.contact_id, t.text, t.assigned_to, t.due_date, t.due_at, t.priority,
       t.completed_at, t.created_at, t.updated_at, {version t} AS version
FROM lead_task t {member t} WHERE t.org_id = $1 AND t.due_date IS NOT NULL/*and*/ ORDER BY t.due_date, t.task_id LIMIT $2;

-- name: page_by_instant
-- Tasks that are due at an instant.
SELECT {root t} AS lead_id, t.task_id, t.contact_id, t.text, t.assigned_to, t.due_date, t.due_at, t.priority,
       t.completed_at, t.created_at, t.updated_at, {version t} AS version
FROM lead_task t {member t} WHERE t.org_id = $1 AND t.due_at IS NOT NULL/*and*/ ORDER BY t.due_at, t.task_id LIMIT $2;

-- name: page_of_undated
-- Tasks that are due whenever.
SELECT {root t} AS lead_id, t.task_id, t.contact_id, t.text, t.assigned_to, t.due_date, t.due_at, t.priority,
       t.completed_at, t.created_at, t.updated_at, {version t} AS version
FROM lead_task t {member t} WHERE t.org_id = $1 AND t.due_date IS NULL AND t.due_at IS NULL/*and*/ ORDER BY t.task_id LIMIT $2;

-- name: page_by_created_backwards
-- The newest tasks.
SELECT {root t} AS lead_id, t.task_id, t.contact_id, t.text, t.assigned_to, t.due_date, t.due_at, t.priority,
       t.completed_at, t.created_at, t.updated_at, {version t} AS version
FROM lead_task t {member t} WHERE t.org_id = $1/*and*/ ORDER BY t.created_at DESC, t.task_id DESC LIMIT $2;

-- name: count
-- How many tasks a list has, up to $2. $1 org_id uuid, $2 limit int; conditions follow.
SELECT count(*) FROM (SELECT 1 FROM lead_task t {all_members t} WHERE t.org_id = $1/*and*/ LIMIT $2) counted;

-- name: next_of_leads
-- Of the open tasks of each lead, the first that is due on a day and the first that is due at an instant.
-- $1 org_id uuid, $2 lead ids uuid[].
SELECT t.*
FROM unnest($2::uuid[]) AS wanted (lead_id)
CROSS JOIN LATERAL {family wanted} AS member
CROSS JOIN LATERAL (
    (SELECT wanted.lead_id, task_id, contact_id, text, assigned_to, due_date, due_at, priority, completed_at, created_at,
            updated_at, CASE WHEN d.from_pos < member.since THEN member.version ELSE d.version END AS version
     FROM lead_task/*then*/ d
     WHERE d.org_id = $1 AND d.lead_id = member.lead_id AND completed_at IS NULL AND due_date IS NOT NULL
     ORDER BY due_date, task_id LIMIT 1)
    UNION ALL
    (SELECT wanted.lead_id, task_id, contact_id, text, assigned_to, due_date, due_at, priority, completed_at, created_at,
            updated_at, CASE WHEN i.from_pos < member.since THEN member.version ELSE i.version END AS version
     FROM lead_task/*then*/ i
     WHERE i.org_id = $1 AND i.lead_id = member.lead_id AND completed_at IS NULL AND due_at IS NOT NULL
     ORDER BY due_at, task_id LIMIT 1)) t;

-- name: is_open
t.completed_at IS NULL;

-- name: is_complete
t.completed_at IS NOT NULL;

-- name: of_user
t.assigned_to = {};

-- name: of_users
t.assigned_to = ANY ({}::uuid[]);

-- name: of_others
t.assigned_to IS DISTINCT FROM {};

-- name: of_nobody
t.assigned_to IS NULL;

-- name: of_somebody
t.assigned_to IS NOT NULL;

-- name: of_leads
-- Of some leads, or of those that these were merged into, and of what was merged into them.
t.lead_id = ANY (ARRAY(
    SELECT member.lead_id FROM (SELECT {root_of given} AS lead_id FROM unnest({}::uuid[]) AS given (lead_id)) AS one
    CROSS JOIN LATERAL {family one} AS member));

-- name: of_priorities
t.priority = ANY ({}::text[]);

-- name: day_since
t.due_date >= {}::text::date;

-- name: day_until
t.due_date < {}::text::date;

-- name: instant_since
t.due_at >= {};

-- name: instant_until
t.due_at < {};

-- name: either_since
(t.due_date >= {}::text::date OR t.due_at >= {});

-- name: either_until
(t.due_date < {}::text::date OR t.due_at < {});

-- name: neither_until
(t.due_date < {}::text::date OR t.due_at < {}) IS NOT TRUE;

-- name: behind_day
(t.due_date, t.task_id) > ({}::text::date, {});

-- name: behind_whole_day
t.due_date > {}::text::date;

-- name: behind_instant
(t.due_at, t.task_id) > ({}, {});

-- name: behind_id
t.task_id > {};

-- name: before_created
(t.created_at, t.task_id) < ({}, {});
