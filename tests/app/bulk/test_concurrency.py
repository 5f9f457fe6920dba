"""The bulk road beside commands: nothing is lost, and what moved under a batch is decided again."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from uuid import UUID

import pytest

from app.bulk.generated import Setting, history
from app.bulk.history import Part, Step
from app.bulk.road import Outcome, Road
from app.entries import append_command
from app.event import Entry, Event
from app.ids import ActivityId, EventId, LeadId, uuid7
from app.lead.calls import LogCall
from app.lead.details import CreateLead, ExternalId, LeadCreated
from app.lead.notes import WriteNote
from app.lead.pins import NotePinned
from app.lead.refusals import TooManyPins
from app.lead.statuses import ChangeLeadStatus
from app.onboarding import system_request
from app.organization.refusals import StatusArchived
from app.organization.statuses import LeadStatusArchived
from app.organization.users import AddUser
from app.request import Command, Done
from app.situation import Actor
from app.system import System, project
from app.vocabulary import Direction
from tests.support.tables import assert_whole

_WAITING = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"


async def test_batches_and_commands_of_two_processes_make_one_whole_log(
    system: System, other_system: System, acme: UUID
) -> None:
    """While batches go in, another process logs calls on the lead that is in the making, and adds users."""
    setting = Setting.of(await system.states.organization(acme), now=datetime.now(UTC))
    long = history(setting, 1, 0, activities=400)
    histories = [long, *(history(setting, 1, number, activities=20) for number in range(1, 20))]
    before = await assert_whole(system.store, acme)
    events = 0
    async with asyncio.TaskGroup() as beside:
        commands: list[asyncio.Task[Done]] = []
        async for outcome in Road(system, acme, source="test").run(histories, limit=40):
            assert not outcome.refused
            events += outcome.events
            new: list[Command] = [AddUser(name="New", email=f"{events}@acme.example"), _call(long.lead_id)]
            commands += [beside.create_task(other_system.dispatch.run(one, system_request(acme))) for one in new]
            await asyncio.sleep(0)  # they begin now, and end while the next batch is under way
    assert await assert_whole(system.store, acme) == before + events + len(commands)


async def test_a_pin_set_in_between_counts(system: System, acme: UUID) -> None:
    lead_id = LeadId(uuid7())
    road = Road(system, acme, source="test")
    spare = WriteNote(lead_id=lead_id, text="Spare")
    await road.append([_part(lead_id, CreateLead(lead_id=lead_id), spare, *(_pinned(lead_id) for _ in range(3)))])
    two_more = _part(lead_id, _pinned(lead_id), _pinned(lead_id))
    outcome = await _overtaken(system, acme, road, two_more, lead_id, NotePinned(note_id=spare.note_id))
    assert _kinds(outcome) == [TooManyPins]
    await assert_whole(system.store, acme)


async def test_a_status_archived_in_between_is_refused(system: System, acme: UUID) -> None:
    lead_id = LeadId(uuid7())
    road = Road(system, acme, source="test")
    status = (await system.states.organization(acme)).usable_lead_statuses[1]
    part = _part(lead_id, CreateLead(lead_id=lead_id), ChangeLeadStatus(lead_id=lead_id, status_id=status.id))
    archived = LeadStatusArchived(status_id=status.id, label=status.label)
    outcome = await _overtaken(system, acme, road, part, acme, archived)
    assert _kinds(outcome) == [StatusArchived]
    await assert_whole(system.store, acme)


async def test_an_external_id_taken_in_between_is_there(system: System, acme: UUID) -> None:
    mine, theirs = LeadId(uuid7()), LeadId(uuid7())
    road = Road(system, acme, source="test")
    external_id = ExternalId("old", "1")
    status = (await system.states.organization(acme)).usable_lead_statuses[0]
    created = LeadCreated(status_id=status.id, status_label=status.label, external_id=external_id)
    part = _part(mine, CreateLead(lead_id=mine, external_id=external_id))
    outcome = await _overtaken(system, acme, road, part, theirs, created)
    assert outcome.there == {mine: theirs}
    assert outcome.events == 0


async def _overtaken(system: System, org_id: UUID, road: Road, part: Part, stream_id: UUID, event: Event) -> Outcome:
    """Append the part, and before it gets the lock that event."""
    async with system.store.writers.acquire() as connection, connection.transaction():
        await system.store.lock(org_id, connection)
        appending = asyncio.create_task(road.append([part]))
        await _is_waiting(system)
        entry = Entry(
            event=event,
            event_id=EventId(uuid7()),
            stream_id=stream_id,
            version=(await system.store.stream_version(org_id, stream_id) or 0) + 1,
            actor=Actor(),
            source="test",
            correlation_id=uuid7(),
        )
        command = append_command([entry], project, await system.states.organization(org_id))
        await system.store.append(org_id, [command], connection)
    return await appending


async def _is_waiting(system: System) -> None:
    for _ in range(500):
        if await system.store.fetchval(None, _WAITING):
            return
        await asyncio.sleep(0.01)
    pytest.fail("nothing waits for the lock")


def _part(lead_id: LeadId, *commands: Command) -> Part:
    return Part(lead_id=lead_id, steps=[Step(Actor(), command) for command in commands])


def _pinned(lead_id: LeadId) -> WriteNote:
    return WriteNote(lead_id=lead_id, text="Pinned", pinned=True, note_id=ActivityId(uuid7()))


def _call(lead_id: LeadId) -> LogCall:
    return LogCall(lead_id=lead_id, direction=Direction.INBOUND)


def _kinds(outcome: Outcome) -> list[type[Exception]]:
    return [type(refusal) for one in outcome.refused for refusal in one.refusals]
