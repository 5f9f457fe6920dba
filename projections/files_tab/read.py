"""Reads of the files tab: pages and counts, in one statement for any number of leads; files by id."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg
import msgspec

from app.ids import ActivityId, FileId, LeadId
from projections.files_tab.media import media_type
from projections.files_tab.tables import SQL
from projections.machinery.reader import Reader, Statement

COUNT_MAX = 1_000  # files; beyond it there is no total
ANY_OF_GROUP = "/*"  # what a type that stands for a group ends in
EVERYTHING = "*/*"

Place = tuple[datetime, int, int]


class FileRow(msgspec.Struct, frozen=True, kw_only=True):
    """One file of one activity. `position` and `place` break ties of `received_at`."""

    file_id: FileId
    activity_id: ActivityId
    lead_id: LeadId
    name: str
    content_type: str
    size_bytes: int
    sha256: str
    content_id: str | None
    is_inline: bool
    received_at: datetime
    position: int
    place: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FileCriteria:
    """Which files a page has. None narrows nothing; an empty list matches nothing.

    Attributes:
        types: such as application/pdf, in small letters.
        groups: such as image, for every type of it.
    """

    types: tuple[str, ...] | None = None
    groups: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None

    def statement(self, name: str, lead_ids: Sequence[UUID], limit: int) -> Statement:
        """A statement over files_tab f, or its twin for some types, with the conditions."""
        if self.types is None:
            statement = Statement(SQL[name], list(lead_ids), limit)
        else:
            statement = Statement(SQL[f"{name}_of_types"], list(lead_ids), limit, list(self.types), list(self.groups))
        return statement.also_if(SQL["since"], self.since).also_if(SQL["until"], self.until)


def criteria_of_types(
    content_types: Sequence[str] | None, *, since: datetime | None = None, until: datetime | None = None
) -> FileCriteria:
    """Criteria out of types as people write them, some of which end in /*; no file is counted for two of them."""
    wanted = dict.fromkeys(media_type(one) for one in content_types or ())
    if content_types is None or EVERYTHING in wanted:
        return FileCriteria(since=since, until=until)
    groups = [one.removesuffix(ANY_OF_GROUP) for one in wanted if one.endswith(ANY_OF_GROUP)]
    types = [one for one in wanted if not one.endswith(ANY_OF_GROUP) and one.partition("/")[0] not in groups]
    return FileCriteria(types=tuple(types), groups=tuple(groups), since=since, until=until)


async def file_page(
    reader: Reader, lead_ids: Sequence[UUID], criteria: FileCriteria, *, older_than: Place | None = None, limit: int
) -> dict[UUID, list[FileRow]]:
    """The newest files of each lead behind a place, newest first."""
    statement = criteria.statement("newest", lead_ids, limit)
    if older_than is not None:
        statement.also(SQL["older"], *older_than)
    grouped: dict[UUID, list[FileRow]] = {}
    for row in await statement.fetch(reader):
        grouped.setdefault(row["lead_id"], []).append(_file(row))
    return grouped


async def files(reader: Reader, file_ids: Sequence[UUID]) -> dict[UUID, FileRow]:
    """Those files that there are, by id; also those that the tab does not show."""
    rows = await reader.sight.narrow(Statement(SQL["files"], list(file_ids)), "f").fetch(reader)
    return {row["file_id"]: _file(row) for row in rows}


async def count(reader: Reader, lead_ids: Sequence[UUID], criteria: FileCriteria) -> dict[UUID, int | None]:
    """How many files the tab of each lead has; None beyond COUNT_MAX."""
    rows = await criteria.statement("count", lead_ids, COUNT_MAX + 1).fetch(reader)
    return {row["lead_id"]: row["count"] if row["count"] <= COUNT_MAX else None for row in rows}


def _file(row: asyncpg.Record) -> FileRow:
    return FileRow(**dict(row))
