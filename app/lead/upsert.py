"""Upserting: making the lead that another system names, or updating it where it is there already.

Which of the two it is, the claim on the external id decides, so that two at once make one lead.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from msgspec import UNSET, UnsetType

from app.ids import LeadId, StatusId, uuid7
from app.lead.addresses import Address
from app.lead.contacts import CONTACTS_MAX, Contact, ContactAdded, NewContact, contact_added, next_place
from app.lead.custom_values import ValueChange
from app.lead.details import EXTERNAL_MAX, SOURCE_MAX, CreateLead, ExternalId, UpdateLead, external_claim
from app.lead.event import LeadEvent
from app.lead.refusals import TooManyContacts
from app.lead.statuses import ChangeLeadStatus
from app.refusal import Refusal, Refused, refusals_of
from app.situation import Claim, Situation
from app.text import Problems

if TYPE_CHECKING:
    from app.lead.lead import Lead


@dataclass(frozen=True, kw_only=True)
class UpsertLead:
    """The lead that a system calls so: created with what is given, or changed where it differs from it.

    What is not given stays; None clears. Contacts are added where nobody on the lead has one of their e-mail
    addresses or phone numbers; a contact with neither, where nobody has their name.

    Attributes:
        source: the other system; also what a lead that is created says of where it came from.
        lead_id: of the lead, if it is created.
    """

    creates: ClassVar[bool] = True

    source: str
    external_id: str
    name: str | UnsetType | None = UNSET
    description: str | UnsetType | None = UNSET
    url: str | UnsetType | None = UNSET
    status_id: StatusId | None = None
    status: str | None = None
    addresses: tuple[Address, ...] | UnsetType | None = UNSET
    contacts: tuple[NewContact, ...] = ()
    custom_fields: tuple[ValueChange, ...] = ()
    lead_id: LeadId = field(default_factory=lambda: LeadId(uuid7()))

    @property
    def found_by(self) -> Claim | None:
        """The claim whose owner is the lead, if there is one; None: nothing can be called so."""
        external = self._external(Problems())
        return external_claim(external) if external else None

    def decide(self, lead: Lead | None, at: Situation) -> Sequence[LeadEvent]:
        """Decide a new lead, or what is different on the one there is.

        Raises:
            Required, TextTooLong, and what CreateLead, UpdateLead, ChangeLeadStatus and AddContact refuse
        """
        problems = Problems()
        external = self._external(problems)
        if lead is None:
            events = _noted(problems, lambda: self._creation(external).decide(None, at))
        else:
            events = self._changes(lead, at, problems)
        problems.stop_if_any()
        return events

    def _external(self, problems: Problems) -> ExternalId | None:
        source = problems.required(self.source, "source", limit=SOURCE_MAX)
        id = problems.required(self.external_id, "external_id", limit=EXTERNAL_MAX)
        return ExternalId(source, id) if source and id else None

    def _creation(self, external: ExternalId | None) -> CreateLead:
        return CreateLead(
            lead_id=self.lead_id,
            name=self.name or None,
            description=self.description or None,
            url=self.url or None,
            status_id=self.status_id,
            status=self.status,
            addresses=self.addresses or (),
            contacts=self.contacts,
            custom_fields=self.custom_fields,
            source=external.source if external else None,
            external_id=external,
        )

    def _changes(self, lead: Lead, at: Situation, problems: Problems) -> Sequence[LeadEvent]:
        update = UpdateLead(
            lead_id=lead.id,
            name=self.name,
            description=self.description,
            url=self.url,
            addresses=self.addresses,
            custom_fields=self.custom_fields,
        )
        change = ChangeLeadStatus(lead_id=lead.id, status_id=self.status_id, status=self.status)
        is_status_given = self.status_id is not None or self.status is not None
        return [
            *_noted(problems, lambda: update.decide(lead, at)),
            *(_noted(problems, lambda: change.decide(lead, at)) if is_status_given else ()),
            *_missing_contacts(self.contacts, lead, at, problems),
        ]


def _noted(problems: Problems, decide: Callable[[], Sequence[LeadEvent]]) -> Sequence[LeadEvent]:
    """What is decided; what is refused is noted among the problems."""
    try:
        return decide()
    except (Refusal, Refused) as error:
        for refusal in refusals_of(error):
            problems.add(refusal)
        return ()


def _missing_contacts(
    contacts: Sequence[NewContact], lead: Lead, at: Situation, problems: Problems
) -> Sequence[ContactAdded]:
    """Those of the contacts that nobody on the lead is, in their order."""
    known: set[str] = {key for contact in lead.contacts.values() for key in _keys(contact)}
    added: list[ContactAdded] = []
    first = next_place(lead)
    for index, contact in enumerate(problems.bounded(contacts, "contacts", limit=CONTACTS_MAX)):
        place = first + len(added)
        new = contact_added(contact, place, at, problems, "contacts", str(index), others=lead.contacts)
        if known.isdisjoint(_telling_keys(new)):
            added.append(new)
            known.update(_keys(new))
    if len(lead.contacts) + len(added) > CONTACTS_MAX:
        problems.add(TooManyContacts("contacts", limit=CONTACTS_MAX))
    return added


def _keys(contact: Contact | ContactAdded) -> set[str]:
    """By what a person is recognised: e-mail addresses without regard to case, phone numbers, the name."""
    return {*_points(contact), _name_key(contact)}


def _telling_keys(contact: ContactAdded) -> set[str]:
    """As `_keys`, but the name only where there is nothing better."""
    return _points(contact) or {_name_key(contact)}


def _points(contact: Contact | ContactAdded) -> set[str]:
    return {one.email.casefold() for one in contact.emails} | {one.phone for one in contact.phones}


def _name_key(contact: Contact | ContactAdded) -> str:
    """Of people without a name, what else is known of them: the same input must not add them again."""
    if contact.name:
        return f"name {contact.name.casefold()}"
    return f"title {contact.title}" if contact.title else f"links {[one.url for one in contact.urls]}"
