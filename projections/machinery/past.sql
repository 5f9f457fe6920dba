-- name: versions
-- The rows of a table as they stood at a position. The conditions stand outside of the union, so that the planner makes
-- one relation of table and twin, whose indexes it merges in order. The names in braces come from the table's declaration.
SELECT {columns} FROM (
    SELECT {columns}, 9223372036854775807 AS to_pos FROM {table}
    UNION ALL SELECT {columns}, to_pos FROM {past}) version
WHERE from_pos <= {position} AND to_pos > {position}{born};

-- name: born
-- The column that holds the position of the event that made a row, or of an earlier one.
AND {column} <= {position};
