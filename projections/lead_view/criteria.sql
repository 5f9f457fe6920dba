-- Conditions over lead_view l, and sources: the leads of which one holds, in the order of the index that has them.
-- Subqueries of conditions end in OFFSET 0: they are looked up lead by lead, and never joined by reading all that match.

-- name: candidates
-- The leads of a source, if they are no more than $2. $1 org_id uuid, $2 limit int.
SELECT CASE WHEN cardinality(found.lead_ids) <= $2 THEN found.lead_ids END AS lead_ids
FROM (SELECT ARRAY({source} LIMIT $2 + 1) AS lead_ids OFFSET 0) found;

-- name: nothing
false;

-- name: set_apart
-- A condition on a lead's own columns that is no reason to leave the order's index for another one.
({condition}) IS TRUE;

-- name: matches
EXISTS (SELECT 1 FROM lead_search x WHERE x.org_id = l.org_id AND x.lead_id = l.lead_id AND x.terms @@ {}::text::tsquery OFFSET 0);

-- name: leads_that_match
SELECT x.lead_id FROM lead_search x WHERE x.org_id = $1 AND x.terms @@ {}::text::tsquery;

-- name: has_status
l.status_id = ANY ({}::uuid[]);

-- name: leads_with_status
SELECT found.lead_id FROM unnest({}::uuid[]) AS one (status_id) CROSS JOIN LATERAL (
    SELECT l.lead_id FROM lead_view l WHERE l.org_id = $1 AND l.status_id = one.status_id AND l.deleted_at IS NULL
    ORDER BY l.created_at, l.lead_id LIMIT $2 + 1) found;

-- name: created_since
l.created_at >= {};

-- name: created_until
l.created_at < {};

-- name: leads_created
SELECT l.lead_id FROM lead_view l WHERE l.org_id = $1 AND l.deleted_at IS NULL AND {condition} ORDER BY l.created_at, l.lead_id;

-- name: active_since
a.last_activity_at >= {};

-- name: active_until
a.last_activity_at < {};

-- name: active_ever
a.last_activity_at > '-infinity';

-- name: active
EXISTS (SELECT 1 FROM lead_activity a WHERE a.org_id = l.org_id AND a.lead_id = l.lead_id AND {condition} OFFSET 0);

-- name: leads_active
SELECT a.lead_id FROM lead_activity a WHERE a.org_id = $1 AND {condition} ORDER BY a.last_activity_at, a.lead_id;

-- name: has_open_task
EXISTS (SELECT 1 FROM lead_task x WHERE x.org_id = l.org_id AND x.lead_id = ANY ({family_ids l}) AND x.completed_at IS NULL OFFSET 0);

-- name: leads_with_open_task
SELECT {root x} AS lead_id FROM (
    SELECT DISTINCT x.lead_id FROM lead_task x WHERE x.org_id = $1 AND x.completed_at IS NULL
    ORDER BY x.lead_id LIMIT $2 + 1) x {member x};

-- name: has_active_opportunity
EXISTS (SELECT 1 FROM lead_opportunity x WHERE x.org_id = l.org_id AND x.lead_id = ANY ({family_ids l}) AND x.status_id = ANY ({}::uuid[]) OFFSET 0);

-- name: leads_with_active_opportunity
SELECT {root found} AS lead_id FROM unnest({}::uuid[]) AS one (status_id) CROSS JOIN LATERAL (
    SELECT DISTINCT x.lead_id FROM lead_opportunity x WHERE x.org_id = $1 AND x.status_id = one.status_id
    ORDER BY x.lead_id LIMIT $2 + 1) found {member found};

-- name: has_value
-- A value of a custom field of which all that follows holds: of the lead itself, or of something of its own.
EXISTS (SELECT 1 FROM lead_custom x WHERE x.org_id = l.org_id AND {owner} AND x.field_id = {}{and} OFFSET 0);

-- name: owned_by_lead
x.owner_id = l.lead_id;

-- name: owned_within_lead
x.lead_id = ANY ({family_ids l});

-- name: value_matches
array_to_tsvector(x.terms) @@ {}::text::tsquery;

-- name: value_names_contact
EXISTS (SELECT 1 FROM jsonb_array_elements_text(x.value) one (id)
        JOIN lead_contact c ON c.org_id = x.org_id AND c.contact_id = one.id::uuid OFFSET 0);

-- name: value_among
x.number = ANY ({}::numeric[]);

-- name: value_from
x.number >= {}::numeric;

-- name: value_below
x.number < {}::numeric;

-- name: leads_with_value
SELECT x.lead_id, x.owner_id FROM lead_custom x WHERE x.org_id = $1 AND x.field_id = {}{and} ORDER BY x.number, x.lead_id LIMIT $2 + 1;

-- name: leads_with_value_among
SELECT found.lead_id, found.owner_id FROM unnest({}::numeric[]) AS one (number) CROSS JOIN LATERAL (
    SELECT x.lead_id, x.owner_id FROM lead_custom x WHERE x.org_id = $1 AND x.field_id = {} AND x.number = one.number
    ORDER BY x.lead_id LIMIT $2 + 1) found;

-- name: leads_of_owners
-- Values of a lead itself are its own; those of what hangs on it are those of the lead that it was merged into.
SELECT CASE WHEN found.owner_id = found.lead_id THEN found.lead_id ELSE {root found} END AS lead_id
FROM ({values}) found {member found};
