-- Which leads a viewer sees. {lead} is the alias of whatever has the columns org_id and lead_id; {owner} is the lead.

-- name: is_there
-- The lead of a row is there; or the one that it was merged into, since when it is itself in no list. OFFSET 0: it is
-- looked up row by row, and never by reading all leads.
(EXISTS (SELECT 1 FROM lead_view seen
         WHERE seen.org_id = $1 AND seen.lead_id = {lead}.lead_id AND seen.deleted_at IS NULL OFFSET 0)
 OR EXISTS (SELECT 1 FROM lead_member merged JOIN lead_view seen ON seen.org_id = $1 AND seen.lead_id = merged.root_id
            WHERE merged.org_id = $1 AND merged.lead_id = {lead}.lead_id AND seen.deleted_at IS NULL OFFSET 0));

-- name: is_listed
-- The same in pages of lists, which have joined whose page each row is on.
EXISTS (SELECT 1 FROM lead_view seen WHERE seen.org_id = $1 AND seen.lead_id = {owner} AND seen.deleted_at IS NULL OFFSET 0);

-- name: is_counted
-- The same where so many rows are read that it may be asked of all leads at once.
EXISTS (SELECT 1 FROM lead_view seen WHERE seen.org_id = $1 AND seen.lead_id = {owner} AND seen.deleted_at IS NULL);

-- name: is_there_today
-- As is_there, for rows of a moment. Not by a join: of a moment the planner cannot tell how many rows there are.
(SELECT today.deleted_at IS NULL FROM lead_view today WHERE today.org_id = $1 AND today.lead_id = {owner});

-- name: was_there
-- The lead of a row was there at the moment.
(SELECT stood.deleted_at IS NULL FROM lead_view/*then*/ stood WHERE stood.org_id = $1 AND stood.lead_id = {owner});

-- name: is_named
-- The viewer is named in one of the fields; of those that accept one user alone, the first that is kept counts.
-- Field ids uuid[], of which one user alone uuid[], user id text, user id text.
EXISTS (SELECT 1 FROM lead_custom named WHERE named.org_id = $1 AND named.owner_id = {owner}
        AND named.field_id = ANY ({}::uuid[])
        AND CASE WHEN named.field_id = ANY ({}::uuid[]) THEN named.value ->> 0 = {}::text ELSE named.value ? {}::text END);

-- name: is_named_or_nobody
-- As is_named, or nobody is. The same, and field ids uuid[].
(EXISTS (SELECT 1 FROM lead_custom named WHERE named.org_id = $1 AND named.owner_id = {owner}
         AND named.field_id = ANY ({}::uuid[])
         AND CASE WHEN named.field_id = ANY ({}::uuid[]) THEN named.value ->> 0 = {}::text ELSE named.value ? {}::text END)
 OR NOT EXISTS (SELECT 1 FROM lead_custom named WHERE named.org_id = $1 AND named.owner_id = {owner}
                AND named.field_id = ANY ({}::uuid[])));
