-- name: events
-- A log: half of it on the first lead, half of it of one request, a thousandth, but at least 200 events, of a rare type.
-- $1 org_id uuid, $2 first time timestamptz, $3 leads uuid[], $4 the rare type text, $5 types text[], $6 users uuid[],
-- $7 request uuid, $8 how many int.
INSERT INTO events (org_id, position, stream_id, stream_version, event_id, name, schema_version, payload, payload_hash,
                    recorded_at, actor_user, correlation_id)
SELECT $1, n, stream, row_number() OVER (PARTITION BY stream ORDER BY n), gen_random_uuid(), name, 1, '{}',
       sha256('{}'), $2::timestamptz + n * interval '1 second', ($6::uuid[])[1 + n % cardinality($6::uuid[])],
       CASE WHEN n % 4 < 2 THEN $7::uuid ELSE gen_random_uuid() END
FROM (SELECT n, CASE WHEN n % 2 = 0 THEN ($3::uuid[])[1] ELSE ($3::uuid[])[1 + n / 2 % cardinality($3::uuid[])] END AS stream,
             CASE WHEN n % greatest(least(1000, $8::int / 200), 3) = 2 THEN $4::text
                  ELSE ($5::text[])[1 + n % cardinality($5::text[])] END AS name
      FROM generate_series(1, $8::int) n) made;

-- name: leads
-- The leads. $1 org_id uuid, $2 leads uuid[].
INSERT INTO lead_view (org_id, lead_id, name_key, name_terms, status_id, created_at)
SELECT $1, lead_id, '', '{}', lead_id, now() FROM unnest($2::uuid[]) lead_id;
