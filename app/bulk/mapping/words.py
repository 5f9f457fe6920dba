"""Words: what a map can name of a lead, a contact or an opportunity, and how many columns each takes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, StrEnum

from app.ids import BadId, decode_id
from app.organization.custom_fields import CustomField
from app.organization.organization import Organization
from app.vocabulary import ContactPointType, CustomFieldTarget, CustomFieldType


class MapKind(StrEnum):
    """What a row of a mapped file is. A person is a lead and its only contact, of one name."""

    COMPANY = "company"
    PERSON = "person"
    CONTACT = "contact"
    OPPORTUNITY = "opportunity"

    @property
    def makes_lead(self) -> bool:
        """Whether rows become leads of their own."""
        return self in (MapKind.COMPANY, MapKind.PERSON)

    @property
    def made(self) -> str:
        """What its rows become, for people."""
        return {MapKind.CONTACT: "contacts", MapKind.OPPORTUNITY: "opportunities"}.get(self, "leads")

    @property
    def target(self) -> CustomFieldTarget:
        """Whose custom fields `custom.` names."""
        return CustomFieldTarget.LEAD if self.makes_lead else CustomFieldTarget(self.name)


class Takes(Enum):
    """What several columns of one word become."""

    ONE = "one column"
    LINE = "one text, joined by spaces"
    TEXT = "one text, joined by line breaks"
    SEVERAL = "a value each"


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One word of a map.

    Attributes:
        name: as it is written, without the type behind an e-mail, phone or url.
        type: that type.
        field: the custom field that it means.
    """

    name: str
    takes: Takes
    type: ContactPointType | None = None
    field: CustomField | None = None


class UnknownWord(Exception):
    """A sentence that says what is wrong with a word of a map."""


ADDRESS_LINES = ("address1", "address2", "city", "state", "postal_code")
POINTS = ("email", "phone", "url")
_OF_LEAD = {
    "name": Takes.LINE,
    "url": Takes.ONE,
    "description": Takes.TEXT,
    "status": Takes.ONE,
    "created_at": Takes.ONE,
    "source": Takes.ONE,
    "country": Takes.ONE,
    "address.label": Takes.ONE,
    **{f"address.{line}": Takes.LINE for line in ADDRESS_LINES},
    "address.country": Takes.ONE,
}
_OF_CONTACT = {"name": Takes.LINE, "title": Takes.LINE, **dict.fromkeys(POINTS, Takes.SEVERAL)}
_OF_OPPORTUNITY = {
    "value": Takes.ONE,
    "value_period": Takes.ONE,
    "pipeline": Takes.ONE,
    "status": Takes.ONE,
    "confidence": Takes.ONE,
    "date_won": Takes.ONE,
    "note": Takes.TEXT,
    "user": Takes.ONE,
    "contact": Takes.ONE,
}
_IN_CONTACT = {f"contact.{name}": takes for name, takes in _OF_CONTACT.items()}
WORDS: dict[MapKind, dict[str, Takes]] = {
    MapKind.COMPANY: {**_OF_LEAD, **_IN_CONTACT},
    MapKind.PERSON: {**_OF_LEAD, **{name: takes for name, takes in _IN_CONTACT.items() if name != "contact.name"}},
    MapKind.CONTACT: {**_OF_CONTACT, "country": Takes.ONE},
    MapKind.OPPORTUNITY: _OF_OPPORTUNITY,
}


def word(text: str, kind: MapKind, organization: Organization) -> Word:
    """What a word of a map means.

    Raises:
        UnknownWord: there is no such word or custom field, or no value of it can be imported.
    """
    if text.startswith("custom."):
        return _custom(text, text.removeprefix("custom."), kind.target, kind, organization)
    if kind.makes_lead and text.startswith("contact.custom."):
        return _custom(text, text.removeprefix("contact.custom."), CustomFieldTarget.CONTACT, kind, organization)
    takes = WORDS[kind].get(text)
    if takes is not None:
        return Word(name=text, takes=takes)
    name, _, point = text.rpartition(".")
    if name.rpartition(".")[2] in POINTS and WORDS[kind].get(name) is Takes.SEVERAL:
        return Word(name=name, takes=Takes.SEVERAL, type=_type(point))
    known = ", ".join(WORDS[kind])
    raise UnknownWord(f"a {kind} has no such word. There are {known}, and custom. with a custom field's name.")


def _type(text: str) -> ContactPointType:
    try:
        return ContactPointType(text.upper())
    except ValueError:
        types = ", ".join(one.lower() for one in ContactPointType)
        raise UnknownWord(f"{text} is no type. There are {types}.") from None


def _custom(text: str, called: str, target: CustomFieldTarget, kind: MapKind, organization: Organization) -> Word:
    field = _field(called, target, organization)
    if field.type is CustomFieldType.CONTACT and kind is not MapKind.OPPORTUNITY:
        raise UnknownWord(f"values of {field.name} are contacts, which can be imported for opportunities only.")
    if field.accepts_multiple_values:
        return Word(name=text, takes=Takes.SEVERAL, field=field)
    return Word(name=text, takes=Takes.LINE if field.type is CustomFieldType.TEXT else Takes.ONE, field=field)


def _field(called: str, target: CustomFieldTarget, organization: Organization) -> CustomField:
    """By its id, its name, or its name in another case."""
    fields = [field for field in organization.custom_fields.values() if field.target is target]
    try:
        found = [field for field in fields if field.id == decode_id("cf", called)]
    except BadId:
        exact = [field for field in fields if field.name == called]
        found = exact or [field for field in fields if field.name.casefold() == called.casefold()]
    if len(found) == 1:
        return found[0]
    known = ", ".join(field.name for field in fields) or "none"
    what = f"there are {len(found)} of this name, so name it by its id" if found else "there is no such custom field"
    raise UnknownWord(
        f"{what}. Custom fields of each {target.lower()}: {known}. Make what is missing with createCustomField first."
    )
