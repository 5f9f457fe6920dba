"""Ada, an admin in Berlin, and Ben, a member; and a crowd whose plans are looked at."""

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
import pytest_asyncio

from app.settings import Settings
from app.system import System, session
from tests.projections.crowded import Crowd, Crowds, crowds_of
from tests.projections.explaining import RunningReader
from tests.projections.inbox.crowded import fill
from tests.projections.inbox.people import Person, colleague
from tests.support.office import Office, found_office
from tests.support.postgres import Servers


@pytest_asyncio.fixture(loop_scope="session")
async def office(system: System) -> Office:
    """A new organization, with a name of its own."""
    return await found_office(system, f"Acme {uuid4()}")


@pytest_asyncio.fixture(loop_scope="session")
async def ada(office: Office) -> Person:
    return Person(office)


@pytest_asyncio.fixture(loop_scope="session")
async def ben(office: Office) -> Person:
    return await colleague(office, "Ben")


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def crowded_inboxes(servers: Servers) -> AsyncIterator[Crowds]:
    async with crowds_of(servers, fill, session(Settings())) as made:
        yield made


@pytest_asyncio.fixture(loop_scope="session")
async def crowd(crowded_inboxes: Crowds, postgres_version: int) -> Crowd:
    return await crowded_inboxes.of(postgres_version)


@pytest.fixture(params=[False, True], ids=["for these values", "for any values"])
def reader(request: pytest.FixtureRequest, crowd: Crowd) -> RunningReader:
    """Plans for a statement's values, and plans that are kept for any."""
    return RunningReader(crowd.pool, crowd.org_id, snapshot=False, generic=request.param)
