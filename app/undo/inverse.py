"""The inverse of a fact: what has to happen so that all is as it was before. What has none here cannot be undone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, cast
from uuid import UUID

import msgspec

from app.event import Event, Fact
from app.ids import ActivityId
from app.lead.activities import ActivityDeleted, DeleteActivity
from app.lead.addresses import LeadAddressesChanged
from app.lead.attachments import files_after, files_before
from app.lead.calls import CallEdited, CallLogged
from app.lead.contact_changes import (
    ContactEmailsChanged,
    ContactPhonesChanged,
    ContactRemoved,
    ContactRenamed,
    ContactRestored,
    ContactsReordered,
    ContactTitleChanged,
    ContactUrlsChanged,
    RemoveContact,
)
from app.lead.contacts import ContactAdded, primary_contact
from app.lead.custom_activities import CustomActivityRecorded, require_use
from app.lead.custom_activity_events import CustomActivityEdited
from app.lead.custom_values import CustomValueChanged
from app.lead.deletion import DeleteLead, LeadDeleted, LeadRestored, RestoreLead
from app.lead.details import LeadCreated, LeadDescriptionChanged, LeadRenamed, LeadUrlChanged
from app.lead.draft_events import SmsDraftEdited
from app.lead.edits import changes_in
from app.lead.email_threads import EmailThreadsJoined
from app.lead.emails import EmailLogged
from app.lead.event import LeadEvent, made_activity_id
from app.lead.meetings import MeetingEdited, MeetingLogged
from app.lead.notes import NoteEdited, NoteWritten
from app.lead.opportunities import OpportunityAdded
from app.lead.opportunity_changes import RemoveOpportunity
from app.lead.opportunity_events import (
    OpportunityCloseDateChanged,
    OpportunityConfidenceChanged,
    OpportunityContactChanged,
    OpportunityLossDateChanged,
    OpportunityNoteChanged,
    OpportunityOwnerChanged,
    OpportunityRemoved,
    OpportunityRestored,
    OpportunityStatusChanged,
    OpportunityValueChanged,
)
from app.lead.pins import PINS_MAX, ActivityPinned, ActivityUnpinned, NotePinned, NoteUnpinned
from app.lead.refusals import FieldNotEditable, FieldNotFound, TooManyPins
from app.lead.restored_activities import ActivityRestored
from app.lead.sms import SmsLogged
from app.lead.status_changes import OpportunityStatusChangeLogged, StatusChangeLogged
from app.lead.statuses import StatusChanged
from app.lead.task_changes import RemoveTask, ReopenTask, known_task
from app.lead.task_events import (
    TaskAssigned,
    TaskContactChanged,
    TaskDueChanged,
    TaskPriorityChanged,
    TaskReopened,
    TaskTextChanged,
)
from app.lead.tasks import TaskAdded, TaskCompleted, TaskRemoved, TaskRestored
from app.organization.refusals import OpportunityStatusNotFound, StatusNotFound
from app.text import Problems
from app.undo.back import activity_back, completed_at, contact_back, opportunity_back, task_back
from app.undo.case import Case
from app.undo.refusals import CannotBeUndone

Events = Sequence[LeadEvent]
Turn = Callable[[Any, Case], Events]


def inverse(fact: Fact[Event], case: Case) -> Events:
    """What undoes a fact on which nothing stands any more; none where that is so by itself.

    Raises:
        CannotBeUndone: nothing does.
        Refusal: a rule forbids it, as it would forbid a command that does the same.
    """
    turn = _TURNS.get(type(fact.event))
    if turn is None:
        raise CannotBeUndone(type=fact.event.event_name())
    return turn(fact, case)


# ---------------------------------------------------------------- values


def _turned(fact: Fact[Any], _: Case) -> Events:
    """What was before is after, and the other way round."""
    event = fact.event
    return (msgspec.structs.replace(event, before=event.after, after=event.before, occurred_at=None),)


def _status(fact: Fact[StatusChanged], case: Case) -> Events:
    event, organization = fact.event, case.at.organization
    then, now = organization.lead_statuses.get(event.before_id), organization.lead_status(event.after_id)
    if then is None:
        raise StatusNotFound
    return (
        StatusChanged(
            before_id=event.after_id,
            before_label=now.label if now else event.after_label,
            after_id=then.id,
            after_label=then.label,
        ),
    )


def _stage(fact: Fact[OpportunityStatusChanged], case: Case) -> Events:
    event, organization = fact.event, case.at.organization
    then, now = organization.opportunity_statuses.get(event.before_id), organization.opportunity_status(event.after_id)
    if then is None:
        raise OpportunityStatusNotFound
    one = case.lead.opportunities[event.opportunity_id]
    return (
        OpportunityStatusChanged(
            opportunity_id=event.opportunity_id,
            before_id=event.after_id,
            before_label=now.label if now else None,
            before_type=now.type if now else None,
            after_id=then.id,
            after_label=then.label,
            after_type=then.type,
            contact_id=one.contact_id if one.contact_id in case.lead.contacts else None,
            value=one.value,
            value_period=one.value_period,
            confidence=one.confidence,
        ),
    )


def _custom_value(fact: Fact[CustomValueChanged], case: Case) -> Events:
    field = case.at.organization.custom_fields.get(fact.event.field_id)
    if field is None:
        raise FieldNotFound
    actor = case.at.actor
    user = case.at.organization.users.get(actor.user_id) if actor.user_id else None
    if user is not None and not field.editable_by(user.role):
        raise FieldNotEditable(name=field.name)
    return _turned(fact, case)


# ---------------------------------------------------------------- contacts and opportunities


def _contact_name(fact: Fact[ContactRenamed], case: Case) -> Events:
    event = fact.event
    is_primary = primary_contact(case.lead.contacts) == event.contact_id
    return (ContactRenamed(contact_id=event.contact_id, before=event.after, after=event.before, is_primary=is_primary),)


def _order(fact: Fact[ContactsReordered], case: Case) -> Events:
    """Those who came since stand behind."""
    contacts = case.lead.contacts
    before = tuple(contacts)
    after = tuple(dict.fromkeys((*(one for one in fact.event.before if one in contacts), *before)))
    if after == before:
        return ()
    return (ContactsReordered(before=before, after=after, primary_name=contacts[after[0]].name),)


def _no_contact(fact: Fact[ContactAdded | ContactRestored], case: Case) -> Events:
    return RemoveContact(contact_id=fact.event.contact_id).decide(case.lead, case.at)


def _no_opportunity(fact: Fact[OpportunityAdded | OpportunityRestored], case: Case) -> Events:
    return RemoveOpportunity(opportunity_id=fact.event.opportunity_id).decide(case.lead, case.at)


# ---------------------------------------------------------------- tasks


def _no_task(fact: Fact[TaskAdded | TaskRestored], case: Case) -> Events:
    task_id = fact.event.task_id
    return RemoveTask(task_id=task_id).decide(case.lead, case.situation(task_id))


def _open_again(fact: Fact[TaskCompleted], case: Case) -> Events:
    task_id = fact.event.task_id
    _, known = known_task(task_id, case.lead, case.situation(task_id))
    entry = known.completion or fact.event_id
    return ReopenTask(task_id=task_id).decide(case.lead, case.situation(task_id, entry))


def _complete_again(fact: Fact[TaskReopened], case: Case) -> Events:
    """At the time at which it was completed."""
    task_id = fact.event.task_id
    lead, known = known_task(task_id, case.lead, case.situation(task_id))
    assert lead is case.lead
    moment = completed_at(case.about(task_id, before=fact))
    return (TaskCompleted(task_id=task_id, text=known.task.text, contact_id=known.task.contact_id, occurred_at=moment),)


# ---------------------------------------------------------------- the history


def _no_activity(fact: Fact[LeadEvent], case: Case) -> Events:
    activity_id = made_activity_id(fact.event, fact.event_id)
    if activity_id is None:  # it brought one back
        assert isinstance(fact.event, ActivityRestored)
        activity_id = fact.event.activity_id
    return DeleteActivity(activity_id=activity_id).decide(case.lead, case.situation(activity_id))


def _edit(fact: Fact[Any], case: Case) -> Events:
    """Not where files were taken away: nobody holds them since."""
    event = fact.event
    left = {one.file_id for one in files_after(event) or ()}
    if any(one.file_id not in left for one in files_before(event)):
        raise CannotBeUndone(type=event.event_name())
    return _turned(fact, case)


def _note_edit(fact: Fact[NoteEdited], case: Case) -> Events:
    users = case.at.organization.users
    mentions = fact.event.before.mentions or ()
    inactive = tuple(one for one in mentions if one not in users or not users[one].is_active)
    (turned,) = _edit(fact, case)
    return (msgspec.structs.replace(turned, inactive=inactive),)


def _call_edit(fact: Fact[CallEdited], case: Case) -> Events:
    """It leaves the inboxes into which the edit brought it."""
    (turned,) = _edit(fact, case)
    arrival = fact.event.arrival
    if arrival is None:
        return (turned,)
    back = msgspec.structs.replace(arrival, before=arrival.after, after=arrival.before)
    return (msgspec.structs.replace(turned, arrival=back),)


def _sms_edit(fact: Fact[SmsDraftEdited], case: Case) -> Events:
    """What was sent is sent."""
    if "status" in changes_in(fact.event.after):
        raise CannotBeUndone(type=fact.event.event_name())
    return _edit(fact, case)


def _custom_edit(fact: Fact[CustomActivityEdited], case: Case) -> Events:
    problems = Problems()
    for one in case.about(fact.event.custom_activity_id):
        if isinstance(one.event, CustomActivityRecorded):
            kind = case.at.organization.custom_activity_types.get(one.event.type_id)
            if kind is not None:
                require_use(kind, case.at, problems)
    problems.stop_if_any()
    return _edit(fact, case)


def _joined(fact: Fact[EmailThreadsJoined], case: Case) -> Events:
    """Threads that a message joined stay joined when it goes, as when it is deleted."""
    if not case.is_undone(EmailLogged):
        raise CannotBeUndone(type=fact.event.event_name())
    return ()


def _pinned(pin: Callable[[ActivityId], NotePinned | ActivityPinned]) -> Turn:
    def turn(fact: Fact[LeadEvent], case: Case) -> Events:
        id = ActivityId(cast(UUID, fact.event.entity_id))
        if id in case.lead.pins:
            return ()
        if len(case.lead.pins) >= PINS_MAX:
            raise TooManyPins(limit=PINS_MAX)
        return (pin(id),)

    return turn


def _unpinned(end: Callable[[ActivityId], NoteUnpinned | ActivityUnpinned]) -> Turn:
    def turn(fact: Fact[LeadEvent], case: Case) -> Events:
        id = ActivityId(cast(UUID, fact.event.entity_id))
        return (end(id),) if id in case.lead.pins else ()

    return turn


# ---------------------------------------------------------------- the lead


def _no_lead(_: Fact[LeadCreated | LeadRestored], case: Case) -> Events:
    return DeleteLead(lead_id=case.lead.id).decide(case.lead, case.at)


def _lead_back(_: Fact[LeadDeleted], case: Case) -> Events:
    return RestoreLead(lead_id=case.lead.id).decide(case.lead, case.at)


def _each(turn: Turn, *kinds: type[Event]) -> Iterable[tuple[type[Event], Turn]]:
    return ((kind, turn) for kind in kinds)


_TURNS: dict[type[Event], Turn] = {
    **dict(
        _each(
            _turned,
            LeadRenamed,
            LeadDescriptionChanged,
            LeadUrlChanged,
            LeadAddressesChanged,
            ContactTitleChanged,
            ContactEmailsChanged,
            ContactPhonesChanged,
            ContactUrlsChanged,
            OpportunityValueChanged,
            OpportunityConfidenceChanged,
            OpportunityNoteChanged,
            OpportunityOwnerChanged,
            OpportunityContactChanged,
            OpportunityCloseDateChanged,
            OpportunityLossDateChanged,
            TaskTextChanged,
            TaskDueChanged,
            TaskPriorityChanged,
            TaskAssigned,
            TaskContactChanged,
        )
    ),
    **dict(
        _each(
            _no_activity,
            CallLogged,
            EmailLogged,
            SmsLogged,
            NoteWritten,
            MeetingLogged,
            CustomActivityRecorded,
            StatusChangeLogged,
            OpportunityStatusChangeLogged,
            ActivityRestored,
        )
    ),
    **dict(_each(_no_lead, LeadCreated, LeadRestored)),
    **dict(_each(_no_contact, ContactAdded, ContactRestored)),
    **dict(_each(_no_opportunity, OpportunityAdded, OpportunityRestored)),
    **dict(_each(_no_task, TaskAdded, TaskRestored)),
    LeadDeleted: _lead_back,
    StatusChanged: _status,
    OpportunityStatusChanged: _stage,
    CustomValueChanged: _custom_value,
    ContactRenamed: _contact_name,
    ContactRemoved: contact_back,
    ContactsReordered: _order,
    OpportunityRemoved: opportunity_back,
    TaskRemoved: task_back,
    TaskCompleted: _open_again,
    TaskReopened: _complete_again,
    ActivityDeleted: activity_back,
    MeetingEdited: _edit,
    NoteEdited: _note_edit,
    CallEdited: _call_edit,
    SmsDraftEdited: _sms_edit,
    CustomActivityEdited: _custom_edit,
    EmailThreadsJoined: _joined,
    NotePinned: _unpinned(lambda id: NoteUnpinned(note_id=id)),
    ActivityPinned: _unpinned(lambda id: ActivityUnpinned(activity_id=id)),
    NoteUnpinned: _pinned(lambda id: NotePinned(note_id=id)),
    ActivityUnpinned: _pinned(lambda id: ActivityPinned(activity_id=id)),
}
