-- Many leads out of few: their rows once more under new ids. Nothing is recorded of the copies: they are there to be passed over.

-- name: pairs
-- A table of leads and of the ids of their copies.
CREATE TEMPORARY TABLE pairs (lead_id uuid NOT NULL, copy_id uuid NOT NULL);

-- name: pair
-- Choose ids for so many copies, of some leads in turns. $1 lead ids uuid[], $2 copies int.
INSERT INTO pairs SELECT ($1::uuid[])[1 + n % cardinality($1::uuid[])], gen_random_uuid() FROM generate_series(0, $2::int - 1) n;

-- name: copy
-- Copy the rows of a table that hang on a lead. $1 org_id uuid. Names in braces: the table, its columns and what they become.
INSERT INTO {table} ({columns}) SELECT {values} FROM pairs JOIN {table} one ON one.org_id = $1 AND one.lead_id = pairs.lead_id;
