"""Hub: one per process. Reads each watched organization's log once, and fans it out to who watches streams.

Whoever watches a whole log is told that it moved, and reads for itself.

The truth is the log, never the hint: a lost hint costs at most a second.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from uuid import UUID

import asyncpg

from app.codecs import fact_of
from app.concurrency import woken
from app.event import Event, Fact
from app.store.errors import DATABASE_FAULTS, PersistenceError, UndecodableEvent
from app.store.records import RecordedEvent
from app.store.store import HINT_CHANNEL, EventStore

log = logging.getLogger(__name__)

POLL_S = 1.0  # seconds; what a lost hint costs at most
BATCH = 500  # events read at once
SUBSCRIBER_QUEUE_MAX = 256  # events; beyond it the subscriber reads the log again
BACKLOG_MAX = 5_000  # events that a subscriber may have missed; beyond it reading the page again is cheaper
RETRY_S = 1.0  # seconds until the database is tried again

Listen = Callable[[], Awaitable[asyncpg.Connection]]


class Gap(Exception):
    """What was missed cannot be delivered: read the page again."""


class Hub:
    """Feeds of every organization that somebody in this process watches.

    Args:
        listen: opens a connection for hints alone.
    """

    def __init__(self, store: EventStore, listen: Listen) -> None:
        self._store = store
        self._listen = listen
        self._logs: dict[UUID, _Log] = {}
        self._listener: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Hub:
        self._listener = asyncio.create_task(self._hear())
        return self

    async def __aexit__(self, *_: object) -> None:
        tasks = [log.task for log in self._logs.values()]
        tasks += [self._listener] if self._listener else []
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def __len__(self) -> int:
        """How many watch streams now."""
        return sum(len(followed.everybody()) for followed in self._logs.values())

    async def watch(self, org_id: UUID, *stream_ids: UUID, after: int | None) -> AsyncIterator[Fact[Event]]:
        """Every fact of some streams behind a position, then live: no gap, in order, each once. None: from now on.

        Raises:
            Gap: too much was missed, or the log went back.
        """
        followed = self._followed(org_id)
        subscriber = _Subscriber(stream_ids)
        for stream_id in stream_ids:
            followed.subscribers.setdefault(stream_id, set()).add(subscriber)
        try:
            # Registered first, read afterwards: what is appended in between comes twice, never not at all.
            newest = await self._store.max_notification_id(org_id) or 0
            if after is not None and after > newest:
                raise Gap("the log went back: it was restored")
            subscriber.position = newest if after is None else after
            async for fact in self._follow(org_id, subscriber):
                yield fact
        finally:
            self._leave(org_id, followed, subscriber)

    async def advances(self, org_id: UUID) -> AsyncIterator[None]:
        """A turn at once, then whenever the log of an organization has moved; what comes meanwhile is one turn.

        Raises:
            Gap: the log went back.
        """
        followed = self._followed(org_id)
        onlooker = _Onlooker()
        onlooker.woken.set()
        followed.onlookers.add(onlooker)
        try:
            while True:
                await onlooker.woken.wait()
                onlooker.woken.clear()
                if onlooker.gap is not None:
                    raise Gap(onlooker.gap)
                yield
        finally:
            followed.onlookers.discard(onlooker)
            self._leave_log(org_id, followed)

    def _followed(self, org_id: UUID) -> _Log:
        followed = self._logs.get(org_id)
        if followed is None:
            followed = self._logs[org_id] = _Log(self._store, org_id)
        return followed

    async def _follow(self, org_id: UUID, subscriber: _Subscriber) -> AsyncIterator[Fact[Event]]:
        while True:
            # Before the look, not behind it: what wakes the subscriber while it looks must not be slept over.
            subscriber.woken.clear()
            for recorded in await self._missed(org_id, subscriber) if subscriber.is_behind else ():
                subscriber.position = recorded.position
                yield fact_of(recorded)
            if subscriber.gap is not None:
                raise Gap(subscriber.gap)
            if not subscriber.queue:
                await subscriber.woken.wait()
                continue
            fact = subscriber.queue.popleft()
            if fact.position > subscriber.position:
                subscriber.position = fact.position
                yield fact

    async def _missed(self, org_id: UUID, subscriber: _Subscriber) -> Sequence[RecordedEvent]:
        """What the log has behind the subscriber's position; a database that is away is waited for."""
        while True:
            subscriber.is_behind = False
            try:
                recorded = await self._store.select_streams_since(
                    org_id, subscriber.stream_ids, subscriber.position, BACKLOG_MAX + 1
                )
            except DATABASE_FAULTS as error:
                log.warning("what a subscriber missed cannot be read now: %s", error)
                await asyncio.sleep(RETRY_S)
                continue
            if len(recorded) > BACKLOG_MAX:
                raise Gap("the cursor is too old")
            return recorded

    def _leave(self, org_id: UUID, followed: _Log, subscriber: _Subscriber) -> None:
        for stream_id in subscriber.stream_ids:
            watchers = followed.subscribers.get(stream_id, set())
            watchers.discard(subscriber)
            if not watchers:
                followed.subscribers.pop(stream_id, None)
        self._leave_log(org_id, followed)

    def _leave_log(self, org_id: UUID, followed: _Log) -> None:
        is_alone = not followed.subscribers and not followed.onlookers
        if is_alone and self._logs.get(org_id) is followed:
            del self._logs[org_id]
            followed.task.cancel()

    async def _hear(self) -> None:
        """Keep a connection that listens for hints; while there is none, polling goes on."""
        while True:
            try:
                await self._hear_until_lost()
            except DATABASE_FAULTS as error:
                log.warning("no connection for hints, polling goes on: %s", error)
            await asyncio.sleep(RETRY_S)

    async def _hear_until_lost(self) -> None:
        lost = asyncio.Event()
        connection = await self._listen()
        try:
            connection.add_termination_listener(lambda _: lost.set())
            await connection.add_listener(HINT_CHANNEL, self._hint)
            await lost.wait()
        finally:
            if not connection.is_closed():
                await connection.close()

    def _hint(self, _connection: object, _pid: int, _channel: str, org_id: object) -> None:
        followed = self._logs.get(UUID(str(org_id)))
        if followed is not None:
            followed.woken.set()


class _Subscriber:
    """One who watches streams: a bounded queue, and how far it has come."""

    def __init__(self, stream_ids: tuple[UUID, ...]) -> None:
        self.stream_ids = stream_ids
        self.position = 0
        self.is_behind = True
        self.gap: str | None = None
        self.queue: deque[Fact[Event]] = deque()
        self.woken = asyncio.Event()

    def offer(self, fact: Fact[Event]) -> None:
        """Put a fact into the queue; a full one is emptied, and the log is read instead."""
        if len(self.queue) >= SUBSCRIBER_QUEUE_MAX:
            self.queue.clear()
            self.is_behind = True
        if not self.is_behind:
            self.queue.append(fact)
        self.woken.set()

    def end(self, why: str) -> None:
        """Tell that the rest cannot be delivered."""
        self.gap = why
        self.woken.set()


class _Onlooker:
    """One who watches that a log moves."""

    def __init__(self) -> None:
        self.gap: str | None = None
        self.woken = asyncio.Event()

    def end(self, why: str) -> None:
        """Tell that the rest cannot be delivered."""
        self.gap = why
        self.woken.set()


class _Log:
    """The tail of one organization's log, read once for all who watch it."""

    def __init__(self, store: EventStore, org_id: UUID) -> None:
        self._store = store
        self._org_id = org_id
        self.subscribers: dict[UUID, set[_Subscriber]] = {}
        self.onlookers: set[_Onlooker] = set()
        self.woken = asyncio.Event()
        self.task = asyncio.create_task(self._tail())

    async def _tail(self) -> None:
        position: int | None = None
        while True:
            try:
                position = await self._advance(position)
            except (*DATABASE_FAULTS, PersistenceError) as error:
                log.warning("the log of organization %s cannot be read now: %s", self._org_id, error)
                await asyncio.sleep(RETRY_S)
                continue
            await woken(self.woken, POLL_S)

    async def _advance(self, position: int | None) -> int:
        newest = await self._store.max_notification_id(self._org_id) or 0
        if position is None:
            # Whoever registered before this look reads the log itself; see `Hub.watch`.
            self._let_all_catch_up()
            return newest
        if newest < position:
            self._end_all("the log went back: it was restored")
            return newest
        before = position
        while position < newest:
            events = await self._store.select_notifications(self._org_id, position, BATCH, inclusive_of_start=False)
            for recorded in events:
                watchers = self.subscribers.get(recorded.stream_id)
                if watchers:
                    _fan_out(recorded, watchers)
                position = recorded.position
        # By what was read, which may be more than there was at first: those events are not read again.
        if position > before:
            self._wake_onlookers()
        return position

    def everybody(self) -> set[_Subscriber]:
        """All who watch, however many streams each of them watches."""
        return set().union(*self.subscribers.values())

    def _let_all_catch_up(self) -> None:
        for subscriber in self.everybody():
            subscriber.is_behind = True
            subscriber.woken.set()
        self._wake_onlookers()

    def _wake_onlookers(self) -> None:
        for onlooker in self.onlookers:
            onlooker.woken.set()

    def _end_all(self, why: str) -> None:
        for subscriber in self.everybody():
            subscriber.end(why)
        for onlooker in self.onlookers:
            onlooker.end(why)


def _fan_out(recorded: RecordedEvent, watchers: set[_Subscriber]) -> None:
    try:
        fact = fact_of(recorded)
    except UndecodableEvent:
        # One event that cannot be read must not silence the other streams.
        log.exception("an event cannot be delivered")
        for subscriber in watchers:
            subscriber.end("an event cannot be read")
        return
    for subscriber in watchers:
        subscriber.offer(fact)
