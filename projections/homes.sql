-- On which leads things are, or were: of the present and of the past. Who asks sees only leads of today.

-- name: homes
-- Things of one kind by id. $1 org_id uuid, $2 ids uuid[]; conditions follow. The names in braces come from the table's
-- declaration.
SELECT h.thing_id, h.lead_id
FROM (SELECT org_id, {key} AS thing_id, lead_id FROM {table} WHERE org_id = $1 AND {key} = ANY ($2::uuid[])
      UNION
      SELECT org_id, {key}, lead_id FROM {past} WHERE org_id = $1 AND {key} = ANY ($2::uuid[])) h
WHERE true/*and*/ LIMIT 1000;

-- name: roots
-- On whose pages leads are, or were, besides their own. $1 org_id uuid, $2 lead ids uuid[].
SELECT lead_id, root_id FROM lead_member WHERE org_id = $1 AND lead_id = ANY ($2::uuid[])
UNION
SELECT lead_id, root_id FROM lead_member_past WHERE org_id = $1 AND lead_id = ANY ($2::uuid[]) LIMIT 1000;
