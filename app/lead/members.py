"""Members: leads that were merged into a lead, and what the merge's facts make of the states of both."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, TypeVar

import msgspec

from app.ids import ActivityId, ContactId, CustomFieldId, LeadId, OpportunityId, TaskId
from app.lead.addresses import Address
from app.lead.contacts import Contact
from app.lead.custom_values import CustomValue
from app.lead.merge_events import (
    Carried,
    CarriedContact,
    CarriedOpportunity,
    CarriedTask,
    Filled,
    LeadBroughtBack,
    LeadMerged,
    LeadUnmerged,
    Member,
)
from app.lead.opportunities import Opportunity
from app.lead.tasks import Task
from app.organization.visibility import Values

if TYPE_CHECKING:
    from app.lead.lead import Lead

Concerning = TypeVar("Concerning", Opportunity, Task)
_change = msgspec.structs.replace


# ---------------------------------------------------------------------- whose is what


def member_ids(lead: Lead) -> tuple[LeadId, ...]:
    """Every lead that is part of this one, however many merges led there."""
    return tuple(member.lead_id for member in lead.members)


def came_with(lead: Lead, member: Member) -> tuple[Member, ...]:
    """The members that were merged into this one, or into those."""
    found: list[Member] = []
    into = {member.lead_id}
    while more := [one for one in lead.members if one.into_id in into and one not in found]:
        found += more
        into |= {one.lead_id for one in more}
    return tuple(found)


def custom_values_of(custom: Mapping[CustomFieldId, Values]) -> tuple[CustomValue, ...]:
    """Values as facts have them."""
    return tuple(CustomValue(field_id=field_id, values=values) for field_id, values in custom.items())


def carried_of(
    lead: Lead,
    contacts: Iterable[ContactId],
    opportunities: Iterable[OpportunityId],
    tasks: Iterable[TaskId],
    pins: tuple[ActivityId, ...],
    *,
    first_place: int | None = None,
) -> Carried:
    """What of a lead goes elsewhere, as it is now; contacts with places from `first_place` on, or with their own."""
    return Carried(
        contacts=tuple(
            _carried_contact(id, lead.contacts[id], lead.contacts[id].place if first_place is None else first_place + n)
            for n, id in enumerate(contacts)
        ),
        opportunities=tuple(_carried_opportunity(id, lead.opportunities[id]) for id in opportunities),
        tasks=tuple(_carried_task(id, lead.tasks[id]) for id in tasks),
        pins=pins,
    )


# ---------------------------------------------------------------------- evolving


def merged(lead: Lead, event: LeadMerged) -> Lead:
    """The root, once another lead has come to it."""
    lead = _change(_with_carried(lead, event.carried), members=(*lead.members, event.member, *event.members))
    filled = event.filled
    return _change(
        lead,
        name=filled.name or lead.name,
        description=filled.description or lead.description,
        url=filled.url or lead.url,
        addresses=lead.addresses if event.addresses is None else event.addresses,
        custom=_with_values(lead.custom, filled),
        pins=(*lead.pins, *event.carried.pins),
    )


def unmerged(lead: Lead, event: LeadUnmerged) -> Lead:
    """The root, once a lead has left it again."""
    back = event.taken_back
    lead = _change(
        lead,
        name=None if back.name else lead.name,
        description=None if back.description else lead.description,
        url=None if back.url else lead.url,
        addresses=lead.addresses if event.addresses is None else event.addresses,
        custom=_with_values(lead.custom, back),
        pins=tuple(pin for pin in lead.pins if pin not in event.pins),
        members=tuple(one for one in lead.members if one.lead_id not in (event.source_id, *event.members)),
        contacts={id: one for id, one in lead.contacts.items() if id not in event.contacts},
        opportunities={id: one for id, one in lead.opportunities.items() if id not in event.opportunities},
        tasks={id: one for id, one in lead.tasks.items() if id not in event.tasks},
    )
    return _without_strangers(lead)


def brought_back(lead: Lead, event: LeadBroughtBack) -> Lead:
    """A lead that was merged away, as it is back. What it says of itself is as it was."""
    before = lead.pins
    bare = _change(lead, contacts={}, opportunities={}, tasks={}, pins=(), merged_into=None, members=event.members)
    lead = _with_carried(bare, event.carried)
    pins = (*event.carried.pins, *(pin.activity_id for pin in event.pins_again))
    in_order = (*(pin for pin in before if pin in pins), *(pin for pin in pins if pin not in before))
    return _without_strangers(_change(lead, pins=in_order, returned_at=lead.version + 1))


def with_task(lead: Lead, born_in: LeadId | None, task_id: TaskId) -> Lead:
    """A task is open again: a member's own, where it was born in one."""
    return _of_member(
        lead, born_in, lambda one: one if task_id in one.tasks else _change(one, tasks=(*one.tasks, task_id))
    )


def with_pin(lead: Lead, born_in: LeadId | None, activity_id: ActivityId) -> Lead:
    """Something is pinned: a member's own, where it was born in one."""
    lead = without_ended_pin(lead, activity_id)
    return _of_member(
        lead, born_in, lambda one: one if activity_id in one.pins else _change(one, pins=(*one.pins, activity_id))
    )


def without_ended_pin(lead: Lead, activity_id: ActivityId) -> Lead:
    """What is deleted, or pinned anew, has no old pin to get back."""

    def without(one: Member) -> Member:
        kept = tuple(pin for pin in one.ended_pins if pin.activity_id != activity_id)
        return _change(one, ended_pins=kept) if kept != one.ended_pins else one

    return _change(lead, members=tuple(map(without, lead.members))) if lead.members else lead


def mixed(lead: Lead, one: LeadId | None, other: LeadId | None) -> Lead:
    """An e-mail, or a thread, of one of the family's leads is together with a thread of another; None: the root's."""
    if not lead.members or one == other:
        return lead

    def told(member: Member) -> Member:
        family = {member.lead_id, *(within.lead_id for within in came_with(lead, member))}
        return _change(member, is_mixed=True) if (one in family) != (other in family) else member

    return _change(lead, members=tuple(map(told, lead.members)))


def without_addresses(addresses: tuple[Address, ...], gone: Iterable[Address]) -> tuple[Address, ...]:
    """Addresses, each of those that go taken off the end once."""
    left = list(addresses[::-1])
    for address in gone:
        if address in left:
            left.remove(address)
    return tuple(left[::-1])


def _of_member(lead: Lead, born_in: LeadId | None, change: Callable[[Member], Member]) -> Lead:
    if born_in is None:
        return lead
    return _change(lead, members=tuple(change(one) if one.lead_id == born_in else one for one in lead.members))


# ---------------------------------------------------------------------- states and facts


def _with_carried(lead: Lead, carried: Carried) -> Lead:
    return _change(
        lead,
        contacts=lead.contacts | {one.contact_id: _contact(one) for one in carried.contacts},
        opportunities=lead.opportunities | {one.opportunity_id: _opportunity(one) for one in carried.opportunities},
        tasks=lead.tasks | {one.task_id: _task(one) for one in carried.tasks},
    )


def _without_strangers(lead: Lead) -> Lead:
    """Tasks and opportunities that concern a person who is on another lead now concern nobody in particular."""

    def own(one: Concerning) -> Concerning:
        return one if one.contact_id is None or one.contact_id in lead.contacts else _change(one, contact_id=None)

    tasks = {id: own(one) for id, one in lead.tasks.items()}
    return _change(lead, tasks=tasks, opportunities={id: own(one) for id, one in lead.opportunities.items()})


def _with_values(custom: dict[CustomFieldId, Values], filled: Filled) -> dict[CustomFieldId, Values]:
    changed = {one.field_id: one.after for one in filled.custom_values}
    return {id: values for id, values in (custom | changed).items() if values} if changed else custom


def _carried_contact(id: ContactId, contact: Contact, place: int) -> CarriedContact:
    return CarriedContact(
        contact_id=id,
        place=place,
        name=contact.name,
        title=contact.title,
        emails=contact.emails,
        phones=contact.phones,
        urls=contact.urls,
        custom_values=custom_values_of(contact.custom),
    )


def _contact(carried: CarriedContact) -> Contact:
    return Contact(
        place=carried.place,
        name=carried.name,
        title=carried.title,
        emails=carried.emails,
        phones=carried.phones,
        urls=carried.urls,
        custom=_custom(carried.custom_values),
    )


def _carried_opportunity(id: OpportunityId, one: Opportunity) -> CarriedOpportunity:
    return CarriedOpportunity(
        opportunity_id=id,
        status_id=one.status_id,
        contact_id=one.contact_id,
        user_id=one.user_id,
        value=one.value,
        value_period=one.value_period,
        confidence=one.confidence,
        note=one.note,
        date_won=one.date_won,
        date_lost=one.date_lost,
        custom_values=custom_values_of(one.custom),
    )


def _opportunity(carried: CarriedOpportunity) -> Opportunity:
    return Opportunity(
        status_id=carried.status_id,
        contact_id=carried.contact_id,
        user_id=carried.user_id,
        value=carried.value,
        value_period=carried.value_period,
        confidence=carried.confidence,
        note=carried.note,
        date_won=carried.date_won,
        date_lost=carried.date_lost,
        custom=_custom(carried.custom_values),
    )


def _carried_task(id: TaskId, task: Task) -> CarriedTask:
    return CarriedTask(
        task_id=id,
        text=task.text,
        contact_id=task.contact_id,
        assigned_to=task.assigned_to,
        due=task.due,
        priority=task.priority,
    )


def _task(carried: CarriedTask) -> Task:
    return Task(
        text=carried.text,
        contact_id=carried.contact_id,
        assigned_to=carried.assigned_to,
        due=carried.due,
        priority=carried.priority,
    )


def _custom(values: Iterable[CustomValue]) -> dict[CustomFieldId, Values]:
    return {one.field_id: one.values for one in values}
