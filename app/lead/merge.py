"""Merging two leads: the destination wins, what it lacks is filled in from the source, everything else follows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from app.event import Elsewhere, Event
from app.ids import ActivityId, CustomFieldId, LeadId, uuid7
from app.lead.addresses import ADDRESSES_MAX
from app.lead.contacts import CONTACTS_MAX, next_place, primary_contact
from app.lead.custom_values import VALUES_MAX, as_json
from app.lead.members import carried_of, custom_values_of
from app.lead.merge_events import (
    Filled,
    LeadDetails,
    LeadMerged,
    LeadMergedAway,
    Member,
    Pin,
    ValueFilled,
)
from app.lead.opportunities import OPPORTUNITIES_MAX
from app.lead.pins import PINS_MAX
from app.lead.refusals import (
    LeadNotFound,
    MergedAlready,
    SameLead,
    TooManyContacts,
    TooManyMerged,
    TooManyOpenTasks,
    TooManyOpportunities,
)
from app.lead.tasks import OPEN_TASKS_MAX
from app.organization.visibility import Values
from app.situation import KnownPin, Situation
from app.text import Problems

if TYPE_CHECKING:
    from app.lead.lead import Lead
    from app.organization.organization import Organization

MEMBERS_MAX = 100  # leads that were merged into one, also by way of others; every page is read from each of them


@dataclass(frozen=True, kw_only=True)
class MergeLeads:
    """Merge one lead, the source, into another one, the destination, which from then on is both."""

    produces: ClassVar[dict[str, str]] = {"lead": "lead_id", "source": "other_lead_id", "merge": "merge_id"}
    words: ClassVar[dict[str, str]] = {
        "lead_id": "destination_id",
        "other_lead_id": "source_id",
        "expected_version": "expected_destination_version",
        "expected_other_version": "expected_source_version",
    }
    writes: ClassVar[None] = None  # whatever changed since somebody looked may be a reason not to merge

    lead_id: LeadId
    other_lead_id: LeadId
    expected_version: int | None = None
    expected_other_version: int | None = None
    merge_id: ActivityId = field(default_factory=lambda: ActivityId(uuid7()))

    def decide(self, lead: Lead, at: Situation) -> Sequence[Event | Elsewhere]:
        """Decide the merge, and that the source is merged away.

        Raises:
            SameLead: source and destination are one, or were merged into each other.
            LeadNotFound, MergedAlready: the source.
            TooManyContacts, TooManyOpportunities, TooManyOpenTasks, TooManyMerged: both together have more than a
                lead can.
        """
        source = at.other
        if source is None:
            raise LeadNotFound("source_id")
        if source.id == lead.id:
            raise SameLead("source_id")
        if source.merged_into is not None:
            raise MergedAlready("source_id")
        _require_room(lead, source)
        return self._merged(lead, source, at), Elsewhere(source.id, LeadMergedAway(into_id=lead.id))

    def _merged(self, lead: Lead, source: Lead, at: Situation) -> LeadMerged:
        pins, ended = _pins_kept(lead, source, at)
        filled = _filled(lead, source, at.organization)
        first = None if lead.contacts else primary_contact(source.contacts)
        carried = carried_of(
            source, source.contacts, source.opportunities, source.tasks, pins, first_place=next_place(lead)
        )
        return LeadMerged(
            merge_id=self.merge_id,
            destination_id=lead.id,
            source_id=source.id,
            source_version=source.version,
            source_name=called(source),
            source=_details(source),
            filled=filled,
            addresses=(*lead.addresses, *filled.addresses) if filled.addresses else None,
            member=_member(lead, source, self.merge_id, filled, ended),
            members=source.members,
            carried=carried,
            primary_id=first,
            primary_name=source.contacts[first].name if first else None,
        )


def called(lead: Lead) -> str:
    """What a lead is called: its name, else its first contact's."""
    first = primary_contact(lead.contacts)
    return lead.name or (lead.contacts[first].name if first else None) or "Untitled"


def _require_room(lead: Lead, source: Lead) -> None:
    problems = Problems()
    if len(lead.contacts) + len(source.contacts) > CONTACTS_MAX:
        problems.add(TooManyContacts("source_id", limit=CONTACTS_MAX))
    if len(lead.opportunities) + len(source.opportunities) > OPPORTUNITIES_MAX:
        problems.add(TooManyOpportunities("source_id", limit=OPPORTUNITIES_MAX))
    if len(lead.tasks) + len(source.tasks) > OPEN_TASKS_MAX:
        problems.add(TooManyOpenTasks("source_id", limit=OPEN_TASKS_MAX))
    if len(lead.members) + len(source.members) >= MEMBERS_MAX:
        problems.add(TooManyMerged("source_id", limit=MEMBERS_MAX))
    problems.stop_if_any()


# ---------------------------------------------------------------------- what the destination takes over


def _filled(lead: Lead, source: Lead, organization: Organization) -> Filled:
    new = [one for one in dict.fromkeys(source.addresses) if one not in lead.addresses]
    return Filled(
        name=source.name if lead.name is None else None,
        description=source.description if lead.description is None else None,
        url=source.url if lead.url is None else None,
        addresses=tuple(new[: max(0, ADDRESSES_MAX - len(lead.addresses))]),
        custom_values=tuple(_values_filled(lead.custom, source.custom, organization)),
    )


def _values_filled(
    own: dict[CustomFieldId, Values], others: dict[CustomFieldId, Values], organization: Organization
) -> Iterable[ValueFilled]:
    """Several values are united, the destination's first; of one, the destination's stays."""
    for field_id, values in others.items():
        kept = tuple(own.get(field_id, ()))
        known = organization.custom_fields.get(field_id)
        if not kept:
            yield ValueFilled(field_id=field_id, after=tuple(values))
        elif known is not None and known.accepts_multiple_values and len(united := _united(kept, values)) > len(kept):
            yield ValueFilled(field_id=field_id, before=kept, after=united)


def _united(first: Values, second: Values) -> Values:
    known = set(map(as_json, first))
    new = {text: value for value in second if (text := as_json(value)) not in known}
    return (*first, *list(new.values())[: max(0, VALUES_MAX - len(first))])


def _details(lead: Lead) -> LeadDetails:
    return LeadDetails(
        name=lead.name,
        description=lead.description,
        url=lead.url,
        addresses=lead.addresses,
        status_id=lead.status_id,
        status_label=lead.status_label,
        external_id=lead.external_id,
        custom_values=custom_values_of(lead.custom),
    )


# ---------------------------------------------------------------------- what is the source's own


def _member(lead: Lead, source: Lead, merge_id: ActivityId, filled: Filled, ended: tuple[Pin, ...]) -> Member:
    contacts = {id for one in source.members for id in one.contacts}
    opportunities = {id for one in source.members for id in one.opportunities}
    tasks = {id for one in source.members for id in one.tasks}
    pins = {id for one in source.members for id in one.pins}
    return Member(
        lead_id=source.id,
        into_id=lead.id,
        merge_id=merge_id,
        external_id=source.external_id,
        contacts=tuple(id for id in source.contacts if id not in contacts),
        opportunities=tuple(id for id in source.opportunities if id not in opportunities),
        tasks=tuple(id for id in source.tasks if id not in tasks),
        pins=tuple(id for id in source.pins if id not in pins),
        ended_pins=ended,
        filled=filled,
    )


def _pins_kept(lead: Lead, source: Lead, at: Situation) -> tuple[tuple[ActivityId, ...], tuple[Pin, ...]]:
    """The source's pins for which there is room, those of what was recorded last; and the others."""
    newest = sorted(source.pins, key=lambda pin: _pin(pin, at)[:2], reverse=True)
    room = max(0, PINS_MAX - len(lead.pins))
    ended = [Pin(activity_id=pin, pinned_at=_pin(pin, at).pinned_at) for pin in newest[room:]]
    return tuple(pin for pin in source.pins if pin in newest[:room]), tuple(ended)


def _pin(activity_id: ActivityId, at: Situation) -> KnownPin:
    return at.pins.get(activity_id) or KnownPin(at.now, 0, at.now)
