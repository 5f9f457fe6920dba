"""The database to use: the embedded one, or the one that DATABASE_URL names, tried before anything rests on it."""

import asyncio
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from app.operator_error import OperatorError
from app.settings import Settings, masked
from app.store.sql_file import load_statements

OLDEST_POSTGRESQL = 16
CONNECT_PATIENCE_S = 10.0

SQL = load_statements(Path(__file__).with_name("database.sql"))


@dataclass(frozen=True, kw_only=True)
class Database:
    """Addresses of one database: for the role that serves, and for the one that owns the tables."""

    app_url: str
    owner_url: str
    app_role: str


@contextmanager
def open_database(settings: Settings, *, serve: bool = False) -> Iterator[Database]:
    """The database, running and answering while the block lasts. Call it outside any event loop.

    With ``serve`` the embedded one is started again should it be killed meanwhile.

    Raises:
        OperatorError: there is none that can be used; the sentence says what to do.
    """
    if settings.database_url is not None:
        yield asyncio.run(_named(settings.database_url, settings.owner_database_url))
        return
    if settings.owner_database_url is not None:
        raise OperatorError(
            "LEADSTREAM_OWNER_DATABASE_URL is set and DATABASE_URL is not: set both, or neither for the embedded one."
        )
    from app.embedded import embedded_postgresql, watched

    with embedded_postgresql(settings.data_dir) as embedded, watched(embedded) if serve else nullcontext():
        yield Database(app_url=embedded.app_url, owner_url=embedded.owner_url, app_role=embedded.app_role)


async def refuse_privileged(database: Database, settings: Settings) -> None:
    """Refuse to serve as a role that could rewrite history, unless a setting accepts it. Call it after migrating.

    Raises:
        OperatorError: the role can, and the setting does not accept it.
    """
    if settings.accept_privileged_role:
        return
    connection = await connect(database.app_url, "DATABASE_URL")
    try:
        rights = [row["what"] for row in await connection.fetch(SQL["rewriting_rights"])]
    finally:
        await connection.close()
    if rights:
        raise OperatorError(
            f"The role {database.app_role} of DATABASE_URL has {', '.join(rights)}, and who serves must not be able to "
            "rewrite history: serve as a role without it and name the owner with LEADSTREAM_OWNER_DATABASE_URL, "
            "or accept it with LEADSTREAM_ACCEPT_PRIVILEGED_ROLE=yes."
        )


async def connect(url: str, setting: str) -> "asyncpg.Connection[asyncpg.Record]":
    """One connection to an address that ``setting`` gave.

    Raises:
        OperatorError: it does not answer, refuses us, or is no PostgreSQL of OLDEST_POSTGRESQL or newer.
    """
    try:
        connection = await asyncpg.connect(url, timeout=CONNECT_PATIENCE_S)
    except (OSError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError) as error:
        raise OperatorError(_unusable(url, setting, error)) from None
    version = connection.get_server_version()
    if version.major < OLDEST_POSTGRESQL:
        connection.terminate()
        raise OperatorError(
            f"{setting} ({masked(url)}) is PostgreSQL {version.major}: Leadstream needs {OLDEST_POSTGRESQL} or newer."
        )
    return connection


async def _named(app_url: str, owner_url: str | None) -> Database:
    role = await _role(app_url, "DATABASE_URL")
    if owner_url is not None:
        await _role(owner_url, "LEADSTREAM_OWNER_DATABASE_URL")
    return Database(app_url=app_url, owner_url=owner_url or app_url, app_role=role)


async def _role(url: str, setting: str) -> str:
    connection = await connect(url, setting)
    try:
        return str(await connection.fetchval("SELECT current_user"))
    finally:
        await connection.close()


def _unusable(url: str, setting: str, error: Exception) -> str:
    match error:
        case asyncpg.InvalidPasswordError() | asyncpg.InvalidAuthorizationSpecificationError():
            reason, action = "the server refuses this user or password", "correct them"
        case asyncpg.InvalidCatalogNameError():
            reason, action = "the server has no such database", "create it (createdb), or correct the name"
        case TimeoutError():
            reason, action = f"nothing answers within {CONNECT_PATIENCE_S:.0f} seconds", "check host and port"
        case ssl.SSLError():
            reason, action = f"the encrypted connection fails: {error.reason or error}", "check sslmode"
        case ValueError():
            reason, action = f"it is no PostgreSQL address: {error}", "write postgresql://user:password@host:5432/name"
        case asyncpg.PostgresError():
            reason, action = f"the server answers: {error}", "see that it accepts connections"
        case OSError() if not isinstance(error, ConnectionError | FileNotFoundError):
            reason, action = f"the host is not found ({error.strerror or error})", "check its name"
        case OSError():
            reason, action = "nothing listens there", "start PostgreSQL, or correct host and port"
        case _:
            reason, action = "what listens there does not speak PostgreSQL", "correct host and port"
    return f"{setting} ({masked(url)}) cannot be used, {reason}: {action}, or unset it to use the embedded database."
