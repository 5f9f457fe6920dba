-- What leads are found by: one row a lead, made of its own words, its contacts' and its custom values.
CREATE TABLE lead_search (
    org_id  uuid     NOT NULL,
    lead_id uuid     NOT NULL,
    terms   tsvector NOT NULL,
    PRIMARY KEY (org_id, lead_id)
);
CREATE INDEX lead_search_terms ON lead_search USING gin (terms) WITH (gin_pending_list_limit = 512);
COMMENT ON COLUMN lead_search.terms IS 'each begins with the last 8 digits of org_id, so that no organization reads the index of another one';

CREATE INDEX lead_opportunity_stage ON lead_opportunity (org_id, status_id, lead_id);
CREATE INDEX lead_contact_created ON lead_contact (org_id, created_at, contact_id);
ALTER TABLE lead_view ADD COLUMN deleted_at timestamptz, ADD COLUMN name_terms text[] NOT NULL DEFAULT '{}', ADD COLUMN url_terms text[] NOT NULL DEFAULT '{}', ADD COLUMN address_terms text[] NOT NULL DEFAULT '{}';
ALTER TABLE lead_contact ADD COLUMN name_terms text[] NOT NULL DEFAULT '{}', ADD COLUMN title_terms text[] NOT NULL DEFAULT '{}', ADD COLUMN email_terms text[] NOT NULL DEFAULT '{}', ADD COLUMN phone_terms text[] NOT NULL DEFAULT '{}', ADD COLUMN url_terms text[] NOT NULL DEFAULT '{}',
   ADD COLUMN name_key text COLLATE "C",
   ADD COLUMN sort_name text COLLATE "C" GENERATED ALWAYS AS (coalesce(name_key, '')) STORED;
CREATE INDEX lead_contact_name ON lead_contact (org_id, sort_name, contact_id);
