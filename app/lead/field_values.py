"""Single values of custom fields: what an input may write, and how it is kept."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Collection, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import msgspec

from app.ids import BadId, ContactId, decode_id, past_id
from app.lead.refusals import (
    ContactNotFound,
    IdOfThePast,
    InvalidFieldValue,
    NotAChoice,
    NullValue,
    NumberInexact,
    UserAmbiguous,
    UserUnknown,
)
from app.refusal import Refusal
from app.text import TEXT_MAX, Problems, forbidden
from app.vocabulary import CustomFieldType

if TYPE_CHECKING:
    from app.organization.custom_fields import CustomField
    from app.organization.organization import Organization

TEXT_VALUE_MAX = 10_000  # characters; of TEXTAREA as of any text: TEXT_MAX
NUMBER_DIGITS = 50  # before and behind the point together
HIDDEN_MAX = 10_000  # bytes of JSON
HIDDEN_DEPTH = 20  # lists and objects within each other
SAFE_MAX = 2**53  # beyond it a JSON number is not what JavaScript wrote
FLOAT_DIGITS = 15  # significant; a decimal number with more of them is another one in binary

_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
_EXAMPLES = {
    CustomFieldType.TEXT: "a text",
    CustomFieldType.TEXTAREA: "a text",
    CustomFieldType.NUMBER: f'a number, or one of at most {NUMBER_DIGITS} digits as a string such as "1250.00"',
    CustomFieldType.DATE: 'a day such as "2026-11-22"',
    CustomFieldType.DATETIME: 'an instant such as "2026-11-22T08:30:00Z"',
    CustomFieldType.CHOICES: "one of the field's choices",
    CustomFieldType.USER: "a user's id, or a user's exact name",
    CustomFieldType.CONTACT: "the id of a contact of the same lead",
    CustomFieldType.HIDDEN: f"JSON of at most {HIDDEN_MAX} bytes and {HIDDEN_DEPTH} levels, with numbers within 2^53",
}


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """What single values are compared with.

    Attributes:
        contacts: those of the same lead.
        is_removal: the value is to go, so that a choice or contact may be one that is no more.
    """

    organization: Organization
    contacts: Collection[ContactId]
    is_removal: bool = False


def kept_value(entry: Any, field: CustomField, known: Known, problems: Problems, *path: str) -> Any:
    """One value as it is kept; None: it was refused, or is a blank text, which is no value."""
    if entry is None:
        problems.add(NullValue(*path))
        return None
    refusal = forbidden(entry, path) if isinstance(entry, str) else _forbidden_within(entry, path)
    if refusal is not None:
        problems.add(refusal)
        return None
    if isinstance(entry, str):
        match field.type:
            case CustomFieldType.TEXT | CustomFieldType.TEXTAREA as kind:
                limit = TEXT_VALUE_MAX if kind is CustomFieldType.TEXT else TEXT_MAX
                return problems.text(entry, *path, limit=limit)
            case CustomFieldType.CHOICES:
                return _kept_choice(entry, field, known, problems, *path)
            case CustomFieldType.USER:
                return _kept_user(entry, known, problems, *path)
            case CustomFieldType.CONTACT:
                return _kept_contact(entry, known, problems, *path)
    if field.type is CustomFieldType.NUMBER and isinstance(entry, float) and _is_inexact(entry):
        problems.add(NumberInexact(*path, value=str(entry)))
        return None
    value = _READERS[field.type](entry) if field.type in _READERS else None
    if value is None:
        expected = _EXAMPLES[field.type]
        problems.add(InvalidFieldValue(*path, value=_quoted(entry), name=field.name, expected=expected))
    return value


def _kept_choice(text: str, field: CustomField, known: Known, problems: Problems, *path: str) -> str | None:
    if text in field.choices or known.is_removal:
        return text
    problems.add(NotAChoice(*path, value=_quoted(text), name=field.name))
    return None


def _kept_user(text: str, known: Known, problems: Problems, *path: str) -> str | None:
    """A user of the organization, active or not, by id or exact name."""
    if (past := past_id(text)) is not None:
        problems.add(IdOfThePast(*path, live_id=past[0]))
        return None
    users = known.organization.users.values()
    try:
        user_id = decode_id("user", text)
        found = [user for user in users if user.id == user_id]
    except BadId:
        found = [user for user in users if user.name == text]
    if len(found) > 1:
        problems.add(UserAmbiguous(*path, count=len(found), name=text))
    elif not found:
        problems.add(UserUnknown(*path))
    return str(found[0].id) if len(found) == 1 else None


def _kept_contact(text: str, known: Known, problems: Problems, *path: str) -> str | None:
    try:
        contact_id = ContactId(decode_id("cont", text))
    except BadId:
        past = past_id(text)
        problems.add(IdOfThePast(*path, live_id=past[0]) if past else ContactNotFound(*path))
        return None
    if contact_id not in known.contacts and not known.is_removal:
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
    if not _NUMBER.fullmatch(text) or len(text.lstrip("+-").replace(".", "")) > NUMBER_DIGITS:
        return None
    number = Decimal(text)
    return f"{number.copy_abs() if number == 0 else number:f}"


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
    """An instant in UTC with six digits of a second, finer ones cut; None where it is none, or in no calendar."""
    if not isinstance(entry, str) or not _INSTANT.fullmatch(entry):
        return None
    try:
        instant = datetime.fromisoformat(entry.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return instant.strftime("%Y-%m-%dT%H:%M:%S.%fZ").rjust(27, "0")


def _read_json(entry: Any) -> Any:
    """Any JSON that the log and the database give back as it is; None where it is not."""
    if not _is_storable(entry, HIDDEN_DEPTH):
        return None
    return entry if len(msgspec.json.encode(entry)) <= HIDDEN_MAX else None


def _is_storable(entry: Any, depth: int) -> bool:
    match entry:
        case None | bool() | str():
            return True
        case int() | float():
            return abs(entry) <= SAFE_MAX  # NaN is not
        case list():
            return depth > 0 and all(_is_storable(one, depth - 1) for one in entry)
        case dict():
            return depth > 0 and all(_is_storable(one, depth - 1) for one in entry.values())
        case _:
            return False


_READERS: dict[CustomFieldType, Callable[[Any], Any]] = {
    CustomFieldType.NUMBER: read_number,
    CustomFieldType.DATE: read_day,
    CustomFieldType.DATETIME: read_instant,
    CustomFieldType.HIDDEN: _read_json,
}


def _forbidden_within(entry: Any, path: tuple[str, ...]) -> Refusal | None:
    return next((refusal for text in _texts(entry) if (refusal := forbidden(text, path))), None)


def _texts(entry: Any) -> Iterator[str]:
    """Every text in a JSON value, names of members included, without regard to its depth."""
    left = [entry]
    while left:
        match left.pop():
            case str() as text:
                yield text
            case list() as entries:
                left += entries
            case dict() as members:
                left += [*members.keys(), *members.values()]


def _quoted(entry: Any) -> str:
    """What came in, for a message."""
    match entry:
        case str():
            return entry or '""'
        case int() if abs(entry) >= 10**NUMBER_DIGITS:
            return "A number of so many digits"
        case list():
            return "A list"
        case dict():
            return "An object"
        case _:
            return json.dumps(entry)
