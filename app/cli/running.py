"""What commands run in: a database that is up to date, the system on it, signals, and a progress bar."""

import asyncio
import gc
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING, TypeVar

from app.operator_error import OperatorError
from app.settings import Settings

if TYPE_CHECKING:
    from app.database import Database
    from app.system import System

OBJECTS_BETWEEN_COLLECTIONS = 500_000  # some 100 MB

Result = TypeVar("Result")


def with_system(body: "Callable[[System], Awaitable[Result]]") -> Result:
    """Open the database, migrated, and what stands on it, and run the body to its end."""
    from app.database import open_database

    settings = Settings.load(os.environ)
    with orderly(), open_database(settings) as database:
        return asyncio.run(in_system(settings, database, body))


async def in_system(settings: Settings, database: "Database", body: "Callable[[System], Awaitable[Result]]") -> Result:
    """Run the body on an open database.

    Raises:
        OperatorError: the database went away in between.
    """
    import asyncpg

    from app.system import open_system

    try:
        await up_to_date(database)
        async with open_system(settings, database) as system:
            return await body(system)
    except BrokenPipeError:
        raise  # whoever read what is printed has gone, not the database
    except (ConnectionError, asyncpg.PostgresConnectionError, asyncpg.AdminShutdownError) as error:
        raise OperatorError(
            f"The database went away in the middle ({error}): start it, then run the command again."
        ) from error


class NotTheOwner(OperatorError):
    """Migrations are for the owner's role."""


async def migrated(database: "Database") -> list[str]:
    """Bring the database to this version; names of what ran.

    Raises:
        NotTheOwner: our role may not.
        OperatorError: the database is of a newer version.
    """
    import asyncpg

    from app.migrations import migrate
    from app.store.errors import OutdatedWriter

    try:
        return await migrate(database)
    except OutdatedWriter as error:
        raise OperatorError(f"This version of Leadstream is too old for its database: {error}.") from None
    except asyncpg.InsufficientPrivilegeError as error:
        raise NotTheOwner(
            f"The role {database.app_role} may not migrate the database ({error}): "
            "name its owner with LEADSTREAM_OWNER_DATABASE_URL and run `python -m app migrate`."
        ) from None


async def up_to_date(database: "Database") -> None:
    """Migrate, or at least find out that there is nothing to migrate.

    Raises:
        OperatorError: the database is of a newer version, or of an older one and this role may not change that.
    """
    from app.database import connect
    from app.migrations import all_migrations
    from app.store.migrate import missing_migrations

    try:
        await migrated(database)
    except NotTheOwner:
        # The role that serves may look, and mostly there is nothing to do.
        connection = await connect(database.app_url, "DATABASE_URL")
        try:
            if await missing_migrations(connection, all_migrations()):
                raise
        finally:
            await connection.close()


@contextmanager
def progress_bar(unit: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on standard error, told (done, total); silent where that is no terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    columns = (BarColumn(), MofNCompleteColumn(), unit, TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task(unit, total=None)

        def progress(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        yield progress


@contextmanager
def rare_collections() -> Iterator[None]:
    """Look for garbage in circles less often, while much is made and little of it is circular.

    A collection goes through every object there is: with the usual threshold a quarter of an import's time.
    """
    usual = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)
        gc.unfreeze()


@contextmanager
def orderly() -> Iterator[None]:
    """Let a terminated or hung up command end as Control-C ends it, so that what it started is stopped.

    The first signal counts: a second one would break into the stopping.
    """
    interrupted = False

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        nonlocal interrupted
        if not interrupted:
            interrupted = True
            raise KeyboardInterrupt

    before = {
        number: signal.signal(number, interrupt)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        # Ignored means somebody asked for it: nohup, or a shell's background job.
        if signal.getsignal(number) is not signal.SIG_IGN
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
