"""Sharing: what is the same for many subscribers is executed and written once, and handed to each of them.

A subscriber is served by its own source until that has caught up and yields a `Rest`. Then it takes a seat in the
channel of all whose rest is the same, at its position: what the channel has beyond that is handed to it, in order.

A channel keeps its newest messages for those who cannot take them at once. Who falls behind all that is kept, or may
not be served like the others any more, loses the seat, and goes on with its own source from where it was.
"""

import asyncio
import logging
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Hashable, Iterator
from contextlib import AbstractAsyncContextManager, aclosing, contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

from schema.edge.errors import failed_operation
from schema.edge.outcomes import Outcome, refusal

log = logging.getLogger(__name__)

KEPT_MAX = 256  # messages of a channel; who is further behind reads for itself
KEPT_MAX_BYTES = 1024 * 1024  # of them together
KEPT_S = 5.0  # seconds that a message is kept for those who come while it is sent
SEATS_AT_ONCE = 500  # served before others get a turn

Push = Callable[[Outcome], bool]
"""Takes an outcome at once, or says that it cannot."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One step of what is the same for many.

    Attributes:
        place: how far it leads; only its source can say more of it.
        event: to be executed; None: nothing is told.
        asks_again: whether somebody may not be served like the others any more, from this turn on.
    """

    place: Any
    event: object | None = None
    asks_again: bool = False


class Rest(ABC):
    """What a source yields in place of an event, once it has caught up: all behind it is the same for many.

    When the source is asked for more, it goes on from where others have led by then.

    Attributes:
        key: whose rest is the same, document and variables aside.
        place: how far the subscriber has come, as turns say it.
        beginning: arguments of the root field that only say where to begin.
    """

    key: Hashable
    place: Any
    beginning: frozenset[str] = frozenset({"after"})

    def lacks(self, place: Any) -> bool:
        """Whether the subscriber has not come as far as a turn leads."""
        return bool(place > self.place)

    def went_to(self, place: Any) -> None:
        """Others have led the subscriber so far."""
        self.place = place

    @abstractmethod
    def holds(self) -> bool:
        """Whether the subscriber may still be served like the others."""

    @abstractmethod
    def follow(self) -> AbstractAsyncContextManager[tuple[Any, AsyncIterator[Turn]]]:
        """Open a context and the turns behind its place, for all who have the key."""


@dataclass(frozen=True, slots=True)
class Message:
    """A turn that was executed and written; `number` counts them."""

    number: int
    turn: Turn
    outcome: Outcome | None
    kept_until: float

    @property
    def size_bytes(self) -> int:
        """How much it takes to keep."""
        return len(self.outcome.encoded or b"") if self.outcome is not None else 0


Messages = AsyncGenerator[tuple[Turn, Outcome | None], None]
"""Turns, executed and written."""


class Channels:
    """All that is shared in this process."""

    def __init__(self) -> None:
        self._channels: dict[Hashable, Channel] = {}

    def __len__(self) -> int:
        """How many subscribers are served by channels now."""
        return sum(len(channel.seats) for channel in self._channels.values())

    @property
    def count(self) -> int:
        """How many channels there are."""
        return len(self._channels)

    @contextmanager
    def seat(self, key: Hashable, rest: Rest, messages: Callable[[], Messages], push: Push | None) -> "Iterator[Seat]":
        """A seat in the channel of a key while the block lasts; the first one opens it, the last one closes it."""
        channel = self._channels.get(key)
        if channel is None:
            channel = self._channels[key] = Channel(rest.place, messages())
            channel.task.add_done_callback(partial(self._end, key, channel))
        seat = Seat(channel, rest, push)
        channel.seats[seat] = None
        try:
            yield seat
        finally:
            del channel.seats[seat]
            if not channel.seats:
                channel.task.cancel()
                self._forget(key, channel)

    def _end(self, key: Hashable, channel: "Channel", _: object) -> None:
        self._forget(key, channel)

    def _forget(self, key: Hashable, channel: "Channel") -> None:
        channel.close()
        if self._channels.get(key) is channel:
            del self._channels[key]


class Channel:
    """One execution for many.

    Attributes:
        is_over: nothing follows what is kept, but for `last`, which says why.
    """

    def __init__(self, place: Any, messages: Messages) -> None:
        self.seats: dict[Seat, None] = {}
        self.is_over = False
        self.last: Outcome | None = None
        self._place = place  # of the newest message that is not kept any more
        self._kept: deque[Message] = deque()
        self._bytes = 0
        self._next = 0
        self._expiry: asyncio.TimerHandle | None = None
        self._loop = asyncio.get_running_loop()
        self.task = asyncio.create_task(self._run(messages))

    def first(self, rest: Rest) -> int | None:
        """The number of the first message that somebody lacks; None: it is not kept any more."""
        if rest.lacks(self._place):
            return None
        return next((message.number for message in self._kept if rest.lacks(message.turn.place)), self._next)

    def message(self, number: int) -> Message | None:
        """The message of a number; None: there is none yet."""
        return self._kept[number - self._next] if number < self._next else None

    def keeps(self, number: int) -> bool:
        """Whether a message is still kept, or still to come."""
        return number >= self._next - len(self._kept)

    def close(self) -> None:
        """Let go of everything; nobody comes any more."""
        if self._expiry is not None:
            self._expiry.cancel()
            self._expiry = None

    async def _run(self, messages: Messages) -> None:
        try:
            async with aclosing(messages) as executed:
                async for turn, outcome in executed:
                    await self._publish(turn, outcome)
        except Exception as error:  # noqa: BLE001 - it is logged, and each of them is told as if it were alone
            self.last = refusal(failed_operation(error, "a shared subscription"))
        finally:
            self.is_over = True
            for seat in self.seats:
                seat.wake()

    async def _publish(self, turn: Turn, outcome: Outcome | None) -> None:
        if outcome is None and not turn.asks_again:
            return
        message = Message(self._next, turn, outcome, self._loop.time() + KEPT_S)
        self._keep(message)
        for served, seat in enumerate(list(self.seats), start=1):
            seat.offer(message)
            if served % SEATS_AT_ONCE == 0:
                await asyncio.sleep(0)

    def _keep(self, message: Message) -> None:
        self._next += 1
        self._kept.append(message)
        self._bytes += message.size_bytes
        while len(self._kept) > KEPT_MAX or (self._bytes > KEPT_MAX_BYTES and len(self._kept) > 1):
            self._drop()
        if self._expiry is None:
            self._expiry = self._loop.call_later(KEPT_S, self._expire)

    def _drop(self) -> None:
        dropped = self._kept.popleft()
        self._bytes -= dropped.size_bytes
        self._place = dropped.turn.place

    def _expire(self) -> None:
        self._expiry = None
        now = self._loop.time()
        while self._kept and self._kept[0].kept_until <= now:
            self._drop()
        if self._kept:
            self._expiry = self._loop.call_at(self._kept[0].kept_until, self._expire)


class Seat:
    """One subscriber in a channel.

    Attributes:
        is_over: there is nothing more for it, here or elsewhere.
    """

    __slots__ = ("_channel", "_is_lost", "_next", "_push", "_rest", "_waiter", "is_over")

    def __init__(self, channel: Channel, rest: Rest, push: Push | None) -> None:
        self.is_over = False
        self._channel = channel
        self._rest = rest
        self._push = push
        self._waiter: asyncio.Future[None] | None = None
        first = channel.first(rest)
        self._is_lost = first is None or not rest.holds()
        self._next = first or 0

    async def next(self) -> Outcome | None:
        """The next outcome that was not pushed; None: the seat is lost, or all is over."""
        while True:
            if self._is_lost or not self._channel.keeps(self._next):
                return None
            message = self._channel.message(self._next)
            if message is not None:
                if (outcome := self._take(message)) is not None:
                    return outcome
            elif self._channel.is_over:
                return self._end()
            else:
                await self._wait()

    def offer(self, message: Message) -> None:
        """Hand over the newest message, if everything before it was taken; else it waits with that."""
        if self._waiter is None or self._next != message.number:
            return
        if self._push is None or self._is_refused(message):
            self.wake()
        elif message.outcome is None or not self._rest.lacks(message.turn.place) or self._push(message.outcome):
            self._went_to(message)
        else:
            self.wake()

    def wake(self) -> None:
        """Let it look for itself."""
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def _take(self, message: Message) -> Outcome | None:
        if self._is_refused(message):
            self._is_lost = True
            return None
        is_new = self._rest.lacks(message.turn.place)
        self._went_to(message)
        return message.outcome if is_new else None

    def _is_refused(self, message: Message) -> bool:
        return message.turn.asks_again and not self._rest.holds()

    def _went_to(self, message: Message) -> None:
        self._next += 1
        if self._rest.lacks(message.turn.place):
            self._rest.went_to(message.turn.place)

    def _end(self) -> Outcome | None:
        last = None if self.is_over else self._channel.last
        self.is_over = True
        return last

    async def _wait(self) -> None:
        self._waiter = self._channel._loop.create_future()  # noqa: SLF001 - one module
        try:
            await self._waiter
        finally:
            self._waiter = None
