"""Drafted: a mapped row as a step on the road, which leaves out by itself what is refused of it and not needed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.bulk.csv_file import Row
from app.bulk.history import Step
from app.bulk.job import OPERATOR
from app.bulk.mapping.drafts import draft
from app.bulk.mapping.file_map import FileMap
from app.bulk.mapping.readers import Readers
from app.bulk.mapping.rows import MappedRow, Unread
from app.refusal import Refusal
from app.request import Command


@dataclass(frozen=True, slots=True)
class Drafted:
    """A row and what became of it.

    Attributes:
        row: without the cells that were refused so far.
    """

    row: MappedRow
    readers: Readers
    command: Command

    @property
    def plan(self) -> FileMap:
        """The map of the row's file."""
        return self.row.plan

    @property
    def step(self) -> Step:
        """For the road."""
        return Step(OPERATOR, self.command, self, self._amended)

    def columns(self, refusal: Refusal) -> tuple[str, ...]:
        """The columns of what is refused; none, where it is no cell's fault."""
        match refusal.path:
            case ("external_id", "id"):
                return (self.plan.key,)
            case ("lead_id",):
                return (self.plan.lead,) if self.plan.lead else ()
        origin = self.row.origin(refusal.path)
        return origin.columns if origin else ()

    def _amended(self, refusals: Sequence[Refusal]) -> Step | None:
        columns = [self.columns(refusal) for refusal in refusals]
        if not all(can_go(one, self.row) for one in columns):
            return None
        rest = without(self.row.row, [column for one in columns for column in one])
        try:
            return drafted(MappedRow(self.plan, rest), self.readers).step
        except Unread:
            return None  # what was left out made another cell unreadable


def drafted(row: MappedRow, readers: Readers) -> Drafted:
    """The row with its command.

    Raises:
        Unread: a cell is no value of its type.
    """
    return Drafted(row, readers, draft(row, readers))


def can_go(columns: Sequence[str], row: MappedRow) -> bool:
    """Whether a row can do without the cells of these columns; there must be some."""
    return bool(columns) and all(column in row.row.values and column not in row.plan.needed for column in columns)


def without(row: Row, columns: Sequence[str]) -> Row:
    """The row without some of its cells."""
    for column in columns:
        row = row.without(column)
    return row
