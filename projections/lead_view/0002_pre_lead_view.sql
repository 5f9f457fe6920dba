-- The left side of the lead page. Counters that change with every event live apart, in lead_pulse.

CREATE TABLE lead_view (
    org_id             uuid        NOT NULL,
    lead_id            uuid        NOT NULL,
    name               text,
    name_key           text COLLATE "C",
    description        text,
    url                text,
    status_id          uuid        NOT NULL,
    source             text,
    created_at         timestamptz NOT NULL,
    created_by         uuid,
    primary_contact_id uuid,
    primary_name       text,
    primary_name_key   text COLLATE "C",
    display_name       text GENERATED ALWAYS AS (coalesce(name, primary_name, 'Untitled')) STORED,
    sort_name          text COLLATE "C" GENERATED ALWAYS AS (coalesce(name_key, primary_name_key, 'untitled')) STORED,
    search             tsvector GENERATED ALWAYS AS
                           (array_to_tsvector(string_to_array(coalesce(name_key, primary_name_key, 'untitled'), ' '))) STORED,
    PRIMARY KEY (org_id, lead_id)
);
CREATE INDEX lead_view_created ON lead_view (org_id, created_at, lead_id);
CREATE INDEX lead_view_name ON lead_view (org_id, sort_name, lead_id);
CREATE INDEX lead_view_status ON lead_view (org_id, status_id, created_at, lead_id);
CREATE INDEX lead_view_search ON lead_view USING gin (search);
COMMENT ON COLUMN lead_view.name_key IS 'folded in Python: no case, accents or punctuation';

CREATE TABLE lead_pulse (
    org_id     uuid        NOT NULL,
    lead_id    uuid        NOT NULL,
    version    integer     NOT NULL,
    updated_at timestamptz NOT NULL,
    updated_by uuid,
    PRIMARY KEY (org_id, lead_id)
) WITH (fillfactor = 80);
CREATE INDEX lead_pulse_updated ON lead_pulse (org_id, updated_at, lead_id);

CREATE TABLE lead_contact (
    org_id     uuid        NOT NULL,
    contact_id uuid        NOT NULL,
    lead_id    uuid        NOT NULL,
    place      integer     NOT NULL,
    name       text,
    title      text,
    emails     jsonb       NOT NULL,
    phones     jsonb       NOT NULL,
    urls       jsonb       NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    version    integer     NOT NULL,
    PRIMARY KEY (org_id, contact_id)
);
CREATE INDEX lead_contact_lead ON lead_contact (org_id, lead_id, place, contact_id);

CREATE TABLE lead_opportunity (
    org_id         uuid        NOT NULL,
    opportunity_id uuid        NOT NULL,
    lead_id        uuid        NOT NULL,
    contact_id     uuid,
    user_id        uuid,
    status_id      uuid        NOT NULL,
    value          numeric,
    value_period   text        NOT NULL CHECK (value_period IN ('ONE_TIME', 'MONTHLY', 'ANNUAL')),
    confidence     integer     NOT NULL CHECK (confidence BETWEEN 0 AND 100),
    note           text,
    date_won       date,
    date_lost      date,
    created_at     timestamptz NOT NULL,
    updated_at     timestamptz NOT NULL,
    version        integer     NOT NULL,
    PRIMARY KEY (org_id, opportunity_id)
);
CREATE INDEX lead_opportunity_lead ON lead_opportunity (org_id, lead_id, opportunity_id);

CREATE TABLE lead_task (
    org_id       uuid        NOT NULL,
    task_id      uuid        NOT NULL,
    lead_id      uuid        NOT NULL,
    contact_id   uuid,
    text         text        NOT NULL,
    assigned_to  uuid,
    due_date     date,
    due_at       timestamptz CHECK (due_at IS NULL OR due_date IS NULL),
    priority     text        NOT NULL CHECK (priority IN ('HIGH', 'MEDIUM', 'NORMAL')),
    completed_at timestamptz,
    created_at   timestamptz NOT NULL,
    updated_at   timestamptz NOT NULL,
    version      integer     NOT NULL,
    PRIMARY KEY (org_id, task_id)
);
CREATE INDEX lead_task_lead ON lead_task (org_id, lead_id, task_id);
CREATE INDEX lead_task_open ON lead_task (org_id, lead_id, task_id) WHERE completed_at IS NULL;
