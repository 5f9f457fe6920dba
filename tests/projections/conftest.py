"""An organization and a lead on whose rows these tests look.

All of them run in one event loop, so that they can share a system: opening one costs more than most of them do.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
import pytest_asyncio

from app.ids import LeadId
from app.lead.details import CreateLead
from app.settings import Settings
from app.system import System, open_system
from tests.support.office import CommonDatabases, Office, found_office


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent) and pytest_asyncio.is_async_test(item):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


class CommonSystems:
    """One process's way to each of the databases that tests share, opened when first asked for."""

    def __init__(self, databases: CommonDatabases, held: AsyncExitStack) -> None:
        self._databases = databases
        self._held = held
        self._open: dict[int, System] = {}

    async def of(self, version: int) -> System:
        """The one to PostgreSQL of a version."""
        if version not in self._open:
            opening = open_system(Settings(), self._databases.of(version))
            self._open[version] = await self._held.enter_async_context(opening)
        return self._open[version]


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def common_systems(common_databases: CommonDatabases) -> AsyncIterator[CommonSystems]:
    async with AsyncExitStack() as held:
        yield CommonSystems(common_databases, held)


@pytest_asyncio.fixture(loop_scope="session")
async def system(common_systems: CommonSystems, postgres_version: int) -> System:
    return await common_systems.of(postgres_version)


@pytest_asyncio.fixture(loop_scope="session")
async def office(system: System) -> Office:
    """A new organization."""
    return await found_office(system)


@pytest_asyncio.fixture(loop_scope="session")
async def lead_id(office: Office) -> LeadId:
    """A lead with nothing but a name, at version 1."""
    created = CreateLead(name="Bluth Company")
    await office.run(created)
    return created.lead_id
