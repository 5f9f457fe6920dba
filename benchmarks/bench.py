"""What benchmarks stand on: one embedded PostgreSQL in a directory that goes away, and an event loop as serve's."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Callable, Coroutine, Iterator
from contextlib import AbstractAsyncContextManager, ExitStack, contextmanager
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any, Self, TypeVar, cast
from urllib.parse import urlsplit

import asyncpg
import uvloop

from app.database import Database
from app.embedded import Embedded, embedded_postgresql
from app.embedded.passwords import APP, OWNER
from app.migrations import migrate
from app.settings import Settings
from benchmarks.sizes import Sizes

ROOT = Path(__file__).parents[1]

Result = TypeVar("Result")


class PeerMissing(Exception):
    """A peer cannot be had here; the sentence says why."""


class Bench:
    """What it makes is gone after the block that it is used as.

    Args:
        parent: where temporary directories are made: on the disk that is to be measured.
        peers: where peers are installed, and kept from run to run.
    """

    def __init__(self, sizes: Sizes, *, parent: Path | None, peers: Path) -> None:
        self.sizes = sizes
        self.peers = peers
        self.held = ExitStack()
        self._parent = parent
        self._databases = 0
        self._made: dict[Callable[[Bench], Any], Any] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.held.close()

    def directory(self) -> Path:
        """A new directory, which only we can enter."""
        path = Path(tempfile.mkdtemp(prefix="leadstream-bench-", dir=self._parent))
        self.held.callback(shutil.rmtree, path)
        return path

    def once(self, make: Callable[[Bench], Result]) -> Result:
        """What `make` makes, the same for everybody who asks."""
        if make not in self._made:
            self._made[make] = make(self)
        return cast(Result, self._made[make])

    @cached_property
    def scratch(self) -> Path:
        """A directory for logs and lists of requests."""
        return self.directory()

    @cached_property
    def server(self) -> Embedded:
        """The PostgreSQL that both sides use: durable, as `serve` has it."""
        directory = self.directory()
        return self.held.enter_context(_server(directory))

    def run(self, work: Coroutine[Any, Any, Result]) -> Result:
        """Run a coroutine to its end, always in the same event loop."""
        return self._loop.run(work)

    @contextmanager
    def opened(self, context: AbstractAsyncContextManager[Result]) -> Iterator[Result]:
        """What is opened in the event loop, and closed there after the block."""
        entered = self.run(_entered(context))
        try:
            yield entered
        finally:
            self.run(_left(context))

    def database(self) -> Database:
        """A new database of ours, migrated."""
        database = self.empty_database()
        self.run(migrate(database))
        return database

    def copy_of(self, database: Database) -> Database:
        """A new database with everything that one has to which nobody is connected."""
        return self.empty_database(template=urlsplit(database.owner_url).path[1:])

    def empty_database(self, template: str = "template1") -> Database:
        """A new database with nothing in it but what the template has."""
        self._databases += 1
        name = f"bench_{self._databases}"
        self.run(_create(self.server, name, template))
        return Database(
            app_url=self.server.passwords.url(APP, self.server.socket_dir, name),
            owner_url=self.server.passwords.url(OWNER, self.server.socket_dir, name),
            app_role=APP,
        )

    async def vacuumed(self, database: Database) -> None:
        """Bring a filled database into the state in which autovacuum would leave it."""
        admin = await asyncpg.connect(self.server.superuser_url(urlsplit(database.owner_url).path[1:]))
        try:
            await admin.execute("VACUUM ANALYZE")
        finally:
            await admin.close()

    @cached_property
    def _loop(self) -> asyncio.Runner:
        return self.held.enter_context(asyncio.Runner(loop_factory=uvloop.new_event_loop))


def settings(database: Database) -> Settings:
    """What a process of ours is told, everything else as it is by default."""
    return replace(Settings(), database_url=database.app_url, owner_database_url=database.owner_url)


@contextmanager
def _server(directory: Path) -> Iterator[Embedded]:
    with embedded_postgresql(directory) as server:
        cluster = server.cluster.directory
        yield server
    if not cluster.is_relative_to(directory.resolve()):
        shutil.rmtree(cluster)  # it lay elsewhere, because its account cannot enter the directory


async def _create(server: Embedded, name: str, template: str) -> None:
    admin = await asyncpg.connect(server.superuser_url())
    try:
        await admin.execute(f"CREATE DATABASE {name} OWNER {OWNER} TEMPLATE {template}")
        await admin.execute(f"REVOKE ALL ON DATABASE {name} FROM PUBLIC; GRANT CONNECT ON DATABASE {name} TO {APP}")
    finally:
        await admin.close()


async def _entered(context: AbstractAsyncContextManager[Result]) -> Result:
    return await context.__aenter__()


async def _left(context: AbstractAsyncContextManager[Any]) -> None:
    await context.__aexit__(None, None, None)
