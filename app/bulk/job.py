"""Job: what the parts of one import share: where it goes, what it has seen, what it has to say."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from app.bulk.csv_file import CsvFile, Row
from app.bulk.northwind import Kind
from app.bulk.report import Count, ImportReport, Loss, Problem
from app.ids import UserId, uuid7
from app.organization.organization import Organization
from app.refusal import Refusal
from app.situation import Actor, Situation
from app.system import System
from app.text import Required

OPERATOR = Actor()


class StandsTwice(Refusal):
    """{value} stands in {file}, line {line}, already."""


@dataclass(slots=True, kw_only=True)
class Job:
    """One import into one organization.

    Attributes:
        organization: as it is; in a rehearsal, as it would be.
        counts: of the report, by file.
        is_rehearsal: decide everything, append nothing.
        users: by employee, those that these files name.
        orders: by customer, those whose lead is still to be found.
    """

    system: System
    organization: Organization
    report: ImportReport
    counts: dict[Path, Count]
    shift: timedelta
    is_rehearsal: bool
    on_row: Callable[[], None]
    correlation_id: UUID = field(default_factory=uuid7)
    users: dict[str, UserId] = field(default_factory=dict)
    orders: dict[str, list[Row]] = field(default_factory=dict)
    seen: dict[tuple[str, str], Row] = field(default_factory=dict)

    def rows(self, file: CsvFile, kind: Kind) -> Iterator[Row]:
        """Rows of a file that have what is needed, each thing once."""
        count = self.counts[file.path]
        name = kind.needed[0]
        for row in file.rows(self.report):
            count.rows += 1
            self.on_row()
            missing = next((column for column in kind.needed if column not in row.values), None)
            if missing is not None:
                self.refuse(row, Required(), missing, Loss.ROW)
                continue
            first = self.seen.setdefault((kind.made, row.values[name]), row)
            if first is row:
                yield row
            else:
                twice = StandsTwice(value=row.values[name], file=str(first.file), line=first.line)
                self.refuse(row, twice, name, Loss.ROW)

    def situation(self) -> Situation:
        """For decisions that no user makes."""
        return Situation(now=datetime.now(UTC), actor=OPERATOR, organization=self.organization)

    def count(self, row: Row) -> Count:
        """The count of the row's file."""
        return self.counts[row.file]

    def refuse(self, row: Row, refusal: Refusal, column: str | None, loss: Loss) -> None:
        """Report that a row, or one of its fields, is refused."""
        problem = Problem(file=row.file, line=row.line, field=column, message=refusal.message, loss=loss)
        self.report.add(problem)
