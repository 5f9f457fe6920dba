"""Acme: the organization in which commands are tested, its people and things, all of them fixed."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

from app.ids import (
    ActivityId,
    ContactId,
    CustomActivityTypeId,
    CustomFieldId,
    KeyId,
    LeadId,
    OpportunityId,
    OrganizationId,
    PipelineId,
    StatusId,
    TaskId,
    ThreadId,
    UserId,
)
from app.lead.calls import CallLogged
from app.lead.contact_points import EmailAddress, PhoneNumber
from app.lead.contacts import ContactAdded
from app.lead.custom_activities import CustomActivityRecorded
from app.lead.details import LeadCreated
from app.lead.emails import EmailLogged
from app.lead.meetings import MeetingLogged
from app.lead.notes import NoteWritten
from app.lead.opportunities import OpportunityAdded
from app.lead.pins import NotePinned
from app.lead.tasks import TaskAdded
from app.organization.activity_types import CustomActivityTypeCreated
from app.organization.custom_fields import CustomFieldCreated
from app.organization.event import OrganizationEvent
from app.organization.organization import OrganizationCreated
from app.organization.pipelines import OpportunityStatusCreated, PipelineCreated
from app.organization.statuses import LeadStatusCreated
from app.organization.users import UserAdded
from app.situation import Actor
from app.vocabulary import (
    CustomFieldTarget,
    CustomFieldType,
    Direction,
    MessageStatus,
    OpportunityStatusType,
    PublicationStatus,
    Role,
)


def thing(number: int) -> UUID:
    """A UUIDv7 of the test's own: the same for the same number."""
    return UUID(int=0x0195_0000_0000_7000_8000_0000_0000_0000 + number)


# The last day of March in New York and by UTC; the first of April in Berlin and Kiritimati already.
NOW = datetime(2026, 3, 31, 22, 30, tzinfo=UTC)
YESTERDAY = datetime(2026, 3, 30, 9, 15, tzinfo=UTC)

ACME = OrganizationId(thing(1))
ADMIN = UserId(thing(2))
MEMBER = UserId(thing(3))
STRANGER = UserId(thing(4))
BY_ADMIN = Actor(user_id=ADMIN, key_id=KeyId(thing(5)))
BY_MEMBER = Actor(user_id=MEMBER, key_id=KeyId(thing(6)))
BY_SYSTEM = Actor()

PIPELINE = PipelineId(thing(10))
POTENTIAL, QUALIFIED, CUSTOMER, BAD_FIT = (StatusId(thing(number)) for number in range(11, 15))
DEMO_COMPLETED, PROPOSAL_SENT, CONTRACT_SENT, WON, LOST = (StatusId(thing(number)) for number in range(15, 20))
FOUNDING_IDS = tuple(thing(number) for number in range(10, 20))

LEAD = LeadId(thing(20))
CONTACT = ContactId(thing(21))
OPPORTUNITY = OpportunityId(thing(22))
TASK = TaskId(thing(23))
CALL = ActivityId(thing(24))
EMAIL = ActivityId(thing(25))
THREAD = ThreadId(EMAIL)
NOTE = ActivityId(thing(26))
VISIT = ActivityId(thing(27))
VISITS = CustomActivityTypeId(thing(28))
PURPOSE = CustomFieldId(thing(29))
NOTES = tuple(ActivityId(thing(30 + number)) for number in range(6))
MEETING = ActivityId(thing(27))
UNKNOWN = thing(99)

_LEAD_STATUSES = (
    (POTENTIAL, "Potential", "#4c6ef5"),
    (QUALIFIED, "Qualified", "#12b886"),
    (CUSTOMER, "Customer", "#2b8a3e"),
    (BAD_FIT, "Bad Fit", "#868e96"),
)
_STAGES = (
    (DEMO_COMPLETED, "Demo Completed", OpportunityStatusType.ACTIVE),
    (PROPOSAL_SENT, "Proposal Sent", OpportunityStatusType.ACTIVE),
    (CONTRACT_SENT, "Contract Sent", OpportunityStatusType.ACTIVE),
    (WON, "Won", OpportunityStatusType.WON),
    (LOST, "Lost", OpportunityStatusType.LOST),
)
ADMIN_ADDED = UserAdded(
    user_id=ADMIN, name="Ada Admin", email="Ada@acme.example", role=Role.ADMIN, time_zone="Europe/Berlin"
)
MEMBER_ADDED = UserAdded(
    user_id=MEMBER, name="Mem Ber", email="mem@acme.example", role=Role.MEMBER, time_zone="America/New_York"
)
# What CreateOrganization decides for Ada in Berlin.
ACME_FOUNDED: tuple[OrganizationEvent, ...] = (
    OrganizationCreated(name="Acme", currency="EUR", time_zone="Europe/Berlin"),
    ADMIN_ADDED,
    *(LeadStatusCreated(status_id=id, label=label, color=color) for id, label, color in _LEAD_STATUSES),
    PipelineCreated(pipeline_id=PIPELINE, name="Sales"),
    *(
        OpportunityStatusCreated(status_id=id, pipeline_id=PIPELINE, label=label, type=kind)
        for id, label, kind in _STAGES
    ),
)
ACME_AND_PEOPLE = (*ACME_FOUNDED, MEMBER_ADDED)

LEAD_CREATED = LeadCreated(name="Bluth Company", status_id=POTENTIAL, status_label="Potential")
CONTACT_ADDED = ContactAdded(
    contact_id=CONTACT,
    place=0,
    name="Lindsay Bluth",
    emails=(EmailAddress(email="lindsay@bluth.example"),),
    phones=(PhoneNumber(phone="+12125550100", country="US"),),
)
OPPORTUNITY_ADDED = OpportunityAdded(
    opportunity_id=OPPORTUNITY,
    user_id=ADMIN,
    status_id=DEMO_COMPLETED,
    status_label="Demo Completed",
    status_type=OpportunityStatusType.ACTIVE,
    value=Decimal("1200.50"),
    confidence=50,
)
TASK_ADDED = TaskAdded(task_id=TASK, text="Send the offer", assigned_to=ADMIN)
CALL_LOGGED = CallLogged(call_id=CALL, user_id=ADMIN, direction=Direction.OUTBOUND, duration_s=65)
NOTE_WRITTEN = NoteWritten(note_id=NOTE, user_id=ADMIN, text="Likes stairs", html="<p>Likes stairs</p>")
MEETING_LOGGED = MeetingLogged(
    meeting_id=MEETING,
    user_id=ADMIN,
    title="Demo",
    ends_at=datetime(2026, 3, 30, 10, 15, tzinfo=UTC),
    occurred_at=YESTERDAY,
)
NOTE_PINNED = NotePinned(note_id=NOTE)
SIX_NOTES = tuple(NoteWritten(note_id=id, user_id=ADMIN, text="Note", html="<p>Note</p>") for id in NOTES)
FIVE_PINS = tuple(NotePinned(note_id=id) for id in NOTES[:5])
EMAIL_LOGGED = EmailLogged(
    email_id=EMAIL,
    thread_id=THREAD,
    user_id=ADMIN,
    direction=Direction.OUTBOUND,
    status=MessageStatus.SENT,
    sender="Ada@acme.example",
    to=("lindsay@bluth.example",),
    subject="The offer",
    message_id="<offer@acme.example>",
)
# A type of custom activities with one field, which published ones must have; and a draft without it.
VISIT_TYPE = (
    CustomActivityTypeCreated(type_id=VISITS, name="Visit"),
    CustomFieldCreated(
        field_id=PURPOSE,
        target=CustomFieldTarget.ACTIVITY,
        name="Purpose",
        type=CustomFieldType.TEXT,
        activity_type_id=VISITS,
        is_required=True,
    ),
)
VISIT_DRAFTED = CustomActivityRecorded(
    custom_activity_id=VISIT, type_id=VISITS, user_id=ADMIN, status=PublicationStatus.DRAFT
)
