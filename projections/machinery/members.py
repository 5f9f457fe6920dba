"""Members: whose page rows are on. A row keeps the lead that it was born in; a merge moves no rows.

In SQL files {family wanted}, {family_ids l}, {member c}, {root c}, {version c}, {root_of d} and others like them are
parts of statements, about the alias that they name; see members.sql.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from app.store.sql_file import load_statements

if TYPE_CHECKING:
    from projections.machinery.reader import Reader

SQL = load_statements(Path(__file__).with_suffix(".sql"))

_PART = re.compile(r"\{(family_ids|family|all_members|member|root_of|root_today|root|version) (\w+)\}")


def by_member(statements: dict[str, str]) -> dict[str, str]:
    """Statements with these parts filled in."""
    return {name: with_members(text) for name, text in statements.items()}


def with_members(text: str) -> str:
    """A statement with these parts filled in."""
    return _PART.sub(lambda found: _bare(SQL[found[1]]).replace("{of}", found[2]), text)


async def members_of(reader: Reader, lead_ids: Collection[UUID]) -> dict[UUID, list[UUID]]:
    """What was merged into some leads, by lead; those without any are left out."""
    found: dict[UUID, list[UUID]] = {}
    for row in await reader.fetch(SQL["members"], list(lead_ids)) if lead_ids else []:
        found.setdefault(row["root_id"], []).append(row["lead_id"])
    return found


def _bare(text: str) -> str:
    """Without the lines that describe it: it stands within others."""
    return "\n".join(line for line in text.splitlines() if not line.startswith("--"))
