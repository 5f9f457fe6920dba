"""States: folded leads and organizations, kept while they are used and moved forward by newer events.

Correctness never rests on what is kept here: every append states the version that it was decided on.
"""

from __future__ import annotations

import zlib
from collections import OrderedDict
from collections.abc import Collection
from typing import Generic, TypeVar
from uuid import UUID

import msgspec

from app.codecs import facts_of
from app.desk.events import DeskEvent
from app.event import Event, Fact
from app.ids import OrganizationId
from app.lead import lead as leads
from app.lead.lead import Lead
from app.organization.organization import AnyOrganizationEvent, Organization, evolve
from app.store.store import Connection, EventStore

LEADS_MAX = 5_000  # folded leads kept in a process, some kilobytes each
ORGANIZATIONS_MAX = 1_000  # folded organizations kept in a process
ORGANIZATIONS_THEN_MAX = 100  # of the past: folded from the first event on, for people who look about there
SNAPSHOT_EVERY = 200  # events of a stream between two snapshots

Key = TypeVar("Key")
State = TypeVar("State")


class Recent(Generic[Key, State]):
    """A bounded map that forgets what was not used for longest."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._kept: OrderedDict[Key, State] = OrderedDict()

    def get(self, key: Key) -> State | None:
        """What is kept, now used again."""
        state = self._kept.get(key)
        if state is not None:
            self._kept.move_to_end(key)
        return state

    def put(self, key: Key, state: State) -> None:
        """Keep a state; the one that was not used for longest may go."""
        self._kept[key] = state
        self._kept.move_to_end(key)
        if len(self._kept) > self._limit:
            self._kept.popitem(last=False)


class States:
    """Loads states from the log, through snapshots and what is kept in memory."""

    def __init__(self, store: EventStore) -> None:
        self._store = store
        self._leads: Recent[tuple[UUID, UUID], Lead] = Recent(LEADS_MAX)
        self._organizations: Recent[UUID, Organization] = Recent(ORGANIZATIONS_MAX)
        self._organizations_then: Recent[tuple[UUID, int], Organization] = Recent(ORGANIZATIONS_THEN_MAX)
        self._snapshot_versions: Recent[tuple[UUID, UUID], int] = Recent(LEADS_MAX)

    def kept_lead(self, org_id: UUID, lead_id: UUID) -> Lead | None:
        """A lead as this process last knew it."""
        return self._leads.get((org_id, lead_id))

    async def lead(self, org_id: UUID, lead_id: UUID, connection: Connection | None = None) -> Lead | None:
        """A lead as the log has it now; None: there is no such lead."""
        lead = self._leads.get((org_id, lead_id)) or await self._snapshot(org_id, lead_id, connection)
        newer = await self._store.select_events(
            org_id, lead_id, gt=lead.version if lead else None, connection=connection
        )
        facts = facts_of(newer)
        if lead is None and facts and isinstance(facts[0].event, DeskEvent):
            return None  # a user's stream, by an id that was made up
        return self.advance_lead(org_id, lead, facts)

    async def root(self, org_id: UUID, lead_id: UUID, connection: Connection | None = None) -> Lead | None:
        """The lead, or the one that it was merged into, however many merges led there."""
        lead = await self.lead(org_id, lead_id, connection)
        while lead is not None and lead.merged_into is not None:
            lead = await self.lead(org_id, lead.merged_into, connection)
        return lead

    def advance_lead(self, org_id: UUID, lead: Lead | None, facts: tuple[Fact[Event], ...]) -> Lead | None:
        """Keep a lead with some more facts, unless a newer one is kept already."""
        lead = leads.replay(lead, facts)
        if lead is not None:
            kept = self._leads.get((org_id, lead.id))
            if kept is None or kept.version < lead.version:
                self._leads.put((org_id, lead.id), lead)
        return lead

    async def organization(
        self, org_id: UUID, connection: Connection | None = None, *, at_least: int | None = None
    ) -> Organization:
        """An organization as the log has it now; version 0: there is no such one.

        `at_least` spares the look when what is kept has that version.
        """
        organization = self._organizations.get(org_id) or Organization(id=OrganizationId(org_id))
        if at_least is not None and organization.version >= at_least:
            return organization
        newer = await self._store.select_events(org_id, org_id, gt=organization.version or None, connection=connection)
        return self.advance_organization(organization, facts_of(newer))

    async def organization_at(self, org_id: UUID, version: int) -> Organization:
        """An organization as it was at a version; the last ones that were asked for are kept."""
        organization = self._organizations_then.get((org_id, version))
        if organization is None:
            older = await self._store.select_events(org_id, org_id, lte=version)
            organization = _evolved(Organization(id=OrganizationId(org_id)), facts_of(older))
            self._organizations_then.put((org_id, version), organization)
        return organization

    async def organizations(self, org_ids: Collection[UUID]) -> dict[UUID, Organization]:
        """Organizations as the log has them now; one look for all whose kept state is the newest."""
        versions = await self._store.stream_versions([(org_id, org_id) for org_id in org_ids])
        return {org_id: await self.organization(org_id, at_least=version) for org_id, version in versions.items()}

    def kept_organization(self, org_id: UUID) -> Organization | None:
        """An organization as this process last knew it."""
        return self._organizations.get(org_id)

    def advance_organization(self, organization: Organization, facts: tuple[Fact[Event], ...]) -> Organization:
        """Keep an organization with some more facts, unless a newer one is kept already."""
        organization = _evolved(organization, facts)
        kept = self._organizations.get(organization.id)
        if organization.version and (kept is None or kept.version < organization.version):
            self._organizations.put(organization.id, organization)
        return organization

    async def keep_snapshot(self, org_id: UUID, lead: Lead) -> None:
        """Write a lead's state beside the log, if enough happened since the last time."""
        key = (org_id, lead.id)
        if lead.version - (self._snapshot_versions.get(key) or 0) < SNAPSHOT_EVERY:
            return
        self._snapshot_versions.put(key, lead.version)
        state = msgspec.json.encode(lead)
        await self._store.keep_snapshot(org_id, lead.id, lead.version, _NAME, _SHAPE, state)

    async def _snapshot(self, org_id: UUID, lead_id: UUID, connection: Connection | None) -> Lead | None:
        found = await self._store.snapshot(org_id, lead_id, _NAME, _SHAPE, connection)
        if found is None:
            return None
        version, state = found
        self._snapshot_versions.put((org_id, lead_id), version)
        return msgspec.json.decode(state, type=Lead)


def _evolved(organization: Organization, facts: tuple[Fact[Event], ...]) -> Organization:
    for fact in facts:
        assert isinstance(fact.event, AnyOrganizationEvent)
        organization = msgspec.structs.replace(evolve(organization, fact.event), version=fact.version)
    return organization


_NAME = "lead"
_RULES = 1  # raised when evolve gives another state for the same events
# Snapshots of another shape are not read: the state is folded anew.
_SHAPE = zlib.crc32(msgspec.json.encode(msgspec.json.schema(Lead)), _RULES) & 0x7FFF
