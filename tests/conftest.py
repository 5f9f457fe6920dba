"""Fixtures of every test: PostgreSQL servers and databases."""

from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack

import pytest
from hypothesis import settings

from app.database import Database
from app.embedded import Embedded
from tests.support.postgres import TEMPLATE, Servers, make_directory, new_database, remove_directory

pytest_plugins = ("tests.support.office", "tests.support.api", "tests.support.furniture")

# No test asserts a time: machines are shared, and a slow example is not a wrong one.
settings.register_profile("leadstream", deadline=None)
settings.load_profile("leadstream")


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        make_directory()


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        remove_directory()


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers]:
    with ExitStack() as held:
        yield Servers(held)


@pytest.fixture
def postgres_version(request: pytest.FixtureRequest) -> int:
    """18; a test marked ``both_versions`` gets 16 too."""
    version: int = getattr(request, "param", 18)
    return version


@pytest.fixture
def server(servers: Servers, postgres_version: int) -> Embedded:
    """The run's PostgreSQL server."""
    return servers.of(postgres_version)


@pytest.fixture
async def database(server: Embedded) -> AsyncIterator[Database]:
    """A migrated database of this test's own."""
    async with new_database(server, TEMPLATE) as made:
        yield made


@pytest.fixture
async def empty_database(server: Embedded) -> AsyncIterator[Database]:
    """A database of this test's own with nothing in it."""
    async with new_database(server, "template0") as made:
        yield made
