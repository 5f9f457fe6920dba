"""Headlines of what happens to a lead."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app.event import Event
from app.lead.activities import ActivityDeleted
from app.lead.addresses import LeadAddressesChanged
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
from app.lead.contacts import ContactAdded
from app.lead.custom_activities import CustomActivityRecorded
from app.lead.custom_activity_events import CustomActivityEdited
from app.lead.custom_values import CustomValueChanged
from app.lead.deletion import LeadDeleted, LeadRestored
from app.lead.details import LeadCreated, LeadDescriptionChanged, LeadRenamed, LeadUrlChanged
from app.lead.draft_events import EmailDraftEdited, SmsDraftEdited
from app.lead.edits import ActivityEdited
from app.lead.email_threads import EmailThreadsJoined
from app.lead.emails import EmailLogged
from app.lead.meetings import MeetingEdited, MeetingLogged
from app.lead.merge_events import LeadBroughtBack, LeadMerged, LeadMergedAway, LeadUnmerged
from app.lead.notes import NoteEdited, NoteWritten
from app.lead.opportunities import OpportunityAdded
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
)
from app.lead.pins import ActivityPinned, ActivityUnpinned, NotePinned, NoteUnpinned
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
from app.lead.tasks import TaskAdded, TaskCompleted, TaskRemoved
from app.organization.organization import Organization
from app.vocabulary import Direction, MessageStatus
from schema.headline_words import DELETED, Said, changed_members, cut, said_values


def _call(event: CallLogged, _: Organization) -> str:
    way = "to" if event.direction is Direction.OUTBOUND else "from"
    return f"A call {way} {event.phone or 'an unknown number'} was logged."


def _email(event: EmailLogged, organization: Organization) -> str:
    subject = Said(event.subject or None, str, organization)
    return f"An e-mail {subject:or without a subject} was {_sent(event.status, event.direction)}."


def _sms(event: SmsLogged, organization: Organization) -> str:
    text = Said(event.text or None, str, organization)
    return f"An SMS {text:or of files} was {_sent(event.status, event.direction)}."


def _sent(status: MessageStatus, direction: Direction) -> str:
    if status is MessageStatus.DRAFT:
        return "drafted"
    return "sent" if direction is Direction.OUTBOUND else "received"


def _note(event: NoteWritten, _: Organization) -> str:
    words = cut(event.title or event.text)
    return f"A note was written: “{words}”." if words else "A note was written."


def _custom_value(event: CustomValueChanged, organization: Organization) -> str:
    field = organization.custom_fields.get(event.field_id)
    named = f"“{field.name}”" if field else DELETED
    before, after = (said_values(side, event.field_id, organization) for side in (event.before, event.after))
    return f"The {event.target.value.lower()}'s field {named} changed from {before} to {after}."


def _activity_deleted(event: ActivityDeleted, _: Organization) -> str:
    return f"An entry of the history was deleted: {event.kind.value.replace('_', ' ').lower()}."


def _edited(what: str) -> Callable[[Any, Organization], str]:
    def sentence(event: ActivityEdited, _: Organization) -> str:
        return f"{what} was edited: {changed_members(event)}."

    return sentence


def _draft(what: str) -> Callable[[Any, Organization], str]:
    def sentence(event: EmailDraftEdited | SmsDraftEdited, organization: Organization) -> str:
        status = event.after.status
        if isinstance(status, MessageStatus) and status is not MessageStatus.DRAFT:
            return f"{what} became {status.value.lower()}."
        return _edited(what)(event, organization)

    return sentence


def _contact(whose: str) -> Callable[[Any, Organization], str]:
    def sentence(event: OpportunityContactChanged | TaskContactChanged, _: Organization) -> str:
        if event.after is None:
            return f"{whose} contact was taken away."
        return f"{whose} contact was {'changed' if event.before else 'set'}."

    return sentence


OF_LEADS: dict[type[Event], str | Callable[[Any, Organization], str]] = {
    LeadCreated: "The lead {name:or without a name} was created in the status {status_label}.",
    LeadRenamed: "The lead's name changed from {before} to {after}.",
    LeadDescriptionChanged: "The lead's description changed from {before} to {after}.",
    LeadUrlChanged: "The lead's web address changed from {before} to {after}.",
    LeadAddressesChanged: "The lead's addresses changed: it has {after:count address addresses} now.",
    LeadDeleted: "The lead was deleted.",
    LeadRestored: "The lead was restored.",
    LeadMerged: "The lead {source_name} was merged into this one.",
    LeadMergedAway: "The lead was merged into another one.",
    LeadUnmerged: "The merge with another lead was taken back.",
    LeadBroughtBack: "The lead is one of its own again: its merge was taken back.",
    StatusChanged: "The lead's status changed from {before_label} to {after_label}.",
    StatusChangeLogged: "A change of the status to {after_label} was logged for the record.",
    CustomValueChanged: _custom_value,
    ContactAdded: "The contact {name:or without a name} was added.",
    ContactRenamed: "A contact's name changed from {before} to {after}.",
    ContactTitleChanged: "A contact's title changed from {before} to {after}.",
    ContactEmailsChanged: "A contact's e-mail addresses changed: {after:count address addresses}.",
    ContactPhonesChanged: "A contact's phone numbers changed: {after:count number}.",
    ContactUrlsChanged: "A contact's links changed: {after:count link}.",
    ContactRemoved: "The contact {name:or without a name} was removed.",
    ContactsReordered: "The contacts were put into another order.",
    OpportunityAdded: "An opportunity was added in {status_label}.",
    OpportunityStatusChanged: "An opportunity went from {before_label} to {after_label}.",
    OpportunityStatusChangeLogged: "A change of an opportunity to {after_label} was logged for the record.",
    OpportunityValueChanged: "An opportunity's value changed from {before} to {after}.",
    OpportunityConfidenceChanged: "An opportunity's confidence changed from {before} to {after} percent.",
    OpportunityNoteChanged: "An opportunity's note changed from {before} to {after}.",
    OpportunityOwnerChanged: "An opportunity went from {before} to {after} as its owner.",
    OpportunityContactChanged: _contact("An opportunity's"),
    OpportunityCloseDateChanged: "An opportunity's close date changed from {before} to {after}.",
    OpportunityLossDateChanged: "An opportunity's date of loss changed from {before} to {after}.",
    OpportunityRemoved: "An opportunity was removed.",
    TaskAdded: "The task {text} was added for {assigned_to}.",
    TaskTextChanged: "A task's text changed from {before} to {after}.",
    TaskDueChanged: "A task's due date changed from {before} to {after}.",
    TaskPriorityChanged: "A task's priority changed from {before} to {after}.",
    TaskAssigned: "A task went from {before} to {after}.",
    TaskContactChanged: _contact("A task's"),
    TaskCompleted: "The task {text} was completed.",
    TaskReopened: "The task {text} was opened again.",
    TaskRemoved: "The task {text} was removed.",
    CallLogged: _call,
    CallEdited: _edited("A call"),
    EmailLogged: _email,
    EmailDraftEdited: _draft("A draft of an e-mail"),
    EmailThreadsJoined: "Two e-mail threads turned out to be one; {email_ids:count e-mail} moved.",
    SmsLogged: _sms,
    SmsDraftEdited: _draft("A draft of an SMS"),
    NoteWritten: _note,
    NoteEdited: _edited("A note"),
    NotePinned: "A note was pinned.",
    NoteUnpinned: "A note was unpinned.",
    MeetingLogged: "The meeting {title:or without a title} was logged.",
    MeetingEdited: _edited("A meeting"),
    CustomActivityRecorded: "A custom activity {type_id} was recorded.",
    CustomActivityEdited: _edited("A custom activity"),
    ActivityPinned: "An activity was pinned.",
    ActivityUnpinned: "An activity was unpinned.",
    ActivityDeleted: _activity_deleted,
}
