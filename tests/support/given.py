"""given(facts).when(command).then(facts): a rule as a sentence, for commands of leads and organizations.

What a command may know is put together as dispatch does it, but from the given facts alone: those of Acme first,
then the test's own. The n-th of these, counted from 1, has the id `fact_id(n)`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import reduce
from types import MappingProxyType
from typing import Any, Protocol, cast
from uuid import UUID

import msgspec

from app.event import Elsewhere, Event, Fact
from app.grounds import NEEDS_ENTRY, RESTORES, asked_claims, further_claims, last_entry
from app.ids import EventId, FileId, ThreadId
from app.lead.event import LeadEvent
from app.lead.lead import Lead, replay
from app.lead.refusals import LeadNotFound
from app.lead.thread_book import ThreadBook
from app.organization.event import OrganizationEvent
from app.organization.organization import AnyOrganizationEvent, Organization, evolve
from app.refusal import Refusal, Refused, refusals_of
from app.situation import Actor, Claim, KnownFile, Situation
from tests.support.acme import ACME, ACME_AND_PEOPLE, BY_ADMIN, LEAD, NOW, YESTERDAY, thing


class Command(Protocol):
    def decide(self, state: Any, at: Situation, /) -> Sequence[Event | Elsewhere]: ...


def fact_id(number: int) -> EventId:
    """The id of the n-th given event, counted from 1."""
    return EventId(thing(9_000 + number))


def given(*events: Event) -> Given:
    """In Acme, with its people, this happened."""
    return Given(ACME_AND_PEOPLE, events)


def given_nothing() -> Given:
    """There is no organization yet."""
    return Given((), ())


@dataclass(frozen=True)
class Given:
    founding: tuple[OrganizationEvent, ...]
    events: tuple[Event, ...]

    def when(
        self,
        command: Command,
        *,
        by: Actor = BY_ADMIN,
        now: datetime = NOW,
        answers: Mapping[str, int] | None = None,
        files: Mapping[FileId, KnownFile] | None = None,
        phones: Iterable[str] = (),
    ) -> Outcome:
        """Decide the command.

        `answers` are what the projections would say to a guarded one, `files` what it names, `phones` numbers that
        contacts of other leads have.
        """
        facts = facts_of(self.founding, self.events)
        state, situation = ground(command, facts, by=by, now=now, answers=answers or {}, files=files or {})
        asks = getattr(command, "asks_phones", None)
        situation = replace(situation, known_phones=frozenset(phones) & set(asks(situation) if asks else ()))
        try:
            require_lead(command, state)
            return Outcome(cast("tuple[Event, ...]", tuple(command.decide(state, situation))), ())
        except (Refusal, Refused) as refused:
            return Outcome((), refusals_of(refused))


@dataclass(frozen=True)
class Outcome:
    decided: tuple[Event, ...]
    refusals: tuple[Refusal, ...]

    def then(self, *expected: Event) -> None:
        """Exactly these facts were decided, in this order."""
        assert not self.refusals, f"refused: {self.refusals}"
        assert self.decided == expected, f"\ndecided  {self.decided}\nexpected {expected}"

    def then_refused(self, kind: type[Refusal], path: str = "", **params: object) -> None:
        """It was refused for this one reason; `path` is dotted, `params` are compared where given."""
        self.then_refused_all((kind, path))
        if params:
            assert self.refusals[0].params == params

    def then_refused_all(self, *expected: tuple[type[Refusal], str]) -> None:
        """It was refused for these reasons together, in any order."""
        assert self.refusals, f"decided {self.decided}"
        found = [(refusal.reason, ".".join(refusal.path)) for refusal in self.refusals]
        assert sorted(found) == sorted((kind.reason, path) for kind, path in expected)
        assert all(refusal.message.endswith((".", "…")) for refusal in self.refusals)

    @property
    def only(self) -> Any:
        """The one fact that was decided, for a look at some of it."""
        assert not self.refusals, f"refused: {self.refusals}"
        (event,) = self.decided
        return event


def facts_of(founding: Sequence[OrganizationEvent], events: Sequence[Event]) -> tuple[Fact[Event], ...]:
    """The log in which the founding events stand first."""
    versions: dict[UUID, int] = {}
    facts = []
    for place, event in enumerate((*founding, *events), start=1):
        stream_id = LEAD if isinstance(event, LeadEvent) else ACME
        versions[stream_id] = versions.get(stream_id, 0) + 1
        facts.append(
            Fact(
                event=event,
                event_id=fact_id(place - len(founding)),
                stream_id=stream_id,
                version=versions[stream_id],
                position=place,
                recorded_at=YESTERDAY,
                actor=BY_ADMIN,
                source=None,
                correlation_id=thing(7),
            )
        )
    return tuple(facts)


def ground(
    command: Command,
    facts: Sequence[Fact[Event]],
    *,
    by: Actor,
    now: datetime,
    answers: Mapping[str, int],
    files: Mapping[FileId, KnownFile] = MappingProxyType({}),
) -> tuple[Lead | Organization | None, Situation]:
    """The state that a command is decided on, and all else that it may know."""
    organization = organization_of(facts)
    about: UUID | None = getattr(command, "about", None)
    subject = tuple(fact for fact in facts if about in (fact.event_id, fact.event.entity_id)) if about else ()
    entry = last_entry(subject) if getattr(command, NEEDS_ENTRY, False) else None
    subject += tuple(fact for fact in facts if entry is not None and fact.event.entity_id == entry)
    situation = Situation(
        now=now,
        actor=by,
        organization=organization,
        subject=subject,
        files=files,
        answers=answers,
    )
    situation = _with_claims(command, situation, facts)
    if about is not None:
        return (lead_there(command, facts) if subject else None), situation
    return (lead_there(command, facts) if hasattr(command, "lead_id") else organization), situation


def lead_there(command: Command, facts: Sequence[Fact[Event]]) -> Lead | None:
    """The lead as the command sees it: one that is deleted is there for those alone that restore."""
    lead = lead_of(facts)
    is_there = lead is None or not lead.is_deleted or hasattr(command, RESTORES)
    return lead if is_there or getattr(command, "creates", False) else None


def require_lead(command: Command, state: Lead | Organization | None) -> None:
    """What the dispatcher refuses before any decision.

    Raises:
        LeadNotFound: the command needs a lead, and there is none.
    """
    if state is None and not hasattr(command, "about") and not getattr(command, "creates", False):
        raise LeadNotFound("lead_id")


def organization_of(facts: Sequence[Fact[Event]]) -> Organization:
    """Acme after its facts."""

    def step(organization: Organization, fact: Fact[Event]) -> Organization:
        assert isinstance(fact.event, AnyOrganizationEvent)
        return msgspec.structs.replace(evolve(organization, fact.event), version=fact.version)

    return reduce(step, [fact for fact in facts if fact.stream_id == ACME], Organization(id=ACME))


def lead_of(facts: Sequence[Fact[Event]]) -> Lead | None:
    """The lead after its facts."""
    return replay(None, [fact for fact in facts if fact.stream_id == LEAD])


def _with_claims(command: Command, situation: Situation, facts: Sequence[Fact[Event]]) -> Situation:
    """Those that the command asks about and no others, and the threads that it asks about then."""
    held: dict[Claim, UUID] = {}
    book = ThreadBook({})
    for fact in facts:
        for claim in fact.event.releases(fact.stream_id):
            held.pop(claim, None)
        for claim, owner in fact.event.takes(fact.stream_id):
            assert claim not in held, f"{claim} is taken twice"
            held[claim] = owner
        book.follow(fact.event)
    asked = set(asked_claims(command))
    claimed = {claim: held[claim] for claim in asked if claim in held}
    while more := set(further_claims(command, situation, claimed)) - asked:
        asked |= more
        claimed |= {claim: held[claim] for claim in more if claim in held}
    situation = replace(situation, claimed=claimed)
    wanted: Sequence[ThreadId] = getattr(command, "asks_threads", lambda _: ())(situation)
    return replace(situation, threads={one: book.emails[one] for one in wanted if one in book.emails})
