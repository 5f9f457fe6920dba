"""Undoing: what one request or one event did on leads is taken back, all of it or nothing.

It is rare and rests on all that happened since, so it is read, decided and appended under the organization's lock.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast
from uuid import UUID

import msgspec

from app.codecs import facts_of
from app.concurrency import Background
from app.entries import Project, append_command, recorded_facts
from app.event import Entry, Event, Fact
from app.homes import homes_asked, with_homes
from app.ids import EventId
from app.lead.deletion import LeadDeleted
from app.lead.event import LeadEvent
from app.lead.lead import Lead
from app.lead.members import member_ids
from app.organization.organization import Organization
from app.organization.refusals import UserNotFound
from app.organization.visibility import assignment_of
from app.repetition import known_answer, record_of, require_unclaimed
from app.request import ClaimTaken, Done, Proposal, Request
from app.situation import Situation
from app.states import States
from app.store.records import Appended, Claimed
from app.store.store import Connection, EventStore
from app.undo.case import Facts
from app.undo.lookups import Lookups
from app.undo.refusals import CannotBeUndone, MergedSince, NothingRecorded, OneTarget, UndoTooLarge, UnmergedSince
from app.undo.unwinding import unwound

EVENTS_MAX = 1_000  # of one request; some hundred milliseconds under the organization's lock


@dataclass(frozen=True, slots=True, kw_only=True)
class Undo:
    """What to undo: all that one request did, or one event alone."""

    correlation_id: UUID | None = None
    event_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What undoing would append, and on what it was decided."""

    organization: Organization
    leads: Sequence[Lead]
    entries: Sequence[Entry[Event]]
    undone: Sequence[EventId]

    @property
    def done(self) -> Done:
        """What came of it. Of several leads it names the first."""
        lead = self.leads[0]
        own = [entry.version for entry in self.entries if entry.stream_id == lead.id]
        return Done(
            stream_id=lead.id,
            version=own[-1] if own else lead.version,
            ids={"lead": lead.id},
            events={entry.event.event_name(): entry.event_id for entry in self.entries},
            undone=tuple(self.undone),
        )


class Undoing:
    """Undoes what was recorded.

    Args:
        project: what each event does to the inline projections.
        on_commit: called with the organization after every commit.
        background: runs what nobody waits for.
    """

    def __init__(
        self,
        store: EventStore,
        states: States,
        *,
        project: Project,
        on_commit: Callable[[UUID], None],
        background: Background,
    ) -> None:
        self._store = store
        self._states = states
        self._project = project
        self._on_commit = on_commit
        self._background = background

    async def run(self, command: Undo, request: Request) -> Done:
        """Undo it; what was undone already stays so.

        Raises:
            LaterChanges: other changes stand on it.
            NothingRecorded, CannotBeUndone, UndoTooLarge, TooMuchSince, ClaimTaken, Refusal
        """
        async with self._store.writers.acquire() as connection, connection.transaction():
            await self._store.lock(request.org_id, connection)
            known = await known_answer(self._store, request, connection)
            if known is not None:
                return known
            plan = await self.plan(await self._wanted(command, request, connection), request, connection)
            answer = await self.append(plan, request, connection)
        self.committed(plan, request, answer)
        return msgspec.structs.replace(plan.done, position=answer.position)

    async def propose(self, command: Undo, request: Request) -> Proposal:
        """What `run` would append now. All is read at one moment; nothing is written.

        Raises:
            As run.
        """
        async with (
            self._store.readers.acquire() as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            known = await known_answer(self._store, request, connection)
            if known is not None:
                return Proposal(done=known)
            plan = await self.plan(await self._wanted(command, request, connection), request, connection)
            await require_unclaimed(self._store, request, plan.entries, connection)
            position = await self._store.max_notification_id(request.org_id, connection) or 0
        return Proposal(entries=tuple(plan.entries), done=msgspec.structs.replace(plan.done, position=position))

    # ------------------------------------------------------------------ the decision

    async def _wanted(self, command: Undo, request: Request, connection: Connection) -> Facts:
        if (command.correlation_id is None) == (command.event_id is None):
            raise OneTarget
        if command.event_id is not None:
            event = await self._store.select_event(request.org_id, command.event_id, connection)
            return facts_of([event] if event else [])
        assert command.correlation_id is not None
        found = await self._store.select_request(request.org_id, command.correlation_id, EVENTS_MAX + 1, connection)
        if len(found) > EVENTS_MAX:
            raise UndoTooLarge(limit=EVENTS_MAX)
        return facts_of(found)

    async def plan(self, wanted: Facts, request: Request, connection: Connection) -> Plan:
        """What undoes some facts, of one lead or several.

        Raises:
            NothingRecorded: none of them is on a lead that who acts may see.
            LaterChanges, CannotBeUndone, TooMuchSince, Refusal
        """
        organization = await self._states.organization(request.org_id, connection)
        _require_active(organization, request)
        leads: list[Lead] = []
        entries: list[Entry[Event]] = []
        undone: list[EventId] = []
        for stream_id, facts in _by_stream(wanted):
            _require_of_lead(facts)
            lead = await self._states.lead(request.org_id, stream_id, connection)
            if lead is None or not _is_there(lead, facts, request, organization):
                continue
            if lead.merged_into is not None:
                raise MergedSince
            if not {fact.event.born_in for fact in facts if isinstance(fact.event, LeadEvent)} <= {
                None,
                *member_ids(lead),
            }:
                raise UnmergedSince
            lookup = await Lookups(self._store, request.org_id, connection).of_lead(lead, facts)
            at = Situation(now=datetime.now(UTC), actor=request.actor, organization=organization)
            added, taken_back = unwound(lookup, at, request)
            leads.append(lead)
            entries += await self._at_home(lead, added, request.org_id, connection)
            undone += taken_back
        if not leads:
            raise NothingRecorded
        return Plan(organization=organization, leads=leads, entries=entries, undone=undone)

    async def _at_home(
        self, lead: Lead, entries: Sequence[Entry[Event]], org_id: UUID, connection: Connection
    ) -> Sequence[Entry[Event]]:
        """What is about things of leads that were merged into this one says so."""
        events = [entry.event for entry in entries]
        if not lead.members or not events:
            return entries
        found = await self._store.streams_of(org_id, homes_asked(events), connection)
        told = zip(entries, with_homes(events, lead.id, found), strict=True)
        return [msgspec.structs.replace(entry, event=cast(Event, event)) for entry, event in told]

    # ------------------------------------------------------------------ the append

    async def append(self, plan: Plan, request: Request, connection: Connection) -> Appended:
        """Append a plan, in a transaction that holds the organization's lock.

        Raises:
            ClaimTaken: somebody else holds by now what would come back.
        """
        record = record_of(request, plan.done)
        append = append_command(plan.entries, self._project, plan.organization, record)
        (answer,) = await self._store.append(request.org_id, [append], connection)
        if isinstance(answer, Claimed):
            raise ClaimTaken(kind=answer.kind)
        assert isinstance(answer, Appended), f"lost a race under the lock: {answer}"
        return answer

    def committed(self, plan: Plan, request: Request, answer: Appended) -> None:
        """Move the states in memory on, and tell of it. Only behind the commit."""
        if not plan.entries:
            return
        facts = recorded_facts(plan.entries, answer.positions, answer.recorded_at)
        for lead in plan.leads:
            own = tuple(fact for fact in facts if fact.stream_id == lead.id)
            newer = self._states.advance_lead(request.org_id, lead, own)
            assert newer is not None
            self._background.start(self._states.keep_snapshot(request.org_id, newer))
        self._on_commit(request.org_id)


def _by_stream(facts: Facts) -> Iterable[tuple[UUID, list[Fact[Event]]]]:
    """Streams in the order of their first facts, each with its own."""
    streams: dict[UUID, list[Fact[Event]]] = {}
    for fact in facts:
        streams.setdefault(fact.stream_id, []).append(fact)
    return streams.items()


def _require_of_lead(facts: Facts) -> None:
    other = next((fact for fact in facts if not isinstance(fact.event, LeadEvent)), None)
    if other is not None:
        raise CannotBeUndone(type=other.event.event_name())


def _is_there(lead: Lead, wanted: Facts, request: Request, organization: Organization) -> bool:
    """Whether a lead is there for who acts. A deleted one is, where its deletion is to be undone."""
    if lead.is_deleted and not any(isinstance(fact.event, LeadDeleted) for fact in wanted):
        return False
    assignment = assignment_of(organization, request.actor.user_id)
    return assignment is None or assignment.sees(lead.custom)


def _require_active(organization: Organization, request: Request) -> None:
    user_id = request.actor.user_id
    user = organization.users.get(user_id) if user_id else None
    if user_id is not None and (user is None or not user.is_active):
        raise UserNotFound
