-- Lists of items. Names in braces are parts, by names below or in rows.sql; DESC or ASC stands at {way}. A stream is what
-- an index has of each wanted kind, in order and with its own limit, so that no list costs more than its page.
-- Days come as text: the driver takes the calendar's first and last day for its infinities.

-- name: page
-- An end of what several streams of one order have. $1 org_id uuid, $2 limit int; conditions follow.
(SELECT {item_row} FROM ({streams}) i ORDER BY i.moment {way}, i.item_id {way} LIMIT $2);

-- name: count
-- How many items some streams have, up to $2. $1 org_id uuid, $2 limit int; conditions follow.
SELECT count(*) FROM (SELECT 1 FROM ({streams}) found LIMIT $2) counted;

-- name: count_by_kind
-- As count, of each kind and stream.
SELECT found.kind, count(*) FROM ({streams}) found GROUP BY found.kind;

-- name: stream
-- What one index has of each wanted kind, up to its bound. Whether a lead is seen is asked item by item: as a mere
-- condition it would be planned as a join, at times with all leads. Kinds text[], bounds timestamptz[].
SELECT stream.*
FROM unnest({}::text[], {}::timestamptz[]) AS wanted (kind, bound)
CROSS JOIN LATERAL (
    SELECT {columns} FROM inbox_item i
    CROSS JOIN LATERAL (SELECT 1 FROM (SELECT i.lead_id) AS under WHERE true/*and*/ LIMIT 1) AS seen
    WHERE i.org_id = $1 AND {whose} AND i.kind = wanted.kind AND i.is_live AND NOT i.is_dormant
    AND (i.arrived_at IS NOT NULL OR i.day IS NOT NULL) AND {part}
    ORDER BY i.{moment} {way}, i.item_id {way} LIMIT $2) stream;

-- name: whole_rows
{item_row}, i.{moment} AS moment;

-- name: kinds_alone
i.kind;

-- name: of_owner
i.owner_id = {};

-- name: of_all
num_nonnulls(i.owner_id) = 1;

-- name: done
i.done_at IS NOT NULL;

-- name: snoozed
i.done_at IS NULL AND i.snoozed_until > {};

-- name: instants_due
i.done_at IS NULL AND i.arrived_at <= wanted.bound AND coalesce(i.snoozed_until, '-infinity') <= {};

-- name: instants_to_come
i.done_at IS NULL AND i.arrived_at > wanted.bound AND coalesce(i.snoozed_until, '-infinity') <= {};

-- name: days_due
i.done_at IS NULL AND coalesce(i.snoozed_until, '-infinity') <= {} AND i.day <= {}::text::date;

-- name: days_to_come
i.done_at IS NULL AND coalesce(i.snoozed_until, '-infinity') <= {} AND i.day > {}::text::date;

-- name: own_instants_due
-- Tasks are due by the end of their owners' days. By when all of them are timestamptz, each owner's end timestamptz[],
-- owners uuid[], everybody else's timestamptz.
(i.kind <> 'TASK' OR i.arrived_at <= {}
 OR i.arrived_at <= coalesce(({}::timestamptz[])[array_position({}::uuid[], i.owner_id)], {}));

-- name: own_instants_to_come
-- As own_instants_due; first, behind when all of them are to come.
(i.kind <> 'TASK' OR i.arrived_at > {}
 OR i.arrived_at > coalesce(({}::timestamptz[])[array_position({}::uuid[], i.owner_id)], {}));

-- name: own_days_due
-- As own_instants_due, of days text.
(i.day <= {}::text::date OR i.day <= coalesce(({}::text[])[array_position({}::uuid[], i.owner_id)], {})::date);

-- name: own_days_to_come
(i.day > {}::text::date OR i.day > coalesce(({}::text[])[array_position({}::uuid[], i.owner_id)], {})::date);

-- name: behind_instant
(i.{moment}, i.item_id) > ({}, {});

-- name: before_instant
(i.{moment}, i.item_id) < ({}, {});

-- name: behind_day
(i.day, i.item_id) > ({}::text::date, {});

-- name: before_day
(i.day, i.item_id) < ({}::text::date, {});
