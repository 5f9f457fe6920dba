"""Un-merging: a lead that was merged away is one of its own again. What came since stays where it was put."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from msgspec.structs import replace as change

from app.event import Elsewhere, Event
from app.ids import ContactId, LeadId
from app.lead.contacts import primary_contact
from app.lead.custom_values import as_json
from app.lead.deletion import to_usable_status
from app.lead.members import came_with, carried_of, without_addresses
from app.lead.merge_events import (
    Carried,
    Filled,
    LeadBroughtBack,
    LeadUnmerged,
    Member,
    ValueFilled,
)
from app.lead.pins import PINS_MAX
from app.lead.refusals import ConversationsMixed, LeadNotFound, MergedFurther, NotMerged
from app.organization.visibility import Values
from app.situation import Situation

if TYPE_CHECKING:
    from app.lead.lead import Lead


@dataclass(frozen=True, kw_only=True)
class UnmergeLead:
    """Take a merge back. Both leads have their ids; what is the source's own goes back to it as it is by now."""

    produces: ClassVar[dict[str, str]] = {"lead": "other_lead_id", "destination": "lead_id"}
    words: ClassVar[dict[str, str]] = {"lead_id": "source_id"}

    lead_id: LeadId
    other_lead_id: LeadId

    def decide(self, lead: Lead, at: Situation) -> Sequence[Event | Elsewhere]:
        """Decide that it leaves, and that it is back.

        Raises:
            NotMerged, MergedFurther: it was not merged into this lead.
            ConversationsMixed: e-mails have come since that belong to conversations of both.
        """
        source = at.other
        if source is None:
            raise LeadNotFound("source_id")
        if source.merged_into is None:
            raise NotMerged("source_id")
        member = next((one for one in lead.members if one.lead_id == source.id and one.into_id == lead.id), None)
        if member is None:
            raise MergedFurther("source_id")
        if member.is_mixed:
            raise ConversationsMixed("source_id")
        return (
            _unmerged(lead, source, member),
            Elsewhere(source.id, _brought_back(lead, source, member)),
            *(Elsewhere(source.id, moved) for moved in to_usable_status(source, at)),
        )


class _Own(NamedTuple):
    """What of a lead is a member's, in the lead's order."""

    contacts: tuple[ContactId, ...]
    carried: Carried


def _own(lead: Lead, member: Member) -> _Own:
    family = (member, *came_with(lead, member))
    contacts = {id for one in family for id in one.contacts}
    opportunities = {id for one in family for id in one.opportunities}
    tasks = {id for one in family for id in one.tasks}
    pins = {id for one in family for id in one.pins}
    kept = tuple(id for id in lead.contacts if id in contacts)
    carried = carried_of(
        lead,
        kept,
        (id for id in lead.opportunities if id in opportunities),
        (id for id in lead.tasks if id in tasks),
        tuple(id for id in lead.pins if id in pins),
    )
    return _Own(kept, carried)


def _unmerged(lead: Lead, source: Lead, member: Member) -> LeadUnmerged:
    contacts, carried = _own(lead, member)
    left = {id: one for id, one in lead.contacts.items() if id not in contacts}
    first = primary_contact(left)
    taken_back, kept = _taken_back(lead, member.filled)
    return LeadUnmerged(
        merge_id=member.merge_id,
        destination_id=lead.id,
        source_id=member.lead_id,
        source_version=source.version + 1,
        addresses=without_addresses(lead.addresses, taken_back.addresses) if taken_back.addresses else None,
        taken_back=taken_back,
        left=kept,
        contacts=contacts,
        opportunities=tuple(one.opportunity_id for one in carried.opportunities),
        tasks=tuple(one.task_id for one in carried.tasks),
        pins=carried.pins,
        members=tuple(one.lead_id for one in came_with(lead, member)),
        is_primary_other=first != primary_contact(lead.contacts),
        primary_id=first,
        primary_name=left[first].name if first else None,
    )


def _brought_back(lead: Lead, source: Lead, member: Member) -> LeadBroughtBack:
    contacts, carried = _own(lead, member)
    ordered = _in_own_places(carried, source, contacts)
    first = contacts[0] if contacts else None
    return LeadBroughtBack(
        from_id=lead.id,
        carried=ordered,
        pins_again=member.ended_pins[: max(0, PINS_MAX - len(carried.pins))],
        members=came_with(lead, member),
        primary_id=first,
        primary_name=lead.contacts[first].name if first else None,
    )


def _in_own_places(carried: Carried, source: Lead, contacts: Sequence[ContactId]) -> Carried:
    """Contacts in the places that they had, if they are still in that order; else counted anew."""
    as_they_were = [id for id in source.contacts if id in contacts] == list(contacts)
    places = [source.contacts[id].place if as_they_were else number for number, id in enumerate(contacts)]
    moved = (change(one, place=place) for one, place in zip(carried.contacts, places, strict=True))
    return change(carried, contacts=tuple(moved))


def _taken_back(lead: Lead, filled: Filled) -> tuple[Filled, Filled]:
    """What of that which was filled in is still there as it was, and goes; and what was changed since, and stays."""
    going: list[ValueFilled] = []
    staying: list[ValueFilled] = []
    for one in filled.custom_values:
        now = tuple(lead.custom.get(one.field_id, ()))
        then = _without_filled(now, one)
        if then != now:
            going.append(ValueFilled(field_id=one.field_id, before=now, after=then))
        else:
            staying.append(one)
    lines = ("name", "description", "url")
    gone = {line: value for line in lines if (value := getattr(filled, line)) and getattr(lead, line) == value}
    kept = {line: value for line in lines if (value := getattr(filled, line)) and getattr(lead, line) != value}
    there = tuple(one for one in filled.addresses if one in lead.addresses)
    changed = tuple(one for one in filled.addresses if one not in lead.addresses)
    return (
        Filled(**gone, addresses=there, custom_values=tuple(going)),
        Filled(**kept, addresses=changed, custom_values=tuple(staying)),
    )


def _without_filled(now: Values, filled: ValueFilled) -> Values:
    """What of a field is left without the values that were filled in."""
    came = {as_json(value) for value in filled.after[len(filled.before) :]}
    return tuple(value for value in now if as_json(value) not in came)
