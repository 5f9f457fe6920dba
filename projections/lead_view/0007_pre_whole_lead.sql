-- Addresses; and lists without deleted leads, so that these are in no list's index.
ALTER TABLE lead_view ADD COLUMN addresses jsonb NOT NULL DEFAULT '[]';

DROP INDEX lead_view_created;
DROP INDEX lead_view_name;
DROP INDEX lead_view_status;
DROP INDEX lead_view_search;
CREATE INDEX lead_view_created ON lead_view (org_id, created_at, lead_id) WHERE deleted_at IS NULL;
CREATE INDEX lead_view_name ON lead_view (org_id, sort_name, lead_id) WHERE deleted_at IS NULL;
CREATE INDEX lead_view_status ON lead_view (org_id, status_id, created_at, lead_id) WHERE deleted_at IS NULL;
COMMENT ON COLUMN lead_view.deleted_at IS 'null: it is there; else it and everything under it is absent';
