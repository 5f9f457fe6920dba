"""Shadow: temporary twins of projections' tables, filled from the log, compared with the live ones, copied from.

It writes them with the same functions that the append calls, so that what differs is a fault and not a dialect.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from app.event import Event, Fact
from app.store.sql_file import load_statements
from projections.machinery.projection import Projection
from projections.machinery.rows import Operation, Table
from projections.machinery.writers import writer_name, writer_statements

SQL = load_statements(Path(__file__).with_name("rebuild.sql"))
NAMES = "shadow_"  # what the twins' names begin with
PREFIX = f"pg_temp.{NAMES}"


@dataclass(frozen=True, kw_only=True)
class Difference:
    """A row that is not what the log says.

    Attributes:
        columns: which of its values differ, where it is neither missing nor one too many.
    """

    table: str
    lead_id: UUID
    key: dict[str, UUID | int]
    is_missing: bool
    is_extra: bool
    columns: tuple[str, ...]


class Shadow:
    """The twins of some projections' tables, on one connection whose role may make temporary tables."""

    def __init__(self, connection: asyncpg.Connection, projections: Iterable[Projection]) -> None:
        self._connection = connection
        self._projections = tuple(projections)
        self._written = [table for projection in self._projections for table in projection.tables]
        self._tables = [stored for table in self._written for stored in table.stored]

    async def create(self) -> None:
        """Make the twins and the functions that write them; they go with the connection."""
        for table in self._tables:
            await self._connection.execute(_filled("shadow_table", table))
        for projection in self._projections:
            for statement in writer_statements(projection.tables, prefix=PREFIX):
                await self._connection.execute(statement)

    async def clear(self) -> None:
        """Make them empty."""
        for table in self._tables:
            await self._connection.execute(_filled("forget", table))

    async def write(self, org_id: UUID, facts: Sequence[Fact[Event]]) -> None:
        """Write what some facts do to the rows."""
        positions = [fact.position for fact in facts]
        for table, operations in self._operations(facts).items():
            text = msgspec.json.encode(operations).decode()
            await self._connection.execute(_filled("write", table), org_id, text, positions)

    async def count_rows(self) -> None:
        """Let the planner know how much was written."""
        for table in self._tables:
            await self._connection.execute(_filled("count_rows", table))

    async def lead_ids(self, org_id: UUID, behind: UUID, upto: UUID, limit: int) -> list[UUID]:
        """The next leads that have a row in any table or twin, by id."""
        rows = await self._connection.fetch(self._united("leads"), org_id, behind, upto, limit)
        return [row["lead_id"] for row in rows]

    async def last_lead_id(self, org_id: UUID) -> UUID | None:
        """The last of them; None: there are none."""
        lead_id: UUID | None = await self._connection.fetchval(self._united("last_lead"), org_id)
        return lead_id

    async def differences(self, org_id: UUID, lead_ids: Sequence[UUID], limit: int) -> list[Difference]:
        """Rows of some leads that are not what the log says, at most `limit` of a table."""
        found: list[Difference] = []
        for table in self._tables:
            rows = await self._connection.fetch(_filled("differences", table), org_id, list(lead_ids), limit)
            found += [_difference(table, row) for row in rows]
        return found

    async def repair(self, org_id: UUID, lead_id: UUID) -> None:
        """Make a lead's live rows those of the twins. The organization is locked by whoever calls."""
        for table in self._tables:
            await self._connection.execute(_filled("remove", table), org_id, lead_id)
            await self._connection.execute(_filled("put", table), org_id, lead_id)

    def _united(self, template: str) -> str:
        """A template over every table and every twin."""
        names = [name for table in self._tables for name in (table.name, f"{PREFIX}{table.name}")]
        parts = [SQL[f"{template}_of_table"].replace("{table}", name) for name in names]
        return SQL[template].replace("{leads}", "\nUNION ALL ".join(parts))

    def _operations(self, facts: Sequence[Fact[Event]]) -> dict[Table, list[dict[str, Any]]]:
        """In the order of the tables, as in an append; what is computed without a past once, however many touch it."""
        operations: dict[Table, list[dict[str, Any]]] = {table: [] for table in self._written}
        refreshed: dict[tuple[Any, ...], Operation] = {}
        for ordinal, fact in enumerate(facts, start=1):
            for one in (one for projection in self._projections for one in projection.project(fact)):
                if one.kind == "refresh" and not one.table.is_stepwise:
                    refreshed[one.table.name, one.key[one.table.key[0]]] = one
                else:
                    resolved = one.resolved(fact.position, fact.recorded_at)
                    operations[one.table].append(resolved.as_json(ordinal))
        for one in refreshed.values():
            operations[one.table].append(one.as_json(1))
        return {table: ones for table, ones in operations.items() if ones}


def _difference(table: Table, row: asyncpg.Record) -> Difference:
    return Difference(
        table=table.name,
        lead_id=row["lead_id"],
        key={column: row[f"key_{column}"] for column in table.key},
        is_missing=row["is_missing"],
        is_extra=row["is_extra"],
        columns=() if row["is_missing"] or row["is_extra"] else tuple(row["columns"]),
    )


def _filled(template: str, table: Table) -> str:
    """A template of this file with the names of one table in it; they come from its declaration alone."""
    names = {
        "name": f"{NAMES}{table.name}",
        "table": table.name,
        "shadow": f"{PREFIX}{table.name}",
        "function": writer_name(table, prefix=PREFIX),
        "keys": ", ".join(f"coalesce(live.{one}, shadow.{one}) AS key_{one}" for one in table.key),
        "same_key": " AND ".join(f"live.{one} = shadow.{one}" for one in table.key),
        "changed": ", ".join(
            f"CASE WHEN live.{one} IS DISTINCT FROM shadow.{one} THEN '{one}' END" for one in table.columns
        ),
        "differ": " OR ".join(f"live.{one} IS DISTINCT FROM shadow.{one}" for one in table.columns),
        "columns": ", ".join(table.all_columns),
        "conflict": ", ".join(("org_id", *table.key)),
        "assignments": ", ".join(f"{one} = excluded.{one}" for one in table.columns),
    }
    text = SQL[template]
    for name, value in names.items():
        text = text.replace(f"{{{name}}}", value)
    return text
