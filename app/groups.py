"""Groups: what waits to be appended to an organization's log goes into it in one call and one commit.

One call at a time for each organization and process; what comes meanwhile waits and goes together with the next. Each
command was decided by itself and is checked by itself under the lock, so a conflict is one command's answer, never the
group's.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from app.concurrency import Background
from app.store.errors import IntegrityError
from app.store.records import Answer, AppendCommand
from app.store.store import EventStore

GROUP_MAX = 64  # commands of one call; some ten milliseconds under the organization's lock

Call = asyncio.Task[list[Answer]]


@dataclass(slots=True, eq=False)
class _Waiting:
    """A command, the answer that its caller waits for, and the call that it is in by now."""

    command: AppendCommand
    answer: asyncio.Future[Answer]
    group: Sequence[_Waiting] = ()
    call: Call | None = None


class Groups:
    """Appends commands together that come together."""

    def __init__(self, store: EventStore, background: Background) -> None:
        self._store = store
        self._background = background
        self._waiting: dict[UUID, deque[_Waiting]] = {}

    async def append(self, org_id: UUID, command: AppendCommand) -> Answer:
        """Append one command, perhaps with others; its answer, after the commit.

        Raises:
            As EventStore.append.
        """
        one = _Waiting(command, asyncio.get_running_loop().create_future())
        waiting = self._waiting.get(org_id)
        if waiting is None:
            waiting = self._waiting[org_id] = deque()
            self._background.start(self._drain(org_id, waiting))
        waiting.append(one)
        try:
            return await one.answer
        except asyncio.CancelledError:
            await _leave(one)
            raise

    async def _drain(self, org_id: UUID, waiting: deque[_Waiting]) -> None:
        while waiting:
            taken = [waiting.popleft() for _ in range(min(len(waiting), GROUP_MAX))]
            group = [one for one in taken if not one.answer.cancelled()]
            if group:
                await self._append(org_id, group)
        del self._waiting[org_id]

    async def _append(self, org_id: UUID, group: Sequence[_Waiting]) -> None:
        try:
            answers = await self._called(org_id, group)
        except IntegrityError as error:
            # Nothing of it is there; by themselves, all but the faulty ones get in.
            if len(group) == 1:
                _fail(group, error)
            else:
                for one in group:
                    await self._append(org_id, [one])
        except (asyncio.CancelledError, Exception) as error:  # noqa: BLE001  # it is for those who wait
            _fail(group, error)
        else:
            for one, answer in zip(group, answers, strict=True):
                if not one.answer.done():
                    one.answer.set_result(answer)

    async def _called(self, org_id: UUID, group: Sequence[_Waiting]) -> list[Answer]:
        call = asyncio.get_running_loop().create_task(self._store.append(org_id, [one.command for one in group]))
        for one in group:
            one.group, one.call = group, call
        return await call


async def _leave(one: _Waiting) -> None:
    """A call that waits for a lock holds a connection: not for callers who have all gone away."""
    if one.call is not None and all(other.answer.cancelled() for other in one.group):
        one.call.cancel()
        await asyncio.wait([one.call])


def _fail(group: Sequence[_Waiting], error: BaseException) -> None:
    for one in group:
        if not one.answer.done():
            one.answer.set_exception(error)
