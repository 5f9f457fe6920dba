"""A table locked against everybody, so that who needs it waits just there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg

from app.store.migrate import SCHEMA
from tests.support.loops import LoopThread

WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = $1::regclass"


class Lock:
    """A lock that is held."""

    def __init__(self, loop: LoopThread, connection: asyncpg.Connection, table: str) -> None:
        self._loop = loop
        self._connection = connection
        self._table = table

    def is_waited_for(self) -> bool:
        """Whether somebody stands before it."""
        return bool(self._loop.run(self._connection.fetchval(WAITING, self._table)))

    def sees(self, sql: str) -> bool:
        """Whether something is so, in the eyes of the lock's holder."""
        return bool(self._loop.run(self._connection.fetchval(sql)))


@contextmanager
def locked(superuser_url: str, name: str) -> Iterator[Lock]:
    """Lock a table while the block lasts, or until the server goes away."""
    loop, table = LoopThread(), f"{SCHEMA}.{name}"
    try:
        connection = loop.run(asyncpg.connect(superuser_url))
        try:
            loop.run(connection.execute(f"BEGIN; LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE"))
            yield Lock(loop, connection, table)
        finally:
            loop.run(_ended(connection))
    finally:
        loop.close()


async def _ended(connection: asyncpg.Connection) -> None:
    """Closing ends the transaction; where the server has gone there is none any more."""
    try:
        await connection.close()
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
        connection.terminate()
