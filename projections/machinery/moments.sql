-- Moments: times and versions of streams as positions of the log, and back. Positions and versions count without a gap,
-- and recorded_at rises with them, so that each is found by halving what an index of the log spans.

-- name: position_at
-- The last position of a time, 0 before the first. $1 org_id uuid, {time}: timestamptz.
WITH RECURSIVE halves (low, high) AS (
    SELECT 0::bigint, coalesce((SELECT e.position FROM events e WHERE e.org_id = $1 ORDER BY e.position DESC LIMIT 1), 0)
    UNION ALL
    SELECT CASE WHEN e.recorded_at <= {time} THEN e.position ELSE halves.low END,
           CASE WHEN e.recorded_at <= {time} THEN halves.high ELSE e.position - 1 END
    FROM halves
    JOIN events e ON e.org_id = $1 AND e.position = (halves.low + halves.high + 1) / 2
    WHERE halves.low < halves.high)
SELECT low AS position FROM halves WHERE low = high;

-- name: position_of_version
-- The position of one event of a stream. $1 org_id uuid, $2 stream_id uuid, $3 version int.
SELECT e.position FROM events e WHERE e.org_id = $1 AND e.stream_id = $2 AND e.stream_version = $3;

-- name: version_at
-- A stream's version at a position, 0 before its first event. $1 org_id uuid, $2 stream_id uuid, $3 position bigint.
WITH RECURSIVE halves (low, high) AS (
    SELECT 0, coalesce((SELECT e.stream_version FROM events e WHERE e.org_id = $1 AND e.stream_id = {stream}
                        ORDER BY e.stream_version DESC LIMIT 1), 0)
    UNION ALL
    SELECT CASE WHEN e.position <= {position} THEN e.stream_version ELSE halves.low END,
           CASE WHEN e.position <= {position} THEN halves.high ELSE e.stream_version - 1 END
    FROM halves
    JOIN events e ON e.org_id = $1 AND e.stream_id = {stream} AND e.stream_version = (halves.low + halves.high + 1) / 2
    WHERE halves.low < halves.high)
SELECT low AS version FROM halves WHERE low = high;

-- name: recorded_at
-- When an event was recorded. $1 org_id uuid, $2 position bigint.
SELECT e.recorded_at FROM events e WHERE e.org_id = $1 AND e.position = $2;

-- name: known_since
-- From which position on the past is known; no row: from the first. $1 org_id uuid.
SELECT since FROM past_known WHERE org_id = $1;
