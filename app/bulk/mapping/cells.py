"""Cells: how a map says that days, times and numbers are written, and what a cell then means.

Here a cell becomes a value of a type. Which values are allowed, the domain's decisions say.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

from app.refusal import Refusal

NUMBER_MAX = 100  # characters
NOON = time(12)  # of a day that stands where a time is wanted: the same day nearly everywhere
SAMPLE = datetime(2026, 11, 22, 18, 30)  # noqa: DTZ001  # what examples show
_NUMBERS = {
    ".": re.compile(r"([+-]?)([0-9]{1,3}(?:[,\s'][0-9]{3})+|[0-9]+)(?:\.([0-9]+))?"),
    ",": re.compile(r"([+-]?)([0-9]{1,3}(?:[.\s'][0-9]{3})+|[0-9]+)(?:,([0-9]+))?"),
}
DECIMALS = tuple(_NUMBERS)


class UnreadableDate(Refusal):
    """{value} is no date. Dates are written as {example} here; `dates` under read in the map says otherwise."""


class UnreadableTime(Refusal):
    """{value} is no time. Times are written as {example} here; `times` under read in the map says otherwise."""


class UnreadableNumber(Refusal):
    """{value} is no number. Numbers are written as {example} here; `decimal` under read in the map says otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """How cells are written.

    Attributes:
        dates: formats of days, as `strptime` has them; none: 2026-01-31.
        times: formats of instants; none: ISO 8601, such as 2026-01-31 18:30.
        zone: of times that do not say theirs.
        decimal: what stands before the cents, a point or a comma; the other one, white space and ' group digits.
        separator: what stands between several values in one cell; None: a cell is one value.
        delimiter: what stands between cells.
    """

    zone: ZoneInfo
    dates: tuple[str, ...] = ()
    times: tuple[str, ...] = ()
    decimal: str = "."
    separator: str | None = None
    delimiter: str = ","

    def day(self, text: str) -> date:
        """The day of a cell.

        Raises:
            UnreadableDate
        """
        day = self._day(text)
        if day is None and not self.dates and (moment := _iso(text)) is not None:
            day = moment.date()
        if day is None:
            raise UnreadableDate(value=text, example=SAMPLE.strftime(self.dates[0] if self.dates else "%Y-%m-%d"))
        return day

    def instant(self, text: str) -> datetime:
        """The moment of a cell, in UTC; of a day alone, its noon.

        Raises:
            UnreadableTime
        """
        day = self._day(text)
        moment = self._moment(text) if day is None else datetime.combine(day, NOON)
        try:
            if moment is not None:
                return (moment if moment.tzinfo else moment.replace(tzinfo=self.zone)).astimezone(UTC)
        except OverflowError:  # a day before the first or behind the last of the calendar
            pass
        raise UnreadableTime(value=text, example=SAMPLE.strftime(self.times[0] if self.times else "%Y-%m-%d %H:%M"))

    def number(self, text: str) -> Decimal:
        """The exact number of a cell.

        Raises:
            UnreadableNumber
        """
        match = _NUMBERS[self.decimal].fullmatch(text) if len(text) <= NUMBER_MAX else None
        if match is None:
            raise UnreadableNumber(value=text, example=f"1234{self.decimal}50")
        sign, whole, fraction = match.groups()
        digits = "".join(filter(str.isdigit, whole))
        return Decimal(f"{sign}{digits}.{fraction}" if fraction else f"{sign}{digits}")

    def values(self, text: str) -> list[str]:
        """The single values of a cell that may hold several."""
        if self.separator is None:
            return [text]
        return [value for part in text.split(self.separator) if (value := part.strip())]

    def _day(self, text: str) -> date | None:
        if self.dates:
            moment = _parsed(text, self.dates)
            return moment.date() if moment else None
        try:
            return date.fromisoformat(text)
        except ValueError:
            return None

    def _moment(self, text: str) -> datetime | None:
        return _parsed(text, self.times) if self.times else _iso(text)


def is_format(text: str, *, of_time: bool) -> bool:
    """Whether a format, written and read again, says the same day, and of a time the same minute."""
    try:
        moment = datetime.strptime(SAMPLE.strftime(text), text)  # noqa: DTZ007  # a zone may be in it
    except (ValueError, re.error):
        return False
    return moment.replace(tzinfo=None) == SAMPLE if of_time else moment.date() == SAMPLE.date()


def _parsed(text: str, formats: tuple[str, ...]) -> datetime | None:
    for one in formats:
        try:
            return datetime.strptime(text, one)  # noqa: DTZ007  # who asks adds the map's zone
        except ValueError:
            continue
    return None


def _iso(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
