-- The right side of the lead page: one row for each item of the history.

CREATE TABLE activity_feed (
    org_id      uuid        NOT NULL,
    activity_id uuid        NOT NULL,
    lead_id     uuid        NOT NULL,
    kind        text        NOT NULL,
    position    bigint      NOT NULL,
    occurred_at timestamptz NOT NULL,
    created_at  timestamptz NOT NULL,
    updated_at  timestamptz NOT NULL,
    version     integer     NOT NULL,
    contact_id  uuid,
    user_id     uuid,
    source      text,
    pinned_at   timestamptz,
    details     jsonb       NOT NULL,
    PRIMARY KEY (org_id, activity_id)
);
CREATE INDEX activity_feed_order ON activity_feed (org_id, lead_id, occurred_at, position);
CREATE INDEX activity_feed_kind ON activity_feed (org_id, lead_id, kind, occurred_at, position);
CREATE INDEX activity_feed_pinned ON activity_feed (org_id, lead_id, created_at, position) WHERE pinned_at IS NOT NULL;
COMMENT ON COLUMN activity_feed.position IS 'of the event that put it here; breaks ties of occurred_at';
COMMENT ON COLUMN activity_feed.details IS 'what only this kind has';

-- When something last happened; its creation is not counted. '-infinity': nothing has.
CREATE TABLE lead_activity (
    org_id           uuid        NOT NULL,
    lead_id          uuid        NOT NULL,
    last_activity_at timestamptz NOT NULL,
    PRIMARY KEY (org_id, lead_id)
) WITH (fillfactor = 80);
CREATE INDEX lead_activity_last ON lead_activity (org_id, last_activity_at, lead_id);
