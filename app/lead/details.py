"""A lead's own details: creating it, and its name, description and url."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

from app.ids import LeadId, StatusId, uuid7
from app.lead.addresses import Address, LeadAddressesChanged, kept_addresses
from app.lead.contact_points import kept_url
from app.lead.contacts import CONTACTS_MAX, NewContact, contact_added
from app.lead.custom_values import CustomValue, Owner, ValueChange, changed_values, new_values, touched_word
from app.lead.event import LeadEvent
from app.lead.refusals import LeadExists
from app.lead.statuses import chosen_status
from app.situation import Claim, Situation
from app.text import NAME_MAX, Problems
from app.vocabulary import ActivityKind, CustomFieldTarget

if TYPE_CHECKING:
    from app.lead.lead import Lead

EXTERNAL_ID = "external_id"  # kind of claim: one lead for each (source, id) of another system
SOURCE_MAX = 100  # characters
EXTERNAL_MAX = 300  # characters of a source and of an id there; a claim's key has room for both


class ExternalId(msgspec.Struct, frozen=True):
    """What another system calls this lead."""

    source: str
    id: str


def external_claim(external: ExternalId) -> Claim:
    """The claim by which a lead of another system is found again."""
    source = external.source.replace("\x1e", "\x1e0").replace("\x1f", "\x1e1")  # so that it ends where \x1f stands
    return Claim(EXTERNAL_ID, f"{source}\x1f{external.id}")


class LeadCreated(LeadEvent, frozen=True, kw_only=True, tag="lead.created"):
    """Also the Created entry of the feed, whose id is this event's.

    `source` is where the lead came from in somebody's own words; without it, what recorded the event says so.
    """

    makes: ClassVar[ActivityKind | None] = ActivityKind.CREATED
    touches: ClassVar[frozenset[str]] = frozenset({"name", "description", "url", "addresses", "status"})

    name: str | None = None
    description: str | None = None
    url: str | None = None
    status_id: StatusId
    status_label: str
    external_id: ExternalId | None = None
    custom_values: tuple[CustomValue, ...] = ()
    addresses: tuple[Address, ...] = ()
    source: str | None = None

    def takes(self, stream_id: UUID) -> tuple[tuple[Claim, UUID], ...]:
        return ((external_claim(self.external_id), stream_id),) if self.external_id else ()


class LeadRenamed(LeadEvent, frozen=True, kw_only=True, tag="lead.renamed"):
    touches: ClassVar[frozenset[str]] = frozenset({"name"})

    before: str | None = None
    after: str | None = None


class LeadDescriptionChanged(LeadEvent, frozen=True, kw_only=True, tag="lead.description_changed"):
    touches: ClassVar[frozenset[str]] = frozenset({"description"})

    before: str | None = None
    after: str | None = None


class LeadUrlChanged(LeadEvent, frozen=True, kw_only=True, tag="lead.url_changed"):
    touches: ClassVar[frozenset[str]] = frozenset({"url"})

    before: str | None = None
    after: str | None = None


@dataclass(frozen=True, kw_only=True)
class CreateLead:
    """A new lead with its contacts. `status` is a label, `status_id` an id; with neither, the first status."""

    produces: ClassVar[dict[str, str]] = {"lead": "lead_id"}
    creates: ClassVar[bool] = True

    name: str | None = None
    description: str | None = None
    url: str | None = None
    status_id: StatusId | None = None
    status: str | None = None
    addresses: tuple[Address, ...] = ()
    contacts: tuple[NewContact, ...] = ()
    custom_fields: tuple[ValueChange, ...] = ()
    source: str | None = None
    external_id: ExternalId | None = None
    occurred_at: datetime | None = None
    lead_id: LeadId = field(default_factory=lambda: LeadId(uuid7()))

    def decide(self, lead: Lead | None, at: Situation) -> Sequence[LeadEvent]:
        """Decide the lead and each of its contacts.

        Raises:
            LeadExists, BothStatusForms, StatusNotFound, StatusArchived, and what names, urls, addresses and contacts
            refuse
        """
        if lead is not None:
            raise LeadExists
        problems = Problems()
        status = chosen_status(self.status_id, self.status, at.organization, problems)
        name = problems.line(self.name, "name", limit=NAME_MAX)
        description = problems.text(self.description, "description")
        url = kept_url(self.url, problems, "url")
        addresses = kept_addresses(self.addresses, problems, "addresses")
        source = problems.line(self.source, "source", limit=SOURCE_MAX)
        contacts = [
            contact_added(contact, place, at, problems, "contacts", str(place))
            for place, contact in enumerate(problems.bounded(self.contacts, "contacts", limit=CONTACTS_MAX))
        ]
        owner = Owner(target=CustomFieldTarget.LEAD, id=self.lead_id)
        custom_values = new_values(self.custom_fields, owner, at, problems, "custom_fields")
        if self.external_id is not None:
            problems.required(self.external_id.source, "external_id", "source", limit=EXTERNAL_MAX)
            problems.required(self.external_id.id, "external_id", "id", limit=EXTERNAL_MAX)
        problems.stop_if_any()
        created = LeadCreated(
            name=name,
            description=description,
            url=url,
            status_id=status.id,
            status_label=status.label,
            external_id=self.external_id,
            custom_values=custom_values,
            addresses=addresses,
            source=source,
            occurred_at=self.occurred_at,
        )
        return (created, *contacts)


@dataclass(frozen=True, kw_only=True)
class UpdateLead:
    """Change some details. What is not given stays; None clears."""

    produces: ClassVar[dict[str, str]] = {"lead": "lead_id"}

    lead_id: LeadId
    name: str | UnsetType | None = UNSET
    description: str | UnsetType | None = UNSET
    url: str | UnsetType | None = UNSET
    addresses: tuple[Address, ...] | UnsetType | None = UNSET
    custom_fields: tuple[ValueChange, ...] = ()
    expected_version: int | None = None

    @property
    def writes(self) -> frozenset[str]:
        """The details that are given."""
        given = {"name": self.name, "description": self.description, "url": self.url, "addresses": self.addresses}
        fields = (touched_word(self.lead_id, change.field_id) for change in self.custom_fields)
        return frozenset((*(name for name, value in given.items() if value is not UNSET), *fields))

    def decide(self, lead: Lead, at: Situation) -> Sequence[LeadEvent]:
        """Decide one fact for each detail that differs.

        Raises:
            TextTooLong, NulCharacter, NotUnicode, InvalidUrl, EmptyAddress, UnknownCountry
        """
        problems = Problems()
        events: list[LeadEvent] = []
        if self.name is not UNSET:
            name = problems.line(self.name, "name", limit=NAME_MAX)
            if name != lead.name:
                events.append(LeadRenamed(before=lead.name, after=name))
        if self.description is not UNSET:
            description = problems.text(self.description, "description")
            if description != lead.description:
                events.append(LeadDescriptionChanged(before=lead.description, after=description))
        if self.url is not UNSET:
            url = kept_url(self.url, problems, "url")
            if url != lead.url:
                events.append(LeadUrlChanged(before=lead.url, after=url))
        if self.addresses is not UNSET:
            addresses = kept_addresses(self.addresses or (), problems, "addresses")
            if addresses != lead.addresses:
                events.append(LeadAddressesChanged(before=lead.addresses, after=addresses))
        owner = Owner(target=CustomFieldTarget.LEAD, id=lead.id, contacts=lead.contacts, custom=lead.custom)
        events += changed_values(self.custom_fields, owner, at, problems, "custom_fields")
        problems.stop_if_any()
        return events
