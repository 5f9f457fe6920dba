"""append: commands a second through Dispatch, beside the `eventsourcing` library's own PostgreSQL application."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from itertools import cycle
from urllib.parse import parse_qs, urlsplit

import asyncpg

from app import onboarding
from app.ids import LeadId, uuid7
from app.lead.calls import LogCall
from app.lead.details import CreateLead
from app.request import Request
from app.situation import Actor
from app.system import System, open_system
from app.vocabulary import Direction
from benchmarks.bench import Bench, PeerMissing, settings
from benchmarks.programs import Answering, answering, environment
from benchmarks.rates import Rate, rate
from benchmarks.table import Row, Side, alone, compared, in_turns

NOTE = "Spoke about the renewal; wants a quote by Friday, and asked who is in charge of invoices."
CLIENTS = 32

Lead = tuple[Request, LeadId]


def rows(bench: Bench) -> Iterator[Row]:
    """One organization with many clients and with one, and ten organizations.

    Ten of them are to the library either one application with one log, or ten with tables of their own.
    """
    yield from _measured(bench, "1 organization", 1, applications=1, clients=(CLIENTS, 1))
    yield from _measured(bench, "10 organizations, peer: one log", 10, applications=1, clients=(CLIENTS,))
    yield from _measured(bench, "10 organizations, peer: ten logs", 10, applications=10, clients=(CLIENTS,))


def _measured(
    bench: Bench, work: str, organizations: int, *, applications: int, clients: Sequence[int]
) -> Iterator[Row]:
    names = [f"append, {work}, {count} client{'s' * (count > 1)}" for count in clients]
    with bench.opened(open_system(settings(database := bench.database()), database)) as system:
        leads = bench.run(leads_of(system, organizations, bench.sizes.append_leads // organizations))
        try:
            with _peer(bench, applications) as peer:
                for name, count in zip(names, clients, strict=True):
                    yield _row(bench, name, system, leads, count, peer)
        except PeerMissing as missing:
            for name, count in zip(names, clients, strict=True):
                rates = [_ours(bench, system, leads, count) for _ in range(bench.sizes.rounds)]
                yield alone(name, side_of(rates), str(missing))


def _row(bench: Bench, work: str, system: System, leads: Sequence[Lead], clients: int, peer: Answering) -> Row:
    ours, theirs = in_turns(
        bench.sizes.rounds,
        lambda: _ours(bench, system, leads, clients),
        lambda: peer.ask(clients=clients, seconds=bench.sizes.round_s),
    )
    return compared(work, side_of(ours), side_of(theirs))


def side_of(rates: Sequence[Rate]) -> Side:
    """Their rates, with the times of the middle one."""
    middle = sorted(rates, key=lambda one: one["per_s"])[len(rates) // 2]
    note = f"p50 {middle['p50_ms']:.1f} ms, p99 {middle['p99_ms']:.1f} ms"
    return Side(numbers=[one["per_s"] for one in rates], unit="commands/s", note=note)


def _ours(bench: Bench, system: System, leads: Sequence[Lead], clients: int) -> Rate:
    return bench.run(round_of(system, leads, clients, bench.sizes.round_s))


async def round_of(system: System, leads: Sequence[Lead], clients: int, seconds: float) -> Rate:
    """Every client logs calls on leads of its own, one after the other, until time is over."""
    taken: list[float] = []

    async def client(number: int) -> None:
        for request, lead_id in cycle(leads[number::clients]):
            began = time.perf_counter()
            if began >= end:
                return
            command = LogCall(
                lead_id=lead_id, direction=Direction.OUTBOUND, duration_s=60, phone="+12025550123", note=NOTE
            )
            await system.dispatch.run(command, request)
            taken.append(time.perf_counter() - began)

    began = time.perf_counter()
    end = began + seconds
    await asyncio.gather(*(client(number) for number in range(clients)))
    return rate(taken, time.perf_counter() - began)


async def leads_of(system: System, organizations: int, each: int) -> list[Lead]:
    """Leads of all organizations in turns, with the request by which somebody there acts on them."""
    requests = []
    for number in range(organizations):
        org_id, admin_id = await onboarding.found(
            system, name=f"Office {number}", admin_email="ada@office.example", time_zone="UTC", currency="EUR"
        )
        actor = Actor(user_id=admin_id)
        requests.append(Request(org_id=org_id, actor=actor, source="bench", correlation_id=uuid7()))
    leads: list[Lead] = []
    for number in range(each):
        for request in requests:
            command = CreateLead(name=f"Lead {number}")
            await system.dispatch.run(command, request)
            leads.append((request, command.lead_id))
    return leads


@contextmanager
def _peer(bench: Bench, applications: int) -> Iterator[Answering]:
    if find_spec("psycopg") is None:
        raise PeerMissing("eventsourcing: psycopg is not installed, which `make bench` does")
    url = bench.empty_database().owner_url
    bench.run(_make_schemas(url, applications))
    address = urlsplit(url)
    env = environment(
        POSTGRES_DBNAME=address.path[1:],
        POSTGRES_HOST=parse_qs(address.query)["host"][0],
        POSTGRES_PORT=parse_qs(address.query)["port"][0],
        POSTGRES_USER=address.username or "",
        POSTGRES_PASSWORD=address.password or "",
    )
    module = "benchmarks.peers.eventsourcing_calls"
    each = bench.sizes.append_leads // applications
    with answering([sys.executable, "-m", module, str(applications), str(each), NOTE], env=env) as peer:
        yield peer


async def _make_schemas(url: str, applications: int) -> None:
    connection = await asyncpg.connect(url)
    try:
        for number in range(applications):
            await connection.execute(f"CREATE SCHEMA application_{number}")
    finally:
        await connection.close()
