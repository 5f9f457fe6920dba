-- Pages of the log. Names in braces are parts, by names below; DESC or ASC stands at {way}.

-- name: look
-- Where the next events are that fit: how many entries of the index were looked at, the furthest of them, and which fit.
-- $1 org_id uuid, $2 lead ids uuid[], null: the whole log, $3 above bigint[], $4 below bigint[], $5 limit of the look
-- int, $6 limit of what fits int; conditions on the leads follow.
SELECT wanted.n, looked.seen, looked.furthest, looked.positions
FROM unnest($2::uuid[], $3::bigint[], $4::bigint[]) WITH ORDINALITY AS wanted (lead_id, above, below, n)
CROSS JOIN LATERAL (
    SELECT count(*) AS seen, CASE '{way}' WHEN 'ASC' THEN max(merged.position) ELSE min(merged.position) END AS furthest,
           (array_agg(merged.position ORDER BY merged.position {way}) FILTER (WHERE merged.fits))[1:$6::int] AS positions
    FROM (SELECT found.position, found.fits FROM {found} AS found ORDER BY found.position {way} LIMIT $5) merged) looked
WHERE true/*and*/;

-- name: by_position
-- The log itself.
(SELECT e.position, {fits} AS fits FROM events e
 WHERE e.org_id = $1 AND e.position > wanted.above AND e.position < wanted.below
 ORDER BY e.position {way} LIMIT $5);

-- name: by_type
-- An end of what each type has. Names text[].
(SELECT ends.position, ends.fits
 FROM unnest({}::text[]) AS keys (name)
 CROSS JOIN LATERAL (
     SELECT e.position, {fits} AS fits FROM events e
     WHERE e.org_id = $1 AND e.name = keys.name AND e.position > wanted.above AND e.position < wanted.below
     ORDER BY e.position {way} LIMIT $5) ends);

-- name: by_user
-- What one user did. Uuid.
(SELECT e.position, {fits} AS fits FROM events e
 WHERE e.org_id = $1 AND e.actor_user = {}::uuid AND e.position > wanted.above AND e.position < wanted.below
 ORDER BY e.position {way} LIMIT $5);

-- name: by_request
-- What one request did. Uuid.
(SELECT e.position, {fits} AS fits FROM events e
 WHERE e.org_id = $1 AND e.correlation_id = {}::uuid AND e.position > wanted.above AND e.position < wanted.below
 ORDER BY e.position {way} LIMIT $5);

-- name: by_lead
-- An end of the stream of the lead, and of each that was merged into it by then.
(SELECT ends.position, ends.fits
 FROM (SELECT wanted.lead_id UNION ALL
       SELECT m.lead_id FROM lead_member/*then*/ m
       WHERE m.org_id = $1 AND m.root_id = wanted.lead_id) AS keys (stream_id)
 CROSS JOIN LATERAL (
     SELECT e.position, {fits} AS fits FROM events e
     WHERE e.org_id = $1 AND e.stream_id = keys.stream_id AND e.stream_version > {above} AND e.stream_version <= {below}
     ORDER BY e.stream_version {way} LIMIT $5) ends);

-- name: version_at
-- The version that a stream had at a position, found by halves: versions have no gaps, and rise with positions.
(WITH RECURSIVE halves (low, high) AS (
     SELECT (SELECT e.stream_version - 1 FROM events e WHERE e.org_id = $1 AND e.stream_id = keys.stream_id
             ORDER BY e.stream_version LIMIT 1),
            (SELECT e.stream_version FROM events e WHERE e.org_id = $1 AND e.stream_id = keys.stream_id
             ORDER BY e.stream_version DESC LIMIT 1)
     UNION ALL
     SELECT CASE WHEN middle.position <= {position} THEN middle.stream_version ELSE halves.low END,
            CASE WHEN middle.position <= {position} THEN halves.high ELSE middle.stream_version - 1 END
     FROM halves
     CROSS JOIN LATERAL (
         SELECT e.position, e.stream_version FROM events e
         WHERE e.org_id = $1 AND e.stream_id = keys.stream_id AND e.stream_version = (halves.low + halves.high + 1) / 2
         LIMIT 1) middle
     WHERE halves.low < halves.high)
 SELECT halves.low FROM halves WHERE halves.low >= halves.high LIMIT 1);

-- name: fits_type
e.name = ANY ({}::text[]);

-- name: fits_user
e.actor_user = {}::uuid;

-- name: fits_request
e.correlation_id = {}::uuid;

-- name: fits_lead
(e.stream_id = wanted.lead_id OR EXISTS (SELECT 1 FROM lead_member/*then*/ m
                                         WHERE m.org_id = $1 AND m.lead_id = e.stream_id AND m.root_id = wanted.lead_id));

-- name: at_positions
-- Events by their places. $1 org_id uuid, $2 positions bigint[].
SELECT position, stream_id, stream_version, event_id, entity_id, name, schema_version, payload, payload_hash,
       recorded_at, occurred_at, actor_user, actor_key, source, correlation_id, causation_id, idempotency_key
FROM events WHERE org_id = $1 AND position = ANY ($2::bigint[]) LIMIT cardinality($2::bigint[]);

-- name: by_ids
-- Events by their ids. $1 org_id uuid, $2 event ids uuid[].
SELECT position, stream_id, stream_version, event_id, entity_id, name, schema_version, payload, payload_hash,
       recorded_at, occurred_at, actor_user, actor_key, source, correlation_id, causation_id, idempotency_key
FROM events WHERE org_id = $1 AND event_id = ANY ($2::uuid[]) LIMIT cardinality($2::uuid[]);

-- name: root
-- On whose page a lead is, be it deleted or not. $1 org_id uuid, $2 lead id uuid.
SELECT v.lead_id FROM lead_view v
WHERE v.org_id = $1
  AND v.lead_id = coalesce((SELECT m.root_id FROM lead_member m WHERE m.org_id = $1 AND m.lead_id = $2), $2) LIMIT 1;

-- name: recorded_before
-- How many events were recorded before each time, found by halves: positions have no gaps, and times rise with them.
-- $1 org_id uuid, $2 times timestamptz[].
WITH RECURSIVE halves (n, at, low, high) AS (
    SELECT wanted.n, wanted.at, 0::bigint,
           coalesce((SELECT e.position FROM events e WHERE e.org_id = $1 ORDER BY e.position DESC LIMIT 1), 0)
    FROM unnest($2::timestamptz[]) WITH ORDINALITY AS wanted (at, n)
    UNION ALL
    SELECT halves.n, halves.at, CASE WHEN middle.recorded_at < halves.at THEN middle.position ELSE halves.low END,
           CASE WHEN middle.recorded_at < halves.at THEN halves.high ELSE middle.position - 1 END
    FROM halves
    CROSS JOIN LATERAL (SELECT e.position, e.recorded_at FROM events e
                        WHERE e.org_id = $1 AND e.position = (halves.low + halves.high + 1) / 2 LIMIT 1) middle
    WHERE halves.low < halves.high)
SELECT halves.n, halves.low AS position FROM halves WHERE halves.low >= halves.high LIMIT cardinality($2::timestamptz[]);

-- name: field_creations
-- How custom fields began, those included that were deleted since. $1 org_id uuid, $2 name text, $3 limit int.
SELECT payload FROM events WHERE org_id = $1 AND name = $2 ORDER BY position LIMIT $3;

-- name: about
-- Events about one thing of a lead, or of a lead that was merged into it. About the lead itself: its creation with them,
-- and its merges. Of what was born on this page all is told, be it that it was on another one for a while.
-- $1 org_id uuid, $2 lead id uuid, $3 id of the thing uuid, $4 above bigint, $5 below bigint, $6 limit int.
SELECT e.position, e.stream_id, e.stream_version, e.event_id, e.entity_id, e.name, e.schema_version, e.payload,
       e.payload_hash, e.recorded_at, e.occurred_at, e.actor_user, e.actor_key, e.source, e.correlation_id, e.causation_id,
       e.idempotency_key
FROM ((SELECT b.position FROM events b
       WHERE b.org_id = $1 AND b.stream_id = $2 AND $2 = $3 AND b.position > $4 AND b.position < $5
         AND b.stream_version <= 1 ORDER BY b.stream_version LIMIT 1)
      UNION ALL
      (SELECT m.position FROM events m
       WHERE m.org_id = $1 AND m.name IN ('lead.merged', 'lead.unmerged') AND m.stream_id = $2 AND $2 = $3
         AND m.position > $4 AND m.position < $5
       ORDER BY m.position {way} LIMIT $6)
      UNION ALL
      (SELECT a.position FROM events a
       WHERE a.org_id = $1 AND a.entity_id = $3 AND a.position > $4 AND a.position < $5
         AND (a.stream_id = $2
              OR EXISTS (SELECT 1 FROM lead_member m
                         WHERE m.org_id = $1 AND m.lead_id = a.stream_id AND m.root_id = $2)
              OR (SELECT born.stream_id = $2 AND $2 <> $3
                         OR EXISTS (SELECT 1 FROM lead_member m
                                    WHERE m.org_id = $1 AND m.lead_id = born.stream_id AND m.root_id = $2)
                  FROM events born WHERE born.org_id = $1 AND born.entity_id = $3 ORDER BY born.position LIMIT 1))
       ORDER BY a.position {way} LIMIT $6)) place
JOIN events e ON e.org_id = $1 AND e.position = place.position
ORDER BY e.position {way} LIMIT $6;
