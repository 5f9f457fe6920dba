"""history: pages from the middle of a long log, beside those of a short one, by what is asked for."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from uuid import UUID

import asyncpg

from app.ids import uuid7
from app.store.migrate import SCHEMA
from app.store.sql_file import load_statements
from benchmarks.bench import Bench
from benchmarks.table import Row, Side, compared, in_turns
from projections.history.read import Between, EventCriteria, event_page
from projections.machinery.reader import Reader

SQL = load_statements(Path(__file__).with_suffix(".sql"))

FIRST = datetime(2020, 1, 1, tzinfo=UTC)
LEADS = 200
PAGES = 40  # that are read in each round
SIZE = 51  # events of a page, and one more
LEAD_IDS, USERS, IMPORT = [uuid7() for _ in range(LEADS)], [uuid7() for _ in range(5)], uuid7()
TYPES = ("lead.renamed", "lead.note_written", "lead.call_logged")
RARE = "lead.restored"
CASES: dict[str, tuple[EventCriteria, UUID | None]] = {
    "of everything": (EventCriteria(), None),
    "of a rare type": (EventCriteria(types=(RARE,)), None),
    "of a user": (EventCriteria(user_id=USERS[2]), None),
    "of a user's rare type": (EventCriteria(types=(RARE,), user_id=USERS[2]), None),
    "of half an import": (EventCriteria(correlation_id=IMPORT), None),
    "of a lead with half the log": (EventCriteria(), LEAD_IDS[0]),
    "of such a lead's type and user": (EventCriteria(types=TYPES[:1], user_id=USERS[2]), LEAD_IDS[0]),
}


def rows(bench: Bench) -> Iterator[Row]:
    """Milliseconds that a page takes, one at a time: the ratio is to stay below 1.5."""
    database = bench.database()
    short, long = bench.sizes.event_logs
    logs = {length: uuid7() for length in (short, long)}
    for length, org_id in logs.items():
        bench.run(_filled(database.owner_url, org_id, length))
    bench.run(bench.vacuumed(database))
    with bench.opened(_pool(database.app_url)) as pool:
        readers = {length: Reader(pool, org_id, snapshot=False) for length, org_id in logs.items()}
        for name, (criteria, lead_id) in CASES.items():

            def taken(length: int, criteria: EventCriteria = criteria, lead_id: UUID | None = lead_id) -> float:
                return bench.run(_taken_ms(readers[length], length, criteria, lead_id))

            found = in_turns(bench.sizes.rounds, lambda: taken(long), lambda: taken(short))
            work = f"history, a page {name}, from the middle of {long:,} events beside {short:,}"
            yield compared(work, _side(found[0]), _side(found[1]))


@asynccontextmanager
async def _pool(url: str) -> AsyncIterator[asyncpg.Pool]:
    settings = {"search_path": SCHEMA, "enable_seqscan": "off"}
    async with asyncpg.create_pool(url, min_size=1, max_size=1, server_settings=settings) as pool:
        yield pool


async def _taken_ms(reader: Reader, length: int, criteria: EventCriteria, lead_id: UUID | None) -> float:
    took = []
    for _ in range(PAGES):
        begin = time.perf_counter()
        await event_page(
            reader, [lead_id], criteria, Between(above=length // 2), limit=SIZE, is_narrowed=lead_id is not None
        )
        took.append((time.perf_counter() - begin) * 1_000)
    return median(took)


async def _filled(owner_url: str, org_id: UUID, length: int) -> None:
    connection = await asyncpg.connect(owner_url, server_settings={"search_path": SCHEMA})
    try:
        await connection.execute(SQL["events"], org_id, FIRST, LEAD_IDS, RARE, TYPES, USERS, IMPORT, length)
        await connection.execute(SQL["leads"], org_id, LEAD_IDS)
    finally:
        await connection.close()


def _side(numbers: Sequence[float]) -> Side:
    return Side(numbers=numbers, unit="ms")
