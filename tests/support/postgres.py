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

_DIRECTORY = "TESTS_POSTGRES_DIRECTORY"  # in the environment, by which workers of one run find each other
_numbers = count(1)


def make_directory() -> None:
    """Make the run's directory. Not pytest's own: as root, PostgreSQL's account could not enter that one."""
    os.environ[_DIRECTORY] = tempfile.mkdtemp(prefix="leadstream-tests-")


def remove_directory() -> None:
    """Remove it and the servers' ones, at the end of the run."""
    directory = Path(os.environ.pop(_DIRECTORY))
    for each in directory.parent.glob(f"{directory.name}*"):
        shutil.rmtree(each)


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
    name = f"test_{os.getpid()}_{next(_numbers)}"
    admin = await asyncpg.connect(server.superuser_url())
    try:
        if template == TEMPLATE:
            await _make_template(admin, server)
        await _create(admin, name, template)
        yield _named(server, name)
        await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
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
