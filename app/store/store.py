"""EventStore: appends and reads of the log. Every method is bound to one organization."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
from asyncpg.pool import PoolConnectionProxy

from app.store import call
from app.store.errors import AppendConflict, IntegrityError, OutdatedWriter, WaitInterruptedError
from app.store.records import Answer, AppendCommand, Appended, Mismatch, NewEvent, RecordedEvent, Repeated
from app.store.sql_file import load_statements

SQL = load_statements(Path(__file__).with_name("queries.sql"))
NO_LIMIT = 2**31 - 1
HINT_CHANNEL = "leadstream_log"
WAIT_PAUSE_S = 0.1  # seconds between two looks at first, twice as long after each
WAIT_PAUSE_MAX_S = 0.8

Connection = asyncpg.Connection | PoolConnectionProxy


class EventStore:
    """The log of every organization in one database.

    Args:
        writers: connections for appends alone; their pool needs no reset.
        readers: connections for everything else.
        projection_set: version of the rows that this program writes; an older one than the database's is refused.
    """

    def __init__(self, writers: asyncpg.Pool, readers: asyncpg.Pool, *, projection_set: int = 0) -> None:
        self._writers = writers
        self._readers = readers
        self._projection_set = projection_set

    @property
    def readers(self) -> asyncpg.Pool:
        """Connections for reads."""
        return self._readers

    @property
    def writers(self) -> asyncpg.Pool:
        """Connections for appends and for the rare transactions around one."""
        return self._writers

    async def append(
        self, org_id: UUID, commands: Sequence[AppendCommand], connection: Connection | None = None
    ) -> list[Answer]:
        """Append what commands decided, in order, in one call and one commit; one answer for each.

        A conflict is an answer, not an exception. `connection` is given by those who hold the organization's lock.

        Raises:
            IntegrityError: the events themselves contradict each other, such as two of one version.
            OutdatedWriter: the database belongs to a newer version.
        """
        arguments = call.arguments(org_id, self._projection_set, commands)
        try:
            if connection is not None:
                text = await connection.fetchval(SQL["append"], *arguments)
            else:
                async with self._writers.acquire() as own:
                    text = await own.fetchval(SQL["append"], *arguments)
        except asyncpg.IntegrityConstraintViolationError as error:
            raise IntegrityError(str(error)) from error
        except asyncpg.PostgresError as error:
            if error.sqlstate == "LS001":
                raise OutdatedWriter(str(error)) from error
            raise
        return call.answers(text)

    async def insert_events(
        self, org_id: UUID, events: Sequence[NewEvent], *, tracking: tuple[str, int] | None = None
    ) -> list[int]:
        """Append events behind the last ones of their streams; their positions.

        `tracking` names an upstream and how far it is followed with these events.

        Raises:
            AppendConflict: a stream is not at the version before its first event, or that much was followed already.
        """
        streams: dict[UUID, int] = {}
        for event in events:
            streams.setdefault(event.stream_id, event.stream_version - 1)
        command = AppendCommand(events=events, streams=streams, tracking=tracking)
        (answer,) = await self.append(org_id, [command])
        if not isinstance(answer, Appended):
            raise AppendConflict(str(answer))
        return list(answer.positions)

    async def lock(self, org_id: UUID, connection: Connection) -> None:
        """Hold an organization until the connection's transaction ends: nobody else appends to it."""
        if not await connection.fetch(SQL["lock"], org_id):
            await connection.execute(SQL["found"], org_id)
            await connection.fetch(SQL["lock"], org_id)

    async def hint(self, org_id: UUID) -> None:
        """Tell every hub that this log has grown; outside the append, so that it costs the lock nothing."""
        async with self._writers.acquire() as connection:
            await connection.execute(SQL["notify"], HINT_CHANNEL, str(org_id))

    async def select_events(
        self,
        org_id: UUID,
        stream_id: UUID,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
        connection: Connection | None = None,
    ) -> list[RecordedEvent]:
        """Events of one stream behind version `gt` up to `lte`, in order or, with `desc`, backwards."""
        sql = SQL["stream_backwards" if desc else "stream"]
        after = -1 if gt is None else gt
        upto = NO_LIMIT if lte is None else lte
        return await self._events(connection, sql, org_id, stream_id, after, upto, limit or NO_LIMIT)

    async def select_streams_since(
        self, org_id: UUID, stream_ids: Collection[UUID], position: int, limit: int
    ) -> list[RecordedEvent]:
        """The newest `limit` events of some streams behind a position, in the log's order; all of one moment."""
        newest_first = await self._events(None, SQL["streams_since"], org_id, list(stream_ids), position, limit)
        return newest_first[::-1]

    async def select_entity(
        self, org_id: UUID, entity_id: UUID, limit: int = 1_000, connection: Connection | None = None
    ) -> list[RecordedEvent]:
        """Events about one thing, and the event of that id itself, oldest first."""
        return await self._events(connection, SQL["entity"], org_id, entity_id, limit)

    async def stream_of(self, org_id: UUID, entity_id: UUID, connection: Connection | None = None) -> UUID | None:
        """The stream whose events are about one thing; None: there are none."""
        stream_id: UUID | None = await self.fetchval(connection, SQL["stream_of"], org_id, entity_id)
        return stream_id

    async def streams_of(
        self, org_id: UUID, entity_ids: Iterable[UUID], connection: Connection | None = None
    ) -> dict[UUID, UUID]:
        """The streams in which things began, as far as there are any facts about them."""
        rows = await self.fetch(connection, SQL["streams_of"], org_id, list(entity_ids))
        return {row["id"]: row["stream_id"] for row in rows}

    async def select_notifications(
        self,
        org_id: UUID,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
        connection: Connection | None = None,
    ) -> list[RecordedEvent]:
        """The organization's log from `start` to `stop`, both included, at most `limit`; `topics` are names."""
        first = 1 if start is None else start + (not inclusive_of_start)
        last = 2**62 if stop is None else stop
        if topics:
            return await self._events(connection, SQL["log_of_names"], org_id, first, last, limit, list(topics))
        return await self._events(connection, SQL["log"], org_id, first, last, limit)

    async def max_notification_id(self, org_id: UUID, connection: Connection | None = None) -> int | None:
        """Position of the last event; None where there is none."""
        position: int | None = await self.fetchval(connection, SQL["last_position"], org_id)
        return position

    async def stream_version(self, org_id: UUID, stream_id: UUID, connection: Connection | None = None) -> int | None:
        """Version of a stream; None where it has no events."""
        version: int | None = await self.fetchval(connection, SQL["stream_version"], org_id, stream_id)
        return version

    async def stream_versions(self, streams: Collection[tuple[UUID, UUID]]) -> dict[UUID, int]:
        """Versions of streams of several organizations, by stream; those that have no events are left out."""
        org_ids, stream_ids = [org_id for org_id, _ in streams], [stream_id for _, stream_id in streams]
        rows = await self.fetch(None, SQL["stream_versions"], org_ids, stream_ids)
        return {row["stream_id"]: row["stream_version"] for row in rows}

    async def epoch(self, org_id: UUID) -> UUID | None:
        """What tells this log from another one with the same positions; None: no such organization."""
        epoch: UUID | None = await self.fetchval(None, SQL["epoch"], org_id)
        return epoch

    async def select_claims(
        self, org_id: UUID, claims: Iterable[tuple[str, str]], connection: Connection | None = None
    ) -> dict[tuple[str, str], UUID]:
        """Owners of those claims that are held."""
        kinds, keys = zip(*claims, strict=True)
        rows = await self.fetch(connection, SQL["claims"], org_id, list(kinds), list(keys))
        return {(row["kind"], row["key"]): row["owner_id"] for row in rows}

    async def recall(
        self, org_id: UUID, principal: UUID, key: str, fingerprint: bytes, connection: Connection | None = None
    ) -> Repeated | Mismatch | None:
        """What was answered under a key; None: it was never used."""
        rows = await self.fetch(connection, SQL["idempotency"], org_id, principal, key)
        if not rows:
            return None
        return Repeated(rows[0]["result"], rows[0]["position"]) if rows[0]["fingerprint"] == fingerprint else Mismatch()

    async def forget_idempotency(self, before: datetime, limit: int = 1_000) -> int:
        """Remove up to `limit` records from before a time; says how many went."""
        async with self._readers.acquire() as connection:
            done: str = await connection.execute(SQL["forget_idempotency"], before, limit)
        return int(done.rsplit(" ", 1)[1])

    async def snapshot(
        self, org_id: UUID, stream_id: UUID, name: str, schema_version: int, connection: Connection | None = None
    ) -> tuple[int, bytes] | None:
        """Version and bytes of a stream's kept state, if it is of this name and shape."""
        rows = await self.fetch(connection, SQL["snapshot"], org_id, stream_id, name, schema_version)
        return (rows[0]["stream_version"], rows[0]["state"]) if rows else None

    async def keep_snapshot(
        self, org_id: UUID, stream_id: UUID, version: int, name: str, schema_version: int, state: bytes
    ) -> None:
        """Keep a state, unless a newer one is kept already."""
        async with self._readers.acquire() as connection:
            await connection.execute(SQL["keep_snapshot"], org_id, stream_id, version, name, schema_version, state)

    async def insert_tracking(self, org_id: UUID, upstream: str, position: int) -> None:
        """Note how far an upstream was followed.

        Raises:
            AppendConflict: it was followed that far already.
        """
        await self.insert_events(org_id, (), tracking=(upstream, position))

    async def max_tracking_id(self, org_id: UUID, upstream: str) -> int | None:
        """How far an upstream was followed; None: not at all."""
        position: int | None = await self.fetchval(None, SQL["max_tracking"], org_id, upstream)
        return position

    async def has_tracking_id(self, org_id: UUID, upstream: str, position: int | None) -> bool:
        """Whether an upstream was followed to a position or beyond; to none at all it always was."""
        if position is None:
            return True
        reached = await self.max_tracking_id(org_id, upstream)
        return reached is not None and reached >= position

    async def wait(
        self,
        org_id: UUID,
        upstream: str,
        position: int | None,
        timeout_s: float = 1.0,
        interrupt: asyncio.Event | None = None,
    ) -> None:
        """Return once an upstream was followed to a position; looks more and more rarely.

        Raises:
            TimeoutError: it was not within `timeout_s`.
            WaitInterruptedError: `interrupt` was set before.
        """
        clock = asyncio.get_running_loop().time
        deadline = clock() + timeout_s
        pause_s = WAIT_PAUSE_S
        while not await self.has_tracking_id(org_id, upstream, position):
            await _pause(pause_s, interrupt)
            left_s = deadline - clock()
            if left_s < 0:
                raise TimeoutError(f"{upstream} was not followed to position {position} within {timeout_s} seconds")
            pause_s = min(2 * pause_s, left_s, WAIT_PAUSE_MAX_S)

    async def fetch(self, connection: Connection | None, sql: str, *arguments: Any) -> list[asyncpg.Record]:
        """Rows, over the connection given or one of the readers."""
        if connection is not None:
            return await connection.fetch(sql, *arguments)
        async with self._readers.acquire() as own:
            return await own.fetch(sql, *arguments)

    async def fetchval(self, connection: Connection | None, sql: str, *arguments: Any) -> Any:
        """First column of the first row, or None."""
        rows = await self.fetch(connection, sql, *arguments)
        return rows[0][0] if rows else None

    async def _events(self, connection: Connection | None, sql: str, *arguments: Any) -> list[RecordedEvent]:
        return [RecordedEvent(*row) for row in await self.fetch(connection, sql, *arguments)]


def payload_hash(payload: bytes) -> bytes:
    """SHA-256 of the stored bytes."""
    return hashlib.sha256(payload).digest()


async def _pause(seconds: float, interrupt: asyncio.Event | None) -> None:
    if interrupt is None:
        await asyncio.sleep(seconds)
        return
    try:
        await asyncio.wait_for(interrupt.wait(), seconds)
    except TimeoutError:
        return
    raise WaitInterruptedError
