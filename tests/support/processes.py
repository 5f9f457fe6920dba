"""`serve` as a process of its own, on a database that others use too."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.database import Database
from tests.front_door.commands import Serving, serving


@contextmanager
def server_process(database: Database, directory: Path, *words: str, port: str = "0") -> Iterator[Serving]:
    """Serve until the block ends; the directory is for what it keeps and says."""
    with serving(
        directory / "data",
        "--port",
        port,
        *words,
        DATABASE_URL=database.app_url,
        LEADSTREAM_OWNER_DATABASE_URL=database.owner_url,
    ) as program:
        yield program
