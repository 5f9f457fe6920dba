"""Races: whatever happens at once, nothing that nobody saw is done, and each item ends in one state."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from app.database import Database
from app.desk.events import DeskEvent, ItemsDone
from app.desk.handling import MarkDone, MarkNotDone, Snooze, Unsnooze
from app.ids import ActivityId, LeadId
from app.lead.activities import DeleteActivity
from app.lead.calls import LogCall
from app.lead.emails import EmailLogged
from app.lead.refusals import ActivityNotFound
from app.request import Command, IdempotencyMismatch
from app.settings import Settings
from app.system import System, open_system
from app.vocabulary import CallDisposition, Direction
from tests.projections.inbox.model import inboxes
from tests.projections.inbox.people import Person, mail
from tests.support.office import CommonDatabases

ROUNDS = 4
TOMORROW = datetime.now(UTC) + timedelta(days=1)


@pytest.fixture
def elsewhere(common_databases: CommonDatabases, postgres_version: int) -> Database:
    """Another process's way to the same database, to be opened in the test's loop."""
    return common_databases.of(postgres_version)


async def at_once(ada: Person, other: System, commands: Sequence[Command]) -> None:
    places = (ada.office, ada.office.at(other))
    await asyncio.gather(*(places[number % 2].run(command) for number, command in enumerate(commands)))


async def require_told(ada: Person) -> None:
    """The rows are what a plain reading of the log says."""
    model = {item.id: (item.done_at, item.snoozed_until) for item in inboxes(await ada.office.log())}
    assert {item.id: (item.done_at, item.snoozed_until) for item in await ada.items()} == model


async def test_mail_that_arrives_meanwhile_stays_unread(ada: Person, lead_id: LeadId, elsewhere: Database) -> None:
    async with open_system(Settings(), elsewhere) as other:
        await ada.run(mail(lead_id, 0))
        for number in range(ROUNDS):
            item = await ada.only()
            mails = [mail(lead_id, 100 * number + one + 1, 0) for one in range(6)]
            done = [MarkDone(item_ids=(item.id,)) for _ in range(4)]
            await at_once(ada, other, [mails[0], done[0], *mails[1:4], *done[1:], *mails[4:]])
            log = await ada.office.log()
            seen = max((one.event.seen_position for one in log if isinstance(one.event, ItemsDone)), default=0)
            behind = [one.event.email_id for one in log if isinstance(one.event, EmailLogged) and one.position > seen]
            left = await ada.only()
            assert left.is_done == (not behind)
            assert not behind or set(await ada.unread(left)) == set(behind)
            await require_told(ada)
        await ada.require_rebuilt()


async def test_of_everything_at_once_each_item_ends_in_one_state(
    ada: Person, lead_id: LeadId, elsewhere: Database
) -> None:
    async with open_system(Settings(), elsewhere) as other:
        for _ in range(5):
            await ada.run(LogCall(lead_id=lead_id, direction=Direction.INBOUND, disposition=CallDisposition.BUSY))
        ids = tuple(item.id for item in await ada.items())
        for _ in range(ROUNDS):
            commands: list[Command] = [
                command
                for number in range(5)
                for command in (
                    MarkDone(item_ids=ids[number:]),
                    Snooze(item_ids=ids, until=TOMORROW + timedelta(hours=number)),
                    MarkNotDone(item_ids=ids[: number + 1]),
                    Unsnooze(item_ids=ids[number:]),
                )
            ]
            await at_once(ada, other, commands)
            assert all(not (item.is_done and item.snoozed_until) for item in await ada.items())
            await require_told(ada)
        await ada.require_rebuilt()


async def test_twenty_times_done_is_done_once(ada: Person, lead_id: LeadId, elsewhere: Database) -> None:
    async with open_system(Settings(), elsewhere) as other:
        await ada.run(mail(lead_id, 0))
        item = await ada.only()
        await at_once(ada, other, [MarkDone(item_ids=(item.id,))] * 20)
        assert len(await ada.office.events(DeskEvent)) == 1
        assert (await ada.only()).is_done


async def test_a_command_that_is_sent_again_under_its_key_is_not_run_again(ada: Person, lead_id: LeadId) -> None:
    await ada.run(mail(lead_id, 0))
    item, key = await ada.only(), str(uuid4())
    first = await ada.office.run(MarkDone(item_ids=(item.id,)), key)
    await ada.not_done(item)
    again = await ada.office.run(MarkDone(item_ids=(item.id,)), key)
    assert (again.version, again.events, again.position) == (first.version, first.events, first.position)
    assert not (await ada.only()).is_done
    with pytest.raises(IdempotencyMismatch):
        await ada.office.run(MarkDone(item_ids=()), key, b"other input")


async def test_nothing_to_do_is_remembered_too(ada: Person, lead_id: LeadId) -> None:
    await ada.run(mail(lead_id, 0))
    item, key = await ada.only(), str(uuid4())
    first = await ada.office.run(MarkNotDone(item_ids=(item.id,)), key)
    await ada.done(item)
    again = await ada.office.run(MarkNotDone(item_ids=(item.id,)), key)
    assert (again.events, again.position) == ({}, first.position)
    assert (await ada.only()).is_done


async def test_the_id_of_what_a_desk_did_is_no_activity(ada: Person, lead_id: LeadId) -> None:
    await ada.run(mail(lead_id, 0))
    done = await ada.office.run(MarkDone(item_ids=((await ada.only()).id,)))
    with pytest.raises(ActivityNotFound):
        await ada.run(DeleteActivity(activity_id=ActivityId(done.events["desk.items_done"])))
