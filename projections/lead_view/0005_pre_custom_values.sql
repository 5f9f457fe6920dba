-- Values of custom fields of leads, contacts and opportunities: a row for each field that has one.
CREATE TABLE lead_custom (
    org_id   uuid   NOT NULL,
    owner_id uuid   NOT NULL,
    field_id uuid   NOT NULL,
    lead_id  uuid   NOT NULL,
    value    jsonb  NOT NULL,
    number   numeric,
    terms    text[] NOT NULL,
    PRIMARY KEY (org_id, owner_id, field_id)
);
CREATE INDEX lead_custom_field ON lead_custom (org_id, field_id, number, lead_id);
CREATE INDEX lead_custom_lead ON lead_custom (org_id, lead_id, owner_id, field_id);
COMMENT ON COLUMN lead_custom.number IS 'what ranges compare: a number, a day counted from 1970, an instant in microseconds';
COMMENT ON COLUMN lead_custom.terms IS 'what searches find it by; they go into lead_search';
