"""Real PostgreSQL for tests: one server of each version a run, shared by its workers; one new database a test.

Servers are app.embedded's own, so whichever worker comes first starts one and whichever goes last stops it.
"""

import os
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import pytest

from app.database import Database
from app.embedded import Embedded, embedded_postgresql
from app.embedded.locks import alone
from app.embedded.passwords import APP, OWNER
from app.migrations import migrate

# For `pytestmark`, or on one test: run it on both versions that the wheel carries.
both_versions = pytest.mark.parametrize("postgres_version", [18, 16], indirect=True)

TEMPLATE = "migrated"
TEMPLATE_PATIENCE_S = 60.0
ROOM_BYTES = 4 * 1024**3  # what a run takes is bounded by max_wal_size, twice, and a database a worker

_DIRECTORY = "TESTS_POSTGRES_DIRECTORY"  # in the environment, by which workers of one run find each other
_numbers = count(1)


def make_directory() -> None:
    """Make the run's directory. Not pytest's own: as root, PostgreSQL's account could not enter that one."""
    os.environ[_DIRECTORY] = tempfile.mkdtemp(prefix="leadstream-tests-", dir=memory())


def remove_directory() -> None:
    """Remove it and the servers' ones, at the end of the run."""
    directory = Path(os.environ.pop(_DIRECTORY))
    for each in directory.parent.glob(f"{directory.name}*"):
        shutil.rmtree(each)


def memory() -> str | None:
    """A directory in memory with room enough, or None: a new database takes 20 ms there, on a disk 150."""
    shared = Path("/dev/shm")  # noqa: S108  # the directory in it is new and private
    try:
        return str(shared) if shutil.disk_usage(shared).free > ROOM_BYTES else None
    except FileNotFoundError:
        return None


class Servers:
    """The servers this worker has asked for so far, by major version."""

    def __init__(self, held: ExitStack) -> None:
        self._held = held
        self._open: dict[int, Embedded] = {}

    def of(self, version: int) -> Embedded:
        """The server of a version, started if nobody else has."""
        if version not in self._open:
            # Beside the run's directory, for the reason above.
            directory = Path(f"{os.environ[_DIRECTORY]}-{version}")
            server = embedded_postgresql(directory, major=version, durable=False)
            self._open[version] = self._held.enter_context(server)
        return self._open[version]


@asynccontextmanager
async def new_database(server: Embedded, template: str) -> AsyncIterator[Database]:
    """A database that is gone after the block. ``template``: TEMPLATE, or template0 for an empty one."""
    made = await create_database(server, template)
    yield made
    async with _administering(server) as admin:
        await admin.execute(f"DROP DATABASE {urlsplit(made.app_url).path[1:]} WITH (FORCE)")


async def create_database(server: Embedded, template: str) -> Database:
    """A database that stays until the run ends."""
    name = f"test_{os.getpid()}_{next(_numbers)}"
    async with _administering(server) as admin:
        if template == TEMPLATE:
            await _make_template(admin, server)
        await _create(admin, name, template)
    return _named(server, name)


@asynccontextmanager
async def _administering(server: Embedded) -> "AsyncIterator[asyncpg.Connection[asyncpg.Record]]":
    admin = await asyncpg.connect(server.superuser_url())
    try:
        yield admin
    finally:
        await admin.close()


async def _make_template(admin: "asyncpg.Connection[asyncpg.Record]", server: Embedded) -> None:
    if await _is_made(admin):
        return
    lock = Path(os.environ[_DIRECTORY]) / f"template-{admin.get_server_version().major}.lock"
    with alone(lock, line="", patience_s=TEMPLATE_PATIENCE_S):
        if await _is_made(admin):
            return
        draft = f"{TEMPLATE}_draft"
        await admin.execute(f"DROP DATABASE IF EXISTS {draft}")
        await _create(admin, draft, "template0")
        await migrate(_named(server, draft))
        await admin.execute(f"ALTER DATABASE {draft} RENAME TO {TEMPLATE}")


async def _is_made(admin: "asyncpg.Connection[asyncpg.Record]") -> bool:
    return bool(await admin.fetchval("SELECT true FROM pg_database WHERE datname = $1", TEMPLATE))


async def _create(admin: "asyncpg.Connection[asyncpg.Record]", name: str, template: str) -> None:
    # Copying files beats writing them through the log where nothing is synced.
    await admin.execute(f"CREATE DATABASE {name} OWNER {OWNER} TEMPLATE {template} STRATEGY file_copy")
    await admin.execute(f"REVOKE ALL ON DATABASE {name} FROM PUBLIC; GRANT CONNECT ON DATABASE {name} TO {APP}")


def _named(server: Embedded, name: str) -> Database:
    return Database(
        app_url=server.passwords.url(APP, server.socket_dir, name),
        owner_url=server.passwords.url(OWNER, server.socket_dir, name),
        app_role=APP,
    )
