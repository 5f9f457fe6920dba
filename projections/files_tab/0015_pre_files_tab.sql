-- The files tab of the lead page: one row for each file of each activity.

CREATE TABLE files_tab (
    org_id       uuid        NOT NULL,
    activity_id  uuid        NOT NULL,
    file_id      uuid        NOT NULL,
    lead_id      uuid        NOT NULL,
    name         text        NOT NULL,
    content_type text        NOT NULL,
    media_type   text        NOT NULL,
    media_group  text        NOT NULL,
    size_bytes   bigint      NOT NULL,
    sha256       text        NOT NULL,
    content_id   text,
    is_inline    boolean     NOT NULL,
    content_key  uuid,
    is_shown     boolean     NOT NULL,
    received_at  timestamptz NOT NULL,
    position     bigint      NOT NULL,
    place        integer     NOT NULL,
    PRIMARY KEY (org_id, activity_id, file_id)
);
CREATE UNIQUE INDEX files_tab_file ON files_tab (org_id, file_id);
CREATE INDEX files_tab_order ON files_tab (org_id, lead_id, received_at, position, place) WHERE is_shown;
CREATE INDEX files_tab_type ON files_tab (org_id, lead_id, media_type, received_at, position, place) WHERE is_shown;
CREATE INDEX files_tab_group ON files_tab (org_id, lead_id, media_group, received_at, position, place) WHERE is_shown;
CREATE INDEX files_tab_inline ON files_tab (org_id, content_key, is_shown) WHERE content_key IS NOT NULL;
CREATE INDEX files_tab_content ON files_tab (org_id, sha256);
COMMENT ON COLUMN files_tab.media_type IS 'content_type in small letters without its parameters';
COMMENT ON COLUMN files_tab.media_group IS 'what stands before the slash of media_type';
COMMENT ON COLUMN files_tab.content_key IS 'the same for the same content on the same lead; only of inline files that may be shown';
COMMENT ON COLUMN files_tab.is_shown IS 'in the tab; pictures of signatures are not';
COMMENT ON COLUMN files_tab.position IS 'of the event that brought it';
COMMENT ON COLUMN files_tab.place IS 'among the files that this event brought';

-- How often a content is inline on a lead; 4 stands for more.
CREATE TABLE inline_content (
    org_id      uuid    NOT NULL,
    content_key uuid    NOT NULL,
    lead_id     uuid    NOT NULL,
    uses        integer NOT NULL,
    PRIMARY KEY (org_id, content_key)
);
CREATE INDEX inline_content_lead ON inline_content (org_id, lead_id);
