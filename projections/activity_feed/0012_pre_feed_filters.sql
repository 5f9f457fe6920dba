-- What pages of the history are narrowed by: one index for each way, which ends in the order of the feed.

ALTER TABLE activity_feed
    ADD COLUMN custom_type_id uuid,
    ADD COLUMN kind_key text COLLATE "C" NOT NULL
        GENERATED ALWAYS AS (kind || coalesce(' ' || custom_type_id::text, '')) STORED;
COMMENT ON COLUMN activity_feed.custom_type_id IS 'what a custom activity is one of';
COMMENT ON COLUMN activity_feed.kind_key IS 'the kind; of custom activities, each type is one';

-- Each begins with what a page is narrowed by and ends with the order of the feed, so that a page is read off it
-- however rare that is. Kinds stand behind users and contacts because these two are asked for by kind, and counted by it.
-- A user with a contact is looked for among the user's, without a look at their rows.
DROP INDEX activity_feed_kind;
CREATE INDEX activity_feed_kind ON activity_feed (org_id, lead_id, kind_key, occurred_at, position);
CREATE INDEX activity_feed_user ON activity_feed (org_id, lead_id, user_id, kind_key, occurred_at, position)
    INCLUDE (contact_id) WHERE user_id IS NOT NULL;
CREATE INDEX activity_feed_contact ON activity_feed (org_id, lead_id, contact_id, kind_key, occurred_at, position)
    WHERE contact_id IS NOT NULL;
