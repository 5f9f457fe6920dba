"""Fields by their paths: which thing a path names, and what an event says of the field's value."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from msgspec import UNSET

from app.event import Event
from app.ids import CustomFieldId
from app.lead.activities import ActivityDeleted
from app.lead.addresses import LeadAddressesChanged
from app.lead.calls import CallContent, CallLogged
from app.lead.contact_changes import (
    ContactEmailsChanged,
    ContactPhonesChanged,
    ContactRemoved,
    ContactRenamed,
    ContactTitleChanged,
    ContactUrlsChanged,
)
from app.lead.contacts import ContactAdded
from app.lead.custom_activities import CustomActivityRecorded
from app.lead.custom_activity_events import CustomActivityContent, CustomActivityEdited
from app.lead.custom_values import CustomValueChanged
from app.lead.details import LeadCreated, LeadDescriptionChanged, LeadRenamed, LeadUrlChanged
from app.lead.draft_events import EmailContent, SmsContent
from app.lead.edits import ActivityEdited, changes_in
from app.lead.emails import EmailLogged
from app.lead.meetings import MeetingContent, MeetingEdited, MeetingLogged
from app.lead.merge_events import LeadMerged, LeadUnmerged
from app.lead.notes import NoteContent, NoteWritten
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
from app.lead.sms import SmsLogged
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
from schema.differences import camel_case
from schema.edge import ClientError
from schema.event_data import public_member
from schema.ids import id_argument

Read = Callable[[Event], Any]  # what an event says of a field; UNSET: nothing


class Told(NamedTuple):
    """A value as an event tells it: JSON, or kept custom values; what it was called then."""

    value: Any = None
    label: str | None = None


NOTHING = Told()  # the thing is gone
WHEN = object()  # in place of a value: the moment at which the event happened


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """What a path names.

    Attributes:
        kind, id: the contact, opportunity, task or activity that has the field; None: the lead itself.
        told: what an event says of it; None: nothing.
        types: the events that say something, where there are few and they name nothing but the lead.
        field_id: the custom field whose values they are, as they are kept.
        names_users: its values are users.
    """

    kind: str | None = None
    id: UUID | None = None
    told: Callable[[Event], Told | None]
    types: tuple[str, ...] = ()
    field_id: CustomFieldId | None = None
    names_users: bool = False


def field_of(path: Sequence[str]) -> Field:
    """The field that a path names.

    Raises:
        ClientError: INVALID; none has this path.
    """
    match list(path):
        case ["customFields", field]:
            return _custom(None, None, field, "path", "1")
        case [word] if word in _OF_LEADS:
            tellers = _OF_LEADS[word]
            return Field(told=_told_by(tellers), types=tuple(one.event_name() for one in tellers))
        case [listed, id, "customFields", field] if listed in _WITH_VALUES:
            return _custom(listed, id, field, "path", "3")
        case ["activities", id, word] if word in _OF_ACTIVITIES:
            activity_id = id_argument("activity", id, "path", "1")
            return Field(kind="activity", id=activity_id, told=_activity(word), names_users=word in _USERS)
        case [listed, id, word] if word in _OF_THINGS.get(listed, {}):
            kind = _KINDS[listed]
            told = _told_by(_OF_THINGS[listed][word])
            return Field(kind=kind, id=id_argument(kind, id, "path", "1"), told=told, names_users=word in _USERS)
    raise ClientError("INVALID", f"path: no field of a lead has the path {_written(path)}.")


def _written(path: Sequence[str]) -> str:
    return "[" + ", ".join(f'"{word[:40]}"' for word in path[:6]) + "]"


def _told_by(tellers: Mapping[type[Event], Callable[[Any], Told | None]]) -> Callable[[Event], Told | None]:
    def told(event: Event) -> Told | None:
        teller = tellers.get(type(event))
        return teller(event) if teller else None

    return told


# ---------------------------------------------------------------- what events tell


def _member(name: str, label: str | None = None) -> Callable[[Any], Told | None]:
    def tell(event: Any) -> Told | None:
        return Told(public_member(event, name), getattr(event, label) if label else None)

    return tell


def _part(name: str) -> Callable[[Any], Told | None]:
    """One of several members of `after`; nothing where it was the same before."""

    def tell(event: Any) -> Told | None:
        is_same = getattr(event.before, name) == getattr(event.after, name)
        return None if is_same else Told(public_member(event.after, name))

    return tell


def _gone(_: Any) -> Told | None:
    return NOTHING


def _now(_: Any) -> Told | None:
    return Told(WHEN)


def _filled(name: str) -> Callable[[Any], Told | None]:
    """What a merge filled in, where there had been nothing."""

    def tell(event: Any) -> Told | None:
        return None if getattr(event.filled, name) is None else Told(public_member(event.filled, name))

    return tell


def _taken_back(name: str) -> Callable[[Any], Told | None]:
    """Nothing again, where a merge had filled it in."""

    def tell(event: Any) -> Told | None:
        return None if getattr(event.taken_back, name) is None else NOTHING

    return tell


def _where_others(event: Any) -> Told | None:
    return None if event.addresses is None else Told(public_member(event, "addresses"))


def _of_lead(name: str, change: type[Event]) -> dict[type[Event], Callable[[Any], Told | None]]:
    return {
        LeadCreated: _member(name),
        change: _AFTER,
        LeadMerged: _filled(name),
        LeadUnmerged: _taken_back(name),
    }


_AFTER = _member("after")
_OF_LEADS: dict[str, dict[type[Event], Callable[[Any], Told | None]]] = {
    "name": _of_lead("name", LeadRenamed),
    "description": _of_lead("description", LeadDescriptionChanged),
    "url": _of_lead("url", LeadUrlChanged),
    "addresses": _of_lead("addresses", LeadAddressesChanged) | {LeadMerged: _where_others, LeadUnmerged: _where_others},
    "status": {LeadCreated: _member("status_id", "status_label"), StatusChanged: _member("after_id", "after_label")},
}


def _thing(
    begin: type[Event], end: type[Event], words: Mapping[str, tuple[str, type[Event]]]
) -> dict[str, dict[type[Event], Callable[[Any], Told | None]]]:
    """Fields of what begins and ends by events: by word the member at the beginning, and what changes it."""
    return {word: {begin: _member(member), change: _AFTER, end: _gone} for word, (member, change) in words.items()}


_OF_CONTACTS = _thing(
    ContactAdded,
    ContactRemoved,
    {
        "name": ("name", ContactRenamed),
        "title": ("title", ContactTitleChanged),
        "emails": ("emails", ContactEmailsChanged),
        "phones": ("phones", ContactPhonesChanged),
        "urls": ("urls", ContactUrlsChanged),
    },
)
_OF_OPPORTUNITIES = _thing(
    OpportunityAdded,
    OpportunityRemoved,
    {
        "confidence": ("confidence", OpportunityConfidenceChanged),
        "note": ("note", OpportunityNoteChanged),
        "user": ("user_id", OpportunityOwnerChanged),
        "contact": ("contact_id", OpportunityContactChanged),
        "dateWon": ("date_won", OpportunityCloseDateChanged),
        "dateLost": ("date_lost", OpportunityLossDateChanged),
    },
) | {
    "status": {
        OpportunityAdded: _member("status_id", "status_label"),
        OpportunityStatusChanged: _member("after_id", "after_label"),
        OpportunityRemoved: _gone,
    },
    "value": {OpportunityAdded: _member("value"), OpportunityValueChanged: _part("value"), OpportunityRemoved: _gone},
    "valuePeriod": {
        OpportunityAdded: _member("value_period"),
        OpportunityValueChanged: _part("period"),
        OpportunityRemoved: _gone,
    },
}
_OF_TASKS = _thing(
    TaskAdded,
    TaskRemoved,
    {
        "text": ("text", TaskTextChanged),
        "priority": ("priority", TaskPriorityChanged),
        "assignedTo": ("assigned_to", TaskAssigned),
        "contact": ("contact_id", TaskContactChanged),
    },
) | {
    "completedAt": {TaskAdded: _gone, TaskCompleted: _now, TaskReopened: _gone, TaskRemoved: _gone},
    "dueDate": {TaskAdded: _member("due_date"), TaskDueChanged: _part("day"), TaskRemoved: _gone},
    "dueAt": {TaskAdded: _member("due_at"), TaskDueChanged: _part("instant"), TaskRemoved: _gone},
}
_OF_THINGS = {"contacts": _OF_CONTACTS, "opportunities": _OF_OPPORTUNITIES, "tasks": _OF_TASKS}
_KINDS = {"contacts": "contact", "opportunities": "opportunity", "tasks": "task", "activities": "activity"}
_USERS = {"user", "assignedTo"}
_WITH_VALUES = {"contacts", "opportunities", "activities"}

# ---------------------------------------------------------------- activities

_BEGINNINGS = (CallLogged, EmailLogged, SmsLogged, NoteWritten, MeetingLogged, CustomActivityRecorded)
_CONTENTS = (CallContent, EmailContent, SmsContent, NoteContent, MeetingContent, CustomActivityContent)
_CALLED = {"contact_id": "contact", "user_id": "user", "duration_s": "duration_seconds"}
_OF_ACTIVITIES = {
    camel_case(_CALLED.get(name, name)): name
    for content in _CONTENTS
    for name in content.__struct_fields__
    if name != "values"
} | {"meetingStatus": "status", "publicationStatus": "status"}
_STATUS_WORDS: dict[type[Event], str] = {
    MeetingLogged: "meetingStatus",
    MeetingEdited: "meetingStatus",
    CustomActivityRecorded: "publicationStatus",
    CustomActivityEdited: "publicationStatus",
}


def _activity(word: str) -> Callable[[Event], Told | None]:
    member = _OF_ACTIVITIES[word]

    def told(event: Event) -> Told | None:
        if isinstance(event, ActivityDeleted):
            return NOTHING
        if member == "status" and _STATUS_WORDS.get(type(event), "status") != word:
            return None
        if isinstance(event, ActivityEdited):
            return Told(public_member(event.after, member)) if member in changes_in(event.after) else None
        if isinstance(event, _BEGINNINGS) and member == "occurred_at":
            return Told(WHEN)
        if isinstance(event, _BEGINNINGS) and member in event.__struct_fields__:
            return Told(public_member(event, member))
        return None

    return told


# ---------------------------------------------------------------- custom fields


def _custom(listed: str | None, id: str | None, field: str, *path: str) -> Field:
    field_id = CustomFieldId(id_argument("custom_field", field, *path))
    kind = _KINDS[listed] if listed else None
    thing_id = id_argument(kind, id, "path", "1") if kind and id is not None else None

    def told(event: Event) -> Told | None:
        if isinstance(event, ContactRemoved | OpportunityRemoved | ActivityDeleted):
            return NOTHING
        found = [one for one in _values(event) if one.field_id == field_id]
        return Told(found[0].values) if found else None

    return Field(kind=kind, id=thing_id, told=told, field_id=field_id)


class _Kept(NamedTuple):
    field_id: CustomFieldId
    values: tuple[Any, ...]


def _values(event: Event) -> Iterator[Any]:
    """The custom values that an event tells of, with their fields."""
    if isinstance(event, CustomValueChanged):
        yield _Kept(event.field_id, event.after)
    elif isinstance(event, LeadMerged | LeadUnmerged):
        told = event.filled if isinstance(event, LeadMerged) else event.taken_back
        yield from (_Kept(one.field_id, one.after) for one in told.custom_values)
    elif isinstance(event, CustomActivityRecorded):
        yield from event.values
    elif isinstance(event, CustomActivityEdited):
        yield from event.after.values or ()
    else:
        yield from getattr(event, "custom_values", UNSET) or ()
