"""The bulk road: many leads in one transaction, by the same rules and with the same rows as one command at a time.

A batch is decided in memory before the organization's lock is taken. Under the lock everything that it stood on is
read again; where anything has moved it is decided anew there. Then events, claims and rows are copied in.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from app.bulk.decisions import Decided, Envelope, Refusing, decide
from app.bulk.grounds import BatchGround, BatchGrounds
from app.bulk.history import BATCH_STEPS, History, Part, batches
from app.bulk.writing import Batch
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

    async def run(self, histories: Iterable[History], limit: int = BATCH_STEPS) -> AsyncIterator[Outcome]:
        """Append histories batch by batch, each of some `limit` commands in a transaction of its own."""
        # What a rehearsed batch decided cannot be read from the log, so nothing may go on from one to the next.
        for parts in batches(histories, limit, whole=self._rehearsal is not None):
            yield await self.append(parts)

    async def append(self, parts: Sequence[Part]) -> Outcome:
        """Append one batch: all of it that is not refused, or nothing.

        Raises:
            IntegrityError: something of it is there already that no look could find before.
            OutdatedWriter: the database belongs to a newer version.
        """
        kept = [part for part in parts if part.lead_id not in self._there]
        ground = await self._grounds.before_the_lock(kept, self._begun, self._rehearsal)
        decided = decide(kept, ground, self._envelope)
        if self._rehearsal is None:
            decided = await self._written(kept, ground, decided)
        self._remember(parts, decided)
        return Outcome(
            events=len(decided.facts),
            done=[part.lead_id for part in parts if part.is_last],
            there=decided.there,
            refused=decided.refused,
        )

    async def _written(self, parts: Sequence[Part], ground: BatchGround, decided: Decided) -> Decided:
        store = self._system.store
        batch = Batch(decided, self._org_id)
        async with store.writers.acquire() as connection, connection.transaction():
            # An append of nothing takes the lock, and refuses a writer that is too old for the database.
            await store.append(self._org_id, (), connection)
            fresh = await self._grounds.under_the_lock(parts, ground, decided.taken, connection)
            if not fresh.agrees_with(ground):
                batch = Batch(decide(parts, fresh, self._envelope), self._org_id)
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
