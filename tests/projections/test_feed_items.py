"""What each event puts into a lead's history: its item with the details that only this kind has."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio

from app.ids import ActivityId, ContactId, EventId, LeadId, ThreadId, UserId, encode_id, uuid7
from app.lead.calls import LogCall
from app.lead.contacts import AddContact, NewContact
from app.lead.details import CreateLead, UpdateLead
from app.lead.emails import LogEmail
from app.lead.notes import WriteNote
from app.lead.opportunities import AddOpportunity
from app.lead.statuses import ChangeLeadStatus
from app.lead.tasks import AddTask, CompleteTask
from app.request import Command
from app.vocabulary import ActivityKind, CallDisposition, Direction, MessageStatus
from projections.activity_feed import read
from projections.activity_feed.details import (
    PREVIEW_LENGTH,
    CallDetails,
    CreatedDetails,
    Details,
    EmailDetails,
    NoteDetails,
    StatusChangeDetails,
    TaskCompletedDetails,
)
from projections.activity_feed.read import ActivityRow
from tests.projections.screens import LONG_AGO, activity_row, activity_rows, colleague_of, last_fact, status_called
from tests.support.office import Office, found_office
from tests.support.postgres import both_versions


@pytest_asyncio.fixture(loop_scope="session")
async def contact_id(office: Office, lead_id: LeadId) -> ContactId:
    """A contact of the lead, which is at version 2 with it."""
    added = AddContact(lead_id=lead_id, contact=NewContact(name="Lindsay"))
    await office.run(added)
    return added.contact_id


async def expected(
    office: Office,
    kind: ActivityKind,
    details: Details,
    *,
    activity_id: ActivityId | None = None,
    contact_id: ContactId | None = None,
    user_id: UserId | None,
) -> ActivityRow:
    """The item that the log's last fact makes; unless it has an id of its own, it bears that fact's."""
    fact = await last_fact(office)
    return ActivityRow(
        activity_id=activity_id or ActivityId(fact.event_id),
        lead_id=LeadId(fact.stream_id),
        kind=kind,
        position=fact.position,
        occurred_at=fact.recorded_at,
        created_at=fact.recorded_at,
        updated_at=fact.recorded_at,
        version=fact.version,
        contact_id=contact_id,
        user_id=user_id,
        source="test",
        pinned_at=None,
        details=details,
    )


async def newest(office: Office, lead_id: LeadId) -> ActivityRow:
    return (await activity_rows(office, lead_id, limit=1))[0]


async def test_a_history_begins_with_the_creation(office: Office, lead_id: LeadId) -> None:
    row = await expected(office, ActivityKind.CREATED, CreatedDetails(), user_id=office.admin_id)
    assert await activity_rows(office, lead_id) == [row]


@both_versions
async def test_a_call_shows_what_was_logged(office: Office, lead_id: LeadId, contact_id: ContactId) -> None:
    logged = LogCall(
        lead_id=lead_id,
        contact_id=contact_id,
        direction=Direction.OUTBOUND,
        disposition=CallDisposition.VOICEMAIL_LEFT,
        duration_s=65,
        phone="+1 212 555 0100",
        local_phone="+49 30 123456",
        note="Call „back“ \\ 'soon' \U0001f600",
        recording_url="https://x.example/r",
        voicemail_url="https://x.example/v",
    )
    await office.run(logged)
    details = CallDetails(
        direction=Direction.OUTBOUND,
        disposition=CallDisposition.VOICEMAIL_LEFT,
        duration_s=65,
        phone="+12125550100",
        local_phone="+4930123456",
        note="Call „back“ \\ 'soon' \U0001f600",
        recording_url="https://x.example/r",
        voicemail_url="https://x.example/v",
    )
    row = await expected(
        office,
        ActivityKind.CALL,
        details,
        activity_id=logged.call_id,
        contact_id=contact_id,
        user_id=office.admin_id,
    )
    assert await newest(office, lead_id) == row


async def test_a_call_with_nothing_known_of_it_has_empty_details(office: Office, lead_id: LeadId) -> None:
    await office.run(LogCall(lead_id=lead_id, direction=Direction.INBOUND))
    assert (await newest(office, lead_id)).details == CallDetails(direction=Direction.INBOUND)


@both_versions
async def test_an_email_shows_what_was_logged(office: Office, lead_id: LeadId, contact_id: ContactId) -> None:
    logged = LogEmail(
        lead_id=lead_id,
        contact_id=contact_id,
        user_id=None,
        direction=Direction.INBOUND,
        sender="Lindsay <lindsay@bluth.example>",
        to=("ada@acme.example", "b@acme.example"),
        cc=("c@acme.example",),
        bcc=("d@acme.example",),
        subject="Wohnung für 2",
        body_html="<p>Dear <b>Ada</b></p><p>Yours</p>",
        message_id="<1@bluth.example>",
    )
    await office.run(logged)
    details = EmailDetails(
        direction=Direction.INBOUND,
        status=MessageStatus.INBOX,
        thread_id=ThreadId(logged.email_id),
        sender="Lindsay <lindsay@bluth.example>",
        to=("ada@acme.example", "b@acme.example"),
        cc=("c@acme.example",),
        bcc=("d@acme.example",),
        subject="Wohnung für 2",
        body_text="Dear Ada\n\nYours",
        body_html="<p>Dear <b>Ada</b></p><p>Yours</p>",
        body_preview="Dear Ada Yours",
        message_id="<1@bluth.example>",
    )
    row = await expected(
        office, ActivityKind.EMAIL, details, activity_id=logged.email_id, contact_id=contact_id, user_id=None
    )
    assert await newest(office, lead_id) == row


async def test_an_answer_shows_the_thread_of_what_it_answers(office: Office, lead_id: LeadId) -> None:
    first = LogEmail(lead_id=lead_id, direction=Direction.OUTBOUND, message_id="<1@x>")
    await office.run(first)
    await office.run(LogEmail(lead_id=lead_id, direction=Direction.OUTBOUND, in_reply_to="<1@x>"))
    details = (await newest(office, lead_id)).details
    assert isinstance(details, EmailDetails)
    assert details.thread_id == first.email_id


async def test_a_long_body_is_previewed_in_one_line_of_its_first_words(office: Office, lead_id: LeadId) -> None:
    await office.run(LogEmail(lead_id=lead_id, direction=Direction.OUTBOUND, body_text="one \n\n two  " * 100))
    details = (await newest(office, lead_id)).details
    assert isinstance(details, EmailDetails)
    assert details.body_preview == ("one two " * 100)[:PREVIEW_LENGTH]


@both_versions
async def test_a_note_shows_what_was_written(office: Office, lead_id: LeadId, contact_id: ContactId) -> None:
    mention = f'<span data-type="mention" data-id="{encode_id("user", office.admin_id)}">@Ada</span>'
    written = WriteNote(lead_id=lead_id, contact_id=contact_id, title="Café", html=f"<p>Ask {mention} 北京</p>")
    await office.run(written)
    details = NoteDetails(
        title="Café", text="Ask @Ada 北京", html=f"<p>Ask {mention} 北京</p>", mentions=(office.admin_id,)
    )
    row = await expected(
        office,
        ActivityKind.NOTE,
        details,
        activity_id=written.note_id,
        contact_id=contact_id,
        user_id=office.admin_id,
    )
    assert await newest(office, lead_id) == row


async def test_a_change_of_status_shows_both_statuses(office: Office, lead_id: LeadId) -> None:
    colleague = await colleague_of(office)
    await colleague.run(ChangeLeadStatus(lead_id=lead_id, status="Qualified"))
    details = StatusChangeDetails(
        old_status_id=await status_called(office, "Potential"),
        old_status_label="Potential",
        new_status_id=await status_called(office, "Qualified"),
        new_status_label="Qualified",
    )
    row = await expected(office, ActivityKind.LEAD_STATUS_CHANGE, details, user_id=colleague.admin_id)
    assert await newest(office, lead_id) == row


async def test_a_completed_task_shows_what_was_done_and_by_whom(
    office: Office, lead_id: LeadId, contact_id: ContactId
) -> None:
    task = AddTask(lead_id=lead_id, text="Send the offer", contact_id=contact_id, assigned_to=None)
    await office.run(task)
    colleague = await colleague_of(office)
    await colleague.run(CompleteTask(task_id=task.task_id))
    details = TaskCompletedDetails(task_id=task.task_id, task_text="Send the offer")
    row = await expected(
        office, ActivityKind.TASK_COMPLETED, details, contact_id=contact_id, user_id=colleague.admin_id
    )
    assert await newest(office, lead_id) == row


async def test_what_is_no_activity_puts_nothing_into_the_history(office: Office, lead_id: LeadId) -> None:
    before = await activity_rows(office, lead_id)
    changes: list[Command] = [
        UpdateLead(lead_id=lead_id, name="Sitwell", description="Builds", url="x.example"),
        AddContact(lead_id=lead_id, contact=NewContact()),
        AddOpportunity(lead_id=lead_id),
        AddTask(lead_id=lead_id, text="Call"),
    ]
    for command in changes:
        await office.run(command)
    assert await activity_rows(office, lead_id) == before


@both_versions
@pytest.mark.parametrize(
    "occurred_at", [LONG_AGO, datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)]
)
async def test_an_item_stands_at_the_time_it_happened_and_knows_when_it_was_recorded(
    office: Office, lead_id: LeadId, occurred_at: datetime
) -> None:
    logged = LogCall(lead_id=lead_id, direction=Direction.INBOUND, occurred_at=occurred_at)
    await office.run(logged)
    row = await activity_row(office, logged.call_id)
    assert (row.occurred_at, row.created_at) == (occurred_at, (await last_fact(office)).recorded_at)


async def test_every_kind_can_be_back_dated(office: Office) -> None:
    created = CreateLead(occurred_at=LONG_AGO)
    lead_id, task = created.lead_id, AddTask(lead_id=created.lead_id, text="Call")
    history: list[Command] = [
        created,
        task,
        CompleteTask(task_id=task.task_id, occurred_at=LONG_AGO + timedelta(days=1)),
        ChangeLeadStatus(lead_id=lead_id, status="Customer", occurred_at=LONG_AGO + timedelta(days=2)),
        WriteNote(lead_id=lead_id, text="x", occurred_at=LONG_AGO + timedelta(days=3)),
        LogEmail(lead_id=lead_id, direction=Direction.INBOUND, sender="a@x.example", occurred_at=LONG_AGO + timedelta(days=4)),
    ]
    for command in history:
        await office.run(command)
    days = [(row.occurred_at - LONG_AGO).days for row in await activity_rows(office, lead_id, from_oldest=True)]
    assert days == [0, 1, 2, 3, 4]


async def test_items_that_there_are_not_are_left_out(office: Office, lead_id: LeadId) -> None:
    (created,) = await activity_rows(office, lead_id)
    async with office.reader() as reader:
        found = await read.activities(reader, [created.activity_id, EventId(uuid7())])
    assert found == {created.activity_id: created}


async def test_an_item_of_another_organization_is_none(office: Office, lead_id: LeadId) -> None:
    (created,) = await activity_rows(office, lead_id)
    stranger = await found_office(office.system, name="Elsewhere")
    async with stranger.reader() as reader:
        assert await read.activities(reader, [created.activity_id]) == {}
