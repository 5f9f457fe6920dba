"""Tails of logs: each is read once, and handed to all in this process who watch it."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from uuid import UUID

from app.codecs import fact_of
from app.concurrency import woken
from app.event import Event, Fact
from app.store.errors import DATABASE_FAULTS, PersistenceError, UndecodableEvent
from app.store.records import RecordedEvent
from app.store.store import EventStore

log = logging.getLogger(__name__)

POLL_S = 1.0  # seconds; what a lost hint costs at most
BATCH = 500  # events read at once
SUBSCRIBER_QUEUE_MAX = 256  # events; beyond it the subscriber reads the log again
RETRY_S = 1.0  # seconds until the database is tried again


class Onlooker:
    """One who watches that a log moves."""

    def __init__(self) -> None:
        self.gap: str | None = None
        self.woken = asyncio.Event()

    def end(self, why: str) -> None:
        """Tell that the rest cannot be delivered."""
        self.gap = why
        self.woken.set()


class Subscriber(Onlooker):
    """One who watches streams: a bounded queue, and how far it has come."""

    def __init__(self, stream_ids: tuple[UUID, ...]) -> None:
        super().__init__()
        self.stream_ids = stream_ids
        self.position = 0
        self.is_behind = True
        self.queue: deque[Fact[Event]] = deque()

    def offer(self, fact: Fact[Event]) -> None:
        """Put a fact into the queue; a full one is emptied, and the log is read instead."""
        if len(self.queue) >= SUBSCRIBER_QUEUE_MAX:
            self.queue.clear()
            self.is_behind = True
        if not self.is_behind:
            self.queue.append(fact)
        self.woken.set()


class Tail:
    """The tail of one organization's log, read once for all who watch it."""

    def __init__(self, store: EventStore, org_id: UUID) -> None:
        self._store = store
        self._org_id = org_id
        self.subscribers: dict[UUID, set[Subscriber]] = {}
        self.onlookers: set[Onlooker] = set()
        self.woken = asyncio.Event()
        self.task = asyncio.create_task(self._read_on())

    async def _read_on(self) -> None:
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

    def everybody(self) -> set[Subscriber]:
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


def _fan_out(recorded: RecordedEvent, watchers: set[Subscriber]) -> None:
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
