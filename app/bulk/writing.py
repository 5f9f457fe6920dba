"""A batch, made ready before the lock and written under it: events, claims and projections' rows, by COPY."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from app.bulk.decisions import Decided, Deciding, Envelope
from app.bulk.grounds import BatchGround
from app.bulk.history import Part, Turns
from app.bulk.rows import Folded, FoldedTable
from app.entries import new_event
from app.store.errors import IntegrityError
from app.store.records import NewEvent
from app.store.sql_file import load_statements
from app.store.store import Connection
from projections import INLINE
from projections.machinery.writers import writer_name

SQL = load_statements(Path(__file__).with_name("queries.sql"))

_EVENT_COLUMNS = ("org_id", "position", "recorded_at", *NewEvent._fields)
_CLAIM_COLUMNS = ("org_id", "kind", "key", "owner_id")


class Batch:
    """A decided batch, encoded and folded: everything but its positions and its time."""

    def __init__(self, decided: Decided, org_id: UUID) -> None:
        self.decided = decided
        self._org_id = org_id
        self._events: list[NewEvent] = []
        self._folded = Folded(INLINE, org_id)

    def catch_up(self) -> None:
        """Encode and fold what was decided since."""
        facts = self.decided.facts
        for index in range(len(self._events), len(facts)):
            self._events.append(new_event(facts[index]))
            self._folded.add(facts[index])

    async def write(self, connection: Connection) -> int:
        """Write it behind the log's last position; the last one then. The caller holds the organization's lock.

        Raises:
            IntegrityError: something of it is there already.
        """
        head = (await connection.fetch(SQL["head"], self._org_id))[0]
        base: int = head["position"]
        recorded_at: datetime = head["recorded_at"]
        try:
            await self._write_events(connection, base, recorded_at)
            await self._write_claims(connection)
            for table in self._folded.tables:
                await self._write_table(connection, table, base, recorded_at)
        except asyncpg.IntegrityConstraintViolationError as error:
            raise IntegrityError(str(error)) from error
        return base + len(self._events)

    async def _write_events(self, connection: Connection, base: int, recorded_at: datetime) -> None:
        records = [
            (self._org_id, position, recorded_at, *event) for position, event in enumerate(self._events, start=base + 1)
        ]
        await _copy(connection, "events", _EVENT_COLUMNS, records)

    async def _write_claims(self, connection: Connection) -> None:
        if self.decided.released:
            kinds, keys = zip(*self.decided.released, strict=True)
            await connection.execute(SQL["release_claims"], self._org_id, list(kinds), list(keys))
        records = [(self._org_id, *claim, owner) for claim, owner in self.decided.taken.items()]
        await _copy(connection, "claims", _CLAIM_COLUMNS, records)

    async def _write_table(self, connection: Connection, table: FoldedTable, base: int, recorded_at: datetime) -> None:
        new = partial(_copy, connection, table.table.name, table.columns, table.records(base, recorded_at))
        if table.table.writer is None:
            await self._change_rows(connection, table, base, recorded_at)
            await new()
        else:  # what it is left to do may be about the new rows
            await new()
            await self._change_rows(connection, table, base, recorded_at)
        if table.table.keeps_past:
            ended = table.past_records(base, recorded_at)
            await _copy(connection, table.table.past, table.past_columns, ended)
        await self._refresh_rows(connection, table, base)

    async def _refresh_rows(self, connection: Connection, table: FoldedTable, base: int) -> None:
        if not table.refreshed:
            return
        keys, ordinals = zip(*table.refreshed, strict=True)
        name = "refresh_steps" if table.table.is_stepwise else "refresh_rows"
        positions = ([base + ordinal for ordinal in ordinals],) if table.table.is_stepwise else ()
        sql = SQL[name].replace("{function}", writer_name(table.table))
        await connection.execute(sql, self._org_id, list(keys), *positions)

    async def _change_rows(self, connection: Connection, table: FoldedTable, base: int, recorded_at: datetime) -> None:
        if not table.changes:
            return
        operations = [change.operation.as_json(change.ordinal) for change in table.changes]
        positions = list(range(base + 1, base + len(self._events) + 1))
        text = msgspec.json.encode(operations).decode()
        sql = SQL["change_rows"].replace("{function}", writer_name(table.table))
        await connection.execute(sql, self._org_id, text, positions, recorded_at)


async def ready(
    parts: Sequence[Part], ground: BatchGround, envelope: Envelope, org_id: UUID, *, is_written: bool = True
) -> Batch:
    """Decide a batch, encode and fold it if it is to be written. Others have their turns meanwhile."""
    deciding = Deciding(ground, envelope)
    batch = Batch(deciding.decided, org_id)
    turns = Turns()
    for part in parts:
        deciding.part(part)
        if is_written:
            batch.catch_up()
        await turns.after(len(part.steps))
    return batch


async def _copy(connection: Connection, table: str, columns: Sequence[str], records: Sequence[Sequence[Any]]) -> None:
    if records:
        await connection.copy_records_to_table(table, records=records, columns=columns)
