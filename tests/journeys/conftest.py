"""A database server that tests may stop, and an application on it."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.database import Database
from app.embedded import Embedded, embedded_postgresql
from app.migrations import migrate
from tests.support.serving import Site, serving


@dataclass(frozen=True)
class Stoppable:
    """An application and the server that its database is on."""

    site: Site
    server: Embedded
    database: Database


@pytest.fixture(scope="module")
def stoppable() -> Iterator[Stoppable]:
    directory = Path(tempfile.mkdtemp(prefix="leadstream-stoppable-"))
    directory.chmod(0o711)  # PostgreSQL's account has to get in, even where root runs the tests
    try:
        with embedded_postgresql(directory / "data", durable=False) as server:
            database = Database(app_url=server.app_url, owner_url=server.owner_url, app_role=server.app_role)
            asyncio.run(migrate(database))
            with serving(database) as site:
                yield Stoppable(site, server, database)
    finally:
        shutil.rmtree(directory)
