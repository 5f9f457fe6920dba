"""A log to append to: stores on a test's database, and events that mean nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import asyncpg

from app.database import Database
from app.ids import uuid7
from app.settings import Settings
from app.store.migrate import SCHEMA
from app.store.records import AppendCommand, NewEvent
from app.store.store import Connection, EventStore, payload_hash
from app.system import open_system
from projections import PROJECTION_SET

WRITERS = 16  # connections that append at once
READERS = 4


@asynccontextmanager
async def open_store(database: Database, *, projection_set: int = PROJECTION_SET) -> AsyncIterator[EventStore]:
    """A store with as many writers as several processes have together, connected as the program connects."""
    settings = Settings(append_connections=WRITERS, read_pool_size=READERS)
    async with open_system(settings, database) as system:
        yield EventStore(system.store.writers, system.store.readers, projection_set=projection_set)


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[asyncpg.Connection]:
    """One connection, closed at the end; the schema is the one that statements mean."""
    connection = await asyncpg.connect(url, server_settings={"search_path": SCHEMA})
    try:
        yield connection
    finally:
        await connection.close()


def event(stream_id: UUID, version: int, **changes: Any) -> NewEvent:
    """An event of a stream; `changes` are other values of its fields."""
    payload = changes.pop("payload", b'{"event":"thing.happened"}')
    made = NewEvent(
        stream_id=stream_id,
        stream_version=version,
        event_id=uuid7(),
        entity_id=None,
        name="thing.happened",
        schema_version=1,
        payload=payload,
        payload_hash=payload_hash(payload),
        occurred_at=None,
        actor_user=None,
        actor_key=None,
        source=None,
        correlation_id=stream_id,
        causation_id=None,
    )
    return made._replace(**changes)


def command(streams: Mapping[UUID, int], **changes: Any) -> AppendCommand:
    """One event for each stream, decided on the version given; `changes` are other fields of the command."""
    events = [event(stream_id, version + 1) for stream_id, version in streams.items()]
    return AppendCommand(**{"events": events, "streams": dict(streams), **changes})


async def positions(store: EventStore, org_id: UUID, connection: Connection | None = None) -> list[int]:
    """What a reader sees of the log."""
    return [one.position for one in await store.select_notifications(org_id, None, 100_000, connection=connection)]
