"""The files tab of a lead with very many files: a page reads little more than what it shows, whatever is asked for."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest
import pytest_asyncio

from app.ids import uuid7
from app.store.migrate import SCHEMA
from projections.files_tab.read import FileCriteria, Place, count, criteria_of_types, file_page, files
from projections.machinery.reader import Reader
from tests.projections.crowd import FIRST
from tests.support.logs import connected
from tests.support.postgres import TEMPLATE, Servers, both_versions, new_database

pytestmark = both_versions

FILES = 30_000  # of one lead; nine of ten belong to signatures
LIMIT = 51
# $1 org_id, $2 lead_id, $3 how many, $4 first time. One in a hundred that are shown is a PDF, one in a thousand a GIF.
_FILES = """
INSERT INTO files_tab (org_id, activity_id, file_id, lead_id, name, content_type, media_type, media_group, size_bytes,
                       sha256, is_inline, is_shown, received_at, position, place)
SELECT $1, gen_random_uuid(), gen_random_uuid(), $2, 'file', 'x', kind, split_part(kind, '/', 1), 1,
       md5(n::text) || md5(n::text), n % 10 > 0, n % 10 = 0, $4::timestamptz + n * interval '1 minute', n, 0
FROM generate_series(1, $3::int) n
CROSS JOIN LATERAL (SELECT CASE WHEN n % 10000 = 0 THEN 'image/gif' WHEN n % 1000 = 0 THEN 'application/pdf'
                                WHEN n % 20 = 0 THEN 'image/png' ELSE 'text/plain' END AS kind) kinds"""
MIDDLE = FIRST + timedelta(minutes=FILES // 2)
CRITERIA = {
    "everything": FileCriteria(),
    "a rare type": criteria_of_types(["application/pdf"]),
    "the rarest type": criteria_of_types(["image/gif"]),
    "a group": criteria_of_types(["image/*"]),
    "several": criteria_of_types(["image/*", "application/pdf", "nothing/such"]),
    "until": FileCriteria(until=MIDDLE),
    "since": FileCriteria(since=MIDDLE),
    "a type within dates": criteria_of_types(["image/png"], since=FIRST, until=MIDDLE),
}


class CountingReader(Reader):
    """Reads as usual, and keeps how many rows each step of a statement went through."""

    def __init__(self, pool: asyncpg.Pool, org_id: UUID, *, generic: bool) -> None:
        super().__init__(pool, org_id, snapshot=False)
        self._pool_of_plans = pool
        self._generic = generic
        self.most = 0
        self.indexes: set[str] = set()

    async def fetch(self, sql: str, *arguments: Any) -> list[asyncpg.Record]:
        async with self._pool_of_plans.acquire() as connection:
            await connection.execute(f"SET plan_cache_mode = {'force_generic_plan' if self._generic else 'auto'}")
            text = await connection.fetchval(
                f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {sql}", self.org_id, *arguments
            )
            for node in _nodes(json.loads(text)[0]["Plan"]):
                removed = node.get("Rows Removed by Filter", 0) + node.get("Rows Removed by Join Filter", 0)
                self.most = max(self.most, int((node["Actual Rows"] + removed) * node["Actual Loops"]))
                self.indexes |= {node["Index Name"]} if "Index Name" in node else set()
        return await super().fetch(sql, *arguments)


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for part in plan.get("Plans", ()):
        yield from _nodes(part)


class Crowded:
    """A lead with very many files, one for each PostgreSQL version."""

    def __init__(self, servers: Servers, held: AsyncExitStack) -> None:
        self._servers, self._held = servers, held
        self._made: dict[int, tuple[asyncpg.Pool, UUID, UUID]] = {}

    async def of(self, version: int) -> tuple[asyncpg.Pool, UUID, UUID]:
        """Connections, the organization and the lead."""
        if version not in self._made:
            database = await self._held.enter_async_context(new_database(self._servers.of(version), TEMPLATE))
            org_id, lead_id = uuid7(), uuid7()
            async with connected(database.owner_url) as owner:
                for lead, many in ((lead_id, FILES), *((uuid7(), 20) for _ in range(100))):
                    await owner.execute(_FILES, org_id, lead, many, FIRST)
                await owner.execute("ANALYZE files_tab")
            settings = {"search_path": SCHEMA, "enable_seqscan": "off", "jit": "off"}
            pool = asyncpg.create_pool(database.app_url, min_size=1, server_settings=settings)
            self._made[version] = await self._held.enter_async_context(pool), org_id, lead_id
        return self._made[version]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def crowded(servers: Servers) -> AsyncIterator[Crowded]:
    async with AsyncExitStack() as held:
        yield Crowded(servers, held)


both_plans = pytest.mark.parametrize("generic", [False, True], ids=["for these values", "for any"])


@pytest.mark.asyncio(loop_scope="session")
@both_plans
@pytest.mark.parametrize("criteria", CRITERIA.values(), ids=CRITERIA.keys())
async def test_a_page_reads_what_it_shows(
    crowded: Crowded, postgres_version: int, criteria: FileCriteria, generic: bool
) -> None:
    pool, org_id, lead_id = await crowded.of(postgres_version)
    older_than: Place | None = None
    for _ in ("the first page", "the page behind it"):
        reader = CountingReader(pool, org_id, generic=generic)
        rows = (await file_page(reader, [lead_id], criteria, older_than=older_than, limit=LIMIT)).get(lead_id, [])
        wanted = 1 if criteria.types is None else len(criteria.types) + len(criteria.groups)
        assert reader.most <= wanted * LIMIT
        if rows:
            older_than = rows[-1].received_at, rows[-1].position, rows[-1].place


@pytest.mark.asyncio(loop_scope="session")
@both_plans
@pytest.mark.parametrize("criteria", CRITERIA.values(), ids=CRITERIA.keys())
async def test_a_count_reads_no_more_than_it_counts(
    crowded: Crowded, postgres_version: int, criteria: FileCriteria, generic: bool
) -> None:
    pool, org_id, lead_id = await crowded.of(postgres_version)
    reader = CountingReader(pool, org_id, generic=generic)
    await count(reader, [lead_id], criteria)
    assert reader.most <= 1_001


@pytest.mark.asyncio(loop_scope="session")
async def test_files_are_found_by_their_ids(crowded: Crowded, postgres_version: int) -> None:
    pool, org_id, lead_id = await crowded.of(postgres_version)
    reader = CountingReader(pool, org_id, generic=True)
    (row, *_) = (await file_page(reader, [lead_id], FileCriteria(), limit=LIMIT))[lead_id]
    reader.indexes.clear()
    await files(reader, [row.file_id])
    assert "files_tab_file" in reader.indexes
