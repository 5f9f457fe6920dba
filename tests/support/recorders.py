"""Our store behind the `eventsourcing` library's synchronous recorders, so that its own test cases can judge it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

import asyncpg
from eventsourcing.persistence import (
    ApplicationRecorder,
    ListenNotifySubscription,
    Notification,
    ProcessRecorder,
    StoredEvent,
    Subscription,
    Tracking,
)

from app.database import Database
from app.store.migrate import SCHEMA
from app.store.records import NewEvent, RecordedEvent
from app.store.store import HINT_CHANNEL, EventStore, payload_hash
from projections import PROJECTION_SET
from tests.support.loops import LoopThread


class StoreThread:
    """A store that lives in a LoopThread, and a connection that listens for its hints."""

    def __init__(self, loop: LoopThread, database: Database) -> None:
        self.loop = loop
        self._url = database.app_url
        self.store, self._listener = loop.run(self._open())
        self._waiting: dict[str, list[threading.Event]] = {}

    async def _open(self) -> tuple[EventStore, asyncpg.Connection]:
        settings = {"search_path": SCHEMA}
        writers = await asyncpg.create_pool(self._url, min_size=1, max_size=4, server_settings=settings)
        readers = await asyncpg.create_pool(self._url, min_size=1, max_size=4, server_settings=settings)
        listener = await asyncpg.connect(self._url)
        await listener.add_listener(HINT_CHANNEL, self._hinted)
        return EventStore(writers, readers, projection_set=PROJECTION_SET), listener

    async def _close(self) -> None:
        await self._listener.close()
        await self.store.writers.close()
        await self.store.readers.close()

    def close(self) -> None:
        """Close every connection."""
        self.loop.run(self._close())

    def wake_on_hint(self, org_id: UUID, event: threading.Event) -> None:
        """Set an event whenever an organization's log has grown."""
        self._waiting.setdefault(str(org_id), []).append(event)

    def _hinted(self, _connection: Any, _process: int, _channel: str, org_id: Any) -> None:
        for event in self._waiting.get(org_id, ()):
            event.set()


class StoreRecorder(ProcessRecorder):
    """One organization of a store, as the library sees it."""

    def __init__(self, thread: StoreThread) -> None:
        self.thread = thread
        self.org_id = uuid4()
        self._run = thread.loop.run
        self._store = thread.store

    def insert_events(
        self, stored_events: Sequence[StoredEvent], *, tracking: Tracking | None = None, **kwargs: Any
    ) -> Sequence[int] | None:
        return self._run(self._insert(stored_events, tracking))

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        assert isinstance(originator_id, UUID)
        events = self._store.select_events(self.org_id, originator_id, gt=gt, lte=lte, desc=desc, limit=limit)
        return [
            StoredEvent(event.stream_id, event.stream_version, event.name, event.payload or b"")
            for event in self._run(events)
        ]

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        events = self._store.select_notifications(
            self.org_id, start, limit, stop, topics, inclusive_of_start=inclusive_of_start
        )
        return [_notification(event) for event in self._run(events)]

    def max_notification_id(self) -> int | None:
        return self._run(self._store.max_notification_id(self.org_id))

    def subscribe(self, gt: int | None = None, topics: Sequence[str] = ()) -> Subscription[ApplicationRecorder]:
        return HintedSubscription(self, gt=gt, topics=topics)

    def insert_tracking(self, tracking: Tracking) -> None:
        self._run(self._store.insert_tracking(self.org_id, tracking.application_name, tracking.notification_id))

    def max_tracking_id(self, application_name: str) -> int | None:
        return self._run(self._store.max_tracking_id(self.org_id, application_name))

    def has_tracking_id(self, application_name: str, notification_id: int | None) -> bool:
        return self._run(self._store.has_tracking_id(self.org_id, application_name, notification_id))

    def wait(
        self,
        application_name: str,
        notification_id: int | None,
        timeout: float = 1.0,
        interrupt: threading.Event | None = None,
    ) -> None:
        self._run(self._wait(application_name, notification_id, timeout, interrupt))

    async def _insert(self, stored_events: Sequence[StoredEvent], tracking: Tracking | None) -> list[int]:
        followed = (tracking.application_name, tracking.notification_id) if tracking else None
        positions = await self._store.insert_events(self.org_id, [*map(_new_event, stored_events)], tracking=followed)
        await self._store.hint(self.org_id)
        return positions

    async def _wait(
        self, upstream: str, position: int | None, timeout_s: float, interrupt: threading.Event | None
    ) -> None:
        ours = asyncio.Event()
        if interrupt is not None and interrupt.is_set():
            ours.set()
        await self._store.wait(self.org_id, upstream, position, timeout_s, ours)


class HintedSubscription(ListenNotifySubscription[ApplicationRecorder]):
    """The library's own subscription, woken by our hints."""

    def __init__(self, recorder: StoreRecorder, gt: int | None, topics: Sequence[str]) -> None:
        super().__init__(recorder, gt, topics)
        recorder.thread.wake_on_hint(recorder.org_id, self._has_been_notified)


def _new_event(stored: StoredEvent) -> NewEvent:
    assert isinstance(stored.originator_id, UUID)
    return NewEvent(
        stream_id=stored.originator_id,
        stream_version=stored.originator_version,
        event_id=uuid4(),
        entity_id=None,
        name=stored.topic,
        schema_version=1,
        payload=stored.state,
        payload_hash=payload_hash(stored.state),
        occurred_at=None,
        actor_user=None,
        actor_key=None,
        source=None,
        correlation_id=stored.originator_id,
        causation_id=None,
    )


def _notification(event: RecordedEvent) -> Notification:
    return Notification(event.stream_id, event.stream_version, event.name, event.payload or b"", event.position)
