-- name: refresh_inline_content
-- How often contents are inline on their leads, and whether they are shown, as of each event that brought or took one.
-- p_org uuid, p_keys uuid[], p_positions bigint[]. Filled into the table's refresh function. Three times a content may
-- be a picture that somebody wanted to show; more often, it belongs to a signature.
DECLARE
    v_key      uuid;
    v_position bigint;
    v_is_shown boolean;
BEGIN
    FOR v_key, v_position IN
        SELECT DISTINCT step.key, step.position FROM unnest(p_keys, p_positions) AS step (key, position) ORDER BY 2
    LOOP
        SELECT count(*) <= 3 INTO v_is_shown FROM (
            SELECT 1 FROM {files_tab} used
            WHERE used.org_id = p_org AND used.content_key = v_key AND used.from_pos <= v_position
            UNION ALL
            SELECT 1 FROM {files_tab_past} used
            WHERE used.org_id = p_org AND used.content_key = v_key AND used.from_pos <= v_position AND used.to_pos > v_position
            LIMIT 4) counted;
        -- What stands from here on: what later events of the same append have ended already, and what is there.
        IF EXISTS (SELECT 1 FROM {files_tab_past} ended WHERE ended.org_id = p_org AND ended.content_key = v_key
                   AND ended.to_pos > v_position AND ended.is_shown <> v_is_shown) THEN
            INSERT INTO {files_tab_past} ({columns}, from_pos, to_pos)
            SELECT {columns}, v_position, to_pos FROM {files_tab_past} ended
            WHERE ended.org_id = p_org AND ended.content_key = v_key AND ended.is_shown <> v_is_shown
              AND ended.from_pos < v_position AND ended.to_pos > v_position;
            UPDATE {files_tab_past} ended SET to_pos = v_position
            WHERE ended.org_id = p_org AND ended.content_key = v_key AND ended.is_shown <> v_is_shown
              AND ended.from_pos < v_position AND ended.to_pos > v_position;
            UPDATE {files_tab_past} ended SET is_shown = v_is_shown
            WHERE ended.org_id = p_org AND ended.content_key = v_key AND ended.is_shown <> v_is_shown
              AND ended.from_pos >= v_position AND ended.to_pos > v_position;
        END IF;
        INSERT INTO {files_tab_past} ({columns}, from_pos, to_pos)
        SELECT {columns}, from_pos, v_position FROM {files_tab} turned
        WHERE turned.org_id = p_org AND turned.content_key = v_key AND turned.is_shown <> v_is_shown
          AND turned.from_pos < v_position;
        UPDATE {files_tab} turned SET is_shown = v_is_shown, from_pos = greatest(turned.from_pos, v_position)
        WHERE turned.org_id = p_org AND turned.content_key = v_key AND turned.is_shown <> v_is_shown;
    END LOOP;
    DELETE FROM {inline_content} gone WHERE gone.org_id = p_org AND gone.content_key = ANY (p_keys)
    AND NOT EXISTS (SELECT 1 FROM {files_tab} used WHERE used.org_id = p_org AND used.content_key = gone.content_key);
    INSERT INTO {inline_content} (org_id, content_key, lead_id, uses)
    SELECT p_org, keys.key, first.lead_id, counted.uses
    FROM (SELECT DISTINCT key FROM unnest(p_keys) AS given (key)) keys
    CROSS JOIN LATERAL (SELECT used.lead_id FROM {files_tab} used
                        WHERE used.org_id = p_org AND used.content_key = keys.key LIMIT 1) first
    CROSS JOIN LATERAL (SELECT count(*) AS uses FROM (SELECT 1 FROM {files_tab} used
                        WHERE used.org_id = p_org AND used.content_key = keys.key LIMIT 4) capped) counted
    ON CONFLICT (org_id, content_key) DO UPDATE SET uses = excluded.uses WHERE {inline_content}.uses <> excluded.uses;
END;

-- name: files
-- Files by id. $1 org_id uuid, $2 file ids uuid[]; conditions follow.
SELECT file_id, activity_id, {root_of f} AS lead_id, name, content_type, size_bytes, sha256, content_id, is_inline,
       received_at, position, place
FROM files_tab/*then*/ f WHERE org_id = $1 AND file_id = ANY ($2::uuid[])/*and*/ LIMIT 1000;

-- name: newest
-- The newest files of each lead. $1 org_id uuid, $2 lead ids uuid[], $3 limit a lead int; conditions follow.
SELECT tab.*
FROM unnest($2::uuid[]) AS wanted (lead_id)
CROSS JOIN LATERAL (
    SELECT own.* FROM {family wanted} AS member
    CROSS JOIN LATERAL (
        SELECT file_id, activity_id, wanted.lead_id, name, content_type, size_bytes, sha256, content_id, is_inline,
               received_at, position, place
        FROM files_tab/*then*/ f WHERE f.org_id = $1 AND f.lead_id = member.lead_id AND is_shown/*and*/
        ORDER BY received_at DESC, position DESC, place DESC LIMIT $3) own
    ORDER BY own.received_at DESC, own.position DESC, own.place DESC LIMIT $3) tab
ORDER BY tab.lead_id, tab.received_at DESC, tab.position DESC, tab.place DESC;

-- name: newest_of_types
-- As newest, of some types alone. Each type's newest are read off its index. $4 types text[], $5 groups text[].
SELECT tab.*
FROM unnest($2::uuid[]) AS wanted (lead_id)
CROSS JOIN LATERAL (
    SELECT * FROM (
        SELECT typed.* FROM {family wanted} AS member CROSS JOIN LATERAL unnest($4::text[]) AS types (type)
        CROSS JOIN LATERAL (
            SELECT file_id, activity_id, wanted.lead_id, name, content_type, size_bytes, sha256, content_id, is_inline,
                   received_at, position, place
            FROM files_tab/*then*/ f
            WHERE f.org_id = $1 AND f.lead_id = member.lead_id AND is_shown AND media_type = type/*and*/
            ORDER BY received_at DESC, position DESC, place DESC LIMIT $3) typed
        UNION ALL
        SELECT grouped.* FROM {family wanted} AS member CROSS JOIN LATERAL unnest($5::text[]) AS groups (name)
        CROSS JOIN LATERAL (
            SELECT file_id, activity_id, wanted.lead_id, f.name, content_type, size_bytes, sha256, content_id, is_inline,
                   received_at, position, place
            FROM files_tab/*then*/ f
            WHERE f.org_id = $1 AND f.lead_id = member.lead_id AND is_shown AND media_group = groups.name/*and*/
            ORDER BY received_at DESC, position DESC, place DESC LIMIT $3) grouped) either
    ORDER BY received_at DESC, position DESC, place DESC LIMIT $3) tab
ORDER BY tab.lead_id, tab.received_at DESC, tab.position DESC, tab.place DESC;

-- name: count
-- How many files the tab of a lead has, up to $3. $1 org_id uuid, $2 lead ids uuid[], $3 limit int; conditions follow.
SELECT wanted.lead_id, counted.count
FROM unnest($2::uuid[]) AS wanted (lead_id)
CROSS JOIN LATERAL (
    SELECT count(*)
    FROM (SELECT 1 FROM {family wanted} AS member
          CROSS JOIN LATERAL (SELECT 1 FROM files_tab/*then*/ f
                              WHERE f.org_id = $1 AND f.lead_id = member.lead_id AND is_shown/*and*/ LIMIT $3) own
          LIMIT $3) capped) counted;

-- name: count_of_types
-- As count, of some types alone. $4 types text[], $5 groups text[].
SELECT wanted.lead_id, counted.count
FROM unnest($2::uuid[]) AS wanted (lead_id)
CROSS JOIN LATERAL (
    SELECT count(*) FROM (
        SELECT 1 FROM {family wanted} AS member CROSS JOIN LATERAL unnest($4::text[]) AS types (type)
        CROSS JOIN LATERAL (
            SELECT 1 FROM files_tab/*then*/ f
            WHERE f.org_id = $1 AND f.lead_id = member.lead_id AND is_shown AND media_type = type/*and*/ LIMIT $3) typed
        UNION ALL
        SELECT 1 FROM {family wanted} AS member CROSS JOIN LATERAL unnest($5::text[]) AS groups (name)
        CROSS JOIN LATERAL (
            SELECT 1 FROM files_tab/*then*/ f
            WHERE f.org_id = $1 AND f.lead_id = member.lead_id AND is_shown AND media_group = groups.name/*and*/
            LIMIT $3) grouped
        LIMIT $3) capped) counted;

-- name: since
f.received_at >= {};

-- name: until
f.received_at < {};

-- name: older
(f.received_at, f.position, f.place) < ({}, {}, {});
