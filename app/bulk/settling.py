"""Settling: a row becomes a command that will be accepted; what stands against it is reported and left empty."""

from __future__ import annotations

from collections.abc import Callable

from app.bulk.csv_file import Row
from app.bulk.job import Job
from app.bulk.northwind import Draft, Kind
from app.bulk.report import Loss
from app.lead.lead import Lead
from app.organization.organization import Organization
from app.refusal import Refusal, Refused, refusals_of
from app.request import Command


def settled(
    job: Job, row: Row, kind: Kind, draft: Callable[[Row], Draft], state: Lead | Organization | None
) -> Command | None:
    """The row's command without the values that are refused; None where one of those is needed.

    The domain's own decision says what is refused: there are no rules here.
    """
    while True:
        columns: dict[tuple[str, ...], str] = {}
        try:
            made = draft(row)
            columns.update(made.columns)
            made.command.decide(state, job.situation())
        except (Refusal, Refused) as error:
            refusals = refusals_of(error)
        else:
            return made.command
        for refusal in refusals:
            column = columns.get(refusal.path, ".".join(refusal.path))
            can_go = column in row.values and column not in kind.needed
            job.refuse(row, refusal, column or None, Loss.FIELD if can_go else Loss.ROW)
            if not can_go:
                return None
            row = row.without(column)
