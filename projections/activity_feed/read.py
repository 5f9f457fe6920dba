"""Reads of the history: pages, pins and counts, in one statement for any number of leads."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg
import msgspec

from app.ids import ActivityId, ContactId, LeadId, UserId
from app.vocabulary import ActivityKind
from projections.activity_feed.details import (
    CallDetails,
    CreatedDetails,
    Details,
    EmailDetails,
    MeetingDetails,
    NoteDetails,
    OpportunityStatusChangeDetails,
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
        (ActivityKind.NOTE, NoteDetails),
        (ActivityKind.MEETING, MeetingDetails),
        (ActivityKind.CREATED, CreatedDetails),
        (ActivityKind.LEAD_STATUS_CHANGE, StatusChangeDetails),
        (ActivityKind.OPPORTUNITY_STATUS_CHANGE, OpportunityStatusChangeDetails),
        (ActivityKind.TASK_COMPLETED, TaskCompletedDetails),
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


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityCriteria:
    """Which items a page has. None narrows nothing; an empty list matches nothing."""

    kinds: tuple[ActivityKind, ...] | None = None
    user_ids: tuple[UUID, ...] | None = None
    contact_ids: tuple[UUID, ...] | None = None
    since: datetime | None = None
    until: datetime | None = None

    def narrow(self, statement: Statement) -> Statement:
        """Add the conditions to a statement over activity_feed f."""
        statement.also_if(SQL["of_kinds"], None if self.kinds is None else list(self.kinds))
        statement.also_if(SQL["of_users"], None if self.user_ids is None else list(self.user_ids))
        statement.also_if(SQL["of_contacts"], None if self.contact_ids is None else list(self.contact_ids))
        statement.also_if(SQL["since"], self.since)
        return statement.also_if(SQL["until"], self.until)


Place = tuple[datetime, int]


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
    statement = criteria.narrow(Statement(SQL["oldest" if from_oldest else "newest"], list(lead_ids), limit))
    if older_than is not None:
        statement.also(SQL["older"], *older_than)
    if newer_than is not None:
        statement.also(SQL["newer"], *newer_than)
    return _by_lead(map(_activity, await statement.fetch(reader)))


async def activities(reader: Reader, activity_ids: Sequence[UUID]) -> dict[UUID, ActivityRow]:
    """Those activities that there are, by id."""
    rows = await reader.sight.narrow(Statement(SQL["activities"], list(activity_ids)), "f").fetch(reader)
    return {row["activity_id"]: _activity(row) for row in rows}


async def pinned(reader: Reader, lead_ids: Sequence[UUID]) -> dict[UUID, list[ActivityRow]]:
    """The pinned items of each lead, newest first by creation."""
    return _by_lead(map(_activity, await reader.fetch(SQL["pinned"], list(lead_ids))))


async def count(reader: Reader, lead_ids: Sequence[UUID], criteria: ActivityCriteria) -> dict[UUID, int | None]:
    """How many items each lead has; None beyond COUNT_MAX."""
    statement = criteria.narrow(Statement(SQL["count"], list(lead_ids), COUNT_MAX + 1))
    return {
        row["lead_id"]: row["count"] if row["count"] <= COUNT_MAX else None for row in await statement.fetch(reader)
    }


async def count_kinds(
    reader: Reader, lead_ids: Sequence[UUID], criteria: ActivityCriteria
) -> dict[UUID, dict[ActivityKind, int]]:
    """How many items of each kind each lead has, up to COUNT_MAX; kinds without any are left out."""
    kinds = list(_DECODERS)
    statement = criteria.narrow(Statement(SQL["count_kinds"], list(lead_ids), COUNT_MAX, kinds))
    counts: dict[UUID, dict[ActivityKind, int]] = {}
    for row in await statement.fetch(reader):
        counts.setdefault(row["lead_id"], {})[ActivityKind(row["kind"])] = row["count"]
    return counts


def _by_lead(rows: Iterable[ActivityRow]) -> dict[UUID, list[ActivityRow]]:
    grouped: dict[UUID, list[ActivityRow]] = {}
    for row in rows:
        grouped.setdefault(row.lead_id, []).append(row)
    return grouped


def _activity(row: asyncpg.Record) -> ActivityRow:
    values = dict(row)
    values["details"] = _DECODERS[row["kind"]].decode(row["details"])
    values["kind"] = ActivityKind(row["kind"])
    return ActivityRow(**values)
