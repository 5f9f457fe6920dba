"""merging: what other commands wait while leads with very long histories are merged, and parted again."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from statistics import quantiles
from uuid import UUID

import asyncpg

from app import onboarding
from app.database import Database
from app.ids import LeadId, uuid7
from app.lead.calls import LogCall
from app.lead.contacts import NewContact
from app.lead.details import CreateLead
from app.lead.merge import MergeLeads
from app.lead.unmerge import UnmergeLead
from app.request import Request
from app.situation import Actor
from app.store.migrate import SCHEMA
from app.system import System, open_system
from app.vocabulary import Direction
from benchmarks.bench import Bench, settings
from benchmarks.histories import FIRST, SQL
from benchmarks.table import Row, Side, alone, compared, in_turns

CLIENTS = 16  # who log calls on leads of their own
BETWEEN_S = 0.05  # seconds between one of the merges and the next
NOTE = "Spoke about the renewal; wants a quote by Friday."


@dataclass(frozen=True, kw_only=True)
class Office:
    """Two leads that are merged, and those that the others work on."""

    database: Database
    request: Request
    first_id: LeadId
    second_id: LeadId
    lead_ids: Sequence[LeadId]


@dataclass(slots=True)
class Merges:
    """How long each took, in seconds."""

    taken_s: list[float]


def rows(bench: Bench) -> Iterator[Row]:
    """Milliseconds of the slowest of a hundred other commands: the ratio is to stay below 2."""
    sizes, database = bench.sizes, bench.database()
    merges = Merges([])
    with bench.opened(open_system(settings(database), database)) as system:
        office = bench.run(_office(system, database, sizes.merged_activities))
        bench.run(bench.vacuumed(database))

        def shot(while_merging: bool) -> float:
            return bench.run(_p99_ms(system, office, sizes.round_s, merges if while_merging else None))

        ours, peer = in_turns(sizes.rounds, lambda: shot(True), lambda: shot(False))
    size = f"{sizes.merged_activities:,}"
    title = f"p99 of {CLIENTS} clients' commands while leads of {size} activities are merged; peer: without"
    yield compared(title, Side(numbers=ours, unit="ms"), Side(numbers=peer, unit="ms"))
    each = [taken * 1000 for taken in merges.taken_s]
    yield alone(f"one merge or un-merge of them, {len(each)} of them", Side(numbers=each, unit="ms"))


async def _office(system: System, database: Database, activities: int) -> Office:
    org_id, admin_id = await onboarding.found(
        system, name="Merging", admin_email="ada@merging.example", time_zone="UTC", currency="EUR"
    )
    request = Request(org_id=org_id, actor=Actor(user_id=admin_id), source="bench", correlation_id=uuid7())
    names = ("Lindsay", "Tobias")
    leads = [
        CreateLead(name=f"Lead {number}", contacts=tuple(NewContact(name=name) for name in names))
        for number in range(CLIENTS + 2)
    ]
    for lead in leads:
        await system.dispatch.run(lead, request)
    first, second, *others = (lead.lead_id for lead in leads)
    for lead_id, position in ((first, 1_000_000), (second, 2_000_000)):
        await _fill(database, org_id, admin_id, lead_id, activities, position)
    return Office(database=database, request=request, first_id=first, second_id=second, lead_ids=others)


async def _fill(
    database: Database, org_id: UUID, user_id: UUID, lead_id: LeadId, activities: int, position: int
) -> None:
    """A long history, straight into the feed: a merge does not look at its events either."""
    connection = await asyncpg.connect(database.owner_url, server_settings={"search_path": SCHEMA})
    try:
        parts = (["CALL", "NOTE"], [user_id], [lead_id], [lead_id])
        await connection.execute(SQL["items"], org_id, lead_id, activities, position, FIRST, *parts)
    finally:
        await connection.close()


async def _p99_ms(system: System, office: Office, seconds: float, merges: Merges | None) -> float:
    end = time.perf_counter() + seconds
    async with _merging(system, office, merges):
        taken = await asyncio.gather(*(_calls(system, office, lead_id, end) for lead_id in office.lead_ids))
    return quantiles([one for each in taken for one in each], n=100)[-1] * 1000


async def _calls(system: System, office: Office, lead_id: LeadId, end: float) -> list[float]:
    taken = []
    while (began := time.perf_counter()) < end:
        await system.dispatch.run(LogCall(lead_id=lead_id, direction=Direction.OUTBOUND, note=NOTE), office.request)
        taken.append(time.perf_counter() - began)
    return taken


@asynccontextmanager
async def _merging(system: System, office: Office, merges: Merges | None) -> AsyncIterator[None]:
    """While the block lasts the two are merged and parted, again and again; at its end they are apart."""
    done = asyncio.Event()
    task = asyncio.create_task(_merge_until(done, system, office, merges)) if merges is not None else None
    try:
        yield
    finally:
        done.set()
        if task is not None:
            await task


async def _merge_until(done: asyncio.Event, system: System, office: Office, merges: Merges) -> None:
    while not done.is_set():
        for kind in (MergeLeads, UnmergeLead):
            began = time.perf_counter()
            await system.dispatch.run(kind(lead_id=office.first_id, other_lead_id=office.second_id), office.request)
            merges.taken_s.append(time.perf_counter() - began)
            await asyncio.sleep(BETWEEN_S)
