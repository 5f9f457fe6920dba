"""Inboxes: whenever an organization's log moved, one look for all who follow theirs, and who must be is woken.

What woke them they read for themselves, when their clients ask for it: nothing queues here.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Iterator
from contextlib import aclosing, contextmanager
from uuid import UUID

from app.concurrency import woken
from app.live.hub import Gap, Hub
from app.store.errors import DATABASE_FAULTS, PersistenceError

log = logging.getLogger(__name__)

RETRY_S = 1.0  # seconds until the database is tried again


# Where an organization's log ends, the version of its own stream, and whose of some inboxes changed behind a position.
Look = tuple[int, int, Collection[UUID]]
Find = Callable[[UUID, Collection[UUID], int], Awaitable[Look]]


class Follower:
    """One who follows somebody's inbox.

    Attributes:
        gap: why the rest cannot be delivered.
    """

    def __init__(self, owner_id: UUID) -> None:
        self.owner_id = owner_id
        self.gap: str | None = None
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Let it read."""
        self._woken.set()

    async def wait(self, timeout_s: float | None) -> None:
        """Wait until there may be something to read, or for so long. What was read before is not told again.

        Raises:
            Gap: the log went back.
        """
        await woken(self._woken, timeout_s)
        if self.gap is not None:
            raise Gap(self.gap)


class Inboxes:
    """All that are followed in this process.

    Args:
        find: of an organization, whose of some inboxes changed behind a position.
    """

    def __init__(self, hub: Hub, find: Find) -> None:
        self._hub = hub
        self._find = find
        self._offices: dict[UUID, _Office] = {}

    def __len__(self) -> int:
        """How many are followed now."""
        return sum(len(office.followers) for office in self._offices.values())

    @contextmanager
    def follow(self, org_id: UUID, owner_id: UUID) -> Iterator[Follower]:
        """Be woken for one inbox while the block lasts; whatever is committed after its beginning wakes."""
        office = self._offices.get(org_id)
        if office is None:
            office = self._offices[org_id] = _Office(self._hub, self._find, org_id)
        follower = Follower(owner_id)
        office.followers.add(follower)
        try:
            yield follower
        finally:
            office.followers.discard(follower)
            if not office.followers and self._offices.get(org_id) is office:
                del self._offices[org_id]
                office.task.cancel()


class _Office:
    """One organization's inboxes."""

    def __init__(self, hub: Hub, find: Find, org_id: UUID) -> None:
        self.followers: set[Follower] = set()
        self._hub = hub
        self._find = find
        self._org_id = org_id
        self._position = 0
        self._version = 0
        self.task = asyncio.create_task(self._watch())

    async def _watch(self) -> None:
        while True:
            try:
                async with aclosing(self._hub.advances(self._org_id)) as turns:  # type: ignore[type-var]
                    async for _ in turns:
                        await self._look()
            except Gap as gap:
                self._position = self._version = 0
                for follower in self.followers:
                    follower.gap = str(gap)
                    follower.wake()

    async def _look(self) -> None:
        asked = frozenset(self.followers)
        position, version, owner_ids = await self._found({follower.owner_id for follower in asked})
        changed, has_moved = frozenset(owner_ids), version != self._version
        for follower in self.followers:
            # Who came while it was looked may have read before the moment of the look, which did not ask for it.
            if has_moved or follower not in asked or follower.owner_id in changed:
                follower.wake()
        self._position, self._version = position, version

    async def _found(self, owner_ids: Collection[UUID]) -> Look:
        while True:
            try:
                return await self._find(self._org_id, owner_ids, self._position)
            except (*DATABASE_FAULTS, PersistenceError) as error:
                log.warning("whose inbox changed cannot be read now: %s", error)
                await asyncio.sleep(RETRY_S)
