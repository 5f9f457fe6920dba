"""fanout: what a delivery to one of many subscribers costs, what those take who wait, and how late anybody hears."""

from __future__ import annotations

import asyncio
import statistics
import sys
import time
import urllib.request
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from typing import Any

from app import onboarding
from app.database import Database
from app.ids import LeadId, encode_id, uuid7
from app.lead.calls import LogCall
from app.lead.details import CreateLead
from app.request import Request
from app.situation import Actor
from app.system import System, open_system
from app.vocabulary import Direction
from benchmarks.bench import Bench, PeerMissing, settings
from benchmarks.documents import known
from benchmarks.listening import Crowd, cpu_ns, crowd, resident_bytes
from benchmarks.office import served
from benchmarks.postgraphile import installed, node
from benchmarks.programs import environment, free_port, listens, running
from benchmarks.table import Row, Side, alone, compared
from schema.cursors import FeedPlace, feed_cursor

PEERS_DOCUMENT = 'subscription { feed(lead: "x") { id kind text at } }'
CLIENTS = 16  # that write at once
SETTLING_S = 2.0


@dataclass(frozen=True, kw_only=True)
class Live:
    """A server, leads of its, and a way to write beside it."""

    url: str
    pid: int
    key: str
    system: System
    request: Request
    lead_ids: Sequence[LeadId]
    run: Callable[[Coroutine[Any, Any, Any]], Any]

    def payloads(self, lead_ids: Iterable[LeadId], document: str) -> list[Any]:
        """What subscribes to leads, from now on."""
        variables = {"after": self.run(self._cursor())}
        return [{"query": document, "variables": {"leadId": encode_id("lead", one), **variables}} for one in lead_ids]

    async def _cursor(self) -> str:
        org_id, store = self.request.org_id, self.system.store
        epoch = await store.epoch(org_id)
        assert epoch is not None
        return feed_cursor(FeedPlace(org_id, epoch, await store.max_notification_id(org_id) or 0))

    async def call(self, lead_id: LeadId) -> None:
        """Write an event, in another process than the server's."""
        command = LogCall(lead_id=lead_id, direction=Direction.OUTBOUND, duration_s=60, note="Spoke of the renewal.")
        await self.system.dispatch.run(command, replace(self.request, correlation_id=uuid7()))


def rows(bench: Bench) -> Iterator[Row]:
    """Many subscribers of one lead beside peers; those who only wait; how late; and what writers notice."""
    database = bench.database()
    yield from _deliveries(bench, database)
    yield from _waiting(bench, database)
    yield from _lateness(bench, database)
    yield from _writing(bench, database)


# ---------------------------------------------------------------- what a delivery costs

Publish = Callable[[], Awaitable[None]]


def _deliveries(bench: Bench, database: Database) -> Iterator[Row]:
    count, events, rounds = bench.sizes.listeners, bench.sizes.fanout_events, bench.sizes.rounds
    document, _ = known("lead_feed")
    work = f"CPU of the server for one delivery, {count:,} subscribers of one lead"
    with ExitStack() as held:
        live, ours = held.enter_context(_live(bench, database, leads=1)), held.enter_context(crowd())
        ours.subscribe(live.url, live.payloads([*live.lead_ids] * count, document), live.key)
        sides = [_Told(ours, live.pid, lambda: live.call(live.lead_ids[0]))]
        names = []
        for name, peer in (("graphql-ws on Node", _node_peer), ("stock Strawberry", _strawberry_peer)):
            try:
                sides.append(held.enter_context(peer(bench, count)))
                names.append(name)
            except PeerMissing as missing:
                yield alone(f"{work}; peer: {name}", _side([]), str(missing))
        found = [[bench.run(side.cost_us(events, count)) for side in sides] for _ in range(rounds)]
        mine = _side([one[0] for one in found])
        for number, name in enumerate(names, start=1):
            yield compared(f"{work}; peer: {name}", mine, _side([one[number] for one in found]))


def _side(numbers: Sequence[float]) -> Side:
    return Side(numbers=numbers or [0.0], unit="µs")


@dataclass(frozen=True)
class _Told:
    """Subscribers of a server, and what tells them all something."""

    crowd: Crowd
    pid: int
    publish: Publish

    async def cost_us(self, events: int, count: int) -> float:
        """Of a delivery, while one event after the other comes to all."""
        await self._told(count)
        began = cpu_ns(self.pid)
        for _ in range(events):
            await self._told(count)
        return (cpu_ns(self.pid) - began) / 1000 / events / count

    async def _told(self, count: int) -> None:
        await self.publish()
        await asyncio.to_thread(self.crowd.hears, count)


@contextmanager
def _node_peer(bench: Bench, count: int) -> Iterator[_Told]:
    directory, port = installed(bench.peers), free_port()
    with _peer(bench, "node", [node() / "bin" / "node", directory / "fanout.mjs"], port, count) as told:
        yield told


@contextmanager
def _strawberry_peer(bench: Bench, count: int) -> Iterator[_Told]:
    port = free_port()
    command = [sys.executable, "-m", "benchmarks.peers.fanout_strawberry", str(port)]
    with _peer(bench, "strawberry", command, port, count) as told:
        yield told


@contextmanager
def _peer(bench: Bench, name: str, command: Sequence[Any], port: int, count: int) -> Iterator[_Told]:
    log, env = bench.scratch / f"fanout-{name}.log", environment(PORT=str(port))
    with running(command, log=log, ready=lambda: listens(port), env=env) as pid, crowd() as listeners:
        listeners.subscribe(f"http://127.0.0.1:{port}/graphql", [{"query": PEERS_DOCUMENT}] * count)
        time.sleep(SETTLING_S)  # it lets them in before they have subscribed
        publish = urllib.request.Request(f"http://127.0.0.1:{port}/pub", data=b"", method="POST")

        async def told() -> None:
            await asyncio.to_thread(lambda: urllib.request.urlopen(publish).close())  # noqa: S310 - it is http

        yield _Told(listeners, pid, told)


# ---------------------------------------------------------------- what those take who wait


def _waiting(bench: Bench, database: Database) -> Iterator[Row]:
    count = bench.sizes.idle_listeners
    document, _ = known("lead_feed")
    for what, leads in (("of one lead", 1), (f"of {bench.sizes.followed_leads} leads", bench.sizes.followed_leads)):
        with _live(bench, database, leads=leads) as live, crowd() as listeners:
            followed = [live.lead_ids[number % leads] for number in range(count)]
            listeners.subscribe(live.url, live.payloads(followed[:1], document), live.key)  # what the first one takes
            bench.run(_told_one(live, listeners, 1))
            before = resident_bytes(live.pid)
            listeners.subscribe(live.url, live.payloads(followed[1:], document), live.key)
            bench.run(_told_one(live, listeners, followed.count(followed[0])))
            each = (resident_bytes(live.pid) - before) / 1024 / (count - 1)
        yield alone(f"memory of the server for each of {count:,} subscribers {what}", Side(numbers=[each], unit="KB"))


async def _told_one(live: Live, listeners: Crowd, count: int) -> None:
    await live.call(live.lead_ids[0])
    await asyncio.to_thread(listeners.hears, count)


# ---------------------------------------------------------------- how late anybody hears


def _lateness(bench: Bench, database: Database) -> Iterator[Row]:
    sizes = bench.sizes
    leads, each, rate = sizes.followed_leads, sizes.listeners_each, sizes.commands_per_s
    document = known("lead_feed")[0].replace("cursor", "cursor recordedAt", 1)
    with _live(bench, database, leads=leads) as live, crowd() as listeners:
        listeners.subscribe(live.url, live.payloads([*live.lead_ids] * each, document), live.key)
        bench.run(_at_rate(live, rate, leads))
        listeners.hears(leads * each)  # now all are there
        count = max(int(rate * sizes.round_s * 2), leads)
        bench.run(_at_rate(live, rate, count))
        late_ms = sorted(one * 1000 for one in listeners.hears(count * each))
    p50, p99 = statistics.median(late_ms), late_ms[int(len(late_ms) * 0.99)]
    work = f"recorded to client, {leads} leads with {each} subscribers each, {rate} commands/s"
    yield alone(work, Side(numbers=[p50], unit="ms", note=f"p99 {p99:.1f} ms"))


async def _at_rate(live: Live, per_s: int, count: int) -> None:
    """Commands in even steps, whether or not those before are done; on each lead in turn."""
    began = asyncio.get_running_loop().time()
    async with asyncio.TaskGroup() as tasks:
        for number in range(count):
            await asyncio.sleep(began + number / per_s - asyncio.get_running_loop().time())
            tasks.create_task(live.call(live.lead_ids[number % len(live.lead_ids)]))


# ---------------------------------------------------------------- what writers notice


def _writing(bench: Bench, database: Database) -> Iterator[Row]:
    """Appends by another process than the server's: alone, beside subscribers of other leads, and of those written."""
    sizes = bench.sizes
    document, _ = known("lead_feed")
    leads, count = sizes.followed_leads, sizes.listeners
    with _live(bench, database, leads=2 * leads) as live, crowd() as others, crowd() as theirs:
        written, other = live.lead_ids[:leads], live.lead_ids[leads:]
        rates: dict[str, list[float]] = {"alone": [], "other": [], "written": []}
        for _ in range(sizes.rounds):
            rates["alone"].append(bench.run(_append_rate(live, written, sizes.round_s)))
        others.subscribe(live.url, live.payloads((other[one % leads] for one in range(count)), document), live.key)
        time.sleep(SETTLING_S)
        for _ in range(sizes.rounds):
            rates["other"].append(bench.run(_append_rate(live, written, sizes.round_s)))
        theirs.subscribe(live.url, live.payloads((written[one % leads] for one in range(count)), document), live.key)
        time.sleep(SETTLING_S)
        for _ in range(sizes.rounds):
            rates["written"].append(bench.run(_append_rate(live, written, sizes.round_s)))
    sides = {name: Side(numbers=numbers, unit="commands/s") for name, numbers in rates.items()}
    work = f"append, {CLIENTS} clients on {leads} leads, while {count:,} listen to"
    yield compared(f"{work} as many others; peer: nobody listens", sides["other"], sides["alone"])
    yield compared(f"{work} them too; peer: nobody listens", sides["written"], sides["alone"])


async def _append_rate(live: Live, lead_ids: Sequence[LeadId], seconds: float) -> float:
    done, began = 0, time.perf_counter()

    async def client(number: int) -> None:
        nonlocal done
        while time.perf_counter() - began < seconds:
            await live.call(lead_ids[(number + done) % len(lead_ids)])
            done += 1

    await asyncio.gather(*map(client, range(CLIENTS)))
    return done / (time.perf_counter() - began)


# ---------------------------------------------------------------- what it stands on


@contextmanager
def _live(bench: Bench, database: Database, *, leads: int) -> Iterator[Live]:
    with bench.opened(open_system(settings(database), database)) as system, served(bench, database) as (url, pid):
        request, key, lead_ids = bench.run(_office(system, leads))
        yield Live(url=url, pid=pid, key=key, system=system, request=request, lead_ids=lead_ids, run=bench.run)


async def _office(system: System, leads: int) -> tuple[Request, str, list[LeadId]]:
    org_id, user_id = await onboarding.found(
        system, name="Live", admin_email="ada@live.example", time_zone="UTC", currency="EUR"
    )
    request = Request(org_id=org_id, actor=Actor(user_id=user_id), source="bench", correlation_id=uuid7())
    made = [CreateLead(name=f"Lead {number}") for number in range(leads)]
    await asyncio.gather(*(system.dispatch.run(one, replace(request, correlation_id=uuid7())) for one in made))
    return request, await onboarding.add_key(system, org_id, user_id), [one.lead_id for one in made]
