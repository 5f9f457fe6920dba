-- Activities are edited, and some are put down before they take place.

ALTER TABLE activity_feed
    ADD COLUMN edited_at timestamptz,
    ADD COLUMN is_communication boolean NOT NULL GENERATED ALWAYS AS (
        kind IN ('CALL', 'EMAIL', 'SMS', 'MEETING')
        AND coalesce(details ->> 'status', '') NOT IN ('CANCELED', 'DRAFT', 'ERROR')) STORED;
COMMENT ON COLUMN activity_feed.edited_at IS 'when what it says was last changed; NULL: never';
COMMENT ON COLUMN activity_feed.is_communication IS 'we and the customer spoke or wrote to each other; kept, so that no body is read to tell';

-- Those that had not taken place yet when they were last put down: few, and each counts as of that moment.
CREATE INDEX activity_feed_ahead ON activity_feed (org_id, lead_id, coalesce(edited_at, created_at))
    WHERE occurred_at > coalesce(edited_at, created_at);
