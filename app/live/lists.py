"""Lists: an organization's log is read once, step by step, for all in this process who follow a list of its leads.

Nothing queues for one who is slow: steps are kept for as long as somebody has to take them, up to a limit, and who is
further behind reads the log by itself.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Iterator
from contextlib import aclosing, contextmanager
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar
from uuid import UUID

from app.concurrency import woken
from app.live.hub import BACKLOG_MAX, Gap, Hub
from app.store.errors import DATABASE_FAULTS, PersistenceError

log = logging.getLogger(__name__)

PACE_S = 0.05  # seconds from one step to the next; what happens meanwhile is looked at together
STEP_EVENTS_MAX = 500  # events of one step
STEPS_MAX = 20  # steps that are kept for those who are slow
RETRY_S = 1.0  # seconds until the database is tried again


class Log(Protocol):
    """A stretch of a log, as whoever made it understands it."""

    @property
    def upto(self) -> int:
        """The position of its last event."""

    @property
    def is_cut(self) -> bool:
        """There is more."""


L = TypeVar("L", bound=Log)
Read = Callable[[UUID, int, int], Awaitable[L]]  # an organization's log behind a position, at most so many events
Newest = Callable[[UUID], Awaitable[int | None]]  # where it ends


@dataclass(frozen=True, slots=True)
class _Step(Generic[L]):
    behind: int
    log: L


class Follower(Generic[L]):
    """One who follows a list, and how far it has come."""

    def __init__(self, office: _Office[L], position: int) -> None:
        self.position = position
        self.gap: str | None = None
        self._office = office
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Let it look for a step."""
        self._woken.set()

    async def step(self) -> L:
        """The next stretch of the log, which may begin before where this one has come to; waits for it.

        Raises:
            Gap: too much was missed, or the log went back.
        """
        while True:
            self._woken.clear()
            if self.gap is not None:
                raise Gap(self.gap)
            log = await self._office.log_behind(self.position)
            if log is not None:
                self.position = log.upto
                return log
            await woken(self._woken, None)


class Lists(Generic[L]):
    """All that are followed in this process.

    Args:
        newest: where an organization's log ends.
        read: a stretch of it.
    """

    def __init__(self, hub: Hub, newest: Newest, read: Read[L]) -> None:
        self._hub = hub
        self._newest = newest
        self._read = read
        self._offices: dict[UUID, _Office[L]] = {}

    def __len__(self) -> int:
        """How many are followed now."""
        return sum(len(office.followers) for office in self._offices.values())

    @contextmanager
    def follow(self, org_id: UUID, position: int) -> Iterator[Follower[L]]:
        """Take the steps of an organization's log behind a position while the block lasts."""
        office = self._offices.get(org_id)
        if office is None:
            office = self._offices[org_id] = _Office(self._hub, self._newest, self._read, org_id)
        follower = Follower(office, position)
        office.followers.add(follower)
        try:
            yield follower
        finally:
            office.followers.discard(follower)
            if not office.followers and self._offices.get(org_id) is office:
                del self._offices[org_id]
                office.task.cancel()


class _Office(Generic[L]):
    """One organization's log, from when somebody began to follow."""

    def __init__(self, hub: Hub, newest: Newest, read: Read[L], org_id: UUID) -> None:
        self.followers: set[Follower[L]] = set()
        self._hub = hub
        self._newest = newest
        self._read = read
        self._org_id = org_id
        self._position: int | None = None
        self._steps: deque[_Step[L]] = deque(maxlen=STEPS_MAX)
        self.task = asyncio.create_task(self._watch())

    async def log_behind(self, position: int) -> L | None:
        """What comes behind a position; None: nothing yet.

        Raises:
            Gap: it is too much.
        """
        if self._position is None or position >= self._position:
            return None
        for step in self._steps:
            if step.log.upto > position:
                if step.behind <= position:
                    return step.log
                break
        missed = await self._read(self._org_id, position, BACKLOG_MAX + 1)
        if missed.is_cut:
            raise Gap("the cursor is too old")
        return missed

    async def _watch(self) -> None:
        while True:
            try:
                async with aclosing(self._hub.advances(self._org_id)) as turns:  # type: ignore[type-var]
                    async for _ in turns:
                        await self._read_on()
                        await asyncio.sleep(PACE_S)
            except Gap as gap:
                self._position = None
                self._steps.clear()
                for follower in self.followers:
                    follower.gap = str(gap)
                    follower.wake()

    async def _read_on(self) -> None:
        is_behind = True
        while is_behind:
            try:
                is_behind = await self._take_step()
            except (*DATABASE_FAULTS, PersistenceError) as error:
                log.warning("what happened to lists cannot be read now: %s", error)
                await asyncio.sleep(RETRY_S)

    async def _take_step(self) -> bool:
        """Read a step, and tell whether there is more."""
        if self._position is None:
            # What came before they read for themselves.
            self._position = await self._newest(self._org_id) or 0
            self._wake()
            return False
        read = await self._read(self._org_id, self._position, STEP_EVENTS_MAX)
        if read.upto > self._position:
            self._drop_taken()
            self._steps.append(_Step(self._position, read))
            self._position = read.upto
            self._wake()
        return read.is_cut

    def _drop_taken(self) -> None:
        slowest = min((follower.position for follower in self.followers), default=0)
        while self._steps and self._steps[0].log.upto <= slowest:
            self._steps.popleft()

    def _wake(self) -> None:
        for follower in self.followers:
            follower.wake()
