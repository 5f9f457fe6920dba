"""What calls, e-mails and notes put into a lead's history: items with the details that only their kind has."""

from __future__ import annotations

import pytest_asyncio

from app.ids import ContactId, LeadId, ThreadId, encode_id
from app.lead.calls import LogCall
from app.lead.contacts import AddContact, NewContact
from app.lead.emails import LogEmail
from app.lead.notes import WriteNote
from app.vocabulary import ActivityKind, CallDisposition, Direction, MessageStatus
from projections.activity_feed.details import PREVIEW_LENGTH, CallDetails, EmailDetails, NoteDetails
from tests.projections.screens import newest_row, row_of_last_fact
from tests.support.office import Office
from tests.support.postgres import both_versions


@pytest_asyncio.fixture(loop_scope="session")
async def contact_id(office: Office, lead_id: LeadId) -> ContactId:
    """A contact of the lead, which is at version 2 with it."""
    added = AddContact(lead_id=lead_id, contact=NewContact(name="Lindsay"))
    await office.run(added)
    return added.contact_id


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
    row = await row_of_last_fact(
        office,
        ActivityKind.CALL,
        details,
        activity_id=logged.call_id,
        contact_id=contact_id,
    )
    assert await newest_row(office, lead_id) == row


async def test_a_call_with_nothing_known_of_it_has_empty_details(office: Office, lead_id: LeadId) -> None:
    await office.run(LogCall(lead_id=lead_id, direction=Direction.INBOUND))
    assert (await newest_row(office, lead_id)).details == CallDetails(direction=Direction.INBOUND)


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
    row = await row_of_last_fact(
        office, ActivityKind.EMAIL, details, activity_id=logged.email_id, contact_id=contact_id, user_id=None
    )
    assert await newest_row(office, lead_id) == row


async def test_an_answer_shows_the_thread_of_what_it_answers(office: Office, lead_id: LeadId) -> None:
    first = LogEmail(lead_id=lead_id, direction=Direction.OUTBOUND, message_id="<1@x>")
    await office.run(first)
    await office.run(LogEmail(lead_id=lead_id, direction=Direction.OUTBOUND, in_reply_to="<1@x>"))
    details = (await newest_row(office, lead_id)).details
    assert isinstance(details, EmailDetails)
    assert details.thread_id == first.email_id


async def test_a_long_body_is_previewed_in_one_line_of_its_first_words(office: Office, lead_id: LeadId) -> None:
    await office.run(LogEmail(lead_id=lead_id, direction=Direction.OUTBOUND, body_text="one \n\n two  " * 100))
    details = (await newest_row(office, lead_id)).details
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
    row = await row_of_last_fact(
        office,
        ActivityKind.NOTE,
        details,
        activity_id=written.note_id,
        contact_id=contact_id,
    )
    assert await newest_row(office, lead_id) == row
