"""The version that a client says it saw: a conflict where something it writes was changed since, and only there."""

import pytest

from app.lead.calls import LogCall
from app.lead.details import CreateLead, LeadRenamed, UpdateLead
from app.lead.refusals import FutureVersion, LeadNotFound
from app.lead.statuses import ChangeLeadStatus, StatusChanged
from app.request import VersionConflict
from app.system import System
from app.vocabulary import Direction
from tests.support.office import Office


@pytest.fixture
async def lead(office: Office) -> CreateLead:
    """At version 1."""
    lead = CreateLead(name="Bluth Company")
    await office.run(lead)
    return lead


async def test_a_change_of_what_it_writes_is_a_conflict(office: Office, lead: CreateLead) -> None:
    await office.run(UpdateLead(lead_id=lead.lead_id, name="Sitwell", url="sitwell.example"))
    with pytest.raises(VersionConflict, match="the lead is at version 3 now") as refused:
        await office.run(UpdateLead(lead_id=lead.lead_id, name="Austero", expected_version=1))
    (change,) = refused.value.changes
    assert (change.event, change.version) == (LeadRenamed(before="Bluth Company", after="Sitwell"), 2)
    assert refused.value.lead_id == lead.lead_id
    assert refused.value.params == {"current": 3}


async def test_every_such_change_is_named(office: Office, lead: CreateLead) -> None:
    for name in ("Sitwell", "Austero"):
        await office.run(UpdateLead(lead_id=lead.lead_id, name=name))
    await office.run(ChangeLeadStatus(lead_id=lead.lead_id, status="Customer"))
    with pytest.raises(VersionConflict) as refused:
        await office.run(UpdateLead(lead_id=lead.lead_id, name="Bluth", expected_version=1))
    assert [change.version for change in refused.value.changes] == [2, 3]


async def test_a_call_in_between_is_no_conflict(office: Office, lead: CreateLead) -> None:
    await office.run(LogCall(lead_id=lead.lead_id, direction=Direction.INBOUND))
    done = await office.run(UpdateLead(lead_id=lead.lead_id, name="Sitwell", expected_version=1))
    assert done.version == 3


async def test_a_change_of_something_else_is_no_conflict(office: Office, lead: CreateLead) -> None:
    await office.run(UpdateLead(lead_id=lead.lead_id, description="Builds houses"))
    await office.run(ChangeLeadStatus(lead_id=lead.lead_id, status="Customer", expected_version=1))
    done = await office.run(UpdateLead(lead_id=lead.lead_id, name="Sitwell", expected_version=1))
    assert done.version == 4


async def test_the_version_that_is_there_is_no_conflict(office: Office, lead: CreateLead) -> None:
    await office.run(UpdateLead(lead_id=lead.lead_id, name="Sitwell"))
    await office.run(UpdateLead(lead_id=lead.lead_id, name="Austero", expected_version=2))


async def test_a_version_before_the_lead_conflicts_with_its_creation(office: Office, lead: CreateLead) -> None:
    with pytest.raises(VersionConflict):
        await office.run(UpdateLead(lead_id=lead.lead_id, name="Sitwell", expected_version=0))


async def test_a_version_that_nobody_can_have_seen_is_refused(office: Office, lead: CreateLead) -> None:
    with pytest.raises(FutureVersion, match="nobody can have seen version 2 yet"):
        await office.run(UpdateLead(lead_id=lead.lead_id, name="Sitwell", expected_version=2))


async def test_a_version_seen_elsewhere_is_none_of_the_future(
    office: Office, other_system: System, lead: CreateLead
) -> None:
    await office.at(other_system).run(UpdateLead(lead_id=lead.lead_id, name="Sitwell"))
    done = await office.run(UpdateLead(lead_id=lead.lead_id, name="Austero", expected_version=2))
    assert done.version == 3


async def test_a_change_made_elsewhere_is_a_conflict_here(
    office: Office, other_system: System, lead: CreateLead
) -> None:
    await office.at(other_system).run(ChangeLeadStatus(lead_id=lead.lead_id, status="Customer"))
    with pytest.raises(VersionConflict) as refused:
        await office.run(ChangeLeadStatus(lead_id=lead.lead_id, status="Qualified", expected_version=1))
    assert isinstance(refused.value.changes[0].event, StatusChanged)


async def test_a_conflict_is_none_for_who_repeats_the_change_that_made_it(office: Office, lead: CreateLead) -> None:
    change = UpdateLead(lead_id=lead.lead_id, name="Sitwell", expected_version=1)
    first = await office.run(change, "k")
    assert await office.run(change, "k") == first


async def test_a_lead_that_is_not_there_has_no_version_to_conflict_with(office: Office) -> None:
    with pytest.raises(LeadNotFound):
        await office.run(UpdateLead(lead_id=CreateLead().lead_id, name="Sitwell", expected_version=7))
