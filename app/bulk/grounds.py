"""BatchGrounds: looking up what a batch's decisions stand on, before the lock and again under it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from uuid import UUID

from app.bulk.decisions import BatchGround, asked_claims, external_of
from app.bulk.history import Part
from app.bulk.writing import versions
from app.codecs import facts_of
from app.event import Event, Fact
from app.lead.lead import Lead
from app.organization.organization import Organization
from app.situation import Claim
from app.states import States
from app.store.store import Connection, EventStore


class BatchGrounds:
    """Looks at one organization."""

    def __init__(self, store: EventStore, states: States, org_id: UUID) -> None:
        self._store = store
        self._states = states
        self._org_id = org_id

    async def before_the_lock(
        self, parts: Sequence[Part], begun: Mapping[UUID, Lead], rehearsal: Organization | None
    ) -> BatchGround:
        """What there is now; `begun` are leads whose state an earlier batch left behind."""
        leads: dict[UUID, Lead] = {}
        for part in parts:
            if part.steps and not _is_created(part):
                lead = begun.get(part.lead_id) or await self._states.lead(self._org_id, part.lead_id)
                if lead is not None:
                    leads[part.lead_id] = lead
        return BatchGround(
            now=datetime.now(UTC),
            organization=rehearsal or await self._states.organization(self._org_id),
            leads=leads,
            claimed=await self._claimed(_asked(parts)),
            subjects=await self._subjects(parts, leads),
        )

    async def under_the_lock(
        self, parts: Sequence[Part], before: BatchGround, taken: Iterable[Claim], connection: Connection
    ) -> BatchGround:
        """What there is while nobody else can append; also who holds what the batch is about to take."""
        leads: dict[UUID, Lead] = {}
        has_moved = False
        for id, version in (await versions(connection, self._org_id, {part.lead_id for part in parts})).items():
            lead = before.leads.get(id)
            if lead is None or lead.version != version:
                lead, has_moved = await self._states.lead(self._org_id, id, connection), True
            assert lead is not None
            leads[id] = lead
        return BatchGround(
            now=before.now,
            organization=await self._states.organization(self._org_id, connection),
            leads=leads,
            claimed=await self._claimed((*_asked(parts), *taken), connection),
            subjects=await self._subjects(parts, leads, connection) if has_moved else before.subjects,
        )

    async def _claimed(self, claims: Iterable[Claim], connection: Connection | None = None) -> dict[Claim, UUID]:
        wanted = dict.fromkeys(claims)
        if not wanted:
            return {}
        held = await self._store.select_claims(self._org_id, wanted, connection)
        return {Claim(*claim): owner for claim, owner in held.items()}

    async def _subjects(
        self, parts: Sequence[Part], leads: Mapping[UUID, Lead], connection: Connection | None = None
    ) -> dict[UUID, tuple[Fact[Event], ...]]:
        """Facts about those activities and tasks that are named and are not made in the batch itself."""
        found: dict[UUID, tuple[Fact[Event], ...]] = {}
        for part in parts:
            for about in _named_from_before(part) if part.lead_id in leads else ():
                facts = facts_of(await self._store.select_entity(self._org_id, about, connection=connection))
                found[about] = tuple(fact for fact in facts if fact.stream_id == part.lead_id)
        return found


def _named_from_before(part: Part) -> Iterator[UUID]:
    made: set[UUID] = set()
    for step in part.steps:
        about: UUID | None = getattr(step.command, "about", None)
        if about is None:
            made.update(getattr(step.command, field) for field in getattr(step.command, "produces", {}).values())
        elif about not in made:
            yield about


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
