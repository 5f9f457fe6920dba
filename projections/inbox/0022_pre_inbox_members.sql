-- Leads that were merged into others, as the inbox knows them: what is open on all of them is one lead's.

CREATE TABLE inbox_member (
    org_id  uuid NOT NULL,
    lead_id uuid NOT NULL,
    root_id uuid NOT NULL,
    PRIMARY KEY (org_id, lead_id)
);
CREATE INDEX inbox_member_root ON inbox_member (org_id, root_id, lead_id);
