"""Scalars: what they accept is what they print, and nothing else."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, NewType

import strawberry
from strawberry.types.scalar import ScalarDefinition

from schema.edge import ClientError

Long = NewType("Long", int)
Cursor = NewType("Cursor", str)

LONG_MAX = 2**53
DECIMAL_LENGTH_MAX = 100  # characters
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_DECIMAL = re.compile(r"-?\d+(\.\d+)?", re.ASCII)


def _refused(what: str) -> ClientError:
    return ClientError("BAD_USER_INPUT", what)


def print_instant(value: datetime) -> str:
    """RFC 3339 in UTC with six digits of a second."""
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ").rjust(27, "0")


def parse_instant(value: Any) -> datetime:
    """An instant with its offset; finer digits than microseconds are cut."""
    if not isinstance(value, str) or not _INSTANT.fullmatch(value):
        raise _refused("An instant looks like 2026-11-22T08:30:00Z.")
    try:
        return datetime.fromisoformat(value.upper()).astimezone(UTC)
    except OverflowError:
        raise _refused("An instant lies between the years 1 and 9999 in UTC.") from None
    except ValueError:
        raise _refused("This instant is in no calendar.") from None


def parse_day(value: Any) -> date:
    """A calendar day."""
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise _refused("A day looks like 2026-11-22.")
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise _refused("This day is in no calendar.") from None


def print_decimal(value: Decimal) -> str:
    """Plain digits, never an exponent."""
    return f"{value:f}"


def parse_decimal(value: Any) -> Decimal:
    """A decimal as a string of digits, or a whole number."""
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    if not isinstance(value, str) or len(value) > DECIMAL_LENGTH_MAX or not _DECIMAL.fullmatch(value):
        raise _refused('A decimal is a string such as "1250.00".')
    return Decimal(value)


def parse_long(value: Any) -> int:
    """A whole number that JavaScript can hold."""
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > LONG_MAX:
        raise _refused("This is no whole number within 2^53.")
    return value


def parse_cursor(value: Any) -> str:
    """Any text; what it means is found out where it is used."""
    if not isinstance(value, str):
        raise _refused("A cursor is a string.")
    return value


SCALARS: dict[object, ScalarDefinition] = {
    datetime: strawberry.scalar(
        name="DateTime",
        description="RFC 3339 instant in UTC, with an offset where you write it.",
        specified_by_url="https://scalars.graphql.org/andimarek/date-time",
        serialize=print_instant,
        parse_value=parse_instant,
    ),
    date: strawberry.scalar(
        name="Date",
        description="Calendar day, YYYY-MM-DD.",
        serialize=date.isoformat,
        parse_value=parse_day,
    ),
    Decimal: strawberry.scalar(
        name="Decimal",
        description='Exact decimal number as a string, such as "1250.00".',
        serialize=print_decimal,
        parse_value=parse_decimal,
    ),
    Long: strawberry.scalar(
        name="Long",
        description="Integer up to 2^53, as a JSON number.",
        serialize=int,
        parse_value=parse_long,
    ),
    Cursor: strawberry.scalar(
        name="Cursor",
        description="Opaque resume token of a feed. Compare for equality only; never parse.",
        serialize=str,
        parse_value=parse_cursor,
    ),
}
