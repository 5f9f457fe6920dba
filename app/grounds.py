"""Grounds: everything that one attempt at a decision stands on, looked up for it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, cast
from uuid import UUID

from app.codecs import facts_of
from app.desk.desk import Desk
from app.desk.handling import ITEMS_MAX
from app.event import Elsewhere, Event, Fact
from app.homes import homes_asked, with_homes
from app.ids import ActivityId, FileId, ItemId, LeadId, ThreadId, UserId
from app.lead.event import LeadEvent
from app.lead.lead import Lead
from app.lead.members import member_ids
from app.merged_claims import of_family
from app.organization.organization import Organization
from app.organization.visibility import assignment_of
from app.request import Command, Request
from app.situation import Claim, EmailInThread, KnownFile, KnownItem, KnownPin, Situation
from app.states import States
from app.store.store import Connection, EventStore
from app.text import LIST_MAX

RESTORES = "restores"  # what a command has that is about leads which are deleted
NEEDS_ENTRY = "needs_entry"  # what a command has whose decision rests on what became of its subject's last entry
ITEM_IDS = "item_ids"  # what a command has that is about the actor's own inbox
OTHER_LEAD = "other_lead_id"  # what a command has that is about two leads
LEAST_THREADS = "least_threads"  # what a command has that needs no e-mails of fewer threads
SUBJECT_MAX = 10_000  # facts about one thing that a decision can stand on
MERGES_MAX = 1_000  # leads, each of which was merged into the next
ROUNDS_MAX = 100  # of looks at claims, each of which rests on what the one before has found

Files = Callable[[Connection | None, UUID, Sequence[FileId]], Awaitable[Mapping[FileId, KnownFile]]]
ThreadEmails = Mapping[ThreadId, Mapping[ActivityId, EmailInThread]]
Threads = Callable[[Connection | None, UUID, Sequence[ThreadId]], Awaitable[ThreadEmails]]
Phones = Callable[[Connection | None, UUID, Sequence[str]], Awaitable[frozenset[str]]]
Items = Callable[[Connection | None, UUID, Sequence[ItemId]], Awaitable[Mapping[ItemId, KnownItem]]]
Pins = Callable[[Connection | None, UUID, Sequence[UUID]], Awaitable[Mapping[ActivityId, KnownPin]]]
Question = Callable[[Connection, UUID, UUID], Awaitable[int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finders:
    """Find for decisions what the projections know.

    Attributes:
        files: those that a command names.
        threads: e-mails of the threads that a command is about.
        phones: which of some numbers some contact has.
        items: of inboxes, those that a command is about.
        pins: of the two leads that a command is about.
        questions: what guarded commands count, by name.
    """

    files: Files
    threads: Threads
    phones: Phones
    items: Items
    pins: Pins
    questions: Mapping[str, Question]


@dataclass(slots=True)
class Ground:
    """What one attempt stands on.

    Attributes:
        command: about the lead that the one it names was merged into, if it was.
        stream_id: None where nothing bears the id that the command names.
        state: of that stream; None where it has no events, or the lead is not there for the actor.
        is_fresh: nothing in it comes from memory alone, so that a refusal may rest on it.
        later_of_other: what happened to the second lead since the version of it that the client says it saw.
    """

    command: Command
    stream_id: UUID | None
    state: Lead | Organization | Desk | None
    situation: Situation
    is_fresh: bool
    later_of_other: tuple[Fact[Event], ...] = field(default=())

    @property
    def version(self) -> int:
        """Of the stream; 0 where it has no events."""
        return self.state.version if self.state is not None else 0

    @property
    def others(self) -> Mapping[UUID, int]:
        """Versions of the other streams that a decision may put facts into."""
        other = self.situation.other
        return {} if other is None else {other.id: other.version}


class Grounds:
    """Looks up what decisions need."""

    def __init__(self, store: EventStore, states: States, finders: Finders) -> None:
        self._store = store
        self._states = states
        self._finders = finders

    async def ground(
        self, command: Command, request: Request, *, fresh: bool, connection: Connection | None = None
    ) -> Ground:
        """Everything that one attempt stands on; `fresh`: nothing from memory without a look at the log."""
        org_id = request.org_id
        organization = None if fresh else self._states.kept_organization(org_id)
        if organization is None:
            organization = await self._states.organization(org_id, connection)
        stream_id = await self._stream_id(command, request, organization, connection)
        state: Lead | Organization | Desk | None
        if stream_id is None:
            state = None
        elif stream_id == org_id:
            state = organization
        elif hasattr(command, ITEM_IDS):
            state = await self._desk(UserId(stream_id), org_id, connection)
        else:
            lead = await self._root(stream_id, command, org_id, fresh=fresh, connection=connection)
            stream_id = lead.id if lead is not None else stream_id
            command = turned(command, stream_id)
            state = lead if lead is not None and _is_there(lead, command, request, organization) else None
        situation = Situation(
            now=datetime.now(UTC),
            actor=request.actor,
            organization=organization,
            lead_id=LeadId(state.id) if isinstance(state, Lead) else None,
            other=await self._other(command, request, organization, fresh=fresh, connection=connection),
            # Read behind the state, whose version the append states: what is newer than both makes it stale.
            subject=await self._subject(command, org_id, connection),
            files=await self._named_files(command, state, org_id, connection),
            items=await self._named_items(command, org_id, connection),
            answers=await self._answers(command, org_id, connection),
        )
        situation = await self._with_phones(command, situation, org_id, connection)
        situation = await self._with_pins(state, situation, org_id, connection)
        situation = await self._with_claims(command, state, situation, org_id, connection)
        ground = Ground(command, stream_id, state, situation, fresh)
        ground.later_of_other = await self._later_of(
            command, "expected_other_version", situation.other, org_id, connection
        )
        return ground

    async def at_home(
        self,
        events: Sequence[Event | Elsewhere],
        request: Request,
        ground: Ground,
        connection: Connection | None = None,
    ) -> Sequence[Event | Elsewhere]:
        """What was decided about a lead into which others were merged: what is theirs is said to be."""
        if not isinstance(ground.state, Lead) or not ground.state.members:
            return events
        asked = homes_asked(events)
        found = await self._store.streams_of(request.org_id, asked, connection) if asked else {}
        return with_homes(events, ground.state.id, found)

    async def _root(
        self, lead_id: UUID, command: Command, org_id: UUID, *, fresh: bool, connection: Connection | None
    ) -> Lead | None:
        """The lead, or the one that it was merged into, however many merges led there."""
        lead = await self._lead(lead_id, command, org_id, fresh=fresh, connection=connection)
        for _ in range(MERGES_MAX):
            if lead is None or lead.merged_into is None:
                break
            lead = await self._lead(lead.merged_into, command, org_id, fresh=fresh, connection=connection)
        return lead

    async def _other(
        self,
        command: Command,
        request: Request,
        organization: Organization,
        *,
        fresh: bool,
        connection: Connection | None,
    ) -> Lead | None:
        """The second lead that a command names, as its own stream has it; who acts sees what it is part of."""
        other_id = getattr(command, OTHER_LEAD, None)
        if other_id is None or other_id == request.org_id or other_id in organization.users:
            return None
        root = await self._root(other_id, command, request.org_id, fresh=fresh, connection=connection)
        if root is None or not _is_there(root, command, request, organization):
            return None
        return await self._lead(other_id, command, request.org_id, fresh=fresh, connection=connection)

    async def _desk(self, user_id: UserId, org_id: UUID, connection: Connection | None) -> Desk:
        return Desk(id=user_id, version=await self._store.stream_version(org_id, user_id, connection) or 0)

    async def _lead(
        self, lead_id: UUID, command: Command, org_id: UUID, *, fresh: bool, connection: Connection | None
    ) -> Lead | None:
        if not fresh and _is_new(command, lead_id):
            return None
        kept = None if fresh else self._states.kept_lead(org_id, lead_id)
        return kept or await self._states.lead(org_id, lead_id, connection)

    async def _stream_id(
        self, command: Command, request: Request, organization: Organization, connection: Connection | None
    ) -> UUID | None:
        if hasattr(command, ITEM_IDS):
            return request.actor.user_id
        named = await self._named_stream(command, request.org_id, connection)
        # Facts of somebody's desk are no lead's.
        return None if named in organization.users else named

    async def _named_stream(self, command: Command, org_id: UUID, connection: Connection | None) -> UUID | None:
        about = getattr(command, "about", None)
        if about is not None:
            return await self._store.stream_of(org_id, about, connection)
        claim = getattr(command, "found_by", None)
        if claim is not None:
            owners = await self._store.select_claims(org_id, [claim], connection)
            return owners.get(claim) or cast(Any, command).lead_id
        return getattr(command, "lead_id", org_id)

    async def _subject(self, command: Command, org_id: UUID, connection: Connection | None) -> tuple[Fact[Event], ...]:
        about = getattr(command, "about", None)
        if about is None:
            return ()
        facts = facts_of(await self._store.select_entity(org_id, about, SUBJECT_MAX, connection))
        entry = last_entry(facts) if getattr(command, NEEDS_ENTRY, False) else None
        if entry is None:
            return facts
        of_entry = facts_of(await self._store.select_entity(org_id, entry, SUBJECT_MAX, connection))
        return (*facts, *(fact for fact in of_entry if fact.event_id != entry))

    async def _with_claims(
        self,
        command: Command,
        state: Lead | Organization | Desk | None,
        situation: Situation,
        org_id: UUID,
        connection: Connection | None,
    ) -> Situation:
        """The situation with the claims that the command asks about, and e-mails of the threads that they tell of."""

        async def select(wanted: Iterable[Claim]) -> dict[Claim, UUID]:
            asked = of_family(wanted, state)
            found = await self._store.select_claims(org_id, asked, connection)
            return {asked[Claim(*claim)]: owner for claim, owner in found.items()}

        claimed = await held(select, asked_claims(command), lambda known: further_claims(command, situation, known))
        situation = replace(situation, claimed=claimed)
        asks = getattr(command, "asks_threads", None)
        threads: Sequence[ThreadId] = asks(situation) if asks else ()
        if len(threads) < getattr(command, LEAST_THREADS, 1):
            return situation
        return replace(situation, threads=await self._finders.threads(connection, org_id, threads))

    async def _with_pins(
        self,
        state: Lead | Organization | Desk | None,
        situation: Situation,
        org_id: UUID,
        connection: Connection | None,
    ) -> Situation:
        """The situation with the pins of both leads."""
        if situation.other is None or not isinstance(state, Lead) or not situation.other.pins:
            return situation
        pins = await self._finders.pins(connection, org_id, situation.other.pins)
        return replace(situation, pins=pins)

    async def _with_phones(
        self, command: Command, situation: Situation, org_id: UUID, connection: Connection | None
    ) -> Situation:
        asks = getattr(command, "asks_phones", None)
        wanted = [number for number in asks(situation) if number] if asks else []
        if not wanted:
            return situation
        return replace(situation, known_phones=await self._finders.phones(connection, org_id, wanted))

    async def _named_items(
        self, command: Command, org_id: UUID, connection: Connection | None
    ) -> Mapping[ItemId, KnownItem]:
        wanted: Sequence[ItemId] | None = getattr(command, ITEM_IDS, None)
        return await self._finders.items(connection, org_id, wanted[:ITEMS_MAX]) if wanted else {}

    async def _named_files(
        self,
        command: Command,
        state: Lead | Organization | Desk | None,
        org_id: UUID,
        connection: Connection | None,
    ) -> Mapping[FileId, KnownFile]:
        wanted: Sequence[FileId] | None = getattr(command, "file_ids", None)
        files = await self._finders.files(connection, org_id, wanted[:LIST_MAX]) if wanted else {}
        if not isinstance(state, Lead) or not state.members:
            return files
        family = set(member_ids(state))
        return {id: replace(one, lead_id=state.id) if one.lead_id in family else one for id, one in files.items()}

    async def _answers(self, command: Command, org_id: UUID, connection: Connection | None) -> dict[str, int]:
        question = getattr(command, "question", None)
        if question is None:
            return {}
        assert connection is not None, "a guarded command is decided under the lock only"
        return {question: await self._finders.questions[question](connection, org_id, cast(Any, command).asks_about)}

    async def later_facts(
        self, command: Command, request: Request, ground: Ground, connection: Connection | None = None
    ) -> tuple[Fact[Event], ...]:
        """What happened to the lead since the version that the client says it saw."""
        return await self._later_of(command, "expected_version", ground.state, request.org_id, connection)

    async def _later_of(
        self,
        command: Command,
        attribute: str,
        state: Lead | Organization | Desk | None,
        org_id: UUID,
        connection: Connection | None,
    ) -> tuple[Fact[Event], ...]:
        expected = getattr(command, attribute, None)
        if expected is None or state is None:
            return ()
        seen = seen_version(expected, state)
        if seen >= state.version:
            return ()
        newer = self._store.select_events(org_id, state.id, gt=seen, lte=state.version, connection=connection)
        return facts_of(await newer)


def seen_version(expected: int, state: Lead | Organization | Desk) -> int:
    """The version that a client saw. One that came back from a merge may have been seen under the other's versions."""
    if isinstance(state, Lead) and state.returned_at and expected > state.version:
        return state.returned_at
    return expected


def word_of(command: Command, attribute: str) -> str:
    """What a command's input calls one of its attributes."""
    words: Mapping[str, str] = getattr(command, "words", {})
    return words.get(attribute, attribute)


def turned(command: Command, lead_id: UUID) -> Command:
    """The command, about the lead that the one it names was merged into."""
    named = getattr(command, "lead_id", None)
    is_found = getattr(command, "found_by", None) is not None or getattr(command, "creates", False)
    if named is None or named == lead_id or is_found or getattr(command, "about", None) is not None:
        return command
    return cast(Command, replace(cast(Any, command), lead_id=LeadId(lead_id)))


async def held(
    select: Callable[[Iterable[Claim]], Awaitable[dict[Claim, UUID]]],
    first: Iterable[Claim],
    further: Callable[[Mapping[Claim, UUID]], Iterable[Claim]],
) -> dict[Claim, UUID]:
    """Owners of some claims, and of those that follow from what was found, as long as one leads to another."""
    claimed: dict[Claim, UUID] = {}
    asked: set[Claim] = set()
    wanted = dict.fromkeys(first)
    for _ in range(ROUNDS_MAX):
        if wanted:
            claimed |= await select(wanted)
            asked |= wanted.keys()
        wanted = {claim: None for claim in further(claimed) if claim not in asked}
        if not wanted:
            break
    return claimed


def asked_claims(command: Command) -> tuple[Claim, ...]:
    """Claims whose owners a decision may want to know."""
    asks = getattr(command, "asks_claims", None)
    return asks() if asks else ()


def further_claims(command: Command, situation: Situation, claimed: Mapping[Claim, UUID]) -> Iterable[Claim]:
    """Those that it wants to know besides, once it knows some."""
    asks = getattr(command, "asks_further", None)
    return asks(replace(situation, claimed=claimed)) if asks else ()


def _is_new(command: Command, stream_id: UUID) -> bool:
    """Whether a command is to make the stream."""
    return getattr(command, "creates", False) and getattr(command, "lead_id", None) == stream_id


def is_barred(command: Command, ground: Ground) -> bool:
    """Whether a command found its stream by a claim, and who acts may not see it or it was just deleted."""
    return (
        ground.state is None
        and getattr(command, "found_by", None) is not None
        and ground.stream_id != getattr(command, "lead_id", None)
    )


def last_entry(facts: Sequence[Fact[Event]]) -> ActivityId | None:
    """The last entry of the feed that these facts made; None: they made none."""
    made = [fact.event_id for fact in facts if isinstance(fact.event, LeadEvent) and fact.event.makes]
    return ActivityId(made[-1]) if made else None


def _is_there(lead: Lead, command: Command, request: Request, organization: Organization) -> bool:
    """Whether a lead is there for who acts: one that is deleted or may not be seen behaves as absent."""
    if _is_new(command, lead.id):
        return True
    if lead.is_deleted and not getattr(command, RESTORES, False):
        return False
    assignment = assignment_of(organization, request.actor.user_id)
    return assignment is None or assignment.sees(lead.custom)
