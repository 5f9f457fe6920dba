-- name: items
-- Items of a lead, a minute apart; the third user and the third contact never meet. $1 org_id uuid, $2 lead_id uuid, $3 how many int, $4 position before them bigint,
-- $5 first time timestamptz, $6 kinds text[], $7 users uuid[], $8 contacts uuid[], $9 custom types uuid[].
INSERT INTO activity_feed (org_id, activity_id, lead_id, kind, position, occurred_at, created_at, updated_at, version,
                           user_id, contact_id, custom_type_id, source, details)
SELECT $1, gen_random_uuid(), $2, one.kind, $4 + n, one.at, one.at, one.at, 1,
       one.user_id, CASE WHEN one.user_id = ($7::uuid[])[3] AND one.contact_id = ($8::uuid[])[3] THEN ($8::uuid[])[1]
                         ELSE one.contact_id END,
       CASE WHEN one.kind = 'CUSTOM' THEN one.type_id END, 'bench',
       jsonb_build_object('direction', 'OUTBOUND', 'duration_s', 60, 'phone', '+12025550123', 'status', 'PUBLISHED',
                          'note', one.words, 'text', one.words, 'html', '<p>' || one.words || '</p>',
                          'type_id', one.type_id)
FROM generate_series(1, $3::int) n
CROSS JOIN LATERAL (SELECT ($6::text[])[1 + n % cardinality($6::text[])] AS kind,
                           ($9::uuid[])[1 + n / 5 % cardinality($9::uuid[])] AS type_id,
                           ($7::uuid[])[1 + n / 3 % cardinality($7::uuid[])] AS user_id,
                           ($8::uuid[])[1 + n / 7 % cardinality($8::uuid[])] AS contact_id,
                           $5::timestamptz + n * interval '1 minute' AS at,
                           'Spoke about the renewal; wants a quote by Friday. ' || n AS words) one;

-- name: make_rare
-- Three items of a lead become somebody else's. $1 org_id uuid, $2 lead_id uuid, $3 positions bigint[], $4 user uuid,
-- $5 contact uuid, $6 custom type uuid.
UPDATE activity_feed
SET user_id = $4, contact_id = $5, kind = 'CUSTOM', custom_type_id = $6,
    details = details || jsonb_build_object('type_id', $6::uuid)
WHERE org_id = $1 AND lead_id = $2 AND position = ANY ($3::bigint[]);

-- name: middle
-- The item in the middle of a lead's history. $1 org_id uuid, $2 lead_id uuid, $3 how many int.
SELECT activity_id FROM activity_feed WHERE org_id = $1 AND lead_id = $2
ORDER BY occurred_at, position OFFSET $3::int / 2 LIMIT 1;
