"""Values of custom fields: how inputs become what is kept, and which of what is kept still counts.

A field's value is kept as a tuple, one entry for most fields and several where the field accepts them: texts and
choices as they are, numbers as plain decimal strings, days as YYYY-MM-DD, instants in RFC 3339 in UTC, users and
contacts as UUIDs, and of HIDDEN fields any JSON. An empty tuple is no value.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

from app.ids import BadId, ContactId, CustomFieldId, decode_id
from app.lead.event import LeadEvent
from app.lead.refusals import (
    ContactNotFound,
    FieldGivenTwice,
    FieldNotEditable,
    FieldNotFound,
    FieldOfAnotherTarget,
    InvalidFieldValue,
    NotAChoice,
    NotMultiple,
    NullValue,
    NumberInexact,
    OneValueForm,
)
from app.organization.refusals import UserNotFound
from app.organization.visibility import Values
from app.text import Problems
from app.vocabulary import CustomFieldTarget, CustomFieldType

if TYPE_CHECKING:
    from app.organization.custom_fields import CustomField
    from app.organization.organization import Organization
    from app.situation import Situation

VALUES_MAX = 100  # entries of one field
CHANGES_MAX = 500  # fields in one input
TEXT_VALUE_MAX = 10_000  # characters
NUMBER_DIGITS = 50  # before and behind the point together
HIDDEN_MAX = 10_000  # bytes of JSON
HIDDEN_DEPTH = 20  # lists and objects within each other
WHOLE_MAX = 2**53  # beyond it a JSON number is not what JavaScript wrote
FLOAT_DIGITS = 15  # significant; a decimal number with more of them is another one in binary

_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
_EXAMPLES = {
    CustomFieldType.TEXT: "a text",
    CustomFieldType.TEXTAREA: "a text",
    CustomFieldType.NUMBER: 'a number, or a decimal as a string such as "1250.00"',
    CustomFieldType.DATE: 'a day such as "2026-11-22"',
    CustomFieldType.DATETIME: 'an instant such as "2026-11-22T08:30:00Z"',
    CustomFieldType.CHOICES: "one of the field's choices",
    CustomFieldType.USER: "a user's id, or a user's exact name",
    CustomFieldType.CONTACT: "the id of a contact of the same lead",
    CustomFieldType.HIDDEN: f"JSON of at most {HIDDEN_MAX} bytes, {HIDDEN_DEPTH} levels and whole numbers within 2^53",
}


class CustomValue(msgspec.Struct, frozen=True, kw_only=True):
    """The value of one field, as a new lead or contact begins with it."""

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


@dataclass(frozen=True, kw_only=True)
class ValueChange:
    """What an input wants of one field: exactly one of the three. `set` None unsets."""

    field_id: CustomFieldId
    set: Any = UNSET
    add: Sequence[Any] | UnsetType | None = UNSET
    remove: Sequence[Any] | UnsetType | None = UNSET


@dataclass(frozen=True, kw_only=True)
class Owner:
    """Whose values are changed. `contacts` are those of the same lead."""

    target: CustomFieldTarget
    id: UUID
    contacts: Collection[ContactId] = ()
    custom: Mapping[CustomFieldId, Values] | None = None


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
        field = _editable_field(change.field_id, owner, at, problems, *here)
        if field is None:
            continue
        before = tuple((owner.custom or {}).get(field.id, ()))
        after = _after(change, field, before, owner, at, problems, *here)
        if after is not None and after != before:
            events.append(
                CustomValueChanged(
                    target=owner.target, owner_id=owner.id, field_id=field.id, before=before, after=after
                )
            )
    return events


def valid_values(field: CustomField, values: Values, organization: Organization) -> Values:
    """Those of the kept values that count as the field is now: choices that it has, users that there are."""
    if field.type is CustomFieldType.CHOICES:
        values = tuple(value for value in values if value in field.choices)
    elif field.type is CustomFieldType.USER:
        values = tuple(value for value in values if UUID(value) in organization.users)
    return values if field.accepts_multiple_values else values[:1]


def _editable_field(
    field_id: CustomFieldId, owner: Owner, at: Situation, problems: Problems, *path: str
) -> CustomField | None:
    field = at.organization.custom_fields.get(field_id)
    if field is None:
        problems.add(FieldNotFound(*path, "field_id"))
        return None
    if field.target is not owner.target:
        problems.add(FieldOfAnotherTarget(*path, "field_id", name=field.name, target=field.target.lower()))
        return None
    user = at.organization.users.get(at.actor.user_id) if at.actor.user_id else None
    if user is not None and not field.editable_by(user.role):
        problems.add(FieldNotEditable(*path, "field_id", name=field.name))
        return None
    return field


def _after(
    change: ValueChange,
    field: CustomField,
    before: Values,
    owner: Owner,
    at: Situation,
    problems: Problems,
    *path: str,
) -> Values | None:
    """The value that results; None: it was refused."""
    given = [word for word in ("set", "add", "remove") if getattr(change, word) is not UNSET]
    if len(given) != 1:
        problems.add(OneValueForm(*path, name=field.name))
        return None
    (word,) = given
    wanted = getattr(change, word)
    if word != "set" and not field.accepts_multiple_values:
        problems.add(NotMultiple(*path, word, name=field.name))
        return None
    if wanted is None and word != "set":
        problems.add(NullValue(*path, word))
        return None
    entries = _entries(wanted, field, word)
    if entries is None:
        problems.add(NotMultiple(*path, word, name=field.name))
        return None
    count = len(problems.refusals)
    kept = _kept_entries(entries, field, word, owner, at, problems, *path)
    if len(problems.refusals) > count:
        return None
    match word:
        case "add":
            kept = tuple(dict.fromkeys((*before, *kept)))
        case "remove":
            kept = tuple(value for value in before if value not in kept)
    problems.bounded(kept, *path, word, limit=VALUES_MAX)
    return kept


def _entries(wanted: Any, field: CustomField, word: str) -> Sequence[Any] | None:
    """The single values of an input; a lone one counts as a list of one. None: a list where one is meant."""
    if wanted is None:
        return ()
    if field.type is CustomFieldType.HIDDEN and word == "set":
        return (wanted,)
    if isinstance(wanted, list | tuple):
        return wanted if field.accepts_multiple_values else None
    return (wanted,)


def _kept_entries(
    entries: Sequence[Any],
    field: CustomField,
    word: str,
    owner: Owner,
    at: Situation,
    problems: Problems,
    *path: str,
) -> Values:
    kept: dict[Any, None] = {}
    unhashable = []
    for index, entry in enumerate(problems.bounded(entries, *path, word, limit=VALUES_MAX)):
        here = (*path, word, str(index)) if field.accepts_multiple_values and len(entries) > 1 else (*path, word)
        if entry is None:
            problems.add(NullValue(*here))
            continue
        value = _kept_value(entry, field, word, owner, at, problems, *here)
        if isinstance(value, list | dict):
            unhashable.append(value)
        elif value is not None:
            kept[value] = None
    return (*kept, *unhashable)


def _kept_value(
    entry: Any, field: CustomField, word: str, owner: Owner, at: Situation, problems: Problems, *path: str
) -> Any:
    """One value as it is kept; None: it was refused, or is a blank text, which is no value."""
    match field.type:
        case CustomFieldType.TEXT | CustomFieldType.TEXTAREA if isinstance(entry, str):
            return problems.text(entry, *path, limit=TEXT_VALUE_MAX)
        case CustomFieldType.CHOICES if isinstance(entry, str):
            # What is no choice any more may still be taken out.
            if entry in field.choices or word == "remove":
                return entry
            problems.add(NotAChoice(*path, value=entry, name=field.name))
            return None
        case CustomFieldType.USER if isinstance(entry, str):
            return _kept_user(entry, at, problems, *path)
        case CustomFieldType.CONTACT if isinstance(entry, str):
            return _kept_contact(entry, owner, word, problems, *path)
        case CustomFieldType.NUMBER if isinstance(entry, float) and _is_inexact(entry):
            problems.add(NumberInexact(*path, value=str(entry)))
            return None
    value = _READERS[field.type](entry) if field.type in _READERS else None
    if value is None:
        shown = entry if isinstance(entry, str) else repr(entry)
        problems.add(InvalidFieldValue(*path, value=shown, name=field.name, expected=_EXAMPLES[field.type]))
    return value


def _kept_user(text: str, at: Situation, problems: Problems, *path: str) -> str | None:
    """A user of the organization, active or not, by id or exact name."""
    users = at.organization.users
    try:
        found = [user for user in users.values() if user.id == decode_id("user", text)]
    except BadId:
        found = [user for user in users.values() if user.name == text]
    if len(found) != 1:
        problems.add(UserNotFound(*path))
        return None
    return str(found[0].id)


def _kept_contact(text: str, owner: Owner, word: str, problems: Problems, *path: str) -> str | None:
    try:
        contact_id = ContactId(decode_id("cont", text))
    except BadId:
        problems.add(ContactNotFound(*path))
        return None
    # A contact that was removed may still be taken out.
    if contact_id not in owner.contacts and word != "remove":
        problems.add(ContactNotFound(*path))
        return None
    return str(contact_id)


def read_number(entry: Any) -> str | None:
    """A number as plain digits, such as 1250.00; None where it is none, not finite, or too long."""
    if isinstance(entry, bool) or not isinstance(entry, int | float | str):
        return None
    if isinstance(entry, float) and not math.isfinite(entry):
        return None
    if isinstance(entry, int) and abs(entry) >= 10**NUMBER_DIGITS:
        return None
    text = f"{Decimal(repr(entry)):f}" if isinstance(entry, float) else str(entry)
    if len(text) > NUMBER_DIGITS + 2 or not _NUMBER.fullmatch(text):
        return None
    number = Decimal(text)
    return f"{abs(number) if number == 0 else number:f}"


def _is_inexact(entry: float) -> bool:
    """Whether the number that was written may have been another one: a float keeps 15 digits of every decimal."""
    if not math.isfinite(entry):
        return False
    return abs(entry) >= 10**FLOAT_DIGITS or len(Decimal(repr(entry)).as_tuple().digits) > FLOAT_DIGITS


def read_day(entry: Any) -> str | None:
    """A calendar day as YYYY-MM-DD; None where it is none."""
    if not isinstance(entry, str) or not _DAY.fullmatch(entry):
        return None
    try:
        return date.fromisoformat(entry).isoformat()
    except ValueError:
        return None


def read_instant(entry: Any) -> str | None:
    """An instant in UTC with six digits of a second; None where it is none, or in no calendar."""
    if not isinstance(entry, str) or not _INSTANT.fullmatch(entry):
        return None
    try:
        instant = datetime.fromisoformat(entry.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return instant.strftime("%Y-%m-%dT%H:%M:%S.%fZ").rjust(27, "0")


def _read_json(entry: Any) -> Any:
    """Any JSON that the log and the database can hold as it is; None where it is not."""
    if not _is_storable(entry, HIDDEN_DEPTH):
        return None
    return entry if len(msgspec.json.encode(entry)) <= HIDDEN_MAX else None


def _is_storable(entry: Any, depth: int) -> bool:
    match entry:
        case None | bool():
            return True
        case str():
            return "\0" not in entry and not any("\ud800" <= one <= "\udfff" for one in entry)
        case int():
            return abs(entry) <= WHOLE_MAX
        case float():
            return math.isfinite(entry)
        case list():
            return depth > 0 and all(_is_storable(one, depth - 1) for one in entry)
        case dict():
            pairs = [*entry.keys(), *entry.values()]
            return depth > 0 and all(_is_storable(one, depth - 1) for one in pairs)
        case _:
            return False


_READERS: dict[CustomFieldType, Callable[[Any], Any]] = {
    CustomFieldType.NUMBER: read_number,
    CustomFieldType.DATE: read_day,
    CustomFieldType.DATETIME: read_instant,
    CustomFieldType.HIDDEN: _read_json,
}
