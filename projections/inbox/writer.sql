-- name: write_inbox_item
-- One operation on items, by its name. v_key names what it is about, v_set has values of columns, stamps filled in.
-- Filled into the table's write function.
DECLARE
    v_row         {inbox_item};
    v_other       {inbox_item};
    v_mail        {inbox_mail};
    v_arrived_at  timestamptz;
    v_activity_id uuid;
BEGIN
CASE v_operation->>'op'
    WHEN 'put' THEN
        -- A new item; where it is there already, it begins anew. key: item_id; every column that has a value.
        v_row := jsonb_populate_record(NULL::{inbox_item}, v_key || v_set);
        {put_row}
    WHEN 'update' THEN
        -- Values of one item that is live. key: item_id.
        FOR v_row IN SELECT * FROM {inbox_item} item WHERE item.org_id = p_org AND item.item_id = (v_key->>'item_id')::uuid
                     AND item.is_live LOOP
            v_row := jsonb_populate_record(v_row, v_set);
            {update_row}
        END LOOP;
    WHEN 'of_subject' THEN
        -- Values of every live item of a subject, of one kind if that is named. key: lead_id, subject_id, kind.
        FOR v_row IN SELECT * FROM {inbox_item} item WHERE item.org_id = p_org
                     AND item.lead_id = (v_key->>'lead_id')::uuid AND item.subject_id = (v_key->>'subject_id')::uuid
                     AND item.is_live AND item.kind = coalesce(v_key->>'kind', item.kind) LOOP
            v_row := jsonb_populate_record(v_row, v_set);
            {update_row}
        END LOOP;
    WHEN 'of_lead' THEN
        -- Values of every open item of a lead. key: lead_id.
        FOR v_row IN SELECT * FROM {inbox_item} item WHERE item.org_id = p_org
                     AND item.lead_id = (v_key->>'lead_id')::uuid AND item.is_live AND item.done_at IS NULL LOOP
            v_row := jsonb_populate_record(v_row, v_set);
            {update_row}
        END LOOP;
    WHEN 'hand' THEN
        -- It becomes somebody else's, or nobody's: another item. key: lead_id, subject_id, kind; item_id and owner_id of the new one.
        SELECT * INTO v_other FROM {inbox_item} item WHERE item.org_id = p_org AND item.lead_id = (v_key->>'lead_id')::uuid
        AND item.subject_id = (v_key->>'subject_id')::uuid AND item.kind = v_key->>'kind' AND item.is_live;
        CONTINUE WHEN NOT FOUND;
        v_row := v_other;
        v_row.is_live := false;
        v_row.position := (v_set->>'position')::bigint;
        {update_row}
        v_other.snoozed_until := NULL;
        v_row := jsonb_populate_record(v_other, v_set);
        {put_row}
    WHEN 'mail' THEN
        -- A mail came to somebody: a new item, or folded into that of its thread.
        -- key: lead_id, subject_id, owner_id, item_id if it is new; activity_id, arrived_at, position.
        -- Found by its subject alone: with its owner, other indexes seem as good where nothing is known yet of the table.
        SELECT * INTO v_row FROM (
            SELECT * FROM {inbox_item} item WHERE item.org_id = p_org AND item.lead_id = (v_key->>'lead_id')::uuid
            AND item.subject_id = (v_key->>'subject_id')::uuid OFFSET 0) item
        WHERE item.kind = 'INCOMING_EMAIL' AND item.owner_id = (v_key->>'owner_id')::uuid;
        IF NOT FOUND THEN
            v_row := jsonb_populate_record(NULL::{inbox_item}, v_key || v_set);
            v_row.kind := 'INCOMING_EMAIL';
            v_row.episode := 0;
            v_row.is_live := false;
            v_row.is_dormant := false;
        END IF;
        v_arrived_at := (v_set->>'arrived_at')::timestamptz;
        v_row.position := (v_set->>'position')::bigint;
        v_row.snoozed_until := NULL;
        IF v_row.done_at IS NULL AND v_row.is_live THEN
            v_row.activity_count := v_row.activity_count + 1;
            v_row.arrived_at := least(v_row.arrived_at, v_arrived_at);
        ELSE
            -- What was there before is read.
            v_row.episode := v_row.episode + 1;
            v_row.activity_count := 1;
            v_row.arrived_at := v_arrived_at;
            v_row.latest_at := NULL;
            v_row.done_at := NULL;
            v_row.is_live := true;
            v_row.opened := v_row.position;
        END IF;
        IF v_row.latest_at IS NULL OR v_arrived_at >= v_row.latest_at THEN
            v_row.latest_at := v_arrived_at;
            v_row.activity_id := (v_set->>'activity_id')::uuid;
        END IF;
        {put_row}
        INSERT INTO {inbox_mail} (org_id, lead_id, email_id, owner_id, item_id, episode, occurred_at, position)
        VALUES (p_org, v_row.lead_id, (v_set->>'activity_id')::uuid, v_row.owner_id, v_row.item_id, v_row.episode,
                v_arrived_at, v_row.position);
    WHEN 'mail_deleted' THEN
        -- A mail is gone, from whatever items it is in. key: lead_id, email_id; position.
        FOR v_mail IN DELETE FROM {inbox_mail} mail WHERE mail.org_id = p_org AND mail.lead_id = (v_key->>'lead_id')::uuid
                      AND mail.email_id = (v_key->>'email_id')::uuid RETURNING mail.* LOOP
            SELECT * INTO v_row FROM {inbox_item} item WHERE item.org_id = p_org AND item.item_id = v_mail.item_id;
            CONTINUE WHEN v_row.episode <> v_mail.episode OR NOT v_row.is_live;
            v_row.position := (v_set->>'position')::bigint;
            {count_mails}
            {update_row}
        END LOOP;
    WHEN 'joined' THEN
        -- Two threads are one. key: lead_id, subject_id, into_id; position.
        FOR v_other IN SELECT * FROM {inbox_item} item WHERE item.org_id = p_org AND item.lead_id = (v_key->>'lead_id')::uuid
                       AND item.subject_id = (v_key->>'subject_id')::uuid AND item.kind = 'INCOMING_EMAIL' AND item.is_live LOOP
            SELECT * INTO v_row FROM {inbox_item} item WHERE item.org_id = p_org AND item.lead_id = v_other.lead_id
            AND item.subject_id = (v_key->>'into_id')::uuid AND item.kind = 'INCOMING_EMAIL' AND item.owner_id = v_other.owner_id;
            IF NOT FOUND THEN
                v_row := v_other;
                v_row.subject_id := (v_key->>'into_id')::uuid;
                v_row.position := (v_set->>'position')::bigint;
                {update_row}
                CONTINUE;
            END IF;
            IF v_other.done_at IS NULL THEN
                IF v_row.done_at IS NOT NULL OR NOT v_row.is_live THEN
                    v_row.episode := v_row.episode + 1;
                    v_row.done_at := NULL;
                    v_row.is_live := true;
                    v_row.opened := (v_set->>'position')::bigint;
                END IF;
                UPDATE {inbox_mail} mail SET item_id = v_row.item_id, episode = v_row.episode
                WHERE mail.org_id = p_org AND mail.item_id = v_other.item_id AND mail.episode = v_other.episode;
                v_row.snoozed_until := NULL;
                v_row.position := (v_set->>'position')::bigint;
                {count_mails}
                {update_row}
            END IF;
            DELETE FROM {inbox_mail} mail WHERE mail.org_id = p_org AND mail.item_id = v_other.item_id;
            v_row := v_other;
            v_row.is_live := false;
            v_row.position := (v_set->>'position')::bigint;
            {update_row}
        END LOOP;
        UPDATE {inbox_item} item SET thread_id = (v_key->>'into_id')::uuid
        WHERE item.org_id = p_org AND item.lead_id = (v_key->>'lead_id')::uuid
        AND item.thread_id = (v_key->>'subject_id')::uuid AND item.kind = 'EMAIL_FOLLOWUP';
    WHEN 'answered' THEN
        -- Somebody wrote in a thread: whoever waits for an answer to something older waits no longer.
        -- key: lead_id, thread_id; latest_at of the answer, position.
        FOR v_row IN SELECT * FROM {inbox_item} item WHERE item.org_id = p_org AND item.lead_id = (v_key->>'lead_id')::uuid
                     AND item.thread_id = (v_key->>'thread_id')::uuid AND item.kind = 'EMAIL_FOLLOWUP' AND item.is_live
                     AND item.done_at IS NULL AND NOT item.is_dormant AND item.latest_at <= (v_set->>'latest_at')::timestamptz LOOP
            v_row.is_live := false;
            v_row.position := (v_set->>'position')::bigint;
            {update_row}
        END LOOP;
    WHEN 'done' THEN
        -- Handled, as far as somebody has seen. key: item_id, seen; done_at, position.
        SELECT * INTO v_row FROM {inbox_item} item WHERE item.org_id = p_org AND item.item_id = (v_key->>'item_id')::uuid
        AND item.is_live AND item.done_at IS NULL;
        CONTINUE WHEN NOT FOUND;
        v_row.position := (v_set->>'position')::bigint;
        v_row.snoozed_until := NULL;
        UPDATE {inbox_mail} mail SET episode = v_row.episode + 1
        WHERE mail.org_id = p_org AND mail.item_id = v_row.item_id AND mail.episode = v_row.episode
        AND mail.position > (v_key->>'seen')::bigint;
        IF FOUND THEN
            -- What came behind that is still unread.
            v_row.episode := v_row.episode + 1;
            v_row.opened := v_row.position;
            {count_mails}
        ELSE
            v_row.done_at := (v_set->>'done_at')::timestamptz;
        END IF;
        {update_row}
    WHEN 'open' THEN
        -- Values of an item that is live and not done. key: item_id.
        FOR v_row IN SELECT * FROM {inbox_item} item WHERE item.org_id = p_org AND item.item_id = (v_key->>'item_id')::uuid
                     AND item.is_live AND item.done_at IS NULL LOOP
            v_row := jsonb_populate_record(v_row, v_set);
            {update_row}
        END LOOP;
END CASE;
END;

-- name: count_mails
-- What the unread e-mails of v_row make of it; without any it is gone.
SELECT count(*), min(mail.occurred_at), max(mail.occurred_at),
       (array_agg(mail.email_id ORDER BY mail.occurred_at DESC, mail.position DESC))[1]
INTO v_row.activity_count, v_arrived_at, v_row.latest_at, v_activity_id
FROM {inbox_mail} mail
WHERE mail.org_id = p_org AND mail.item_id = v_row.item_id AND mail.episode = v_row.episode;
v_row.is_live := v_row.activity_count > 0;
v_row.arrived_at := coalesce(v_arrived_at, v_row.arrived_at);
v_row.activity_id := coalesce(v_activity_id, v_row.activity_id);
