"""The bulk road: many leads in one transaction, by the same rules and with the same rows as one command at a time.

A batch is made ready in memory before the organization's lock is taken, and while the one before it is written. Under
the lock everything that it stood on is read again; where anything has moved it is decided anew there. Then events,
claims and rows are copied in.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from app.bulk.decisions import Decided, Envelope, Refusing
from app.bulk.grounds import BatchGround, BatchGrounds
from app.bulk.history import BATCH_STEPS, Histories, Part, batches
from app.bulk.writing import Batch, ready
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
    """

    events: int
    done: Sequence[LeadId]
    there: dict[LeadId, UUID]
    refused: Sequence[Refusing]


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
        self._grounds = BatchGrounds(system.store, system.states, org_id)
        self._envelope = Envelope(source=source, correlation_id=correlation_id or uuid7())
        self._rehearsal = rehearsal
        self._begun: dict[UUID, Lead] = {}
        self._there: dict[UUID, UUID] = {}

    async def run(self, histories: Histories, limit: int = BATCH_STEPS) -> AsyncIterator[Outcome]:
        """Append histories batch by batch, each of some `limit` commands in a transaction of its own.

        While the database writes a batch, the next one is made ready.
        """
        writing: asyncio.Task[Outcome] | None = None
        written: Sequence[Part] = ()
        try:
            # What a rehearsed batch decided cannot be read from the log, so nothing may go on from one to the next.
            async for parts in batches(histories, limit, whole=self._rehearsal is not None):
                if writing is not None and _goes_on(written, parts):
                    yield await writing
                    writing = None
                ready = await self._ready(parts)
                if writing is not None:
                    yield await writing
                writing, written = asyncio.create_task(self._append(ready)), parts
            if writing is not None:
                yield await writing
        finally:
            if writing is not None:
                await _ended(writing)

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


def _goes_on(before: Sequence[Part], parts: Sequence[Part]) -> bool:
    """Whether some parts stand on what is written of the same leads: what they ask the log for is not in it yet."""
    leads = {part.lead_id for part in before}
    return any(part.lead_id in leads for part in parts)


async def _ended(writing: asyncio.Task[Outcome]) -> None:
    """Nobody asks for what comes next: leave nothing behind that still writes."""
    writing.cancel()
    await asyncio.wait([writing])
    if not writing.cancelled():
        writing.exception()  # it was raised already, or something before it was
