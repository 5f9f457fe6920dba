-- Leads that may be the same as another one.

-- name: points
-- E-mail addresses, phone numbers and web hosts of some leads, as terms. $1 org_id uuid, $2 lead ids uuid[], $3 limit a lead int.
SELECT wanted.lead_id, ARRAY(
    SELECT one.term FROM (
        SELECT unnest(c.email_terms || c.phone_terms || c.url_terms) AS term FROM lead_contact c
        WHERE c.org_id = $1 AND c.lead_id = ANY ({family_ids wanted})
        UNION
        SELECT unnest(l.url_terms) FROM lead_view l WHERE l.org_id = $1 AND l.lead_id = wanted.lead_id) one
    WHERE left(one.term, 1) IN ('e', 'p', 'h') LIMIT $3) AS terms
FROM unnest($2::uuid[]) AS wanted (lead_id);

-- name: leads_with_any
-- For each id, other leads whose terms match its query, oldest first; of many that match, some. $1 org_id uuid, $2 ids uuid[], $3 tsqueries text[], $4 limit an id int.
SELECT wanted.wanted_id, found.lead_id
FROM unnest($2::uuid[], $3::text[]) AS wanted (wanted_id, query)
CROSS JOIN LATERAL (
    SELECT l.lead_id FROM (
        SELECT s.lead_id FROM lead_search s WHERE s.org_id = $1 AND s.terms @@ wanted.query::tsquery LIMIT 1000) s
    JOIN lead_view l ON l.org_id = $1 AND l.lead_id = s.lead_id
    WHERE l.deleted_at IS NULL AND l.lead_id <> wanted.wanted_id/*and*/
    ORDER BY l.lead_id LIMIT $4) found
ORDER BY wanted.wanted_id, found.lead_id;
