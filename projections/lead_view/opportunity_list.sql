-- Days come as text: the driver takes the calendar's first and last day for its infinities.

-- name: page_by_created
-- Opportunities in the order in which they were added. $1 org_id uuid, $2 limit int; conditions follow.
SELECT {root o} AS lead_id, o.opportunity_id, o.contact_id, o.user_id, o.status_id, o.value, o.value_period,
       o.confidence, o.note, o.date_won, o.date_lost, o.created_at, o.updated_at, {version o} AS version
FROM lead_opportunity o {member o} WHERE o.org_id = $1/*and*/ ORDER BY o.created_at, o.opportunity_id LIMIT $2;

-- name: page_by_created_backwards
SELECT {root o} AS lead_id, o.opportunity_id, o.contact_id, o.user_id, o.status_id, o.value, o.value_period,
       o.confidence, o.note, o.date_won, o.date_lost, o.created_at, o.updated_at, {version o} AS version
FROM lead_opportunity o {member o} WHERE o.org_id = $1/*and*/ ORDER BY o.created_at DESC, o.opportunity_id DESC LIMIT $2;

-- name: page_by_updated_backwards
-- Those that were changed last.
SELECT {root o} AS lead_id, o.opportunity_id, o.contact_id, o.user_id, o.status_id, o.value, o.value_period,
       o.confidence, o.note, o.date_won, o.date_lost, o.created_at, o.updated_at, {version o} AS version
FROM lead_opportunity o {member o} WHERE o.org_id = $1/*and*/ ORDER BY o.updated_at DESC, o.opportunity_id DESC LIMIT $2;

-- name: page_by_date_won
-- By date won; those that have one, or those that have none, as a condition says.
SELECT {root o} AS lead_id, o.opportunity_id, o.contact_id, o.user_id, o.status_id, o.value, o.value_period,
       o.confidence, o.note, o.date_won, o.date_lost, o.created_at, o.updated_at, {version o} AS version
FROM lead_opportunity o {member o} WHERE o.org_id = $1/*and*/ ORDER BY o.date_won, o.opportunity_id LIMIT $2;

-- name: page_by_date_won_backwards
SELECT {root o} AS lead_id, o.opportunity_id, o.contact_id, o.user_id, o.status_id, o.value, o.value_period,
       o.confidence, o.note, o.date_won, o.date_lost, o.created_at, o.updated_at, {version o} AS version
FROM lead_opportunity o {member o} WHERE o.org_id = $1/*and*/ ORDER BY o.date_won DESC, o.opportunity_id DESC LIMIT $2;

-- name: page_by_value
-- By value; those that have one, or those that have none, as a condition says.
SELECT {root o} AS lead_id, o.opportunity_id, o.contact_id, o.user_id, o.status_id, o.value, o.value_period,
       o.confidence, o.note, o.date_won, o.date_lost, o.created_at, o.updated_at, {version o} AS version
FROM lead_opportunity o {member o} WHERE o.org_id = $1/*and*/ ORDER BY o.value, o.opportunity_id LIMIT $2;

-- name: page_by_value_backwards
SELECT {root o} AS lead_id, o.opportunity_id, o.contact_id, o.user_id, o.status_id, o.value, o.value_period,
       o.confidence, o.note, o.date_won, o.date_lost, o.created_at, o.updated_at, {version o} AS version
FROM lead_opportunity o {member o} WHERE o.org_id = $1/*and*/ ORDER BY o.value DESC, o.opportunity_id DESC LIMIT $2;

-- name: count
-- How many opportunities a list has, up to $2. $1 org_id uuid, $2 limit int; conditions follow.
SELECT count(*) FROM (SELECT 1 FROM lead_opportunity o {all_members o} WHERE o.org_id = $1/*and*/ LIMIT $2) counted;

-- name: totals
-- Sums of a whole list by status and period; exact. $1 org_id uuid, $2 limit int; conditions follow.
SELECT o.status_id, o.value_period, count(*) AS count, coalesce(sum(o.value), 0) AS value,
       trim_scale(coalesce(sum(o.value * o.confidence), 0) * 0.01) AS expected_value,
       coalesce(sum(o.value), 0) * CASE o.value_period WHEN 'MONTHLY' THEN 12 ELSE 1 END AS annualized_value,
       trim_scale(coalesce(sum(o.value * o.confidence), 0) * 0.01
                  * CASE o.value_period WHEN 'MONTHLY' THEN 12 ELSE 1 END) AS annualized_expected_value
FROM lead_opportunity o {all_members o} WHERE o.org_id = $1/*and*/ GROUP BY o.status_id, o.value_period LIMIT $2;

-- name: counts_of_leads
-- How many opportunities each lead has, and how many in some statuses. $1 org_id uuid, $2 lead ids uuid[], $3 status ids uuid[].
SELECT wanted.lead_id, count(*) AS count, count(*) FILTER (WHERE o.status_id = ANY ($3::uuid[])) AS active
FROM unnest($2::uuid[]) AS wanted (lead_id)
CROSS JOIN LATERAL {family wanted} AS member
JOIN lead_opportunity/*then*/ o ON o.org_id = $1 AND o.lead_id = member.lead_id
GROUP BY wanted.lead_id LIMIT 1000;

-- name: has_status
o.status_id = ANY ({}::uuid[]);

-- name: of_users
o.user_id = ANY ({}::uuid[]);

-- name: of_leads
-- Of some leads, or of those that these were merged into, and of what was merged into them.
o.lead_id = ANY (ARRAY(
    SELECT member.lead_id FROM (SELECT {root_of given} AS lead_id FROM unnest({}::uuid[]) AS given (lead_id)) AS one
    CROSS JOIN LATERAL {family one} AS member));

-- name: of_periods
o.value_period = ANY ({}::text[]);

-- name: won_since
o.date_won >= {}::text::date;

-- name: won_until
o.date_won < {}::text::date;

-- name: created_since
o.created_at >= {};

-- name: created_until
o.created_at < {};

-- name: has_date_won
o.date_won IS NOT NULL;

-- name: has_no_date_won
o.date_won IS NULL;

-- name: has_value
o.value IS NOT NULL;

-- name: has_no_value
o.value IS NULL;

-- name: behind_created
(o.created_at, o.opportunity_id) > ({}, {});

-- name: before_created
(o.created_at, o.opportunity_id) < ({}, {});

-- name: before_updated
(o.updated_at, o.opportunity_id) < ({}, {});

-- name: behind_date_won
(o.date_won, o.opportunity_id) > ({}::text::date, {});

-- name: before_date_won
(o.date_won, o.opportunity_id) < ({}::text::date, {});

-- name: behind_value
(o.value, o.opportunity_id) > ({}, {});

-- name: before_value
(o.value, o.opportunity_id) < ({}, {});

-- name: behind_id
o.opportunity_id > {};

-- name: before_id
o.opportunity_id < {};
