"""The bulk road: many leads in one transaction, by the same rules and with the same rows as one command at a time.

A batch is made ready in memory before the organization's lock is taken, and while the one before it is written. Under
the lock everything that it stood on is read again; where anything has moved it is decided anew there. Then events,
claims and rows are copied in.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.bulk.decisions import Decided, Envelope, Refusing
from app.bulk.grounds import BatchGround, BatchGrounds
from app.bulk.history import BATCH_STEPS, Histories, Part, batches
from app.bulk.writing import Batch, ready
from app.event import Event, Fact
from app.ids import LeadId, uuid7
from app.lead.lead import Lead
from app.organization.organization import Organization
from app.states import SNAPSHOT_EVERY
from app.system import System


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one batch.

    Attributes:
        done: leads whose history has come to its end.
        there: of those that were not made, the leads that hold their external ids.
        facts: what was decided; in a rehearsal, what would be.
    """

    events: int
    done: Sequence[LeadId]
    there: dict[LeadId, UUID]
    refused: Sequence[Refusing]
    facts: Sequence[Fact[Event]] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ready:
    """A batch that waits for the lock. `kept` are those of its parts that it is about."""

    parts: Sequence[Part]
    kept: Sequence[Part]
    ground: BatchGround
    batch: Batch


class Road:
    """Takes histories of leads into one organization's log.

    Args:
        source: of every event, such as `import`.
        correlation_id: of every event; a new one unless given.
        rehearsal: the organization in which to decide everything, and append nothing.
    """

    def __init__(
        self,
        system: System,
        org_id: UUID,
        *,
        source: str,
        correlation_id: UUID | None = None,
        rehearsal: Organization | None = None,
    ) -> None:
        self._system = system
        self._org_id = org_id
        self._grounds = BatchGrounds(system.store, system.states, system.threads, org_id)
        self._envelope = Envelope(source=source, correlation_id=correlation_id or uuid7())
        self._rehearsal = rehearsal
        self._begun: dict[UUID, Lead] = {}
        self._there: dict[UUID, UUID] = {}

    async def run(self, histories: Histories, limit: int = BATCH_STEPS) -> AsyncIterator[Outcome]:
        """Append histories batch by batch, each of some `limit` commands in a transaction of its own.

        While the database writes a batch, the next one is made ready.
        """
        # What a rehearsed batch decided cannot be read from the log, so nothing may go on from one to the next.
        coming = batches(histories, limit, whole=self._rehearsal is not None)
        parts, ready = await self._next(coming)
        while parts:
            ready = ready or await self._ready(parts)
            following = asyncio.create_task(self._next(coming, behind=parts))
            try:
                yield await self._append(ready)
                parts, ready = await following
            finally:
                await _ended(following)

    async def _next(
        self, coming: AsyncIterator[Sequence[Part]], behind: Sequence[Part] = ()
    ) -> tuple[Sequence[Part], _Ready | None]:
        """The next batch, ready unless it goes on with leads of the one that is being written; no parts: none."""
        try:
            parts = await anext(coming)
        except StopAsyncIteration:
            return (), None
        leads = {part.lead_id for part in behind}
        # What it would ask the log about those leads is not in it yet.
        goes_on = any(part.lead_id in leads for part in parts)
        return parts, None if goes_on else await self._ready(parts)

    async def append(self, parts: Sequence[Part]) -> Outcome:
        """Append one batch: all of it that is not refused, or nothing.

        Raises:
            IntegrityError: something of it is there already that no look could find before.
            OutdatedWriter: the database belongs to a newer version.
        """
        return await self._append(await self._ready(parts))

    async def _ready(self, parts: Sequence[Part]) -> _Ready:
        kept = [part for part in parts if part.lead_id not in self._there]
        ground = await self._grounds.before_the_lock(kept, self._begun, self._rehearsal)
        return _Ready(parts=parts, kept=kept, ground=ground, batch=await self._batch(kept, ground))

    async def _batch(self, parts: Sequence[Part], ground: BatchGround) -> Batch:
        return await ready(parts, ground, self._envelope, self._org_id, is_written=self._rehearsal is None)

    async def _append(self, ready: _Ready) -> Outcome:
        decided = ready.batch.decided
        if self._rehearsal is None:
            decided = await self._written(ready)
        self._remember(ready.parts, decided)
        return Outcome(
            events=len(decided.facts),
            done=[part.lead_id for part in ready.parts if part.is_last],
            there=decided.there,
            refused=decided.refused,
            facts=decided.facts,
        )

    async def _written(self, ready: _Ready) -> Decided:
        store, ground, batch = self._system.store, ready.ground, ready.batch
        async with store.writers.acquire() as connection, connection.transaction():
            # An append of nothing takes the lock, and refuses a writer that is too old for the database.
            await store.append(self._org_id, (), connection)
            fresh = await self._grounds.under_the_lock(ready.kept, ground, batch.decided.taken, connection)
            if not fresh.agrees_with(ground):
                batch = await self._batch(ready.kept, fresh)
            if batch.decided.facts:
                await batch.write(connection)
        if batch.decided.facts:
            self._system.background.start(store.hint(self._org_id))
            await self._keep_snapshots(batch.decided.leads)
        return batch.decided

    def _remember(self, parts: Sequence[Part], decided: Decided) -> None:
        """Keep what the rest of an unfinished history stands on."""
        for part in parts:
            lead = decided.leads.get(part.lead_id)
            if part.is_last:
                self._begun.pop(part.lead_id, None)
                self._there.pop(part.lead_id, None)
            elif lead is not None:
                self._begun[part.lead_id] = lead
            elif part.lead_id in decided.there:
                self._there[part.lead_id] = decided.there[part.lead_id]

    async def _keep_snapshots(self, leads: dict[LeadId, Lead]) -> None:
        for lead in leads.values():
            if lead.version >= SNAPSHOT_EVERY:
                await self._system.states.keep_snapshot(self._org_id, lead)


async def _ended(task: asyncio.Task[Any]) -> None:
    """Nobody waits for it any more: what it was about is done, or has failed for another reason."""
    task.cancel()
    await asyncio.wait([task])
    if not task.cancelled():
        task.exception()
