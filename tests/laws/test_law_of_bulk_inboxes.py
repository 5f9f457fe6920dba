"""The law of the bulk road's inboxes: however a log is cut into batches, its rows are those of one event at a time."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import msgspec

from app.bulk.rows import Folded
from app.bulk.writing import SQL
from app.event import Event, Fact
from app.store.store import Connection
from app.system import System
from projections.inbox.project import inbox
from projections.inbox.tables import ITEM
from projections.machinery.writers import writer_name
from tests.laws.story import Step, long_inbox_story, tell
from tests.support.office import found_office

AT = datetime(2026, 11, 1, tzinfo=UTC)
STORIES = 6
# What is made by one event and changed by others, of which some leave it to the writer.
WORDS = ("give task", "give opportunity", "handle", "delete lead", "complete", "update task", "update opportunity")
ROWS = "SELECT * FROM {table} WHERE org_id = $1"

Log = Sequence[Fact[Event]]


async def test_batches_leave_what_single_events_leave(system: System) -> None:
    for seed in range(STORIES):
        office = await found_office(system, f"Acme {uuid4()}")
        chance = random.Random(seed)
        more = [[Step(chance.choice(WORDS), chance.randrange(2**16))] for _ in range(120)]
        await tell([office], [*long_inbox_story(1_000 + seed)[:60], *more])
        log = await office.log()
        one_by_one = await written(system, [[fact] for fact in log], folded=False)
        for most in (20, 2 * len(log)):
            assert await written(system, list(cut(log, most, seed)), folded=True) == one_by_one, (seed, most)


def cut(log: Log, most: int, seed: int) -> Iterator[Log]:
    """A log in pieces of any length up to some."""
    chance, rest = random.Random(seed), log
    while rest:
        length = min(chance.randint(most // 2, most), len(rest))
        yield rest[:length]
        rest = rest[length:]


async def written(system: System, pieces: Sequence[Log], *, folded: bool) -> dict[str, list[dict[str, Any]]]:
    """What a new organization's tables hold after some pieces of a log."""
    org_id = uuid4()
    async with system.store.writers.acquire() as connection:
        for piece in pieces:
            await (write_batch if folded else write_each)(connection, org_id, piece)
    rows = {}
    for table in inbox.tables:
        found = await system.store.fetch(None, ROWS.replace("{table}", table.name), org_id)
        rows[table.name] = sorted(({**row, "org_id": None} for row in found), key=str)
    return rows


async def write_batch(connection: Connection, org_id: UUID, piece: Log) -> None:
    """As the bulk road does: new rows first, then what is left to the writer."""
    rows, base = Folded([inbox], org_id), piece[0].position - 1
    for place, fact in enumerate(piece, start=1):
        rows.add(msgspec.structs.replace(fact, position=place))
    for folded in rows.tables:
        table = folded.table
        records = folded.records(base, AT)
        if records:
            await connection.copy_records_to_table(table.name, records=records, columns=table.all_columns)
        await change(connection, org_id, [one.operation.as_json(one.ordinal) for one in folded.changes], piece)


async def write_each(connection: Connection, org_id: UUID, piece: Log) -> None:
    """As an append does."""
    (fact,) = piece
    await change(connection, org_id, [operation.as_json(1) for operation in inbox.project(fact)], piece)


async def change(connection: Connection, org_id: UUID, operations: Sequence[Any], piece: Log) -> None:
    if not operations:
        return
    sql, positions = SQL["change_rows"], [fact.position for fact in piece]
    function = sql.replace("{function}", writer_name(ITEM))
    await connection.execute(function, org_id, msgspec.json.encode(operations).decode(), positions, AT)
