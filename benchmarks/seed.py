"""seed: events a second through the bulk road, beside COPY of the same rows into bare tables; and how much memory."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

import asyncpg

from app.database import Database
from app.store.migrate import SCHEMA
from app.store.store import Connection
from app.system import System, open_system
from benchmarks.bench import ROOT, Bench, settings
from benchmarks.office import seeded
from benchmarks.programs import environment
from benchmarks.table import Row, Side, compared, in_turns
from projections import INLINE

TABLES = ("events", "claims", *(table.name for projection in INLINE for table in projection.tables))


def rows(bench: Bench) -> Iterator[Row]:
    """Speed, then memory."""
    yield _speed(bench)
    yield _memory(bench)


def _speed(bench: Bench) -> Row:
    sizes, database = bench.sizes, bench.database()
    rounds = iter(range(sizes.rounds))
    with bench.opened(open_system(settings(database), database)) as system:

        def ours() -> float:
            return bench.run(_seed(system, database, sizes.seed_leads, sizes.activities, next(rounds)))

        found = in_turns(sizes.rounds, ours, lambda: bench.run(copied(bench, database)))
    return compared(
        f"seed, {sizes.seed_leads:,} leads of {sizes.activities} activities, all projections;"
        " peer: COPY of the same rows into tables without keys and indexes",
        Side(numbers=found[0], unit="events/s"),
        Side(numbers=found[1], unit="events/s"),
    )


async def _seed(system: System, database: Database, leads: int, activities: int, number: int) -> float:
    """Events a second of seeding an organization of its own."""
    connection = await asyncpg.connect(database.owner_url)
    try:
        before = await connection.fetchval(f"SELECT count(*) FROM {SCHEMA}.events")  # noqa: S608  # our own name
        began = time.perf_counter()
        await seeded(system, leads=leads, activities=activities, seed=number, organization=f"Round {number}")
        elapsed = time.perf_counter() - began
        events = await connection.fetchval(f"SELECT count(*) FROM {SCHEMA}.events") - before  # noqa: S608
    finally:
        await connection.close()
    return float(events / elapsed)


async def copied(bench: Bench, database: Database) -> float:
    """Events a second of copying what the last round made, in one transaction."""
    connection = await asyncpg.connect(database.owner_url)
    try:
        await connection.execute("DROP SCHEMA IF EXISTS bare CASCADE; CREATE SCHEMA bare")
        newest = f"SELECT org_id FROM {SCHEMA}.events ORDER BY recorded_at DESC LIMIT 1"  # noqa: S608
        org_id = await connection.fetchval(newest)
        files = [await _dumped(connection, table, org_id, bench.scratch) for table in TABLES]
        began = time.perf_counter()
        async with connection.transaction():
            for table, file in zip(TABLES, files, strict=True):
                await connection.copy_to_table(table, schema_name="bare", source=file, format="binary")
        elapsed = time.perf_counter() - began
        events = await connection.fetchval("SELECT count(*) FROM bare.events")
    finally:
        await connection.close()
    return float(events / elapsed)


async def _dumped(connection: Connection, table: str, org_id: UUID, scratch: Path) -> Path:
    """A file with an organization's rows of a table, and a table without keys and indexes to copy them into."""
    await connection.execute(f"CREATE TABLE bare.{table} AS SELECT * FROM {SCHEMA}.{table} WITH NO DATA")  # noqa: S608
    file = scratch / f"{table}.copy"
    query = f"SELECT * FROM {SCHEMA}.{table} WHERE org_id = $1"  # noqa: S608
    await connection.copy_from_query(query, org_id, output=file, format="binary")
    return file


def _memory(bench: Bench) -> Row:
    """Peak memory of the command, of few leads and of many: the ratio of the two is to stay near 1."""
    few, many = bench.sizes.memory_leads
    activities = bench.sizes.activities
    return compared(
        f"seed, peak memory: {many:,} leads of {activities} activities beside {few:,}",
        Side(numbers=[_peak_mib(bench, many)], unit="MiB"),
        Side(numbers=[_peak_mib(bench, few)], unit="MiB"),
    )


def _peak_mib(bench: Bench, leads: int) -> float:
    database = bench.database()
    env = environment(DATABASE_URL=database.app_url, LEADSTREAM_OWNER_DATABASE_URL=database.owner_url)
    name = urlsplit(database.app_url).path[1:]
    words = ["seed", "--leads", str(leads), "--activities", str(bench.sizes.activities)]
    command = [sys.executable, "-m", "benchmarks.peak", *words, "--out", str(bench.scratch / f"{name}.json")]
    done = subprocess.run(
        command, cwd=ROOT, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, check=True
    )
    return float(done.stdout.splitlines()[-1])
