"""Laws over everything that commands can record: rebuilt = live, the log is whole, replaying it never fails."""

from collections.abc import Sequence
from uuid import UUID, uuid4

import msgspec
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import given as for_all
from hypothesis import strategies as st

from app import rebuild as rebuilding
from app.event import Event, Fact
from app.ids import OrganizationId
from app.lead.event import LeadEvent
from app.lead.lead import replay
from app.organization.organization import AnyOrganizationEvent, Organization, evolve
from app.rebuild import rebuild
from app.states import States
from app.system import System, project
from app.verify import verify
from tests.laws.story import Step, stories, tell
from tests.support.office import Office, found_office

law = settings(deadline=None, max_examples=40, suppress_health_check=list(HealthCheck))


async def told(system: System, rounds: Sequence[Sequence[Step]], *others: System) -> Office:
    """A new organization of which a story was told."""
    office = await found_office(system, f"Acme {uuid4()}")
    await tell([office, *map(office.at, others)], rounds)
    return office


@for_all(rounds=stories(), batch=st.sampled_from((1, 3, rebuilding.BATCH)))
@law
async def test_rebuilt_is_live(system: System, other_system: System, rounds: list[list[Step]], batch: int) -> None:
    """However many events are written at once: the versions of each row are those of single events."""
    office = await told(system, rounds, other_system)
    name = (await office.organization()).name
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rebuilding, "BATCH", batch)
        assert await rebuild(system, projection=None, organization=name) == []
    assert await verify(system, organization=name) == []


@for_all(rounds=stories())
@law
async def test_replaying_any_beginning_of_the_log_never_fails(system: System, rounds: list[list[Step]]) -> None:
    office = await told(system, rounds)
    log = await office.log()
    for length in range(len(log) + 1):
        for stream_id in {fact.stream_id for fact in log}:
            facts = [fact for fact in log[:length] if fact.stream_id == stream_id]
            if stream_id == office.org_id:
                organization_of(office.org_id, facts)
            elif isinstance(facts[0].event if facts else None, LeadEvent):
                replay(None, facts)
    for fact in log:
        project(fact)


@for_all(rounds=stories())
@law
async def test_a_state_kept_is_the_state_replayed(
    system: System, other_system: System, rounds: list[list[Step]]
) -> None:
    office = await told(system, rounds, other_system)
    log = await office.log()
    for states in (system.states, other_system.states, States(system.store)):
        for stream_id in {fact.stream_id for fact in log if isinstance(fact.event, LeadEvent)}:
            facts = [fact for fact in log if fact.stream_id == stream_id]
            assert await states.lead(office.org_id, stream_id) == replay(None, facts)
        own = [fact for fact in log if fact.stream_id == office.org_id]
        assert await states.organization(office.org_id) == organization_of(office.org_id, own)


def organization_of(org_id: UUID, facts: Sequence[Fact[Event]]) -> Organization:
    organization = Organization(id=OrganizationId(org_id))
    for fact in facts:
        assert isinstance(fact.event, AnyOrganizationEvent)
        organization = msgspec.structs.replace(evolve(organization, fact.event), version=fact.version)
    return organization
