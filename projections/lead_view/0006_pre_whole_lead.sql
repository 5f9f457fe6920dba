-- Addresses, deletion, and what contacts are found and sorted by. Deleted leads are in no list, so not in its index.
ALTER TABLE lead_view
    ADD COLUMN addresses     jsonb  NOT NULL DEFAULT '[]',
    ADD COLUMN address_terms text[] NOT NULL DEFAULT '{}',
    ADD COLUMN url_terms     text[] NOT NULL DEFAULT '{}',
    ADD COLUMN deleted_at    timestamptz;
COMMENT ON COLUMN lead_view.address_terms IS 'words that searches find it by; they go into lead_search';
COMMENT ON COLUMN lead_view.url_terms IS 'host and words that searches find it by; they go into lead_search';
COMMENT ON COLUMN lead_view.deleted_at IS 'null: it is there; else it and everything under it is absent';

DROP INDEX lead_view_created;
DROP INDEX lead_view_name;
DROP INDEX lead_view_status;
DROP INDEX lead_view_search;
CREATE INDEX lead_view_created ON lead_view (org_id, created_at, lead_id) WHERE deleted_at IS NULL;
CREATE INDEX lead_view_name ON lead_view (org_id, sort_name, lead_id) WHERE deleted_at IS NULL;
CREATE INDEX lead_view_status ON lead_view (org_id, status_id, created_at, lead_id) WHERE deleted_at IS NULL;
CREATE INDEX lead_view_search ON lead_view USING gin (search) WHERE deleted_at IS NULL;

ALTER TABLE lead_contact
    ADD COLUMN name_key    text COLLATE "C",
    ADD COLUMN name_terms  text[] NOT NULL DEFAULT '{}',
    ADD COLUMN title_terms text[] NOT NULL DEFAULT '{}',
    ADD COLUMN email_terms text[] NOT NULL DEFAULT '{}',
    ADD COLUMN phone_terms text[] NOT NULL DEFAULT '{}',
    ADD COLUMN url_terms   text[] NOT NULL DEFAULT '{}',
    ADD COLUMN sort_name   text COLLATE "C" GENERATED ALWAYS AS
        (coalesce(name_key, lower((emails->0->>'email') COLLATE "C"), phones->0->>'phone', 'unnamed')) STORED;
COMMENT ON COLUMN lead_contact.name_key IS 'folded in Python: no case, accents or punctuation';
COMMENT ON COLUMN lead_contact.sort_name IS 'of what it is shown by: name, else first address, else first number';
