"""BatchGrounds: looking up what a batch's decisions stand on, before the lock and again under it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from app.bulk.history import Part
from app.codecs import facts_of
from app.event import Event, Fact
from app.grounds import ThreadEmails, Threads, asked_claims, further_claims, held
from app.ids import ThreadId
from app.lead.details import CreateLead, external_claim
from app.lead.lead import Lead
from app.lead.members import member_ids
from app.merged_claims import of_families
from app.organization.organization import Organization
from app.request import Command
from app.situation import Claim, Situation
from app.states import States
from app.store.sql_file import load_statements
from app.store.store import Connection, EventStore

SQL = load_statements(Path(__file__).with_name("queries.sql"))


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchGround:
    """What the decisions of a batch stand on.

    Attributes:
        leads: those of the batch that there are already.
        claimed: owners of the claims that the batch asks about or takes.
        subjects: facts about activities and tasks of those leads that the batch names.
        threads: e-mails of the threads of those leads that the batch finds.
        streams: in which those threads, and what is named, began; of leads into which others were merged.
    """

    now: datetime
    organization: Organization
    leads: Mapping[UUID, Lead] = field(default_factory=dict)
    claimed: Mapping[Claim, UUID] = field(default_factory=dict)
    subjects: Mapping[UUID, tuple[Fact[Event], ...]] = field(default_factory=dict)
    threads: ThreadEmails = field(default_factory=dict)
    streams: Mapping[UUID, UUID] = field(default_factory=dict)

    def agrees_with(self, other: BatchGround) -> bool:
        """Whether a decision made on the one holds on the other."""
        return (
            self.organization.version == other.organization.version
            and self.claimed == other.claimed
            and {id: lead.version for id, lead in self.leads.items()}
            == {id: lead.version for id, lead in other.leads.items()}
        )


class BatchGrounds:
    """Looks at one organization.

    Args:
        threads: finds the e-mails of threads.
    """

    def __init__(self, store: EventStore, states: States, threads: Threads, org_id: UUID) -> None:
        self._store = store
        self._states = states
        self._threads = threads
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
        ground = BatchGround(
            now=datetime.now(UTC),
            organization=rehearsal or await self._states.organization(self._org_id),
            leads=leads,
            subjects=await self._subjects(parts, leads),
        )
        ground = replace(ground, claimed=await self._claimed(parts, ground))
        ground = replace(ground, streams=await self._streams(ground))
        return replace(ground, threads=await self._emails_of_threads(parts, ground))

    async def under_the_lock(
        self, parts: Sequence[Part], before: BatchGround, taken: Iterable[Claim], connection: Connection
    ) -> BatchGround:
        """What there is while nobody else can append; also who holds what the batch is about to take."""
        leads: dict[UUID, Lead] = {}
        has_moved = False
        for id, version in (await _versions(connection, self._org_id, {part.lead_id for part in parts})).items():
            lead = before.leads.get(id)
            if lead is None or lead.version != version:
                lead, has_moved = await self._states.lead(self._org_id, id, connection), True
            assert lead is not None
            leads[id] = lead
        ground = BatchGround(
            now=before.now,
            organization=await self._states.organization(self._org_id, connection),
            leads=leads,
            subjects=await self._subjects(parts, leads, connection) if has_moved else before.subjects,
        )
        ground = replace(ground, claimed=await self._claimed(parts, ground, taken, connection))
        ground = replace(ground, streams=await self._streams(ground, connection))
        is_as_before = not has_moved and ground.claimed == before.claimed
        threads = before.threads if is_as_before else await self._emails_of_threads(parts, ground, connection)
        return replace(ground, threads=threads)

    async def _claimed(
        self,
        parts: Sequence[Part],
        ground: BatchGround,
        taken: Iterable[Claim] = (),
        connection: Connection | None = None,
    ) -> dict[Claim, UUID]:
        """Owners of the claims that the batch asks about, and of those that follow from them."""

        async def select(wanted: Iterable[Claim]) -> dict[Claim, UUID]:
            asked = of_families(wanted, ground.leads.values())
            found = await self._store.select_claims(self._org_id, asked, connection)
            return {asked[Claim(*claim)]: owner for claim, owner in found.items()}

        asking = list(_asking_further(parts, ground))
        return await held(
            select,
            (*_asked(parts), *taken),
            lambda known: [claim for command, at in asking for claim in further_claims(command, at, known)],
        )

    async def _streams(self, ground: BatchGround, connection: Connection | None = None) -> Mapping[UUID, UUID]:
        """Where what is held and named began, if any of the leads has others in it."""
        if not any(lead.members for lead in ground.leads.values()):
            return {}
        return await self._store.streams_of(self._org_id, {*ground.claimed.values(), *ground.subjects}, connection)

    async def _emails_of_threads(
        self, parts: Sequence[Part], ground: BatchGround, connection: Connection | None = None
    ) -> ThreadEmails:
        wanted: dict[ThreadId, None] = {}
        for command, at in _asking_further(parts, ground):
            asks = getattr(command, "asks_threads", None)
            wanted |= dict.fromkeys(asks(replace(at, claimed=ground.claimed)) if asks else ())
        return await self._threads(connection, self._org_id, list(wanted)) if wanted else {}

    async def _subjects(
        self, parts: Sequence[Part], leads: Mapping[UUID, Lead], connection: Connection | None = None
    ) -> dict[UUID, tuple[Fact[Event], ...]]:
        """Facts about those activities and tasks that are named and are not made in the batch itself."""
        found: dict[UUID, tuple[Fact[Event], ...]] = {}
        for part in parts:
            for about in _named_from_before(part) if part.lead_id in leads else ():
                facts = facts_of(await self._store.select_entity(self._org_id, about, connection=connection))
                family = {part.lead_id, *member_ids(leads[part.lead_id])}
                found[about] = tuple(fact for fact in facts if fact.stream_id in family)
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


def _asking_further(parts: Sequence[Part], ground: BatchGround) -> Iterator[tuple[Command, Situation]]:
    """Commands on leads that there are already, whose questions rest on answers to others."""
    for part in parts:
        for step in part.steps if not _is_created(part) else ():
            if hasattr(step.command, "asks_further") or hasattr(step.command, "asks_threads"):
                subject = ground.subjects.get(getattr(step.command, "about", None) or ground.organization.id, ())
                yield (
                    step.command,
                    Situation(now=ground.now, actor=step.actor, organization=ground.organization, subject=subject),
                )


def external_of(command: Command) -> Claim | None:
    """The claim by which a new lead of another system is told from one that is there."""
    if isinstance(command, CreateLead) and command.external_id is not None:
        return external_claim(command.external_id)
    return None


async def _versions(connection: Connection, org_id: UUID, stream_ids: Iterable[UUID]) -> dict[UUID, int]:
    """Versions of those streams that there are."""
    rows = await connection.fetch(SQL["versions"], org_id, list(stream_ids))
    return {row["stream_id"]: row["stream_version"] for row in rows}
