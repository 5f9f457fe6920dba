"""Calendar days of somebody: where they begin and end."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

FIRST = datetime.min.replace(tzinfo=UTC)
LAST = datetime.max.replace(tzinfo=UTC)
_ONE_DAY = timedelta(days=1)


def day_start(day: date, zone: ZoneInfo) -> datetime:
    """The first instant of a day, in UTC."""
    try:
        return datetime.combine(day, time(), zone).astimezone(UTC)
    except OverflowError:  # at either end of the calendar
        return FIRST if day.year == 1 else LAST


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
