"""Instants at both ends of the calendar: the driver takes its first and its last microsecond for the infinities."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import asyncpg

FIRST = datetime.min.replace(tzinfo=UTC)
LAST = datetime.max.replace(tzinfo=UTC)
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)  # PostgreSQL's
_MICROSECOND = timedelta(microseconds=1)
_BEFORE_ALL = -(2**63)
_BEHIND_ALL = 2**63 - 1


async def exact_instants(connection: asyncpg.Connection) -> None:
    """Let a connection write what it is given; for those that write, as it makes reading slower.

    Infinities are datetimes without a zone, as the driver reads them.
    """
    await connection.set_type_codec(
        "timestamptz", schema="pg_catalog", encoder=_encoded, decoder=_decoded, format="tuple"
    )


def _encoded(value: datetime) -> tuple[int]:
    if value.tzinfo is None:
        return (_BEFORE_ALL if value.year == 1 else _BEHIND_ALL,)
    return ((value - _EPOCH) // _MICROSECOND,)


def _decoded(value: tuple[int]) -> datetime:
    (microseconds,) = value
    if microseconds in (_BEFORE_ALL, _BEHIND_ALL):
        return datetime.min if microseconds < 0 else datetime.max  # noqa: DTZ901 - as the driver has it
    return _EPOCH + timedelta(microseconds=microseconds)
