"""When tasks are due, for somebody: calendar days begin where that person is.

In the order of the due, a task that is due on a day stands where that day begins, before those that are due at an
instant of it. Tasks that are due whenever stand at the end.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from projections.lead_view.rows import TaskRow

_FIRST = datetime.min.replace(tzinfo=UTC)
_LAST = datetime.max.replace(tzinfo=UTC)
_ONE_DAY = timedelta(days=1)


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
    return _LAST, 2, date.min, place.task_id


def day_start(day: date, zone: ZoneInfo) -> datetime:
    """The first instant of a day, in UTC."""
    try:
        return datetime.combine(day, time(), zone).astimezone(UTC)
    except OverflowError:  # at either end of the calendar
        return _FIRST if day.year == 1 else _LAST


def local_day(instant: datetime, zone: ZoneInfo) -> date:
    """The day of an instant."""
    try:
        return instant.astimezone(zone).date()
    except OverflowError:  # at either end of the calendar
        return date.min if instant.year == 1 else date.max


def last_day_begun(instant: datetime, zone: ZoneInfo) -> date:
    """The last day that has begun by an instant: its own, or the next where clocks went back over midnight."""
    day = local_day(instant, zone)
    while day < date.max and day_start(day + _ONE_DAY, zone) <= instant:
        day += _ONE_DAY
    return day


def due_day(row: TaskRow, zone: ZoneInfo) -> date | None:
    """The day on which a task is due; None: whenever."""
    return row.due_date if row.due_at is None else local_day(row.due_at, zone)
