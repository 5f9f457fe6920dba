"""Looks at an organization's rows, each through one snapshot, and the facts behind them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec

from app import onboarding
from app.entries import append_command
from app.event import Entry, Event, Fact
from app.ids import ActivityId, EventId, LeadId, StatusId, uuid7
from app.lead.activities import DeleteActivity
from app.organization.users import AddUser
from app.situation import Actor
from app.store.records import AppendCommand
from app.system import project
from app.vocabulary import ActivityKind
from projections.activity_feed import read as feed_side
from projections.activity_feed.details import Details
from projections.activity_feed.read import ActivityCriteria, ActivityRow
from projections.lead_view import read as lead_side
from projections.lead_view.rows import LeadRow
from tests.support.office import Office

LONG_AGO = datetime(2020, 5, 17, 8, 30, 0, 123456, tzinfo=UTC)


async def lead_row(office: Office, lead_id: UUID) -> LeadRow:
    """The left side's details of a lead."""
    async with office.reader() as reader:
        return (await lead_side.leads(reader, [lead_id]))[lead_id]


async def activity_rows(office: Office, lead_id: UUID, **page: Any) -> list[ActivityRow]:
    """The right side of a lead, newest first unless the page is asked for otherwise."""
    asked = {"criteria": ActivityCriteria(), "limit": 100, **page}
    async with office.reader() as reader:
        return (await feed_side.activity_page(reader, [lead_id], **asked)).get(lead_id, [])


async def newest_row(office: Office, lead_id: UUID) -> ActivityRow:
    """The item that stands on top of the history."""
    return (await activity_rows(office, lead_id, limit=1))[0]


async def row_of_last_fact(office: Office, kind: ActivityKind, details: Details, **fields: Any) -> ActivityRow:
    """The item that the log's last fact should have made; it bears that fact's id unless another one is given."""
    fact = await last_fact(office)
    expected = ActivityRow(
        activity_id=ActivityId(fact.event_id),
        lead_id=LeadId(fact.stream_id),
        kind=kind,
        position=fact.position,
        occurred_at=fact.recorded_at,
        created_at=fact.recorded_at,
        updated_at=fact.recorded_at,
        version=fact.version,
        contact_id=None,
        user_id=office.admin_id,
        source="test",
        pinned_at=None,
        details=details,
    )
    return msgspec.structs.replace(expected, **fields)


async def activity_row(office: Office, activity_id: UUID) -> ActivityRow:
    """One item of the history."""
    async with office.reader() as reader:
        return (await feed_side.activities(reader, [activity_id]))[activity_id]


async def pinned_ids(office: Office, lead_id: UUID) -> list[UUID]:
    """The pinned strip of a lead."""
    async with office.reader() as reader:
        return [row.activity_id for row in (await feed_side.pinned(reader, [lead_id])).get(lead_id, [])]


async def last_fact(office: Office) -> Fact[Event]:
    """What happened last."""
    return (await office.log())[-1]


async def status_called(office: Office, label: str) -> StatusId:
    """The lead status with a label."""
    statuses = (await office.organization()).lead_statuses.values()
    return next(status.id for status in statuses if status.label == label)


async def colleague_of(office: Office) -> Office:
    """The same organization, whose commands a MEMBER runs."""
    added = AddUser(name="Mem Ber", email="mem@acme.example")
    await office.system.dispatch.run(added, onboarding.system_request(office.org_id))
    return replace(office, admin_id=added.user_id)


async def deleted(office: Office, *activity_ids: UUID) -> None:
    """Delete items of the history."""
    for activity_id in activity_ids:
        await office.run(DeleteActivity(activity_id=activity_id))  # type: ignore[arg-type]


async def appending(office: Office, stream_id: UUID, version: int, *events: Event) -> AppendCommand:
    """Events behind a version of a stream with their rows, decided by nobody."""
    entries = [
        Entry(
            event=event,
            event_id=EventId(uuid7()),
            stream_id=stream_id,
            version=version + number,
            actor=Actor(user_id=office.admin_id),
            source="test",
            correlation_id=uuid7(),
        )
        for number, event in enumerate(events, start=1)
    ]
    return append_command(entries, project, await office.organization())


async def append(office: Office, commands: Sequence[AppendCommand]) -> list[type]:
    """Append them in one call; what became of each."""
    return [type(answer) for answer in await office.system.store.append(office.org_id, commands)]
