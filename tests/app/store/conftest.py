"""A store on the database that these tests share: each works in an organization of its own."""

from collections.abc import AsyncIterator
from uuid import UUID

import pytest

from app.database import Database
from app.ids import uuid7
from app.store.store import EventStore
from tests.support.logs import open_store


@pytest.fixture
async def store(common_database: Database) -> AsyncIterator[EventStore]:
    async with open_store(common_database) as opened:
        yield opened


@pytest.fixture
def org_id() -> UUID:
    """An organization that has no events yet."""
    return uuid7()
