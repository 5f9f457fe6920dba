"""Lists of tasks: filtered, by due or by age, in keyset pages; and which task of a lead is due next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from heapq import merge
from itertools import islice
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

from app.store.sql_file import load_statements
from app.vocabulary import TaskPriority
from projections.lead_view.due import DuePlace, order, place_of
from projections.lead_view.read import task_row
from projections.lead_view.rows import TaskRow
from projections.machinery.days import day_start, last_day_begun, local_day
from projections.machinery.members import by_member
from projections.machinery.reader import Reader, Statement

SQL = by_member(load_statements(Path(__file__).with_name("task_list.sql")))
COUNT_MAX = 1_000  # tasks; beyond it a list has no total


class _Part(Enum):
    """Which tasks a statement reads; the value is the word of its conditions on the due."""

    DAYS = "day"
    INSTANTS = "instant"
    UNDATED = "undated"
    ALL = "either"


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskCriteria:
    """Which tasks a list has. None narrows nothing; an empty list matches nothing.

    Attributes:
        viewer_id: whose `mine` are; False: all the others.
        zone: where days begin and end.
        now: overdue is what was due before it, or before its day.
        due_since, due_until: days; the latter is not included.
    """

    viewer_id: UUID
    zone: ZoneInfo
    now: datetime
    is_complete: bool = False
    assigned_to: Sequence[UUID] | None = None
    mine: bool | None = None
    unassigned: bool | None = None
    overdue: bool | None = None
    due_since: date | None = None
    due_until: date | None = None
    priorities: Sequence[TaskPriority] | None = None
    lead_ids: Sequence[UUID] | None = None

    @property
    def is_contradiction(self) -> bool:
        """What is done is not overdue."""
        return self.is_complete and self.overdue is True

    @property
    def is_of_dated(self) -> bool:
        """Whether only what is due at some time matches."""
        return self.overdue is True or self.due_since is not None or self.due_until is not None

    def narrow(self, statement: Statement, part: _Part) -> Statement:
        """Add the conditions to a statement over lead_task t."""
        statement.also(SQL["is_complete" if self.is_complete else "is_open"])
        self._narrow_people(statement)
        statement.also_if(SQL["of_priorities"], None if self.priorities is None else list(self.priorities))
        statement.also_if(SQL["of_leads"], None if self.lead_ids is None else list(self.lead_ids))
        if self.due_since is not None:
            _bound(statement, part, "since", self.due_since, day_start(self.due_since, self.zone))
        if self.due_until is not None:
            _bound(statement, part, "until", self.due_until, day_start(self.due_until, self.zone))
        today = local_day(self.now, self.zone)
        if self.overdue:
            _bound(statement, part, "until", today, self.now)
        elif self.overdue is False and not self.is_complete:
            _not_before(statement, part, today, self.now)
        return statement

    def _narrow_people(self, statement: Statement) -> None:
        if self.assigned_to is not None and len(self.assigned_to) == 1:
            statement.also(SQL["of_user"], self.assigned_to[0])  # an index keeps its order under one value
        elif self.assigned_to is not None:
            statement.also(SQL["of_users"], list(self.assigned_to))
        if self.mine is not None:
            statement.also(SQL["of_user" if self.mine else "of_others"], self.viewer_id)
        if self.unassigned is not None:
            statement.also(SQL["of_nobody" if self.unassigned else "of_somebody"])


async def page_by_due(reader: Reader, criteria: TaskCriteria, *, after: DuePlace | None, limit: int) -> list[TaskRow]:
    """The tasks behind a place, those due first at the front and those due whenever at the end; at most `limit`."""
    if criteria.is_contradiction:
        return []
    rows: list[TaskRow] = []
    if after is None or after.day is not None or after.instant is not None:
        days = await _days(reader, criteria, after, limit)
        instants = await _instants(reader, criteria, after, limit)
        both = merge(days, instants, key=lambda row: order(place_of(row), criteria.zone))
        rows, after = list(islice(both, limit)), None
    if len(rows) < limit and not criteria.is_of_dated:
        rows += await _undated(reader, criteria, after, limit - len(rows))
    return rows


async def page_by_created(
    reader: Reader, criteria: TaskCriteria, *, after: tuple[datetime, UUID] | None, limit: int
) -> list[TaskRow]:
    """The tasks behind a place, newest first; at most `limit`."""
    if criteria.is_contradiction:
        return []
    statement = _narrowed(reader, criteria, Statement(SQL["page_by_created_backwards"], limit), _Part.ALL)
    if after is not None:
        statement.also(SQL["before_created"], *after)
    return [task_row(row) for row in await statement.fetch(reader)]


async def count_tasks(reader: Reader, criteria: TaskCriteria) -> int | None:
    """How many tasks there are; None beyond COUNT_MAX."""
    if criteria.is_contradiction:
        return 0
    statement = Statement(SQL["count"], COUNT_MAX + 1)
    rows = await _narrowed(reader, criteria, statement, _Part.ALL, is_page=False).fetch(reader)
    count: int = rows[0][0]
    return count if count <= COUNT_MAX else None


async def next_tasks(reader: Reader, lead_ids: Sequence[UUID], zone: ZoneInfo) -> dict[UUID, TaskRow]:
    """The open task of each lead that is due first; leads on which nothing is due are left out."""
    found: dict[UUID, TaskRow] = {}
    for record in await reader.fetch(SQL["next_of_leads"], list(lead_ids)):
        row = task_row(record)
        known = found.get(row.lead_id)
        if known is None or order(place_of(row), zone) < order(place_of(known), zone):
            found[row.lead_id] = row
    return found


async def _days(reader: Reader, criteria: TaskCriteria, after: DuePlace | None, limit: int) -> list[TaskRow]:
    statement = _narrowed(reader, criteria, Statement(SQL["page_by_day"], limit), _Part.DAYS)
    if after is not None and after.day is not None:
        statement.also(SQL["behind_day"], after.day.isoformat(), after.task_id)
    elif after is not None and after.instant is not None:
        statement.also(SQL["behind_whole_day"], last_day_begun(after.instant, criteria.zone).isoformat())
    return [task_row(row) for row in await statement.fetch(reader)]


async def _instants(reader: Reader, criteria: TaskCriteria, after: DuePlace | None, limit: int) -> list[TaskRow]:
    statement = _narrowed(reader, criteria, Statement(SQL["page_by_instant"], limit), _Part.INSTANTS)
    if after is not None and after.day is not None:
        statement.also(SQL["instant_since"], day_start(after.day, criteria.zone))
    elif after is not None and after.instant is not None:
        statement.also(SQL["behind_instant"], after.instant, after.task_id)
    return [task_row(row) for row in await statement.fetch(reader)]


async def _undated(reader: Reader, criteria: TaskCriteria, after: DuePlace | None, limit: int) -> list[TaskRow]:
    statement = _narrowed(reader, criteria, Statement(SQL["page_of_undated"], limit), _Part.UNDATED)
    if after is not None:
        statement.also(SQL["behind_id"], after.task_id)
    return [task_row(row) for row in await statement.fetch(reader)]


def _narrowed(
    reader: Reader, criteria: TaskCriteria, statement: Statement, part: _Part, *, is_page: bool = True
) -> Statement:
    return reader.sight.narrow_list(criteria.narrow(statement, part), "t", is_page=is_page)


def _bound(statement: Statement, part: _Part, end: str, day: date, instant: datetime) -> None:
    """A bound of the due, as the part has it."""
    match part:
        case _Part.DAYS:
            statement.also(SQL[f"day_{end}"], day.isoformat())
        case _Part.INSTANTS:
            statement.also(SQL[f"instant_{end}"], instant)
        case _Part.ALL:
            statement.also(SQL[f"either_{end}"], day.isoformat(), instant)


def _not_before(statement: Statement, part: _Part, day: date, instant: datetime) -> None:
    """What is not overdue, or due whenever."""
    if part is _Part.ALL:
        statement.also(SQL["neither_until"], day.isoformat(), instant)
    elif part is not _Part.UNDATED:
        _bound(statement, part, "since", day, instant)
