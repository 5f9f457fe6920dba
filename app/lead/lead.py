"""Lead: the state that decisions need, and how facts change it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar, assert_never

import msgspec

from app.event import Event, Fact
from app.ids import ActivityId, ContactId, CustomFieldId, LeadId, OpportunityId, StatusId, TaskId
from app.lead.activities import ActivityDeleted
from app.lead.addresses import Address, LeadAddressesChanged
from app.lead.calls import CallEdited, CallLogged
from app.lead.contact_changes import (
    ContactEmailsChanged,
    ContactPhonesChanged,
    ContactRemoved,
    ContactRenamed,
    ContactsReordered,
    ContactTitleChanged,
    ContactUrlsChanged,
)
from app.lead.contacts import Contact, ContactAdded
from app.lead.custom_activities import CustomActivityRecorded
from app.lead.custom_activity_events import CustomActivityEdited
from app.lead.custom_values import CustomValue, CustomValueChanged
from app.lead.deletion import LeadDeleted, LeadRestored
from app.lead.details import ExternalId, LeadCreated, LeadDescriptionChanged, LeadRenamed, LeadUrlChanged
from app.lead.draft_events import EmailDraftEdited, SmsDraftEdited
from app.lead.email_threads import EmailThreadsJoined
from app.lead.emails import EmailLogged
from app.lead.meetings import MeetingEdited, MeetingLogged
from app.lead.members import brought_back, merged, mixed, unmerged, with_pin, with_task, without_ended_pin
from app.lead.merge_events import LeadBroughtBack, LeadMerged, LeadMergedAway, LeadUnmerged, Member
from app.lead.notes import NoteEdited, NoteWritten
from app.lead.opportunities import Opportunity, OpportunityAdded
from app.lead.opportunity_events import (
    OpportunityChange,
    OpportunityCloseDateChanged,
    OpportunityConfidenceChanged,
    OpportunityContactChanged,
    OpportunityLossDateChanged,
    OpportunityNoteChanged,
    OpportunityOwnerChanged,
    OpportunityRemoved,
    OpportunityStatusChanged,
    OpportunityValueChanged,
    changed_opportunity,
)
from app.lead.pins import ActivityPinned, ActivityUnpinned, NotePinned, NoteUnpinned
from app.lead.sms import SmsLogged
from app.lead.status_changes import OpportunityStatusChangeLogged, StatusChangeLogged
from app.lead.statuses import StatusChanged
from app.lead.task_events import (
    TaskAssigned,
    TaskChange,
    TaskContactChanged,
    TaskDueChanged,
    TaskPriorityChanged,
    TaskReopened,
    TaskTextChanged,
    added_task,
    changed_task,
)
from app.lead.tasks import Task, TaskAdded, TaskCompleted, TaskRemoved
from app.organization.visibility import Values
from app.vocabulary import CustomFieldTarget

AnyLeadEvent = (
    LeadCreated
    | LeadRenamed
    | LeadDescriptionChanged
    | LeadUrlChanged
    | LeadAddressesChanged
    | LeadDeleted
    | LeadRestored
    | StatusChanged
    | ContactAdded
    | ContactRenamed
    | ContactTitleChanged
    | ContactEmailsChanged
    | ContactPhonesChanged
    | ContactUrlsChanged
    | ContactRemoved
    | ContactsReordered
    | OpportunityAdded
    | OpportunityStatusChanged
    | OpportunityValueChanged
    | OpportunityConfidenceChanged
    | OpportunityNoteChanged
    | OpportunityOwnerChanged
    | OpportunityContactChanged
    | OpportunityCloseDateChanged
    | OpportunityLossDateChanged
    | OpportunityRemoved
    | TaskAdded
    | TaskTextChanged
    | TaskDueChanged
    | TaskPriorityChanged
    | TaskAssigned
    | TaskContactChanged
    | TaskCompleted
    | TaskReopened
    | TaskRemoved
    | CallLogged
    | EmailLogged
    | EmailThreadsJoined
    | EmailDraftEdited
    | SmsLogged
    | SmsDraftEdited
    | NoteWritten
    | NoteEdited
    | CallEdited
    | MeetingLogged
    | MeetingEdited
    | StatusChangeLogged
    | OpportunityStatusChangeLogged
    | NotePinned
    | NoteUnpinned
    | CustomActivityRecorded
    | CustomActivityEdited
    | ActivityPinned
    | ActivityUnpinned
    | ActivityDeleted
    | CustomValueChanged
    | LeadMerged
    | LeadMergedAway
    | LeadUnmerged
    | LeadBroughtBack
)

Key = TypeVar("Key")
Value = TypeVar("Value")


class Lead(msgspec.Struct, frozen=True, kw_only=True):
    """What is bounded: details, contacts, opportunities, open tasks and pins; never the activities.

    Contacts stand in their order, the primary one first. `status_label` is that of the moment it got the status.

    Attributes:
        merged_into: where it goes on, if it was merged away: there, or where that one was merged into.
        members: leads that were merged into it.
        returned_at: version at which it came back from a merge, the last time; 0: never.
    """

    id: LeadId
    version: int
    status_id: StatusId
    status_label: str = ""
    name: str | None = None
    description: str | None = None
    url: str | None = None
    addresses: tuple[Address, ...] = ()
    external_id: ExternalId | None = None
    is_deleted: bool = False
    custom: dict[CustomFieldId, Values] = {}
    contacts: dict[ContactId, Contact] = {}
    opportunities: dict[OpportunityId, Opportunity] = {}
    tasks: dict[TaskId, Task] = {}
    pins: tuple[ActivityId, ...] = ()
    merged_into: LeadId | None = None
    members: tuple[Member, ...] = ()
    returned_at: int = 0


def evolve(lead: Lead, event: AnyLeadEvent) -> Lead:  # noqa: C901 - one arm an event
    """The state after one more fact. Total and pure."""
    change = msgspec.structs.replace
    match event:
        case LeadCreated():
            return change(
                lead,
                name=event.name,
                description=event.description,
                url=event.url,
                status_id=event.status_id,
                status_label=event.status_label,
                addresses=event.addresses,
                external_id=event.external_id,
                custom=_custom(event.custom_values),
            )
        case LeadRenamed():
            return change(lead, name=event.after)
        case LeadDescriptionChanged():
            return change(lead, description=event.after)
        case LeadUrlChanged():
            return change(lead, url=event.after)
        case LeadAddressesChanged():
            return change(lead, addresses=event.after)
        case LeadDeleted():
            return change(lead, is_deleted=True)
        case LeadRestored():
            return change(lead, is_deleted=False)
        case StatusChanged():
            return change(lead, status_id=event.after_id, status_label=event.after_label)
        case ContactAdded():
            contact = Contact(
                place=event.place,
                name=event.name,
                title=event.title,
                emails=event.emails,
                phones=event.phones,
                urls=event.urls,
                custom=_custom(event.custom_values),
            )
            return change(lead, contacts=_with(lead.contacts, event.contact_id, contact))
        case ContactRenamed():
            return _with_contact(lead, event.contact_id, name=event.after)
        case ContactTitleChanged():
            return _with_contact(lead, event.contact_id, title=event.after)
        case ContactEmailsChanged():
            return _with_contact(lead, event.contact_id, emails=event.after)
        case ContactPhonesChanged():
            return _with_contact(lead, event.contact_id, phones=event.after)
        case ContactUrlsChanged():
            return _with_contact(lead, event.contact_id, urls=event.after)
        case ContactRemoved():
            return _without_contact(lead, event.contact_id)
        case ContactsReordered():
            return _in_order(lead, event.after)
        case OpportunityAdded():
            opportunity = _added_opportunity(event)
            return change(lead, opportunities=_with(lead.opportunities, event.opportunity_id, opportunity))
        case (
            OpportunityStatusChanged()
            | OpportunityValueChanged()
            | OpportunityConfidenceChanged()
            | OpportunityNoteChanged()
            | OpportunityOwnerChanged()
            | OpportunityContactChanged()
            | OpportunityCloseDateChanged()
            | OpportunityLossDateChanged()
        ):
            return _with_changed_opportunity(lead, event)
        case OpportunityRemoved():
            return change(lead, opportunities=_without(lead.opportunities, event.opportunity_id))
        case TaskAdded():
            return change(lead, tasks=_with(lead.tasks, event.task_id, added_task(event)))
        case TaskTextChanged() | TaskDueChanged() | TaskPriorityChanged() | TaskAssigned() | TaskContactChanged():
            return _with_changed_task(lead, event)
        case TaskReopened():
            reopened = change(lead, tasks=_with(lead.tasks, event.task_id, _reopened_task(event)))
            return with_task(reopened, event.born_in, event.task_id)
        case TaskCompleted() | TaskRemoved():
            return change(lead, tasks=_without(lead.tasks, event.task_id))
        case NotePinned():
            return with_pin(change(lead, pins=(*lead.pins, event.note_id)), event.born_in, event.note_id)
        case NoteUnpinned():
            return change(lead, pins=_other_pins(lead, event.note_id))
        case ActivityPinned():
            return with_pin(change(lead, pins=(*lead.pins, event.activity_id)), event.born_in, event.activity_id)
        case ActivityUnpinned():
            return change(lead, pins=_other_pins(lead, event.activity_id))
        case ActivityDeleted():
            lead = without_ended_pin(lead, event.activity_id)
            return change(lead, pins=_other_pins(lead, event.activity_id)) if lead.pins else lead
        case CustomValueChanged():
            return _with_custom_value(lead, event)
        case LeadMerged():
            return merged(lead, event)
        case LeadMergedAway():
            return change(lead, merged_into=event.into_id)
        case LeadUnmerged():
            return unmerged(lead, event)
        case LeadBroughtBack():
            return brought_back(lead, event)
        case EmailLogged():
            return mixed(lead, None, event.thread_lead_id)
        case EmailDraftEdited():
            return mixed(lead, event.born_in, event.thread_lead_id)
        case EmailThreadsJoined():
            return mixed(lead, event.thread_lead_id, event.into_lead_id)
        case CallLogged() | NoteWritten() | SmsLogged() | SmsDraftEdited():
            return lead
        case CustomActivityRecorded() | CustomActivityEdited():
            return lead
        case NoteEdited() | CallEdited() | MeetingLogged() | MeetingEdited():
            return lead
        case StatusChangeLogged() | OpportunityStatusChangeLogged():
            return lead  # history alone
        case _:
            assert_never(event)


def replay(lead: Lead | None, facts: Iterable[Fact[Event]]) -> Lead | None:
    """The lead after more facts of its stream; None: there is no such lead."""
    for fact in facts:
        event = fact.event
        if lead is None:
            assert isinstance(event, LeadCreated), f"stream {fact.stream_id} begins with {event.event_name()}"
            lead = Lead(id=LeadId(fact.stream_id), version=0, status_id=event.status_id)
        assert isinstance(event, AnyLeadEvent)
        lead = msgspec.structs.replace(evolve(lead, event), version=fact.version)
    return lead


def _added_opportunity(event: OpportunityAdded) -> Opportunity:
    return Opportunity(
        status_id=event.status_id,
        contact_id=event.contact_id,
        user_id=event.user_id,
        value=event.value,
        value_period=event.value_period,
        confidence=event.confidence,
        note=event.note,
        date_won=event.date_won,
        date_lost=event.date_lost,
        custom=_custom(event.custom_values),
    )


def _with_changed_opportunity(lead: Lead, event: OpportunityChange) -> Lead:
    opportunity = lead.opportunities.get(event.opportunity_id)
    if opportunity is None:
        return lead
    changed = _with(lead.opportunities, event.opportunity_id, changed_opportunity(opportunity, event))
    return msgspec.structs.replace(lead, opportunities=changed)


def _with_changed_task(lead: Lead, event: TaskChange) -> Lead:
    """A completed task is no part of the state."""
    task = lead.tasks.get(event.task_id)
    if task is None:
        return lead
    return msgspec.structs.replace(lead, tasks=_with(lead.tasks, event.task_id, changed_task(task, event)))


def _reopened_task(event: TaskReopened) -> Task:
    return Task(
        text=event.text,
        contact_id=event.contact_id,
        assigned_to=event.assigned_to,
        due=event.due,
        priority=event.priority,
    )


def _custom(values: Iterable[CustomValue]) -> dict[CustomFieldId, Values]:
    return {one.field_id: one.values for one in values}


def _with_custom_value(lead: Lead, event: CustomValueChanged) -> Lead:
    change = msgspec.structs.replace
    match event.target:
        case CustomFieldTarget.CONTACT:
            contact_id = ContactId(event.owner_id)
            contact = lead.contacts.get(contact_id)
            return _with_contact(lead, contact_id, custom=_with_values(contact.custom, event)) if contact else lead
        case CustomFieldTarget.OPPORTUNITY:
            opportunity_id = OpportunityId(event.owner_id)
            opportunity = lead.opportunities.get(opportunity_id)
            if opportunity is None:
                return lead
            opportunity = change(opportunity, custom=_with_values(opportunity.custom, event))
            return change(lead, opportunities=_with(lead.opportunities, opportunity_id, opportunity))
        case CustomFieldTarget.LEAD:
            return change(lead, custom=_with_values(lead.custom, event))
        case CustomFieldTarget.ACTIVITY:
            return lead


def _with_contact(lead: Lead, contact_id: ContactId, **values: Any) -> Lead:
    contact = lead.contacts.get(contact_id)
    if contact is None:
        return lead
    changed = msgspec.structs.replace(contact, **values)
    return msgspec.structs.replace(lead, contacts=_with(lead.contacts, contact_id, changed))


def _without_contact(lead: Lead, contact_id: ContactId) -> Lead:
    """Tasks and opportunities that concerned this person concern nobody in particular now."""
    change = msgspec.structs.replace
    return change(
        lead,
        contacts=_without(lead.contacts, contact_id),
        tasks={
            id: change(task, contact_id=None) if task.contact_id == contact_id else task
            for id, task in lead.tasks.items()
        },
        opportunities={
            id: change(one, contact_id=None) if one.contact_id == contact_id else one
            for id, one in lead.opportunities.items()
        },
    )


def _in_order(lead: Lead, contact_ids: Iterable[ContactId]) -> Lead:
    """Contacts in another order; their places are counted anew."""
    known = [contact_id for contact_id in contact_ids if contact_id in lead.contacts]
    contacts = {
        contact_id: msgspec.structs.replace(lead.contacts[contact_id], place=place)
        for place, contact_id in enumerate(dict.fromkeys((*known, *lead.contacts)))
    }
    return msgspec.structs.replace(lead, contacts=contacts)


def _with_values(custom: dict[CustomFieldId, Values], event: CustomValueChanged) -> dict[CustomFieldId, Values]:
    if event.after:
        return _with(custom, event.field_id, event.after)
    return _without(custom, event.field_id)


def _with(entries: dict[Key, Value], key: Key, value: Value) -> dict[Key, Value]:
    return {**entries, key: value}


def _without(entries: dict[Key, Value], key: Key) -> dict[Key, Value]:
    return {one: value for one, value in entries.items() if one != key}


def _other_pins(lead: Lead, activity_id: ActivityId) -> tuple[ActivityId, ...]:
    return tuple(pin for pin in lead.pins if pin != activity_id)
