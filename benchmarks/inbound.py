"""inbound: mail that comes into an inbox beside mail that makes no items, through Dispatch; and handling what came.

Both sides log mail of the same length on the same leads, so that the ratio is what items cost.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from app import onboarding
from app.bulk.history import History, Step
from app.bulk.road import Road
from app.desk.handling import ITEMS_MAX, MarkDone, MarkNotDone
from app.ids import ItemId, LeadId, uuid7
from app.lead.details import CreateLead
from app.lead.emails import LogEmail
from app.request import Command, Request
from app.situation import Actor
from app.store.sql_file import load_statements
from app.system import System, open_system
from app.vocabulary import Direction
from benchmarks.append import CLIENTS, NOTE
from benchmarks.bench import Bench, settings
from benchmarks.rates import Rate, rate
from benchmarks.table import Row, Side, alone, compared

SQL = load_statements(Path(__file__).with_suffix(".sql"))

OURS, THEIRS = "ada@office.example", "lindsay@customer.example"
DAY = timedelta(days=1)

Make = Callable[[LeadId, int], LogEmail]
Round = Callable[[], Awaitable[Rate]]


def rows(bench: Bench) -> Iterator[Row]:
    """Mails a second: what makes or closes items is to come at least 0.8 times as fast as what makes none."""
    sizes, database = bench.sizes, bench.database()
    with bench.opened(open_system(settings(database), database)) as system:
        office = bench.run(_office(system, max(sizes.append_leads, CLIENTS), sizes.round_s))
        new = "inbound mail beside outbound, each a new thread"
        yield from _turns(bench, new, office.round(_new(Direction.INBOUND)), office.round(_new(Direction.OUTBOUND)))
        bench.run(_unread(office, sizes.unread))
        folded = f"inbound mail beside outbound, in threads with {sizes.unread:,} unread"
        yield from _turns(bench, folded, *(office.threads(_more(one)) for one in Direction))
        waiting = "mail that waits for an answer beside mail that does not"
        yield from _turns(bench, waiting, office.round(_sent(DAY)), office.round(_sent(None)))
        closing = "answers somebody waits for beside answers nobody does"
        yield from _turns(bench, closing, *(_answering(office, one, sizes.answers) for one in (DAY, None)))
        yield alone(f"{ITEMS_MAX} items done at once", bench.run(_handled(office, sizes.rounds)))
        done = f"outbound mail while {ITEMS_MAX} items are handled each second beside undisturbed"
        yield from _turns(bench, done, office.disturbed(_sent(None)), office.round(_sent(None)))


@dataclass(frozen=True, kw_only=True)
class Office:
    """One organization, whose ADMIN has an inbox. The first leads, one a client, have a long thread each."""

    system: System
    request: Request
    leads: Sequence[LeadId]
    seconds: float

    def round(self, make: Make) -> Round:
        """Every client works on leads of its own, one after the other, until time is over."""
        return lambda: self._sent([self.leads[one::CLIENTS] for one in range(CLIENTS)], make)

    def threads(self, make: Make) -> Round:
        """Every client works on one lead."""
        return lambda: self._sent([self.leads[one : one + 1] for one in range(CLIENTS)], make)

    def disturbed(self, make: Make) -> Round:
        """As a round, while somebody handles many items each second."""

        async def run() -> Rate:
            async with _handling(self):
                return await self.round(make)()

        return run

    async def _sent(self, leads: Sequence[Sequence[LeadId]], make: Make) -> Rate:
        end, numbers = time.perf_counter() + self.seconds, count(time.time_ns())

        def commands(mine: Sequence[LeadId]) -> Iterator[Command]:
            for turn in count():
                if time.perf_counter() >= end:
                    return
                yield make(mine[turn % len(mine)], next(numbers))

        return await run(self, [commands(mine) for mine in leads])


async def run(office: Office, clients: Sequence[Iterator[Command]]) -> Rate:
    """Every client gives its commands, one after the other."""
    taken: list[float] = []

    async def client(commands: Iterator[Command]) -> None:
        for command in commands:
            began = time.perf_counter()
            await office.system.dispatch.run(command, office.request)
            taken.append(time.perf_counter() - began)

    began = time.perf_counter()
    await asyncio.gather(*(client(commands) for commands in clients))
    return rate(taken, time.perf_counter() - began)


def _mail(lead_id: LeadId, direction: Direction, number: int, answers: str | None, wait: timedelta | None) -> LogEmail:
    is_theirs = direction is Direction.INBOUND
    return LogEmail(
        lead_id=lead_id,
        direction=direction,
        sender=THEIRS if is_theirs else OURS,
        to=(OURS if is_theirs else THEIRS,),
        subject=f"Invoice {number}",
        body_text=NOTE,
        message_id=f"<{number}@mail.example>",
        in_reply_to=answers,
        follow_up_at=datetime.now(UTC) + wait if wait else None,
    )


def _new(direction: Direction) -> Make:
    return lambda lead_id, number: _mail(lead_id, direction, number, None, None)


def _more(direction: Direction) -> Make:
    return lambda lead_id, number: _mail(lead_id, direction, number, f"<{lead_id}@mail.example>", None)


def _sent(wait: timedelta | None) -> Make:
    return lambda lead_id, number: _mail(lead_id, Direction.OUTBOUND, number, None, wait)


def _answering(office: Office, wait: timedelta | None, mails: int) -> Round:
    """Mails are sent, and then answered; what is measured are the answers."""

    async def answered() -> Rate:
        first = time.time_ns()
        sent = [(office.leads[one % len(office.leads)], first + one) for one in range(mails)]
        await _logged(office, [_mail(lead, Direction.OUTBOUND, one, None, wait) for lead, one in sent])

        def answers(mine: Sequence[tuple[LeadId, int]]) -> Iterator[Command]:
            for lead, one in mine:
                yield _mail(lead, Direction.INBOUND, one + mails, f"<{one}@mail.example>", None)

        return await run(office, [answers(sent[one::CLIENTS]) for one in range(CLIENTS)])

    return answered


def _turns(bench: Bench, work: str, ours: Round, peer: Round) -> Iterator[Row]:
    found: tuple[list[Rate], list[Rate]] = ([], [])
    for number in range(bench.sizes.rounds):
        # The first one changes: tables grow with every round.
        sides = [(found[0], ours), (found[1], peer)]
        for rates, one in sides if number % 2 else reversed(sides):
            rates.append(bench.run(_running(one)))
    yield compared(f"{work}, {CLIENTS} clients", *map(_side, found))


async def _running(one: Round) -> Rate:
    return await one()


def _side(rates: Sequence[Rate]) -> Side:
    middle = sorted(rates, key=lambda one: one["per_s"])[len(rates) // 2]
    note = f"p50 {middle['p50_ms']:.1f} ms, p99 {middle['p99_ms']:.1f} ms"
    return Side(numbers=[one["per_s"] for one in rates], unit="mails/s", note=note)


# ---------------------------------------------------------------- what is there before


async def _office(system: System, leads: int, seconds: float) -> Office:
    org_id, admin_id = await onboarding.found(system, name="Office", admin_email=OURS, time_zone="UTC", currency="EUR")
    request = Request(org_id=org_id, actor=Actor(user_id=admin_id), source="bench", correlation_id=uuid7())
    made = [CreateLead(name=f"Lead {number}") for number in range(leads)]
    for command in made:
        await system.dispatch.run(command, request)
    return Office(system=system, request=request, leads=[one.lead_id for one in made], seconds=seconds)


async def _unread(office: Office, mails: int) -> None:
    """A thread on one lead of each client, with so many unread."""
    for lead_id in office.leads[:CLIENTS]:
        root = _mail(lead_id, Direction.INBOUND, time.time_ns(), None, None)
        first = LogEmail(**{**vars(root), "message_id": f"<{lead_id}@mail.example>"})
        more, numbers = _more(Direction.INBOUND), count(time.time_ns())
        await _logged(office, [first, *(more(lead_id, next(numbers)) for _ in range(mails - 1))])


async def _logged(office: Office, mails: Sequence[LogEmail]) -> None:
    """Through the bulk road."""
    by_lead: dict[LeadId, list[Step]] = {}
    for one in mails:
        by_lead.setdefault(one.lead_id, []).append(Step(office.request.actor, one))
    histories = [History(lead_id=lead_id, steps=steps) for lead_id, steps in by_lead.items()]
    async for outcome in Road(office.system, office.request.org_id, source="bench").run(histories):
        assert not outcome.refused, outcome.refused[0]


# ---------------------------------------------------------------- handling


async def _handled(office: Office, rounds: int) -> Side:
    taken_ms: list[float] = []
    items = await _some_items(office)
    for _ in range(rounds):
        began = time.perf_counter()
        await office.system.dispatch.run(MarkDone(item_ids=items), office.request)
        taken_ms.append((time.perf_counter() - began) * 1000)
        await office.system.dispatch.run(MarkNotDone(item_ids=items), office.request)
    return Side(numbers=taken_ms, unit="ms")


@asynccontextmanager
async def _handling(office: Office) -> AsyncIterator[None]:
    items = await _some_items(office)

    async def handle() -> None:
        for turn in count():
            command = MarkNotDone(item_ids=items) if turn % 2 else MarkDone(item_ids=items)
            await office.system.dispatch.run(command, office.request)
            await asyncio.sleep(1)

    task = asyncio.create_task(handle())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _some_items(office: Office) -> tuple[ItemId, ...]:
    owner_id = office.request.actor.user_id
    rows = await office.system.store.fetch(None, SQL["open_mail"], office.request.org_id, owner_id, ITEMS_MAX)
    return tuple(ItemId(row["item_id"]) for row in rows)
