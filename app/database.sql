-- name: rewriting_rights
-- By which rights the current role could rewrite history, one a row: what text. No rows: by none.
-- An owner that serves too has taken these rights from itself (migrate), and keeps that of making schemas.
WITH log AS (
    SELECT oid, relowner FROM pg_class WHERE oid = to_regclass('leadstream.events')
)
SELECT 'SUPERUSER' AS what FROM pg_roles WHERE rolname = current_user AND rolsuper
UNION ALL
SELECT 'SET ROLE to ' || relowner::regrole FROM log
WHERE relowner <> current_user::regrole AND pg_has_role(current_user, relowner, 'MEMBER')
UNION ALL
SELECT privilege || ' on events' FROM log, unnest(ARRAY['DELETE', 'TRUNCATE']) AS privilege
WHERE has_table_privilege(current_user, oid, privilege)
UNION ALL
SELECT 'UPDATE on events' FROM log WHERE has_any_column_privilege(current_user, oid, 'UPDATE')
UNION ALL
SELECT 'CREATE in the schema leadstream' FROM log WHERE has_schema_privilege(current_user, 'leadstream', 'CREATE')
UNION ALL
SELECT 'CREATE on the database' FROM log
WHERE relowner <> current_user::regrole AND has_database_privilege(current_user, current_database(), 'CREATE')
LIMIT 10;
