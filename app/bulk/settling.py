"""Settling: a row becomes a command that will be accepted; what stands against it is reported and left empty.

The domain's own decision says what is refused: there are no rules here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.bulk.csv_file import Row
from app.bulk.history import Step
from app.bulk.job import OPERATOR, Job
from app.bulk.northwind import Draft, Kind
from app.bulk.report import Loss
from app.organization.organization import Organization
from app.refusal import Refusal, Refused, refusals_of
from app.request import Command

Drafting = Callable[[Row], Draft]


@dataclass(frozen=True, slots=True)
class Settling:
    """A row on the road: what is refused of it there, it leaves out by itself, if it can do without."""

    row: Row
    kind: Kind
    draft: Drafting
    made: Draft

    @property
    def step(self) -> Step:
        """For the road."""
        return Step(OPERATOR, self.made.command, self, self._amended)

    def column(self, refusal: Refusal) -> str | None:
        """Whose cell is refused; None: no cell's."""
        return self.made.columns.get(refusal.path, ".".join(refusal.path)) or None

    def _amended(self, refusals: Sequence[Refusal]) -> Step | None:
        row = self.row
        for column in map(self.column, refusals):
            if not can_go(column, self.row, self.kind):
                return None
            row = row.without(column or "")
        return Settling(row, self.kind, self.draft, self.draft(row)).step


def drafted(job: Job, row: Row, kind: Kind, draft: Drafting) -> Settling | None:
    """The row without the cells that are no values of their types; None where one of those is needed."""
    while True:
        try:
            return Settling(row, kind, draft, draft(row))
        except Refusal as refusal:
            (column,) = refusal.path
            goes = can_go(column, row, kind)
            job.refuse(row, refusal, column, Loss.FIELD if goes else Loss.ROW)
            if not goes:
                return None
            row = row.without(column)


def settled(job: Job, row: Row, kind: Kind, draft: Drafting, state: Organization) -> Command | None:
    """The row's command without the values that are refused; None where one of those is needed."""
    one = drafted(job, row, kind, draft)
    step = one.step if one else None
    while step is not None:
        assert isinstance(step.origin, Settling)
        try:
            step.command.decide(state, job.situation())
        except (Refusal, Refused) as error:
            refusals = refusals_of(error)
        else:
            return step.command
        amended = step.amend(refusals) if step.amend else None
        tell(job, step.origin, refusals, is_amended=amended is not None)
        step = amended
    return None


def tell(job: Job, one: Settling, refusals: Sequence[Refusal], *, is_amended: bool) -> None:
    """Report what was refused of a row."""
    for refusal in refusals:
        job.refuse(one.row, refusal, one.column(refusal), Loss.FIELD if is_amended else Loss.ROW)


def can_go(column: str | None, row: Row, kind: Kind) -> bool:
    """Whether a row can do without a cell."""
    return column in row.values and column not in kind.needed
