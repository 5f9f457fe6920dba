"""Rows: what a projection says should change, before anybody knows the event's position and time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from types import MappingProxyType
from typing import Any, Final

import msgspec


class Stamp(Enum):
    """What only the append knows; filled in by it."""

    RECORDED_AT = "at"
    POSITION = "pos"


RECORDED_AT: Final = Stamp.RECORDED_AT
POSITION: Final = Stamp.POSITION

Values = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table of a projection.

    Attributes:
        key: the columns that name a row within its organization.
        columns: every other column that is written, in the table's order; generated ones are left out.
        json: those of them that hold JSON.
        writer: for a table whose rows change by rules of its own, what one operation does to it, in PL/pgSQL: names of
            its projection's tables and `put_row` and `update_row`, which write v_row, stand in braces. It takes every
            operation as `do` gives it, in the order of the log: the word, v_key and v_set, with stamps filled in. The
            bulk road knows two of its words: `insert`, for rows that nothing but operations on a whole lead (key:
            lead_id) can have been about before, and `of_subject`, as inbox_item has it.
        generated: columns that the database computes of the others.
        keeps_past: whether a row's old version goes into the table's twin before it is replaced or removed.
        born: the column with a position that is never behind from_pos and stands in the table's indexes, by which rows
            that came later are passed over without a look at them.
        refresh: for a table that is computed from another one of its projection, the statement that does it
            for p_org uuid, p_keys uuid[]; such a table takes only `refresh` operations.
        is_stepwise: whether `refresh` is a block that computes rows as of each event which touches them, because their
            past is kept: p_positions bigint[] stands beside p_keys.
    """

    name: str
    key: tuple[str, ...]
    columns: tuple[str, ...]
    json: frozenset[str] = frozenset()
    generated: tuple[str, ...] = ()
    keeps_past: bool = False
    born: str | None = None
    refresh: str | None = None
    is_stepwise: bool = False
    writer: str | None = None

    @property
    def past(self) -> str:
        """The twin that holds old versions: columns as here, and to_pos."""
        return f"{self.name}_past"

    @property
    def all_columns(self) -> tuple[str, ...]:
        """In the order of copies: organization, key, the rest."""
        return ("org_id", *self.key, *self.columns)

    @property
    def stored(self) -> tuple[Table, ...]:
        """What the database holds of it: the table with from_pos, and its twin, where its past is kept; else itself."""
        if not self.keeps_past:
            return (self,)
        present = replace(self, columns=(*self.columns, "from_pos"))
        return present, replace(self, name=self.past, key=(*self.key, "from_pos", "to_pos"))


class Operation(msgspec.Struct, frozen=True):
    """One change of a table, most often of one row.

    `kind` is insert, update, update_each, delete or refresh; for a table with a writer of its own, a word of that.
    `values` may hold stamps; `patch` are changes inside of JSON columns (RFC 7396).
    """

    table: Table
    kind: str
    key: Values
    values: Values = MappingProxyType({})
    patch: Values = MappingProxyType({})

    def as_json(self, ordinal: int) -> dict[str, Any]:
        """For the append: `ordinal` is the event's place in the command, from 0; stamps are named apart."""
        plain = {name: value for name, value in self.values.items() if not isinstance(value, Stamp)}
        stamped = [name for name, value in self.values.items() if value is RECORDED_AT]
        placed = [name for name, value in self.values.items() if value is POSITION]
        operation = {"n": ordinal, "op": self.kind, "key": self.key, "set": plain, "at": stamped, "pos": placed}
        return {**operation, "patch": self.patch} if self.patch else operation

    def resolved(self, position: int, recorded_at: datetime) -> Operation:
        """For those who know: the same change with its stamps filled in."""
        stamps = {RECORDED_AT: recorded_at, POSITION: position}
        values = {name: stamps[value] if isinstance(value, Stamp) else value for name, value in self.values.items()}
        return Operation(self.table, self.kind, self.key, values, self.patch)


class Rows:
    """Collects the operations of one event."""

    def __init__(self) -> None:
        self.operations: list[Operation] = []

    def insert(self, table: Table, key: Values, **values: Any) -> None:
        """A new row."""
        self.operations.append(Operation(table, "insert", key, values))

    def update(self, table: Table, key: Values, patch: Values = MappingProxyType({}), **values: Any) -> None:
        """New values in some columns of one row; nothing, where there is no such row.

        `patch` has merge patches of JSON columns, by column: only members that it names change, null takes one away.
        """
        self.operations.append(Operation(table, "update", key, values, patch))

    def update_each(self, table: Table, key: Values, **values: Any) -> None:
        """The same new values in every row of a key's first column, where a table's key has more than one."""
        self.operations.append(Operation(table, "update_each", key, values))

    def delete(self, table: Table, key: Values) -> None:
        """One row less; nothing, where there is no such row."""
        self.operations.append(Operation(table, "delete", key))

    def do(self, word: str, table: Table, key: Values, /, **values: Any) -> None:
        """An operation of a table's own writer."""
        self.operations.append(Operation(table, word, key, values))

    def refresh(self, table: Table, key: Values) -> None:
        """Compute a row anew from its projection's other tables."""
        self.operations.append(Operation(table, "refresh", key))


def merge_patch(target: Any, patch: Any) -> Any:
    """A JSON value after a merge patch, as RFC 7396 has it; the database has a function of the same name."""
    if not isinstance(patch, dict):
        return patch
    merged = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            merged.pop(name, None)
        else:
            merged[name] = merge_patch(merged.get(name), value)
    return merged


def json_text(value: Any) -> str:
    """A value of a JSON column as text; ids, times and decimals become strings."""
    return msgspec.json.encode(value).decode()
