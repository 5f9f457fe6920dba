"""Rows of inboxes, put straight into the tables by their owner: any mix of them, and crowds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import asyncpg

from app.ids import uuid7
from app.instants import exact_instants

_COLUMNS = (
    "org_id", "item_id", "lead_id", "kind", "owner_id", "subject_id", "activity_id", "thread_id", "arrived_at", "day",
    "snoozed_until", "done_at", "is_live", "is_dormant", "activity_count", "episode", "latest_at", "opened", "position",
)  # fmt: skip
_INSERT = f"INSERT INTO inbox_item ({', '.join(_COLUMNS)}) SELECT {', '.join(f'${n}' for n in range(1, 20))}".replace(
    "$10", "$10::text::date"
)
_LEAD = """INSERT INTO lead_view (org_id, lead_id, name, name_key, name_terms, status_id, created_at, deleted_at)
VALUES ($1, $2, 'A', 'a', '{}', $2, now(), CASE WHEN $3 THEN now() END)"""


def item(lead_id: UUID, kind: str, owner_id: UUID | None, **values: Any) -> dict[str, Any]:
    """A row; one that is there unless `values` say otherwise."""
    fixed = {"item_id": uuid7(), "lead_id": lead_id, "kind": kind, "owner_id": owner_id, "subject_id": uuid7()}
    state = {"is_live": True, "is_dormant": False, "activity_count": 0, "episode": 1, "opened": 1, "position": 1}
    return {**fixed, **state, **values}


async def put_lead(connection: asyncpg.Connection, org_id: UUID, lead_id: UUID, *, is_deleted: bool = False) -> None:
    """A lead that is there, or was."""
    await connection.execute(_LEAD, org_id, lead_id, is_deleted)


async def put_items(connection: asyncpg.Connection, org_id: UUID, rows: Iterable[dict[str, Any]]) -> None:
    """Write rows as the projection would."""
    await exact_instants(connection)
    values = [
        [org_id, *(row[name].isoformat() if isinstance(row.get(name), date) and name == "day" else row.get(name)
                   for name in _COLUMNS[1:])]
        for row in rows
    ]  # fmt: skip
    await connection.executemany(_INSERT, values)


# $1 org_id, $2 leads, $3 owners, $4 how many, $5 now, $6 kinds, $7 the view in which they stand. Half of the tasks are
# due on days.
_CROWD = """
INSERT INTO inbox_item (org_id, item_id, lead_id, kind, owner_id, subject_id, arrived_at, day, snoozed_until, done_at,
                        is_live, is_dormant, activity_count, episode, opened, position)
SELECT $1, gen_random_uuid(), ($2::uuid[])[1 + n % cardinality($2::uuid[])], kind,
       ($3::uuid[])[1 + n % cardinality($3::uuid[])], gen_random_uuid(), CASE WHEN NOT is_day THEN due END,
       CASE WHEN is_day THEN due::date END, CASE WHEN $7 = 'FUTURE' AND NOT is_to_come THEN $5::timestamptz + step END,
       CASE WHEN $7 = 'DONE' THEN $5::timestamptz - step END, true, false, 0, 1, n, n
FROM generate_series(1, $4::int) n
CROSS JOIN LATERAL (SELECT ($6::text[])[1 + n % cardinality($6::text[])] AS kind, (1 + n % 5000) * interval '20 minutes'
                           AS step) a
CROSS JOIN LATERAL (SELECT kind = 'OPPORTUNITY_DUE' OR kind = 'TASK' AND n % 2 = 0 AS is_day,
                           kind IN ('OPPORTUNITY_DUE', 'TASK', 'EMAIL_FOLLOWUP') AND n % 4 < 3 AS is_to_come) b
CROSS JOIN LATERAL (SELECT CASE WHEN $7 = 'FUTURE' AND is_to_come THEN $5::timestamptz + interval '2 days' + step
                                ELSE $5::timestamptz - interval '2 days' - step END AS due) c"""


async def crowd_of_inbox(
    connection: asyncpg.Connection,
    org_id: UUID,
    lead_ids: Sequence[UUID],
    owner_ids: Sequence[UUID],
    count: int,
    *,
    now: datetime,
    view: str,
    kinds: Sequence[str],
) -> None:
    """So many items in all that stand in one view; what is to come is snoozed, or not due for at least two days."""
    await connection.execute(_CROWD, org_id, lead_ids, owner_ids, count, now, list(kinds), view)
