-- Lists of leads. Conditions are over lead_view l; a source gives the leads of which one holds, off its index's order.
-- Subqueries of conditions end in OFFSET 0: they are looked up lead by lead, and never joined by reading all that match.

-- name: page
-- Ids and sort keys of leads in an order. $1 org_id uuid, $2 limit int. In braces: one of the statements by_….
{leads}
ORDER BY sort_key, lead_id LIMIT $2;

-- name: page_backwards
{leads}
ORDER BY sort_key DESC, lead_id DESC LIMIT $2;

-- name: count
-- How many leads there are, up to $2. $1 org_id uuid, $2 limit int. In braces: by_created.
SELECT count(*) FROM ({leads}
LIMIT $2) counted;

-- name: among
-- Which of some leads a list has, and in the same look the version of the organization's own stream. $1 org_id uuid, $2 limit
-- int. In braces: few.
SELECT coalesce((SELECT e.stream_version FROM events e WHERE e.org_id = $1 AND e.stream_id = $1
                 ORDER BY e.stream_version DESC LIMIT 1), 0) AS version,
       ARRAY(SELECT had.lead_id FROM ({leads} LIMIT $2) had) AS lead_ids;

-- name: merged_into
-- The leads that some leads were merged into. $1 org_id uuid, $2 lead ids uuid[], at most 1000; conditions on the former follow.
SELECT m.lead_id, m.root_id FROM lead_member m CROSS JOIN LATERAL (SELECT m.root_id AS lead_id) root
WHERE m.org_id = $1 AND m.lead_id = ANY ($2::uuid[])/*and*/ LIMIT 1000;

-- name: few
-- Of some leads alone, each looked up by its key, whatever the planner thinks of the order. In braces: one of by_….
SELECT found.lead_id, found.sort_key FROM unnest({}::uuid[]) AS few (lead_id) CROSS JOIN LATERAL ({leads} LIMIT 1) found;

-- name: one_of_few
l.lead_id = few.lead_id;

-- name: by_created
SELECT l.lead_id, l.created_at AS sort_key FROM lead_view l WHERE l.org_id = $1 AND l.deleted_at IS NULL/*and*/;

-- name: by_name
SELECT l.lead_id, l.sort_name AS sort_key FROM lead_view l WHERE l.org_id = $1 AND l.deleted_at IS NULL/*and*/;

-- name: by_updated
-- By their last event.
SELECT p.lead_id, p.updated_at AS sort_key FROM lead_pulse p JOIN lead_view l ON l.org_id = p.org_id AND l.lead_id = p.lead_id
WHERE p.org_id = $1 AND l.deleted_at IS NULL/*and*/;

-- name: by_last_activity
-- Those without any activity count as oldest.
SELECT a.lead_id, a.last_activity_at AS sort_key FROM lead_activity a JOIN lead_view l ON l.org_id = a.org_id AND l.lead_id = a.lead_id
WHERE a.org_id = $1 AND l.deleted_at IS NULL/*and*/;

-- name: by_relevance
-- By how well their names match: the whole name, its beginning, words of it, anything else. Folded search text, tsquery of a name's words.
SELECT l.lead_id, ranked.sort_key FROM lead_view l
CROSS JOIN LATERAL (
    SELECT CASE WHEN l.sort_name = {}::text THEN 3 WHEN starts_with(l.sort_name, {}::text) THEN 2
                WHEN array_to_tsvector(string_to_array(l.sort_name, ' ')) @@ {}::text::tsquery THEN 1 ELSE 0 END AS sort_key) ranked
WHERE l.org_id = $1 AND l.deleted_at IS NULL/*and*/;

-- name: by_relevance_of_many
-- The same without ranking all that match: those whose names begin so are in the index of names, and the others, as -1, the newest first.
-- In braces: the folded search text, the end of what begins so, and how well and which lead the page goes on behind. $2 limit int.
SELECT * FROM (
    SELECT l.lead_id, 3 AS sort_key FROM lead_view l
    WHERE l.org_id = $1 AND l.deleted_at IS NULL AND l.sort_name = {name} AND (3, l.lead_id) < ({rank}, {id})/*and*/
    ORDER BY l.lead_id DESC LIMIT $2) whole
UNION ALL SELECT * FROM (
    SELECT l.lead_id, 2 FROM lead_view l
    WHERE l.org_id = $1 AND l.deleted_at IS NULL AND l.sort_name > {name} AND l.sort_name < {end}
      AND starts_with(l.sort_name, {name}) AND (2, l.lead_id) < ({rank}, {id})/*and*/
    ORDER BY l.lead_id DESC LIMIT $2) beginning
UNION ALL SELECT * FROM (
    SELECT l.lead_id, -1 FROM lead_view l
    WHERE l.org_id = $1 AND l.deleted_at IS NULL AND starts_with(l.sort_name, {name}) IS NOT TRUE AND (-1, l.lead_id) < ({rank}, {id})/*and*/
    ORDER BY l.lead_id DESC LIMIT $2) others;

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
