-- append: everything that one or several commands change, in one call and one commit.
-- A template, filled in and written at every migration.
--
-- Answers one object a command: {"outcome": "appended", "positions": [..], "recorded_at": ..},
-- {"outcome": "repeated", "result": base64}, or a conflict as data: "mismatch", "stale" (stream_id, version),
-- "config" (version), "claimed" (kind, key, owner_id), "tracked", "lost" (behind one that was not appended).
CREATE OR REPLACE FUNCTION append(
    p_org            uuid,
    p_projection_set integer,
    p_commands       append_command[],
    p_streams        append_stream[],
    p_takes          append_claim[],
    p_releases       append_claim[],
    p_events         append_event[],
    p_rows           jsonb
) RETURNS jsonb
LANGUAGE plpgsql
SET search_path = {schema}, pg_temp
SET lock_timeout = '5s'
AS $append$
DECLARE
    v_command     append_command;
    v_stream      append_stream;
    v_claim       append_claim;
    v_event       append_event;
    v_position    bigint;
    v_last_at     timestamptz;
    v_recorded_at timestamptz;
    v_number      integer := 0;
    v_version     integer;
    v_owner       uuid;
    v_known       idempotency;
    v_conflict    jsonb;
    v_lost        uuid[] := '{}';
    v_mine        uuid[];
    v_positions   bigint[] := '{}';
    v_own         bigint[];
    v_answers     jsonb := '[]';
    v_appended    integer := 0;
BEGIN
    IF p_projection_set < {projection_set} THEN
        RAISE EXCEPTION 'this writer is of projection set %, the database of {projection_set}: restart it with the new version', p_projection_set
            USING ERRCODE = 'LS001';
    END IF;

    -- The organization's row first: whoever holds it decides what comes next.
    PERFORM 1 FROM org_lock WHERE org_id = p_org FOR UPDATE;
    IF NOT FOUND THEN
        INSERT INTO org_lock (org_id, epoch) VALUES (p_org, gen_random_uuid()) ON CONFLICT (org_id) DO NOTHING;
        PERFORM 1 FROM org_lock WHERE org_id = p_org FOR UPDATE;
    END IF;

    SELECT position, recorded_at INTO v_position, v_last_at
    FROM events WHERE org_id = p_org ORDER BY position DESC LIMIT 1;
    v_position := coalesce(v_position, 0);
    v_recorded_at := greatest(clock_timestamp(), v_last_at + interval '1 microsecond');

    FOREACH v_command IN ARRAY p_commands LOOP
        v_number := v_number + 1;
        v_conflict := NULL;
        v_mine := '{}';

        IF v_command.idempotency_key IS NOT NULL THEN
            SELECT * INTO v_known FROM idempotency
            WHERE org_id = p_org AND principal = v_command.principal AND key = v_command.idempotency_key;
            IF FOUND THEN
                v_conflict := CASE WHEN v_known.fingerprint = v_command.fingerprint
                    THEN jsonb_build_object('outcome', 'repeated', 'result', encode(v_known.result, 'base64'), 'position', v_known.position)
                    ELSE jsonb_build_object('outcome', 'mismatch') END;
            END IF;
        END IF;

        FOREACH v_stream IN ARRAY p_streams LOOP
            CONTINUE WHEN v_stream.command <> v_number;
            v_mine := v_mine || v_stream.stream_id;
            CONTINUE WHEN v_conflict IS NOT NULL;
            IF v_stream.stream_id = ANY (v_lost) THEN
                v_conflict := jsonb_build_object('outcome', 'lost');
            ELSE
                SELECT stream_version INTO v_version FROM events
                WHERE org_id = p_org AND stream_id = v_stream.stream_id ORDER BY stream_version DESC LIMIT 1;
                -- A stream without events may begin with version 0 or 1.
                IF coalesce(v_version, least(v_stream.expected_version, 0)) <> v_stream.expected_version THEN
                    v_conflict := jsonb_build_object('outcome', 'stale', 'stream_id', v_stream.stream_id, 'version', v_version);
                END IF;
            END IF;
        END LOOP;

        IF v_conflict IS NULL AND v_command.config_stream IS NOT NULL THEN
            SELECT stream_version INTO v_version FROM events
            WHERE org_id = p_org AND stream_id = v_command.config_stream ORDER BY stream_version DESC LIMIT 1;
            IF coalesce(v_version, 0) <> v_command.config_version THEN
                v_conflict := jsonb_build_object('outcome', 'config', 'version', v_version);
            END IF;
        END IF;

        IF v_conflict IS NULL AND v_command.tracking_upstream IS NOT NULL THEN
            IF EXISTS (SELECT 1 FROM tracking WHERE org_id = p_org AND upstream = v_command.tracking_upstream
                       AND position >= v_command.tracking_position) THEN
                v_conflict := jsonb_build_object('outcome', 'tracked');
            END IF;
        END IF;

        IF v_conflict IS NULL THEN
            FOREACH v_claim IN ARRAY p_takes LOOP
                CONTINUE WHEN v_claim.command <> v_number;
                SELECT owner_id INTO v_owner FROM claims
                WHERE org_id = p_org AND kind = v_claim.kind AND key = v_claim.key;
                IF FOUND THEN
                    v_conflict := jsonb_build_object('outcome', 'claimed', 'kind', v_claim.kind, 'key', v_claim.key, 'owner_id', v_owner);
                    EXIT;
                END IF;
            END LOOP;
        END IF;

        IF v_conflict IS NOT NULL THEN
            v_lost := v_lost || v_mine;
            v_answers := v_answers || v_conflict;
            -- Its events have no positions: projections skip their rows.
            FOREACH v_event IN ARRAY p_events LOOP
                IF v_event.command = v_number THEN
                    v_positions := v_positions || NULL::bigint;
                END IF;
            END LOOP;
            CONTINUE;
        END IF;

        FOREACH v_claim IN ARRAY p_releases LOOP
            IF v_claim.command = v_number THEN
                DELETE FROM claims WHERE org_id = p_org AND kind = v_claim.kind AND key = v_claim.key;
            END IF;
        END LOOP;
        FOREACH v_claim IN ARRAY p_takes LOOP
            IF v_claim.command = v_number THEN
                INSERT INTO claims (org_id, kind, key, owner_id) VALUES (p_org, v_claim.kind, v_claim.key, v_claim.owner_id);
            END IF;
        END LOOP;

        v_own := '{}';
        FOREACH v_event IN ARRAY p_events LOOP
            CONTINUE WHEN v_event.command <> v_number;
            v_position := v_position + 1;
            v_own := v_own || v_position;
            INSERT INTO events (
                org_id, position, stream_id, stream_version, event_id, entity_id, name, schema_version, payload,
                payload_hash, recorded_at, occurred_at, actor_user, actor_key, source, correlation_id, causation_id,
                idempotency_key
            ) VALUES (
                p_org, v_position, v_event.stream_id, v_event.stream_version, v_event.event_id, v_event.entity_id,
                v_event.name, v_event.schema_version, v_event.payload, v_event.payload_hash, v_recorded_at,
                v_event.occurred_at, v_event.actor_user, v_event.actor_key, v_event.source, v_event.correlation_id,
                v_event.causation_id, v_command.idempotency_key
            );
        END LOOP;
        v_positions := v_positions || v_own;
        v_appended := v_appended + cardinality(v_own);

        IF v_command.idempotency_key IS NOT NULL THEN
            INSERT INTO idempotency (org_id, principal, key, fingerprint, result, position, recorded_at)
            VALUES (p_org, v_command.principal, v_command.idempotency_key, v_command.fingerprint, v_command.result, v_position, v_recorded_at);
        END IF;
        IF v_command.tracking_upstream IS NOT NULL THEN
            INSERT INTO tracking (org_id, upstream, position)
            VALUES (p_org, v_command.tracking_upstream, v_command.tracking_position);
        END IF;
        v_answers := v_answers || jsonb_build_object('outcome', 'appended', 'position', v_position, 'positions', to_jsonb(v_own), 'recorded_at', v_recorded_at);
    END LOOP;

    IF v_appended > 0 THEN
{projections}
        NULL;
    END IF;
    RETURN v_answers;
END
$append$;
