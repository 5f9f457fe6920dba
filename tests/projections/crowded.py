"""Crowded databases, one for each PostgreSQL version, made when a test first asks for it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from uuid import UUID

import asyncpg

from app.ids import uuid7
from tests.support.logs import connected
from tests.support.postgres import TEMPLATE, Servers, new_database

# Leads that were merged into others. None of them is looked at: that is how it is with most.
_MERGED = """INSERT INTO lead_member (org_id, lead_id, root_id, version)
SELECT org.id, gen_random_uuid(), gen_random_uuid(), 1
FROM unnest(ARRAY[$1, gen_random_uuid()]) AS org (id) CROSS JOIN generate_series(1, 2000)"""

Fill = Callable[[str, UUID], Awaitable[list[UUID]]]
"""Fills a database by its owner's url, most of all for one organization, of which it gives the leads."""


@dataclass(frozen=True, kw_only=True)
class Crowd:
    """An organization with many leads, and connections as a server has them."""

    pool: asyncpg.Pool
    org_id: UUID
    lead_ids: list[UUID]


class Crowds:
    """One for each version; `settings` are those of connections."""

    def __init__(self, servers: Servers, held: AsyncExitStack, fill: Fill, settings: Mapping[str, str]) -> None:
        self._servers, self._held, self._fill, self._settings = servers, held, fill, dict(settings)
        self._made: dict[int, Crowd] = {}

    async def of(self, version: int) -> Crowd:
        """The one in PostgreSQL of a version."""
        if version not in self._made:
            self._made[version] = await self._make(version)
        return self._made[version]

    async def _make(self, version: int) -> Crowd:
        database = await self._held.enter_async_context(new_database(self._servers.of(version), TEMPLATE))
        org_id = uuid7()
        lead_ids = await self._fill(database.owner_url, org_id)
        async with connected(database.owner_url) as owner:
            await owner.execute(_MERGED, org_id)
            await owner.execute("VACUUM ANALYZE")
        pool = asyncpg.create_pool(database.app_url, min_size=1, server_settings=self._settings)
        return Crowd(pool=await self._held.enter_async_context(pool), org_id=org_id, lead_ids=lead_ids)


@asynccontextmanager
async def crowds_of(servers: Servers, fill: Fill, settings: Mapping[str, str]) -> AsyncIterator[Crowds]:
    """They go with the block."""
    async with AsyncExitStack() as held:
        yield Crowds(servers, held, fill, settings)
