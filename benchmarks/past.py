"""past: what keeping the past costs an edit, and what a page costs that is read at a moment of it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import cycle
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import asyncpg

from app import onboarding
from app.database import Database
from app.ids import ActivityId, LeadId, decode_id, uuid7
from app.lead.calls import LogCall
from app.lead.details import CreateLead, UpdateLead
from app.lead.notes import EditNote, WriteNote
from app.request import Command, Request
from app.situation import Actor
from app.store.migrate import SCHEMA
from app.system import System, open_system
from app.vocabulary import Direction
from benchmarks.bench import Bench, settings
from benchmarks.office import seeded
from benchmarks.rates import Rate, rate
from benchmarks.table import Row, Side, compared, in_turns
from projections import INLINE
from projections.activity_feed import read as feed
from projections.activity_feed.read import ActivityCriteria
from projections.email_threads import read as threads
from projections.files_tab import read as files
from projections.files_tab.read import FileCriteria
from projections.lead_view import opportunity_list, task_list
from projections.lead_view import read as view
from projections.machinery.reader import Reader
from projections.machinery.writers import writer_statements

CLIENTS = 32
NOTE = "Spoke about the renewal; wants a quote by Friday, and asked who is in charge of invoices. "
UTC = ZoneInfo("UTC")


@dataclass(frozen=True, kw_only=True)
class Subject:
    """A lead, and a note on it."""

    lead_id: LeadId
    note_id: ActivityId


Work = Callable[[Subject, int], Command]

WORKS: dict[str, Work] = {
    "edit a note": lambda one, number: EditNote(note_id=one.note_id, text=f"{NOTE}{number}"),
    "rename a lead": lambda one, number: UpdateLead(lead_id=one.lead_id, name=f"Bluth {number}"),
    "log a call": lambda one, _: LogCall(lead_id=one.lead_id, direction=Direction.OUTBOUND, note=NOTE),
}


def rows(bench: Bench) -> Iterator[Row]:
    """Writes with and without the past, then pages now and then."""
    yield from _edits(bench)
    yield from _pages(bench)


def _edits(bench: Bench) -> Iterator[Row]:
    """Commands a second of `CLIENTS` clients: the ratio of an edit is to stay above 0.83."""
    sizes, database = bench.sizes, bench.database()
    with bench.opened(open_system(settings(database), database)) as system:
        request, subjects = bench.run(_subjects(system, sizes.append_leads // 4))
        for name, work in WORKS.items():

            def shot(keeps_past: bool, work: Work = work) -> Rate:
                bench.run(_make_writers(database, keeps_past=keeps_past))
                return bench.run(_round(system, request, subjects, work, sizes.round_s / 2))

            ours, peer = in_turns(sizes.rounds, lambda: shot(True), lambda: shot(False))
            title = f"{name}, {CLIENTS} clients, 1 organization; peer: writers that keep no past"
            yield compared(title, _rates(ours), _rates(peer))


async def _subjects(system: System, leads: int) -> tuple[Request, list[Subject]]:
    org_id, admin_id = await onboarding.found(
        system, name="Office", admin_email="ada@office.example", time_zone="UTC", currency="EUR"
    )
    request = Request(org_id=org_id, actor=Actor(user_id=admin_id), source="bench", correlation_id=uuid7())
    subjects = []
    for number in range(leads):
        lead = CreateLead(name=f"Lead {number}")
        await system.dispatch.run(lead, request)
        note = WriteNote(lead_id=lead.lead_id, text=NOTE)
        await system.dispatch.run(note, request)
        subjects.append(Subject(lead_id=lead.lead_id, note_id=note.note_id))
    return request, subjects


async def _make_writers(database: Database, *, keeps_past: bool) -> None:
    """The functions that write rows, as they are, or as they were without a past."""
    connection = await asyncpg.connect(database.owner_url, server_settings={"search_path": SCHEMA})
    try:
        for projection in INLINE:
            tables = [replace(one, keeps_past=keeps_past and one.keeps_past) for one in projection.tables]
            for statement in writer_statements(tables):
                await connection.execute(statement)
    finally:
        await connection.close()


async def _round(system: System, request: Request, subjects: Sequence[Subject], work: Work, seconds: float) -> Rate:
    taken: list[float] = []

    async def client(number: int) -> None:
        for count, subject in enumerate(cycle(subjects[number::CLIENTS] or subjects)):
            began = time.perf_counter()
            if began >= end:
                return
            await system.dispatch.run(work(subject, time.monotonic_ns() + count), request)
            taken.append(time.perf_counter() - began)

    began = time.perf_counter()
    end = began + seconds
    await asyncio.gather(*(client(number) for number in range(CLIENTS)))
    return rate(taken, time.perf_counter() - began)


@dataclass(frozen=True, kw_only=True)
class Lead:
    """A seeded lead, and the position in the middle of its history."""

    org_id: UUID
    lead_id: UUID
    contact_ids: Sequence[UUID]
    thread_ids: Sequence[UUID]
    middle: int


def _pages(bench: Bench) -> Iterator[Row]:
    """Milliseconds of everything that a page reads: at a moment of a long history the ratio is to stay below 5."""
    sizes, database = bench.sizes, bench.database()
    short_length, long_length = sizes.past_lengths
    with bench.opened(open_system(settings(database), database)) as system:
        bench.run(seeded(system, leads=sizes.append_leads // 5, activities=50, seed=1))
        short = bench.run(_lead(system, short_length, 2))
        long = bench.run(_lead(system, long_length, 3))
        bench.run(bench.vacuumed(database))

        def taken_ms(lead: Lead, *, then: bool) -> float:
            return bench.run(_read_ms(system, lead, then=then))

        found = in_turns(sizes.rounds, lambda: taken_ms(long, then=True), lambda: taken_ms(short, then=True))
        yield compared(
            f"all reads of a lead page at the middle of {long_length:,} events; peer: of {short_length:,}",
            Side(numbers=found[0], unit="ms"),
            Side(numbers=found[1], unit="ms"),
        )
        found = in_turns(sizes.rounds, lambda: taken_ms(long, then=True), lambda: taken_ms(long, then=False))
        yield compared(
            f"all reads of a lead page at the middle of {long_length:,} events; peer: at their end",
            Side(numbers=found[0], unit="ms"),
            Side(numbers=found[1], unit="ms"),
        )


async def _lead(system: System, activities: int, seed: int) -> Lead:
    """A lead some of whose notes were edited at the end of its history."""
    made = await seeded(system, leads=1, activities=activities, seed=seed)
    org_id, lead_id = decode_id("orga", made.organization_id), LeadId(decode_id("lead", made.lead_ids[0]))

    async def ids(sql: str) -> list[Any]:
        return [row[0] for row in await system.store.fetch(None, sql, org_id, lead_id)]

    note_ids = await ids("SELECT activity_id FROM activity_feed WHERE org_id = $1 AND lead_id = $2 AND kind = 'NOTE'")
    for note_id in note_ids[::10]:
        edit = EditNote(note_id=note_id, text="Edited")
        await system.dispatch.run(edit, onboarding.system_request(org_id, source="bench"))
    positions = await ids("SELECT position FROM events WHERE org_id = $1 AND stream_id = $2 ORDER BY position")
    newest = "FROM email_thread WHERE org_id = $1 AND lead_id = $2 ORDER BY latest_position LIMIT 20"
    return Lead(
        org_id=org_id,
        lead_id=lead_id,
        contact_ids=await ids("SELECT contact_id FROM lead_contact WHERE org_id = $1 AND lead_id = $2"),
        thread_ids=await ids(f"SELECT thread_id {newest}"),
        middle=positions[len(positions) // 2],
    )


async def _read_ms(system: System, lead: Lead, *, then: bool, times: int = 9) -> float:
    """The middle one of some times that everything is read."""
    present = Reader(system.store.readers, lead.org_id)
    reader = present.at(lead.middle) if then else present
    taken = []
    try:
        for _ in range(times):
            began = time.perf_counter()
            for read in _reads(reader, lead):
                await read
            taken.append(time.perf_counter() - began)
    finally:
        await present.renew()
    return sorted(taken)[times // 2] * 1000


def _reads(reader: Reader, lead: Lead) -> Iterator[Awaitable[Any]]:
    """As the lead page asks them."""
    lead_ids, everything = [lead.lead_id], ActivityCriteria()
    yield view.leads(reader, lead_ids)
    yield view.contacts_of_leads(reader, lead_ids, 50)
    yield view.contact_counts(reader, lead_ids)
    yield view.opportunities_of_leads(reader, lead_ids, 50)
    yield opportunity_list.opportunity_counts(reader, lead_ids, [])
    yield view.tasks_of_leads(reader, lead_ids, 50, include_completed=False)
    yield view.open_task_counts(reader, lead_ids)
    yield task_list.next_tasks(reader, lead_ids, UTC)
    yield view.custom_values(reader, [lead.lead_id, *lead.contact_ids])
    yield feed.pinned(reader, lead_ids)
    yield feed.activity_page(reader, lead_ids, everything, limit=51)
    yield feed.count(reader, lead_ids, everything)
    yield threads.thread_page(reader, lead_ids, limit=21)
    yield threads.email_counts(reader, lead.thread_ids)
    yield threads.thread_people(reader, lead.thread_ids)
    yield files.file_page(reader, lead_ids, FileCriteria(), limit=21)
    yield files.count(reader, lead_ids, FileCriteria())


def _rates(found: Sequence[Rate]) -> Side:
    middle = sorted(found, key=lambda one: one["per_s"])[len(found) // 2]
    note = f"p50 {middle['p50_ms']:.1f} ms, p99 {middle['p99_ms']:.1f} ms"
    return Side(numbers=[one["per_s"] for one in found], unit="commands/s", note=note)
