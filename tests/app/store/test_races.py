"""Many writers at once: one wins, order is commit order, and nothing burns a position."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

import asyncpg
import pytest

from app.database import Database
from app.ids import uuid7
from app.store.errors import IntegrityError
from app.store.records import Appended, Stale
from app.store.store import Connection, EventStore
from tests.support.logs import WRITERS, command, connected, event, open_store, positions
from tests.support.postgres import both_versions

pytestmark = both_versions

A, B = uuid7(), uuid7()


@asynccontextmanager
async def holding(store: EventStore) -> AsyncIterator[Connection]:
    """A connection in a transaction that commits at the end of the block."""
    async with store.writers.acquire() as connection, connection.transaction():
        yield connection


async def until_somebody_waits(store: EventStore) -> None:
    """Until an append of this database waits for a lock."""
    waits = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    async with asyncio.timeout(10):
        while not await store.fetchval(None, waits):  # noqa: ASYNC110  # PostgreSQL sets no Event
            await asyncio.sleep(0.01)


async def test_of_racing_writers_exactly_one_wins(store: EventStore, org_id: UUID) -> None:
    for version in range(5):
        answers = await asyncio.gather(*(store.append(org_id, [command({A: version})]) for _ in range(WRITERS)))
        kinds = [type(answer) for (answer,) in answers]
        assert (kinds.count(Appended), kinds.count(Stale)) == (1, WRITERS - 1)
    assert await positions(store, org_id) == [1, 2, 3, 4, 5]


async def test_writers_of_a_new_organization_do_not_fall_over_each_other(store: EventStore) -> None:
    for _ in range(5):
        org_id = uuid7()
        await asyncio.gather(*(store.insert_events(org_id, [event(uuid7(), 1)]) for _ in range(WRITERS)))
        assert await positions(store, org_id) == list(range(1, WRITERS + 1))


async def test_a_held_transaction_never_lets_a_reader_see_position_2_before_1(store: EventStore, org_id: UUID) -> None:
    async with holding(store) as connection:
        (first,) = await store.append(org_id, [command({A: 0})], connection)
        second = asyncio.create_task(store.insert_events(org_id, [event(B, 1)]))
        await until_somebody_waits(store)
        assert await positions(store, org_id) == []
        assert await positions(store, org_id, connection) == [1]
    assert isinstance(first, Appended)
    assert (first.positions, await second) == ((1,), [2])
    assert await positions(store, org_id) == [1, 2]


async def test_a_transaction_that_is_given_up_burns_no_position(store: EventStore, org_id: UUID) -> None:
    async with store.writers.acquire() as connection:
        transaction = connection.transaction()
        await transaction.start()
        await store.append(org_id, [command({A: 0})], connection)
        second = asyncio.create_task(store.insert_events(org_id, [event(B, 1)]))
        await until_somebody_waits(store)
        await transaction.rollback()
    assert await second == [1]


async def test_another_organization_does_not_wait(store: EventStore, org_id: UUID) -> None:
    async with holding(store) as connection:
        await store.append(org_id, [command({A: 0})], connection)
        async with asyncio.timeout(5):
            assert await store.insert_events(uuid7(), [event(A, 1)]) == [1]


async def test_who_holds_the_lock_reads_what_nobody_can_change(store: EventStore, org_id: UUID) -> None:
    async with holding(store) as connection:
        await store.lock(org_id, connection)
        other = asyncio.create_task(store.append(org_id, [command({A: 0})]))
        await until_somebody_waits(store)
        version = await store.stream_version(org_id, A, connection) or 0
        (mine,) = await store.append(org_id, [command({A: version})], connection)
    assert isinstance(mine, Appended)
    assert await other == [Stale(A, 1)]


async def test_who_waits_for_the_lock_too_long_gives_up(database: Database, org_id: UUID) -> None:
    async with connected(database.owner_url) as owner:
        await owner.execute("ALTER FUNCTION append SET lock_timeout = '50ms'")
    async with open_store(database) as store:
        async with holding(store) as connection:
            await store.lock(org_id, connection)
            with pytest.raises(asyncpg.LockNotAvailableError):
                await store.insert_events(org_id, [event(A, 1)])
        assert await store.insert_events(org_id, [event(A, 1)]) == [1]


async def test_a_reader_at_any_moment_sees_positions_without_a_gap(store: EventStore, org_id: UUID) -> None:
    async def write() -> None:
        for _ in range(20):
            await store.insert_events(org_id, [event(uuid7(), 1) for _ in range(3)])

    writing = asyncio.gather(*(write() for _ in range(8)))
    cursor, is_last_look = 0, False
    while not is_last_look:
        is_last_look = writing.done()
        found = await store.select_notifications(org_id, cursor + 1, 1_000)
        assert [one.position for one in found] == list(range(cursor + 1, cursor + 1 + len(found)))
        cursor += len(found)
    await writing
    assert cursor == 480


async def test_300_appends_of_which_some_are_aborted_leave_positions_without_a_gap(
    store: EventStore, org_id: UUID, common_superuser_url: str
) -> None:
    chance = random.Random(300)
    taken = event(uuid7(), 1)
    await store.insert_events(org_id, [taken])

    async def append(number: int) -> list[int]:
        stream, kind = uuid7(), number % 3
        events = [event(stream, version) for version in range(1, chance.randint(2, 6))]
        if kind == 1:  # the last of them violates a constraint
            events.append(event(stream, len(events) + 1, event_id=taken.event_id))
        writing = asyncio.create_task(store.insert_events(org_id, events))
        if kind == 2:  # its caller goes away at any moment
            await asyncio.sleep(chance.random() * 0.2)
            writing.cancel()
        return await writing

    async def kill_some() -> None:
        connection = await asyncpg.connect(common_superuser_url)
        for _ in range(5):
            await asyncio.sleep(0.02)
            await connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND query LIKE '%append(%' AND pid <> pg_backend_pid() LIMIT 1"
            )
        await connection.close()

    killing = asyncio.create_task(kill_some())
    results = await asyncio.gather(*map(append, range(300)), return_exceptions=True)
    await killing
    answered = [position for result in results if isinstance(result, list) for position in result]
    failures = {type(result) for result in results if isinstance(result, BaseException)}
    seen = await positions(store, org_id)
    assert seen == list(range(1, len(seen) + 1))
    assert set(answered) <= set(seen)
    assert len(answered) == len(set(answered))
    assert {IntegrityError, asyncio.CancelledError} <= failures
    assert failures <= {IntegrityError, asyncio.CancelledError} | KILLED
    assert await store.insert_events(org_id, [event(uuid7(), 1)]) == [len(seen) + 1]


# What asyncpg raises where its connection is killed, by the moment at which it notices.
KILLED = {
    asyncpg.AdminShutdownError,
    asyncpg.ConnectionDoesNotExistError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    ConnectionResetError,
}
