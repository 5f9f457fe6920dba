"""What one event changes on the screens: for live feeds, from the same handlers that write the rows."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from app.event import Entry, Event
from app.ids import ActivityId, CustomFieldId, EventId, ThreadId
from app.lead.activities import ActivityDeleted
from app.lead.addresses import Address, LeadAddressesChanged
from app.lead.calls import CallContent, CallEdited
from app.lead.contact_changes import (
    ContactEmailsChanged,
    ContactPhonesChanged,
    ContactRemoved,
    ContactRenamed,
    ContactsReordered,
    ContactTitleChanged,
    ContactUrlsChanged,
)
from app.lead.custom_activity_events import CustomActivityContent, CustomActivityEdited
from app.lead.custom_values import CustomValueChanged
from app.lead.deletion import LeadDeleted, LeadRestored
from app.lead.details import LeadDescriptionChanged, LeadRenamed, LeadUrlChanged
from app.lead.draft_events import EmailContent, EmailDraftEdited, SmsContent, SmsDraftEdited
from app.lead.email_threads import EmailThreadsJoined
from app.lead.lead import AnyLeadEvent
from app.lead.meetings import MeetingContent, MeetingEdited
from app.lead.notes import NoteContent, NoteEdited
from app.lead.opportunity_events import (
    OpportunityCloseDateChanged,
    OpportunityConfidenceChanged,
    OpportunityContactChanged,
    OpportunityLossDateChanged,
    OpportunityNoteChanged,
    OpportunityOwnerChanged,
    OpportunityRemoved,
    OpportunityStatusChanged,
    OpportunityValueChanged,
    Worth,
)
from app.lead.pins import ActivityPinned, ActivityUnpinned, NoteUnpinned
from app.lead.sms import SmsLogged
from app.lead.status_changes import OpportunityStatusChangeLogged, StatusChangeLogged
from app.lead.statuses import StatusChanged
from app.lead.task_events import (
    TaskAssigned,
    TaskContactChanged,
    TaskDueChanged,
    TaskPriorityChanged,
    TaskReopened,
    TaskTextChanged,
)
from app.lead.tasks import Due, TaskCompleted, TaskRemoved
from app.situation import Actor
from app.vocabulary import (
    ActivityKind,
    CustomFieldTarget,
    Direction,
    MessageStatus,
    OpportunityStatusType,
    TaskPriority,
    ValuePeriod,
)
from projections.changes import Added, Change, Changed, LeadSide, Pins, Removed, changes_of
from tests.support.acme import (
    ACME_AND_PEOPLE,
    ADMIN,
    CALL,
    CALL_LOGGED,
    CONTACT,
    CONTACT_ADDED,
    CUSTOMER,
    DEMO_COMPLETED,
    EMAIL,
    EMAIL_LOGGED,
    LEAD,
    LEAD_CREATED,
    MEETING,
    MEETING_LOGGED,
    NOTE,
    NOTE_PINNED,
    NOTE_WRITTEN,
    NOTES,
    NOW,
    OPPORTUNITY,
    OPPORTUNITY_ADDED,
    POTENTIAL,
    TASK,
    TASK_ADDED,
    THREAD,
    VISIT,
    VISIT_DRAFTED,
    WON,
    YESTERDAY,
    thing,
)
from tests.support.merging import LEAD_BROUGHT_BACK, LEAD_MERGED, LEAD_MERGED_AWAY, LEAD_UNMERGED, MERGE

FIELD = CustomFieldId(thing(50))
EVENT_ID = EventId(thing(9_001))
OWN = ActivityId(EVENT_ID)  # of an item that has no id but its event's

STATUS_CHANGED = StatusChanged(before_id=POTENTIAL, before_label="Potential", after_id=CUSTOMER, after_label="Customer")
STAGE_CHANGED = OpportunityStatusChanged(
    opportunity_id=OPPORTUNITY,
    before_id=DEMO_COMPLETED,
    after_id=WON,
    after_label="Won",
    after_type=OpportunityStatusType.WON,
    value_period=ValuePeriod.ONE_TIME,
    confidence=50,
)
OTHER_THREAD = ThreadId(thing(51))
NOTE_EDITED = NoteEdited(note_id=NOTE, before=NoteContent(title=None), after=NoteContent(title="Stairs"))
CALL_EDITED = CallEdited(call_id=CALL, before=CallContent(duration_s=65), after=CallContent(duration_s=66))
MEETING_EDITED = MeetingEdited(
    meeting_id=MEETING, before=MeetingContent(occurred_at=NOW), after=MeetingContent(occurred_at=YESTERDAY)
)
STATUS_LOGGED = StatusChangeLogged(after_id=CUSTOMER, after_label="Customer")
STAGE_LOGGED = OpportunityStatusChangeLogged(
    opportunity_id=OPPORTUNITY,
    after_id=WON,
    after_label="Won",
    after_type=OpportunityStatusType.WON,
    value_period=ValuePeriod.ONE_TIME,
    confidence=50,
)
SMS = ActivityId(thing(52))
DRAFT_EDITED = EmailDraftEdited(
    email_id=EMAIL, before=EmailContent(subject="a"), after=EmailContent(subject="b"), thread_id=THREAD
)
ONCE = Worth(period=ValuePeriod.ONE_TIME)
CASES: list[tuple[Event, tuple[Change, ...]]] = [
    (LEAD_CREATED, (LeadSide("lead.created"), Added(OWN))),
    (LEAD_MERGED, (LeadSide("lead.merged"), Changed(NOTES[1]), Pins(), Added(MERGE))),
    (LEAD_MERGED_AWAY, (LeadSide("lead.merged_away"),)),
    (LEAD_UNMERGED, (LeadSide("lead.unmerged"), Changed(MERGE))),
    (LEAD_BROUGHT_BACK, (LeadSide("lead.brought_back"), Changed(NOTES[1]), Pins())),
    (LeadRenamed(after="Sitwell"), (LeadSide("lead.renamed"),)),
    (LeadDescriptionChanged(after="Builds"), (LeadSide("lead.description_changed"),)),
    (LeadUrlChanged(after="https://x.example"), (LeadSide("lead.url_changed"),)),
    (LeadAddressesChanged(after=(Address(city="Reykjavík"),)), (LeadSide("lead.addresses_changed"),)),
    (LeadDeleted(), (LeadSide("lead.deleted"),)),
    (LeadRestored(), (LeadSide("lead.restored"),)),
    (STATUS_CHANGED, (LeadSide("lead.status_changed"), Added(OWN))),
    (CONTACT_ADDED, (LeadSide("lead.contact_added"),)),
    (ContactRenamed(contact_id=CONTACT, after="Nellie"), (LeadSide("lead.contact_renamed"),)),
    (ContactTitleChanged(contact_id=CONTACT, after="Ms"), (LeadSide("lead.contact_title_changed"),)),
    (ContactEmailsChanged(contact_id=CONTACT), (LeadSide("lead.contact_emails_changed"),)),
    (ContactPhonesChanged(contact_id=CONTACT), (LeadSide("lead.contact_phones_changed"),)),
    (ContactUrlsChanged(contact_id=CONTACT), (LeadSide("lead.contact_urls_changed"),)),
    (ContactRemoved(contact_id=CONTACT), (LeadSide("lead.contact_removed"),)),
    (ContactsReordered(before=(CONTACT,), after=(CONTACT,)), (LeadSide("lead.contacts_reordered"),)),
    (OPPORTUNITY_ADDED, (LeadSide("lead.opportunity_added"),)),
    (STAGE_CHANGED, (LeadSide("lead.opportunity_status_changed"), Added(OWN))),
    (
        OpportunityValueChanged(opportunity_id=OPPORTUNITY, before=ONCE, after=ONCE),
        (LeadSide("lead.opportunity_value_changed"),),
    ),
    (
        OpportunityConfidenceChanged(opportunity_id=OPPORTUNITY, before=1, after=2),
        (LeadSide("lead.opportunity_confidence_changed"),),
    ),
    (OpportunityNoteChanged(opportunity_id=OPPORTUNITY), (LeadSide("lead.opportunity_note_changed"),)),
    (OpportunityOwnerChanged(opportunity_id=OPPORTUNITY), (LeadSide("lead.opportunity_owner_changed"),)),
    (OpportunityContactChanged(opportunity_id=OPPORTUNITY), (LeadSide("lead.opportunity_contact_changed"),)),
    (OpportunityCloseDateChanged(opportunity_id=OPPORTUNITY), (LeadSide("lead.opportunity_close_date_changed"),)),
    (OpportunityLossDateChanged(opportunity_id=OPPORTUNITY), (LeadSide("lead.opportunity_loss_date_changed"),)),
    (OpportunityRemoved(opportunity_id=OPPORTUNITY), (LeadSide("lead.opportunity_removed"),)),
    (TaskTextChanged(task_id=TASK, before="a", after="b"), (LeadSide("lead.task_text_changed"),)),
    (TaskDueChanged(task_id=TASK, before=Due(), after=Due()), (LeadSide("lead.task_due_changed"),)),
    (
        TaskPriorityChanged(task_id=TASK, before=TaskPriority.NORMAL, after=TaskPriority.HIGH),
        (LeadSide("lead.task_priority_changed"),),
    ),
    (TaskAssigned(task_id=TASK), (LeadSide("lead.task_assigned"),)),
    (TaskContactChanged(task_id=TASK), (LeadSide("lead.task_contact_changed"),)),
    (TaskReopened(task_id=TASK, text="a", priority=TaskPriority.NORMAL), (LeadSide("lead.task_reopened"),)),
    (TaskRemoved(task_id=TASK, text="a"), (LeadSide("lead.task_removed"),)),
    (TASK_ADDED, (LeadSide("lead.task_added"),)),
    (TaskCompleted(task_id=TASK, text="Send the offer"), (LeadSide("lead.task_completed"), Added(OWN))),
    (CALL_LOGGED, (Added(CALL),)),
    (EMAIL_LOGGED, (Added(EMAIL),)),
    (EmailThreadsJoined(thread_id=OTHER_THREAD, into_id=THREAD, email_ids=(EMAIL,)), (Changed(EMAIL),)),
    (DRAFT_EDITED, (Changed(EMAIL),)),
    (SmsLogged(sms_id=SMS, direction=Direction.INBOUND, status=MessageStatus.INBOX), (Added(SMS),)),
    (SmsDraftEdited(sms_id=SMS, before=SmsContent(text="a"), after=SmsContent(text="b")), (Changed(SMS),)),
    (NOTE_WRITTEN, (Added(NOTE),)),
    (MEETING_LOGGED, (Added(MEETING),)),
    (NOTE_EDITED, (Changed(NOTE),)),
    (CALL_EDITED, (Changed(CALL),)),
    (MEETING_EDITED, (Changed(MEETING),)),
    (STATUS_LOGGED, (Added(OWN),)),
    (STAGE_LOGGED, (Added(OWN),)),
    (NOTE_PINNED, (Changed(NOTE), Pins())),
    (NoteUnpinned(note_id=NOTE), (Changed(NOTE), Pins())),
    (VISIT_DRAFTED, (Added(VISIT),)),
    (
        CustomActivityEdited(
            custom_activity_id=VISIT,
            before=CustomActivityContent(contact_id=None),
            after=CustomActivityContent(contact_id=CONTACT),
        ),
        (Changed(VISIT),),
    ),
    (ActivityPinned(activity_id=VISIT), (Changed(VISIT), Pins())),
    (ActivityUnpinned(activity_id=VISIT), (Changed(VISIT), Pins())),
    (ActivityDeleted(activity_id=NOTE, kind=ActivityKind.NOTE), (Removed(NOTE),)),
    (ActivityDeleted(activity_id=NOTE, kind=ActivityKind.NOTE, was_pinned=True), (Removed(NOTE), Pins())),
    (
        CustomValueChanged(target=CustomFieldTarget.LEAD, owner_id=LEAD, field_id=FIELD, after=("x",)),
        (LeadSide("lead.custom_value_changed"),),
    ),
]


def entry(event: Event) -> Entry[Any]:
    return Entry(
        event=event,
        event_id=EVENT_ID,
        stream_id=LEAD,
        version=2,
        actor=Actor(user_id=ADMIN),
        source=None,
        correlation_id=thing(7),
    )


@pytest.mark.parametrize(("event", "changes"), CASES, ids=[event.event_name() for event, _ in CASES])
def test_an_event_makes_these_changes_the_left_sides_first(event: Event, changes: tuple[Change, ...]) -> None:
    assert changes_of(entry(event)) == changes


def test_no_event_of_a_lead_is_forgotten_above() -> None:
    assert {type(event) for event, _ in CASES} == set(get_args(AnyLeadEvent))


@pytest.mark.parametrize("event", ACME_AND_PEOPLE, ids=lambda event: event.event_name())
def test_an_event_of_the_organization_changes_no_lead(event: Event) -> None:
    assert changes_of(entry(event)) == ()
