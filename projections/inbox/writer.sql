-- name: write_inbox_item
-- One operation on items, by its name. v_key names what it is about, v_set has values of columns, stamps filled in.
-- Filled into the table's write function.
DECLARE
    v_row         {inbox_item};
    v_other       {inbox_item};
    v_mail        {inbox_mail};
    v_lead_id     uuid := (v_key->>'lead_id')::uuid;
    v_position    bigint := (v_set->>'position')::bigint;
    v_arrived_at  timestamptz;
    v_unseen      integer;
    -- The lead, and what was merged into it: things of any of them are this lead's.
    v_leads       uuid[] := ARRAY(SELECT v_lead_id UNION ALL SELECT member.lead_id FROM {inbox_member} member
                                  WHERE member.org_id = p_org AND member.root_id = v_lead_id);
BEGIN
CASE v_operation->>'op'
    WHEN 'member' THEN
        -- A lead belongs to another one from now on; to itself: to none. key: lead_id, root_id.
        DELETE FROM {inbox_member} member WHERE member.org_id = p_org AND member.lead_id = v_lead_id;
        IF v_lead_id <> (v_key->>'root_id')::uuid THEN
            INSERT INTO {inbox_member} (org_id, lead_id, root_id) VALUES (p_org, v_lead_id, (v_key->>'root_id')::uuid);
        END IF;
    WHEN 'insert', 'put' THEN
        -- A new item; where it is there already, it begins anew. key: item_id; every column that has a value.
        -- `insert` is of an event that makes the subject itself, so that nothing was about it before.
        v_row := jsonb_populate_record(NULL::{inbox_item}, v_key || v_set);
        {put_row}
    WHEN 'put_for_task' THEN
        -- The same, unless its subject is a task that is done.
        v_row := jsonb_populate_record(NULL::{inbox_item}, v_key || v_set);
        CONTINUE WHEN EXISTS (SELECT 1 FROM {inbox_item} item WHERE item.org_id = p_org AND item.lead_id = v_row.lead_id
            AND item.subject_id = v_row.subject_id AND item.kind = 'TASK' AND item.is_live AND item.done_at IS NOT NULL);
        {put_row}
    WHEN 'update' THEN
        -- Values of one item that is live. key: item_id.
        {the_item}
        CONTINUE WHEN NOT FOUND;
        v_row := jsonb_populate_record(v_row, v_set);
        {update_row}
    WHEN 'of_subject' THEN
        -- Values of every live item of a subject, of one kind if that is named, or of those alone that are not done.
        -- key: lead_id, subject_id, kind, only_open.
        FOR v_row IN SELECT * FROM {inbox_item} item WHERE item.org_id = p_org
                     AND item.lead_id = ANY (v_leads) AND item.subject_id = (v_key->>'subject_id')::uuid
                     AND item.is_live AND item.kind = coalesce(v_key->>'kind', item.kind)
                     AND (item.done_at IS NULL OR NOT (v_key->>'only_open')::boolean) LOOP
            v_row := jsonb_populate_record(v_row, v_set);
            {update_row}
        END LOOP;
    WHEN 'of_lead' THEN
        -- Values of every open item of a lead. key: lead_id.
        FOR v_row IN SELECT * FROM {inbox_item} item WHERE item.org_id = p_org
                     AND item.lead_id = ANY (v_leads) AND item.is_live AND item.done_at IS NULL LOOP
            v_row := jsonb_populate_record(v_row, v_set);
            {update_row}
        END LOOP;
    WHEN 'hand' THEN
        -- It becomes somebody else's, or nobody's: another item.
        -- key: lead_id, subject_id, kind; item_id and owner_id of the new one.
        SELECT * INTO v_other FROM {inbox_item} item WHERE item.org_id = p_org AND item.lead_id = ANY (v_leads)
        AND item.subject_id = (v_key->>'subject_id')::uuid AND item.kind = v_key->>'kind' AND item.is_live;
        CONTINUE WHEN NOT FOUND;
        v_row := v_other;
        v_row.is_live := false;
        v_row.position := v_position;
        {update_row}
        v_other.snoozed_until := NULL;
        v_row := jsonb_populate_record(v_other, v_set);
        {put_row}
    WHEN 'mail' THEN
        -- A mail came to somebody: a new item, or folded into that of its thread.
        -- key: lead_id, subject_id, owner_id, item_id if it is new; activity_id, arrived_at, position.
        -- Found by its subject alone: with its owner, other indexes seem as good where nothing is known yet of the table.
        SELECT * INTO v_row FROM (
            SELECT * FROM {inbox_item} item WHERE item.org_id = p_org AND item.lead_id = ANY (v_leads)
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
        v_row.position := v_position;
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
            v_row.opened := v_position;
        END IF;
        IF v_row.latest_at IS NULL OR v_arrived_at >= v_row.latest_at THEN
            v_row.latest_at := v_arrived_at;
            v_row.activity_id := (v_set->>'activity_id')::uuid;
        END IF;
        {put_row}
        INSERT INTO {inbox_mail} (org_id, lead_id, email_id, owner_id, item_id, episode, occurred_at, position)
        VALUES (p_org, v_lead_id, (v_set->>'activity_id')::uuid, v_row.owner_id, v_row.item_id, v_row.episode,
                v_arrived_at, v_position);
    WHEN 'mail_deleted' THEN
        -- A mail is gone, from whatever items it is in. key: lead_id, email_id; position.
        FOR v_mail IN DELETE FROM {inbox_mail} mail WHERE mail.org_id = p_org AND mail.lead_id = ANY (v_leads)
                      AND mail.email_id = (v_key->>'email_id')::uuid RETURNING mail.* LOOP
            SELECT * INTO v_row FROM {inbox_item} item WHERE item.org_id = p_org AND item.item_id = v_mail.item_id;
            CONTINUE WHEN v_row.episode <> v_mail.episode OR NOT v_row.is_live;
            v_row.activity_count := v_row.activity_count - 1;
            v_row.is_live := v_row.activity_count > 0;
            v_row.position := v_position;
            {mail_ends}
            {update_row}
        END LOOP;
    WHEN 'joined' THEN
        -- Two threads are one. key: lead_id, thread_id, into_id; position.
        FOR v_other IN SELECT * FROM {inbox_item} item WHERE item.org_id = p_org AND item.lead_id = ANY (v_leads)
                       AND item.subject_id = (v_key->>'thread_id')::uuid AND item.kind = 'INCOMING_EMAIL' AND item.is_live LOOP
            SELECT * INTO v_row FROM {inbox_item} item WHERE item.org_id = p_org AND item.lead_id = ANY (v_leads)
            AND item.subject_id = (v_key->>'into_id')::uuid AND item.kind = 'INCOMING_EMAIL'
            AND item.owner_id = v_other.owner_id;
            IF v_row.item_id IS NULL OR NOT v_row.is_live THEN
                -- Nothing to be joined with: it goes on as it is, in the place of what was there once.
                IF v_row.item_id IS NOT NULL THEN
                    v_row.subject_id := v_other.subject_id;
                    {update_row}
                END IF;
                v_row := v_other;
                v_row.subject_id := (v_key->>'into_id')::uuid;
                v_row.position := v_position;
                {update_row}
                CONTINUE;
            END IF;
            IF v_other.done_at IS NULL THEN
                IF v_row.done_at IS NOT NULL THEN
                    v_row.episode := v_row.episode + 1;
                    v_row.activity_count := 0;
                    v_row.done_at := NULL;
                    v_row.snoozed_until := v_other.snoozed_until;
                    v_row.opened := v_position;
                ELSE
                    v_row.snoozed_until := NULL;
                END IF;
                UPDATE {inbox_mail} mail SET item_id = v_row.item_id, episode = v_row.episode
                WHERE mail.org_id = p_org AND mail.item_id = v_other.item_id AND mail.episode = v_other.episode;
                v_row.activity_count := v_row.activity_count + v_other.activity_count;
                v_row.position := v_position;
                {mail_ends}
                {update_row}
            END IF;
            DELETE FROM {inbox_mail} mail WHERE mail.org_id = p_org AND mail.item_id = v_other.item_id;
            v_row := v_other;
            v_row.is_live := false;
            v_row.position := v_position;
            {update_row}
        END LOOP;
        UPDATE {inbox_item} item SET thread_id = (v_key->>'into_id')::uuid
        WHERE item.org_id = p_org AND item.lead_id = ANY (v_leads) AND item.thread_id = (v_key->>'thread_id')::uuid
        AND item.kind = 'EMAIL_FOLLOWUP' AND item.is_live;
        SELECT max(answer.answered_at) INTO v_arrived_at FROM {inbox_answer} answer WHERE answer.org_id = p_org
        AND answer.lead_id = ANY (v_leads) AND answer.thread_id = (v_key->>'thread_id')::uuid;
        CONTINUE WHEN v_arrived_at IS NULL;
        INSERT INTO {inbox_answer} AS answer (org_id, lead_id, thread_id, answered_at)
        VALUES (p_org, v_lead_id, (v_key->>'into_id')::uuid, v_arrived_at)
        ON CONFLICT (org_id, lead_id, thread_id) DO UPDATE SET answered_at = excluded.answered_at
        WHERE answer.answered_at < excluded.answered_at;
    WHEN 'came_in' THEN
        -- Somebody wrote in a thread. key: lead_id, thread_id; answered_at, position.
        INSERT INTO {inbox_answer} AS answer (org_id, lead_id, thread_id, answered_at)
        VALUES (p_org, v_lead_id, (v_key->>'thread_id')::uuid, (v_set->>'answered_at')::timestamptz)
        ON CONFLICT (org_id, lead_id, thread_id) DO UPDATE SET answered_at = excluded.answered_at
        WHERE answer.answered_at < excluded.answered_at;
        {close_answered}
    WHEN 'close_answered' THEN
        -- It may be that something in a thread was answered before. key: lead_id, thread_id; position.
        {close_answered}
    WHEN 'done' THEN
        -- Handled, as far as somebody has seen: mails behind `seen` are not, nor what began anew behind `known`.
        -- key: item_id, seen, known; done_at, position.
        {the_item}
        CONTINUE WHEN NOT FOUND OR v_row.done_at IS NOT NULL OR v_row.is_dormant;
        CONTINUE WHEN v_row.kind <> 'INCOMING_EMAIL' AND v_row.opened > (v_key->>'known')::bigint;
        v_unseen := 0;
        IF v_row.kind = 'INCOMING_EMAIL' AND v_row.position > (v_key->>'seen')::bigint THEN
            SELECT count(*) INTO v_unseen FROM {inbox_mail} mail WHERE mail.org_id = p_org
            AND mail.item_id = v_row.item_id AND mail.episode = v_row.episode AND mail.position > (v_key->>'seen')::bigint;
        END IF;
        CONTINUE WHEN v_unseen = v_row.activity_count AND v_unseen > 0;
        v_row.position := v_position;
        v_row.snoozed_until := NULL;
        IF v_unseen = 0 THEN
            v_row.done_at := (v_set->>'done_at')::timestamptz;
        ELSE
            UPDATE {inbox_mail} mail SET episode = v_row.episode + 1 WHERE mail.org_id = p_org
            AND mail.item_id = v_row.item_id AND mail.episode = v_row.episode AND mail.position > (v_key->>'seen')::bigint;
            v_row.episode := v_row.episode + 1;
            v_row.activity_count := v_unseen;
            v_row.opened := v_position;
            {mail_ends}
        END IF;
        {update_row}
    WHEN 'not_done' THEN
        -- To be handled after all. key: item_id; done_at, opened, position.
        {the_item}
        CONTINUE WHEN NOT FOUND OR v_row.done_at IS NULL OR v_row.is_dormant;
        v_row := jsonb_populate_record(v_row, v_set);
        {update_row}
    WHEN 'snooze' THEN
        -- Out of sight, unless it came, or more of it came, behind `known`. key: item_id, known; snoozed_until, position.
        {the_item}
        CONTINUE WHEN NOT FOUND OR v_row.done_at IS NOT NULL OR v_row.is_dormant
                      OR v_row.opened > (v_key->>'known')::bigint;
        CONTINUE WHEN v_row.kind = 'INCOMING_EMAIL' AND v_row.position > (v_key->>'known')::bigint AND EXISTS (
            SELECT 1 FROM {inbox_mail} mail WHERE mail.org_id = p_org AND mail.item_id = v_row.item_id
            AND mail.episode = v_row.episode AND mail.position > (v_key->>'known')::bigint);
        v_row := jsonb_populate_record(v_row, v_set);
        {update_row}
    WHEN 'unsnooze' THEN
        -- In sight again. key: item_id; snoozed_until, position.
        {the_item}
        CONTINUE WHEN NOT FOUND OR v_row.done_at IS NOT NULL OR v_row.snoozed_until IS NULL;
        v_row := jsonb_populate_record(v_row, v_set);
        {update_row}
END CASE;
END;

-- name: the_item
-- The live item that v_key names, into v_row.
SELECT * INTO v_row FROM {inbox_item} item
WHERE item.org_id = p_org AND item.item_id = (v_key->>'item_id')::uuid AND item.is_live;

-- name: mail_ends
-- The oldest and the newest of the unread e-mails of v_row, of which there are activity_count.
IF v_row.activity_count > 0 THEN
    SELECT mail.occurred_at INTO v_row.arrived_at FROM {inbox_mail} mail
    WHERE mail.org_id = p_org AND mail.item_id = v_row.item_id AND mail.episode = v_row.episode
    ORDER BY mail.occurred_at, mail.position LIMIT 1;
    SELECT mail.occurred_at, mail.email_id INTO v_row.latest_at, v_row.activity_id FROM {inbox_mail} mail
    WHERE mail.org_id = p_org AND mail.item_id = v_row.item_id AND mail.episode = v_row.episode
    ORDER BY mail.occurred_at DESC, mail.position DESC LIMIT 1;
END IF;

-- name: close_answered
-- Whoever waits in a thread for an answer, and has got one that is not older, waits no longer.
FOR v_row IN SELECT item.* FROM {inbox_item} item
             JOIN {inbox_answer} answer ON answer.org_id = p_org AND answer.lead_id = ANY (v_leads)
                  AND answer.thread_id = item.thread_id
             WHERE item.org_id = p_org AND item.lead_id = ANY (v_leads) AND item.thread_id = (v_key->>'thread_id')::uuid
             AND item.kind = 'EMAIL_FOLLOWUP' AND item.is_live AND item.done_at IS NULL AND NOT item.is_dormant
             AND item.latest_at <= answer.answered_at LOOP
    v_row.is_live := false;
    v_row.position := v_position;
    {update_row}
END LOOP;
