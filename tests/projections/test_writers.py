"""The SQL functions that write rows pass over what is unknown or was not appended, and keep values as they are."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import given as for_all
from hypothesis import strategies as st

from app.ids import ActivityId, ContactId, LeadId, TaskId, ThreadId, uuid7
from app.lead.activities import ActivityDeleted
from app.lead.calls import CallLogged
from app.lead.contact_points import EmailAddress
from app.lead.contacts import ContactAdded
from app.lead.details import CreateLead, LeadCreated, LeadRenamed
from app.lead.emails import EmailLogged
from app.lead.notes import NoteWritten
from app.lead.pins import NotePinned
from app.lead.tasks import TaskCompleted
from app.store.records import Appended, Lost, Stale
from app.vocabulary import ActivityKind, Direction, MessageStatus
from projections.activity_feed.details import EmailDetails, NoteDetails
from projections.lead_view import read
from tests.projections.screens import (
    LONG_AGO,
    activity_row,
    activity_rows,
    append,
    appending,
    last_fact,
    lead_row,
    pinned_ids,
    status_called,
)
from tests.support.office import Office, found_office
from tests.support.postgres import both_versions

pytestmark = both_versions

# What JSON can hold and a database too: anything but NUL and halves of pairs.
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=50)


def call() -> CallLogged:
    return CallLogged(call_id=ActivityId(uuid7()), direction=Direction.INBOUND)


async def created(office: Office) -> LeadCreated:
    return LeadCreated(status_id=await status_called(office, "Potential"), status_label="Potential")


async def leads_there_are(office: Office, *lead_ids: UUID) -> set[UUID]:
    async with office.reader() as reader:
        return set(await read.leads(reader, lead_ids))


async def test_a_pin_on_a_note_that_is_not_there_pins_nothing(office: Office, lead_id: LeadId) -> None:
    pinned = NotePinned(note_id=ActivityId(uuid7()))
    assert await append(office, [await appending(office, lead_id, 1, pinned)]) == [Appended]
    assert await pinned_ids(office, lead_id) == []


async def test_completing_a_task_that_is_not_there_makes_none(office: Office, lead_id: LeadId) -> None:
    completed = TaskCompleted(task_id=TaskId(uuid7()), text="Call")
    assert await append(office, [await appending(office, lead_id, 1, completed)]) == [Appended]
    async with office.reader() as reader:
        assert await read.tasks_of_leads(reader, [lead_id], 10, include_completed=True) == {}


async def test_deleting_an_item_that_is_not_there_deletes_nothing(office: Office, lead_id: LeadId) -> None:
    before = await activity_rows(office, lead_id)
    deleted = ActivityDeleted(activity_id=ActivityId(uuid7()), kind=ActivityKind.CALL)
    assert await append(office, [await appending(office, lead_id, 1, deleted)]) == [Appended]
    assert await activity_rows(office, lead_id) == before


async def test_renaming_a_lead_that_is_not_there_makes_none(office: Office) -> None:
    lead_id = uuid7()
    assert await append(office, [await appending(office, lead_id, 0, LeadRenamed(after="Sitwell"))]) == [Appended]
    assert await leads_there_are(office, lead_id) == set()


async def test_what_one_organization_deletes_stays_in_another(office: Office, lead_id: LeadId) -> None:
    before = await activity_rows(office, lead_id)
    stranger = await found_office(office.system, name="Elsewhere")
    deleted = ActivityDeleted(activity_id=before[0].activity_id, kind=ActivityKind.CALL)
    await append(stranger, [await appending(stranger, lead_id, 0, deleted)])
    assert await activity_rows(office, lead_id) == before


async def test_rows_of_a_command_that_is_not_appended_are_passed_over(office: Office, lead_id: LeadId) -> None:
    first, second = uuid7(), uuid7()
    commands = [
        await appending(office, first, 0, await created(office)),
        await appending(office, lead_id, 0, LeadRenamed(after="Stale"), call()),
        await appending(office, lead_id, 1, LeadRenamed(after="Lost"), call()),
        await appending(office, second, 0, await created(office)),
    ]
    before = await lead_row(office, lead_id), await activity_rows(office, lead_id)
    assert await append(office, commands) == [Appended, Stale, Lost, Appended]
    assert (await lead_row(office, lead_id), await activity_rows(office, lead_id)) == before
    assert await leads_there_are(office, first, second) == {first, second}


async def test_rows_behind_a_lost_command_bear_the_positions_of_their_own_events(
    office: Office, lead_id: LeadId
) -> None:
    position = (await last_fact(office)).position
    commands = [
        await appending(office, lead_id, 1, call(), call()),
        await appending(office, lead_id, 1, call(), call(), call()),
        await appending(office, uuid7(), 0, await created(office)),
        await appending(office, other := uuid7(), 0, await created(office), call()),
    ]
    assert await append(office, commands) == [Appended, Stale, Appended, Appended]
    calls = [row.position for row in await activity_rows(office, lead_id)][:2]
    assert (calls, [row.position for row in await activity_rows(office, other)]) == (
        [position + 2, position + 1],
        [position + 5, position + 4],
    )


async def test_events_of_one_command_have_one_time_and_places_of_their_own(office: Office) -> None:
    lead_id = uuid7()
    await append(office, [await appending(office, lead_id, 0, await created(office), call(), call())])
    rows = await activity_rows(office, lead_id, from_oldest=True)
    assert len({row.created_at for row in rows}) == 1
    assert [(row.position - rows[0].position, row.version) for row in rows] == [(0, 1), (1, 2), (2, 3)]


@pytest.mark.parametrize(
    "text", ["null", "[]", '{"a": 1}', '"', "\\", "\\u0000", "'", "1e400", "\U0001f600", "a\tb\r\nc"]
)
async def test_text_that_looks_like_something_else_stays_text(office: Office, text: str) -> None:
    lead = CreateLead(name=text, description=text)
    await office.run(lead)
    row = await lead_row(office, lead.lead_id)
    assert (row.name, row.description) == (text, text)


@for_all(text=TEXTS, title=st.none() | TEXTS)
@settings(deadline=None, max_examples=25, suppress_health_check=list(HealthCheck))
async def test_any_text_in_details_comes_back_as_it_was(office: Office, text: str, title: str | None) -> None:
    written = NoteWritten(note_id=ActivityId(uuid7()), title=title, text=text, html=text)
    await append(office, [await appending(office, uuid7(), 0, await created(office), written)])
    assert (await activity_row(office, written.note_id)).details == NoteDetails(title=title, text=text, html=text)


@for_all(to=st.lists(TEXTS, max_size=5), subject=TEXTS)
@settings(deadline=None, max_examples=25, suppress_health_check=list(HealthCheck))
async def test_any_list_in_details_comes_back_as_it_was(office: Office, to: list[str], subject: str) -> None:
    logged = EmailLogged(
        email_id=ActivityId(email_id := uuid7()),
        thread_id=ThreadId(email_id),
        direction=Direction.INBOUND,
        status=MessageStatus.INBOX,
        to=tuple(to),
        subject=subject,
    )
    await append(office, [await appending(office, uuid7(), 0, await created(office), logged)])
    details = (await activity_row(office, logged.email_id)).details
    assert isinstance(details, EmailDetails)
    assert (details.to, details.cc, details.subject) == (tuple(to), (), subject)


@for_all(addresses=st.lists(TEXTS, max_size=5))
@settings(deadline=None, max_examples=25, suppress_health_check=list(HealthCheck))
async def test_any_list_of_addresses_comes_back_as_it_was(office: Office, addresses: list[str]) -> None:
    emails = tuple(EmailAddress(email=address) for address in addresses)
    added = ContactAdded(contact_id=ContactId(uuid7()), place=0, emails=emails)
    await append(office, [await appending(office, uuid7(), 0, await created(office), added)])
    async with office.reader() as reader:
        row = (await read.contacts(reader, [added.contact_id]))[added.contact_id]
    assert (row.emails, row.phones, row.urls) == (list(emails), [], [])


@pytest.mark.parametrize("hours", [-12, 0, 14])
async def test_a_time_of_any_zone_is_the_same_instant(office: Office, lead_id: LeadId, hours: int) -> None:
    occurred_at: datetime = LONG_AGO.astimezone(timezone(timedelta(hours=hours)))
    logged = CallLogged(call_id=ActivityId(uuid7()), direction=Direction.INBOUND, occurred_at=occurred_at)
    await append(office, [await appending(office, lead_id, 1, logged)])
    assert (await activity_row(office, logged.call_id)).occurred_at == LONG_AGO
