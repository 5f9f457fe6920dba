"""Changing, removing and reordering the contacts of a lead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from msgspec import UNSET, UnsetType

from app.ids import ContactId, LeadId, OpportunityId, TaskId
from app.lead.contact_points import (
    ContactUrl,
    EmailAddress,
    PhoneNumber,
    kept_emails,
    kept_phones,
    kept_urls,
)
from app.lead.contacts import CONTACTS_MAX, Contact, primary_contact
from app.lead.custom_values import CustomValue, Owner, ValueChange, changed_values, touched_word
from app.lead.event import LeadEvent
from app.lead.refusals import ContactNotFound, GivenTwice
from app.situation import Situation
from app.text import NAME_MAX, Problems
from app.vocabulary import CustomFieldTarget

if TYPE_CHECKING:
    from app.lead.lead import Lead


class ContactRenamed(LeadEvent, frozen=True, kw_only=True, tag="lead.contact_renamed"):
    """`is_primary`: it is the lead's first contact, by which a lead without a name is called."""

    entity: ClassVar[str | None] = "contact_id"

    contact_id: ContactId
    before: str | None = None
    after: str | None = None
    is_primary: bool = False

    @property
    def touched(self) -> frozenset[str]:
        return _touched(self.contact_id, "name")


class ContactTitleChanged(LeadEvent, frozen=True, kw_only=True, tag="lead.contact_title_changed"):
    entity: ClassVar[str | None] = "contact_id"

    contact_id: ContactId
    before: str | None = None
    after: str | None = None

    @property
    def touched(self) -> frozenset[str]:
        return _touched(self.contact_id, "title")


class ContactEmailsChanged(LeadEvent, frozen=True, kw_only=True, tag="lead.contact_emails_changed"):
    entity: ClassVar[str | None] = "contact_id"

    contact_id: ContactId
    before: tuple[EmailAddress, ...] = ()
    after: tuple[EmailAddress, ...] = ()

    @property
    def touched(self) -> frozenset[str]:
        return _touched(self.contact_id, "emails")


class ContactPhonesChanged(LeadEvent, frozen=True, kw_only=True, tag="lead.contact_phones_changed"):
    entity: ClassVar[str | None] = "contact_id"

    contact_id: ContactId
    before: tuple[PhoneNumber, ...] = ()
    after: tuple[PhoneNumber, ...] = ()

    @property
    def touched(self) -> frozenset[str]:
        return _touched(self.contact_id, "phones")


class ContactUrlsChanged(LeadEvent, frozen=True, kw_only=True, tag="lead.contact_urls_changed"):
    entity: ClassVar[str | None] = "contact_id"

    contact_id: ContactId
    before: tuple[ContactUrl, ...] = ()
    after: tuple[ContactUrl, ...] = ()

    @property
    def touched(self) -> frozenset[str]:
        return _touched(self.contact_id, "urls")


class ContactRemoved(LeadEvent, frozen=True, kw_only=True, tag="lead.contact_removed"):
    """What the contact was. Activities, tasks and opportunities that concern it stay.

    Attributes:
        primary_id: the lead's first contact afterwards, where the one removed was the first.
        primary_name: what that one is called.
    """

    entity: ClassVar[str | None] = "contact_id"

    contact_id: ContactId
    name: str | None = None
    title: str | None = None
    emails: tuple[EmailAddress, ...] = ()
    phones: tuple[PhoneNumber, ...] = ()
    urls: tuple[ContactUrl, ...] = ()
    custom_values: tuple[CustomValue, ...] = ()
    was_primary: bool = False
    primary_id: ContactId | None = None
    primary_name: str | None = None


class ContactRestored(LeadEvent, frozen=True, kw_only=True, tag="lead.contact_restored"):
    """A contact that was removed is back, as it was.

    Attributes:
        created_at: when it was added.
        is_primary: it is the lead's first contact again.
        task_ids, opportunity_ids: what concerns it again, of what did before it was removed and names nobody since.
    """

    entity: ClassVar[str | None] = "contact_id"

    contact_id: ContactId
    place: int
    name: str | None = None
    title: str | None = None
    emails: tuple[EmailAddress, ...] = ()
    phones: tuple[PhoneNumber, ...] = ()
    urls: tuple[ContactUrl, ...] = ()
    custom_values: tuple[CustomValue, ...] = ()
    created_at: datetime
    is_primary: bool = False
    task_ids: tuple[TaskId, ...] = ()
    opportunity_ids: tuple[OpportunityId, ...] = ()


class ContactsReordered(LeadEvent, frozen=True, kw_only=True, tag="lead.contacts_reordered"):
    """All contacts of the lead; the place of each is its place in `after`. `primary_name` is the first one's."""

    touches: ClassVar[frozenset[str]] = frozenset({"contacts"})

    before: tuple[ContactId, ...]
    after: tuple[ContactId, ...]
    primary_name: str | None = None


@dataclass(frozen=True, kw_only=True)
class UpdateContact:
    """Change some of what is known of a person. What is not given stays; None clears; lists are replaced."""

    produces: ClassVar[dict[str, str]] = {"contact": "contact_id"}

    contact_id: ContactId
    name: str | UnsetType | None = UNSET
    title: str | UnsetType | None = UNSET
    emails: tuple[EmailAddress, ...] | UnsetType | None = UNSET
    phones: tuple[PhoneNumber, ...] | UnsetType | None = UNSET
    urls: tuple[ContactUrl, ...] | UnsetType | None = UNSET
    custom_fields: tuple[ValueChange, ...] = ()
    expected_version: int | None = None

    @property
    def about(self) -> ContactId:
        """The contact, by whose own facts its lead is found."""
        return self.contact_id

    @property
    def writes(self) -> frozenset[str]:
        """What of this contact is given."""
        words = ("name", "title", "emails", "phones", "urls")
        given = (f"{self.contact_id}.{word}" for word in words if getattr(self, word) is not UNSET)
        fields = (touched_word(self.contact_id, change.field_id) for change in self.custom_fields)
        return frozenset((*given, *fields))

    def decide(self, lead: Lead | None, at: Situation) -> Sequence[LeadEvent]:
        """Decide one fact for each thing that differs.

        Raises:
            ContactNotFound, InvalidEmail, InvalidPhone, PhoneExtension, UnknownCountry, InvalidUrl, TextTooLong
        """
        lead, contact = _found(self.contact_id, lead)
        problems = Problems()
        owner = Owner(
            target=CustomFieldTarget.CONTACT, id=self.contact_id, contacts=lead.contacts, custom=contact.custom
        )
        events = [
            *self._lines(lead, contact, problems),
            *self._points(contact, at, problems),
            *changed_values(self.custom_fields, owner, at, problems, "custom_fields"),
        ]
        problems.stop_if_any()
        return events

    def _lines(self, lead: Lead, contact: Contact, problems: Problems) -> Sequence[LeadEvent]:
        events: list[LeadEvent] = []
        id, is_primary = self.contact_id, primary_contact(lead.contacts) == self.contact_id
        if self.name is not UNSET:
            name = problems.line(self.name, "name", limit=NAME_MAX)
            if name != contact.name:
                events.append(ContactRenamed(contact_id=id, before=contact.name, after=name, is_primary=is_primary))
        if self.title is not UNSET:
            title = problems.line(self.title, "title", limit=NAME_MAX)
            if title != contact.title:
                events.append(ContactTitleChanged(contact_id=id, before=contact.title, after=title))
        return events

    def _points(self, contact: Contact, at: Situation, problems: Problems) -> Sequence[LeadEvent]:
        events: list[LeadEvent] = []
        id = self.contact_id
        if self.emails is not UNSET:
            emails = kept_emails(self.emails or (), problems, "emails")
            if emails != contact.emails:
                events.append(ContactEmailsChanged(contact_id=id, before=contact.emails, after=emails))
        if self.phones is not UNSET:
            phones = kept_phones(self.phones or (), problems, "phones", country=at.organization.country)
            if phones != contact.phones:
                events.append(ContactPhonesChanged(contact_id=id, before=contact.phones, after=phones))
        if self.urls is not UNSET:
            urls = kept_urls(self.urls or (), problems, "urls")
            if urls != contact.urls:
                events.append(ContactUrlsChanged(contact_id=id, before=contact.urls, after=urls))
        return events


@dataclass(frozen=True, kw_only=True)
class RemoveContact:
    """Take a person off their lead. What happened with them stays, and names nobody in particular then."""

    produces: ClassVar[dict[str, str]] = {"contact": "contact_id"}

    contact_id: ContactId

    @property
    def about(self) -> ContactId:
        """The contact, by whose own facts its lead is found."""
        return self.contact_id

    def decide(self, lead: Lead | None, at: Situation) -> Sequence[LeadEvent]:
        """Decide the removal, and who is the first contact then.

        Raises:
            ContactNotFound: no such contact, or it is removed already.
        """
        lead, contact = _found(self.contact_id, lead)
        was_primary = primary_contact(lead.contacts) == self.contact_id
        others = {id: one for id, one in lead.contacts.items() if id != self.contact_id}
        primary_id = primary_contact(others) if was_primary else None
        removed = ContactRemoved(
            contact_id=self.contact_id,
            name=contact.name,
            title=contact.title,
            emails=contact.emails,
            phones=contact.phones,
            urls=contact.urls,
            custom_values=tuple(CustomValue(field_id=id, values=values) for id, values in contact.custom.items()),
            was_primary=was_primary,
            primary_id=primary_id,
            primary_name=others[primary_id].name if primary_id else None,
        )
        return (removed,)


@dataclass(frozen=True, kw_only=True)
class ReorderContacts:
    """Give a lead's contacts another order; those that are left out stand behind, in the order they have."""

    produces: ClassVar[dict[str, str]] = {"lead": "lead_id"}
    writes: ClassVar[frozenset[str]] = frozenset({"contacts"})

    lead_id: LeadId
    contact_ids: tuple[ContactId, ...]
    expected_version: int | None = None

    def decide(self, lead: Lead, at: Situation) -> Sequence[LeadEvent]:
        """Decide the order; the one there is decides nothing.

        Raises:
            ContactNotFound, GivenTwice, TooManyEntries
        """
        problems = Problems()
        first: dict[ContactId, None] = {}
        for place, contact_id in enumerate(problems.bounded(self.contact_ids, "contact_ids", limit=CONTACTS_MAX)):
            if contact_id not in lead.contacts:
                problems.add(ContactNotFound("contact_ids", str(place)))
            elif contact_id in first:
                problems.add(GivenTwice("contact_ids", str(place)))
            first[contact_id] = None
        problems.stop_if_any()
        before, after = tuple(lead.contacts), tuple(dict.fromkeys((*first, *lead.contacts)))
        if after == before:
            return ()
        return (ContactsReordered(before=before, after=after, primary_name=lead.contacts[after[0]].name),)


def _found(contact_id: ContactId, lead: Lead | None) -> tuple[Lead, Contact]:
    contact = lead.contacts.get(contact_id) if lead else None
    if lead is None or contact is None:
        raise ContactNotFound("contact_id")
    return lead, contact


def _touched(contact_id: ContactId, word: str) -> frozenset[str]:
    return frozenset({f"{contact_id}.{word}"})
