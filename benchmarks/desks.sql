-- Many inboxes out of one: the rows of some leads once more, under ids of their own. Nothing is recorded of the copies.

-- name: copies
-- A table of leads, of the ids of their copies, of whose items are then, the how many-th of that person's, and in which way.
CREATE TEMPORARY TABLE copies (
    lead_id uuid NOT NULL, copy_id uuid NOT NULL, owner_id uuid NOT NULL, n int NOT NULL, state text NOT NULL);

-- name: choose
-- So many copies for one person, of some leads in turns. $1 lead ids uuid[], $2 owner uuid, $3 how many int,
-- $4 number of the first int, $5 states text[], in turns.
INSERT INTO copies
SELECT ($1::uuid[])[1 + n % cardinality($1::uuid[])], gen_random_uuid(), $2, $4::int + n, ($5::text[])[1 + n % cardinality($5::text[])]
FROM generate_series(0, $3::int - 1) n;

-- name: copy
-- Copy the rows of a table that hang on a lead. $1 org_id uuid. Names in braces: the table, its columns and what they become.
INSERT INTO {table} ({columns}) SELECT {values} FROM copies JOIN {table} one ON one.org_id = $1 AND one.lead_id = copies.lead_id;

-- name: new_id
-- What an id of the original is in a copy: always the same.
md5(one.{column}::text || copies.copy_id::text)::uuid;

-- name: instant
-- When an item of a copy came: one lead after the other, six hours apart.
CASE WHEN one.arrived_at IS NULL THEN NULL
     WHEN copies.state = 'later' AND one.kind = 'EMAIL_FOLLOWUP' THEN now() + interval '1 day' + copies.n * interval '6 hours'
     ELSE timestamptz '2001-01-01 00:00Z' + copies.n * interval '6 hours' END;

-- name: day
CASE WHEN one.day IS NULL THEN NULL
     WHEN copies.state = 'later' THEN current_date + 2 + copies.n / 4
     ELSE date '2001-01-01' + copies.n / 4 END;

-- name: snoozed
CASE WHEN copies.state = 'snoozed' THEN now() + interval '1 day' + copies.n * interval '6 hours' END;

-- name: done
CASE WHEN copies.state = 'done' THEN timestamptz '2001-01-02 00:00Z' + copies.n * interval '6 hours' END;

-- name: state
-- How many items of a person are open. $1 org_id uuid, $2 owner uuid.
SELECT count(*) FROM inbox_item
WHERE org_id = $1 AND owner_id = $2 AND done_at IS NULL AND is_live AND NOT is_dormant AND num_nonnulls(arrived_at, day) = 1;
