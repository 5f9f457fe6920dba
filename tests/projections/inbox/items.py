"""Rows of inboxes, put straight into the tables by their owner: any mix of them, and crowds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import asyncpg

from app.ids import uuid7
from app.instants import exact_instants
from tests.support.logs import connected

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
