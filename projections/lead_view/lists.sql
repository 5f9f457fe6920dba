-- Lists of leads. Conditions are over lead_view l; a source gives the leads of one of them out of its index.

-- name: page_by_created
-- Ids of leads in the order of creation. $1 org_id uuid, $2 limit int; conditions follow.
SELECT l.lead_id, l.created_at AS sort_key FROM lead_view l WHERE l.org_id = $1 AND l.deleted_at IS NULL/*and*/ ORDER BY l.created_at, l.lead_id LIMIT $2;

-- name: page_by_created_backwards
SELECT l.lead_id, l.created_at AS sort_key FROM lead_view l WHERE l.org_id = $1 AND l.deleted_at IS NULL/*and*/ ORDER BY l.created_at DESC, l.lead_id DESC LIMIT $2;

-- name: page_by_name
-- Ids of leads by folded name.
SELECT l.lead_id, l.sort_name AS sort_key FROM lead_view l WHERE l.org_id = $1 AND l.deleted_at IS NULL/*and*/ ORDER BY l.sort_name, l.lead_id LIMIT $2;

-- name: page_by_name_backwards
SELECT l.lead_id, l.sort_name AS sort_key FROM lead_view l WHERE l.org_id = $1 AND l.deleted_at IS NULL/*and*/ ORDER BY l.sort_name DESC, l.lead_id DESC LIMIT $2;

-- name: page_by_updated
-- Ids of leads by their last event.
SELECT p.lead_id, p.updated_at AS sort_key FROM lead_pulse p JOIN lead_view l ON l.org_id = p.org_id AND l.lead_id = p.lead_id
WHERE p.org_id = $1 AND l.deleted_at IS NULL/*and*/ ORDER BY p.updated_at, p.lead_id LIMIT $2;

-- name: page_by_updated_backwards
SELECT p.lead_id, p.updated_at AS sort_key FROM lead_pulse p JOIN lead_view l ON l.org_id = p.org_id AND l.lead_id = p.lead_id
WHERE p.org_id = $1 AND l.deleted_at IS NULL/*and*/ ORDER BY p.updated_at DESC, p.lead_id DESC LIMIT $2;

-- name: page_by_last_activity
-- Ids of leads by their last activity; those without any count as oldest.
SELECT a.lead_id, a.last_activity_at AS sort_key FROM lead_activity a JOIN lead_view l ON l.org_id = a.org_id AND l.lead_id = a.lead_id
WHERE a.org_id = $1 AND l.deleted_at IS NULL/*and*/ ORDER BY a.last_activity_at, a.lead_id LIMIT $2;

-- name: page_by_last_activity_backwards
SELECT a.lead_id, a.last_activity_at AS sort_key FROM lead_activity a JOIN lead_view l ON l.org_id = a.org_id AND l.lead_id = a.lead_id
WHERE a.org_id = $1 AND l.deleted_at IS NULL/*and*/ ORDER BY a.last_activity_at DESC, a.lead_id DESC LIMIT $2;

-- name: page_by_relevance
-- Ids of leads by how well their names match: the whole name, its beginning, words of it, anything else; newest first.
-- $1 org_id uuid, $2 limit int, $3 folded search text, $4 words of a name tsquery; conditions follow.
SELECT l.lead_id, ranked.sort_key FROM lead_view l
CROSS JOIN LATERAL (
    SELECT CASE WHEN l.sort_name = $3 THEN 3 WHEN starts_with(l.sort_name, $3) THEN 2
                WHEN array_to_tsvector(string_to_array(l.sort_name, ' ')) @@ $4::text::tsquery THEN 1 ELSE 0 END AS sort_key) ranked
WHERE l.org_id = $1 AND l.deleted_at IS NULL/*and*/ ORDER BY ranked.sort_key DESC, l.lead_id DESC LIMIT $2;

-- name: count_leads
-- How many leads a list has, up to $2. $1 org_id uuid, $2 limit int; conditions follow.
SELECT count(*) FROM (SELECT 1 FROM lead_view l WHERE l.org_id = $1 AND l.deleted_at IS NULL/*and*/ LIMIT $2) counted;

-- name: among
l.lead_id = ANY ({}::uuid[]);

-- name: nothing
false;

-- name: matches
EXISTS (SELECT 1 FROM lead_search x WHERE x.org_id = l.org_id AND x.lead_id = l.lead_id AND x.terms @@ {}::text::tsquery);

-- name: has_value
EXISTS (SELECT 1 FROM lead_custom x WHERE x.org_id = l.org_id AND x.lead_id = l.lead_id AND x.field_id = {});

-- name: has_no_value
NOT EXISTS (SELECT 1 FROM lead_custom x WHERE x.org_id = l.org_id AND x.lead_id = l.lead_id AND x.field_id = {});

-- name: number_among
EXISTS (SELECT 1 FROM lead_custom x WHERE x.org_id = l.org_id AND x.lead_id = l.lead_id AND x.field_id = {} AND x.number = ANY ({}::numeric[]));

-- name: number_between
EXISTS (SELECT 1 FROM lead_custom x WHERE x.org_id = l.org_id AND x.lead_id = l.lead_id AND x.field_id = {} AND x.number >= {}::numeric AND x.number < {}::numeric);

-- name: number_from
EXISTS (SELECT 1 FROM lead_custom x WHERE x.org_id = l.org_id AND x.lead_id = l.lead_id AND x.field_id = {} AND x.number >= {}::numeric);

-- name: number_below
EXISTS (SELECT 1 FROM lead_custom x WHERE x.org_id = l.org_id AND x.lead_id = l.lead_id AND x.field_id = {} AND x.number < {}::numeric);

-- name: has_open_task
EXISTS (SELECT 1 FROM lead_task x WHERE x.org_id = l.org_id AND x.lead_id = l.lead_id AND x.completed_at IS NULL);

-- name: has_no_open_task
NOT EXISTS (SELECT 1 FROM lead_task x WHERE x.org_id = l.org_id AND x.lead_id = l.lead_id AND x.completed_at IS NULL);

-- name: has_active_opportunity
EXISTS (SELECT 1 FROM lead_opportunity x WHERE x.org_id = l.org_id AND x.lead_id = l.lead_id AND x.status_id = ANY ({}::uuid[]));

-- name: has_no_active_opportunity
NOT EXISTS (SELECT 1 FROM lead_opportunity x WHERE x.org_id = l.org_id AND x.lead_id = l.lead_id AND x.status_id = ANY ({}::uuid[]));

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


-- name: before_relevance
(ranked.sort_key, l.lead_id) < ({}::int, {});

-- name: candidates
-- The first leads of one criterion, out of its index.
SELECT ARRAY({source} LIMIT {limit}) AS lead_ids;

-- name: leads_matching
SELECT s.lead_id FROM lead_search s WHERE s.org_id = $1 AND s.terms @@ {}::text::tsquery;

-- name: leads_with_value
SELECT DISTINCT v.lead_id FROM lead_custom v WHERE v.org_id = $1 AND v.field_id = {};

-- name: leads_number_among
SELECT DISTINCT v.lead_id FROM lead_custom v WHERE v.org_id = $1 AND v.field_id = {} AND v.number = ANY ({}::numeric[]);

-- name: leads_number_between
SELECT DISTINCT v.lead_id FROM lead_custom v WHERE v.org_id = $1 AND v.field_id = {} AND v.number >= {}::numeric AND v.number < {}::numeric;

-- name: leads_number_from
SELECT DISTINCT v.lead_id FROM lead_custom v WHERE v.org_id = $1 AND v.field_id = {} AND v.number >= {}::numeric;

-- name: leads_number_below
SELECT DISTINCT v.lead_id FROM lead_custom v WHERE v.org_id = $1 AND v.field_id = {} AND v.number < {}::numeric;

-- name: leads_with_status_of
SELECT v.lead_id FROM lead_view v WHERE v.org_id = $1 AND v.status_id = ANY ({}::uuid[]) AND v.deleted_at IS NULL;

-- name: leads_created_since
SELECT v.lead_id FROM lead_view v WHERE v.org_id = $1 AND v.created_at >= {} AND v.deleted_at IS NULL;

-- name: leads_created_until
SELECT v.lead_id FROM lead_view v WHERE v.org_id = $1 AND v.created_at < {} AND v.deleted_at IS NULL;

-- name: leads_active_since
SELECT v.lead_id FROM lead_activity v WHERE v.org_id = $1 AND v.last_activity_at >= {};

-- name: leads_active_until
SELECT v.lead_id FROM lead_activity v WHERE v.org_id = $1 AND v.last_activity_at < {} AND v.last_activity_at > '-infinity';

-- name: leads_has_open_task
SELECT DISTINCT v.lead_id FROM lead_task v WHERE v.org_id = $1 AND v.completed_at IS NULL;

-- name: leads_has_active_opportunity
SELECT DISTINCT v.lead_id FROM lead_opportunity v WHERE v.org_id = $1 AND v.status_id = ANY ({}::uuid[]);

-- name: duplicate_keys
-- E-mail addresses, phone numbers and the web host of some leads, as terms. $1 org_id uuid, $2 lead ids uuid[], $3 limit a lead int.
SELECT wanted.lead_id, ARRAY(
    SELECT term FROM (
        SELECT unnest(c.email_terms || c.phone_terms) AS term FROM lead_contact c WHERE c.org_id = $1 AND c.lead_id = wanted.lead_id) one
    WHERE left(term, 1) IN ('e', 'p')
    UNION
    SELECT term FROM (SELECT unnest(l.url_terms) AS term FROM lead_view l WHERE l.org_id = $1 AND l.lead_id = wanted.lead_id) one
    WHERE left(term, 1) = 'h'
    LIMIT $3) AS terms
FROM unnest($2::uuid[]) AS wanted (lead_id);

-- name: leads_with_any
-- Leads whose terms match a query, oldest first. $1 org_id uuid, $2 tsquery text, $3 another lead_id uuid or null, $4 limit int; conditions follow.
SELECT l.lead_id FROM lead_search s JOIN lead_view l ON l.org_id = s.org_id AND l.lead_id = s.lead_id
WHERE s.org_id = $1 AND s.terms @@ $2::text::tsquery AND l.deleted_at IS NULL AND l.lead_id IS DISTINCT FROM $3::uuid/*and*/
ORDER BY l.lead_id LIMIT $4;
