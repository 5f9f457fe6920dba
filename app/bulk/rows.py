"""Folding: the projections' operations of a whole batch, so that each new row is written once, by COPY.

Rows that stood there before the batch are changed by the same function that appends use, with one operation a row; or
one an event, where the past is kept. Of new rows, the versions that ended within the batch are copied into the past.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from app.event import Event, Fact
from app.store.errors import IntegrityError
from projections.machinery.projection import Projection
from projections.machinery.rows import POSITION, RECORDED_AT, Operation, Stamp, Table, Values, json_text, merge_patch

Key = Any  # the number of the key column's UUID; a tuple where there are several


class _Place(NamedTuple):
    """The place of an event in the batch, from 1, where a column wants its position."""

    ordinal: int


class Change(NamedTuple):
    """An operation on a row that may stand there already, and the place of its event in the batch."""

    operation: Operation
    ordinal: int


class FoldedTable:
    """What a batch does to one table."""

    def __init__(self, table: Table, org_id: UUID) -> None:
        self.table = table
        self.changes: list[Change] = []
        self.refreshed: dict[tuple[UUID, int], None] = {}
        self._org_id = org_id
        self._key = table.key[0] if len(table.key) == 1 else None
        self._places = {name: index for index, name in enumerate(table.all_columns)}
        self._keeps_past = table.keeps_past
        self._blank: list[Any] = [
            org_id,
            *[None] * (len(self._places) - 1 + table.keeps_past),
        ]  # at the end: the event it is from
        self._rows: dict[Key, list[Any]] = {}
        self._ended: list[list[Any]] = []
        self._stamped: set[int] = set()
        self._last_change: dict[Key, int] = {}

    def apply(self, operation: Operation, ordinal: int) -> None:
        """One more operation, in order."""
        kind = operation.kind
        if kind == "refresh":
            self.refreshed[operation.key[self.table.key[0]], ordinal if self.table.is_stepwise else 0] = None
            return
        if kind == "update_each":
            self._set_each(operation, ordinal)
            return
        # Python hashes a UUID by calling a method of it, and its number by itself.
        key: Key = (
            operation.key[self._key].int if self._key else tuple([operation.key[one].int for one in self.table.key])
        )
        kept = self._rows.get(key)
        if kind == "update" and kept is not None:
            self._keep(kept, ordinal)
            self._set(kept, operation, ordinal)
        elif kind == "insert":
            if kept is not None:
                raise IntegrityError(f"{self.table.name} would have two rows of one key: {dict(operation.key)}")
            self._insert(key, operation, ordinal)
        elif kind == "delete" and kept is not None:
            self._keep(kept, ordinal)
            del self._rows[key]
        else:
            self._change(key, operation, ordinal)

    @property
    def columns(self) -> tuple[str, ...]:
        """Of `records`."""
        return (*self.table.all_columns, "from_pos") if self._keeps_past else self.table.all_columns

    @property
    def past_columns(self) -> tuple[str, ...]:
        """Of `past_records`."""
        return (*self.columns, "to_pos")

    def records(self, base: int, recorded_at: datetime) -> list[list[Any]]:
        """The new rows, with every stamp filled in; `base` is the position before the batch. Call it once."""
        rows = list(self._rows.values())
        self._fill(rows, base, recorded_at)
        if self._keeps_past:
            for row in rows:
                row[-1] += base
        return rows

    def past_records(self, base: int, recorded_at: datetime) -> list[list[Any]]:
        """What new rows were before they changed within the batch; as `records`."""
        self._fill(self._ended, base, recorded_at)
        for row in self._ended:
            row[-2] += base
            row[-1] += base
        return self._ended

    def _fill(self, rows: list[list[Any]], base: int, recorded_at: datetime) -> None:
        for place in self._stamped:
            for row in rows:
                value = row[place]
                if value is RECORDED_AT:
                    row[place] = recorded_at
                elif type(value) is _Place:
                    row[place] = base + value.ordinal

    def _insert(self, key: Key, operation: Operation, ordinal: int) -> list[Any]:
        row = self._rows[key] = self._blank.copy()
        for name in self.table.key:
            row[self._places[name]] = operation.key[name]
        if self._keeps_past:
            row[-1] = ordinal
        self._set(row, operation, ordinal)
        return row

    def _keep(self, row: list[Any], ordinal: int) -> None:
        """What it is ends with an event; what one event makes of a row is one version."""
        if self._keeps_past and row[-1] < ordinal:
            self._ended.append([*row, ordinal])
            row[-1] = ordinal

    def _set(self, row: list[Any], operation: Operation, ordinal: int) -> None:
        places, json = self._places, self.table.json
        for name, value in operation.values.items():
            place = places[name]
            if type(value) is Stamp:
                self._stamped.add(place)
                row[place] = value if value is RECORDED_AT else _Place(ordinal)
            else:
                row[place] = json_text(value) if name in json else value
        for name, patch in operation.patch.items():
            place = places[name]
            row[place] = json_text(merge_patch(msgspec.json.decode(row[place]), msgspec.to_builtins(patch)))

    def _set_each(self, operation: Operation, ordinal: int) -> None:
        place = self._places[self.table.key[0]]
        for row in self._rows.values():
            if row[place] == operation.key[self.table.key[0]]:
                self._keep(row, ordinal)
                self._set(row, operation, ordinal)
        self.changes.append(Change(operation, ordinal))
        self._last_change.clear()  # what follows comes behind it

    def _change(self, key: Key, operation: Operation, ordinal: int) -> None:
        last = self._last_change.get(key)
        before = self.changes[last].operation if last is not None and self._is_one_version(last, ordinal) else None
        if last is not None and before is not None and _foldable(before) and _foldable(operation):
            operation = Operation(self.table, "update", operation.key, {**before.values, **operation.values})
            self.changes[last] = Change(operation, ordinal)
            return
        self._last_change[key] = len(self.changes)
        self.changes.append(Change(operation, ordinal))

    def _is_one_version(self, change: int, ordinal: int) -> bool:
        return not self._keeps_past or self.changes[change].ordinal == ordinal


class OwnTable(FoldedTable):
    """What a batch does to a table with a writer of its own.

    A row that its `insert` makes is new: no operation before can be about it but one on its whole lead. Such rows are
    written before all other operations of the batch. What follows on a subject of theirs is folded while it alone
    is about that subject; the rest is left to the writer.
    """

    def __init__(self, table: Table, org_id: UUID) -> None:
        super().__init__(table, org_id)
        self._of_subjects: dict[int, list[Any]] = {}
        self._left: set[int] = set()  # leads and subjects of what is left to the writer

    def apply(self, operation: Operation, ordinal: int) -> None:
        """One more operation, in order."""
        about = operation.values if operation.kind == "insert" else operation.key
        lead, subject = _number(about.get("lead_id")), _number(about.get("subject_id"))
        if lead in self._left or subject in self._left:
            self.changes.append(Change(operation, ordinal))
        elif operation.kind == "insert" and subject not in self._of_subjects:
            self._of_subjects[subject] = self._insert(operation.key[self.table.key[0]].int, operation, ordinal)
        elif operation.kind == "of_subject" and subject in self._of_subjects:
            row = self._of_subjects[subject]
            if self._is_meant(row, operation.key):
                self._set(row, operation, ordinal)
        else:
            self._leave(operation, ordinal)

    def _is_meant(self, row: list[Any], key: Values) -> bool:
        """As the writer has it."""
        is_live, kind, done_at = (row[self._places[name]] for name in ("is_live", "kind", "done_at"))
        return is_live and key["kind"] in (None, kind) and not (key["only_open"] and done_at is not None)

    def _leave(self, operation: Operation, ordinal: int) -> None:
        """To the writer, with everything that follows on the same."""
        self.changes.append(Change(operation, ordinal))
        key, values = operation.key, operation.values
        if set(key) == {"lead_id"}:
            self._left.add(key["lead_id"].int)
        subject_id = key.get("subject_id") or values.get("subject_id")
        if subject_id is not None:
            self._left.add(subject_id.int)
        elif "item_id" in key:
            row = self._rows.get(key["item_id"].int)
            self._left |= {row[self._places["subject_id"]].int} if row else set()


def _number(id: UUID | None) -> int:
    return id.int if id is not None else 0


class Folded:
    """What facts do to every table."""

    def __init__(self, projections: Iterable[Projection], org_id: UUID) -> None:
        self._projections = list(projections)
        self._tables = {table.name: _folded(table, org_id) for one in self._projections for table in one.tables}

    @property
    def tables(self) -> list[FoldedTable]:
        """In the order in which they are written."""
        return list(self._tables.values())

    def add(self, fact: Fact[Event]) -> None:
        """One more fact, in order."""
        for projection in self._projections:
            for operation in projection.project(fact):
                self._tables[operation.table.name].apply(operation, fact.position)


def _folded(table: Table, org_id: UUID) -> FoldedTable:
    return FoldedTable(table, org_id) if table.writer is None else OwnTable(table, org_id)


def _foldable(operation: Operation) -> bool:
    return operation.kind == "update" and not operation.patch and POSITION not in operation.values.values()
