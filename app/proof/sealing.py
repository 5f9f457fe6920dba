"""Sealing: logs become leaves of their trees, off the write path, by a runner in every process that serves.

One of them at a time seals an organization: it holds the row of its seal, and the others go on to the next. Leaves,
tiles and how far it got are written in one transaction. A log with a hole is parked by itself, logged and tried again.
"""

from __future__ import annotations

import asyncio
import logging
import time
from uuid import UUID

import asyncpg

from app.concurrency import Rounds, woken
from app.proof.growing import Damaged, Growing
from app.proof.leaf import hash_of
from app.proof.tiles import SQL, seal_of
from app.store.errors import DATABASE_FAULTS
from app.store.records import RecordedEvent
from app.store.store import Connection

log = logging.getLogger(__name__)

BATCH = 512  # events sealed in one transaction: five milliseconds
TURN = 8  # batches of one organization, until others have theirs
PAUSE_S = 0.2  # seconds between two rounds: what comes meanwhile is sealed together
SWEEP_S = 1.0  # seconds; what a lost hint costs at most
SWEEP = 1_000  # organizations looked at in one sweep
RETRY_S = 1.0  # seconds until the database is tried again
PARKED_S = 60.0  # seconds until a log that cannot be sealed is tried again


# What values raise that no program of ours wrote.
UNREADABLE = (ValueError, OverflowError, asyncpg.DataError)


class Unsealable(Exception):
    """A log cannot become leaves; the message says where and why."""


class Sealer:
    """Seals logs of one database, over connections of a pool."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def seal(self, org_id: UUID, batches: int | None = None) -> bool:
        """Seal what is not sealed yet, at most so many batches of it; whether there is nothing left for us to do.

        Raises:
            Unsealable: an event is missing, or the tree is damaged.
        """
        done = 0
        try:
            while await self._batch(org_id) == BATCH:
                done += 1
                if done == batches:
                    return False
                await asyncio.sleep(0)  # whoever is served comes first
        except (Damaged, *UNREADABLE) as error:
            raise Unsealable(str(error)) from error
        except asyncpg.IntegrityConstraintViolationError as error:
            raise Unsealable(f"the tree has tiles that it cannot have ({error})") from error
        return True

    async def behind(self, after: UUID) -> tuple[list[UUID], UUID]:
        """Of the next organizations by id those that are not sealed to the end, and where to look next."""
        rows = await self._pool.fetch(SQL["behind"], after, SWEEP)
        following = rows[-1]["org_id"] if len(rows) == SWEEP else UUID(int=0)
        return [row["org_id"] for row in rows if row["is_behind"]], following

    async def _batch(self, org_id: UUID) -> int:
        """Seal some events; how many. None of them, where somebody else is sealing."""
        async with self._pool.acquire() as connection, connection.transaction():
            taken = await self._take(org_id, connection)
            if taken is None:
                return 0
            size, edges = taken
            rows = await connection.fetch(SQL["envelopes"], org_id, size, BATCH)
            if rows:
                growing = _grown(org_id, size, edges, [RecordedEvent(*row) for row in rows])
                await _write(connection, org_id, growing)
        return len(rows)

    async def _take(self, org_id: UUID, connection: Connection) -> tuple[int, list[bytes]] | None:
        rows = await connection.fetch(SQL["take"], org_id)
        if not rows:
            await connection.execute(SQL["begin"], org_id)
            rows = await connection.fetch(SQL["take"], org_id)
        return seal_of(rows) if rows else None


class Sealing(Rounds):
    """Seals every log of the database while it runs, told of growth by hints, or else by its own look."""

    def __init__(self, sealer: Sealer) -> None:
        self._sealer = sealer
        self._waiting: dict[UUID, None] = {}
        self._parked: dict[UUID, float] = {}
        self._woken = asyncio.Event()
        self._following = UUID(int=0)
        self._swept = -SWEEP_S

    def hint(self, org_id: UUID) -> None:
        """A log has grown."""
        self._waiting[org_id] = None
        self._woken.set()

    async def _run(self) -> None:
        while True:
            try:
                await self.round()
            except DATABASE_FAULTS as error:
                log.warning("logs cannot be sealed now: %s", error)
                await asyncio.sleep(RETRY_S)
            await asyncio.sleep(PAUSE_S)
            if not self._waiting:
                await woken(self._woken, SWEEP_S)

    async def round(self) -> None:
        """Seal what waits, each log a few batches."""
        await self._sweep()
        waiting, self._waiting = self._waiting, {}
        try:
            for org_id in list(waiting):
                if not self._is_free(org_id) or await self._seal(org_id):
                    del waiting[org_id]
                else:  # the others first
                    waiting[org_id] = waiting.pop(org_id)
        finally:
            self._waiting = waiting | self._waiting

    async def _seal(self, org_id: UUID) -> bool:
        try:
            return await self._sealer.seal(org_id, TURN)
        except Unsealable as error:
            self._parked[org_id] = time.monotonic() + PARKED_S
            log.error("the log of organization %s is not sealed on, %s: run verify", org_id, error)
            return True

    def _is_free(self, org_id: UUID) -> bool:
        if self._parked.get(org_id, 0) > time.monotonic():
            return False
        self._parked.pop(org_id, None)
        return True

    async def _sweep(self) -> None:
        if time.monotonic() < self._swept + SWEEP_S:
            return
        found, self._following = await self._sealer.behind(self._following)
        self._swept = time.monotonic()
        self._waiting |= dict.fromkeys(found)


def _grown(org_id: UUID, size: int, edges: list[bytes], events: list[RecordedEvent]) -> Growing:
    growing = Growing(size, edges)
    for recorded in events:
        if recorded.position != growing.size + 1:
            raise Damaged(f"position {growing.size + 1} is missing")
        growing.add(hash_of(org_id, recorded))
    return growing


async def _write(connection: Connection, org_id: UUID, growing: Growing) -> None:
    for tile, hashes in growing.filled.items():
        await connection.execute(SQL["add_tile"], org_id, tile.level, tile.place, hashes)
    await connection.execute(SQL["put"], org_id, growing.size, growing.edges)
