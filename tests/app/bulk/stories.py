"""Histories for tests of the bulk road."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from app.bulk.history import History, Step
from app.ids import ActivityId, LeadId, ThreadId, encode_id, uuid7
from app.instants import FIRST, LAST
from app.lead.activities import DeleteActivity
from app.lead.addresses import Address
from app.lead.attendees import NewAttendee
from app.lead.calls import LogCall, UpdateCall
from app.lead.contact_changes import RemoveContact, ReorderContacts, UpdateContact
from app.lead.contact_points import EmailAddress
from app.lead.contacts import AddContact, NewContact
from app.lead.custom_activities import RecordCustomActivity
from app.lead.custom_activity_changes import PublishCustomActivity, UpdateCustomActivity
from app.lead.deletion import DeleteLead, RestoreLead
from app.lead.details import CreateLead, ExternalId, UpdateLead
from app.lead.drafts import EditDraft
from app.lead.emails import LogEmail
from app.lead.meetings import LogMeeting, UpdateMeeting
from app.lead.notes import EditNote, WriteNote
from app.lead.opportunities import AddOpportunity
from app.lead.pins import PinActivity, PinNote, UnpinActivity, UnpinNote
from app.lead.sms import LogSms
from app.lead.status_changes import LogLeadStatusChange, LogOpportunityStatusChange
from app.lead.statuses import ChangeLeadStatus
from app.lead.tasks import AddTask, CompleteTask
from app.lead.thread_deletion import DeleteEmailThread
from app.request import Command
from app.situation import Actor
from app.vocabulary import CallDisposition, Direction, MessageStatus, PublicationStatus
from tests.support.acme import VISIT_TYPE, VISITS
from tests.support.custom import (
    BUYERS,
    HIDDEN,
    MARGIN,
    NICKNAME,
    REGION,
    ROUTE,
    SCORE,
    SEEN,
    SLOGAN,
    TAGS,
    TOPICS,
    adding,
    removing,
    setting,
)

LONG_AGO = datetime(2020, 5, 17, 8, 30, tzinfo=UTC)


def eventful(actor: Actor) -> History:
    """A lead on which everything is done that can be done; four steps of it are refused."""
    lead_id = LeadId(uuid7())
    people = [NewContact(name=name) for name in ("Tobias", "Maeby")]
    call = LogCall(lead_id=lead_id, direction=Direction.INBOUND, occurred_at=LONG_AGO)
    notes = [WriteNote(lead_id=lead_id, html=f"<p>No. {n}</p>", pinned=n < 5, occurred_at=LONG_AGO) for n in range(6)]
    first = _mail(lead_id, "<1@x.example>", days=1)
    task = AddTask(lead_id=lead_id, text="Send the offer")
    done = CompleteTask(task_id=task.task_id, occurred_at=LONG_AGO)
    commands: list[Command] = [
        CreateLead(lead_id=lead_id, name="Bluth Company", external_id=ExternalId("old", "1"), occurred_at=LONG_AGO),
        AddContact(lead_id=lead_id, contact=NewContact(name="Lindsay", emails=(EmailAddress(email="L@X.example"),))),
        UpdateLead(lead_id=lead_id, name="Sitwell", description="Enterprises", url="sitwell.example"),
        ChangeLeadStatus(lead_id=lead_id, status="customer", occurred_at=LONG_AGO),
        *(AddContact(lead_id=lead_id, contact=one) for one in people),
        ReorderContacts(lead_id=lead_id, contact_ids=(people[1].contact_id,)),
        UpdateContact(contact_id=people[1].contact_id, name="Mæby", title="Ms"),
        RemoveContact(contact_id=people[0].contact_id),
        UpdateLead(lead_id=lead_id, addresses=(Address(city="Köln", country="DE"),)),
        DeleteLead(lead_id=lead_id),
        AddTask(lead_id=lead_id, text="Nobody sees it"),  # refused: the lead is deleted
        RestoreLead(lead_id=lead_id),
        call,
        *notes[:5],
        PinNote(note_id=notes[5].note_id),  # refused: it is not written yet
        notes[5],
        PinNote(note_id=notes[5].note_id),  # refused: five are pinned
        UnpinNote(note_id=notes[0].note_id),
        PinNote(note_id=notes[5].note_id),
        first,
        _mail(lead_id, "<2@x.example>", days=2, in_reply_to="<1@x.example>"),
        _mail(lead_id, "<1@x.example>", days=3),  # refused: it is logged already
        DeleteActivity(activity_id=first.email_id),
        _mail(lead_id, "<1@x.example>", days=3),
        _mail(lead_id, "<3@x.example>", days=9, in_reply_to="<2@x.example>"),
        DeleteActivity(activity_id=call.call_id),
        *_conversations(lead_id),
        DeleteActivity(activity_id=notes[1].note_id),
        task,
        done,
        done,
        *_values(lead_id),
        *_visits(lead_id),
        *_edits(lead_id, notes[2].note_id),
    ]
    return History(lead_id=lead_id, steps=[Step(actor, command) for command in commands])


def _edits(lead_id: LeadId, note_id: ActivityId) -> list[Command]:
    """What is put down at both ends of the calendar and edited, and a history of another system."""
    calls = [LogCall(lead_id=lead_id, direction=Direction.INBOUND, occurred_at=at) for at in (FIRST, LAST)]
    meeting = LogMeeting(
        lead_id=lead_id, starts_at=LAST, ends_at=LAST, title="Demo", attendees=(NewAttendee(email="l@x.example"),)
    )
    offer = AddOpportunity(lead_id=lead_id)
    return [
        *calls,
        UpdateCall(call_id=calls[0].call_id, occurred_at=LAST, note="Late"),
        UpdateCall(call_id=calls[1].call_id, occurred_at=FIRST, duration_s=7),
        EditNote(note_id=note_id, title="Two", html="<p>No. <b>2</b></p>"),
        EditNote(note_id=note_id, title=None, occurred_at=FIRST),
        meeting,
        UpdateMeeting(meeting_id=meeting.meeting_id, title=None, location="Balboa", attendees=()),
        LogLeadStatusChange(lead_id=lead_id, old_status_label="Cold", new_status_label="Customer", occurred_at=FIRST),
        offer,
        LogOpportunityStatusChange(opportunity_id=offer.opportunity_id, new_status_label="Won", occurred_at=LAST),
    ]


def _conversations(lead_id: LeadId) -> list[Command]:
    """Answers before their originals, a message that links two threads, a draft that is sent, a thread that goes."""
    late, other = _mail(lead_id, "<12@x.example>", days=4, in_reply_to="<11@x.example>"), "<14@x.example>"
    draft = LogEmail(
        lead_id=lead_id,
        direction=Direction.OUTBOUND,
        status=MessageStatus.DRAFT,
        in_reply_to="<12@x.example>",
        occurred_at=LONG_AGO,
    )
    sms = LogSms(
        lead_id=lead_id,
        direction=Direction.OUTBOUND,
        status=MessageStatus.DRAFT,
        remote_phone="+12125550100",
        occurred_at=LONG_AGO,
    )
    gone = LogEmail(lead_id=lead_id, direction=Direction.OUTBOUND, subject="Bye", occurred_at=LONG_AGO)
    inbound = [
        LogEmail(
            lead_id=lead_id,
            direction=Direction.INBOUND,
            sender="lindsay@x.example",
            to=("Ada <ada@acme.example>",),
            message_id=f"<{number}@y.example>",
            in_reply_to="<12@x.example>",
            occurred_at=at,
        )
        for number, at in enumerate((FIRST, LAST, LONG_AGO))
    ]
    calls = [
        LogCall(
            lead_id=lead_id, direction=Direction.INBOUND, disposition=one, phone="+493012345678", occurred_at=LONG_AGO
        )
        for one in (CallDisposition.NO_ANSWER, CallDisposition.ANSWERED)
    ]
    return [
        *inbound,
        *calls,
        UpdateCall(call_id=calls[0].call_id, disposition=CallDisposition.VOICEMAIL_RECEIVED),
        UpdateCall(call_id=calls[1].call_id, contact_id=None, user_id=None, note="Who was that?"),
        DeleteActivity(activity_id=inbound[1].email_id),
        AddTask(lead_id=lead_id, text="Answer", due_at=LONG_AGO),
        late,
        _mail(lead_id, "<11@x.example>", days=3),
        draft,
        _mail(lead_id, other, days=5, in_reply_to="<13@x.example>"),
        EditDraft(activity_id=draft.email_id, subject="Re: the cabin", to=("lindsay@x.example",), in_reply_to=other),
        _mail(lead_id, "<15@x.example>", days=6, in_reply_to="<11@x.example>", references=("<13@x.example>",)),
        EditDraft(activity_id=draft.email_id, status=MessageStatus.SENT, occurred_at=LONG_AGO + timedelta(days=7)),
        sms,
        EditDraft(activity_id=sms.sms_id, text="Hello", status=MessageStatus.ERROR, occurred_at=LONG_AGO),
        gone,
        DeleteEmailThread(thread_id=ThreadId(gone.email_id)),
    ]


def _values(lead_id: LeadId) -> list[Command]:
    """Values that come, change, go and come again, on everything that can have them; the organization has FIELDS."""
    buyer = NewContact(name="Gob", custom_fields=(setting(NICKNAME, "Magician"),))
    changes = (
        (setting(SCORE, "1000000000000000.25"), adding(TAGS, "b", "a"), setting(HIDDEN, {"a": [1, None, "ü"]})),
        (adding(BUYERS, encode_id("cont", buyer.contact_id)), setting(SEEN, "2026-11-22T08:30:00+02:00")),
        (setting(SCORE, None), removing(TAGS, "b"), setting(REGION, "North")),
        (setting(SCORE, 7), setting(TAGS, None), setting(SLOGAN, "Wir bauen Häuser")),
    )
    return [
        AddContact(lead_id=lead_id, contact=buyer),
        *(UpdateLead(lead_id=lead_id, custom_fields=one) for one in changes),
        AddOpportunity(lead_id=lead_id, custom_fields=(setting(MARGIN, "12.50"),)),
    ]


def _visits(lead_id: LeadId) -> list[Command]:
    """Custom activities that are edited at once and later; the organization has VISIT_TYPE and VISIT_FIELDS."""
    purpose = setting(VISIT_TYPE[1], "Renewal")
    draft = RecordCustomActivity(lead_id=lead_id, type_id=VISITS, status=PublicationStatus.DRAFT)
    visit = RecordCustomActivity(lead_id=lead_id, type_id=VISITS, custom_fields=(purpose,), occurred_at=LONG_AGO)
    first, second = draft.custom_activity_id, visit.custom_activity_id
    return [
        draft,
        visit,
        UpdateCustomActivity(custom_activity_id=first, custom_fields=(purpose, setting(ROUTE, {"a": [None, 1.0]}))),
        UpdateCustomActivity(custom_activity_id=second, custom_fields=(adding(TOPICS, "b", "a"),), status=None),
        PublishCustomActivity(custom_activity_id=first),
        UpdateCustomActivity(custom_activity_id=second, custom_fields=(setting(TOPICS, None),), user_id=None),
        PinActivity(activity_id=second),
        UnpinActivity(activity_id=second),
        PinActivity(activity_id=first),
        DeleteActivity(activity_id=first),
    ]


def stranger(actor: Actor, external_id: str) -> History:
    """A lead of another system, with one call."""
    lead_id = LeadId(uuid7())
    created = CreateLead(lead_id=lead_id, name="Stranger", external_id=ExternalId("old", external_id))
    call = LogCall(lead_id=lead_id, direction=Direction.OUTBOUND)
    return History(lead_id=lead_id, steps=[Step(actor, created), Step(actor, call)])


def _mail(
    lead_id: LeadId,
    message_id: str,
    *,
    days: int,
    in_reply_to: str | None = None,
    references: tuple[str, ...] = (),
) -> LogEmail:
    return LogEmail(
        lead_id=lead_id,
        direction=Direction.INBOUND,
        sender="lindsay@x.example",
        subject="The cabin",
        body_html="<p>It is <b>gone</b></p>",
        message_id=message_id,
        in_reply_to=in_reply_to,
        references=references,
        occurred_at=LONG_AGO + timedelta(days=days),
    )
