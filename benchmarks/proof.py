"""proof: how fast logs are sealed and verified, what a proof in a long one costs, and what sealing costs appends."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import asyncpg

from app.database import Database
from app.ids import decode_id, uuid7
from app.proof.proofs import included
from app.proof.sealing import Sealer, Sealing
from app.proof.tiles import reading, sealed_tree
from app.store.migrate import SCHEMA
from app.store.sql_file import load_statements
from app.system import System, open_system
from app.verify import verify
from benchmarks.append import CLIENTS, Lead, leads_of, round_of, side_of
from benchmarks.bench import Bench, settings
from benchmarks.office import seeded
from benchmarks.rates import Rate
from benchmarks.table import Row, Side, compared, in_turns

SQL = load_statements(Path(__file__).with_suffix(".sql"))
PIECE = 50_000  # events written in one statement
PROOFS = 200  # of each round


def rows(bench: Bench) -> Iterator[Row]:
    """Verifying and sealing, proofs, and appends beside the runner."""
    database = bench.database()
    with bench.opened(open_system(settings(database), database)) as system:
        org_id = bench.run(_seeded(system, bench.sizes.proof_leads, bench.sizes.activities))
        yield _sealing(bench, system, database, org_id)
        yield _verifying(bench, system)
    yield _proofs(bench)
    yield _appends(bench)


async def _seeded(system: System, leads: int, activities: int) -> UUID:
    made = await seeded(system, leads=leads, activities=activities, seed=1)
    return decode_id("orga", made.organization_id)


def _sealing(bench: Bench, system: System, database: Database, org_id: UUID) -> Row:
    async def seal() -> float:
        await _forget(database, org_id)
        began = time.perf_counter()
        await Sealer(system.store.readers).seal(org_id)
        return (await sealed_tree(reading(system.store, org_id))).size / (time.perf_counter() - began)

    ours, theirs = in_turns(bench.sizes.rounds, lambda: bench.run(seal()), lambda: bench.run(_read(system, org_id)))
    sides = Side(numbers=ours, unit="events/s"), Side(numbers=theirs, unit="events/s")
    return compared("seal; peer: reading the same events, and nothing else", *sides)


def _verifying(bench: Bench, system: System) -> Row:
    async def prove() -> float:
        (org_id, _), *_ = await system.keys.organizations()
        began = time.perf_counter()
        assert await verify(system, organization=None) == []
        return (await sealed_tree(reading(system.store, org_id))).size / (time.perf_counter() - began)

    async def read() -> float:
        (org_id, _), *_ = await system.keys.organizations()
        return await _read(system, org_id)

    ours, theirs = in_turns(bench.sizes.rounds, lambda: bench.run(prove()), lambda: bench.run(read()))
    sides = Side(numbers=ours, unit="events/s"), Side(numbers=theirs, unit="events/s")
    return compared("verify, tree included; peer: reading the same events, and nothing else", *sides)


def _proofs(bench: Bench) -> Row:
    """In a long log beside a short one."""
    short, long = bench.sizes.proof_logs
    database = bench.database()
    with bench.opened(open_system(settings(database), database)) as system:
        logs = {length: bench.run(_log(system, database, length)) for length in (short, long)}
        bench.run(bench.vacuumed(database))
        counts: list[tuple[int, int]] = []
        ours, theirs = in_turns(
            bench.sizes.rounds,
            lambda: bench.run(_prove(system, logs[long], long, counts)),
            lambda: bench.run(_prove(system, logs[short], short, [])),
        )
    hashes, tiles = (max(one) for one in zip(*counts, strict=True))
    note = f"at most {hashes} hashes and {tiles} tiles"
    return compared(
        f"inclusion proof in a log of {long:,} events; peer: in one of {short:,}",
        Side(numbers=ours, unit="ms", note=note),
        Side(numbers=theirs, unit="ms"),
    )


def _appends(bench: Bench) -> Row:
    database = bench.database()
    with bench.opened(open_system(settings(database), database)) as system:
        leads = bench.run(leads_of(system, 1, bench.sizes.append_leads))
        ours, theirs = in_turns(
            bench.sizes.rounds,
            lambda: bench.run(_sealed_round(bench, system, leads)),
            lambda: bench.run(round_of(system, leads, CLIENTS, bench.sizes.round_s)),
        )
    return compared(
        f"append, 1 organization, {CLIENTS} clients, sealed meanwhile by the same process; peer: not sealed",
        side_of(ours),
        side_of(theirs),
    )


async def _sealed_round(bench: Bench, system: System, leads: list[Lead]) -> Rate:
    sealer = Sealer(system.store.readers)
    org_id = leads[0][0].org_id
    await sealer.seal(org_id)  # what the peer's rounds have left
    async with Sealing(sealer):
        done = await round_of(system, leads, CLIENTS, bench.sizes.round_s)
    assert await system.store.max_notification_id(org_id)
    return done


async def _log(system: System, database: Database, length: int) -> UUID:
    org_id = uuid7()
    connection = await asyncpg.connect(database.owner_url, server_settings={"search_path": SCHEMA})
    try:
        await connection.execute(SQL["found"], org_id)
        for begin in range(1, length + 1, PIECE):
            await connection.execute(SQL["write"], org_id, begin, min(begin + PIECE - 1, length))
        await connection.execute("VACUUM ANALYZE events")
    finally:
        await connection.close()
    await Sealer(system.store.readers).seal(org_id)
    return org_id


async def _prove(system: System, org_id: UUID, length: int, counts: list[tuple[int, int]]) -> float:
    """Milliseconds of one proof, each of another event with nothing kept from the one before."""
    positions = random.sample(range(1, length + 1), PROOFS)
    taken = 0.0
    for position in positions:
        (recorded,) = await system.store.select_notifications(org_id, position, 1)
        began = time.perf_counter()
        tree = await sealed_tree(reading(system.store, org_id))
        proof = await included(tree, org_id, recorded, tree.size)
        taken += time.perf_counter() - began
        counts.append((len(proof.hashes), tree.tiles_read))
    return taken / PROOFS * 1_000


async def _read(system: System, org_id: UUID) -> float:
    position, began = 0, time.perf_counter()
    while batch := await system.store.select_notifications(org_id, position + 1, 1_000):
        position = batch[-1].position
    return position / (time.perf_counter() - began)


async def _forget(database: Database, org_id: UUID) -> None:
    connection = await asyncpg.connect(database.owner_url, server_settings={"search_path": SCHEMA})
    try:
        await connection.execute("DELETE FROM log_seal WHERE org_id = $1", org_id)
        await connection.execute("GRANT DELETE ON log_tile TO CURRENT_USER")
        await connection.execute("DELETE FROM log_tile WHERE org_id = $1", org_id)
    finally:
        await connection.close()
