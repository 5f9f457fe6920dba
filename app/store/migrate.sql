-- name: one_at_a_time
-- Wait until no other migration runs. $1 lock bigint.
SELECT pg_advisory_xact_lock($1);

-- name: allow_creation
-- A role that owns the schema and serves too had taken this right from itself.
DO $$
BEGIN
    IF EXISTS (SELECT 1 FROM pg_namespace WHERE nspname = 'leadstream' AND nspowner = current_user::regrole) THEN
        EXECUTE format('GRANT CREATE ON SCHEMA leadstream TO %I', current_user);
    END IF;
END $$;

-- name: create_schema
CREATE SCHEMA IF NOT EXISTS leadstream;

-- name: search_path
SET LOCAL search_path = leadstream, pg_temp;

-- name: create_list
CREATE TABLE IF NOT EXISTS migrations (
    number     integer     PRIMARY KEY,
    name       text        NOT NULL,
    checksum   bytea       NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- name: has_list
SELECT to_regclass('leadstream.migrations') IS NOT NULL;

-- name: list
SELECT number, name, checksum FROM leadstream.migrations ORDER BY number;

-- name: add_to_list
INSERT INTO leadstream.migrations (number, name, checksum) VALUES ($1, $2, $3);

-- name: grant
-- What the role that serves may do: read everything, add to the log, write projections.
DO $$
DECLARE
    v_table text;
BEGIN
    GRANT USAGE ON SCHEMA leadstream TO {app_role};
    FOR v_table IN SELECT tablename FROM pg_tables WHERE schemaname = 'leadstream' LOOP
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON leadstream.%I TO {app_role}', v_table);
        EXECUTE format('REVOKE TRUNCATE, REFERENCES, TRIGGER ON leadstream.%I FROM {app_role}', v_table);
    END LOOP;
    GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA leadstream TO {app_role};
END $$;

-- name: forbid
-- What the role that serves may not do, the owner included where it is the same role: rewrite the log, make objects.
DO $$
BEGIN
    REVOKE UPDATE, DELETE, TRUNCATE ON leadstream.events FROM {app_role}, PUBLIC;
    REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON leadstream.migrations FROM {app_role}, PUBLIC;
    REVOKE CREATE ON SCHEMA leadstream FROM {app_role}, PUBLIC;
END $$;

-- name: forbid_change
-- What is added to a table stays as it is, for the role that serves.
REVOKE UPDATE, DELETE, TRUNCATE ON leadstream.{table} FROM {app_role}, PUBLIC;
