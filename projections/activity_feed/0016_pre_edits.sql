-- Activities are edited, and some are put down before they take place.

ALTER TABLE activity_feed ADD COLUMN edited_at timestamptz;
COMMENT ON COLUMN activity_feed.edited_at IS 'when what it says was last changed; NULL: never';

-- Those that had not taken place yet when they were last put down: few, and each counts as of that moment.
CREATE INDEX activity_feed_ahead ON activity_feed (org_id, lead_id, kind, coalesce(edited_at, created_at))
    WHERE occurred_at > coalesce(edited_at, created_at);
