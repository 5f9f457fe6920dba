"""What benchmarks stand on: sizes, one embedded PostgreSQL in a directory that goes away, an event loop as serve's."""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Coroutine
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from statistics import median
from typing import Any, TypeVar
from urllib.parse import urlsplit

import asyncpg
import uvloop

from app.database import Database
from app.embedded import Embedded, embedded_postgresql
from app.embedded.passwords import APP, OWNER
from app.migrations import migrate
from app.settings import Settings

ROOT = Path(__file__).parents[1]
PEERS = Path(__file__).with_name("peers")

Result = TypeVar("Result")


class PeerMissing(Exception):
    """A peer cannot be had here; the sentence says why."""


@dataclass(frozen=True, kw_only=True)
class Sizes:
    """How much is measured. Times in seconds."""

    rounds: int = 5
    round_s: float = 4.0
    append_leads: int = 1_000
    leads: int = 20_000  # of the organization that pages are read from
    activities: int = 50  # of each of them
    long_activities: int = 100_000  # of one more lead
    seed_leads: int = 1_000  # seeded in each round
    memory_leads: tuple[int, int] = (2_000, 20_000)


SMALL = Sizes(
    rounds=2,
    round_s=0.4,
    append_leads=64,
    leads=50,
    activities=10,
    long_activities=2_000,
    seed_leads=20,
    memory_leads=(20, 100),
)


class Bench:
    """Everything it makes is gone after the block: use it as one.

    Args:
        directory: where temporary directories are made; on the disk that is to be measured.
        peers: where peers are installed; kept from run to run.
    """

    def __init__(self, sizes: Sizes, *, directory: Path | None, peers: Path) -> None:
        self.sizes = sizes
        self.peers = peers
        self.held = ExitStack()
        self._parent = directory
        self._number = 0

    def __enter__(self) -> Bench:
        return self

    def __exit__(self, *_: object) -> None:
        self.held.close()

    @cached_property
    def scratch(self) -> Path:
        """A directory for logs and lists of requests."""
        return self.new_directory()

    def new_directory(self) -> Path:
        """A new directory that only we can enter."""
        path = Path(tempfile.mkdtemp(prefix="leadstream-bench-", dir=self._parent))
        self.held.callback(shutil.rmtree, path)
        return path

    @cached_property
    def server(self) -> Embedded:
        """The PostgreSQL that both sides use, with everything that `serve` gives it: fsync too."""
        directory = self.new_directory()
        server = self.held.enter_context(_server(directory))
        self.loop.run(_wait_for(server))
        return server

    @cached_property
    def loop(self) -> asyncio.Runner:
        """Runs coroutines of one event loop, one after the other."""
        return self.held.enter_context(asyncio.Runner(loop_factory=uvloop.new_event_loop))

    def run(self, work: Coroutine[Any, Any, Result]) -> Result:
        """Run a coroutine to its end."""
        return self.loop.run(work)

    def database(self) -> Database:
        """A new database of our own, migrated."""
        database = self.empty_database()
        self.run(migrate(database))
        return database

    def empty_database(self) -> Database:
        """A new database without anything in it."""
        self._number += 1
        name = f"bench_{self._number}"
        self.run(_create(self.server, name))
        return Database(
            app_url=self.server.passwords.url(APP, self.server.socket_dir, name),
            owner_url=self.server.passwords.url(OWNER, self.server.socket_dir, name),
            app_role=APP,
        )

    def settings(self, database: Database) -> Settings:
        """What a process of ours on that database is told."""
        return replace(Settings(), database_url=database.app_url, owner_database_url=database.owner_url)
