-- Who belongs to whose page, as parts of statements. {of} is an alias of whatever has the column lead_id; $1 is the
-- organization. What is no lead's member costs one look into an index where nothing is found.

-- name: family
-- A lead, and those that were merged into it: what came with one since that position of the log has its version. In the
-- past without those that are leads of their own again and that the viewer does not see today.
(SELECT {of}.lead_id AS lead_id, NULL::bigint AS since, NULL::integer AS version
 UNION ALL
 SELECT belonging.lead_id, belonging.from_pos, belonging.version FROM lead_member/*then*/ belonging
 WHERE belonging.org_id = $1 AND belonging.root_id = {of}.lead_id/*seen*/);

-- name: family_ids
-- Their ids alone, where a condition is looked up lead by lead.
ARRAY(SELECT {of}.lead_id UNION ALL SELECT merged.lead_id FROM lead_member/*then*/ merged
      WHERE merged.org_id = $1 AND merged.root_id = {of}.lead_id);

-- name: member
-- Of a row: whose page it is on, if that is not the lead that it was born in. Looked up row by row, in the rows' order.
LEFT JOIN LATERAL (SELECT merged.root_id, merged.version, merged.from_pos FROM lead_member/*then*/ merged
                   WHERE merged.org_id = $1 AND merged.lead_id = {of}.lead_id LIMIT 1) {of}_member ON true;

-- name: all_members
-- As `member`, where so many rows are read that it may be asked of all of them at once.
LEFT JOIN lead_member {of}_member ON {of}_member.org_id = $1 AND {of}_member.lead_id = {of}.lead_id;

-- name: root
-- With `member`: the lead whose page it is on.
coalesce({of}_member.root_id, {of}.lead_id);

-- name: version
-- With `member`: the version of a row; of one that has not changed since it came to another page, that with which it came.
CASE WHEN {of}.from_pos < {of}_member.from_pos THEN {of}_member.version ELSE {of}.version END;

-- name: root_of
-- As `root`, without a join.
coalesce((SELECT merged.root_id FROM lead_member/*then*/ merged WHERE merged.org_id = $1 AND merged.lead_id = {of}.lead_id),
         {of}.lead_id);

-- name: root_today
-- As `root_of`, whatever moment is read about: who may see what is as it is today.
coalesce((SELECT merged.root_id FROM lead_member merged WHERE merged.org_id = $1 AND merged.lead_id = {of}.lead_id),
         {of}.lead_id);

-- name: members
-- What was merged into some leads. $1 org_id uuid, $2 lead ids uuid[].
SELECT root_id, lead_id FROM lead_member WHERE org_id = $1 AND root_id = ANY ($2::uuid[]) LIMIT 100000;
