"""Hub: one per process. Reads each watched organization's log once, and fans it out to who watches streams.

Whoever watches a whole log is told that it moved, and reads for itself.

The truth is the log, never the hint: a lost hint costs at most a second.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

import asyncpg

from app.codecs import fact_of
from app.event import Event, Fact
from app.live.tails import RETRY_S, Onlooker, Subscriber, Tail
from app.store.errors import DATABASE_FAULTS, UndecodableEvent
from app.store.records import RecordedEvent
from app.store.store import HINT_CHANNEL, EventStore

log = logging.getLogger(__name__)

BACKLOG_MAX = 5_000  # events that a subscriber may have missed; beyond it reading the page again is cheaper

Listen = Callable[[], Awaitable[asyncpg.Connection]]


class Gap(Exception):
    """What was missed cannot be delivered: read the page again."""


@dataclass(frozen=True, slots=True)
class Missed:
    """What there was behind a position: recorded events, and up to which position these are all."""

    recorded: Sequence[RecordedEvent]
    position: int

    def facts(self) -> Iterator[Fact[Event]]:
        """Them, decoded.

        Raises:
            Gap: one cannot be read.
        """
        return map(_fact, self.recorded)


class Hub:
    """Feeds of every organization that somebody in this process watches.

    Args:
        listen: opens a connection for hints alone.
    """

    def __init__(self, store: EventStore, listen: Listen) -> None:
        self._store = store
        self._listen = listen
        self._logs: dict[UUID, Tail] = {}
        self._listener: asyncio.Task[None] | None = None
        self.on_hint: Callable[[UUID], None] | None = None  # told of every log that has grown

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
        subscriber = Subscriber(stream_ids)
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

    async def missed(self, org_id: UUID, *stream_ids: UUID, after: int) -> Missed:
        """What some streams have behind a position by now; a database that is away is waited for.

        Raises:
            Gap: too much was missed, or the log went back.
        """
        while True:
            try:
                # Where the log ends first: what is appended in between is read, and not passed over.
                newest = await self._store.max_notification_id(org_id) or 0
                if after > newest:
                    raise Gap("the log went back: it was restored")
                recorded = await self._store.select_streams_since(org_id, stream_ids, after, BACKLOG_MAX + 1)
            except DATABASE_FAULTS as error:
                log.warning("what a subscriber missed cannot be read now: %s", error)
                await asyncio.sleep(RETRY_S)
                continue
            if len(recorded) > BACKLOG_MAX:
                raise Gap("the cursor is too old")
            return Missed(recorded, max(newest, recorded[-1].position if recorded else 0))

    async def advances(self, org_id: UUID) -> AsyncIterator[None]:
        """A turn at once, then whenever the log of an organization has moved; what comes meanwhile is one turn.

        Raises:
            Gap: the log went back.
        """
        followed = self._followed(org_id)
        onlooker = Onlooker()
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

    def _followed(self, org_id: UUID) -> Tail:
        followed = self._logs.get(org_id)
        if followed is None:
            followed = self._logs[org_id] = Tail(self._store, org_id)
        return followed

    async def _follow(self, org_id: UUID, subscriber: Subscriber) -> AsyncIterator[Fact[Event]]:
        while True:
            # Before the look, not behind it: what wakes the subscriber while it looks must not be slept over.
            subscriber.woken.clear()
            for recorded in await self._missed(org_id, subscriber) if subscriber.is_behind else ():
                subscriber.position = recorded.position
                yield _fact(recorded)
            if subscriber.gap is not None:
                raise Gap(subscriber.gap)
            if not subscriber.queue:
                await subscriber.woken.wait()
                continue
            fact = subscriber.queue.popleft()
            if fact.position > subscriber.position:
                subscriber.position = fact.position
                yield fact

    async def _missed(self, org_id: UUID, subscriber: Subscriber) -> Sequence[RecordedEvent]:
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

    def _leave(self, org_id: UUID, followed: Tail, subscriber: Subscriber) -> None:
        for stream_id in subscriber.stream_ids:
            watchers = followed.subscribers.get(stream_id, set())
            watchers.discard(subscriber)
            if not watchers:
                followed.subscribers.pop(stream_id, None)
        self._leave_log(org_id, followed)

    def _leave_log(self, org_id: UUID, followed: Tail) -> None:
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
        if self.on_hint is not None:
            self.on_hint(UUID(str(org_id)))
        followed = self._logs.get(UUID(str(org_id)))
        if followed is not None:
            followed.woken.set()


def _fact(recorded: RecordedEvent) -> Fact[Event]:
    try:
        return fact_of(recorded)
    except UndecodableEvent as error:
        log.exception("an event cannot be delivered")
        raise Gap("an event cannot be read") from error
