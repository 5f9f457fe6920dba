"""Differences: what was changed on a lead meanwhile, in the words of this API."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
import strawberry
from strawberry.scalars import JSON

from app.ids import CustomFieldId
from app.lead.contact_changes import ContactsReordered
from app.lead.custom_activity_events import CustomActivityEdited
from app.lead.custom_values import CustomValueChanged, touched_word
from app.lead.edits import ActivityEdited, changes_in, touched_part
from app.lead.meetings import MeetingEdited
from app.lead.merge_events import LeadBroughtBack, LeadMerged, LeadUnmerged
from app.organization.organization import Organization
from app.request import VersionConflict
from app.vocabulary import CustomFieldTarget
from schema.fields import plain
from schema.ids import public_id
from schema.scalars import print_instant

MERGES = (LeadMerged, LeadUnmerged, LeadBroughtBack)
_OWNERS = {
    "contact_id": ("contacts", "contact"),
    "opportunity_id": ("opportunities", "opportunity"),
    "task_id": ("tasks", "task"),
}
# Members of activities that are ids, and those that this API calls otherwise.
_IDS = {"contact_id": "contact", "user_id": "user", "mentions": "user"}
_MEMBERS = {"contact_id": "contact", "user_id": "user", "duration_s": "duration_seconds"}
_STATUS: dict[type[ActivityEdited], str] = {
    MeetingEdited: "meeting_status",
    CustomActivityEdited: "publication_status",
}
_NAMED = {"user": "user", "assigned_to": "user", "contact": "contact"}  # parts that are somebody


@strawberry.type(description="One field that differs between two moments of a lead.")
class LeadDifference:
    path: list[str] = plain("Where, in the words of this API.")
    before: JSON | None = plain("Its value before; null where it had none.")
    after: JSON | None = plain("Its value after; null where it has none.")


def differences_of(refusal: VersionConflict, organization: Organization) -> list[LeadDifference]:
    """The first value before and the last one after, for each thing that was changed."""
    found: dict[str, LeadDifference] = {}
    custom = [fact.event for fact in refusal.changes if isinstance(fact.event, CustomValueChanged)]
    for fact in refusal.changes:
        if isinstance(fact.event, CustomValueChanged):
            continue  # told by themselves, below
        if isinstance(fact.event, ActivityEdited):
            _add_edit(fact.event, organization, found)
            continue
        if len(fact.event.touched) != 1 or isinstance(fact.event, MERGES):
            continue  # the lead's creation: there was nothing before it; or a merge, which is told by its entry
        (word,) = fact.event.touched
        _add(word, _place(fact.event, word), *_sides(fact.event), found)
    return [*found.values(), *_custom_differences(custom, organization)]


def _add(word: str, path: list[str], before: Any, after: Any, found: dict[str, LeadDifference]) -> None:
    known = found.get(word)
    found[word] = LeadDifference(path=path, before=known.before if known else before, after=after)


def _add_edit(edit: ActivityEdited, organization: Organization, found: dict[str, LeadDifference]) -> None:
    """What one edit of an activity changed: its members, by the names that this API gives them, and its values."""
    before, after = changes_in(edit.before), changes_in(edit.after)
    assert edit.entity_id is not None
    way = ["activities", public_id("activity", edit.entity_id)]
    for member in (one for one in before if one != "values"):
        name = _STATUS.get(type(edit), member) if member == "status" else _MEMBERS.get(member, member)
        first, last = (_member(member, side[member]) for side in (before, after))
        _add(touched_part(edit.entity_id, member), [*way, camel_case(name)], first, last, found)
    if isinstance(edit, CustomActivityEdited):
        _add_values(edit, way, organization, found)


def _add_values(
    edit: CustomActivityEdited, way: list[str], organization: Organization, found: dict[str, LeadDifference]
) -> None:
    """Each value that an edit of a custom activity changed, of fields that there are still."""
    from schema.custom_values import value_of

    for first, last in zip(edit.before.values or (), edit.after.values or (), strict=True):
        field = organization.custom_fields.get(last.field_id)
        if field is not None:
            path = [*way, "customFields", public_id("custom_field", field.id)]
            sides = value_of(field, first.values), value_of(field, last.values)
            _add(touched_word(edit.custom_activity_id, field.id), path, *sides, found)


def _member(member: str, value: Any) -> Any:
    if member in _IDS:
        kind = _IDS[member]
        if isinstance(value, tuple):
            return [public_id(kind, one) for one in value]
        return public_id(kind, value) if value else None
    if member == "files":
        return [public_id("file", one.file_id) for one in value]
    if member == "attendees":
        return [one.email for one in value]
    return print_instant(value) if isinstance(value, datetime) else plain_json(value)


def _custom_differences(events: Iterable[CustomValueChanged], organization: Organization) -> Iterable[LeadDifference]:
    """Values of custom fields as they are shown; those of a field that was deleted are not."""
    from schema.custom_values import value_of

    changed: dict[tuple[UUID, CustomFieldId], tuple[CustomValueChanged, CustomValueChanged]] = {}
    for event in events:
        first, _ = changed.get((event.owner_id, event.field_id), (event, event))
        changed[event.owner_id, event.field_id] = first, event
    for first, last in changed.values():
        field = organization.custom_fields.get(last.field_id)
        if field is not None:
            path = [*_way_to(last), "customFields", public_id("custom_field", field.id)]
            before, after = value_of(field, first.before), value_of(field, last.after)
            yield LeadDifference(path=path, before=before, after=after)


def _way_to(event: CustomValueChanged) -> list[str]:
    """From the lead to what has the field."""
    match event.target:
        case CustomFieldTarget.CONTACT:
            return ["contacts", public_id("contact", event.owner_id)]
        case CustomFieldTarget.OPPORTUNITY:
            return ["opportunities", public_id("opportunity", event.owner_id)]
        case _:
            return []


def _place(event: Any, word: str) -> list[str]:
    """Where it is: `<id>.due` of a task is ["tasks", its public id, "due"]."""
    owner, _, part = word.rpartition(".")
    if not owner or event.entity not in _OWNERS:
        return [camel_case(word)]
    listed, kind = _OWNERS[event.entity]
    return [listed, public_id(kind, UUID(owner)), camel_case(part)]


def _sides(event: Any) -> tuple[Any, Any]:
    if hasattr(event, "before_id"):
        return public_id("status", event.before_id), public_id("status", event.after_id)
    if isinstance(event, ContactsReordered):
        return _contacts(event.before), _contacts(event.after)
    kind = _NAMED.get(getattr(event, "part", ""))
    if kind is not None:
        before, after = (public_id(kind, one) if one else None for one in (event.before, event.after))
        return before, after
    if not hasattr(event, "before"):
        return None, None
    return _in_our_words(plain_json(event.before)), _in_our_words(plain_json(event.after))


def _contacts(order: Iterable[UUID]) -> list[str]:
    return [public_id("contact", one) for one in order]


def _in_our_words(value: Any) -> Any:
    """Addresses, numbers and links with the field names that this API gives them."""
    if isinstance(value, list | tuple):
        return [_in_our_words(one) for one in value]
    if isinstance(value, dict):
        return {camel_case(name): one for name, one in value.items()}
    return value


def plain_in_our_words(value: Any) -> Any:
    """A value as JSON, with the field names that this API gives it."""
    return _in_our_words(plain_json(value))


def camel_case(name: str) -> str:
    """`due_at` as `dueAt`."""
    return re.sub("_([a-z])", lambda match: match.group(1).upper(), name)


def plain_json(value: Any) -> Any:
    """A value in which only JSON's own types are left."""
    return msgspec.to_builtins(value, builtin_types=(), str_keys=True)
