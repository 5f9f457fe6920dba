-- Pages of histories, and how long these are. Names in braces are parts, by names below; DESC or ASC stands at {way}.
-- wanted: the leads, in the order asked for; who, keys: what the index that is walked is entered with.

-- name: page
-- An end of each lead's history. $1 org_id uuid, $2 lead ids uuid[], $3 limit a lead int; conditions follow.
SELECT wanted.n, page.*
FROM {wanted}
CROSS JOIN LATERAL (
    SELECT found.* FROM {family wanted} AS member
    CROSS JOIN LATERAL (
        SELECT f.activity_id, wanted.lead_id, f.kind, f.position, f.occurred_at, f.created_at, f.updated_at,
               CASE WHEN f.from_pos < member.since THEN member.version ELSE f.version END AS version,
               f.contact_id, f.user_id, f.source, f.pinned_at, f.details, f.custom_type_id
        FROM activity_feed/*then*/ f WHERE f.org_id = $1 AND f.lead_id = member.lead_id/*and*/
        ORDER BY f.occurred_at {way}, f.position {way} LIMIT $3) found
    ORDER BY found.occurred_at {way}, found.position {way} LIMIT $3) page
ORDER BY wanted.n, page.occurred_at {way}, page.position {way};

-- name: page_of
-- As page, of what is narrowed to some values: an end of what each value has, and the end of these. The rows of those
-- that remain are then looked up one by one; a join may be planned as if histories were all of one length.
SELECT wanted.n, page.*
FROM {wanted}
CROSS JOIN LATERAL (
    SELECT found.occurred_at, found.position, member.lead_id, member.since, member.version
    FROM {family wanted} AS member
    CROSS JOIN LATERAL {who}
    CROSS JOIN LATERAL {keys} AS keys
    CROSS JOIN LATERAL (
        SELECT f.occurred_at, f.position FROM activity_feed/*then*/ f
        WHERE f.org_id = $1 AND f.lead_id = member.lead_id AND {is_whose} AND f.kind_key = keys.kind_key/*and*/
        ORDER BY f.occurred_at {way}, f.position {way} LIMIT $3) found
    ORDER BY found.occurred_at {way}, found.position {way} LIMIT $3) place
CROSS JOIN LATERAL (
    SELECT f.activity_id, wanted.lead_id, f.kind, f.position, f.occurred_at, f.created_at, f.updated_at,
           CASE WHEN f.from_pos < place.since THEN place.version ELSE f.version END AS version,
           f.contact_id, f.user_id, f.source, f.pinned_at, f.details, f.custom_type_id
    FROM activity_feed/*then*/ f WHERE f.org_id = $1 AND f.lead_id = place.lead_id
                           AND f.occurred_at = place.occurred_at AND f.position = place.position LIMIT 1) page
ORDER BY wanted.n, page.occurred_at {way}, page.position {way};

-- name: count
-- How many activities a lead has, up to $3. $1 org_id uuid, $2 lead ids uuid[], $3 limit int; conditions follow.
SELECT wanted.lead_id, counted.count
FROM {wanted}
CROSS JOIN LATERAL (
    SELECT count(*)
    FROM (SELECT 1
          FROM {family wanted} AS member
          CROSS JOIN LATERAL (SELECT 1 FROM activity_feed/*then*/ f
                              WHERE f.org_id = $1 AND f.lead_id = member.lead_id/*and*/ LIMIT $3) found
          LIMIT $3) capped) counted;

-- name: count_of
-- As count, of what is narrowed to some values.
SELECT wanted.lead_id, counted.count
FROM {wanted}
CROSS JOIN LATERAL (
    SELECT count(*)
    FROM (SELECT 1
          FROM {family wanted} AS member
          CROSS JOIN LATERAL {who}
          CROSS JOIN LATERAL {keys} AS keys
          CROSS JOIN LATERAL (
              SELECT 1 FROM activity_feed/*then*/ f
              WHERE f.org_id = $1 AND f.lead_id = member.lead_id AND {is_whose} AND f.kind_key = keys.kind_key/*and*/
              LIMIT $3) found
          LIMIT $3) capped) counted;

-- name: count_kinds
-- How many activities of each kind a lead has, up to $3 each. $1 org_id uuid, $2 lead ids uuid[], $3 limit int;
-- conditions follow. The kinds are those that the whole history has.
SELECT wanted.lead_id, counted.kind_key, counted.count
FROM {wanted}
CROSS JOIN LATERAL (
    SELECT keys.kind_key, least(sum(found.count), $3) AS count
    FROM {family wanted} AS member
    CROSS JOIN LATERAL {keys} AS keys
    CROSS JOIN LATERAL (
        SELECT count(*)
        FROM (SELECT 1
              FROM {who}
              CROSS JOIN LATERAL (
                  SELECT 1 FROM activity_feed/*then*/ f
                  WHERE f.org_id = $1 AND f.lead_id = member.lead_id AND {is_whose} AND f.kind_key = keys.kind_key/*and*/
                  LIMIT $3) one
              LIMIT $3) capped) found
    GROUP BY keys.kind_key) counted
WHERE counted.count > 0;

-- name: leads
unnest($2::uuid[]) WITH ORDINALITY AS wanted (lead_id, n);

-- name: places
-- A place in the history of each lead. Times text[], for the first and the last instant too, positions bigint[].
unnest($2::uuid[], {}::text[]::timestamptz[], {}::bigint[]) WITH ORDINALITY AS wanted (lead_id, occurred_at, position, n);

-- name: who_anybody
(VALUES (true)) AS who (id);

-- name: who
-- Users or contacts uuid[].
unnest({}::uuid[]) AS who (id);

-- name: is_anybody
true;

-- name: is_user
f.user_id = who.id;

-- name: is_contact
f.contact_id = who.id;

-- name: keys
-- Keys of kinds text[].
(SELECT given.kind_key FROM unnest({}::text[]) AS given (kind_key));

-- name: keys_there
-- Those keys that there are: one step down the index for each. From text on, and below text.
(WITH RECURSIVE there AS (
     (SELECT f.kind_key FROM activity_feed/*then*/ f
      WHERE f.org_id = $1 AND f.lead_id = member.lead_id AND {is_whose} AND f.kind_key >= {}::text AND f.kind_key < {}::text
      ORDER BY f.kind_key LIMIT 1)
     UNION ALL
     SELECT (SELECT f.kind_key FROM activity_feed/*then*/ f
             WHERE f.org_id = $1 AND f.lead_id = member.lead_id AND {is_whose}
               AND f.kind_key > there.kind_key AND f.kind_key < {}::text
             ORDER BY f.kind_key LIMIT 1)
     FROM there WHERE there.kind_key IS NOT NULL)
 SELECT there.kind_key FROM there WHERE there.kind_key IS NOT NULL);

-- name: keys_and_there
-- Keys of kinds text[], and of those there are, from text on and below text.
(SELECT given.kind_key FROM unnest({}::text[]) AS given (kind_key) UNION ALL SELECT more.kind_key FROM {there} AS more);

-- name: of_users
-- IS TRUE keeps the planner from walking the index of users, when that of contacts was found to be shorter.
(f.user_id = ANY ({}::uuid[])) IS TRUE;

-- name: of_contacts
-- As of_users.
(f.contact_id = ANY ({}::uuid[])) IS TRUE;

-- name: since
f.occurred_at >= {};

-- name: until
f.occurred_at < {};

-- name: older
(f.occurred_at, f.position) < ({}, {});

-- name: newer
(f.occurred_at, f.position) > ({}, {});

-- name: not_newer_than_place
(f.occurred_at, f.position) <= (wanted.occurred_at, wanted.position);

-- name: newer_than_place
(f.occurred_at, f.position) > (wanted.occurred_at, wanted.position);
