-- When we and the customer last spoke or wrote to each other. '-infinity': never.
ALTER TABLE lead_activity ADD COLUMN last_communication_at timestamptz NOT NULL DEFAULT '-infinity';
