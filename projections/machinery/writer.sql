-- name: writer
-- Writes the operations of one table: rows one by one, skipping those whose event was not appended.
-- The names in braces come from the table's declaration.
CREATE OR REPLACE FUNCTION {function}(p_org uuid, p_operations jsonb, p_positions bigint[], p_recorded_at timestamptz)
RETURNS void LANGUAGE plpgsql AS $writer$
DECLARE
    v_operation jsonb;
    v_position  bigint;
    v_key       jsonb;
    v_set       jsonb;
    v_column    text;
    v_patch     jsonb;
    v_row       {table};
BEGIN
    FOR v_operation IN SELECT value FROM jsonb_array_elements(p_operations) LOOP
        {operation};
        IF v_operation->>'op' = 'insert' THEN
            v_row := jsonb_populate_record(NULL::{table}, v_key || v_set);
            INSERT INTO {table} (org_id, {columns}{from_column}) VALUES (p_org, {values}{from_value});
        ELSIF v_operation->>'op' = 'update' THEN
            SELECT * INTO v_row FROM {table} WHERE org_id = p_org AND {match};
            CONTINUE WHEN NOT FOUND;
            {keep};
            IF v_operation ? 'patch' THEN
                FOR v_column, v_patch IN SELECT key, value FROM jsonb_each(v_operation->'patch') LOOP
                    v_set := v_set || jsonb_build_object(v_column, merge_patch(to_jsonb(v_row)->v_column, v_patch));
                END LOOP;
            END IF;
            v_row := jsonb_populate_record(v_row, v_set);
            UPDATE {table} SET {assignments}{from_assignment} WHERE org_id = p_org AND {match};
        ELSIF v_operation->>'op' = 'update_each' THEN
            FOR v_row IN SELECT * FROM {table} WHERE org_id = p_org AND {first_match} LOOP
                {keep};
                v_row := jsonb_populate_record(v_row, v_set);
                UPDATE {table} SET {assignments}{from_assignment} WHERE org_id = p_org AND {same_row};
            END LOOP;
        ELSE
            DELETE FROM {table} WHERE org_id = p_org AND {match} RETURNING * INTO v_row;
            CONTINUE WHEN NOT FOUND;
            {keep};
        END IF;
    END LOOP;
END
$writer$;

-- name: operation
-- What an operation is about and sets, its stamps filled in; it is skipped where its event was not appended.
v_position := p_positions[(v_operation->>'n')::int];
CONTINUE WHEN v_position IS NULL;
v_key := v_operation->'key';
v_set := v_operation->'set';
FOR v_column IN SELECT jsonb_array_elements_text(v_operation->'at') LOOP
    v_set := v_set || jsonb_build_object(v_column, p_recorded_at);
END LOOP;
FOR v_column IN SELECT jsonb_array_elements_text(v_operation->'pos') LOOP
    v_set := v_set || jsonb_build_object(v_column, v_position);
END LOOP;

-- name: keep
-- The version of v_row that ends goes into the table's past; what one event makes of a row is one version.
IF v_row.from_pos < v_position THEN
    INSERT INTO {past} (org_id, {columns}, from_pos, to_pos) VALUES (p_org, {values}, v_row.from_pos, v_position);
END IF;

-- name: own_writer
-- Runs the operations of a table with a writer of its own, one after the other, skipping those whose event was not
-- appended. Its body is about v_operation: v_key and v_set.
CREATE OR REPLACE FUNCTION {function}(p_org uuid, p_operations jsonb, p_positions bigint[], p_recorded_at timestamptz)
RETURNS void LANGUAGE plpgsql AS $writer$
DECLARE
    v_operation jsonb;
    v_position  bigint;
    v_key       jsonb;
    v_set       jsonb;
    v_column    text;
BEGIN
    FOR v_operation IN SELECT value FROM jsonb_array_elements(p_operations) LOOP
        {operation};
        {body};
    END LOOP;
END
$writer$;

-- name: put_row
INSERT INTO {table} (org_id, {columns}) VALUES (p_org, {values})
ON CONFLICT ({conflict}) DO UPDATE SET {excluded};

-- name: update_row
UPDATE {table} SET {assignments} WHERE org_id = p_org AND {same_row};

-- name: merge_patch
-- A JSON value after a merge patch, as RFC 7396 has it: members that the patch names change, null takes one away.
CREATE OR REPLACE FUNCTION merge_patch(p_target jsonb, p_patch jsonb) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE AS $merge$
DECLARE
    v_merged jsonb := CASE WHEN jsonb_typeof(p_target) = 'object' THEN p_target ELSE '{}'::jsonb END;
    v_name   text;
    v_value  jsonb;
BEGIN
    IF p_patch IS NULL OR jsonb_typeof(p_patch) <> 'object' THEN
        RETURN p_patch;
    END IF;
    FOR v_name, v_value IN SELECT key, value FROM jsonb_each(p_patch) LOOP
        IF jsonb_typeof(v_value) = 'null' THEN
            v_merged := v_merged - v_name;
        ELSE
            v_merged := v_merged || jsonb_build_object(v_name, merge_patch(v_merged->v_name, v_value));
        END IF;
    END LOOP;
    RETURN v_merged;
END
$merge$;

-- name: refresher
-- Computes rows of a table anew from the other tables of its projection, each once however many events touch it.
CREATE OR REPLACE FUNCTION {function}(p_org uuid, p_operations jsonb, p_positions bigint[], p_recorded_at timestamptz)
RETURNS void LANGUAGE plpgsql AS $refresher$
BEGIN
    PERFORM {function}_now(p_org, ARRAY(
        SELECT DISTINCT (value->'key'->>'{key}')::uuid FROM jsonb_array_elements(p_operations)
        WHERE p_positions[(value->>'n')::int] IS NOT NULL));
END
$refresher$;

-- name: stepwise_refresher
-- As refresher, of rows that keep their past: one by one as of each event that touches them.
CREATE OR REPLACE FUNCTION {function}(p_org uuid, p_operations jsonb, p_positions bigint[], p_recorded_at timestamptz)
RETURNS void LANGUAGE plpgsql AS $refresher$
BEGIN
    PERFORM {function}_now(p_org, array_agg(step.key), array_agg(step.position))
    FROM (SELECT (value->'key'->>'{key}')::uuid AS key, p_positions[(value->>'n')::int] AS position
          FROM jsonb_array_elements(p_operations)) step
    WHERE step.position IS NOT NULL
    HAVING count(*) > 0;
END
$refresher$;

-- name: stepwise_refresh_now
-- The refresh itself, for any number of pairs of a key and a position that no version of a row behind it knows of.
CREATE OR REPLACE FUNCTION {function}_now(p_org uuid, p_keys uuid[], p_positions bigint[])
RETURNS void LANGUAGE plpgsql AS $refresh$
{refresh};
$refresh$;

-- name: refresh_now
-- The refresh itself, for any number of keys. In PL/pgSQL, which keeps its plan.
CREATE OR REPLACE FUNCTION {function}_now(p_org uuid, p_keys uuid[]) RETURNS void LANGUAGE plpgsql AS $refresh$
BEGIN
    {refresh};
END
$refresh$;
