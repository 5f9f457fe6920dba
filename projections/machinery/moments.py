"""Moments: a time or a version of a stream as a position of the log, and what stood at a position."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from uuid import UUID

from app.store.sql_file import bare, load_statements
from projections.machinery.reader import Reader, Statement

SQL = load_statements(Path(__file__).with_name("moments.sql"))


def version_at_sql(*, stream: str, position: str) -> str:
    """A query with the `version` of a stream at a position, out of expressions."""
    return bare(SQL["version_at"]).replace("{stream}", stream).replace("{position}", position)


_VERSION_AT = version_at_sql(stream="$2::uuid", position="$3::bigint")


async def position_at(reader: Reader, time: datetime) -> int:
    """The last position that was recorded by a time; 0: none was."""
    statement = Statement(SQL["position_at"])
    statement.put("time", statement.fill("{}::timestamptz", time))
    position: int = (await statement.fetch(reader))[0]["position"]
    return position


async def position_of_version(reader: Reader, stream_id: UUID, version: int) -> int | None:
    """The position of a stream's event; None: the stream has no such version."""
    rows = await reader.fetch(SQL["position_of_version"], stream_id, version)
    return rows[0]["position"] if rows else None


async def version_at(reader: Reader, stream_id: UUID, position: int) -> int:
    """A stream's version at a position; 0: it was not there yet."""
    version: int = (await reader.fetch(_VERSION_AT, stream_id, position))[0]["version"]
    return version


async def recorded_at(reader: Reader, position: int) -> datetime | None:
    """When the event at a position was recorded; None: there is none."""
    rows = await reader.fetch(SQL["recorded_at"], position)
    return rows[0]["recorded_at"] if rows else None


async def known_since(reader: Reader) -> int:
    """From which position on an organization's past is known: 0, unless it is older than the tables that keep it."""
    rows = await reader.fetch(SQL["known_since"])
    return rows[0]["since"] if rows else 0
