"""Reads of the log: pages by what is asked for, and single events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

import asyncpg
import msgspec

from app.ids import CustomFieldId, LeadId
from app.organization.custom_fields import CustomFieldCreated
from app.store.records import RecordedEvent
from app.store.sql_file import load_statements
from app.vocabulary import CustomFieldType
from projections.machinery.reader import Reader, Statement

SQL = load_statements(Path(__file__).with_name("queries.sql"))
COUNT_MAX = 1_000  # entries of an index; ways that have more count as equally long
SHORT = 100  # entries of an index; with so few it does not matter which has fewer
LOOK_FIRST = 1_000  # entries of an index that are compared with the other filters at first
LOOK_MAX = 16_000  # the same, of one look; each is longer than the one before
LOOKED_MAX = 40_000  # entries until a page is given as far as it has come
STEP = 200  # events of a field's history that are looked at together
LAST_POSITION = 2**62
FIELDS_MAX = 10_000  # custom fields that there ever were


class FoundBy(StrEnum):
    """The index that is walked. Of equally long ones the first."""

    REQUEST = "by_request"
    LEAD = "by_lead"
    TYPE = "by_type"
    USER = "by_user"
    POSITION = "by_position"


class Between(NamedTuple):
    """Positions of the log, neither of which is meant."""

    above: int = 0
    below: int = LAST_POSITION


class EventCriteria(NamedTuple):
    """Which events: all of what is given narrows."""

    types: tuple[str, ...] | None = None
    user_id: UUID | None = None
    correlation_id: UUID | None = None

    def ways(self, *, of_lead: bool) -> list[FoundBy]:
        """The indexes by which they can be found."""
        given = {
            FoundBy.REQUEST: self.correlation_id is not None,
            FoundBy.LEAD: of_lead,
            FoundBy.TYPE: self.types is not None,
            FoundBy.USER: self.user_id is not None,
        }
        return [way for way, is_given in given.items() if is_given] or [FoundBy.POSITION]

    def values(self, way: FoundBy) -> tuple[object, ...]:
        """What an index is entered with."""
        match way:
            case FoundBy.REQUEST:
                return (self.correlation_id,)
            case FoundBy.TYPE:
                return (list(self.types or ()),)
            case FoundBy.USER:
                return (self.user_id,)
            case _:
                return ()


@dataclass(slots=True, kw_only=True)
class EventPage:
    """Events in the order that was asked for. `left_off`: the look ended there, and there may be more behind it."""

    events: list[RecordedEvent] = field(default_factory=list)
    left_off: int | None = None


@dataclass(slots=True, kw_only=True)
class _Look:
    """How far the page of one lead, or of the whole log, has come."""

    between: Between
    positions: list[int] = field(default_factory=list)
    looked: int = 0
    left_off: int | None = None
    is_over: bool = False

    def take(self, row: asyncpg.Record | None, length: int, limit: int, *, from_newest: bool) -> None:
        """What one more look found; None: the lead is not seen."""
        self.positions = [*self.positions, *(row["positions"] or () if row else ())][:limit]
        self.looked += row["seen"] if row else 0
        self.is_over = row is None or row["seen"] < length or len(self.positions) == limit
        if row is None or self.is_over:
            return
        furthest: int = row["furthest"]
        self.between = self.between._replace(**{"below" if from_newest else "above": furthest})
        if self.looked >= LOOKED_MAX:
            self.left_off, self.is_over = furthest, True


async def event_page(
    reader: Reader,
    lead_ids: Sequence[UUID | None],
    criteria: EventCriteria,
    between: Between,
    *,
    from_newest: bool = False,
    limit: int,
    is_narrowed: bool = True,
) -> dict[UUID | None, EventPage]:
    """Events of each lead that is seen; of the whole log for the one id None.

    Where they are found by one index and compared with further filters, so much is looked at and no more: the page is
    then shorter than it might be, and says where it left off. Not `is_narrowed`: for who sees the whole log.
    """
    ways = criteria.ways(of_lead=lead_ids[0] is not None)
    way = await _shortest(reader, lead_ids, criteria, between, ways) if len(ways) > 1 else ways[0]
    length = limit if len(ways) == 1 else max(limit, LOOK_FIRST // len(criteria.types or "1"))
    looks = {lead_id: _Look(between=between) for lead_id in lead_ids}
    while waiting := [lead_id for lead_id, look in looks.items() if not look.is_over]:
        spans = [looks[lead_id].between for lead_id in waiting]
        statement = _statement(waiting, spans, criteria, ways, way, length, limit, from_newest=from_newest)
        if is_narrowed:
            reader.sight.narrow(statement, "wanted")
        rows = {row["n"]: row for row in await statement.fetch(reader)}
        for number, lead_id in enumerate(waiting, start=1):
            looks[lead_id].take(rows.get(number), length, limit, from_newest=from_newest)
        length = min(2 * length, LOOK_MAX)
    return await _pages(reader, looks)


async def events_about(
    reader: Reader, lead_id: UUID, thing_id: UUID, between: Between, *, from_newest: bool, limit: int
) -> EventPage:
    """Events about one thing of a lead; of the lead itself those that name it, and its creation. For who sees it."""
    sql = SQL["about"].replace("{way}", "DESC" if from_newest else "ASC")
    rows = await reader.fetch(sql, lead_id, thing_id, *between, limit)
    return EventPage(events=[RecordedEvent(**row) for row in rows])


async def events(reader: Reader, event_ids: Sequence[UUID]) -> dict[UUID, RecordedEvent]:
    """Events by id, whoever asks."""
    rows = await reader.fetch(SQL["by_ids"], list(event_ids))
    return {row["event_id"]: RecordedEvent(**row) for row in rows}


async def root_of(reader: Reader, lead_id: UUID) -> LeadId | None:
    """On whose page a lead is, deleted or not, whoever asks; None: there was none."""
    rows = await reader.fetch(SQL["root"], lead_id)
    return LeadId(rows[0]["lead_id"]) if rows else None


async def between_times(reader: Reader, since: datetime | None, until: datetime | None) -> Between:
    """The positions of what was recorded from one time on, and before another."""
    times = [one for one in (since, until) if one is not None]
    if not times:
        return Between()
    rows = await reader.fetch(SQL["recorded_before"], times)
    found = [row["position"] for row in sorted(rows, key=lambda row: row["n"])]
    return Between(
        above=found[0] if since is not None else 0, below=found[-1] + 1 if until is not None else LAST_POSITION
    )


async def field_types(reader: Reader) -> dict[CustomFieldId, CustomFieldType]:
    """What the values of every custom field are, or were, that there ever was."""
    rows = await reader.fetch_once(SQL["field_creations"], CustomFieldCreated.event_name(), FIELDS_MAX)
    created = [_CREATED.decode(row["payload"]) for row in rows if row["payload"] is not None]
    return {one.field_id: one.type for one in created}


class _Created(msgspec.Struct, frozen=True):
    field_id: CustomFieldId
    type: CustomFieldType


_CREATED = msgspec.json.Decoder(_Created)


async def _shortest(
    reader: Reader, lead_ids: Sequence[UUID | None], criteria: EventCriteria, between: Between, ways: list[FoundBy]
) -> FoundBy:
    """The way by which fewer entries are found, as far as they are counted."""
    spans, counts = [between] * len(lead_ids), []
    for way in ways:
        statement = _statement(lead_ids, spans, criteria, [way], way, COUNT_MAX, 0)
        counts.append(sum(row["seen"] for row in await statement.fetch(reader)))
        if counts[-1] <= SHORT:
            break
    return ways[counts.index(min(counts))]


def _statement(
    lead_ids: Sequence[UUID | None],
    spans: Sequence[Between],
    criteria: EventCriteria,
    ways: list[FoundBy],
    way: FoundBy,
    length: int,
    limit: int,
    *,
    from_newest: bool = False,
) -> Statement:
    above, below = [one.above for one in spans], [one.below for one in spans]
    statement = Statement(SQL["look"], list(lead_ids), above, below, length, limit)
    others = [one for one in ways if one is not way]
    fits = [statement.fill(SQL[one.replace("by_", "fits_")], *criteria.values(one)) for one in others]
    statement.put("found", statement.fill(SQL[way], *criteria.values(way)))
    statement.put("fits", " AND ".join(fits) or "true").put("way", "DESC" if from_newest else "ASC")
    statement.put("above", SQL["version_at"].replace("{position}", "wanted.above"))
    return statement.put("below", SQL["version_at"].replace("{position}", "wanted.below - 1"))


async def _pages(reader: Reader, looks: dict[UUID | None, _Look]) -> dict[UUID | None, EventPage]:
    wanted = [position for look in looks.values() for position in look.positions]
    rows = await reader.fetch(SQL["at_positions"], wanted) if wanted else []
    found = {row["position"]: RecordedEvent(**row) for row in rows}
    return {
        lead_id: EventPage(events=[found[one] for one in look.positions], left_off=look.left_off)
        for lead_id, look in looks.items()
    }
