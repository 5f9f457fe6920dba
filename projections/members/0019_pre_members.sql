-- Leads that were merged into others: rows keep the lead that they were born in, and this says whose page they are on.

CREATE TABLE lead_member (
    org_id   uuid    NOT NULL,
    lead_id  uuid    NOT NULL,
    root_id  uuid    NOT NULL,
    version  integer NOT NULL,
    from_pos bigint  NOT NULL DEFAULT 0,
    PRIMARY KEY (org_id, lead_id)
);
CREATE INDEX lead_member_root ON lead_member (org_id, root_id, lead_id);
COMMENT ON COLUMN lead_member.root_id IS 'the lead whose page it is on, however many merges led there';
COMMENT ON COLUMN lead_member.version IS 'of the root, when it came to it';
CREATE TABLE lead_member_past (LIKE lead_member INCLUDING GENERATED, to_pos bigint NOT NULL,
    PRIMARY KEY (org_id, lead_id, from_pos, to_pos));
CREATE INDEX lead_member_past_root ON lead_member_past (org_id, root_id, lead_id, from_pos, to_pos);
