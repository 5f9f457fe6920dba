"""Contacts: the people of a lead. The first is the primary one."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

import msgspec

from app.ids import ContactId, CustomFieldId, LeadId, uuid7
from app.lead.contact_points import (
    ContactUrl,
    EmailAddress,
    PhoneNumber,
    kept_emails,
    kept_phones,
    kept_urls,
)
from app.lead.custom_values import CustomValue, Owner, ValueChange, new_values
from app.lead.event import LeadEvent
from app.lead.refusals import ContactNotFound, EmptyContact, TooManyContacts
from app.organization.visibility import Values
from app.situation import Situation
from app.text import NAME_MAX, Problems
from app.vocabulary import CustomFieldTarget

if TYPE_CHECKING:
    from app.lead.lead import Lead

CONTACTS_MAX = 500  # of one lead; the state for decisions holds them all


class Contact(msgspec.Struct, frozen=True, kw_only=True):
    """What decisions need of a person. `place` rises in the order of a lead's contacts, not always by one."""

    place: int
    name: str | None = None
    title: str | None = None
    emails: tuple[EmailAddress, ...] = ()
    phones: tuple[PhoneNumber, ...] = ()
    urls: tuple[ContactUrl, ...] = ()
    custom: dict[CustomFieldId, Values] = {}


class ContactAdded(LeadEvent, frozen=True, kw_only=True, tag="lead.contact_added"):
    """`place` is behind those of the contacts there are; 0 where there are none: the primary contact."""

    entity: ClassVar[str | None] = "contact_id"

    contact_id: ContactId
    place: int
    name: str | None = None
    title: str | None = None
    emails: tuple[EmailAddress, ...] = ()
    phones: tuple[PhoneNumber, ...] = ()
    urls: tuple[ContactUrl, ...] = ()
    custom_values: tuple[CustomValue, ...] = ()


@dataclass(frozen=True, kw_only=True)
class NewContact:
    """A person as an input describes it."""

    name: str | None = None
    title: str | None = None
    emails: tuple[EmailAddress, ...] = ()
    phones: tuple[PhoneNumber, ...] = ()
    urls: tuple[ContactUrl, ...] = ()
    custom_fields: tuple[ValueChange, ...] = ()
    contact_id: ContactId = field(default_factory=lambda: ContactId(uuid7()))


@dataclass(frozen=True, kw_only=True)
class AddContact:
    produces: ClassVar[dict[str, str]] = {"lead": "lead_id", "contact": "contact_id"}

    lead_id: LeadId
    contact: NewContact

    @property
    def contact_id(self) -> ContactId:
        """The new contact's id."""
        return self.contact.contact_id

    def decide(self, lead: Lead, at: Situation) -> Sequence[LeadEvent]:
        """Add a person behind those there are.

        Raises:
            TooManyContacts, EmptyContact, InvalidEmail, InvalidPhone, InvalidUrl, TextTooLong
        """
        if len(lead.contacts) >= CONTACTS_MAX:
            raise TooManyContacts("contact", limit=CONTACTS_MAX)
        problems = Problems()
        added = contact_added(self.contact, next_place(lead), at, problems, "contact", others=lead.contacts)
        problems.stop_if_any()
        return (added,)


def contact_added(
    contact: NewContact,
    place: int,
    at: Situation,
    problems: Problems,
    *path: str,
    others: Collection[ContactId] = (),
) -> ContactAdded:
    """The fact of one new person, normalised; what is wrong with it is noted under `path`.

    `others` are the lead's contacts, whom custom fields of this one may name.
    """
    owner = Owner(target=CustomFieldTarget.CONTACT, id=contact.contact_id, contacts=others)
    before = len(problems.refusals)
    added = ContactAdded(
        contact_id=contact.contact_id,
        place=place,
        name=problems.line(contact.name, *path, "name", limit=NAME_MAX),
        title=problems.line(contact.title, *path, "title", limit=NAME_MAX),
        emails=kept_emails(contact.emails, problems, *path, "emails"),
        phones=kept_phones(contact.phones, problems, *path, "phones", country=at.organization.country),
        urls=kept_urls(contact.urls, problems, *path, "urls"),
        custom_values=new_values(contact.custom_fields, owner, at, problems, *path, "custom_fields"),
    )
    if len(problems.refusals) == before and not _says_something(added):
        problems.add(EmptyContact(*path))
    return added


def next_place(lead: Lead) -> int:
    """The place behind a lead's contacts."""
    return max((contact.place for contact in lead.contacts.values()), default=-1) + 1


def primary_contact(contacts: Mapping[ContactId, Contact]) -> ContactId | None:
    """The first of them; None: there are none."""
    return next(iter(contacts), None)


def _says_something(added: ContactAdded) -> bool:
    return any((added.name, added.title, added.emails, added.phones, added.urls, added.custom_values))


def known_contact(contact_id: ContactId | None, lead: Lead, problems: Problems) -> ContactId | None:
    """The contact, if it is on this lead; else a problem at contact_id."""
    if contact_id is not None and contact_id not in lead.contacts:
        problems.add(ContactNotFound("contact_id"))
        return None
    return contact_id


def contacts_by_email(lead: Lead) -> dict[str, ContactId]:
    """The first contact of each e-mail address, which stands in folded letters."""
    found: dict[str, ContactId] = {}
    for contact_id, contact in lead.contacts.items():
        for one in contact.emails:
            found.setdefault(one.email.casefold(), contact_id)
    return found
