"""What dispatch does when something breaks below it: an error for that command, and the next one works."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import pytest

from app.ids import ActivityId, uuid7
from app.lead.calls import LogCall
from app.lead.details import CreateLead, LeadCreated, LeadRenamed, UpdateLead
from app.lead.pins import PinNote
from app.lead.refusals import LeadNotFound, NoteNotFound
from app.organization.refusals import NotAllowed, UserNotFound
from app.organization.statuses import ArchiveLeadStatus, CreateLeadStatus, LeadStatusCreated
from app.organization.users import AddUser
from app.request import Request
from app.situation import Actor
from app.store.store import Connection
from app.system import System
from app.vocabulary import Direction
from tests.support.logs import connected
from tests.support.office import Office, found_office

WAITING = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


@asynccontextmanager
async def locked(office: Office) -> AsyncIterator[Connection]:
    """Somebody else holds the organization; the connection given looks on."""
    store = office.system.store
    async with store.writers.acquire() as holder, store.readers.acquire() as watcher, holder.transaction():
        await store.lock(office.org_id, holder)
        yield watcher


async def waiting_process(watcher: Connection) -> int:
    """The server's process that waits for the lock."""
    async with asyncio.timeout(10):
        while not (rows := await watcher.fetch(WAITING)):  # noqa: ASYNC110  # PostgreSQL sets no Event
            await asyncio.sleep(0.01)
    process: int = rows[0]["pid"]
    return process


@pytest.mark.parametrize("guarded", [False, True])
async def test_a_command_whose_connection_dies_is_an_error_and_the_next_one_works(
    office: Office, common_superuser_url: str, guarded: bool
) -> None:
    status = CreateLeadStatus(label="Unused")
    await office.run(status)
    command = ArchiveLeadStatus(status_id=status.status_id) if guarded else CreateLead()
    async with locked(office) as watcher, connected(common_superuser_url) as admin:
        running = asyncio.create_task(office.run(command))
        await admin.execute("SELECT pg_terminate_backend($1)", await waiting_process(watcher))
        with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError)):
            await running
    await office.run(command)


@pytest.mark.parametrize("guarded", [False, True])
async def test_a_command_whose_caller_goes_away_leaves_nothing_held(office: Office, guarded: bool) -> None:
    status = CreateLeadStatus(label="Unused")
    await office.run(status)
    command = ArchiveLeadStatus(status_id=status.status_id) if guarded else CreateLead()
    length = len(await office.log())
    async with locked(office) as watcher:
        running = asyncio.create_task(office.run(command))
        await waiting_process(watcher)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
    assert len(await office.log()) == length
    for _ in range(2 * office.system.settings.append_connections):
        await office.run(CreateLead())


async def test_every_connection_killed_at_rest_is_replaced(office: Office, common_superuser_url: str) -> None:
    async with connected(common_superuser_url) as admin:
        await admin.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND usename = 'leadstream_app'"
        )
    await asyncio.sleep(0.05)
    await office.run(CreateLead())
    assert len(await office.events(LeadCreated)) == 1


async def test_two_leads_of_one_organization_do_not_wait_for_each_other_s_turn(office: Office) -> None:
    leads = [CreateLead() for _ in range(8)]
    await asyncio.gather(*(office.run(lead) for lead in leads))
    runs = [office.run(LogCall(lead_id=lead.lead_id, direction=Direction.INBOUND)) for lead in leads * 4]
    assert {done.version for done in await asyncio.gather(*runs)} == {2, 3, 4, 5}


async def test_what_is_another_organization_s_does_not_exist(office: Office, system: System) -> None:
    lead = CreateLead()
    await office.run(lead)
    stranger = await found_office(system)
    with pytest.raises(LeadNotFound):
        await stranger.run(UpdateLead(lead_id=lead.lead_id, name="Stolen"))
    created = (await office.log())[-1]
    with pytest.raises(NoteNotFound):
        await stranger.run(PinNote(note_id=ActivityId(created.event_id)))


async def test_who_is_no_user_of_the_organization_does_nothing(office: Office, system: System) -> None:
    stranger = await found_office(system)
    request = Request(org_id=office.org_id, actor=Actor(user_id=stranger.admin_id), correlation_id=uuid7())
    with pytest.raises(UserNotFound):
        await system.dispatch.run(CreateLead(), request)


async def test_a_right_given_elsewhere_a_moment_ago_is_known_here(office: Office, other_system: System) -> None:
    bob = AddUser(name="Bob", email="bob@acme.example")
    await office.at(other_system).run(bob)
    request = Request(org_id=office.org_id, actor=Actor(user_id=bob.user_id), correlation_id=uuid7())
    await office.system.dispatch.run(CreateLead(), request)
    with pytest.raises(NotAllowed):
        await office.system.dispatch.run(CreateLeadStatus(label="Mine"), request)
    assert await office.events(LeadStatusCreated) == (await office.events(LeadStatusCreated))[:4]


async def test_nothing_to_do_is_nothing_recorded(office: Office) -> None:
    lead = CreateLead(name="Bluth")
    created = await office.run(lead)
    done = await office.run(UpdateLead(lead_id=lead.lead_id, name="Bluth"))
    assert (done.version, done.position, done.events) == (1, created.position, {})
    assert await office.events(LeadRenamed) == []
