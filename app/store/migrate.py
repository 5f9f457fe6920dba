"""Numbered SQL migrations, and the parts that are written anew with every one of them.

A file is called NNNN_pre_what.sql (safe while the old version still serves) or NNNN_post_what.sql (run once it no
longer does). Numbers are unique over all folders. What has run is never changed.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from app.store.errors import OutdatedWriter, ProgrammingError
from app.store.sql_file import load_statements
from app.store.store import Connection

SCHEMA = "leadstream"
_LOCK = 0x6C656164  # "lead": one migration at a time in a database
_FILE = re.compile(r"(?P<number>\d{4})_(?P<phase>pre|post)_(?P<what>\w+)\.sql")
_SQL = load_statements(Path(__file__).with_name("migrate.sql"))


@dataclass(frozen=True, kw_only=True)
class Migration:
    """One file of SQL."""

    number: int
    name: str
    text: str

    @property
    def checksum(self) -> bytes:
        """Tells whether it is still the one that ran."""
        return hashlib.sha256(self.text.encode()).digest()


def read_migrations(folders: Iterable[Path]) -> list[Migration]:
    """Every migration in some folders, by number.

    Raises:
        ProgrammingError: numbers are not 1, 2, 3 ….
    """
    found = []
    for folder in folders:
        for path in folder.glob("[0-9]*.sql"):
            match = _FILE.fullmatch(path.name)
            if match is None:
                raise ProgrammingError(f"{path.name} is not called NNNN_pre_what.sql or NNNN_post_what.sql")
            found.append(Migration(number=int(match["number"]), name=path.stem, text=path.read_text("utf-8")))
    found.sort(key=lambda migration: migration.number)
    if [migration.number for migration in found] != list(range(1, len(found) + 1)):
        raise ProgrammingError(f"migrations are not numbered without gaps: {[one.name for one in found]}")
    return found


async def migrate(
    connection: asyncpg.Connection,
    migrations: Sequence[Migration],
    *,
    functions: Sequence[str],
    app_role: str,
    append_only: Sequence[str] = (),
) -> list[str]:
    """Bring the database to this version in one transaction; safe to run twice and from two machines at once.

    Args:
        functions: statements that are run every time, such as CREATE OR REPLACE FUNCTION.
        app_role: the role that serves; it may read and append, never rewrite.
        append_only: tables, beside that of the events, whose rows it may add, and neither change nor remove.

    Returns:
        Names of the migrations that ran.

    Raises:
        OutdatedWriter: the database is of a newer version.
        ProgrammingError: a migration that ran has been changed.
    """
    async with connection.transaction():
        await connection.execute(_SQL["one_at_a_time"], _LOCK)
        for statement in (_SQL["allow_creation"], _SQL["create_schema"], _SQL["search_path"]):
            await connection.execute(_named(statement, app_role))
        await connection.execute(_SQL["create_list"])
        done = {row["number"]: row for row in await connection.fetch(_SQL["list"])}
        _check(done, migrations)
        ran = [one for one in migrations if one.number not in done]
        for migration in ran:
            await connection.execute(migration.text)
            await connection.execute(_SQL["add_to_list"], migration.number, migration.name, migration.checksum)
        for statement in functions:
            await connection.execute(statement)
        for name in ("grant", "forbid"):
            await connection.execute(_named(_SQL[name], app_role))
        for table in append_only:
            await connection.execute(_named(_SQL["forbid_change"].replace("{table}", table), app_role))
    return [migration.name for migration in ran]


async def missing_migrations(connection: Connection, migrations: Sequence[Migration]) -> list[str]:
    """Names of those that have not run yet; all of them where the database is empty."""
    if not await connection.fetchval(_SQL["has_list"]):
        return [migration.name for migration in migrations]
    done = {row["number"] for row in await connection.fetch(_SQL["list"])}
    return [migration.name for migration in migrations if migration.number not in done]


def _check(done: dict[int, asyncpg.Record], migrations: Sequence[Migration]) -> None:
    known = {migration.number: migration for migration in migrations}
    for number, row in done.items():
        migration = known.get(number)
        if migration is None:
            raise OutdatedWriter(f"the database has migration {row['name']}: run the newer version that made it")
        if migration.checksum != row["checksum"]:
            raise ProgrammingError(f"migration {migration.name} is not the one that ran: undo the change")


def _named(statement: str, app_role: str) -> str:
    quoted = '"' + app_role.replace('"', '""') + '"'
    return statement.replace("{app_role}", quoted)
