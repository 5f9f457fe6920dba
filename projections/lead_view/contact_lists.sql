-- Lists of contacts. Conditions are over lead_contact c.

-- name: page_by_created
-- Ids of contacts in the order of creation. $1 org_id uuid, $2 limit int; conditions follow.
SELECT c.contact_id, c.created_at AS sort_key FROM lead_contact c WHERE c.org_id = $1/*and*/ ORDER BY c.created_at, c.contact_id LIMIT $2;

-- name: page_by_created_backwards
SELECT c.contact_id, c.created_at AS sort_key FROM lead_contact c WHERE c.org_id = $1/*and*/ ORDER BY c.created_at DESC, c.contact_id DESC LIMIT $2;

-- name: page_by_name
-- Ids of contacts by folded name; those without one first.
SELECT c.contact_id, c.sort_name AS sort_key FROM lead_contact c WHERE c.org_id = $1/*and*/ ORDER BY c.sort_name, c.contact_id LIMIT $2;

-- name: page_by_name_backwards
SELECT c.contact_id, c.sort_name AS sort_key FROM lead_contact c WHERE c.org_id = $1/*and*/ ORDER BY c.sort_name DESC, c.contact_id DESC LIMIT $2;

-- name: count_contacts
-- How many contacts a list has, up to $2. $1 org_id uuid, $2 limit int; conditions follow.
SELECT count(*) FROM (SELECT 1 FROM lead_contact c WHERE c.org_id = $1/*and*/ LIMIT $2) counted;

-- name: of_leads
c.lead_id = ANY ({}::uuid[]);

-- name: matches
-- Terms of the contact itself, without the organization's mark.
array_to_tsvector(c.name_terms || c.title_terms || c.email_terms || c.phone_terms || c.url_terms) @@ {}::text::tsquery;

-- name: created_since
c.created_at >= {};

-- name: created_until
c.created_at < {};

-- name: behind_created
(c.created_at, c.contact_id) > ({}, {});

-- name: before_created
(c.created_at, c.contact_id) < ({}, {});

-- name: behind_name
(c.sort_name, c.contact_id) > ({}, {});

-- name: before_name
(c.sort_name, c.contact_id) < ({}, {});
