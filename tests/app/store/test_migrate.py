"""Migrations: numbered, run once, in one transaction, from however many processes."""

import asyncio
import os
import sys
from dataclasses import replace
from pathlib import Path

import asyncpg
import pytest

from app.database import Database
from app.migrations import all_migrations, migrate
from app.store import migrate as store_migrations
from app.store.errors import OutdatedWriter, ProgrammingError
from app.store.migrate import Migration, missing_migrations, read_migrations
from tests.support.logs import connected
from tests.support.postgres import both_versions

MIGRATE = "import asyncio, os; from app.database import Database; from app.migrations import migrate; \
asyncio.run(migrate(Database(app_url='', owner_url=os.environ['OWNER_URL'], app_role='leadstream_app')))"

TABLES = "SELECT count(*) FROM pg_tables WHERE schemaname = 'leadstream'"


async def run(database: Database, migrations: list[Migration]) -> list[str]:
    """As `migrate`, with other migrations."""
    async with connected(database.owner_url) as connection:
        return await store_migrations.migrate(connection, migrations, functions=[], app_role=database.app_role)


def added(number: int, text: str = "SELECT 1") -> Migration:
    return Migration(number=number, name=f"{number:04}_pre_more", text=text)


@both_versions
async def test_an_empty_database_gets_all_of_them_once(empty_database: Database) -> None:
    names = [migration.name for migration in all_migrations()]
    assert await migrate(empty_database) == names
    assert await migrate(empty_database) == []


@both_versions
async def test_two_processes_at_once_end_well(empty_database: Database) -> None:
    environment = {**os.environ, "OWNER_URL": empty_database.owner_url}
    processes = [await asyncio.create_subprocess_exec(sys.executable, "-c", MIGRATE, env=environment) for _ in range(2)]
    assert [await process.wait() for process in processes] == [0, 0]
    assert await migrate(empty_database) == []


async def test_what_is_missing_is_named(empty_database: Database) -> None:
    names = [migration.name for migration in all_migrations()]
    async with connected(empty_database.owner_url) as connection:
        assert await missing_migrations(connection, all_migrations()) == names
        await migrate(empty_database)
        assert await missing_migrations(connection, [*all_migrations(), added(len(names) + 1)]) == [
            f"{len(names) + 1:04}_pre_more"
        ]


async def test_a_later_version_runs_only_what_is_new(database: Database) -> None:
    more = added(len(all_migrations()) + 1, "CREATE TABLE more (org_id uuid)")
    assert await run(database, [*all_migrations(), more]) == [more.name]
    async with connected(database.app_url) as connection:
        assert await connection.fetch("SELECT * FROM more") == []


async def test_a_migration_that_was_changed_is_refused(database: Database) -> None:
    first, *others = all_migrations()
    with pytest.raises(ProgrammingError, match="0001_pre_event_log is not the one that ran: undo the change"):
        await run(database, [replace(first, text=first.text + "\n-- better"), *others])


async def test_a_database_of_a_newer_version_is_refused(database: Database) -> None:
    more = added(len(all_migrations()) + 1)
    await run(database, [*all_migrations(), more])
    with pytest.raises(OutdatedWriter, match=f"the database has migration {more.name}: run the newer version"):
        await migrate(database)


async def test_a_migration_that_fails_leaves_nothing(empty_database: Database) -> None:
    bad = added(len(all_migrations()) + 1, "CREATE TABLE half (org_id uuid); SELECT 1 / 0")
    with pytest.raises(asyncpg.DivisionByZeroError):
        await run(empty_database, [*all_migrations(), bad])
    async with connected(empty_database.owner_url) as connection:
        assert await connection.fetchval(TABLES) == 0


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["0001_pre_a.sql", "0003_pre_b.sql"], "not numbered without gaps"),
        (["0001_pre_a.sql", "0001_post_b.sql"], "not numbered without gaps"),
        (["0001_a.sql"], "0001_a.sql is not called NNNN_pre_what.sql"),
    ],
)
def test_migrations_that_are_not_numbered_well_are_refused(tmp_path: Path, names: list[str], said: str) -> None:
    for name in names:
        (tmp_path / name).write_text("SELECT 1")
    with pytest.raises(ProgrammingError, match=said):
        read_migrations([tmp_path])
