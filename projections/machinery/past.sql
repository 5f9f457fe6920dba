-- name: versions
-- The rows of a table as they stood at a position. The names in braces come from the table's declaration.
SELECT {columns} FROM {table} WHERE from_pos <= {position}
UNION ALL SELECT {columns} FROM {past} WHERE from_pos <= {position} AND to_pos > {position};
