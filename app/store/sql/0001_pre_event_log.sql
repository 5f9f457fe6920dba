-- The event log: streams of events in organizations, in one gapless order per organization.
-- org_id comes first in every key, so that the tables can be distributed by organization.

-- One row per organization, locked by every append and never updated.
CREATE TABLE org_lock (
    org_id uuid PRIMARY KEY,
    epoch  uuid NOT NULL
);
COMMENT ON COLUMN org_lock.epoch IS 'tells this log from another one with the same positions, such as a restored copy';

CREATE TABLE events (
    org_id          uuid        NOT NULL,
    position        bigint      NOT NULL CHECK (position > 0),
    stream_id       uuid        NOT NULL,
    stream_version  integer     NOT NULL CHECK (stream_version >= 0),
    event_id        uuid        NOT NULL,
    entity_id       uuid,
    name            text        NOT NULL,
    schema_version  smallint    NOT NULL,
    payload         bytea,
    payload_hash    bytea       NOT NULL CHECK (octet_length(payload_hash) = 32),
    recorded_at     timestamptz NOT NULL,
    occurred_at     timestamptz,
    actor_user      uuid,
    actor_key       uuid,
    source          text,
    correlation_id  uuid        NOT NULL,
    causation_id    uuid,
    idempotency_key text,
    PRIMARY KEY (org_id, position),
    CONSTRAINT events_stream UNIQUE (org_id, stream_id, stream_version),
    CONSTRAINT events_id UNIQUE (org_id, event_id)
);
CREATE INDEX events_entity ON events (org_id, entity_id, position) WHERE entity_id IS NOT NULL;
CREATE INDEX events_correlation ON events (org_id, correlation_id);
COMMENT ON COLUMN events.payload IS 'canonical JSON, hashed as it stands; null once erased';

-- What only one owner in an organization may hold.
CREATE TABLE claims (
    org_id   uuid NOT NULL,
    kind     text NOT NULL,
    key      text NOT NULL,
    owner_id uuid NOT NULL,
    PRIMARY KEY (org_id, kind, key)
);

-- What a command with a key answered, so that the same command answers it again.
CREATE TABLE idempotency (
    org_id      uuid        NOT NULL,
    principal   uuid        NOT NULL,
    key         text        NOT NULL,
    fingerprint bytea       NOT NULL,
    result      bytea       NOT NULL,
    position    bigint      NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (org_id, principal, key)
);
CREATE INDEX idempotency_age ON idempotency (recorded_at);

-- How far followers of other logs have come, written with what they wrote.
CREATE TABLE tracking (
    org_id   uuid   NOT NULL,
    upstream text   NOT NULL,
    position bigint NOT NULL,
    PRIMARY KEY (org_id, upstream, position)
);

-- Folded states of long streams: a shortcut for loading, never the truth.
CREATE TABLE snapshots (
    org_id         uuid     NOT NULL,
    stream_id      uuid     NOT NULL,
    stream_version integer  NOT NULL,
    name           text     NOT NULL,
    schema_version smallint NOT NULL,
    state          bytea    NOT NULL,
    PRIMARY KEY (org_id, stream_id)
);

-- What append() takes. `command` counts the commands of one call from 1.
CREATE TYPE append_command AS (
    principal         uuid,
    idempotency_key   text,
    fingerprint       bytea,
    result            bytea,
    config_stream     uuid,
    config_version    integer,
    tracking_upstream text,
    tracking_position bigint
);
CREATE TYPE append_stream AS (
    command          integer,
    stream_id        uuid,
    expected_version integer
);
CREATE TYPE append_claim AS (
    command  integer,
    kind     text,
    key      text,
    owner_id uuid
);
CREATE TYPE append_event AS (
    command        integer,
    stream_id      uuid,
    stream_version integer,
    event_id       uuid,
    entity_id      uuid,
    name           text,
    schema_version smallint,
    payload        bytea,
    payload_hash   bytea,
    occurred_at    timestamptz,
    actor_user     uuid,
    actor_key      uuid,
    source         text,
    correlation_id uuid,
    causation_id   uuid
);
