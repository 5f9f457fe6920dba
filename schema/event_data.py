"""An event's facts as clients see them: ids and scalars as everywhere in this API, and never a secret."""

from __future__ import annotations

import types
from collections.abc import Callable, Hashable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any, Union, cast, get_args, get_origin
from uuid import UUID

import msgspec
from msgspec import UNSET

from app import ids
from app.event import Event
from app.ids import CustomFieldId
from app.lead.custom_values import CustomValue, CustomValueChanged
from app.organization.organization import Organization
from app.vocabulary import CustomFieldTarget, CustomFieldType
from schema.differences import camel_case
from schema.ids import public_id, thread_public_id
from schema.scalars import print_decimal, print_instant

FieldTypes = Mapping[CustomFieldId, CustomFieldType]
Write = Callable[[Any, FieldTypes], Any]

# Members that nobody may read, by the struct that has them: what is hashed, what lets somebody in. An event that has
# one anywhere shows its data without it, and its payload not at all.
SECRETS: frozenset[tuple[str, str]] = frozenset()

_KINDS: dict[Any, str] = {
    ids.OrganizationId: "organization",
    ids.UserId: "user",
    ids.KeyId: "api_key",
    ids.InvitationId: "invitation",
    ids.LeadId: "lead",
    ids.ContactId: "contact",
    ids.OpportunityId: "opportunity",
    ids.TaskId: "task",
    ids.ActivityId: "activity",
    ids.StatusId: "status",
    ids.PipelineId: "pipeline",
    ids.CustomFieldId: "custom_field",
    ids.CustomActivityTypeId: "custom_activity_type",
    ids.FileId: "file",
    ids.ItemId: "inbox_item",
    ids.EventId: "event",
}
_TARGETS = {
    CustomFieldTarget.LEAD: "lead",
    CustomFieldTarget.CONTACT: "contact",
    CustomFieldTarget.OPPORTUNITY: "opportunity",
    CustomFieldTarget.ACTIVITY: "activity",
}
_NAMED_IN_VALUES = {CustomFieldType.USER: "user", CustomFieldType.CONTACT: "contact"}
_CALLED = {"duration_s": "duration_seconds"}  # members that this API calls otherwise
_UNKNOWN: FieldTypes = {}


def public_data(event: Event, field_types: FieldTypes = _UNKNOWN) -> dict[str, Any]:
    """What happened, as JSON. Members have this API's names; `occurredAt` is there where the event says it.

    `field_types` tell which custom values are ids: those of fields that it does not know are given as they are kept.
    """
    data: dict[str, Any] = _struct(type(event))(event, field_types)
    if event.occurred_at is None:
        del data["occurredAt"]
    if data.get("bornIn", "") is None:
        del data["bornIn"]
    return data


def field_types_of(organization: Organization) -> FieldTypes:
    """What the values of an organization's custom fields are."""
    return {field.id: field.type for field in organization.custom_fields.values()}


@cache
def holds_secrets(kind: type[msgspec.Struct]) -> bool:
    """Whether an event of this type, or anything in it, has a member that nobody may read."""
    return any((one.__name__, name) in SECRETS for one in structs_in(kind) for name in one.__struct_fields__)


def structs_in(kind: type[msgspec.Struct]) -> Iterable[type[msgspec.Struct]]:
    """A struct and all that its members are made of."""
    found: dict[type[msgspec.Struct], None] = {}
    waiting: list[Any] = [kind]
    while waiting:
        one = waiting.pop()
        if isinstance(one, type) and issubclass(one, msgspec.Struct) and one not in found:
            found[one] = None
            waiting.extend(field.type for field in msgspec.structs.fields(one))
        waiting.extend(get_args(one))
    return found


def shown_value(value: Any, kind: CustomFieldType | None) -> Any:
    """One kept value of a custom field of this type; None: nobody knows which it was."""
    named = _NAMED_IN_VALUES.get(kind) if kind else None
    return public_id(named, UUID(value)) if named else value


# ---------------------------------------------------------------- by type


@cache
def _struct(kind: Any) -> Write:
    """How a struct is written: its own way, or member by member."""
    if kind in _OWN_WAYS:
        return _OWN_WAYS[kind]
    members = [
        (field.name, camel_case(_CALLED.get(field.name, field.name)), _write(field.type))
        for field in msgspec.structs.fields(kind)
        if (kind.__name__, field.name) not in SECRETS
    ]

    def write(value: Any, field_types: FieldTypes) -> dict[str, Any]:
        there = ((shown, how, getattr(value, name)) for name, shown, how in members)
        return {shown: how(one, field_types) for shown, how, one in there if one is not UNSET}

    return write


def _write(kind: Any) -> Write:
    """How a member of this type is written.

    Raises:
        NotImplementedError: nothing here says how; a bare UUID does not tell what it names.
    """
    if kind in _KINDS:
        return _or_null(lambda value, _: public_id(_KINDS[kind], value))
    if kind is ids.ThreadId:
        return _or_null(lambda value, _: thread_public_id(value))
    if get_origin(kind) in (Union, types.UnionType):
        return _any_of([one for one in get_args(kind) if one not in (type(None), msgspec.UnsetType)])
    if get_origin(kind) in (tuple, list, frozenset, set):
        return _list(_write(get_args(kind)[0]))
    if get_origin(kind) in (dict, Mapping):
        return _dict(*map(_write, get_args(kind)))
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return _or_null(_struct(kind))
    if kind is Any or kind in _SCALARS or (isinstance(kind, type) and issubclass(kind, Enum)):
        return _scalar
    raise NotImplementedError(f"say in {__name__} how clients see a {kind}")


def _or_null(write: Write) -> Write:
    return lambda value, field_types: None if value is None else write(value, field_types)


def _list(write: Write) -> Write:
    return _or_null(lambda values, field_types: [write(one, field_types) for one in values])


def _dict(key: Write, value: Write) -> Write:
    return _or_null(
        lambda entries, field_types: {
            str(key(one, field_types)): value(other, field_types) for one, other in entries.items()
        }
    )


def _any_of(kinds: list[Any]) -> Write:
    """Of several structs each is written by what it is; of anything else there is one."""
    if len(kinds) == 1:
        return _write(kinds[0])
    ways = [_write(one) for one in kinds]
    if all(isinstance(one, type) and issubclass(one, msgspec.Struct) for one in kinds):
        return _or_null(lambda value, field_types: _struct(cast(Hashable, type(value)))(value, field_types))
    if all(way is _scalar for way in ways):
        return _scalar
    raise NotImplementedError(f"say in {__name__} which of {kinds} it is")


_SCALARS: dict[Any, Callable[[Any], Any]] = {
    str: lambda value: value,
    int: lambda value: value,
    bool: lambda value: value,
    datetime: print_instant,
    date: date.isoformat,
    Decimal: print_decimal,
}


def _scalar(value: Any, _: FieldTypes) -> Any:
    if isinstance(value, Enum):
        return value.value
    write = _SCALARS.get(type(value))
    return write(value) if write else value


# ---------------------------------------------------------------- what its types do not tell


def _custom_value(value: CustomValue, field_types: FieldTypes) -> dict[str, Any]:
    kind = field_types.get(value.field_id)
    return {
        "fieldId": public_id("custom_field", value.field_id),
        "values": [shown_value(one, kind) for one in value.values],
    }


def _custom_value_changed(event: CustomValueChanged, field_types: FieldTypes) -> dict[str, Any]:
    kind = field_types.get(event.field_id)
    return {
        "occurredAt": _scalar(event.occurred_at, field_types),
        "target": event.target.value,
        "ownerId": public_id(_TARGETS[event.target], event.owner_id),
        "fieldId": public_id("custom_field", event.field_id),
        "before": [shown_value(one, kind) for one in event.before],
        "after": [shown_value(one, kind) for one in event.after],
    }


_OWN_WAYS: dict[type[msgspec.Struct], Write] = {
    CustomValue: _custom_value,
    CustomValueChanged: _custom_value_changed,
}
