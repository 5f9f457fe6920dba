"""Deciding a batch: its commands one after the other in memory, by the domain's own decide and evolve.

Nothing here reads or writes: what the decisions stand on comes in as a BatchGround, so that a batch can be decided
before the organization's lock is taken, and once more under it where the ground has moved.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast
from uuid import UUID

from app.bulk.grounds import BatchGround, external_of
from app.bulk.history import Part, Step
from app.event import Elsewhere, Event, Fact
from app.grounds import NEEDS_ENTRY, RESTORES
from app.homes import with_homes
from app.ids import EventId, LeadId, uuid7
from app.lead.lead import Lead, replay
from app.lead.refusals import LeadNotFound
from app.lead.thread_book import ThreadBook
from app.organization.refusals import UserNotFound
from app.refusal import Refusal, Refused, refusals_of
from app.request import ClaimTaken, Command
from app.situation import Actor, Claim, Situation


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What all events of a batch share, besides their actor."""

    source: str
    correlation_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusing:
    """One step that was refused, and why. `amended` is what was tried in its place."""

    lead_id: LeadId
    step: Step
    refusals: tuple[Refusal, ...]
    amended: Step | None = None


@dataclass(slots=True)
class Decided:
    """What a batch decided.

    Attributes:
        facts: with their places in the batch, from 1, as positions.
        leads: as they are behind it.
        there: leads that were not made, because another one holds their external id: that one.
    """

    facts: list[Fact[Event]] = field(default_factory=list)
    leads: dict[LeadId, Lead] = field(default_factory=dict)
    taken: dict[Claim, UUID] = field(default_factory=dict)
    released: set[Claim] = field(default_factory=set)
    there: dict[LeadId, UUID] = field(default_factory=dict)
    refused: list[Refusing] = field(default_factory=list)


class Deciding:
    """Decides part by part, on what stands there and on what the batch has decided so far."""

    def __init__(self, ground: BatchGround, envelope: Envelope) -> None:
        self.decided = Decided()
        self._ground = ground
        self._envelope = envelope
        self._claimed = dict(ground.claimed)
        self._threads = ThreadBook(ground.threads)
        self._situations: dict[Actor, Situation] = {}

    def part(self, part: Part) -> None:
        """One more part, in order."""
        lead = self.decided.leads.get(part.lead_id) or self._ground.leads.get(part.lead_id)
        abouts = {about for step in part.steps if (about := getattr(step.command, "about", None)) is not None}
        made: dict[UUID, list[Fact[Event]]] = {about: [] for about in abouts}
        for step in part.steps:
            if lead is None and (owner := self._owner_elsewhere(step.command)) is not None:
                self.decided.there[part.lead_id] = owner
                return
            events = self._settled(step, part.lead_id, lead, made)
            if events:
                lead = self._accept(step, part.lead_id, lead, events, made)
        if lead is not None:
            self.decided.leads[part.lead_id] = lead

    def _settled(
        self, step: Step, lead_id: LeadId, lead: Lead | None, made: Mapping[UUID, Sequence[Fact[Event]]]
    ) -> Sequence[Event]:
        """What the step decides, or what it becomes once all that is refused of it is gone."""
        trying: Step | None = step
        while trying is not None:
            try:
                return self._events(trying, lead_id, lead, made)
            except (Refusal, Refused) as error:
                refusals = refusals_of(error)
            amended = trying.amend(refusals) if trying.amend else None
            self.decided.refused.append(Refusing(lead_id=lead_id, step=trying, refusals=refusals, amended=amended))
            trying = amended
        return ()

    def _owner_elsewhere(self, command: Command) -> UUID | None:
        external = external_of(command)
        return None if external is None else self._claimed.get(external)

    def _events(
        self, step: Step, lead_id: LeadId, lead: Lead | None, made: Mapping[UUID, Sequence[Fact[Event]]]
    ) -> Sequence[Event]:
        command = step.command
        situation = self._situation(step.actor)
        about: UUID | None = getattr(command, "about", None)
        is_absent = lead is None or (lead.is_deleted and not getattr(command, RESTORES, False))
        is_absent = is_absent or (lead is not None and lead.merged_into is not None)
        if about is not None:
            assert not getattr(command, NEEDS_ENTRY, False), "a history reopens no task"
            subject = (*self._ground.subjects.get(about, ()), *made[about])
            events = command.decide(lead if subject and not is_absent else None, _about(situation, subject))
        elif is_absent and not getattr(command, "creates", False):
            raise LeadNotFound("lead_id")
        else:
            assert cast(Any, command).lead_id == lead_id, "a history is about one lead"
            assert getattr(command, "expected_version", None) is None, "nobody has seen a version of what is imported"
            events = command.decide(lead, situation)
        own: list[Event] = []
        if lead is not None and lead.members:
            events = with_homes(events, lead_id, self._ground.streams)
        for event in events:
            assert not isinstance(event, Elsewhere), "a history merges no leads"
            for claim, _ in event.takes(_home(event, lead_id)):
                if claim in self._claimed:
                    raise ClaimTaken(kind=claim.kind)
            own.append(event)
        return own

    def _situation(self, actor: Actor) -> Situation:
        """One for each actor: what the batch takes is seen through the claims that they share."""
        situation = self._situations.get(actor)
        if situation is None:
            organization = self._ground.organization
            user = organization.users.get(actor.user_id) if actor.user_id else None
            if actor.user_id and (user is None or not user.is_active):
                raise UserNotFound
            situation = Situation(
                now=self._ground.now,
                actor=actor,
                organization=organization,
                claimed=self._claimed,
                threads=self._threads.emails,
            )
            self._situations[actor] = situation
        return situation

    def _accept(
        self,
        step: Step,
        lead_id: LeadId,
        lead: Lead | None,
        events: Sequence[Event],
        made: dict[UUID, list[Fact[Event]]],
    ) -> Lead | None:
        facts = [self._fact(event, step.actor, lead_id, version) for version, event in _numbered(lead, events)]
        for fact in facts:
            event = fact.event
            about = event.entity_id
            if about in made:
                made[about].append(fact)
            self._claims(event, lead_id)
            self._threads.follow(event)
        return replay(lead, facts)

    def _fact(self, event: Event, actor: Actor, lead_id: LeadId, version: int) -> Fact[Event]:
        fact = Fact(
            event=event,
            event_id=EventId(uuid7()),
            stream_id=lead_id,
            version=version,
            actor=actor,
            source=self._envelope.source,
            correlation_id=self._envelope.correlation_id,
            position=len(self.decided.facts) + 1,
            recorded_at=self._ground.now,
        )
        self.decided.facts.append(fact)
        return fact

    def _claims(self, event: Event, lead_id: LeadId) -> None:
        home = _home(event, lead_id)
        for claim in event.releases(home):
            self._claimed.pop(claim, None)
            if self.decided.taken.pop(claim, None) is None:
                self.decided.released.add(claim)
        for claim, owner in event.takes(home):
            self._claimed[claim] = self.decided.taken[claim] = owner


def _home(event: Event, lead_id: LeadId) -> UUID:
    """Of an entry that is yet to be made: see Entry.home."""
    return getattr(event, "born_in", None) or lead_id


def _numbered(lead: Lead | None, events: Sequence[Event]) -> list[tuple[int, Event]]:
    return list(enumerate(events, start=1 if lead is None else lead.version + 1))


def _about(situation: Situation, subject: tuple[Fact[Event], ...]) -> Situation:
    return Situation(
        now=situation.now,
        actor=situation.actor,
        organization=situation.organization,
        subject=subject,
        claimed=situation.claimed,
        threads=situation.threads,
    )
