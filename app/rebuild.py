"""Rebuild: makes projections anew from the log, compares them with the live ones, and repairs what differs.

It works beside whoever writes: nothing is renamed or swapped. What it makes is compared a hundred leads at a time, each
time in one short snapshot at whose position both sides stand. A lead that differs is repaired under its
organization's lock, row by row.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import asynccontextmanager
from uuid import UUID

import asyncpg

from app.codecs import facts_of
from app.ids import encode_id
from app.operator_error import OperatorError
from app.store.errors import UndecodableEvent
from app.store.migrate import SCHEMA
from app.store.store import EventStore
from app.system import System
from app.verify import chosen_organizations
from projections import INLINE
from projections.machinery.projection import Projection
from projections.machinery.rebuild import SQL, Difference, Shadow
from projections.members.project import members

BATCH = 500  # events written to the twins in one transaction
LEADS = 100  # compared in one snapshot
SEEN_MAX = 1_000  # differing rows of one table that are looked at together
TOLD_MAX = 1_000  # differences told one by one; more are repaired all the same


async def rebuild(
    system: System,
    *,
    projection: str | None,
    organization: str | None,
    note: Callable[[str], None] = lambda _: None,
) -> list[str]:
    """Repair the rows of one projection, or of all, in one organization, or in all; a sentence for each that differed.

    What older versions did not keep of the past is no difference: it is filled, which `note` is told.

    Raises:
        OperatorError: no such projection or organization, an event that cannot be read, or a right that is missing.
    """
    projections = _chosen_projections(projection)
    told: list[str] = []
    async with _shadow(system, projections) as (shadow, connection):
        async for org_id, name in chosen_organizations(system, organization):
            rebuilding = _Rebuilding(system.store, connection, shadow, org_id)
            await rebuilding.begin()
            try:
                async for difference in rebuilding.differences():
                    if len(told) == TOLD_MAX:
                        told.append("More rows differed than are told here.")
                    elif len(told) < TOLD_MAX:
                        told.append(f"{name}: {_sentence(difference)}")
            except UndecodableEvent as error:
                raise OperatorError(f"{name} cannot be rebuilt, {error}: find out more with verify.") from error
            if projection is None and await rebuilding.past_is_whole():
                note(f"{name}: the past was filled; it can be asked from the first event on.")
    return told


class _Rebuilding:
    """One organization's twins, and how far they follow its log."""

    def __init__(self, store: EventStore, connection: asyncpg.Connection, shadow: Shadow, org_id: UUID) -> None:
        self._store = store
        self._connection = connection
        self._shadow = shadow
        self._org_id = org_id
        self._position = 0
        self._past_since: int | None = None

    async def begin(self) -> None:
        """Find out from which position on the past is known."""
        self._past_since = await self._connection.fetchval(SQL["past_since"], self._org_id)

    async def past_is_whole(self) -> bool:
        """After all tables were repaired: it is known from the first event on; whether that is new."""
        if self._past_since is None:
            return False
        await self._connection.execute(SQL["past_is_whole"], self._org_id)
        return True

    async def differences(self) -> AsyncIterator[Difference]:
        """Every row that differed, but for what is filled; it is repaired by then."""
        await self._shadow.clear()
        # No further than the log is now: whoever writes meanwhile must not keep it from ending.
        last_position = await self._store.max_notification_id(self._org_id) or 0
        while self._position < last_position:
            await self._build_on()
        await self._shadow.count_rows()
        behind, last = UUID(int=0), await self._shadow.last_lead_id(self._org_id)
        while last and (lead_ids := await self._shadow.lead_ids(self._org_id, behind, last, LEADS)):
            behind = lead_ids[-1]
            async for difference in self._repaired(lead_ids):
                if not self._fills(difference):
                    yield difference

    def _fills(self, difference: Difference) -> bool:
        """Whether it is only what was not kept before the past was."""
        if self._past_since is None:
            return False
        from_pos = difference.key.get("from_pos")
        if isinstance(from_pos, int):
            return from_pos <= self._past_since
        return difference.columns == ("from_pos",)

    async def _repaired(self, lead_ids: Sequence[UUID]) -> AsyncIterator[Difference]:
        """What differs in some leads, told once they are repaired; where it is too much for one look, after another."""
        remaining = set(lead_ids)
        while found := await self._compared(remaining):
            for lead_id in {difference.lead_id for difference in found}:
                await self._repair(lead_id)
                remaining.discard(lead_id)
            for difference in found:
                yield difference

    async def _build_on(self) -> bool:
        """Write the next batch; False: there was none."""
        async with self._connection.transaction():
            events = await self._store.select_notifications(
                self._org_id, self._position + 1, BATCH, connection=self._connection
            )
            if events:
                await self._shadow.write(self._org_id, facts_of(events))
                self._position = events[-1].position
        return bool(events)

    async def _compared(self, lead_ids: Collection[UUID]) -> list[Difference]:
        async with self._connection.transaction(isolation="repeatable_read"):
            while await self._build_on():
                pass
            return await self._shadow.differences(self._org_id, list(lead_ids), SEEN_MAX)

    async def _repair(self, lead_id: UUID) -> None:
        async with self._connection.transaction():
            await self._store.lock(self._org_id, self._connection)
            while await self._build_on():
                pass
            await self._shadow.repair(self._org_id, lead_id)


@asynccontextmanager
async def _shadow(
    system: System, projections: Sequence[Projection]
) -> AsyncIterator[tuple[Shadow, asyncpg.Connection]]:
    """Twins on a connection of the owner's, because who serves need not be allowed temporary tables."""
    settings = {"search_path": SCHEMA, "application_name": "leadstream rebuild", "jit": "off"}
    connection = await asyncpg.connect(system.database.owner_url, server_settings=settings)
    try:
        shadow = Shadow(connection, projections)
        try:
            await shadow.create()
        except asyncpg.InsufficientPrivilegeError as error:
            raise OperatorError(
                f"The read models cannot be rebuilt by the role that owns them, {error}: grant it TEMPORARY on the"
                " database, or name another role that owns them with LEADSTREAM_OWNER_DATABASE_URL."
            ) from error
        yield shadow, connection
    finally:
        await connection.close()


def _chosen_projections(name: str | None) -> Sequence[Projection]:
    chosen = [projection for projection in INLINE if name in (None, projection.name)]
    if not chosen:
        names = ", ".join(projection.name for projection in INLINE)
        raise OperatorError(f"There is no projection called {name}: name one of {names}, or none for all.")
    # Computed rows of every projection stand on who belongs to whom.
    return chosen if members in chosen else [members, *chosen]


def _sentence(difference: Difference) -> str:
    lead = encode_id("lead", difference.lead_id)
    key = ", ".join(f"{column} {value}" for column, value in difference.key.items() if column != "lead_id")
    row = f"the row of {difference.table} with {key}" if key else f"the row of {difference.table}"
    if difference.is_missing:
        what = "was missing"
    elif difference.is_extra:
        what = "was one too many"
    else:
        what = f"differed in {', '.join(difference.columns)}"
    return f"{lead}: {row} {what}."
