"""An office: a real organization in a real database, whose admin runs commands; and the fixtures that make one."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest

from app import onboarding
from app.codecs import facts_of
from app.database import Database
from app.embedded import Embedded
from app.event import Event, Fact
from app.ids import OrganizationId, UserId, uuid7
from app.organization.organization import Organization
from app.request import Command, Done, Idempotency, Request
from app.settings import Settings
from app.situation import Actor
from app.system import System, open_system
from projections.machinery.reader import Reader
from tests.support.loops import LoopThread
from tests.support.postgres import TEMPLATE, Servers, new_database


@dataclass(frozen=True, kw_only=True)
class Office:
    """One organization, through one system. `at` gives the same organization through another one."""

    system: System
    org_id: OrganizationId
    admin_id: UserId

    def at(self, system: System) -> Office:
        """As another process would see it."""
        return Office(system=system, org_id=self.org_id, admin_id=self.admin_id)

    def by(self, user_id: UserId) -> Office:
        """The same organization, in which another user acts."""
        return Office(system=self.system, org_id=self.org_id, admin_id=user_id)

    def request(self, key: str | None = None, fingerprint: bytes = b"input") -> Request:
        """A request of the admin's."""
        return Request(
            org_id=self.org_id,
            actor=Actor(user_id=self.admin_id),
            source="test",
            correlation_id=uuid7(),
            idempotency=Idempotency(key=key, fingerprint=fingerprint) if key else None,
        )

    async def run(self, command: Command, key: str | None = None, fingerprint: bytes = b"input") -> Done:
        """Dispatch a command as the admin."""
        return await self.system.dispatch.run(command, self.request(key, fingerprint))

    async def organization(self) -> Organization:
        """As it is now."""
        return await self.system.states.organization(self.org_id)

    async def log(self) -> tuple[Fact[Event], ...]:
        """Every fact, from the founding on."""
        return facts_of(await self.system.store.select_notifications(self.org_id, None, 100_000))

    async def events(self, kind: type[Event] = Event) -> list[Event]:
        """The log's events of a kind."""
        return [fact.event for fact in await self.log() if isinstance(fact.event, kind)]

    @asynccontextmanager
    async def reader(self) -> AsyncIterator[Reader]:
        """One look at the projections."""
        reader = Reader(self.system.store.readers, self.org_id)
        try:
            yield reader
        finally:
            await reader.renew()


async def found_office(system: System, name: str = "Acme") -> Office:
    """A new organization in a system's database."""
    org_id, admin_id = await onboarding.found(
        system, name=name, admin_email="ada@acme.example", time_zone="Europe/Berlin", currency="EUR"
    )
    return Office(system=system, org_id=org_id, admin_id=admin_id)


class CommonDatabases:
    """One database of each PostgreSQL version, for all tests of this worker that share one."""

    def __init__(self, servers: Servers) -> None:
        self._servers = servers
        self._loop = LoopThread()
        self._made: dict[int, tuple[AbstractAsyncContextManager[Database], Database]] = {}

    def of(self, version: int) -> Database:
        """The database of a version, made if nobody asked before."""
        if version not in self._made:
            making = new_database(self._servers.of(version), TEMPLATE)
            self._made[version] = making, self._loop.run(making.__aenter__())
        return self._made[version][1]

    def close(self) -> None:
        """Drop them."""
        for making, _ in self._made.values():
            self._loop.run(making.__aexit__(None, None, None))
        self._loop.close()


@pytest.fixture(scope="session")
def common_databases(servers: Servers) -> Iterator[CommonDatabases]:
    databases = CommonDatabases(servers)
    yield databases
    databases.close()


@pytest.fixture
def common_database(common_databases: CommonDatabases, postgres_version: int) -> Database:
    """A migrated database that tests share to save time: for those that keep to an organization of their own."""
    return common_databases.of(postgres_version)


@pytest.fixture
def common_superuser_url(server: Embedded, common_database: Database) -> str:
    """The role that may do everything, in the database that tests share."""
    return superuser_url(server, common_database)


def superuser_url(server: Embedded, database: Database) -> str:
    """The role that may do everything, history included, in a database."""
    return server.superuser_url(urlsplit(database.app_url).path.removeprefix("/"))


@pytest.fixture
async def system(common_database: Database) -> AsyncIterator[System]:
    """One process's way to the database that tests share."""
    async with open_system(Settings(), common_database) as opened:
        yield opened


@pytest.fixture
async def other_system(common_database: Database) -> AsyncIterator[System]:
    """Another process's way to the same database: pools, states and all else of its own."""
    async with open_system(Settings(), common_database) as opened:
        yield opened


@pytest.fixture
async def office(system: System) -> Office:
    """A new organization."""
    return await found_office(system)
