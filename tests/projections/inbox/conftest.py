"""Ada, an admin in Berlin, and Ben, a member."""

from uuid import uuid4

import pytest_asyncio

from app.system import System
from tests.projections.inbox.people import Person, colleague
from tests.support.office import Office, found_office


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
