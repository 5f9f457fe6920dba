"""ImportReport: what went in, what did not and why, by file, line and field."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from uuid import UUID

LISTED_MAX = 1_000  # problems told one by one; beyond it they are only counted


class Loss(Enum):
    """What a problem cost."""

    NOTHING = ""
    FIELD = "left empty; the rest of the row goes in"
    ROW = "the row is left out"
    FILE = "the file is left out"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something that an operator should know of. `line` counts from 1, the header's; `field` is a column."""

    file: Path
    line: int | None = None
    field: str | None = None
    message: str
    loss: Loss

    def __str__(self) -> str:
        place = str(self.file)
        place += f", line {self.line}" if self.line is not None else ""
        place += f", {self.field}" if self.field is not None else ""
        return f"{place}: {self.message}" + (f" ({self.loss.value})" if self.loss.value else "")


@dataclass(slots=True)
class Count:
    """What became of the rows of one file. `made` says of what: leads, users."""

    made: str
    rows: int = 0
    new: int = 0
    there: int = 0


@dataclass(slots=True)
class ImportReport:
    """The same for a dry run as for a real one. `counts` are by file and by what its rows become.

    `correlation_id` is that of all that was recorded.
    """

    counts: dict[tuple[Path, str], Count] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    unlisted: int = 0
    has_losses: bool = False
    correlation_id: UUID | None = None

    def add(self, problem: Problem) -> None:
        """One more problem."""
        self.has_losses = self.has_losses or problem.loss in (Loss.ROW, Loss.FILE)
        if len(self.problems) < LISTED_MAX:
            self.problems.append(problem)
        else:
            self.unlisted += 1

    def lines(self) -> list[str]:
        """For people: one line a file, then one a problem."""
        lines = [
            f"{file}: {count.rows} rows, {count.new} new {count.made}, {count.there} there already"
            for (file, _), count in self.counts.items()
        ]
        in_order = sorted(self.problems, key=lambda problem: (problem.file, problem.line or 0))
        lines += [str(problem) for problem in in_order]
        if self.unlisted:
            lines.append(f"and {self.unlisted} problems more")
        return lines

    @property
    def exit_code(self) -> int:
        """1 if a row or a file was left out."""
        return 1 if self.has_losses else 0
