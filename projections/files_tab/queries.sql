-- name: refresh_inline_content
-- How often contents are inline on their leads, and whether they are shown. p_org uuid, p_keys uuid[].
-- Filled into the table's refresh function. Three times a content may be a picture that somebody wanted to show; more
-- often, it belongs to a signature.
DELETE FROM {inline_content} gone WHERE gone.org_id = p_org AND gone.content_key = ANY (p_keys)
AND NOT EXISTS (SELECT 1 FROM {files_tab} used WHERE used.org_id = p_org AND used.content_key = gone.content_key);
INSERT INTO {inline_content} (org_id, content_key, lead_id, uses)
SELECT p_org, key, first.lead_id, counted.uses
FROM unnest(p_keys) AS keys (key)
CROSS JOIN LATERAL (SELECT used.lead_id FROM {files_tab} used
                    WHERE used.org_id = p_org AND used.content_key = key LIMIT 1) first
CROSS JOIN LATERAL (SELECT count(*) AS uses FROM (SELECT 1 FROM {files_tab} used
                    WHERE used.org_id = p_org AND used.content_key = key LIMIT 4) capped) counted
ON CONFLICT (org_id, content_key) DO UPDATE SET uses = excluded.uses WHERE {inline_content}.uses <> excluded.uses;
UPDATE {files_tab} turned SET is_shown = counted.uses <= 3
FROM {inline_content} counted
WHERE counted.org_id = p_org AND counted.content_key = ANY (p_keys)
AND turned.org_id = p_org AND turned.content_key = counted.content_key AND turned.is_shown = (counted.uses > 3);

-- name: files
-- Files by id. $1 org_id uuid, $2 file ids uuid[]; conditions follow.
SELECT file_id, activity_id, lead_id, name, content_type, size_bytes, sha256, content_id, is_inline, received_at,
       position, place
FROM files_tab/*then*/ f WHERE org_id = $1 AND file_id = ANY ($2::uuid[])/*and*/ LIMIT 1000;

-- name: newest
-- The newest files of each lead. $1 org_id uuid, $2 lead ids uuid[], $3 limit a lead int; conditions follow.
SELECT tab.*
FROM unnest($2::uuid[]) AS wanted (lead_id)
CROSS JOIN LATERAL (
    SELECT file_id, activity_id, f.lead_id, name, content_type, size_bytes, sha256, content_id, is_inline, received_at,
           position, place
    FROM files_tab/*then*/ f WHERE org_id = $1 AND f.lead_id = wanted.lead_id AND is_shown/*and*/
    ORDER BY received_at DESC, position DESC, place DESC LIMIT $3) tab
ORDER BY tab.lead_id, tab.received_at DESC, tab.position DESC, tab.place DESC;

-- name: newest_of_types
-- As newest, of some types alone. Each type's newest are read off its index. $4 types text[], $5 groups text[].
SELECT tab.*
FROM unnest($2::uuid[]) AS wanted (lead_id)
CROSS JOIN LATERAL (
    SELECT * FROM (
        SELECT typed.* FROM unnest($4::text[]) AS types (type)
        CROSS JOIN LATERAL (
            SELECT file_id, activity_id, f.lead_id, name, content_type, size_bytes, sha256, content_id, is_inline,
                   received_at, position, place
            FROM files_tab/*then*/ f WHERE org_id = $1 AND f.lead_id = wanted.lead_id AND is_shown AND media_type = type/*and*/
            ORDER BY received_at DESC, position DESC, place DESC LIMIT $3) typed
        UNION ALL
        SELECT grouped.* FROM unnest($5::text[]) AS groups (name)
        CROSS JOIN LATERAL (
            SELECT file_id, activity_id, f.lead_id, f.name, content_type, size_bytes, sha256, content_id, is_inline,
                   received_at, position, place
            FROM files_tab/*then*/ f
            WHERE org_id = $1 AND f.lead_id = wanted.lead_id AND is_shown AND media_group = groups.name/*and*/
            ORDER BY received_at DESC, position DESC, place DESC LIMIT $3) grouped) either
    ORDER BY received_at DESC, position DESC, place DESC LIMIT $3) tab
ORDER BY tab.lead_id, tab.received_at DESC, tab.position DESC, tab.place DESC;

-- name: count
-- How many files the tab of a lead has, up to $3. $1 org_id uuid, $2 lead ids uuid[], $3 limit int; conditions follow.
SELECT wanted.lead_id, counted.count
FROM unnest($2::uuid[]) AS wanted (lead_id)
CROSS JOIN LATERAL (
    SELECT count(*) FROM (SELECT 1 FROM files_tab/*then*/ f
                          WHERE org_id = $1 AND f.lead_id = wanted.lead_id AND is_shown/*and*/ LIMIT $3) capped) counted;

-- name: count_of_types
-- As count, of some types alone. $4 types text[], $5 groups text[].
SELECT wanted.lead_id, counted.count
FROM unnest($2::uuid[]) AS wanted (lead_id)
CROSS JOIN LATERAL (
    SELECT count(*) FROM (
        SELECT 1 FROM unnest($4::text[]) AS types (type)
        CROSS JOIN LATERAL (
            SELECT 1 FROM files_tab/*then*/ f
            WHERE org_id = $1 AND f.lead_id = wanted.lead_id AND is_shown AND media_type = type/*and*/ LIMIT $3) typed
        UNION ALL
        SELECT 1 FROM unnest($5::text[]) AS groups (name)
        CROSS JOIN LATERAL (
            SELECT 1 FROM files_tab/*then*/ f
            WHERE org_id = $1 AND f.lead_id = wanted.lead_id AND is_shown AND media_group = groups.name/*and*/
            LIMIT $3) grouped
        LIMIT $3) capped) counted;

-- name: since
f.received_at >= {};

-- name: until
f.received_at < {};

-- name: older
(f.received_at, f.position, f.place) < ({}, {}, {});
