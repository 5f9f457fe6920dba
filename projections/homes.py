"""Homes: by which leads' streams a thing's moments are counted, wherever in time the thing is or was."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from uuid import UUID

from app.store.sql_file import load_statements
from projections.activity_feed.tables import ACTIVITY
from projections.email_threads.tables import EMAIL_THREAD
from projections.files_tab.tables import FILE
from projections.lead_view.tables import CONTACT, LEAD, OPPORTUNITY, TASK
from projections.machinery.reader import Reader, Statement
from projections.machinery.rows import Table

SQL = load_statements(Path(__file__).with_name("homes.sql"))

_TABLES: dict[str, tuple[Table, str]] = {
    "lead": (LEAD, "lead_id"),
    "contact": (CONTACT, "contact_id"),
    "opportunity": (OPPORTUNITY, "opportunity_id"),
    "task": (TASK, "task_id"),
    "activity": (ACTIVITY, "activity_id"),
    "thread": (EMAIL_THREAD, "thread_id"),
    "file": (FILE, "file_id"),
}
KINDS = tuple(_TABLES)


async def homes(reader: Reader, kind: str, ids: Sequence[UUID]) -> dict[UUID, tuple[UUID, ...]]:
    """The leads on whose pages things are or were, that of their birth first; of leads that are seen today."""
    table, key = _TABLES[kind]
    text = SQL["homes"].replace("{table}", table.name).replace("{past}", table.past).replace("{key}", key)
    rows = await reader.sight.narrow(Statement(text, list(ids)), "h").fetch(reader)
    born = {row["thing_id"]: row["lead_id"] for row in rows}
    roots = await _roots(reader, born.values())
    return {thing_id: (lead_id, *roots.get(lead_id, ())) for thing_id, lead_id in born.items()}


async def _roots(reader: Reader, lead_ids: Iterable[UUID]) -> dict[UUID, list[UUID]]:
    found: dict[UUID, list[UUID]] = {}
    for row in await reader.fetch(SQL["roots"], list(dict.fromkeys(lead_ids))):
        found.setdefault(row["lead_id"], []).append(row["root_id"])
    return found
