"""When tasks are due, for somebody: calendar days begin where that person is.

In the order of the due, a task that is due on a day stands where that day begins, before those that are due at an
instant of it. Tasks that are due whenever stand at the end.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from projections.lead_view.rows import TaskRow
from projections.machinery.days import LAST, day_start, local_day


class DuePlace(NamedTuple):
    """A place in a list by due: a day or an instant, or neither behind all of them; and a task's id."""

    day: date | None
    instant: datetime | None
    task_id: UUID


def place_of(row: TaskRow) -> DuePlace:
    """Where a task stands."""
    return DuePlace(row.due_date, row.due_at, row.task_id)


def order(place: DuePlace, zone: ZoneInfo) -> tuple[datetime, int, date, UUID]:
    """What places are compared by. A day that a zone skipped begins with the next one."""
    if place.day is not None:
        return day_start(place.day, zone), 0, place.day, place.task_id
    if place.instant is not None:
        return place.instant, 1, date.min, place.task_id
    return LAST, 2, date.min, place.task_id


def due_day(row: TaskRow, zone: ZoneInfo) -> date | None:
    """The day on which a task is due; None: whenever."""
    return row.due_date if row.due_at is None else local_day(row.due_at, zone)
