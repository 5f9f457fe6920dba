"""Work that nobody waits for, kept until it is done, or done in rounds; its failures are told. And being woken."""

import asyncio
import logging
from abc import ABC, abstractmethod
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any, Self

log = logging.getLogger(__name__)


async def woken(event: asyncio.Event, timeout_s: float | None) -> None:
    """Wait until an event is set, or for so long; either way it is clear again."""
    # Not wait_for, which in Python 3.11 loses a cancellation that comes together with the waking.
    with suppress(TimeoutError):
        async with asyncio.timeout(timeout_s):
            await event.wait()
    event.clear()


class Background:
    """Runs coroutines beside what asked for them; `close` waits for those that still run."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()

    def start(self, work: Coroutine[Any, Any, Any]) -> None:
        """Run it; a failure goes to the log, because nobody else would see it."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    async def close(self) -> None:
        """Wait for what still runs."""
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            log.error("background work failed", exc_info=task.exception())


class Rounds(ABC):
    """Something that is done again and again from when it is entered until it is left."""

    _task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._run())
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._task is not None
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    @abstractmethod
    async def _run(self) -> None:
        """Round after round, with its pauses; cancelled at the end."""
