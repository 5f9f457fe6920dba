"""Values of custom fields: how inputs become what is kept, and which of what is kept still counts.

A field's value is kept as a tuple, one entry for most fields and several where the field accepts them: texts and
choices as they are, numbers as plain decimal strings, days as YYYY-MM-DD, instants in RFC 3339 in UTC, users and
contacts as UUIDs, and of HIDDEN fields any JSON. An empty tuple is no value.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

from app.ids import ContactId, CustomActivityTypeId, CustomFieldId
from app.lead.event import LeadEvent
from app.lead.field_values import Known, kept_value
from app.lead.refusals import (
    FieldGivenTwice,
    FieldNotEditable,
    FieldNotFound,
    FieldOfAnotherTarget,
    FieldOfAnotherType,
    NotMultiple,
    NullValue,
    OneValueForm,
)
from app.organization.visibility import Values
from app.refusal import Refusal
from app.text import Problems
from app.vocabulary import CustomFieldTarget, CustomFieldType

if TYPE_CHECKING:
    from app.organization.custom_fields import CustomField
    from app.organization.organization import Organization
    from app.situation import Situation

VALUES_MAX = 100  # entries of one field
CHANGES_MAX = 500  # fields in one input


class CustomValue(msgspec.Struct, frozen=True, kw_only=True):
    """The value of one field, as something new begins with it. Empty, where a change says so: none."""

    field_id: CustomFieldId
    values: tuple[Any, ...]


class CustomValueChanged(LeadEvent, frozen=True, kw_only=True, tag="lead.custom_value_changed"):
    """A field of the lead itself, a contact or an opportunity has another value. Empty: none."""

    entity: ClassVar[str | None] = "owner_id"

    target: CustomFieldTarget
    owner_id: UUID
    field_id: CustomFieldId
    before: tuple[Any, ...] = ()
    after: tuple[Any, ...] = ()

    @property
    def touched(self) -> frozenset[str]:
        return frozenset({touched_word(self.owner_id, self.field_id)})


def touched_word(owner_id: UUID, field_id: CustomFieldId) -> str:
    """What an input that writes this value says that it writes."""
    return f"{owner_id}.custom_fields.{field_id}"


class ValueChange(msgspec.Struct, frozen=True, kw_only=True):
    """What an input wants of one field: exactly one of the three. `set` None unsets."""

    field_id: CustomFieldId
    set: Any = UNSET
    add: Sequence[Any] | UnsetType | None = UNSET
    remove: Sequence[Any] | UnsetType | None = UNSET

    @property
    def given(self) -> list[str]:
        """Which of the three."""
        wanted = (("set", self.set), ("add", self.add), ("remove", self.remove))
        return [word for word, value in wanted if value is not UNSET]


class Owner(msgspec.Struct, frozen=True, kw_only=True):
    """Whose values are changed. `contacts` are those of the same lead, `type_id` is a custom activity's type."""

    target: CustomFieldTarget
    id: UUID
    contacts: Collection[ContactId] = ()
    custom: Mapping[CustomFieldId, Values] | None = None
    type_id: CustomActivityTypeId | None = None


def new_values(
    changes: Sequence[ValueChange], owner: Owner, at: Situation, problems: Problems, *path: str
) -> tuple[CustomValue, ...]:
    """The values that something new begins with; what is wrong with them is noted under `path`."""
    changed = changed_values(changes, owner, at, problems, *path)
    return tuple(CustomValue(field_id=one.field_id, values=one.after) for one in changed)


def changed_values(
    changes: Sequence[ValueChange], owner: Owner, at: Situation, problems: Problems, *path: str
) -> list[CustomValueChanged]:
    """One fact for each field whose value becomes another one; what is wrong is noted under `path`, index, word."""
    events: list[CustomValueChanged] = []
    seen: set[CustomFieldId] = set()
    for index, change in enumerate(problems.bounded(changes, *path, limit=CHANGES_MAX)):
        here = (*path, str(index))
        if change.field_id in seen:
            problems.add(FieldGivenTwice(*here, "field_id"))
            continue
        seen.add(change.field_id)
        event = _changed(change, owner, at, problems, *here)
        if event is not None:
            events.append(event)
    return events


def valid_values(field: CustomField, values: Values, organization: Organization) -> Values:
    """Those of the kept values that count as the field is now: choices that it has, users that there are."""
    if field.type is CustomFieldType.CHOICES:
        values = tuple(value for value in values if value in field.choices)
    elif field.type is CustomFieldType.USER:
        values = tuple(value for value in values if UUID(value) in organization.users)
    return values if field.accepts_multiple_values else values[:1]


def _changed(
    change: ValueChange, owner: Owner, at: Situation, problems: Problems, *path: str
) -> CustomValueChanged | None:
    """The fact; None: nothing changes, or it was refused."""
    field = at.organization.custom_fields.get(change.field_id)
    if field is None:
        problems.add(FieldNotFound(*path, "field_id"))
        return None
    given = change.given
    refusal = _forbidden(change, given, field, owner, at, *path)
    if refusal is not None:
        problems.add(refusal)
        return None
    before = tuple(owner.custom.get(field.id, ())) if owner.custom else ()
    after = _after(change, given[0], field, before, owner, at, problems, *path)
    if after is None or _same(before, after):
        return None
    return CustomValueChanged(target=owner.target, owner_id=owner.id, field_id=field.id, before=before, after=after)


def _forbidden(
    change: ValueChange, given: Sequence[str], field: CustomField, owner: Owner, at: Situation, *path: str
) -> Refusal | None:
    """What stands against this change of this field, whatever the values are."""
    if field.target is not owner.target:
        return FieldOfAnotherTarget(*path, "field_id", name=field.name, target=field.target.lower())
    if field.activity_type_id != owner.type_id:
        return FieldOfAnotherType(*path, "field_id", name=field.name)
    user = at.organization.users.get(at.actor.user_id) if at.actor.user_id else None
    if user is not None and not field.editable_by(user.role):
        return FieldNotEditable(*path, "field_id", name=field.name)
    if len(given) != 1:
        return OneValueForm(*path, name=field.name)
    (word,) = given
    if not field.accepts_multiple_values and (word != "set" or _is_several(change.set, field)):
        return NotMultiple(*path, word, name=field.name)
    if word != "set" and getattr(change, word) is None:
        return NullValue(*path, word)
    return None


def _is_several(wanted: Any, field: CustomField) -> bool:
    """Whether an input is a list of values; the lists of HIDDEN fields are values themselves."""
    return isinstance(wanted, list | tuple) and field.type is not CustomFieldType.HIDDEN


def _after(
    change: ValueChange,
    word: str,
    field: CustomField,
    before: Values,
    owner: Owner,
    at: Situation,
    problems: Problems,
    *path: str,
) -> Values | None:
    """The value that results; None: it was refused."""
    count = len(problems.refusals)
    known = Known(organization=at.organization, contacts=owner.contacts, is_removal=word == "remove")
    kept = _kept_values(getattr(change, word), field, known, problems, *path, word)
    match word:
        case "add":
            kept = tuple(dict.fromkeys((*before, *kept)))
        case "remove":
            kept = tuple(value for value in before if value not in kept)
    problems.bounded(kept, *path, word, limit=VALUES_MAX)
    return kept if len(problems.refusals) == count else None


def _kept_values(wanted: Any, field: CustomField, known: Known, problems: Problems, *path: str) -> Values:
    """The single values of an input, each once; a lone one counts as a list of one."""
    if wanted is None:
        return ()
    if not _is_several(wanted, field):
        value = kept_value(wanted, field, known, problems, *path)
        return () if value is None else (value,)
    entries = enumerate(problems.bounded(wanted, *path, limit=VALUES_MAX))
    kept = [kept_value(entry, field, known, problems, *path, str(index)) for index, entry in entries]
    return tuple(dict.fromkeys(value for value in kept if value is not None))


def _same(before: Values, after: Values) -> bool:
    """As JSON: there 1 and true are not the same, as they are in Python."""
    return before == after and as_json(before) == as_json(after)


def as_json(value: Any) -> bytes:
    """A value, or several, as they are compared."""
    return msgspec.json.encode(value, order="sorted")
