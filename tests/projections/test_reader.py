"""Reader: one moment for every statement until it is renewed, over one connection that always comes back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID

import asyncpg
import pytest
import pytest_asyncio

from app.ids import LeadId
from app.lead.details import UpdateLead
from app.store.migrate import SCHEMA
from projections.lead_view import read
from projections.machinery.reader import Reader
from tests.support.logs import connected
from tests.support.office import Office
from tests.support.postgres import both_versions

pytestmark = both_versions

PATIENCE_S = 10.0
FAULTS = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError)
ENDED = "SELECT pg_terminate_backend($1)"


@pytest_asyncio.fixture(loop_scope="session")
async def pool(office: Office) -> AsyncIterator[asyncpg.Pool]:
    """One connection: who does not give it back is found out."""
    url = office.system.database.app_url
    made = await asyncpg.create_pool(url, min_size=1, max_size=1, server_settings={"search_path": SCHEMA})
    yield made
    async with asyncio.timeout(PATIENCE_S):
        await made.close()


async def name(reader: Reader, lead_id: UUID) -> str | None:
    return (await read.leads(reader, [lead_id]))[lead_id].name


async def rename(office: Office, lead_id: LeadId) -> None:
    await office.run(UpdateLead(lead_id=lead_id, name="Sitwell"))


async def is_given_back(pool: asyncpg.Pool) -> bool:
    """The pool's one connection can be had, and nothing is left open in it."""
    async with asyncio.timeout(PATIENCE_S), pool.acquire() as connection:
        await connection.fetchval("SELECT 1")
        return not connection.is_in_transaction()


async def test_a_commit_in_between_is_not_seen(office: Office, pool: asyncpg.Pool, lead_id: LeadId) -> None:
    reader = Reader(pool, office.org_id)
    assert await name(reader, lead_id) == "Bluth Company"
    await rename(office, lead_id)
    assert await name(reader, lead_id) == "Bluth Company"
    await reader.renew()


async def test_a_renewed_reader_sees_it(office: Office, pool: asyncpg.Pool, lead_id: LeadId) -> None:
    reader = Reader(pool, office.org_id)
    await name(reader, lead_id)
    await rename(office, lead_id)
    await reader.renew()
    assert await name(reader, lead_id) == "Sitwell"
    await reader.renew()


async def test_the_moment_is_that_of_the_first_statement(office: Office, pool: asyncpg.Pool, lead_id: LeadId) -> None:
    reader = Reader(pool, office.org_id)
    await rename(office, lead_id)
    assert await name(reader, lead_id) == "Sitwell"
    await reader.renew()


async def test_the_position_is_of_the_same_moment(office: Office, pool: asyncpg.Pool, lead_id: LeadId) -> None:
    reader = Reader(pool, office.org_id)
    before = len(await office.log())
    await name(reader, lead_id)
    await rename(office, lead_id)
    assert await reader.position() == (await office.system.store.epoch(office.org_id), before)
    await reader.renew()
    assert (await reader.position())[1] == before + 1
    await reader.renew()


async def test_without_a_snapshot_each_statement_sees_what_is_committed(
    office: Office, pool: asyncpg.Pool, lead_id: LeadId
) -> None:
    reader = Reader(pool, office.org_id, snapshot=False)
    assert await name(reader, lead_id) == "Bluth Company"
    await rename(office, lead_id)
    assert await name(reader, lead_id) == "Sitwell"


async def test_without_a_snapshot_no_connection_is_held(office: Office, pool: asyncpg.Pool, lead_id: LeadId) -> None:
    reader = Reader(pool, office.org_id, snapshot=False)
    await name(reader, lead_id)
    assert await is_given_back(pool)


async def test_a_reader_that_read_nothing_holds_nothing(office: Office, pool: asyncpg.Pool) -> None:
    reader = Reader(pool, office.org_id)
    await reader.renew()
    assert await is_given_back(pool)


async def test_the_organization_is_always_the_first_parameter(office: Office, pool: asyncpg.Pool) -> None:
    reader = Reader(pool, office.org_id)
    (row,) = await reader.fetch("SELECT $1::uuid AS org_id, $2::int AS second", 7)
    assert tuple(row) == (office.org_id, 7)
    await reader.renew()


async def test_a_snapshot_writes_nothing(office: Office, pool: asyncpg.Pool) -> None:
    reader = Reader(pool, office.org_id)
    with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
        await reader.fetch("DELETE FROM lead_view WHERE org_id = $1")
    await reader.renew()


@pytest.mark.parametrize("snapshot", [True, False])
async def test_statements_at_once_take_turns(
    office: Office, pool: asyncpg.Pool, lead_id: LeadId, snapshot: bool
) -> None:
    reader = Reader(pool, office.org_id, snapshot=snapshot)
    async with asyncio.timeout(PATIENCE_S):
        names = await asyncio.gather(*[name(reader, lead_id) for _ in range(20)])
    assert (set(names), reader.statements) == ({"Bluth Company"}, 20)
    await reader.renew()


async def test_after_a_failed_statement_the_connection_comes_back(office: Office, pool: asyncpg.Pool) -> None:
    reader = Reader(pool, office.org_id)
    with pytest.raises(asyncpg.DivisionByZeroError):
        await reader.fetch("SELECT $1::uuid, 1 / 0")
    await reader.renew()
    assert await is_given_back(pool)


async def test_after_a_failed_statement_a_renewed_reader_reads_on(
    office: Office, pool: asyncpg.Pool, lead_id: LeadId
) -> None:
    reader = Reader(pool, office.org_id)
    with pytest.raises(asyncpg.PostgresSyntaxError):
        await reader.fetch("SELEKT $1")
    await reader.renew()
    assert await name(reader, lead_id) == "Bluth Company"
    await reader.renew()


async def test_after_a_cancelled_statement_the_connection_comes_back(office: Office, pool: asyncpg.Pool) -> None:
    reader = Reader(pool, office.org_id)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await reader.fetch("SELECT $1::uuid, pg_sleep(60)")
    await reader.renew()
    assert await is_given_back(pool)


async def test_a_connection_that_the_server_ended_is_replaced(
    office: Office, pool: asyncpg.Pool, lead_id: LeadId, common_superuser_url: str
) -> None:
    reader = Reader(pool, office.org_id)
    ((_, process),) = await reader.fetch("SELECT $1::uuid, pg_backend_pid()")
    async with connected(common_superuser_url) as superuser:
        await superuser.execute(ENDED, process)
    with pytest.raises(FAULTS):
        await name(reader, lead_id)
    await reader.renew()
    assert await name(reader, lead_id) == "Bluth Company"
    await reader.renew()


async def test_a_connection_that_ended_unnoticed_is_replaced(
    office: Office, pool: asyncpg.Pool, lead_id: LeadId, common_superuser_url: str
) -> None:
    reader = Reader(pool, office.org_id)
    ((_, process),) = await reader.fetch("SELECT $1::uuid, pg_backend_pid()")
    async with connected(common_superuser_url) as superuser:
        await superuser.execute(ENDED, process)
        await reader.renew()
    assert await name(reader, lead_id) == "Bluth Company"
    await reader.renew()
