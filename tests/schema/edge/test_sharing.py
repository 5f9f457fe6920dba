"""Sharing: whoever comes, pauses, falls behind or leaves at whatever moment gets the rest, in order, each once."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import orjson
import pytest
import strawberry
from hypothesis import given, settings
from hypothesis import strategies as st

from schema.edge import Channels, EdgeSettings, Rest, Turn, sharing
from schema.edge.encoding import encode
from schema.edge.operations import Operations, Outcome, Prepared
from schema.edge.request import GraphQLRequest

KEPT = 4  # messages of a channel
SUBSCRIPTION = "subscription ($after: Int! = 0, $key: String) { entries(after: $after, key: $key) { position user } }"


@dataclass
class Log:
    """Positions from 1 on, and what became of them."""

    last: int = 0
    moved: asyncio.Condition = field(default_factory=asyncio.Condition)
    executed: list[int] = field(default_factory=list)
    out: set[str] = field(default_factory=set)  # who may not be served like the others, from the last position on
    ends_at: int | None = None
    fails_at: int | None = None
    open_sources: int = 0
    gate: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.gate.set()

    async def append(self, count: int = 1) -> None:
        async with self.moved:
            self.last += count
            self.moved.notify_all()

    async def behind(self, position: int) -> AsyncIterator[int]:
        """For ever."""
        while True:
            async with self.moved:
                while self.last <= position:
                    await self.moved.wait()
            position += 1
            yield position


@dataclass
class Context:
    log: Log
    user: str


@strawberry.type
class Entry:
    position: int

    @strawberry.field
    def user(self, info: strawberry.Info[Context, None]) -> str:
        info.context.log.executed.append(self.position)
        return info.context.user


@strawberry.type
class Query:
    ok: bool = True


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def entries(
        self, info: strawberry.Info[Context, None], after: int, key: str | None = None
    ) -> AsyncGenerator[Entry, None]:
        log, position, user = info.context.log, after, info.context.user

        while True:
            while position < log.last:
                position += 1
                yield Entry(position=position)
                if position == log.ends_at:
                    return
            await log.gate.wait()  # meanwhile others may be told more than is kept
            if user in log.out:
                return
            rest = Others(key, position, log, user)
            yield rest  # type: ignore[misc]
            position = rest.place


class Others(Rest):
    """What all are told behind a position."""

    def __init__(self, key: str | None, place: int, log: Log, user: str) -> None:
        self.key = key
        self.place = place
        self._log = log
        self._user = user

    def holds(self) -> bool:
        return self._user not in self._log.out

    @asynccontextmanager
    async def follow(self) -> AsyncIterator[tuple[Context, AsyncIterator[Turn]]]:
        self._log.open_sources += 1
        try:
            yield Context(self._log, "all"), _turns(self._log, self.place)
        finally:
            self._log.open_sources -= 1


async def _turns(log: Log, position: int) -> AsyncIterator[Turn]:
    async for entry in log.behind(position):
        if entry == log.fails_at:
            raise RuntimeError("hunter2")
        yield Turn(entry, Entry(position=entry), asks_again=bool(log.out))
        if entry == log.ends_at:
            return


@pytest.fixture(autouse=True, scope="module")
def few_are_kept() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sharing, "KEPT_MAX", KEPT)
        yield


class Office:
    """One log and all who follow it."""

    def __init__(self) -> None:
        self.log = Log()
        self.channels = Channels()
        self.operations = Operations(strawberry.Schema(Query, subscription=Subscription), EdgeSettings(), self.channels)

    def subscriber(self, after: int = 0, user: str = "ada", **options: Any) -> "Subscriber":
        return Subscriber(self, after, user, **options)

    def prepared(self, after: int, key: str | None) -> Prepared:
        request = GraphQLRequest(source=SUBSCRIPTION, variables={"after": after, "key": key})
        prepared = self.operations.prepare(request)
        assert isinstance(prepared, Prepared)
        return prepared


class Subscriber:
    """One who reads as long as it is not paused; with `pushed` nobody is woken for it."""

    def __init__(
        self,
        office: Office,
        after: int,
        user: str,
        *,
        pushed: bool = True,
        key: str | None = None,
        how: Sequence[str] = (),
    ) -> None:
        self.after = after
        self.heard: list[int] = []
        self.by_all = 0
        self.last: Outcome | None = None
        self.reads = asyncio.Event()
        self._context = Context(office.log, user)
        self._prepared = office.prepared(after, key)
        self._office = office
        self._pushed = pushed
        self._is_wary = "wary" in how
        self._offered = 0
        if "paused" not in how:
            self.reads.set()
        self.task = asyncio.create_task(self._follow())

    async def leave(self) -> None:
        self.task.cancel()
        await asyncio.wait([self.task])

    async def _follow(self) -> None:
        push = self._push if self._pushed else None
        outcomes = self._office.operations.subscribe(self._prepared, self._opened(), push)
        try:
            async for outcome in outcomes:
                await self.reads.wait()
                self._take(outcome)
        finally:
            await outcomes.aclose()

    def _push(self, outcome: Outcome) -> bool:
        self._offered += 1
        takes = self.reads.is_set() and not (self._is_wary and self._offered % 3 == 0)
        if takes:
            self._take(outcome)
        return takes

    def _take(self, outcome: Outcome) -> None:
        self.last = outcome
        if outcome.executed:
            entry = orjson.loads(encode(outcome))["data"]["entries"]
            self.heard.append(entry["position"])
            self.by_all += entry["user"] == "all"

    @asynccontextmanager
    async def _opened(self) -> AsyncIterator[Context]:
        yield self._context


async def settle() -> None:
    """Let everybody do what there is to do."""
    for _ in range(60):
        await asyncio.sleep(0)


async def until_heard(subscriber: Subscriber, last: int) -> None:
    async with asyncio.timeout(5):
        while subscriber.heard[-1:] != [last]:  # noqa: ASYNC110 - it is told, not asked
            await asyncio.sleep(0)


async def test_what_many_follow_is_executed_once() -> None:
    office = Office()
    many = [office.subscriber(pushed=bool(number % 2)) for number in range(10)]
    await settle()
    for _ in range(3):
        await office.log.append()
        await settle()
    assert [one.heard for one in many] == [[1, 2, 3]] * 10
    assert office.log.executed == [1, 2, 3]
    assert (len(office.channels), office.channels.count) == (10, 1)
    for one in many:
        await one.leave()


async def test_keys_and_variables_keep_apart_and_where_one_begins_does_not() -> None:
    office = Office()
    await office.log.append(2)
    several = [office.subscriber(after, key=key) for after in (0, 1, 2) for key in ("a", "b")]
    await settle()
    assert office.channels.count == 2
    await office.log.append()
    await settle()
    assert [one.heard for one in several] == [[1, 2, 3], [1, 2, 3], [2, 3], [2, 3], [3], [3]]
    for one in several:
        await one.leave()


async def test_nothing_is_left_of_those_who_left() -> None:
    office = Office()
    before = asyncio.all_tasks()
    several = [office.subscriber() for _ in range(3)]
    await settle()
    assert (office.log.open_sources, office.channels.count) == (1, 1)
    for one in several:
        await one.leave()
    await settle()
    assert (office.log.open_sources, office.channels.count, len(office.channels)) == (0, 0, 0)
    assert asyncio.all_tasks() == before
    again = office.subscriber()
    await settle()
    await office.log.append()
    await settle()
    assert again.heard == [1]
    await again.leave()


async def test_who_does_not_read_holds_nobody_up_and_reads_for_itself_later() -> None:
    office = Office()
    slow, quick = office.subscriber(), office.subscriber()
    await settle()
    slow.reads.clear()
    for _ in range(3 * KEPT):
        await office.log.append()
        await settle()
    assert quick.heard == [*range(1, 3 * KEPT + 1)]
    assert quick.by_all == 3 * KEPT
    slow.reads.set()
    await until_heard(slow, 3 * KEPT)
    assert slow.heard == quick.heard
    assert slow.by_all == 1  # what it was offered before it paused; the rest is not kept any more
    await office.log.append()
    await settle()
    assert slow.heard == quick.heard
    assert slow.by_all == 2  # and then it is one of them again
    for one in (slow, quick):
        await one.leave()


async def test_who_pauses_briefly_takes_what_is_kept() -> None:
    office = Office()
    one, other = office.subscriber(), office.subscriber()
    await settle()
    one.reads.clear()
    await office.log.append(KEPT)
    await settle()
    one.reads.set()
    await settle()
    assert one.heard == other.heard == [*range(1, KEPT + 1)]
    assert office.log.executed == [*range(1, KEPT + 1)]
    for each in (one, other):
        await each.leave()


async def test_who_has_read_too_little_by_the_time_it_joins_reads_on() -> None:
    office = Office()
    first = office.subscriber()
    await settle()
    office.log.gate.clear()
    late = office.subscriber()
    await settle()
    for _ in range(3 * KEPT):
        await office.log.append()
        await settle()
    office.log.gate.set()
    await until_heard(late, 3 * KEPT)
    assert late.heard == first.heard == [*range(1, 3 * KEPT + 1)]
    for one in (first, late):
        await one.leave()


async def test_who_may_not_be_served_like_the_others_goes_on_alone() -> None:
    office = Office()
    ada, bob = office.subscriber(user="ada"), office.subscriber(user="bob")
    await settle()
    await office.log.append()
    await settle()
    office.log.out.add("bob")
    await office.log.append()
    await settle()
    assert (ada.heard, ada.by_all) == ([1, 2], 2)
    assert (bob.heard, bob.by_all) == ([1, 2], 1)
    assert bob.task.done()  # its own source has ended it
    assert len(office.channels) == 1
    await ada.leave()


async def test_when_the_source_ends_all_end_having_heard_everything() -> None:
    office = Office()
    office.log.ends_at = 3
    several = [office.subscriber(), office.subscriber(pushed=False), office.subscriber()]
    await settle()
    several[2].reads.clear()
    await office.log.append(3)
    await settle()
    several[2].reads.set()
    await settle()
    assert [one.heard for one in several] == [[1, 2, 3]] * 3
    assert all(one.task.done() for one in several)
    assert office.channels.count == 0


async def test_a_source_that_fails_tells_all_so_and_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    office = Office()
    office.log.fails_at = 2
    several = [office.subscriber() for _ in range(3)]
    await settle()
    await office.log.append(2)
    await settle()
    assert [one.heard for one in several] == [[1]] * 3
    assert [one.last is not None and one.last.errors[0]["extensions"]["code"] for one in several] == ["INTERNAL"] * 3
    assert len([record for record in caplog.records if record.levelname == "ERROR"]) == 1


async def test_what_is_kept_is_let_go_of_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sharing, "KEPT_S", 0.01)
    office = Office()
    one = office.subscriber()
    await settle()
    await office.log.append()
    await settle()
    (channel,) = office.channels._channels.values()
    assert len(channel._kept) == 1
    async with asyncio.timeout(5):
        while channel._kept:  # noqa: ASYNC110 - a timer does it
            await asyncio.sleep(0.01)
    assert channel._bytes == 0
    await one.leave()


async def test_what_is_kept_is_bounded_in_bytes_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sharing, "KEPT_MAX_BYTES", 60)
    office = Office()
    one = office.subscriber()
    await settle()
    await office.log.append(KEPT)
    await settle()
    (channel,) = office.channels._channels.values()
    assert len(channel._kept) == 1
    assert one.heard == [*range(1, KEPT + 1)]
    await one.leave()


# ---------------------------------------------------------------- at any moment

numbers = st.integers(0, 5)
steps = st.one_of(
    st.tuples(st.just("append"), st.integers(1, 2 * KEPT)),
    st.tuples(
        st.sampled_from(("come", "come pushed", "come pushed wary", "come paused", "pause", "read", "leave", "gate")),
        numbers,
    ),
    st.tuples(st.just("turns"), st.integers(0, 12)),  # of the event loop, before the next step
)


@settings(max_examples=300, deadline=None)
@given(st.lists(steps, max_size=40))
def test_whoever_comes_pauses_or_leaves_at_whatever_moment_hears_the_rest_in_order(
    to_do: list[tuple[str, int]],
) -> None:
    asyncio.run(_at_any_moment(to_do))


async def _at_any_moment(to_do: list[tuple[str, int]]) -> None:
    scene = Scene()
    for what, number in to_do:
        await scene.act(what, number)
    scene.office.log.gate.set()
    for one in scene.here:
        one.reads.set()
    await scene.office.log.append()
    last = scene.office.log.last
    for one in scene.here:
        await until_heard(one, last)
        assert one.heard == [*range(one.after + 1, last + 1)]
    for one in scene.gone:
        assert one.heard == [*range(one.after + 1, one.after + 1 + len(one.heard))]
    for one in scene.here:
        await one.leave()
    await settle()
    assert (scene.office.channels.count, scene.office.log.open_sources) == (0, 0)


class Scene:
    """Those who are here and those who are gone."""

    def __init__(self) -> None:
        self.office = Office()
        self.here: list[Subscriber] = []
        self.gone: list[Subscriber] = []

    async def act(self, what: str, number: int) -> None:
        match what.split():
            case ["append"]:
                await self.office.log.append(number)
            case ["turns"]:
                for _ in range(number):
                    await asyncio.sleep(0)
            case ["come", *how]:
                after = max(self.office.log.last - number, 0)
                self.here.append(self.office.subscriber(after, pushed="pushed" in how, how=how))
            case ["gate"]:
                (self.office.log.gate.clear if number % 2 else self.office.log.gate.set)()
            case [change] if self.here:
                await self._change(self.here[number % len(self.here)], change)

    async def _change(self, one: Subscriber, change: str) -> None:
        if change == "leave":
            self.here.remove(one)
            self.gone.append(one)
            await one.leave()
        elif change == "pause":
            one.reads.clear()
        else:
            one.reads.set()
