"""merging: what merges of leads with very long histories cost work on other leads, and how much they write."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle

import asyncpg

from app import onboarding
from app.database import Database
from app.ids import LeadId, decode_id
from app.lead.calls import LogCall
from app.lead.details import CreateLead
from app.lead.merge import MergeLeads
from app.lead.unmerge import UnmergeLead
from app.request import Request
from app.store.migrate import SCHEMA
from app.system import System, open_system
from app.vocabulary import Direction
from benchmarks.bench import Bench, settings
from benchmarks.office import seeded
from benchmarks.rates import Rate, rate
from benchmarks.table import Row, Side, compared, in_turns

CLIENTS = 16
PAUSE_S = 0.02  # between a merge and the next one's beginning
SHORT = 50  # activities


@dataclass(frozen=True, kw_only=True)
class Pair:
    """Two leads that are merged and un-merged in turns."""

    source_id: LeadId
    destination_id: LeadId


@dataclass(frozen=True, kw_only=True)
class Office:
    """One organization."""

    request: Request
    lead_ids: Sequence[LeadId]
    short: Pair
    long: Pair


def rows(bench: Bench) -> Iterator[Row]:
    """Commands beside merges: their p99 is to stay below 2 times what it is without. Then what a merge writes."""
    sizes, database = bench.sizes, bench.database()
    length = sizes.long_activities
    with bench.opened(open_system(settings(database), database)) as system:
        home = bench.run(_office(system, sizes.append_leads // 4, length))
        bench.run(bench.vacuumed(database))
        taken: list[float] = []

        def shot(pair: Pair | None) -> Rate:
            return bench.run(_round(system, home, pair, sizes.round_s, taken))

        beside, alone = in_turns(sizes.rounds, lambda: shot(home.long), lambda: shot(None))
        merges = rate(taken, 1)
        title = (
            f"log a call, {CLIENTS} clients, p99, while leads of {length:,} activities each are merged and un-merged "
            f"({merges['count']:,} times, p50 {merges['p50_ms']:.1f} ms, p99 {merges['p99_ms']:.1f} ms); "
            "peer: nobody merges"
        )
        yield compared(title, _p99(beside), _p99(alone))

        def writes(pair: Pair) -> int:
            return bench.run(_written(system, database, home.request, pair))

        found = in_turns(sizes.rounds, lambda: writes(home.long), lambda: writes(home.short))
        yield compared(
            f"rows written by a merge of leads of {length:,} activities; peer: of {SHORT}",
            *(_rows(one) for one in found),
        )


async def _office(system: System, leads: int, activities: int) -> Office:
    """Leads that are worked on, and two pairs."""
    name = "Office"
    org_id, _ = await onboarding.found(
        system, name=name, admin_email="ada@office.example", time_zone="UTC", currency="EUR"
    )
    request = onboarding.system_request(org_id, source="bench")
    lead_ids = []
    for number in range(leads):
        lead = CreateLead(name=f"Lead {number}")
        await system.dispatch.run(lead, request)
        lead_ids.append(lead.lead_id)

    async def pair(length: int, seed: int) -> Pair:
        made = await seeded(system, leads=2, activities=length, seed=seed, organization=name)
        source, destination = (LeadId(decode_id("lead", each)) for each in made.lead_ids)
        return Pair(source_id=source, destination_id=destination)

    # What belongs to them is drawn by chance: a few contacts, opportunities and tasks more or less.
    return Office(request=request, lead_ids=lead_ids, short=await pair(SHORT, 1), long=await pair(activities, 2))


async def _round(system: System, home: Office, pair: Pair | None, seconds: float, merges: list[float]) -> Rate:
    """Calls are logged; beside them the pair, if there is one, is merged and un-merged over and over."""
    taken: list[float] = []
    began = time.perf_counter()
    end = began + seconds

    async def client(number: int) -> None:
        for lead_id in cycle(home.lead_ids[number::CLIENTS]):
            started = time.perf_counter()
            if started >= end:
                return
            await system.dispatch.run(LogCall(lead_id=lead_id, direction=Direction.OUTBOUND), home.request)
            taken.append(time.perf_counter() - started)

    async def merging(pair: Pair) -> None:
        while time.perf_counter() < end:
            started = time.perf_counter()
            await _merge(system, home.request, pair)
            between = time.perf_counter()
            await asyncio.sleep(PAUSE_S)
            again = time.perf_counter()
            await _unmerge(system, home.request, pair)
            merges.extend((between - started, time.perf_counter() - again))
            await asyncio.sleep(PAUSE_S)

    clients = [client(number) for number in range(CLIENTS)]
    await asyncio.gather(*clients, *([merging(pair)] if pair else []))
    return rate(taken, time.perf_counter() - began)


async def _merge(system: System, request: Request, pair: Pair) -> None:
    await system.dispatch.run(MergeLeads(lead_id=pair.destination_id, other_lead_id=pair.source_id), request)


async def _unmerge(system: System, request: Request, pair: Pair) -> None:
    await system.dispatch.run(UnmergeLead(lead_id=pair.destination_id, other_lead_id=pair.source_id), request)


async def _written(system: System, database: Database, request: Request, pair: Pair) -> int:
    """Rows of all tables that a merge put there, events and former versions of rows among them."""
    await _merge(system, request, pair)
    connection = await asyncpg.connect(database.owner_url, server_settings={"search_path": SCHEMA})
    try:
        transaction = await connection.fetchval(
            "SELECT xmin::text FROM events WHERE stream_id = $1 ORDER BY position DESC LIMIT 1", pair.source_id
        )
        tables = await connection.fetch(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = $1::regnamespace", SCHEMA
        )
        count = 0
        for (table,) in tables:
            counted = f'SELECT count(*) FROM "{table}" WHERE xmin::text = $1'  # noqa: S608 - a name from the catalog
            count += await connection.fetchval(counted, transaction)
    finally:
        await connection.close()
    await _unmerge(system, request, pair)
    return int(count)


def _p99(found: Sequence[Rate]) -> Side:
    middle = sorted(found, key=lambda one: one["p99_ms"])[len(found) // 2]
    note = f"p50 {middle['p50_ms']:.1f} ms, {middle['per_s']:,.0f} commands/s"
    return Side(numbers=[one["p99_ms"] for one in found], unit="ms", note=note)


def _rows(found: Sequence[int]) -> Side:
    return Side(numbers=found, unit="rows")
