-- Which e-mails belong together, and which messages there are.

-- One row for each e-mail ever logged; a deleted one keeps its place, so that its thread is known.
CREATE TABLE email_message (
    org_id      uuid        NOT NULL,
    activity_id uuid        NOT NULL,
    lead_id     uuid        NOT NULL,
    thread_id   uuid        NOT NULL,
    occurred_at timestamptz NOT NULL,
    position    bigint      NOT NULL,
    message_id  text,
    subject     text        NOT NULL,
    contact_id  uuid,
    user_id     uuid,
    people      jsonb       NOT NULL,
    deleted_at  timestamptz,
    PRIMARY KEY (org_id, activity_id)
);
CREATE INDEX email_message_thread ON email_message (org_id, lead_id, thread_id, occurred_at, position)
    WHERE deleted_at IS NULL;
CREATE INDEX email_message_id ON email_message (org_id, message_id) WHERE deleted_at IS NULL AND message_id IS NOT NULL;
CREATE INDEX email_message_lead ON email_message (org_id, lead_id);
COMMENT ON COLUMN email_message.message_id IS 'without angle brackets and white space';
COMMENT ON COLUMN email_message.subject IS 'without what answering and passing on put around it';
COMMENT ON COLUMN email_message.people IS 'sender, to and cc as the message had them; of long lists the beginning';

-- One row for each thread that has e-mails.
CREATE TABLE email_thread (
    org_id          uuid        NOT NULL,
    thread_id       uuid        NOT NULL,
    lead_id         uuid        NOT NULL,
    latest_id       uuid        NOT NULL,
    latest_at       timestamptz NOT NULL,
    latest_position bigint      NOT NULL,
    PRIMARY KEY (org_id, thread_id)
);
CREATE INDEX email_thread_order ON email_thread (org_id, lead_id, latest_at, latest_position);
COMMENT ON COLUMN email_thread.latest_at IS 'when its newest e-mail happened: the order of a lead''s threads';

-- What was logged before; `rebuild` computes subjects and people as they are kept.
INSERT INTO email_message
SELECT org_id, activity_id, lead_id, (details ->> 'thread_id')::uuid, occurred_at, position,
       nullif(translate(details ->> 'message_id', '<> ', ''), ''), coalesce(details ->> 'subject', ''),
       contact_id, user_id, '{}', NULL
FROM activity_feed WHERE kind = 'EMAIL';

INSERT INTO email_thread
SELECT DISTINCT ON (org_id, thread_id) org_id, thread_id, lead_id, activity_id, occurred_at, position
FROM email_message ORDER BY org_id, thread_id, occurred_at DESC, position DESC;
