"""Reads of the history: pages, pins and counts, in one statement for any number of leads."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from datetime import datetime
from typing import TypeVar
from uuid import UUID

import asyncpg
import msgspec

from app.ids import ActivityId, ContactId, CustomActivityTypeId, LeadId, UserId
from app.lead.activities import ActivityDeleted
from app.situation import KnownPin
from app.store.store import Connection, EventStore
from app.vocabulary import ActivityKind
from projections.activity_feed.criteria import SQL as PAGES
from projections.activity_feed.criteria import ActivityCriteria as ActivityCriteria
from projections.activity_feed.criteria import FoundBy
from projections.activity_feed.details import (
    CallDetails,
    CreatedDetails,
    CustomActivityDetails,
    Details,
    EmailDetails,
    MeetingDetails,
    MergeDetails,
    NoteDetails,
    OpportunityStatusChangeDetails,
    SmsDetails,
    StatusChangeDetails,
    TaskCompletedDetails,
)
from projections.activity_feed.tables import SQL
from projections.machinery.reader import Reader, Statement

COUNT_MAX = 1_000  # activities; beyond it there is no total

_DECODERS: dict[str, msgspec.json.Decoder[Details]] = {
    kind: msgspec.json.Decoder(details)
    for kind, details in (
        (ActivityKind.CALL, CallDetails),
        (ActivityKind.EMAIL, EmailDetails),
        (ActivityKind.SMS, SmsDetails),
        (ActivityKind.NOTE, NoteDetails),
        (ActivityKind.CUSTOM, CustomActivityDetails),
        (ActivityKind.MEETING, MeetingDetails),
        (ActivityKind.CREATED, CreatedDetails),
        (ActivityKind.LEAD_STATUS_CHANGE, StatusChangeDetails),
        (ActivityKind.OPPORTUNITY_STATUS_CHANGE, OpportunityStatusChangeDetails),
        (ActivityKind.TASK_COMPLETED, TaskCompletedDetails),
        (ActivityKind.LEAD_MERGE, MergeDetails),
    )
}


class ActivityRow(msgspec.Struct, frozen=True, kw_only=True):
    """One item of the history. `position` breaks ties of `occurred_at`."""

    activity_id: ActivityId
    lead_id: LeadId
    kind: ActivityKind
    position: int
    occurred_at: datetime
    created_at: datetime
    updated_at: datetime
    version: int
    contact_id: ContactId | None
    user_id: UserId | None
    source: str | None
    pinned_at: datetime | None
    details: Details
    custom_type_id: CustomActivityTypeId | None = None


Place = tuple[datetime, int]
LeadPlace = tuple[UUID, datetime, int]
Key = TypeVar("Key", bound=Hashable)


class Deletion(msgspec.Struct, frozen=True):
    """Whose history an item was in, and since when it is gone."""

    lead_id: LeadId
    deleted_at: datetime


class Around(msgspec.Struct, frozen=True):
    """What lies about a place, from there on: what is newer; what stands there itself, and what is older."""

    newer: list[ActivityRow]
    older: list[ActivityRow]


class KindCount(msgspec.Struct, frozen=True):
    """How many items of one kind, or of one type of custom activities, a lead has."""

    kind: ActivityKind
    custom_type_id: CustomActivityTypeId | None
    count: int


async def activity_page(
    reader: Reader,
    lead_ids: Sequence[UUID],
    criteria: ActivityCriteria,
    *,
    older_than: Place | None = None,
    newer_than: Place | None = None,
    from_oldest: bool = False,
    limit: int,
) -> dict[UUID, list[ActivityRow]]:
    """The newest items of each lead between two places, newest first; or from the oldest on, oldest first."""
    statement = await _page(reader, lead_ids, criteria, limit, from_oldest=from_oldest)
    statement.put("wanted", PAGES["leads"])
    if older_than is not None:
        statement.also(PAGES["older"], *older_than)
    if newer_than is not None:
        statement.also(PAGES["newer"], *newer_than)
    return _by_number(lead_ids, await statement.fetch(reader))


async def activities_around(
    reader: Reader, places: Sequence[LeadPlace], criteria: ActivityCriteria, *, limit: int
) -> dict[LeadPlace, Around]:
    """What lies about a place in each lead's history: so much at most on either side."""
    lead_ids, times, positions = zip(*places, strict=True)
    written = [time.isoformat() for time in times]
    sides = []
    for side, from_oldest in (("newer_than_place", True), ("not_newer_than_place", False)):
        statement = await _page(reader, lead_ids, criteria, limit, from_oldest=from_oldest)
        statement.put("wanted", statement.fill(PAGES["places"], written, list(positions))).also(PAGES[side])
        sides.append(_by_number(places, await statement.fetch(reader)))
    return {place: Around(*(side.get(place, []) for side in sides)) for place in places}


async def activities(reader: Reader, activity_ids: Sequence[UUID]) -> dict[UUID, ActivityRow]:
    """Those activities that there are, by id."""
    rows = await reader.sight.narrow(Statement(SQL["activities"], list(activity_ids)), "f").fetch(reader)
    return {row["activity_id"]: _activity(row) for row in rows}


async def deletions(reader: Reader, activity_ids: Sequence[UUID]) -> dict[UUID, Deletion]:
    """Those activities that were deleted, by id, as the log tells; of leads that are there."""
    statement = Statement(SQL["deletions"], list(activity_ids), ActivityDeleted.event_name())
    statement.also_if(SQL["by_then"], reader.then)
    rows = await reader.sight.narrow(statement, "d").fetch(reader)
    return {row["activity_id"]: Deletion(row["lead_id"], row["deleted_at"]) for row in rows}


async def pinned(reader: Reader, lead_ids: Sequence[UUID]) -> dict[UUID, list[ActivityRow]]:
    """The pinned items of each lead, newest first by creation."""
    grouped: dict[UUID, list[ActivityRow]] = {}
    for row in await reader.fetch(SQL["pinned"], list(lead_ids)):
        grouped.setdefault(row["lead_id"], []).append(_activity(row))
    return grouped


async def known_pins(
    store: EventStore, connection: Connection | None, org_id: UUID, activity_ids: Sequence[UUID]
) -> dict[ActivityId, KnownPin]:
    """Those of some activities that are pinned, for decisions."""
    rows = await store.fetch(connection, SQL["known_pins"], org_id, list(activity_ids))
    return {row["activity_id"]: KnownPin(row["created_at"], row["position"], row["pinned_at"]) for row in rows}


async def count(reader: Reader, lead_ids: Sequence[UUID], criteria: ActivityCriteria) -> dict[UUID, int | None]:
    """How many items each lead has; None beyond COUNT_MAX."""
    way = await _way(reader, lead_ids, criteria)
    counts = await _count(reader, lead_ids, criteria, way)
    return {lead_id: found if found <= COUNT_MAX else None for lead_id, found in counts.items()}


async def count_kinds(
    reader: Reader, lead_ids: Sequence[UUID], criteria: ActivityCriteria
) -> dict[UUID, list[KindCount]]:
    """How many items of each kind, and of each custom type, each lead has, up to COUNT_MAX; without those of none."""
    way = await _way(reader, lead_ids, criteria)
    statement = Statement(PAGES["count_kinds"], list(lead_ids), COUNT_MAX).put("wanted", PAGES["leads"])
    counts: dict[UUID, list[KindCount]] = {}
    for row in await criteria.narrow(statement, way, of_lead=True).fetch(reader):
        kind, _, type_id = row["kind_key"].partition(" ")
        one = KindCount(ActivityKind(kind), CustomActivityTypeId(UUID(type_id)) if type_id else None, row["count"])
        counts.setdefault(row["lead_id"], []).append(one)
    return counts


async def _page(
    reader: Reader, lead_ids: Sequence[UUID], criteria: ActivityCriteria, limit: int, *, from_oldest: bool
) -> Statement:
    way = await _way(reader, lead_ids, criteria)
    statement = Statement(PAGES["page" if way is FoundBy.TIME else "page_of"], list(lead_ids), limit)
    return criteria.narrow(statement, way).put("way", "ASC" if from_oldest else "DESC")


async def _way(reader: Reader, lead_ids: Sequence[UUID], criteria: ActivityCriteria) -> FoundBy:
    """The index by which fewer items are found, as far as they are counted."""
    ways = criteria.ways
    if len(ways) == 1:
        return ways[0]
    found = [sum((await _count(reader, lead_ids, criteria.only(way), way)).values()) for way in ways]
    return ways[found.index(min(found))]


async def _count(reader: Reader, lead_ids: Sequence[UUID], criteria: ActivityCriteria, way: FoundBy) -> dict[UUID, int]:
    base = PAGES["count" if way is FoundBy.TIME else "count_of"]
    statement = Statement(base, list(lead_ids), COUNT_MAX + 1).put("wanted", PAGES["leads"])
    return {row["lead_id"]: row["count"] for row in await criteria.narrow(statement, way).fetch(reader)}


def _by_number(keys: Sequence[Key], rows: Sequence[asyncpg.Record]) -> dict[Key, list[ActivityRow]]:
    """Rows of what stands at their number, from 1, among the keys."""
    grouped: dict[Key, list[ActivityRow]] = {}
    for row in rows:
        grouped.setdefault(keys[row["n"] - 1], []).append(_activity(row))
    return grouped


def _activity(row: asyncpg.Record) -> ActivityRow:
    values = dict(row)
    values.pop("n", None)
    values["details"] = _DECODERS[row["kind"]].decode(row["details"])
    values["kind"] = ActivityKind(row["kind"])
    return ActivityRow(**values)
