-- The past is kept: before a row is replaced or removed, its old version goes into the table's twin. A version stands
-- from the position of the event that made it (from_pos) to that of the one which ended it (to_pos, not included).

ALTER TABLE lead_view ADD COLUMN from_pos bigint NOT NULL DEFAULT 0;
ALTER TABLE lead_contact ADD COLUMN from_pos bigint NOT NULL DEFAULT 0;
ALTER TABLE lead_opportunity ADD COLUMN from_pos bigint NOT NULL DEFAULT 0;
ALTER TABLE lead_task ADD COLUMN from_pos bigint NOT NULL DEFAULT 0;
ALTER TABLE lead_custom ADD COLUMN from_pos bigint NOT NULL DEFAULT 0;
ALTER TABLE activity_feed ADD COLUMN from_pos bigint NOT NULL DEFAULT 0;
ALTER TABLE email_message ADD COLUMN from_pos bigint NOT NULL DEFAULT 0;
ALTER TABLE email_thread ADD COLUMN from_pos bigint NOT NULL DEFAULT 0;
ALTER TABLE files_tab ADD COLUMN from_pos bigint NOT NULL DEFAULT 0;

CREATE TABLE lead_view_past (LIKE lead_view INCLUDING GENERATED, to_pos bigint NOT NULL,
    PRIMARY KEY (org_id, lead_id, from_pos, to_pos));
CREATE TABLE lead_contact_past (LIKE lead_contact INCLUDING GENERATED, to_pos bigint NOT NULL,
    PRIMARY KEY (org_id, contact_id, from_pos, to_pos));
CREATE INDEX lead_contact_past_lead ON lead_contact_past (org_id, lead_id, place, contact_id, from_pos, to_pos);
CREATE TABLE lead_opportunity_past (LIKE lead_opportunity INCLUDING GENERATED, to_pos bigint NOT NULL,
    PRIMARY KEY (org_id, opportunity_id, from_pos, to_pos));
CREATE INDEX lead_opportunity_past_lead ON lead_opportunity_past (org_id, lead_id, opportunity_id, from_pos, to_pos);
CREATE TABLE lead_task_past (LIKE lead_task INCLUDING GENERATED, to_pos bigint NOT NULL,
    PRIMARY KEY (org_id, task_id, from_pos, to_pos));
CREATE INDEX lead_task_past_lead ON lead_task_past (org_id, lead_id, task_id, from_pos, to_pos);
CREATE TABLE lead_custom_past (LIKE lead_custom INCLUDING GENERATED, to_pos bigint NOT NULL,
    PRIMARY KEY (org_id, owner_id, field_id, from_pos, to_pos));
CREATE INDEX lead_custom_past_lead ON lead_custom_past (org_id, lead_id, owner_id, field_id, from_pos, to_pos);
CREATE TABLE activity_feed_past (LIKE activity_feed INCLUDING GENERATED, to_pos bigint NOT NULL,
    PRIMARY KEY (org_id, activity_id, from_pos, to_pos));
CREATE INDEX activity_feed_past_order ON activity_feed_past (org_id, lead_id, occurred_at, position, from_pos, to_pos);
CREATE INDEX activity_feed_past_kind
    ON activity_feed_past (org_id, lead_id, kind_key, occurred_at, position, from_pos, to_pos);
CREATE INDEX activity_feed_past_user
    ON activity_feed_past (org_id, lead_id, user_id, kind_key, occurred_at, position, from_pos, to_pos) WHERE user_id IS NOT NULL;
CREATE INDEX activity_feed_past_contact
    ON activity_feed_past (org_id, lead_id, contact_id, kind_key, occurred_at, position, from_pos, to_pos)
    WHERE contact_id IS NOT NULL;
CREATE INDEX activity_feed_past_pinned ON activity_feed_past (org_id, lead_id, created_at, position, from_pos, to_pos)
    WHERE pinned_at IS NOT NULL;
CREATE INDEX activity_feed_past_ahead ON activity_feed_past (org_id, lead_id, coalesce(edited_at, created_at))
    WHERE occurred_at > coalesce(edited_at, created_at);
CREATE TABLE email_message_past (LIKE email_message INCLUDING GENERATED, to_pos bigint NOT NULL,
    PRIMARY KEY (org_id, activity_id, from_pos, to_pos));
CREATE INDEX email_message_past_thread ON email_message_past (org_id, lead_id, thread_id, occurred_at, position, from_pos, to_pos)
    WHERE deleted_at IS NULL;
CREATE INDEX email_message_past_lead ON email_message_past (org_id, lead_id);
CREATE TABLE email_thread_past (LIKE email_thread INCLUDING GENERATED, to_pos bigint NOT NULL,
    PRIMARY KEY (org_id, thread_id, from_pos, to_pos));
CREATE INDEX email_thread_past_order ON email_thread_past (org_id, lead_id, latest_at, latest_position, from_pos, to_pos);
CREATE TABLE files_tab_past (LIKE files_tab INCLUDING GENERATED, to_pos bigint NOT NULL,
    PRIMARY KEY (org_id, activity_id, file_id, from_pos, to_pos));
CREATE INDEX files_tab_past_order ON files_tab_past (org_id, lead_id, received_at, position, place, from_pos, to_pos);
CREATE INDEX files_tab_past_file ON files_tab_past (org_id, file_id);
CREATE INDEX files_tab_past_inline ON files_tab_past (org_id, content_key, to_pos) WHERE content_key IS NOT NULL;

-- From which position on an organization's past is known; no row: from the first. A rebuild makes it known whole.
CREATE TABLE past_known (
    org_id uuid   PRIMARY KEY,
    since  bigint NOT NULL
);
INSERT INTO past_known (org_id, since)
SELECT l.org_id, e.position FROM org_lock l
CROSS JOIN LATERAL (SELECT position FROM events WHERE org_id = l.org_id ORDER BY position DESC LIMIT 1) e;
