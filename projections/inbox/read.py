"""Reads of items by what they are, or are about. One statement for any number of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

from app.store.sql_file import load_statements
from projections.inbox.rows import ItemRow, item_row
from projections.machinery.reader import Reader, Statement

SQL = load_statements(Path(__file__).with_name("queries.sql"))


async def items(reader: Reader, item_ids: Sequence[UUID]) -> dict[UUID, ItemRow]:
    """Those items that there are, by id."""
    rows = await reader.sight.narrow(Statement(SQL["items"], list(item_ids)), "i").fetch(reader)
    return {row["item_id"]: item_row(row) for row in rows}
