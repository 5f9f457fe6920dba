"""What merging two leads records, and taking it back: one fact on the stream of each.

Events never move. What belongs to a lead that was merged away stays in its stream and goes on in that of the other one,
its root; the facts here carry what decisions need of it from the one to the other.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar

import msgspec

from app.ids import ActivityId, ContactId, CustomFieldId, LeadId, OpportunityId, StatusId, TaskId, UserId
from app.lead.addresses import Address
from app.lead.contact_points import ContactUrl, EmailAddress, PhoneNumber
from app.lead.custom_values import CustomValue, touched_word
from app.lead.details import ExternalId
from app.lead.event import LeadEvent
from app.lead.tasks import Due
from app.vocabulary import ActivityKind, TaskPriority, ValuePeriod


class LeadDetails(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a lead says of itself."""

    name: str | None = None
    description: str | None = None
    url: str | None = None
    addresses: tuple[Address, ...] = ()
    status_id: StatusId
    status_label: str = ""
    external_id: ExternalId | None = None
    custom_values: tuple[CustomValue, ...] = ()


class ValueFilled(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A custom field of the root, before and after. Empty: none."""

    field_id: CustomFieldId
    before: tuple[Any, ...] = ()
    after: tuple[Any, ...] = ()


class Filled(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the root got of the other lead, where it had nothing. None and empty: nothing.

    Attributes:
        addresses: behind those that the root had.
    """

    name: str | None = None
    description: str | None = None
    url: str | None = None
    addresses: tuple[Address, ...] = ()
    custom_values: tuple[ValueFilled, ...] = ()


class Pin(msgspec.Struct, frozen=True, kw_only=True):
    """A pin that a merge ended, because there would have been too many."""

    activity_id: ActivityId
    pinned_at: datetime


class Member(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A lead that was merged into another one, and what is its own: what goes back with it.

    Attributes:
        into_id: the lead that it was merged into, which may be a member itself.
        merge_id: the entry of the feed that tells of it.
        contacts, opportunities, tasks: those born in it, whether or not they are still there.
        pins: those of its activities that were pinned when it came, or since.
        ended_pins: those for which there was no room.
        filled: what the root has of it.
        is_mixed: an e-mail has come since in which its conversations and those of others run together.
    """

    lead_id: LeadId
    into_id: LeadId
    merge_id: ActivityId
    external_id: ExternalId | None = None
    contacts: tuple[ContactId, ...] = ()
    opportunities: tuple[OpportunityId, ...] = ()
    tasks: tuple[TaskId, ...] = ()
    pins: tuple[ActivityId, ...] = ()
    ended_pins: tuple[Pin, ...] = ()
    filled: Filled = Filled()
    is_mixed: bool = False


class CarriedContact(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A contact as it comes to another lead, or back. `place` is the one that it has there."""

    contact_id: ContactId
    place: int
    name: str | None = None
    title: str | None = None
    emails: tuple[EmailAddress, ...] = ()
    phones: tuple[PhoneNumber, ...] = ()
    urls: tuple[ContactUrl, ...] = ()
    custom_values: tuple[CustomValue, ...] = ()


class CarriedOpportunity(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An opportunity as it comes to another lead, or back."""

    opportunity_id: OpportunityId
    status_id: StatusId
    contact_id: ContactId | None = None
    user_id: UserId | None = None
    value: Decimal | None = None
    value_period: ValuePeriod = ValuePeriod.ONE_TIME
    confidence: int = 0
    note: str | None = None
    date_won: date | None = None
    date_lost: date | None = None
    custom_values: tuple[CustomValue, ...] = ()


class CarriedTask(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An open task as it comes to another lead, or back."""

    task_id: TaskId
    text: str
    contact_id: ContactId | None = None
    assigned_to: UserId | None = None
    due: Due = Due()
    priority: TaskPriority = TaskPriority.NORMAL


class Carried(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Everything that decisions need of what comes to another lead, or back."""

    contacts: tuple[CarriedContact, ...] = ()
    opportunities: tuple[CarriedOpportunity, ...] = ()
    tasks: tuple[CarriedTask, ...] = ()
    pins: tuple[ActivityId, ...] = ()


class LeadMerged(LeadEvent, frozen=True, kw_only=True, tag="lead.merged"):
    """Another lead was merged into this one. Also a LeadMerge of the feed.

    Attributes:
        destination_id: this lead.
        source_name: what the other one was called.
        source: all that it said of itself, so that what gave way can still be read.
        filled: what of that this lead took over.
        addresses: this lead's afterwards, where they are others.
        member: what is the other lead's own.
        members: leads that had been merged into that one, and come with it.
        carried: that, and what had come to it by other merges, as it is now; pins behind those of this lead.
        primary_id: this lead's first contact afterwards, where it had none before; `primary_name` is its name.
    """

    makes: ClassVar[ActivityKind | None] = ActivityKind.LEAD_MERGE
    entity: ClassVar[str | None] = "merge_id"

    merge_id: ActivityId
    destination_id: LeadId
    source_id: LeadId
    source_version: int
    source_name: str
    source: LeadDetails
    filled: Filled = Filled()
    addresses: tuple[Address, ...] | None = None
    member: Member
    members: tuple[Member, ...] = ()
    carried: Carried = Carried()
    primary_id: ContactId | None = None
    primary_name: str | None = None

    @property
    def touched(self) -> frozenset[str]:
        return frozenset({"contacts", *filled_words(self.destination_id, self.filled)})


class LeadMergedAway(LeadEvent, frozen=True, kw_only=True, tag="lead.merged_away"):
    """This lead was merged into another one: what happens to it is in that one's stream from now on."""

    into_id: LeadId


class LeadUnmerged(LeadEvent, frozen=True, kw_only=True, tag="lead.unmerged"):
    """A lead that was merged into this one is a lead of its own again, with what is its own.

    Attributes:
        destination_id: this lead.
        source_version: that the other one comes back with.
        addresses: this lead's afterwards, where they are others.
        taken_back: what had been filled in and was not changed since; of custom values, before and after this.
        left: what had been filled in and stays, because it was changed since; as it was filled in.
        contacts, opportunities, tasks, pins: those that go.
        members: leads that go with it.
        primary_id: this lead's first contact afterwards, where that is another one; `is_primary_other` says so.
    """

    entity: ClassVar[str | None] = "merge_id"

    merge_id: ActivityId
    destination_id: LeadId
    source_id: LeadId
    source_version: int
    addresses: tuple[Address, ...] | None = None
    taken_back: Filled = Filled()
    left: Filled = Filled()
    contacts: tuple[ContactId, ...] = ()
    opportunities: tuple[OpportunityId, ...] = ()
    tasks: tuple[TaskId, ...] = ()
    pins: tuple[ActivityId, ...] = ()
    members: tuple[LeadId, ...] = ()
    is_primary_other: bool = False
    primary_id: ContactId | None = None
    primary_name: str | None = None

    @property
    def touched(self) -> frozenset[str]:
        return frozenset({"contacts", *filled_words(self.destination_id, self.taken_back)})


class LeadBroughtBack(LeadEvent, frozen=True, kw_only=True, tag="lead.brought_back"):
    """This lead is one of its own again, with what is its own as it is by now.

    Attributes:
        carried: pins among it that a merge had ended are in `pins_again`, with their old times.
        members: leads that were merged into it, and are so still.
        primary_id: its first contact, and `primary_name` what that is called.
    """

    from_id: LeadId
    carried: Carried = Carried()
    pins_again: tuple[Pin, ...] = ()
    members: tuple[Member, ...] = ()
    primary_id: ContactId | None = None
    primary_name: str | None = None

    @property
    def touched(self) -> frozenset[str]:
        return frozenset({"contacts"})


def filled_words(lead_id: LeadId, filled: Filled) -> frozenset[str]:
    """What inputs call what was filled in."""
    words = {name for name in ("name", "description", "url", "addresses") if getattr(filled, name)}
    return frozenset((*words, *(touched_word(lead_id, one.field_id) for one in filled.custom_values)))
