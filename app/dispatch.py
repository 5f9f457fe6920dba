"""Dispatch: load → decide → append; the only road from a command to the store."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol, cast
from uuid import UUID
from weakref import WeakValueDictionary

import msgspec

from app.codecs import EVENTS, facts_of
from app.concurrency import Background
from app.event import Entry, Event, Fact
from app.ids import EventId, uuid7
from app.lead.lead import Lead
from app.lead.refusals import FutureVersion, LeadNotFound
from app.organization.organization import Organization
from app.organization.refusals import UserNotFound
from app.refusal import Code, Refusal, Refused
from app.situation import Actor, Claim, Situation
from app.states import States
from app.store.records import (
    Answer,
    AppendCommand,
    Appended,
    Claimed,
    IdempotencyRecord,
    Mismatch,
    NewEvent,
    Repeated,
    TakenClaim,
)
from app.store.store import Connection, EventStore

ATTEMPTS = 4  # of one command; the last one holds the organization's lock and cannot lose

Question = Callable[[Connection, UUID, UUID], Awaitable[int]]
Project = Callable[[Entry[Event]], Sequence[tuple[str, Callable[[int], dict[str, Any]]]]]


class Command(Protocol):
    """What every command has. Some have more: see `_Wishes`."""

    def decide(self, state: Any, at: Situation, /) -> Sequence[Event]:
        """The facts that follow; none where there is nothing to do."""
        ...


class IdempotencyMismatch(Refusal):
    """This idempotency key was used for another input before. Use a new key for a new command."""

    code = Code.IDEMPOTENCY_MISMATCH


class ClaimTaken(Refusal):
    """Another one in this organization has this {kind} already."""

    code = Code.DUPLICATE


class VersionConflict(Refusal):
    """Somebody else changed this in the meantime: the lead is at version {current} now."""

    code = Code.CONFLICT

    def __init__(self, *path: str, lead_id: UUID, changes: Sequence[Fact[Event]], **params: Any) -> None:
        """`changes` are the later facts that stand against the input."""
        super().__init__(*path, **params)
        self.lead_id = lead_id
        self.changes = tuple(changes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Idempotency:
    """A client's key and the fingerprint of the input that it stands for."""

    key: str
    fingerprint: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Who asks, through what, and which request it belongs to."""

    org_id: UUID
    actor: Actor
    source: str | None = None
    correlation_id: UUID
    causation_id: UUID | None = None
    idempotency: Idempotency | None = None


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """What a command did.

    Attributes:
        stream_id: the lead's (or organization's) id.
        version: of the stream, behind it.
        ids: what it made or changed, by the command's own words: {"lead": …, "note": …}.
        events: id of the last event of each name.
        position: of the log behind it.
    """

    stream_id: UUID
    version: int
    ids: dict[str, UUID]
    events: dict[str, UUID]
    position: int = 0


@dataclass(slots=True)
class _Ground:
    """What one attempt stands on."""

    stream_id: UUID | None
    state: Lead | Organization | None
    situation: Situation
    is_fresh: bool


class Dispatch:
    """Runs commands.

    Args:
        project: what each event does to the inline projections: table names, and rows once the event's place is known.
        questions: what guarded commands may ask the projections, by name.
        on_commit: called with the organization after every commit.
        background: runs what nobody waits for, such as snapshots.
    """

    def __init__(
        self,
        store: EventStore,
        states: States,
        *,
        project: Project,
        questions: Mapping[str, Question],
        on_commit: Callable[[UUID], None],
        background: Background,
    ) -> None:
        self._store = store
        self._states = states
        self._project = project
        self._questions = questions
        self._on_commit = on_commit
        self._background = background
        self._turns: WeakValueDictionary[tuple[UUID, UUID], asyncio.Lock] = WeakValueDictionary()

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

    async def _attempt(self, command: Command, request: Request, *, fresh: bool) -> Done | None:
        """One try; None: somebody else was faster."""
        ground = await self._ground(command, request, fresh=fresh)
        try:
            events = self._decided(command, ground, await self._later_facts(command, request, ground))
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
                ground = await self._ground(command, request, fresh=True, connection=connection)
                later = await self._later_facts(command, request, ground, connection)
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

    # ------------------------------------------------------------------ what a decision stands on

    async def _ground(
        self, command: Command, request: Request, *, fresh: bool, connection: Connection | None = None
    ) -> _Ground:
        org_id = request.org_id
        organization = None if fresh else self._states.kept_organization(org_id)
        if organization is None:
            organization = await self._states.organization(org_id, connection)
        subject = await self._subject(command, org_id, connection)
        stream_id = _stream_id(command, org_id, subject)
        is_fresh = fresh
        state: Lead | Organization | None
        if stream_id == org_id:
            state = organization
        elif stream_id is None or getattr(command, "creates", False):
            state, is_fresh = None, fresh or stream_id is None
        else:
            state = None if fresh else self._states.kept_lead(org_id, stream_id)
            if state is None:
                state = await self._states.lead(org_id, stream_id, connection)
        situation = Situation(
            now=datetime.now(UTC),
            actor=request.actor,
            organization=organization,
            subject=subject,
            claimed=await self._claimed(command, org_id, connection),
            answers=await self._answers(command, org_id, connection),
        )
        return _Ground(stream_id, state, situation, is_fresh)

    async def _subject(self, command: Command, org_id: UUID, connection: Connection | None) -> tuple[Fact[Event], ...]:
        about = getattr(command, "about", None)
        if about is None:
            return ()
        return facts_of(await self._store.select_entity(org_id, about, connection=connection))

    async def _claimed(self, command: Command, org_id: UUID, connection: Connection | None) -> dict[Claim, UUID]:
        asks = getattr(command, "asks_claims", None)
        wanted: tuple[Claim, ...] = asks() if asks else ()
        if not wanted:
            return {}
        found = await self._store.select_claims(org_id, wanted, connection)
        return {Claim(*claim): owner for claim, owner in found.items()}

    async def _answers(self, command: Command, org_id: UUID, connection: Connection | None) -> dict[str, int]:
        question = getattr(command, "question", None)
        if question is None:
            return {}
        assert connection is not None, "a guarded command is decided under the lock only"
        return {question: await self._questions[question](connection, org_id, cast(Any, command).asks_about)}

    async def _later_facts(
        self, command: Command, request: Request, ground: _Ground, connection: Connection | None = None
    ) -> tuple[Fact[Event], ...]:
        """What happened to the lead since the version that the client says it saw."""
        expected = getattr(command, "expected_version", None)
        if expected is None or ground.state is None or ground.stream_id is None:
            return ()
        if expected >= ground.state.version:
            return ()
        return facts_of(
            await self._store.select_events(
                request.org_id,
                ground.stream_id,
                gt=expected,
                lte=ground.state.version,
                connection=connection,
            )
        )

    # ------------------------------------------------------------------ the decision

    def _decided(self, command: Command, ground: _Ground, later: tuple[Fact[Event], ...]) -> Sequence[Event]:
        _require_active(ground.situation)
        if ground.state is None and not hasattr(command, "about") and not getattr(command, "creates", False):
            raise LeadNotFound("lead_id")
        _require_version(command, ground, later)
        return command.decide(ground.state, ground.situation)

    async def _repeated_or(
        self, refusal: Refusal | Refused, request: Request, connection: Connection | None = None
    ) -> Done:
        """A refusal is answered only if the same command did not succeed before."""
        key = request.idempotency
        if key is not None:
            principal = _principal(request)
            known = await self._store.recall(request.org_id, principal, key.key, key.fingerprint, connection)
            if isinstance(known, Repeated):
                return _remembered(known)
            if isinstance(known, Mismatch):
                raise IdempotencyMismatch("idempotency_key")
        raise refusal

    # ------------------------------------------------------------------ the append

    async def _append(
        self,
        command: Command,
        request: Request,
        ground: _Ground,
        events: Sequence[Event],
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
        ground: _Ground,
        events: Sequence[Event],
        connection: Connection | None,
    ) -> tuple[tuple[Entry[Event], ...], Answer]:
        entries = _entries(events, request, ground)
        record = _record(command, request, ground, entries)
        append = append_command(entries, self._project, ground.situation.organization, record)
        (answer,) = await self._store.append(request.org_id, [append], connection)
        return entries, answer

    def _done(
        self,
        command: Command,
        request: Request,
        ground: _Ground,
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

    async def _nothing(self, command: Command, request: Request, ground: _Ground) -> Done:
        position = await self._store.max_notification_id(request.org_id) or 0
        return msgspec.structs.replace(_result(command, ground, ()), position=position)

    def _advance(self, request: Request, ground: _Ground, entries: tuple[Entry[Event], ...], answer: Appended) -> None:
        facts = recorded_facts(entries, answer.positions, answer.recorded_at)
        if isinstance(ground.state, Organization):
            self._states.advance_organization(ground.state, facts)
            return
        lead = self._states.advance_lead(request.org_id, ground.state, facts)
        assert lead is not None
        self._background.start(self._states.keep_snapshot(request.org_id, lead))

    @asynccontextmanager
    async def _turn(self, command: Command, request: Request) -> AsyncIterator[None]:
        """Commands of this process on one lead go one after the other, so that they do not race each other."""
        stream_id = getattr(command, "lead_id", None)
        if stream_id is None or getattr(command, "creates", False):
            yield
            return
        key = (request.org_id, stream_id)
        turn = self._turns.get(key)
        if turn is None:
            turn = self._turns[key] = asyncio.Lock()
        async with turn:
            yield


def append_command(
    entries: Sequence[Entry[Event]],
    project: Project,
    organization: Organization,
    record: IdempotencyRecord | None = None,
) -> AppendCommand:
    """Events, claims and projections' rows of one command, as the store takes them."""
    rows: dict[str, list[dict[str, Any]]] = {}
    streams: dict[UUID, int] = {}
    for ordinal, entry in enumerate(entries):
        streams.setdefault(entry.stream_id, entry.version - 1)
        for table, row in project(entry):
            rows.setdefault(table, []).append(row(ordinal))
    return AppendCommand(
        events=[new_event(entry) for entry in entries],
        streams=streams,
        config=None if organization.id in streams else (organization.id, organization.version),
        takes=[
            TakenClaim(claim.kind, claim.key, owner)
            for entry in entries
            for claim, owner in entry.event.takes(entry.stream_id)
        ],
        releases=[claim for entry in entries for claim in entry.event.releases(entry.stream_id)],
        idempotency=record,
        rows=rows,
    )


def new_event(entry: Entry[Event]) -> NewEvent:
    """An entry as the store takes it."""
    name, schema_version, payload, payload_hash = EVENTS.encode(entry.event)
    return NewEvent(
        stream_id=entry.stream_id,
        stream_version=entry.version,
        event_id=entry.event_id,
        entity_id=entry.event.entity_id,
        name=name,
        schema_version=schema_version,
        payload=payload,
        payload_hash=payload_hash,
        occurred_at=entry.event.occurred_at,
        actor_user=entry.actor.user_id,
        actor_key=entry.actor.key_id,
        source=entry.source,
        correlation_id=entry.correlation_id,
        causation_id=entry.causation_id,
    )


def recorded_facts(
    entries: Sequence[Entry[Event]], positions: Sequence[int], recorded_at: datetime
) -> tuple[Fact[Event], ...]:
    """Entries with the places and the time that the append gave them."""
    return tuple(
        Fact(**{name: getattr(entry, name) for name in _ENTRY_FIELDS}, position=position, recorded_at=recorded_at)
        for entry, position in zip(entries, positions, strict=True)
    )


_ENTRY_FIELDS = Entry.__struct_fields__


def _entries(events: Sequence[Event], request: Request, ground: _Ground) -> tuple[Entry[Event], ...]:
    version = ground.state.version if ground.state is not None else 0
    assert ground.stream_id is not None or not events
    return tuple(
        Entry(
            event=event,
            event_id=EventId(uuid7()),
            stream_id=cast(UUID, ground.stream_id),
            version=version + number,
            actor=request.actor,
            source=request.source,
            correlation_id=request.correlation_id,
            causation_id=request.causation_id,
            idempotency_key=request.idempotency.key if request.idempotency else None,
        )
        for number, event in enumerate(events, start=1)
    )


def _record(
    command: Command, request: Request, ground: _Ground, entries: tuple[Entry[Event], ...]
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


def _result(command: Command, ground: _Ground, entries: tuple[Entry[Event], ...]) -> Done:
    produces: dict[str, str] = getattr(command, "produces", {})
    version = entries[-1].version if entries else ground.state.version if ground.state else 0
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


def _stream_id(command: Command, org_id: UUID, subject: tuple[Fact[Event], ...]) -> UUID | None:
    if hasattr(command, "about"):
        return subject[0].stream_id if subject else None
    return getattr(command, "lead_id", org_id)


def _require_active(situation: Situation) -> None:
    user_id = situation.actor.user_id
    if user_id is None:
        return
    user = situation.organization.users.get(user_id)
    if user is None or not user.is_active:
        raise UserNotFound


def _require_version(command: Command, ground: _Ground, later: tuple[Fact[Event], ...]) -> None:
    expected = getattr(command, "expected_version", None)
    if expected is None or ground.state is None:
        return
    if expected > ground.state.version:
        raise FutureVersion("expected_version", current=ground.state.version, expected=expected)
    writes: frozenset[str] = cast(Any, command).writes
    changes = [fact for fact in later if fact.event.touches & writes]
    if changes:
        raise VersionConflict(
            "expected_version", lead_id=ground.state.id, changes=changes, current=ground.state.version
        )
