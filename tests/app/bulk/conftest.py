"""A system on a database of the test's own, and an organization in it."""

from collections.abc import AsyncIterator
from uuid import UUID

import pytest

from app.database import Database
from app.onboarding import found
from app.settings import Settings
from app.system import System, open_system


@pytest.fixture
async def system(database: Database) -> AsyncIterator[System]:
    async with open_system(Settings.load({}), database) as opened:
        yield opened


@pytest.fixture
async def acme(system: System) -> UUID:
    org_id, _ = await found(
        system, name="Acme", admin_name="Ada Admin", admin_email="ada@acme.example", time_zone="UTC", currency="USD"
    )
    return org_id
