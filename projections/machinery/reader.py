"""Reader: one consistent look at the database for one operation, and statements with optional parts."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast
from uuid import UUID

import asyncpg
from asyncpg.pool import PoolConnectionProxy
from asyncpg.transaction import Transaction

from app.store.errors import DATABASE_FAULTS
from app.store.sql_file import load_statements
from projections.machinery.past import at_position
from projections.machinery.sight import Sight

SQL = load_statements(Path(__file__).with_name("position.sql"))


class Reader:
    """Reads one organization, as far as `sight` goes.

    With `snapshot`, all statements until `renew` see one moment over one connection, taken with the first of them.
    Without, each sees what is committed, and no connection is held in between: for those who read for days.
    Loaders of one operation may call at once; they take turns.

    Attributes:
        then: the position of the log that is looked at; None: the present.
    """

    def __init__(self, pool: asyncpg.Pool, org_id: UUID, *, snapshot: bool = True, sight: Sight = Sight()) -> None:  # noqa: B008 - it is frozen
        self.org_id = org_id
        self.sight = sight
        self.statements = 0
        self.then: int | None = None
        self._pool = pool
        self._snapshot = snapshot
        self._connection: PoolConnectionProxy | None = None
        self._transaction: Transaction | None = None
        self._turn = asyncio.Lock()
        self._known: dict[tuple[str, str], list[asyncpg.Record]] = {}

    async def fetch(self, sql: str, *arguments: Any) -> list[asyncpg.Record]:
        """Rows; $1 is always the organization."""
        async with self._turn:
            self.statements += 1
            if not self._snapshot:
                return await self._pool.fetch(sql, self.org_id, *arguments)
            if self._connection is None:
                await self._begin()
            assert self._connection is not None
            return await self._connection.fetch(sql, self.org_id, *arguments)

    async def fetch_once(self, sql: str, *arguments: Any) -> list[asyncpg.Record]:
        """As `fetch`, for what several parts of an operation ask: within a snapshot it is read once."""
        key = sql, repr(arguments)
        if not self._snapshot or key not in self._known:
            self._known[key] = await self.fetch(sql, *arguments)
        return self._known[key]

    def at(self, position: int) -> Reader:
        """The same look at the database, at what stood at a position of the log. Who sees what is as it is today."""
        return PastReader(self, position)

    async def position(self) -> tuple[UUID, int]:
        """Epoch and last position of the log, as this look at the database has them."""
        (row,) = await self.fetch(SQL["position"])
        return row["epoch"], row["position"]

    async def renew(self) -> None:
        """Let go of the moment: the next statement sees what was committed since."""
        async with self._turn:
            connection, transaction = self._connection, self._transaction
            self._known.clear()
            self._connection = self._transaction = None
            if connection is None:
                return
            try:
                if transaction is not None and not connection.is_closed():
                    await transaction.rollback()
            except DATABASE_FAULTS:
                # It only read: what broke has been told by the statement that met it, and nothing is lost.
                with suppress(asyncpg.InterfaceError):  # the pool takes back by itself what the server has ended
                    connection.terminate()
            finally:
                await self._pool.release(connection)

    async def _begin(self) -> None:
        connection = await self._pool.acquire()
        transaction = connection.transaction(isolation="repeatable_read", readonly=True)
        try:
            await transaction.start()
        except BaseException:
            await self._pool.release(connection)
            raise
        self._connection, self._transaction = connection, transaction


class PastReader(Reader):
    """Reads tables that are marked as they were at a position; see `projections.machinery.past`."""

    def __init__(self, present: Reader, position: int) -> None:
        self._present = present
        super().__init__(present._pool, present.org_id, snapshot=present._snapshot, sight=present.sight)  # noqa: SLF001 - one of its kind
        self.then = position

    @property
    def sight(self) -> Sight:
        """That of the present, whatever becomes of it."""
        return replace(self._present.sight, of_moment=True)

    @sight.setter
    def sight(self, sight: Sight) -> None:
        self._present.sight = replace(sight, of_moment=False)

    async def fetch(self, sql: str, *arguments: Any) -> list[asyncpg.Record]:
        """Rows as they stood."""
        return await self._present.fetch(*self._asked(sql, arguments))

    async def fetch_once(self, sql: str, *arguments: Any) -> list[asyncpg.Record]:
        """As `fetch`, read once."""
        return await self._present.fetch_once(*self._asked(sql, arguments))

    async def position(self) -> tuple[UUID, int]:
        """Epoch of the log, and the position that is looked at."""
        epoch, _ = await self._present.position()
        return epoch, cast(int, self.then)

    async def renew(self) -> None:
        """The past does not move; the look at it does."""
        await self._present.renew()

    def _asked(self, sql: str, arguments: tuple[Any, ...]) -> tuple[Any, ...]:
        if _SEEN in sql:
            seen = self.sight.narrow_today(Statement("/*and*/", *arguments), "belonging")
            sql, arguments = sql.replace(_SEEN, seen.sql), tuple(seen.arguments)
        past = at_position(sql, len(arguments) + 2)
        return (sql, *arguments) if past == sql else (past, *arguments, self.then)


_SEEN = "/*seen*/"  # where the past asks of a lead that was part of another one whether it is seen today

# The driver takes the calendar's first and last microsecond for the infinities, which come before and behind them.
_EDGES = {
    datetime.min.replace(tzinfo=UTC): "timestamptz '0001-01-01 00:00:00+00'",
    datetime.max.replace(tzinfo=UTC): "timestamptz '9999-12-31 23:59:59.999999+00'",
}


class Statement:
    """A statement whose optional conditions are named fragments: values travel as parameters only.

    The base text has the mark /*and*/ where conditions go; a fragment has {} where its value goes.
    """

    def __init__(self, base: str, *arguments: Any) -> None:
        """`arguments` are those behind $1, the organization."""
        self._base = base
        self._conditions: list[str] = []
        self.arguments: list[Any] = list(arguments)

    def also(self, fragment: str, *values: Any) -> Statement:
        """Add a condition; each {} in it becomes the parameter of a value."""
        self._conditions.append(self.fill(fragment, *values))
        return self

    def fill(self, text: str, *values: Any) -> str:
        """A part of this statement: each {} in it has become the parameter of a value."""
        for value in values:
            if (written_out := _EDGES.get(value) if isinstance(value, datetime) else None) is not None:
                text = text.replace("{}", written_out, 1)
                continue
            self.arguments.append(value)
            text = text.replace("{}", f"${len(self.arguments) + 1}", 1)
        return text

    def put(self, name: str, text: str) -> Statement:
        """Let a part stand where the base text has its name in braces."""
        self._base = self._base.replace(f"{{{name}}}", text)
        return self

    def also_if(self, fragment: str, value: Any) -> Statement:
        """Add a condition unless the value is None."""
        return self if value is None else self.also(fragment, value)

    @property
    def sql(self) -> str:
        """The whole text."""
        return self._base.replace("/*and*/", "".join(f" AND {one}" for one in self._conditions))

    async def fetch(self, reader: Reader) -> Sequence[asyncpg.Record]:
        """Run it."""
        return await reader.fetch(self.sql, *self.arguments)
