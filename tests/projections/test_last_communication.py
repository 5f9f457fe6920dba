"""When we and a customer last spoke or wrote to each other: calls, messages and meetings that took place count."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from app.ids import ActivityId, LeadId
from app.lead.calls import LogCall
from app.lead.details import CreateLead
from app.lead.drafts import EditDraft
from app.lead.emails import LogEmail
from app.lead.meetings import LogMeeting
from app.lead.notes import WriteNote
from app.lead.sms import LogSms
from app.lead.statuses import ChangeLeadStatus
from app.lead.tasks import AddTask, CompleteTask
from app.request import Command
from app.vocabulary import Direction, MeetingStatus, MessageStatus
from tests.projections.screens import LONG_AGO, deleted, lead_row
from tests.support.office import Office
from tests.support.postgres import both_versions

pytestmark = both_versions


async def call(office: Office, lead_id: LeadId, day: int) -> ActivityId:
    logged = LogCall(lead_id=lead_id, direction=Direction.INBOUND, occurred_at=LONG_AGO + timedelta(days=day))
    await office.run(logged)
    return logged.call_id


async def email(office: Office, lead_id: LeadId, day: int) -> ActivityId:
    logged = LogEmail(lead_id=lead_id, direction=Direction.OUTBOUND, occurred_at=LONG_AGO + timedelta(days=day))
    await office.run(logged)
    return logged.email_id


async def last_day(office: Office, lead_id: LeadId) -> int | None:
    """So many days after the first; None: never."""
    last = (await lead_row(office, lead_id)).last_communication_at
    return None if last is None else (last - LONG_AGO).days


async def test_calls_and_emails_count(office: Office, lead_id: LeadId) -> None:
    assert await last_day(office, lead_id) is None
    await call(office, lead_id, 1)
    assert await last_day(office, lead_id) == 1
    await email(office, lead_id, 3)
    await call(office, lead_id, 2)
    assert await last_day(office, lead_id) == 3


@pytest.mark.parametrize("kind", ["note", "status", "task"])
async def test_nothing_else_does(office: Office, lead_id: LeadId, kind: str) -> None:
    task = AddTask(lead_id=lead_id, text="Call")
    await office.run(task)
    await call(office, lead_id, 1)
    commands: dict[str, Command] = {
        "note": WriteNote(lead_id=lead_id, text="x"),
        "status": ChangeLeadStatus(lead_id=lead_id, status="Qualified"),
        "task": CompleteTask(task_id=task.task_id),
    }
    await office.run(commands[kind])
    row = await lead_row(office, lead_id)
    assert (row.last_communication_at, row.last_activity_at != row.last_communication_at) == (
        LONG_AGO + timedelta(days=1),
        True,
    )


async def test_deleting_the_last_one_falls_back_to_the_one_before(office: Office, lead_id: LeadId) -> None:
    called, written = await call(office, lead_id, 1), await email(office, lead_id, 2)
    await deleted(office, written)
    assert await last_day(office, lead_id) == 1
    await deleted(office, called)
    assert await last_day(office, lead_id) is None


async def test_deleting_an_older_one_changes_nothing(office: Office, lead_id: LeadId) -> None:
    older, _ = await call(office, lead_id, 1), await email(office, lead_id, 2)
    await deleted(office, older)
    assert await last_day(office, lead_id) == 2


async def test_other_leads_have_their_own(office: Office, lead_id: LeadId) -> None:
    other = CreateLead()
    await office.run(other)
    await call(office, other.lead_id, 1)
    assert await last_day(office, lead_id) is None


async def test_what_did_not_leave_us_is_none(office: Office, lead_id: LeadId) -> None:
    await call(office, lead_id, 1)
    at = LONG_AGO + timedelta(days=2)
    for status in (MessageStatus.DRAFT, MessageStatus.ERROR):
        message: dict[str, Any] = {"lead_id": lead_id, "direction": Direction.OUTBOUND, "status": status}
        await office.run(LogEmail(**message, sender="ada@acme.example", occurred_at=at))
        await office.run(LogSms(**message, text="x", occurred_at=at))
    await office.run(LogMeeting(lead_id=lead_id, starts_at=at, ends_at=at, status=MeetingStatus.CANCELED))
    assert await last_day(office, lead_id) == 1


@pytest.mark.parametrize("kind", [LogEmail, LogSms])
async def test_a_draft_counts_once_it_was_sent(
    office: Office, lead_id: LeadId, kind: type[LogEmail] | type[LogSms]
) -> None:
    draft = kind(lead_id=lead_id, direction=Direction.OUTBOUND, status=MessageStatus.DRAFT)
    await office.run(draft)
    assert await last_day(office, lead_id) is None
    draft_id = draft.email_id if isinstance(draft, LogEmail) else draft.sms_id
    text: dict[str, Any] = {} if isinstance(draft, LogEmail) else {"text": "x"}
    sent_at = LONG_AGO + timedelta(days=4)
    await office.run(EditDraft(activity_id=draft_id, status=MessageStatus.SENT, occurred_at=sent_at, **text))
    assert await last_day(office, lead_id) == 4


async def test_meetings_and_text_messages_count(office: Office, lead_id: LeadId) -> None:
    at = LONG_AGO + timedelta(days=1)
    await office.run(LogMeeting(lead_id=lead_id, starts_at=at, ends_at=at))
    assert await last_day(office, lead_id) == 1
    await office.run(LogSms(lead_id=lead_id, direction=Direction.INBOUND, text="x", occurred_at=at + timedelta(days=1)))
    assert await last_day(office, lead_id) == 2
