-- name: streams_of_request
-- Streams in which a request recorded something: the first version there. $1 org_id uuid, $2 correlation_id uuid, $3 limit int.
SELECT stream_id, min(stream_version) AS first_version FROM events
WHERE org_id = $1 AND correlation_id = $2 GROUP BY stream_id ORDER BY stream_id LIMIT $3;
