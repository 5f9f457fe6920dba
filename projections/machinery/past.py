"""The past in statements: a table that is marked reads as it was at a position of the log.

    FROM lead_contact/*then*/ c WHERE c.org_id = $1 AND …

reads the live table in the present. In the past the mark, and what stands before it, give way to the versions that
stood then, which are in the table itself and in its twin. An alias has to follow.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from app.store.sql_file import bare, load_statements
from projections.machinery.rows import Table

SQL = load_statements(Path(__file__).with_name("past.sql"))
_VERSIONS, _BORN = (bare(SQL[name]) for name in ("versions", "born"))  # a statement has many

_MARKED = re.compile(r"\b(\w+)/\*then\*/")
_TABLES: dict[str, Table] = {}


def keep_past_of(tables: Iterable[Table]) -> None:
    """Let statements about these tables be asked in the past; those that keep none are left out."""
    _TABLES.update({table.name: table for table in tables if table.keeps_past})


@lru_cache(maxsize=1_000)
def at_position(sql: str, parameter: int) -> str:
    """A statement about the past, whose position is the parameter of this number; the same, where it has no mark."""
    return _MARKED.sub(lambda found: _versions(_TABLES[found[1]], f"${parameter}::bigint"), sql)


def _versions(table: Table, position: str) -> str:
    columns = ", ".join((*table.all_columns, *table.generated, "from_pos"))
    born = f" {_BORN.replace('{column}', table.born)}" if table.born else ""
    text = _VERSIONS.replace("{table}", table.name).replace("{past}", table.past).replace("{born}", born)
    return f"({text.replace('{columns}', columns).replace('{position}', position)})"
