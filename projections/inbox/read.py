"""Reads of items by what they are, or are about. One statement for any number of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

from projections.inbox.rows import ItemRow, item_row, item_statements
from projections.machinery.reader import Reader, Statement

SQL = item_statements(Path(__file__).with_name("queries.sql"))


async def items(reader: Reader, item_ids: Sequence[UUID]) -> dict[UUID, ItemRow]:
    """Those items that there are, by id."""
    rows = await reader.sight.narrow(Statement(SQL["items"], list(item_ids)), "i").fetch(reader)
    return {row["item_id"]: item_row(row) for row in rows}


async def open_items_of_activities(
    reader: Reader, owner_id: UUID, activity_ids: Sequence[UUID], lead_ids: Sequence[UUID]
) -> dict[UUID, ItemRow]:
    """What somebody has not done about some activities, by these. `lead_ids`: the lead of each.

    An e-mail received has it while it is unread, and one sent while an answer is awaited, however long that may be.
    """
    if not activity_ids:
        return {}
    leads = dict(zip(activity_ids, lead_ids, strict=True))
    statement = Statement(SQL["open_of_activities"], owner_id, list(leads), list(leads.values()))
    rows = await reader.sight.narrow(statement, "i").fetch(reader)
    return {row["about_id"]: item_row(row) for row in rows}
