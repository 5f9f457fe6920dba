"""Undoing in plain Python: what is known is taken from given facts alone, each of which was a request of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from app.event import Event, Fact
from app.lead.contacts import ContactAdded
from app.lead.lead import replay
from app.lead.opportunities import OpportunityAdded
from app.request import ClaimTaken, Request
from app.situation import Actor, Claim, Situation
from app.undo.case import Known
from app.undo.refusals import NothingRecorded
from app.undo.unwinding import Lookup, unwound
from tests.support.acme import ACME, LEAD, thing
from tests.support.given import organization_of


@dataclass(frozen=True)
class TakeBack:
    """Undo the lead's n-th last fact."""

    count: int

    def decide(self, _: Any, __: Any) -> Sequence[Event]:
        """It needs more than a command is given: see `taken_back`."""
        raise NotImplementedError


def taken_back(command: TakeBack, facts: Sequence[Fact[Event]], *, by: Actor, now: datetime) -> Sequence[Event]:
    """What undoes a fact.

    Raises:
        Refusal, Refused: something stands against it.
    """
    own = [msgspec.structs.replace(one, correlation_id=one.event_id) for one in facts if one.stream_id == LEAD]
    lead = replay(None, own)
    if lead is None or lead.is_deleted:
        raise NothingRecorded
    wanted = own[-command.count - 1 :][:1]
    version = wanted[0].version
    known = Known(
        subjects=_by_subject(own),
        befores={version: before} if (before := replay(None, own[: version - 1])) else {},
        added_at={
            one.event.entity_id: one.recorded_at
            for one in own
            if isinstance(one.event, ContactAdded | OpportunityAdded) and one.event.entity_id
        },
        threads={},
    )
    request = Request(org_id=ACME, actor=by, correlation_id=thing(8))
    lookup = Lookup(lead=lead, facts=own[version - 1 :], wanted=wanted, known=known)
    at = Situation(now=now, actor=by, organization=organization_of(facts))
    entries, _ = unwound(lookup, at, request)
    _require_unclaimed([entry.event for entry in entries], own)
    return [entry.event for entry in entries]


def _by_subject(facts: Sequence[Fact[Event]]) -> dict[UUID, list[Fact[Event]]]:
    found: dict[UUID, list[Fact[Event]]] = {}
    for fact in facts:
        for thing_id in {fact.event_id, fact.event.entity_id} - {None}:
            assert thing_id is not None
            found.setdefault(thing_id, []).append(fact)
    return found


def _require_unclaimed(events: Sequence[Event], facts: Sequence[Fact[Event]]) -> None:
    held: set[Claim] = set()
    for fact in facts:
        held -= set(fact.event.releases(LEAD))
        held |= {claim for claim, _ in fact.event.takes(LEAD)}
    for claim in (claim for event in events for claim, _ in event.takes(LEAD)):
        if claim in held:
            raise ClaimTaken(kind=claim.kind)
