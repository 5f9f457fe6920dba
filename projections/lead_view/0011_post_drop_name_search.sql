-- Leads are found by lead_search.
ALTER TABLE lead_view DROP COLUMN search;
