"""Words of headlines: how a value of an event is said in a sentence for people."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any, cast, get_args
from uuid import UUID

import msgspec

from app import ids
from app.lead.edits import ActivityEdited, changes_in
from app.lead.opportunity_events import Worth
from app.lead.tasks import Due
from app.organization.organization import Organization
from app.vocabulary import CustomFieldType, ValuePeriod
from schema.scalars import print_decimal, print_instant

VALUE_MAX = 60  # characters of one value
LISTED_MAX = 5  # entries of one list; the others are counted
DELETED = "(deleted)"
UNKNOWN = "(unknown)"
_HIDDEN_MEMBERS = {"html"}  # said by their twin
_PERIODS = {ValuePeriod.ONE_TIME: "once", ValuePeriod.MONTHLY: "monthly", ValuePeriod.ANNUAL: "annually"}


class Said:
    """A value in a sentence. In templates: `{x}`, `{x:or something}` where it may be none, `{x:count task}`."""

    def __init__(self, value: Any, kind: Any, organization: Organization) -> None:
        self._value, self._kind, self._organization = value, kind, organization

    def __format__(self, spec: str) -> str:
        word, _, rest = spec.partition(" ")
        if word == "count":
            return counted(len(self._value), rest)
        if word == "or" and self._value is None:
            return rest
        return said(self._value, self._kind, self._organization)


class Sentence(Mapping[str, Said]):
    """What a template may name: the members of an event."""

    def __init__(self, event: Any, organization: Organization) -> None:
        self._event, self._organization = event, organization

    def __getitem__(self, name: str) -> Said:
        return Said(getattr(self._event, name), _kinds(cast(Hashable, type(self._event)))[name], self._organization)

    def __iter__(self) -> Any:
        return iter(self._event.__struct_fields__)

    def __len__(self) -> int:
        return len(self._event.__struct_fields__)


def said(value: Any, kind: Any, organization: Organization) -> str:
    """A value as people say it; of ids what has a name in the organization is called by it."""
    if value is None:
        return "nobody" if _of(ids.UserId, kind) else "nothing"
    if isinstance(value, UUID):
        return _named(value, kind, organization)
    if isinstance(value, tuple | list):
        entry = get_args(kind)[0] if get_args(kind) else Any
        return listed((said(one, entry, organization) for one in value), len(value))
    return _said_alone(value)


def _said_alone(value: Any) -> str:
    match value:
        case Worth():
            amount = "no value" if value.value is None else print_decimal(value.value)
            return f"{amount} {_PERIODS[value.period]}"
        case Due():
            due = value.day or value.instant
            return "whenever" if due is None else _said_alone(due)
        case Enum():
            return str(value.value).replace("_", " ").lower()
        case datetime():
            return f"{print_instant(value)[:16].replace('T', ' ')} UTC"
        case date():
            return value.isoformat()
        case Decimal():
            return print_decimal(value)
        case str():
            return f"“{cut(value)}”"
    return cut(str(value))


def said_values(values: Iterable[Any], field_id: ids.CustomFieldId, organization: Organization) -> str:
    """The values of a custom field."""
    field = organization.custom_fields.get(field_id)
    entries = list(values)
    if field is not None and field.type is CustomFieldType.USER:
        return said(tuple(map(UUID, entries)), tuple[ids.UserId, ...], organization)
    if field is not None and field.type is CustomFieldType.CONTACT:
        return counted(len(entries), "contact") if entries else "nothing"
    if field is None or field.type is CustomFieldType.HIDDEN:
        return counted(len(entries), "value") if entries else "nothing"
    return said(tuple(entries), tuple[Any, ...], organization)


def counted(number: int, nouns: str) -> str:
    """`1 task`, `3 tasks`; where an s does not make the plural, it is the second word."""
    one, _, many = nouns.partition(" ")
    return f"{number} {one if number == 1 else many or one + 's'}"


def listed(entries: Iterable[str], number: int) -> str:
    """The first entries; how many others there are."""
    if not number:
        return "nothing"
    first = [entry for entry, _ in zip(entries, range(LISTED_MAX), strict=False)]
    return ", ".join(first) + (f" and {number - LISTED_MAX} more" if number > LISTED_MAX else "")


def changed_members(edit: ActivityEdited) -> str:
    """What an edit changed, in words."""
    names = [name for name in changes_in(edit.after) if name not in _HIDDEN_MEMBERS]
    words = [name.removesuffix("_id").removesuffix("_s").replace("_", " ") for name in names]
    return ", ".join(words) or "form"  # the HTML alone


def cut(text: str) -> str:
    """A text that is short, and one line, whatever was written."""
    line = " ".join(text[: 4 * VALUE_MAX].split())
    return line if len(line) <= VALUE_MAX else f"{line[: VALUE_MAX - 1]}…"


@cache
def _kinds(kind: Any) -> dict[str, Any]:
    return {field.name: field.type for field in msgspec.structs.fields(kind)}


def _of(wanted: Any, kind: Any) -> bool:
    return kind is wanted or wanted in get_args(kind)


def _named(value: Any, kind: Any, organization: Organization) -> str:
    """By its name, as far as the organization knows one."""
    if _of(ids.UserId, kind):
        user = organization.users.get(value)
        return user.name if user else "somebody"
    if _of(ids.StatusId, kind):
        status = organization.lead_status(value) or organization.opportunity_status(value)
        return f"“{status.label}”" if status else UNKNOWN
    if _of(ids.PipelineId, kind):
        pipeline = organization.pipeline(value)
        return f"“{pipeline.name}”" if pipeline else UNKNOWN
    if _of(ids.CustomFieldId, kind):
        field = organization.custom_fields.get(value)
        return f"“{field.name}”" if field else DELETED
    if _of(ids.CustomActivityTypeId, kind):
        found = organization.custom_activity_types.get(value)
        return f"“{found.name}”" if found else UNKNOWN
    for one, word in _THINGS.items():
        if _of(one, kind):
            return word
    return "something"


_THINGS: dict[Any, str] = {
    ids.LeadId: "a lead",
    ids.ContactId: "a contact",
    ids.OpportunityId: "an opportunity",
    ids.TaskId: "a task",
    ids.ActivityId: "an activity",
    ids.ThreadId: "a thread",
    ids.FileId: "a file",
    ids.KeyId: "a key",
    ids.InvitationId: "an invitation",
}
