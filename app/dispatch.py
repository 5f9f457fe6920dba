"""Dispatch: load → decide → append; the only road from a command to the store."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Hashable, Sequence
from contextlib import asynccontextmanager
from typing import Any, cast
from uuid import UUID
from weakref import WeakValueDictionary

import msgspec

from app.concurrency import Background
from app.desk.desk import Desk
from app.entries import Project, append_command, entries_of, recorded_facts
from app.event import Elsewhere, Entry, Event, Fact
from app.grounds import ITEM_IDS, Finders, Ground, Grounds, is_barred, seen_version, word_of
from app.groups import Groups
from app.lead.lead import Lead
from app.lead.refusals import FutureVersion, LeadNotFound
from app.organization.organization import Organization
from app.organization.refusals import UserNotFound
from app.refusal import Refusal, Refused
from app.request import ClaimTaken, Command, Done, IdempotencyMismatch, Proposal, Request, VersionConflict
from app.situation import Situation
from app.states import States
from app.store.records import Answer, Appended, Claimed, IdempotencyRecord, Mismatch, Repeated
from app.store.store import Connection, EventStore

ATTEMPTS = 4  # of one command; the last one holds the organization's lock and cannot lose


class Dispatch:
    """Runs commands.

    Args:
        project: what each event does to the inline projections: table names, and rows once the event's place is known.
        finders: find what decisions need of the projections.
        on_commit: called with the organization after every commit.
        background: runs what nobody waits for, such as snapshots.
    """

    def __init__(
        self,
        store: EventStore,
        states: States,
        *,
        project: Project,
        finders: Finders,
        on_commit: Callable[[UUID], None],
        background: Background,
    ) -> None:
        self._store = store
        self._states = states
        self._project = project
        self._grounds = Grounds(store, states, finders)
        self._on_commit = on_commit
        self._background = background
        self._groups = Groups(store, background)
        self._turns: WeakValueDictionary[tuple[UUID, Hashable], asyncio.Lock] = WeakValueDictionary()

    async def run(self, command: Command, request: Request) -> Done:
        """Decide a command and append what it decided.

        Raises:
            Refusal, Refused: the state or the input forbids it.
        """
        async with self._turn(command, request):
            for attempt in range(1, ATTEMPTS):
                if _guarded(command):
                    break
                done = await self._attempt(command, request, fresh=attempt > 1)
                if done is not None:
                    return done
            return await self._under_the_lock(command, request)

    async def propose(self, command: Command, request: Request) -> Proposal:
        """What `run` would append now, decided as there. All is read at one moment; nothing is written.

        Raises:
            Refusal, Refused: the state or the input forbids it.
        """
        async with self._store.readers.acquire() as connection:
            async with connection.transaction(isolation="repeatable_read", readonly=True):
                ground = await self._grounds.ground(command, request, fresh=True, connection=connection)
                command = ground.command
                later = await self._grounds.later_facts(command, request, ground, connection)
                try:
                    events = self._decided(command, ground, later)
                except (Refusal, Refused) as refusal:
                    return Proposal(done=await self._repeated_or(refusal, request, connection))
                known = await self._known(request, connection)
                if known is not None:
                    return Proposal(done=known)
                events = await self._grounds.at_home(events, request, ground, connection)
                entries = entries_of(events, request, ground.stream_id, ground.version, ground.others)
                await self._require_unclaimed(entries, request, connection)
                position = await self._store.max_notification_id(request.org_id, connection) or 0
        done = msgspec.structs.replace(_result(command, ground, entries), position=position)
        return Proposal(entries=entries, done=done)

    async def _require_unclaimed(
        self, entries: Sequence[Entry[Event]], request: Request, connection: Connection
    ) -> None:
        """As the append checks it: before anything is given back."""
        wanted = [claim for entry in entries for claim, _ in entry.event.takes(entry.home)]
        held = await self._store.select_claims(request.org_id, wanted, connection) if wanted else {}
        for claim in wanted:
            if claim in held:
                raise ClaimTaken(kind=claim.kind)

    async def _attempt(self, command: Command, request: Request, *, fresh: bool) -> Done | None:
        """One try; None: somebody else was faster."""
        ground = await self._grounds.ground(command, request, fresh=fresh)
        command = ground.command
        if is_barred(command, ground):
            return None
        try:
            events = self._decided(command, ground, await self._grounds.later_facts(command, request, ground))
        except (Refusal, Refused) as refusal:
            if not ground.is_fresh:
                return await self._attempt(command, request, fresh=True)
            return await self._repeated_or(refusal, request)
        if not events and not ground.is_fresh:
            return await self._attempt(command, request, fresh=True)
        return await self._append(command, request, ground, events, connection=None)

    async def _under_the_lock(self, command: Command, request: Request) -> Done:
        """Read, decide and append while nobody else can: this cannot lose a race."""
        async with self._store.writers.acquire() as connection:
            async with connection.transaction():
                await self._store.lock(request.org_id, connection)
                ground = await self._grounds.ground(command, request, fresh=True, connection=connection)
                command = ground.command
                later = await self._grounds.later_facts(command, request, ground, connection)
                try:
                    events = self._decided(command, ground, later)
                except (Refusal, Refused) as refusal:
                    return await self._repeated_or(refusal, request, connection)
                entries, answer = await self._appended(command, request, ground, events, connection)
            # Committed. Only now may the states in memory move, and the answer be given.
            done = self._done(command, request, ground, entries, answer)
        if done is None:
            assert isinstance(answer, Claimed), f"lost a race under the lock: {answer}"
            raise ClaimTaken(kind=answer.kind)
        return done

    # ------------------------------------------------------------------ the decision

    def _decided(self, command: Command, ground: Ground, later: tuple[Fact[Event], ...]) -> Sequence[Event | Elsewhere]:
        _require_active(ground.situation)
        if is_barred(command, ground):
            raise ClaimTaken(kind=cast(Any, command).found_by.kind)
        if ground.state is None and not hasattr(command, "about") and not getattr(command, "creates", False):
            raise LeadNotFound(word_of(command, "lead_id"))
        _require_version(command, "expected_version", ground.state, later)
        _require_version(command, "expected_other_version", ground.situation.other, ground.later_of_other)
        return command.decide(ground.state, ground.situation)

    async def _repeated_or(
        self, refusal: Refusal | Refused, request: Request, connection: Connection | None = None
    ) -> Done:
        """A refusal is answered only if the same command did not succeed before."""
        known = await self._known(request, connection)
        if known is None:
            raise refusal
        return known

    async def _known(self, request: Request, connection: Connection | None) -> Done | None:
        """What was answered under the request's key; None: it has none, or nobody used it yet.

        Raises:
            IdempotencyMismatch: it was used for another input.
        """
        key = request.idempotency
        if key is None:
            return None
        known = await self._store.recall(request.org_id, _principal(request), key.key, key.fingerprint, connection)
        if isinstance(known, Mismatch):
            raise IdempotencyMismatch("idempotency_key")
        return _remembered(known) if known is not None else None

    # ------------------------------------------------------------------ the append

    async def _append(
        self,
        command: Command,
        request: Request,
        ground: Ground,
        events: Sequence[Event | Elsewhere],
        connection: Connection | None,
    ) -> Done | None:
        if not events and request.idempotency is None:
            return await self._nothing(command, request, ground)
        entries, answer = await self._appended(command, request, ground, events, connection)
        return self._done(command, request, ground, entries, answer)

    async def _appended(
        self,
        command: Command,
        request: Request,
        ground: Ground,
        events: Sequence[Event | Elsewhere],
        connection: Connection | None,
    ) -> tuple[tuple[Entry[Event], ...], Answer]:
        events = await self._grounds.at_home(events, request, ground, connection)
        entries = entries_of(events, request, ground.stream_id, ground.version, ground.others)
        record = _record(command, request, ground, entries)
        append = append_command(entries, self._project, ground.situation.organization, record)
        if connection is None:
            return entries, await self._groups.append(request.org_id, append)
        (answer,) = await self._store.append(request.org_id, [append], connection)
        return entries, answer

    def _done(
        self,
        command: Command,
        request: Request,
        ground: Ground,
        entries: tuple[Entry[Event], ...],
        answer: Answer,
    ) -> Done | None:
        match answer:
            case Appended():
                if entries:
                    self._advance(request, ground, entries, answer)
                    self._on_commit(request.org_id)
                return msgspec.structs.replace(_result(command, ground, entries), position=answer.position)
            case Repeated():
                return _remembered(answer)
            case Mismatch():
                raise IdempotencyMismatch("idempotency_key")
            case _:
                return None

    async def _nothing(self, command: Command, request: Request, ground: Ground) -> Done:
        position = await self._store.max_notification_id(request.org_id) or 0
        return msgspec.structs.replace(_result(command, ground, ()), position=position)

    def _advance(self, request: Request, ground: Ground, entries: tuple[Entry[Event], ...], answer: Appended) -> None:
        facts = recorded_facts(entries, answer.positions, answer.recorded_at)
        if isinstance(ground.state, Organization):
            self._states.advance_organization(ground.state, facts)
            return
        if isinstance(ground.state, Desk):
            return
        other: Lead | None = ground.situation.other
        for stream_id in dict.fromkeys(fact.stream_id for fact in facts):
            state = other if other is not None and other.id == stream_id else ground.state
            lead = self._states.advance_lead(
                request.org_id, state, tuple(fact for fact in facts if fact.stream_id == stream_id)
            )
            assert lead is not None
            self._background.start(self._states.keep_snapshot(request.org_id, lead))

    @asynccontextmanager
    async def _turn(self, command: Command, request: Request) -> AsyncIterator[None]:
        """Commands of this process on one lead go one after the other, so that they do not race each other.

        Those that find their lead by a claim wait for those that find it by the same one.
        """
        claim = getattr(command, "found_by", None)
        stream_id = request.actor.user_id if hasattr(command, ITEM_IDS) else getattr(command, "lead_id", None)
        if claim is None and (stream_id is None or getattr(command, "creates", False)):
            yield
            return
        key = (request.org_id, claim or stream_id)
        turn = self._turns.get(key)
        if turn is None:
            turn = self._turns[key] = asyncio.Lock()
        async with turn:
            yield


def _record(
    command: Command, request: Request, ground: Ground, entries: tuple[Entry[Event], ...]
) -> IdempotencyRecord | None:
    key = request.idempotency
    if key is None:
        return None
    return IdempotencyRecord(
        principal=_principal(request),
        key=key.key,
        fingerprint=key.fingerprint,
        result=msgspec.json.encode(_result(command, ground, entries)),
    )


def _result(command: Command, ground: Ground, entries: tuple[Entry[Event], ...]) -> Done:
    produces: dict[str, str] = getattr(command, "produces", {})
    own = [entry.version for entry in entries if entry.stream_id == ground.stream_id]
    version = own[-1] if own else ground.state.version if ground.state else 0
    return Done(
        stream_id=cast(UUID, ground.stream_id),
        version=version,
        ids={word: getattr(command, field) for word, field in produces.items()},
        events={entry.event.event_name(): entry.event_id for entry in entries},
    )


def _remembered(known: Repeated) -> Done:
    done = msgspec.json.decode(known.result, type=Done)
    return msgspec.structs.replace(done, position=known.position)


def _principal(request: Request) -> UUID:
    """Whose key it is: keys of two users never meet."""
    return request.actor.user_id or request.org_id


def _guarded(command: Command) -> bool:
    return hasattr(command, "question")


def _require_active(situation: Situation) -> None:
    user_id = situation.actor.user_id
    if user_id is None:
        return
    user = situation.organization.users.get(user_id)
    if user is None or not user.is_active:
        raise UserNotFound


def _require_version(
    command: Command, attribute: str, state: Lead | Organization | Desk | None, later: tuple[Fact[Event], ...]
) -> None:
    expected = getattr(command, attribute, None)
    if expected is None or state is None:
        return
    word = word_of(command, attribute)
    if seen_version(expected, state) > state.version:
        raise FutureVersion(word, current=state.version, expected=expected)
    writes: frozenset[str] | None = cast(Any, command).writes
    changes = [fact for fact in later if (fact.event.touched if writes is None else fact.event.touched & writes)]
    if changes:
        raise VersionConflict(word, lead_id=state.id, changes=changes, current=state.version)
