"""Laws over whole stories: whatever commands people send, what was decided can be replayed, and the rules hold."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from typing import Any, cast, get_args

import msgspec
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st
from msgspec import UNSET

from app.codecs import EVENTS
from app.event import Event, Fact
from app.ids import ActivityId, ContactId, OpportunityId, TaskId
from app.lead.activities import DeleteActivity
from app.lead.addresses import Address
from app.lead.attendees import NewAttendee
from app.lead.calls import LogCall, UpdateCall
from app.lead.contact_changes import RemoveContact, ReorderContacts, UpdateContact
from app.lead.contact_points import ContactUrl, EmailAddress, PhoneNumber
from app.lead.contacts import AddContact, NewContact
from app.lead.custom_activities import RecordCustomActivity
from app.lead.custom_activity_changes import PublishCustomActivity, UpdateCustomActivity
from app.lead.deletion import DeleteLead, LeadDeleted, RestoreLead
from app.lead.details import CreateLead, UpdateLead
from app.lead.drafts import EditDraft
from app.lead.emails import LogEmail
from app.lead.event import LeadEvent
from app.lead.lead import AnyLeadEvent, Lead, replay
from app.lead.meetings import LogMeeting, UpdateMeeting
from app.lead.merge_events import LeadBroughtBack, LeadMerged, LeadMergedAway, LeadUnmerged
from app.lead.notes import EditNote, WriteNote
from app.lead.opportunities import AddOpportunity
from app.lead.opportunity_changes import RemoveOpportunity, UpdateOpportunity
from app.lead.pins import PINS_MAX, PinActivity, PinNote, UnpinActivity, UnpinNote
from app.lead.sms import LogSms
from app.lead.status_changes import LogLeadStatusChange, LogOpportunityStatusChange
from app.lead.statuses import ChangeLeadStatus
from app.lead.task_changes import RemoveTask, ReopenTask, UpdateTask
from app.lead.tasks import AddTask, CompleteTask
from app.lead.thread_deletion import DeleteEmailThread
from app.lead.upsert import UpsertLead
from app.organization.status_edits import ReorderLeadStatuses, UpdateLeadStatus
from app.organization.statuses import ArchiveLeadStatus, CreateLeadStatus, DeleteLeadStatus, UnarchiveLeadStatus
from app.refusal import Refusal, Refused
from app.situation import Claim
from app.vocabulary import (
    CallDisposition,
    Direction,
    MeetingStatus,
    MessageStatus,
    PublicationStatus,
    TaskPriority,
    ValuePeriod,
)
from tests.support.acme import ACME_AND_PEOPLE, BY_ADMIN, BY_MEMBER, LEAD, NOW, VISIT_TYPE, VISITS, thing
from tests.support.custom import FIELDS, HIDDEN, ROUTE, SCORE, TAGS, TOPICS, VISIT_FIELDS, adding, removing, setting
from tests.support.given import Command, fact_id, facts_of, ground, lead_of, organization_of, require_lead
from tests.support.recorded import recorded
from tests.support.undone import TakeBack, taken_back


def ids(first: int, count: int) -> st.SearchStrategy[Any]:
    return st.integers(first, first + count - 1).map(thing)


STATUSES = ids(10, 5) | ids(500, 2)
CONTACTS, OPPORTUNITIES, TASKS, CALLS, EMAILS, NOTES = (ids(first, 8) for first in range(200, 260, 10))
MEETINGS = ids(280, 2)
VISITED = ids(260, 6)  # custom activities, of which the first two are there from the start
TEXTS = ids(270, 8)
ENTRIES = MEETINGS | CALLS | EMAILS | TEXTS | NOTES | VISITED | st.integers(1, 20).map(fact_id)
THOSE_THERE = ids(200, 2)  # contacts that are on the lead from the start
TEXT = st.sampled_from([None, "", "a", "Bluth", "\0"])
VALUES = st.none() | st.decimals(0, 10**15, places=2) | st.decimals()
MESSAGE_IDS = st.none() | st.sampled_from(["<1@x>", "<2@x>", "<3@x>"])
LEADS = st.just(LEAD)
ABSENT = st.just(UNSET)
DAYS = st.none() | st.dates()
FOUNDED_WITH_FIELDS = (*ACME_AND_PEOPLE, *FIELDS, VISIT_TYPE[0], *VISIT_FIELDS)
CHANGES = st.one_of(
    st.sampled_from([setting(SCORE, 7), setting(SCORE, "١٢"), setting(SCORE, None), setting(HIDDEN, {"a": [1]})]),
    st.lists(st.sampled_from("abcd")).map(lambda values: adding(TAGS, *values)),
    st.lists(st.sampled_from("abcd")).map(lambda values: removing(TAGS, *values)),
)
VISIT_CHANGES = st.lists(
    st.sampled_from(
        [
            setting(VISIT_TYPE[1], "a"),
            setting(VISIT_TYPE[1], None),
            adding(TOPICS, "a", "b"),
            setting(ROUTE, {"a": [1]}),
        ]
    ),
    max_size=2,
).map(tuple)
DIRECTIONS = st.sampled_from(Direction)
COMMANDS: dict[type[Command], st.SearchStrategy[Command]] = {
    UpdateLead: st.builds(
        UpdateLead,
        lead_id=LEADS,
        name=TEXT,
        description=TEXT,
        url=st.sampled_from([None, "a.b"]),
        addresses=st.sampled_from([None, (Address(city="a"),)]),
    )
    | st.builds(UpdateLead, lead_id=LEADS, custom_fields=st.lists(CHANGES, max_size=2).map(tuple)),
    ChangeLeadStatus: st.builds(ChangeLeadStatus, lead_id=LEADS, status_id=STATUSES),
    ArchiveLeadStatus: st.builds(ArchiveLeadStatus, status_id=STATUSES),
    CreateLeadStatus: st.builds(CreateLeadStatus, label=st.sampled_from("ab "), status_id=ids(500, 2)),
    UnarchiveLeadStatus: st.builds(UnarchiveLeadStatus, status_id=STATUSES),
    DeleteLeadStatus: st.builds(DeleteLeadStatus, status_id=STATUSES),
    UpdateLeadStatus: st.builds(UpdateLeadStatus, status_id=STATUSES, label=st.sampled_from("ab ")),
    ReorderLeadStatuses: st.builds(ReorderLeadStatuses, status_ids=st.tuples(STATUSES)),
    AddContact: st.builds(AddContact, lead_id=LEADS, contact=st.builds(NewContact, name=TEXT, contact_id=CONTACTS)),
    UpdateContact: st.builds(
        UpdateContact,
        contact_id=THOSE_THERE,
        name=TEXT,
        title=TEXT,
        emails=st.sampled_from([None, (EmailAddress(email="a@b.example"),)]),
        phones=st.sampled_from([None, (PhoneNumber(phone="+12125550100"),)]),
        urls=st.sampled_from([None, (ContactUrl(url="a.b"),)]),
    ),
    RemoveContact: st.builds(RemoveContact, contact_id=THOSE_THERE),
    ReorderContacts: st.builds(
        ReorderContacts, lead_id=LEADS, contact_ids=st.lists(THOSE_THERE, max_size=2).map(tuple)
    ),
    DeleteLead: st.builds(DeleteLead, lead_id=LEADS),
    RestoreLead: st.builds(RestoreLead, lead_id=LEADS),
    TakeBack: st.builds(TakeBack, st.integers(0, 3)),
    UpsertLead: st.builds(
        UpsertLead,
        source=st.just("erp"),
        external_id=st.just("1"),
        lead_id=LEADS,
        name=TEXT,
        contacts=st.sampled_from([(), (NewContact(name="Tobias"),)]),
    ),
    AddOpportunity: st.builds(
        AddOpportunity, lead_id=LEADS, status_id=st.none() | ids(15, 6), value=VALUES, opportunity_id=OPPORTUNITIES
    ),
    UpdateOpportunity: st.builds(
        UpdateOpportunity,
        opportunity_id=ids(210, 1),
        status_id=ABSENT | ids(15, 5),
        contact_id=ABSENT | st.none() | ids(200, 1),
        user_id=ABSENT | st.none() | ids(2, 2),
        value=ABSENT | st.decimals(0, 10**15, places=2),
        value_period=ABSENT | st.sampled_from(ValuePeriod),
        confidence=ABSENT | st.integers(0, 100),
        note=ABSENT | st.sampled_from(["a", "b", None]),
        date_won=ABSENT | DAYS,
        date_lost=ABSENT | DAYS,
    ),
    RemoveOpportunity: st.builds(RemoveOpportunity, opportunity_id=ids(210, 2)),
    UpdateTask: st.builds(
        UpdateTask,
        task_id=ids(220, 1),
        text=ABSENT | st.sampled_from(["a", "b", ""]),
        contact_id=ABSENT | st.none() | ids(200, 1),
        assigned_to=ABSENT | st.none() | ids(2, 2),
        due_date=ABSENT | DAYS,
        due_at=ABSENT | st.none() | st.just(NOW),
        priority=ABSENT | st.sampled_from(TaskPriority),
    ),
    ReopenTask: st.builds(ReopenTask, task_id=ids(220, 2)),
    RemoveTask: st.builds(RemoveTask, task_id=ids(220, 2)),
    AddTask: st.builds(AddTask, lead_id=LEADS, text=st.just("a"), contact_id=st.none() | CONTACTS, task_id=TASKS),
    CompleteTask: st.builds(CompleteTask, task_id=ids(220, 2)),
    LogCall: st.builds(
        LogCall,
        lead_id=LEADS,
        direction=DIRECTIONS,
        disposition=st.none() | st.sampled_from(CallDisposition),
        phone=st.none() | st.just("+12125550100"),
        user_id=ABSENT | st.none() | ids(2, 2),
        call_id=CALLS,
    ),
    LogEmail: st.builds(
        LogEmail,
        lead_id=LEADS,
        direction=DIRECTIONS,
        sender=st.sampled_from([None, "a@b.example"]),
        to=st.sampled_from([(), ("ada@acme.example",), ("Mem <MEM@acme.example>", "a@b.example")]),
        follow_up_at=st.none() | st.just(NOW),
        message_id=MESSAGE_IDS,
        status=st.none() | st.just(MessageStatus.DRAFT),
        in_reply_to=MESSAGE_IDS,
        references=st.lists(MESSAGE_IDS.filter(bool), max_size=2).map(tuple),
        subject=st.sampled_from(["", "Offer"]),
        email_id=EMAILS,
    )
    | st.builds(LogEmail, lead_id=LEADS, direction=DIRECTIONS, references=st.just(("<1@x>", "<2@x>")), email_id=EMAILS),
    LogSms: st.builds(
        LogSms,
        lead_id=LEADS,
        direction=DIRECTIONS,
        status=st.none() | st.just(MessageStatus.DRAFT),
        text=TEXT,
        sms_id=TEXTS,
    ),
    EditDraft: st.builds(
        EditDraft,
        activity_id=ids(240, 2),
        status=ABSENT | st.sampled_from([MessageStatus.SENT, MessageStatus.ERROR]),
        subject=ABSENT | st.sampled_from(["a", "b", None]),
        in_reply_to=ABSENT | MESSAGE_IDS,
        message_id=ABSENT | MESSAGE_IDS,
    )
    | st.builds(EditDraft, activity_id=ids(270, 2), text=ABSENT | st.sampled_from("ab"), contact_id=ABSENT | st.none()),
    DeleteEmailThread: st.builds(DeleteEmailThread, thread_id=EMAILS),
    WriteNote: st.builds(
        WriteNote, lead_id=LEADS, text=st.sampled_from(["a", "a", "\0"]), pinned=st.booleans(), note_id=NOTES
    ),
    EditNote: st.builds(
        EditNote,
        note_id=NOTES | CALLS,
        text=ABSENT | st.sampled_from(["a", "b", "", None]),
        html=ABSENT | st.sampled_from(["<p>a</p>", None]),
        title=ABSENT | TEXT,
        contact_id=ABSENT | st.none() | THOSE_THERE,
        occurred_at=ABSENT | st.none() | st.just(NOW),
    ),
    UpdateCall: st.builds(
        UpdateCall,
        call_id=ids(230, 2),
        direction=ABSENT | DIRECTIONS,
        disposition=ABSENT | st.none() | st.sampled_from(CallDisposition),
        duration_s=ABSENT | st.none() | st.integers(-1, 9),
        note=ABSENT | TEXT,
        user_id=ABSENT | st.none() | ids(2, 2),
        contact_id=ABSENT | st.none() | THOSE_THERE,
    ),
    LogMeeting: st.builds(
        LogMeeting,
        lead_id=LEADS,
        starts_at=st.just(NOW),
        ends_at=st.sampled_from([NOW, NOW - timedelta(days=1), NOW + timedelta(days=1)]),
        status=st.none() | st.sampled_from(MeetingStatus),
        meeting_id=MEETINGS,
    ),
    UpdateMeeting: st.builds(
        UpdateMeeting,
        meeting_id=MEETINGS,
        starts_at=ABSENT | st.just(NOW + timedelta(hours=1)),
        title=ABSENT | TEXT,
        status=ABSENT | st.none() | st.sampled_from(MeetingStatus),
        attendees=ABSENT | st.sampled_from([(), (NewAttendee(email="ada@acme.example"),)]),
    ),
    LogLeadStatusChange: st.builds(LogLeadStatusChange, lead_id=LEADS, old_status_label=TEXT, new_status_id=STATUSES),
    LogOpportunityStatusChange: st.builds(
        LogOpportunityStatusChange, opportunity_id=ids(210, 1), new_status_id=ids(15, 6), value=ABSENT | VALUES
    ),
    PinNote: st.builds(PinNote, note_id=NOTES),
    UnpinNote: st.builds(UnpinNote, note_id=NOTES),
    RecordCustomActivity: st.builds(
        RecordCustomActivity,
        lead_id=LEADS,
        type_id=st.just(VISITS),
        custom_fields=VISIT_CHANGES,
        status=st.sampled_from(PublicationStatus),
        pinned=st.booleans(),
        custom_activity_id=VISITED,
    ),
    UpdateCustomActivity: st.builds(
        UpdateCustomActivity,
        custom_activity_id=ids(260, 2),
        custom_fields=VISIT_CHANGES,
        contact_id=ABSENT | st.none() | ids(200, 1),
        user_id=ABSENT | st.none() | ids(2, 2),
        status=ABSENT | st.sampled_from(PublicationStatus),
        occurred_at=ABSENT | st.just(NOW),
    ),
    PublishCustomActivity: st.builds(PublishCustomActivity, custom_activity_id=ids(260, 2)),
    PinActivity: st.builds(PinActivity, activity_id=ids(260, 2) | NOTES),
    UnpinActivity: st.builds(UnpinActivity, activity_id=ids(260, 2) | NOTES),
    DeleteActivity: st.builds(DeleteActivity, activity_id=ENTRIES),
}
_NEW_ID: dict[type[Command], str] = {
    AddContact: "contact_id",
    AddOpportunity: "opportunity_id",
    AddTask: "task_id",
    LogCall: "call_id",
    LogEmail: "email_id",
    LogSms: "sms_id",
    WriteNote: "note_id",
    RecordCustomActivity: "custom_activity_id",
    LogMeeting: "meeting_id",
    CreateLeadStatus: "status_id",
}


def told(commands: Sequence[Command]) -> tuple[Fact[Event], ...]:
    """The log after all these commands; what is refused leaves nothing in it. Ids are used once."""
    events: list[Event] = []
    used: set[Any] = set()
    for number, command in enumerate([CreateLead(lead_id=LEAD), *commands]):
        new = getattr(command, _NEW_ID.get(type(command), "nothing"), None)
        if new in used:
            continue
        facts = facts_of(FOUNDED_WITH_FIELDS, events)
        lead = lead_of(facts)
        if isinstance(command, UpsertLead) and lead is not None and lead.is_deleted:
            continue  # it would make another lead
        by, now = BY_MEMBER if number % 2 else BY_ADMIN, NOW + timedelta(minutes=number)
        if isinstance(command, TakeBack):
            with suppress(Refusal, Refused):
                events += taken_back(command, facts, by=by, now=now)
            continue
        in_use = int(lead is not None and not lead.is_deleted and lead.status_id == getattr(command, "status_id", None))
        state, situation = ground(
            command,
            facts,
            by=by,
            now=now,
            answers={"leads_with_status": in_use},
        )
        try:
            require_lead(command, state)
            decided = command.decide(state, situation)
        except (Refusal, Refused):
            continue
        events += cast(Sequence[Event], decided)
        used |= {new} - {None}
    return facts_of(FOUNDED_WITH_FIELDS, events)


# Some of what is edited, six notes and two drafts are there from the start and pins are many, so that stories come to
# the sixth.
_OPPORTUNITY = AddOpportunity(lead_id=LEAD, opportunity_id=OpportunityId(thing(210)))
_TASK = AddTask(lead_id=LEAD, text="a", task_id=TaskId(thing(220)))
_CONTACTS = [
    AddContact(lead_id=LEAD, contact=NewContact(name=name, contact_id=ContactId(thing(number))))
    for number, name in ((200, "Lindsay"), (201, "Tobias"))
]
_UNSENT: list[Command] = [
    LogEmail(lead_id=LEAD, direction=Direction.OUTBOUND, status=MessageStatus.DRAFT, email_id=ActivityId(thing(240))),
    LogSms(lead_id=LEAD, direction=Direction.OUTBOUND, status=MessageStatus.DRAFT, sms_id=ActivityId(thing(270))),
]
_MAILS: list[Command] = [
    LogEmail(
        lead_id=LEAD,
        direction=Direction.INBOUND,
        sender="a@b.example",
        message_id=f"<{number}@x>",
        email_id=ActivityId(thing(245 + number)),
    )
    for number in (1, 2)
]
_SIX_NOTES = [WriteNote(lead_id=LEAD, text="a", note_id=ActivityId(thing(250 + number))) for number in range(6)]
_DRAFTS = [
    RecordCustomActivity(
        lead_id=LEAD, type_id=VISITS, status=PublicationStatus.DRAFT, custom_activity_id=ActivityId(thing(260 + number))
    )
    for number in range(2)
]
_KINDS = [
    *COMMANDS,
    *[TakeBack] * 14,
    *[PinNote] * 16,
    *[RestoreLead] * 5,
    *[UpdateLead] * 6,
    *[UnpinNote] * 3,
    *[CompleteTask] * 4,
    *[ReopenTask] * 5,
    *[UpdateTask] * 4,
    *[UpdateContact] * 6,
    *[ReorderContacts] * 2,
    *[UpdateOpportunity] * 4,
    *[LogEmail] * 3,
    *[EditDraft] * 3,
    *[PinActivity] * 5,
    *[UnpinActivity] * 6,
    *[UpdateCustomActivity] * 4,
    *[EditNote] * 2,
    *[LogCall] * 2,
    *[UpdateCall] * 4,
    *[LogMeeting] * 2,
    *[UpdateMeeting] * 4,
    *[LogLeadStatusChange] * 2,
    DeleteActivity,
]
_CALL = LogCall(lead_id=LEAD, direction=Direction.INBOUND, call_id=ActivityId(thing(230)))
_MEETING = LogMeeting(lead_id=LEAD, starts_at=NOW, ends_at=NOW, meeting_id=ActivityId(thing(280)))
_START: list[Command] = [*_CONTACTS, _OPPORTUNITY, _TASK, _CALL, _MEETING, *_UNSENT, *_MAILS, *_SIX_NOTES, *_DRAFTS]
ORDERS = st.lists(st.sampled_from(_KINDS).flatmap(COMMANDS.__getitem__), min_size=10, max_size=50)
STORIES = ORDERS.map(lambda commands: told([*_START, *commands]))


@for_all(STORIES)
@settings(deadline=None, max_examples=60)
def test_replay_never_raises_and_misses_no_version(facts: tuple[Fact[Event], ...]) -> None:
    lead = lead_of(facts)
    assert lead is not None
    assert lead.version == sum(isinstance(fact.event, LeadEvent) for fact in facts)


@for_all(STORIES, st.integers(0, 30))
@settings(deadline=None, max_examples=60)
def test_a_lead_can_be_replayed_in_two_parts(facts: tuple[Fact[Event], ...], cut: int) -> None:
    own = [fact for fact in facts if fact.stream_id == LEAD]
    assert replay(replay(None, own[:cut]), own[cut:]) == lead_of(facts)


@for_all(STORIES)
@settings(deadline=None, max_examples=60)
def test_a_lead_comes_back_from_its_snapshot(facts: tuple[Fact[Event], ...]) -> None:
    lead = lead_of(facts)
    assert msgspec.json.decode(msgspec.json.encode(lead), type=Lead) == lead


@for_all(STORIES)
@settings(deadline=None, max_examples=60)
def test_a_story_comes_back_from_its_bytes(facts: tuple[Fact[Event], ...]) -> None:
    assert [EVENTS.decode(recorded(fact.event)) for fact in facts] == [fact.event for fact in facts]


@for_all(STORIES)
@settings(deadline=None, max_examples=60)
def test_there_are_never_more_pins_than_may_be_and_no_pin_twice(facts: tuple[Fact[Event], ...]) -> None:
    lead = lead_of(facts)
    assert lead is not None
    assert len(set(lead.pins)) == len(lead.pins) <= PINS_MAX


@for_all(STORIES)
@settings(deadline=None, max_examples=60)
def test_a_lead_always_has_a_status_in_use(facts: tuple[Fact[Event], ...]) -> None:
    lead = lead_of(facts)
    assert lead is not None
    if lead.is_deleted:
        return  # its status may be deleted meanwhile: it gets another one when it comes back
    usable = {status.id for status in organization_of(facts).usable_lead_statuses}
    # What a lead has may be archived while it is deleted, and it comes back with it.
    was_away = any(isinstance(fact.event, LeadDeleted) for fact in facts)
    assert lead.status_id in (organization_of(facts).lead_statuses if was_away else usable)


@for_all(STORIES)
@settings(deadline=None, max_examples=60)
def test_no_value_is_anything_but_plain_digits(facts: tuple[Fact[Event], ...]) -> None:
    values = [getattr(fact.event, "value", None) for fact in facts]
    assert all(value is None or (isinstance(value, Decimal) and "E" not in str(value)) for value in values)


@for_all(STORIES)
@settings(deadline=None, max_examples=60)
def test_a_message_id_is_on_a_lead_once(facts: tuple[Fact[Event], ...]) -> None:
    held: set[Claim] = set()
    for fact in facts:
        held -= set(fact.event.releases(fact.stream_id))
        taken = {claim for claim, _ in fact.event.takes(fact.stream_id)}
        assert not held & taken
        held |= taken


def test_stories_tell_of_every_kind_of_fact_and_of_five_pins() -> None:
    """Otherwise the laws above would hold of little. It listens until it has heard all of it."""
    of_two_leads = {LeadMerged, LeadMergedAway, LeadUnmerged, LeadBroughtBack}  # their stories are told elsewhere
    unheard = {kind.event_name() for kind in get_args(AnyLeadEvent) if kind not in of_two_leads}
    pins = 0

    @for_all(ORDERS)
    @settings(deadline=None, derandomize=True, database=None, max_examples=2_000)
    def listen(commands: list[Command]) -> None:
        nonlocal pins
        if not unheard and pins == PINS_MAX:
            return
        facts = told([*_START, *commands])
        unheard.difference_update(fact.event.event_name() for fact in facts)
        pins = max(pins, len(getattr(lead_of(facts), "pins", ())))

    listen()
    assert not unheard
    assert pins == PINS_MAX
