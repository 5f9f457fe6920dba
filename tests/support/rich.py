"""A lead with something of everything, made by commands."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

from app.ids import ActivityId, uuid7
from app.lead.activities import DeleteActivity
from app.lead.addresses import Address
from app.lead.attendees import NewAttendee
from app.lead.calls import LogCall, UpdateCall
from app.lead.contact_changes import RemoveContact, ReorderContacts, UpdateContact
from app.lead.contact_points import ContactUrl, EmailAddress, PhoneNumber
from app.lead.contacts import AddContact, NewContact
from app.lead.deletion import DeleteLead, RestoreLead
from app.lead.details import CreateLead, UpdateLead
from app.lead.drafts import EditDraft
from app.lead.emails import LogEmail
from app.lead.meetings import LogMeeting, UpdateMeeting
from app.lead.notes import EditNote, WriteNote
from app.lead.opportunities import AddOpportunity
from app.lead.opportunity_changes import UpdateOpportunity
from app.lead.pins import PinNote, UnpinNote
from app.lead.sms import LogSms
from app.lead.status_changes import LogLeadStatusChange, LogOpportunityStatusChange
from app.lead.statuses import ChangeLeadStatus
from app.lead.task_changes import ReopenTask, UpdateTask
from app.lead.tasks import AddTask, CompleteTask
from app.request import Command
from app.vocabulary import CallDisposition, Direction, MeetingStatus, MessageStatus, TaskPriority, ValuePeriod
from tests.support.custom import MARGIN, NICKNAME, SCORE, TAGS, Record, adding, removing, setting
from tests.support.filed import BringFiles, attachment, signature
from tests.support.office import Office

NOON = datetime(2026, 3, 31, 12, tzinfo=UTC)
OUT, DRAFT = Direction.OUTBOUND, MessageStatus.DRAFT


async def rich_lead(office: Office) -> CreateLead:
    """Every kind of command has run on it, deletions and completions included."""
    lead = CreateLead(name="Bluth Company", description="Builds houses", url="bluth.example", contacts=(lindsay(),))
    await office.run(lead)
    for command in _history(lead):
        await office.run(command)
    return lead


def lindsay() -> NewContact:
    """A person with one of everything."""
    return NewContact(
        name="Lindsay Bluth",
        title="Ms",
        emails=(EmailAddress(email="lindsay@bluth.example"),),
        phones=(PhoneNumber(phone="+12125550100"),),
        urls=(ContactUrl(url="bluth.example"),),
    )


def _history(lead: CreateLead) -> list[Command]:
    lead_id = lead.lead_id
    notes = [WriteNote(lead_id=lead_id, text=f"Note {number}", pinned=number < 3) for number in range(5)]
    tasks = [AddTask(lead_id=lead_id, text=f"Task {number}", priority=TaskPriority.HIGH) for number in range(3)]
    offer = AddOpportunity(lead_id=lead_id, value=Decimal("1200.50"), value_period=ValuePeriod.MONTHLY, note="Big")
    call = LogCall(lead_id=lead_id, direction=Direction.OUTBOUND, duration_s=65, phone="+12125550100", note="Nice")
    email = LogEmail(
        lead_id=lead_id, direction=Direction.OUTBOUND, subject="Offer", message_id=f"<{lead_id}@x.example>"
    )
    meeting = LogMeeting(
        lead_id=lead_id,
        title="Demo",
        starts_at=NOON,
        ends_at=NOON,
        attendees=(NewAttendee(email="lindsay@bluth.example"), NewAttendee(email="nobody@x.example")),
    )
    draft = LogEmail(
        lead_id=lead_id, direction=Direction.OUTBOUND, status=MessageStatus.DRAFT, in_reply_to="<9@x.example>"
    )
    mails = [
        LogEmail(lead_id=lead_id, direction=Direction.OUTBOUND, message_id=f"<{number}@x.example>") for number in (7, 8)
    ]
    both = LogEmail(
        lead_id=lead_id,
        direction=Direction.OUTBOUND,
        references=("<7@x.example>", "<8@x.example>"),
        to=("a@b.example",),
    )
    sms = LogSms(
        lead_id=lead_id,
        direction=Direction.OUTBOUND,
        status=MessageStatus.DRAFT,
        remote_phone="+12125550100",
        text="Hi",
    )
    to_us = LogEmail(
        lead_id=lead_id,
        direction=Direction.INBOUND,
        sender="lindsay@bluth.example",
        to=("Ada <ADA@acme.example>",),
        in_reply_to="<8@x.example>",
    )
    missed = LogCall(lead_id=lead_id, direction=Direction.INBOUND, disposition=CallDisposition.NO_ANSWER)
    people = [NewContact(name=name) for name in ("Tobias", "Maeby", "George")]
    gone = [BringFiles(lead_id=lead_id, files=(attachment(), signature())) for _ in range(2)]
    return [
        *(AddContact(lead_id=lead_id, contact=one) for one in people),
        UpdateContact(contact_id=people[1].contact_id, name="Mæby", title="Ms", emails=lindsay().emails),
        RemoveContact(contact_id=people[2].contact_id),
        ReorderContacts(lead_id=lead_id, contact_ids=(people[1].contact_id,)),
        UpdateLead(lead_id=lead_id, name="Bluth & Co", description=None, addresses=(Address(city="Köln"),)),
        DeleteLead(lead_id=lead_id),
        RestoreLead(lead_id=lead_id),
        ChangeLeadStatus(lead_id=lead_id, status="Qualified"),
        offer,
        UpdateOpportunity(opportunity_id=offer.opportunity_id, value=Decimal(7), confidence=1, note=None, user_id=None),
        AddOpportunity(lead_id=lead_id, date_won=date(2026, 3, 31)),
        *notes,
        *tasks,
        *gone,
        call,
        email,
        meeting,
        EditNote(note_id=notes[2].note_id, html="<p>Note <b>two</b></p>", title="Two", occurred_at=NOON),
        UpdateCall(call_id=call.call_id, note=None, duration_s=0, contact_id=lead.contacts[0].contact_id, user_id=None),
        UpdateMeeting(meeting_id=meeting.meeting_id, status=MeetingStatus.CANCELED, title=None, attendees=None),
        LogLeadStatusChange(lead_id=lead_id, old_status_label="Cold", new_status_label="Customer", occurred_at=NOON),
        LogOpportunityStatusChange(opportunity_id=offer.opportunity_id, new_status_label="Won", user_id=None),
        *mails,
        draft,
        to_us,
        both,
        replace(to_us, email_id=ActivityId(uuid7()), in_reply_to="<7@x.example>"),
        missed,
        UpdateCall(call_id=missed.call_id, disposition=CallDisposition.VOICEMAIL_RECEIVED),
        EditDraft(activity_id=draft.email_id, subject="AW: Offer", to=("c@d.example",), body_html="<p>Yes</p>"),
        EditDraft(activity_id=draft.email_id, status=MessageStatus.SENT, in_reply_to="<7@x.example>", to=None),
        sms,
        EditDraft(activity_id=sms.sms_id, text="Ho", status=MessageStatus.SENT),
        PinNote(note_id=notes[3].note_id),
        UnpinNote(note_id=notes[0].note_id),
        CompleteTask(task_id=tasks[0].task_id),
        CompleteTask(task_id=tasks[1].task_id),
        ReopenTask(task_id=tasks[1].task_id),
        UpdateTask(task_id=tasks[1].task_id, priority=TaskPriority.MEDIUM, text="Write"),
        *(BringFiles(lead_id=lead_id, files=(attachment(), signature(), signature(7))) for _ in range(4)),
        *(DeleteActivity(activity_id=one.note_id) for one in gone),
        DeleteActivity(activity_id=notes[1].note_id),
        DeleteActivity(activity_id=call.call_id),
        Record((SCORE, TAGS, NICKNAME, MARGIN)),
        AddContact(lead_id=lead_id, contact=NewContact(name="Gob", custom_fields=(setting(NICKNAME, "Magician"),))),
        UpdateLead(lead_id=lead_id, custom_fields=(setting(SCORE, 7), adding(TAGS, "a", "b"))),
        UpdateLead(lead_id=lead_id, custom_fields=(setting(SCORE, None), removing(TAGS, "a"))),
        AddOpportunity(lead_id=lead_id, custom_fields=(setting(MARGIN, "12.50"),)),
    ]
