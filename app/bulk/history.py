"""Histories: what is to happen to leads, command by command, cut into batches of bounded size."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple, TypeVar

from app.ids import LeadId
from app.refusal import Refusal
from app.request import Command
from app.situation import Actor

T = TypeVar("T")

TURN_STEPS = 10  # two milliseconds
BATCH_STEPS = 4_000  # commands of one transaction: a third of a second under the organization's lock


class Step(NamedTuple):
    """One command and who gives it.

    Attributes:
        origin: the caller's own word for it, repeated where it is refused.
        amend: asked for what to try in its place when it is refused, None for nothing. It may be asked twice for the
            same, so it changes nothing.
    """

    actor: Actor
    command: Command
    origin: object = None
    amend: Callable[[Sequence[Refusal]], Step | None] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What is to happen to one lead, in order. The steps may be a generator: they are asked for once."""

    lead_id: LeadId
    steps: Iterable[Step]


Histories = Iterable[History] | AsyncIterable[History]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A piece of a history that goes into one batch; `is_last`: nothing of it is left."""

    lead_id: LeadId
    steps: Sequence[Step]
    is_last: bool = True


async def batches(histories: Histories, limit: int = BATCH_STEPS, *, whole: bool = False) -> AsyncIterator[list[Part]]:
    """Histories in batches of some `limit` steps. A history that is longer is continued in the next, unless `whole`."""
    batch: list[Part] = []
    room = limit
    turns = Turns()
    async for history in _each(histories):
        for part in _parts(history, None if whole else limit):
            batch.append(part)
            room -= len(part.steps)
            await turns.after(len(part.steps))
            if room <= 0:
                yield batch
                batch, room = [], limit
    if batch:
        yield batch


class Turns:
    """Lets others have theirs after every so many steps: a batch is written while the next is made ready."""

    def __init__(self) -> None:
        self._steps = 0

    async def after(self, steps: int) -> None:
        """So many more are done."""
        self._steps += steps
        if self._steps >= TURN_STEPS:
            self._steps = 0
            await asyncio.sleep(0)


async def _each(histories: Histories) -> AsyncIterator[History]:
    if isinstance(histories, AsyncIterable):
        async for history in histories:
            yield history
    else:
        for history in histories:
            yield history


def _parts(history: History, limit: int | None) -> Iterator[Part]:
    steps = iter(history.steps)
    while True:
        piece = list(islice(steps, limit))
        is_last = limit is None or len(piece) < limit
        yield Part(lead_id=history.lead_id, steps=piece, is_last=is_last)
        if is_last:
            return


async def noted(histories: AsyncIterable[History], under_way: dict[LeadId, History]) -> AsyncIterator[History]:
    """Histories, each noted by its lead as it goes."""
    async for history in histories:
        under_way[history.lead_id] = history
        yield history


def chunks(things: Iterable[T], size: int) -> Iterator[list[T]]:
    """Things in lists of some size."""
    rest = iter(things)
    while chunk := list(islice(rest, size)):
        yield chunk
