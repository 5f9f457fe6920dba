"""Nobody who serves can rewrite history: what the database itself forbids."""

import asyncio
from dataclasses import replace
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest

from app.database import Database, refuse_privileged
from app.embedded import Embedded
from app.ids import uuid7
from app.migrations import migrate
from app.operator_error import OperatorError
from app.settings import Settings
from app.store.store import EventStore
from tests.support.logs import connected, event, open_store, positions
from tests.support.office import superuser_url
from tests.support.postgres import both_versions

pytestmark = both_versions

ORG, LEAD = uuid7(), uuid7()

REWRITING = [
    "UPDATE events SET payload = NULL",
    "UPDATE events SET recorded_at = now() WHERE false",
    "DELETE FROM events WHERE false",
    "TRUNCATE events",
    "MERGE INTO events USING (SELECT 1) one ON true WHEN MATCHED THEN DELETE",
    "INSERT INTO events SELECT * FROM events ON CONFLICT (org_id, position) DO UPDATE SET payload = NULL",
    "ALTER TABLE events DISABLE TRIGGER ALL",
    "DROP TABLE events",
    "CREATE RULE silent AS ON INSERT TO events DO INSTEAD NOTHING",
    "CREATE TRIGGER late BEFORE INSERT ON events EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    "DELETE FROM migrations",
    "DROP FUNCTION append",
]
CREATING = [
    "CREATE TABLE leadstream.mine ()",
    "CREATE TABLE public.mine ()",
    "CREATE FUNCTION leadstream.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE SCHEMA mine",
    "CREATE TEMPORARY TABLE events ()",
    "SET ROLE leadstream_owner",
]


async def test_the_role_that_serves_can_append_and_read(store: EventStore) -> None:
    org_id = uuid7()
    assert await store.insert_events(org_id, [event(LEAD, 1)]) == [1]
    assert await positions(store, org_id) == [1]


@pytest.mark.parametrize("statement", [*REWRITING, *CREATING])
async def test_the_role_that_serves_may_not(common_database: Database, statement: str) -> None:
    async with connected(common_database.app_url) as connection:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(statement)


async def test_the_role_that_serves_is_let_in(common_database: Database) -> None:
    await refuse_privileged(common_database, Settings())


async def test_the_owner_is_not_let_in_to_serve(common_database: Database) -> None:
    as_owner = replace(common_database, app_url=common_database.owner_url)
    with pytest.raises(OperatorError, match="must not be able to rewrite history"):
        await refuse_privileged(as_owner, Settings())
    await refuse_privileged(as_owner, Settings(accept_privileged_role=True))


async def managed(server: Embedded, database: Database) -> Database:
    """The same database as a hosting company gives it: one role, which owns it and serves."""
    url = urlsplit(superuser_url(server, database))
    role = f"managed_{url.path.removeprefix('/')}"
    async with connected(urlunsplit(url)) as admin:
        await admin.execute(f"CREATE ROLE {role} LOGIN PASSWORD 'secret'")
        await admin.execute(f"ALTER DATABASE {url.path.removeprefix('/')} OWNER TO {role}")
    only = urlunsplit(url._replace(netloc=f"{role}:secret@"))
    return Database(app_url=only, owner_url=only, app_role=role)


async def test_a_role_that_owns_and_serves_takes_the_right_from_itself(
    server: Embedded, empty_database: Database
) -> None:
    database = await managed(server, empty_database)
    await migrate(database)
    await refuse_privileged(database, Settings())
    async with open_store(database) as store:
        assert await store.insert_events(ORG, [event(LEAD, 1)]) == [1]
    async with connected(database.app_url) as connection:
        for statement in (*REWRITING[:6], "DELETE FROM migrations", "CREATE TABLE leadstream.mine ()"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(statement)


async def test_a_role_that_owns_and_serves_can_migrate_again(server: Embedded, empty_database: Database) -> None:
    database = await managed(server, empty_database)
    await migrate(database)
    assert await migrate(database) == []
    await refuse_privileged(database, Settings())
    async with connected(database.app_url) as connection:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute("DELETE FROM events")


async def test_two_migrations_by_such_a_role_at_once_end_well(server: Embedded, empty_database: Database) -> None:
    database = await managed(server, empty_database)
    ran = await asyncio.gather(migrate(database), migrate(database))
    assert sorted(map(bool, ran)) == [False, True]
