-- Contacts by e-mail address, for mail that is to be logged.

-- name: correspondents
-- For each address, contacts that have it, with what their leads are called, oldest lead first; of many, some. $1 org_id uuid, $2 terms text[], $3 tsqueries text[], pairwise, $4 limit an address int.
SELECT wanted.term, found.lead_id, found.contact_id, found.name
FROM unnest($2::text[], $3::text[]) AS wanted (term, query)
CROSS JOIN LATERAL (
    SELECT l.lead_id, c.contact_id, coalesce(l.name, l.primary_name) AS name FROM (
        SELECT s.lead_id FROM lead_search s WHERE s.org_id = $1 AND s.terms @@ wanted.query::tsquery LIMIT $4) s
    JOIN lead_view l ON l.org_id = $1 AND l.lead_id = s.lead_id
    JOIN lead_contact c ON c.org_id = $1 AND c.lead_id = ANY ({family_ids s})
    WHERE l.deleted_at IS NULL AND wanted.term = ANY (c.email_terms)
    ORDER BY l.lead_id, c.place, c.contact_id LIMIT $4) found
ORDER BY wanted.term, found.lead_id;

-- name: lead_names
-- What leads are called, without those that are deleted. $1 org_id uuid, $2 lead ids uuid[].
SELECT l.lead_id, coalesce(l.name, l.primary_name) AS name
FROM unnest($2::uuid[]) AS wanted (lead_id)
JOIN lead_view l ON l.org_id = $1 AND l.lead_id = wanted.lead_id
WHERE l.deleted_at IS NULL;

-- name: known_phones
-- Which of some numbers a contact of a lead has that is there. $1 org_id uuid, $2 numbers text[], $3 terms text[],
-- $4 tsqueries text[], pairwise.
SELECT wanted.phone
FROM unnest($2::text[], $3::text[], $4::text[]) AS wanted (phone, term, query)
WHERE EXISTS (
    SELECT 1 FROM lead_search s
    JOIN lead_view l ON l.org_id = $1 AND l.lead_id = s.lead_id
    JOIN lead_contact c ON c.org_id = $1 AND c.lead_id = ANY ({family_ids s})
    WHERE s.org_id = $1 AND s.terms @@ wanted.query::tsquery AND l.deleted_at IS NULL
    AND wanted.term = ANY (c.phone_terms));
