-- What each person has to handle.

-- One row for each thing that somebody has, or had, in the inbox, and for each that may yet get there.
CREATE TABLE inbox_item (
    org_id         uuid        NOT NULL,
    item_id        uuid        NOT NULL,
    lead_id        uuid        NOT NULL,
    kind           text        NOT NULL,
    owner_id       uuid,
    subject_id     uuid        NOT NULL,
    activity_id    uuid,
    thread_id      uuid,
    arrived_at     timestamptz,
    day            date,
    snoozed_until  timestamptz,
    done_at        timestamptz,
    is_live        boolean     NOT NULL,
    is_dormant     boolean     NOT NULL,
    activity_count integer     NOT NULL,
    episode        integer     NOT NULL,
    latest_at      timestamptz,
    opened         bigint      NOT NULL,
    position       bigint      NOT NULL,
    PRIMARY KEY (org_id, item_id)
);
COMMENT ON COLUMN inbox_item.owner_id IS 'null: nobody''s; the row waits for somebody';
COMMENT ON COLUMN inbox_item.subject_id IS 'the thread, call, text message, note, task or opportunity; of a follow-up the e-mail';
COMMENT ON COLUMN inbox_item.activity_id IS 'what the lead page shows for it; of several folded e-mails the newest';
COMMENT ON COLUMN inbox_item.thread_id IS 'of a follow-up: where an answer is expected';
COMMENT ON COLUMN inbox_item.arrived_at IS 'when it came in or is due, where that is an instant; of several folded e-mails the oldest''s';
COMMENT ON COLUMN inbox_item.day IS 'when it is due, where that is a day; without either it is due whenever and in no view';
COMMENT ON COLUMN inbox_item.is_live IS 'false: its ground is gone, or it became somebody else''s; kept so that its owner''s feed can tell';
COMMENT ON COLUMN inbox_item.is_dormant IS 'its ground does not hold now: an opportunity that is not active, a draft that was not sent';
COMMENT ON COLUMN inbox_item.episode IS 'counts how often new mail has brought it back: only e-mails of this number are unread';
COMMENT ON COLUMN inbox_item.latest_at IS 'of e-mails: when the newest of them happened';
COMMENT ON COLUMN inbox_item.opened IS 'position at which it last came into being or came back';
COMMENT ON COLUMN inbox_item.position IS 'position at which it last changed';

-- What stands in lists, each in its order: what is open, what is snoozed or was, what is done; of one person by kind.
-- What is snoozed is skipped where it would stand otherwise, without a look at its row.
CREATE INDEX inbox_item_open_at ON inbox_item (org_id, owner_id, kind, arrived_at, item_id, coalesce(snoozed_until, '-infinity'))
    WHERE is_live AND NOT is_dormant AND done_at IS NULL AND arrived_at IS NOT NULL;
CREATE INDEX inbox_item_open_day ON inbox_item (org_id, owner_id, kind, day, item_id, coalesce(snoozed_until, '-infinity'))
    WHERE is_live AND NOT is_dormant AND done_at IS NULL AND day IS NOT NULL;
CREATE INDEX inbox_item_snoozed ON inbox_item (org_id, owner_id, kind, snoozed_until, item_id)
    WHERE is_live AND NOT is_dormant AND done_at IS NULL AND snoozed_until IS NOT NULL
    AND (arrived_at IS NOT NULL OR day IS NOT NULL);
CREATE INDEX inbox_item_done ON inbox_item (org_id, owner_id, kind, done_at, item_id)
    WHERE is_live AND NOT is_dormant AND done_at IS NOT NULL AND (arrived_at IS NOT NULL OR day IS NOT NULL);
-- And of everybody; who is asked for alone is never looked for among them, as a bare IS NOT NULL would allow.
CREATE INDEX inbox_item_all_open_at ON inbox_item (org_id, kind, arrived_at, item_id, coalesce(snoozed_until, '-infinity'))
    WHERE is_live AND NOT is_dormant AND num_nonnulls(owner_id) = 1 AND done_at IS NULL AND arrived_at IS NOT NULL;
CREATE INDEX inbox_item_all_open_day ON inbox_item (org_id, kind, day, item_id, coalesce(snoozed_until, '-infinity'))
    WHERE is_live AND NOT is_dormant AND num_nonnulls(owner_id) = 1 AND done_at IS NULL AND day IS NOT NULL;
CREATE INDEX inbox_item_all_snoozed ON inbox_item (org_id, kind, snoozed_until, item_id)
    WHERE is_live AND NOT is_dormant AND num_nonnulls(owner_id) = 1 AND done_at IS NULL AND snoozed_until IS NOT NULL
    AND (arrived_at IS NOT NULL OR day IS NOT NULL);
CREATE INDEX inbox_item_all_done ON inbox_item (org_id, kind, done_at, item_id)
    WHERE is_live AND NOT is_dormant AND num_nonnulls(owner_id) = 1 AND done_at IS NOT NULL
    AND (arrived_at IS NOT NULL OR day IS NOT NULL);
-- What changed since, for feeds; what an event is about.
CREATE INDEX inbox_item_changed ON inbox_item (org_id, owner_id, position);
CREATE INDEX inbox_item_subject ON inbox_item (org_id, lead_id, subject_id);
CREATE INDEX inbox_item_follow_up ON inbox_item (org_id, lead_id, thread_id)
    WHERE kind = 'EMAIL_FOLLOWUP' AND is_live;

-- One row for each received e-mail and person who has it in the inbox, or had.
CREATE TABLE inbox_mail (
    org_id      uuid        NOT NULL,
    email_id    uuid        NOT NULL,
    owner_id    uuid        NOT NULL,
    lead_id     uuid        NOT NULL,
    item_id     uuid        NOT NULL,
    episode     integer     NOT NULL,
    occurred_at timestamptz NOT NULL,
    position    bigint      NOT NULL,
    PRIMARY KEY (org_id, lead_id, email_id, owner_id)
);
CREATE INDEX inbox_mail_item ON inbox_mail (org_id, item_id, episode, occurred_at, position);

-- One row for each thread in which somebody wrote to us: whoever waits for an answer to something older has it.
CREATE TABLE inbox_answer (
    org_id      uuid        NOT NULL,
    lead_id     uuid        NOT NULL,
    thread_id   uuid        NOT NULL,
    answered_at timestamptz NOT NULL,
    PRIMARY KEY (org_id, lead_id, thread_id)
);
COMMENT ON COLUMN inbox_answer.answered_at IS 'when the newest of these happened, also of those that were deleted since';
