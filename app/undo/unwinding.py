"""Unwinding: facts of one lead are undone together, the last first. Plain Python; what it needs is looked up before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import msgspec

from app.event import Entry, Event, Fact
from app.ids import EventId, uuid7
from app.lead.deletion import LeadRestored
from app.lead.details import LeadCreated
from app.lead.event import LeadEvent
from app.lead.lead import AnyLeadEvent, Lead, evolve, replay
from app.request import Request
from app.situation import Situation
from app.undo.case import Case, Facts, Known
from app.undo.inverse import inverse
from app.undo.refusals import LaterChanges
from app.undo.standing import Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup:
    """What there is on one lead.

    Attributes:
        lead: as it is now.
        facts: of its stream, from the first that is to be undone.
        wanted: those of them that are to be undone.
    """

    lead: Lead
    facts: Facts
    wanted: Facts
    known: Known


def unwound(lookup: Lookup, at: Situation, request: Request) -> tuple[list[Entry[Event]], list[EventId]]:
    """What undoes the wanted facts, as entries that name them; and those that are undone. Those that were are left out.

    Raises:
        LaterChanges: other facts stand on them.
        CannotBeUndone, Refusal: something of it cannot be, or is forbidden.
    """
    standing = Standing(lookup.facts)
    undone = [fact for fact in lookup.wanted if standing.stands(fact)]
    _require_nothing_on_top(undone, standing)
    planned: list[Fact[Event]] = []
    lead = lookup.lead
    for fact in reversed(_without_what_goes_along(undone)):
        case = Case(lead=lead, at=at, known=lookup.known, planned=planned, undone=undone)
        for event in inverse(fact, case):
            planned.append(_planned(event, fact, request, lead, lookup, at))
            assert isinstance(event, AnyLeadEvent)
            lead = msgspec.structs.replace(evolve(lead, event), version=lead.version + 1)
    return [_entry(one) for one in planned], [fact.event_id for fact in undone]


def _require_nothing_on_top(undone: Facts, standing: Standing) -> None:
    together = {fact.event_id for fact in undone}
    later = {one.position: one for fact in undone for one in standing.later_changes(fact, together)}
    if later:
        raise LaterChanges(facts=[later[position] for position in sorted(later)], count=len(later))


def _without_what_goes_along(undone: Sequence[Fact[Event]]) -> Sequence[Fact[Event]]:
    """Where the lead itself goes again, everything that came with it goes along."""
    for place, fact in enumerate(undone):
        if isinstance(fact.event, LeadCreated | LeadRestored):
            return undone[: place + 1]
    return undone


def _planned(
    event: LeadEvent, fact: Fact[Event], request: Request, lead: Lead, lookup: Lookup, at: Situation
) -> Fact[Event]:
    """A fact that is not recorded yet: its place is a guess."""
    version = lead.version + 1
    return Fact(
        event=_of_the_same_home(event, fact),
        event_id=EventId(uuid7()),
        stream_id=lead.id,
        version=version,
        actor=request.actor,
        source=request.source,
        correlation_id=request.correlation_id,
        causation_id=fact.event_id,
        idempotency_key=request.idempotency.key if request.idempotency else None,
        position=lookup.facts[-1].position + version,
        recorded_at=at.now,
    )


def _of_the_same_home(event: LeadEvent, fact: Fact[Event]) -> LeadEvent:
    """What is about something that a merge brought says so, as the fact that it undoes."""
    home = getattr(fact.event, "born_in", None)
    return msgspec.structs.replace(event, born_in=home) if home else event


def _entry(fact: Fact[Event]) -> Entry[Event]:
    return Entry(**{name: getattr(fact, name) for name in Entry.__struct_fields__})


def kept_before(facts: Facts, versions: Sequence[int]) -> Iterator[tuple[int, Lead]]:
    """The lead as it was before some versions, by facts of its stream that change it, the oldest first."""
    lead: Lead | None = None
    waiting = sorted(versions)
    for fact in facts:
        while waiting and fact.version >= waiting[0]:
            assert lead is not None
            yield waiting.pop(0), lead
        lead = replay(lead, [fact])
    for version in waiting:
        assert lead is not None
        yield version, lead
