-- Lists of contacts. Conditions are over lead_contact c.

-- name: page
-- Ids and sort keys of contacts in an order. $1 org_id uuid, $2 limit int. In braces: one of the statements by_….
{contacts}
ORDER BY sort_key, contact_id LIMIT $2;

-- name: page_backwards
{contacts}
ORDER BY sort_key DESC, contact_id DESC LIMIT $2;

-- name: count
-- How many contacts there are, up to $2. $1 org_id uuid, $2 limit int. In braces: by_created.
SELECT count(*) FROM ({contacts}
LIMIT $2) counted;

-- name: few
-- Of some leads alone, each looked up by its key, whatever the planner thinks of the order. In braces: one of by_….
SELECT found.contact_id, found.sort_key
FROM (SELECT DISTINCT member.lead_id FROM (SELECT {root_of given} AS lead_id FROM unnest({}::uuid[]) AS given (lead_id)) AS one
      CROSS JOIN LATERAL {family one} AS member) AS few
CROSS JOIN LATERAL ({contacts} OFFSET 0) found;

-- name: of_few
c.lead_id = few.lead_id;

-- name: by_created
SELECT c.contact_id, c.created_at AS sort_key FROM lead_contact c {member c} WHERE c.org_id = $1/*and*/;

-- name: by_name
-- By folded name; those without one first.
SELECT c.contact_id, c.sort_name AS sort_key FROM lead_contact c {member c} WHERE c.org_id = $1/*and*/;

-- name: matches
-- Terms of the contact itself, without the organization's mark.
array_to_tsvector(c.name_terms || c.title_terms || c.email_terms || c.phone_terms || c.url_terms) @@ {}::text::tsquery;

-- name: created_since
c.created_at >= {};

-- name: created_until
c.created_at < {};

-- name: set_apart
-- A condition on a contact's own columns that is no reason to leave the order's index for another one.
({condition}) IS TRUE;

-- name: leads_with_created
SELECT c.lead_id FROM lead_contact c WHERE c.org_id = $1 AND {condition} ORDER BY c.created_at, c.contact_id;

-- name: behind_created
(c.created_at, c.contact_id) > ({}, {});

-- name: before_created
(c.created_at, c.contact_id) < ({}, {});

-- name: behind_name
(c.sort_name, c.contact_id) > ({}, {});

-- name: before_name
(c.sort_name, c.contact_id) < ({}, {});
