"""The bulk road: many leads in one transaction, by the same rules and with the same rows as one command at a time.

A batch is decided in memory before the organization's lock is taken. Under the lock everything that it stood on is
read again; where anything has moved it is decided anew there. Then events, claims and rows are copied in.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from app.bulk.decisions import Decided, Envelope, Ground, Refusing, asked_claims, decide, external_of
from app.bulk.history import BATCH_STEPS, History, Part, batches
from app.bulk.writing import Batch, claim_keys, versions
from app.codecs import facts_of
from app.event import Event, Fact
from app.ids import LeadId, uuid7
from app.lead.lead import Lead
from app.situation import Claim
from app.states import SNAPSHOT_EVERY
from app.store.store import Connection
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
        is_dry: decide everything, append nothing.
    """

    def __init__(
        self,
        system: System,
        org_id: UUID,
        *,
        source: str,
        correlation_id: UUID | None = None,
        is_dry: bool = False,
    ) -> None:
        self._system = system
        self._org_id = org_id
        self._envelope = Envelope(source=source, correlation_id=correlation_id or uuid7())
        self._is_dry = is_dry
        self._begun: dict[UUID, Lead] = {}
        self._there: dict[UUID, UUID] = {}

    async def run(self, histories: Iterable[History], limit: int = BATCH_STEPS) -> AsyncIterator[Outcome]:
        """Append histories batch by batch, each of some `limit` commands in a transaction of its own."""
        for parts in batches(histories, limit):
            yield await self.append(parts)

    async def append(self, parts: Sequence[Part]) -> Outcome:
        """Append one batch: all of it that is not refused, or nothing.

        Raises:
            IntegrityError: something of it is there already that no look could find before.
            OutdatedWriter: the database belongs to a newer version.
        """
        kept = [part for part in parts if part.lead_id not in self._there]
        asked = _asked(kept)
        ground = await self._ground(kept, asked)
        decided = decide(kept, ground, self._envelope)
        if not self._is_dry:
            decided = await self._written(kept, asked, ground, decided)
        self._remember(parts, decided)
        return Outcome(
            events=len(decided.facts),
            done=[part.lead_id for part in parts if part.is_last],
            there=decided.there,
            refused=decided.refused,
        )

    async def _written(
        self, parts: Sequence[Part], asked: Sequence[Claim], ground: Ground, decided: Decided
    ) -> Decided:
        store = self._system.store
        batch = Batch(decided, self._org_id)
        async with store.writers.acquire() as connection:
            async with connection.transaction():
                # An append of nothing takes the lock, and refuses a writer that is too old for the database.
                await store.append(self._org_id, (), connection)
                fresh = await self._ground(parts, (*asked, *decided.taken), ground, connection)
                if not fresh.agrees_with(ground):
                    batch = Batch(decide(parts, fresh, self._envelope), self._org_id)
                if batch.decided.facts:
                    await batch.write(connection)
        if batch.decided.facts:
            self._system.background.start(store.hint(self._org_id))
            await self._keep_snapshots(batch.decided.leads)
        return batch.decided

    async def _ground(
        self,
        parts: Sequence[Part],
        claims: Iterable[Claim],
        before: Ground | None = None,
        connection: Connection | None = None,
    ) -> Ground:
        """What there is; under the lock, that is with a connection, states of `before` are used where they hold."""
        store, states = self._system.store, self._system.states
        asked = claim_keys(claims)
        held = await store.select_claims(self._org_id, asked, connection) if asked else {}
        leads = await self._leads(parts, before, connection)
        return Ground(
            now=datetime.now(UTC),
            organization=await states.organization(self._org_id, connection),
            leads=leads,
            claimed={Claim(*claim): owner for claim, owner in held.items()},
            subjects=await self._subjects([part for part in parts if part.lead_id in leads], connection),
        )

    async def _leads(
        self, parts: Sequence[Part], before: Ground | None, connection: Connection | None
    ) -> dict[UUID, Lead]:
        states = self._system.states
        if before is None or connection is None:
            away = [part.lead_id for part in parts if part.steps and not _is_created(part)]
            known = [(id, self._begun.get(id) or await states.lead(self._org_id, id)) for id in away]
            return {id: lead for id, lead in known if lead is not None}
        leads: dict[UUID, Lead] = {}
        for id, version in (await versions(connection, self._org_id, {part.lead_id for part in parts})).items():
            lead = before.leads.get(id)
            if lead is None or lead.version != version:
                lead = await states.lead(self._org_id, id, connection)
            if lead is not None:
                leads[id] = lead
        return leads

    async def _subjects(
        self, parts: Sequence[Part], connection: Connection | None
    ) -> dict[UUID, tuple[Fact[Event], ...]]:
        """Facts about what commands on leads that are there already name."""
        found: dict[UUID, tuple[Fact[Event], ...]] = {}
        for part in parts:
            for step in part.steps:
                about: UUID | None = getattr(step.command, "about", None)
                if about is not None and about not in found:
                    events = await self._system.store.select_entity(self._org_id, about, connection=connection)
                    found[about] = tuple(fact for fact in facts_of(events) if fact.stream_id == part.lead_id)
        return found

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


def _is_created(part: Part) -> bool:
    return bool(part.steps) and getattr(part.steps[0].command, "creates", False)


def _asked(parts: Sequence[Part]) -> list[Claim]:
    """What decisions will ask. Of a lead that is made here nobody can hold anything yet but its external id."""
    claims: list[Claim] = []
    for part in parts:
        if _is_created(part):
            external = external_of(part.steps[0].command)
            claims += [external] if external else []
        else:
            claims += [claim for step in part.steps for claim in asked_claims(step.command)]
    return claims
