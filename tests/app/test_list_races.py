"""Two people at once at the organization's lists: what excludes each other happens once, everything else happens."""

from __future__ import annotations

from collections.abc import Awaitable

import pytest

from app.ids import LeadId, OpportunityId, StatusId, uuid7
from app.lead.custom_activities import RecordCustomActivity
from app.lead.details import CreateLead
from app.lead.opportunities import AddOpportunity, OpportunityAdded
from app.lead.statuses import ChangeLeadStatus
from app.organization.activity_type_edits import ArchiveCustomActivityType, CreateCustomActivityType
from app.organization.activity_types import CustomActivityTypeCreated
from app.organization.custom_fields import CustomFieldChoicesAdded, CustomFieldCreated, CustomFieldDeleted
from app.organization.field_edits import CreateCustomField, DeleteCustomField, UpdateCustomField
from app.organization.pipeline_edits import CreatePipeline
from app.organization.pipelines import PipelineCreated
from app.organization.refusals import OpportunityStatusInUse, StatusInUse
from app.organization.stages import CreateOpportunityStatus, DeleteOpportunityStatus
from app.organization.status_edits import ReorderLeadStatuses, UpdateLeadStatus
from app.organization.statuses import CreateLeadStatus, DeleteLeadStatus, LeadStatusCreated
from app.request import Command, Done
from app.system import System
from app.vocabulary import CustomFieldTarget, CustomFieldType, OpportunityStatusType
from tests.support.histories import append
from tests.support.office import Office
from tests.support.outcomes import reasons
from tests.support.postgres import both_versions

ROUNDS = 10  # of each race: it is lost in some of them only


async def field_of(office: Office, *choices: str) -> CreateCustomField:
    """A field of choices that was created."""
    made = CreateCustomField(
        target=CustomFieldTarget.LEAD, name="Industry", type=CustomFieldType.CHOICES, choices=choices
    )
    await office.run(made)
    return made


async def choices_of(office: Office, made: CreateCustomField) -> tuple[str, ...]:
    return (await office.organization()).custom_fields[made.field_id].choices


def everywhere(office: Office, other_system: System, *commands: Command) -> list[Awaitable[Done]]:
    places = [office, office.at(other_system)]
    return [places[n % 2].run(command) for n, command in enumerate(commands)]


@both_versions
async def test_the_same_label_twice_at_once_is_one_status(office: Office, other_system: System) -> None:
    for number in range(ROUNDS):
        labels = [f"Status {number}", f"STATUS {number}"]
        runs = everywhere(office, other_system, *(CreateLeadStatus(label=label) for label in labels))
        assert await reasons(*runs) == ["done", "label_taken"]
    made = [event for event in await office.events(LeadStatusCreated) if "tatus" in getattr(event, "label", "").lower()]
    assert len(made) == ROUNDS


async def test_a_new_status_and_a_renamed_one_never_have_the_same_label(office: Office, other_system: System) -> None:
    first = next(iter((await office.organization()).lead_statuses))
    for number in range(ROUNDS):
        label = f"Status {number}"
        runs = everywhere(
            office, other_system, CreateLeadStatus(label=label), UpdateLeadStatus(status_id=first, label=label)
        )
        assert await reasons(*runs) == ["done", "label_taken"]


@pytest.mark.parametrize("kind", ["pipeline", "field", "type"])
async def test_the_same_name_twice_at_once_is_one_thing(office: Office, other_system: System, kind: str) -> None:
    def create(number: int) -> Command:
        name = f"Thing {number}"
        if kind == "pipeline":
            return CreatePipeline(name=name)
        if kind == "type":
            return CreateCustomActivityType(name=name)
        return CreateCustomField(target=CustomFieldTarget.LEAD, name=name, type=CustomFieldType.TEXT)

    async def made() -> int:
        types = (PipelineCreated, CustomFieldCreated, CustomActivityTypeCreated)
        return sum([len(await office.events(one)) for one in types])

    before = await made()
    for number in range(ROUNDS):
        runs = everywhere(office, other_system, create(number), create(number))
        assert await reasons(*runs) == ["done", "name_taken"]
    assert await made() - before == ROUNDS


async def test_a_type_archived_while_an_activity_of_it_is_recorded(office: Office, other_system: System) -> None:
    lead = CreateLead()
    await office.run(lead)
    for number in range(ROUNDS):
        kind = CreateCustomActivityType(name=f"Type {number}")
        await office.run(kind)
        archive = ArchiveCustomActivityType(type_id=kind.type_id)
        record = RecordCustomActivity(lead_id=lead.lead_id, type_id=kind.type_id)
        outcomes = await reasons(*everywhere(office, other_system, archive, record))
        assert outcomes in (["done", "done"], ["activity_type_archived", "done"])


async def test_the_same_choice_twice_at_once_is_one_fact_and_both_are_answered(
    office: Office, other_system: System
) -> None:
    made = await field_of(office, "Banking")
    for number in range(ROUNDS):
        add = UpdateCustomField(field_id=made.field_id, add_choices=(f"Choice {number}",))
        assert await reasons(*everywhere(office, other_system, add, add)) == ["done", "done"]
    assert await choices_of(office, made) == ("Banking", *(f"Choice {number}" for number in range(ROUNDS)))
    assert len(await office.events(CustomFieldChoicesAdded)) == ROUNDS


async def test_choices_that_several_people_add_and_remove_at_once_are_all_added_and_removed(
    office: Office, other_system: System
) -> None:
    made = await field_of(office, *(f"Old {number}" for number in range(8)), "Kept")
    adding = [UpdateCustomField(field_id=made.field_id, add_choices=(f"New {number}",)) for number in range(8)]
    removing = [UpdateCustomField(field_id=made.field_id, remove_choices=(f"Old {number}",)) for number in range(8)]
    runs = everywhere(office, other_system, *adding, *removing)
    assert await reasons(*runs) == ["done"] * 16
    assert set(await choices_of(office, made)) == {"Kept", *(f"New {number}" for number in range(8))}


async def test_a_field_is_deleted_once(office: Office, other_system: System) -> None:
    for _ in range(ROUNDS):
        made = await field_of(office, "Banking")
        delete = DeleteCustomField(field_id=made.field_id)
        runs = everywhere(office, other_system, delete, delete)
        assert await reasons(*runs) == ["custom_field_not_found", "done"]
    assert len(await office.events(CustomFieldDeleted)) == ROUNDS


async def test_a_status_deleted_as_unused_while_a_lead_takes_it(office: Office, other_system: System) -> None:
    lead = CreateLead()
    await office.run(lead)
    for number in range(ROUNDS):
        status = CreateLeadStatus(label=f"Unused {number}")
        await office.run(status)
        changing = ChangeLeadStatus(lead_id=lead.lead_id, status_id=status.status_id)
        taking: Command = changing if number % 2 else CreateLead(status_id=status.status_id)
        runs = everywhere(office, other_system, DeleteLeadStatus(status_id=status.status_id), taking)
        outcomes = await reasons(*runs)
        assert outcomes in (["done", "status_not_found"], ["done", "status_in_use"])


async def test_a_stage_deleted_as_unused_while_an_opportunity_takes_it(office: Office, other_system: System) -> None:
    lead = CreateLead()
    await office.run(lead)
    pipeline_id = next(iter((await office.organization()).pipelines))
    for number in range(ROUNDS):
        stage = CreateOpportunityStatus(
            pipeline_id=pipeline_id, label=f"Unused {number}", type=OpportunityStatusType.ACTIVE
        )
        await office.run(stage)
        taking = AddOpportunity(lead_id=lead.lead_id, status_id=stage.status_id)
        runs = everywhere(office, other_system, DeleteOpportunityStatus(status_id=stage.status_id), taking)
        outcomes = await reasons(*runs)
        assert outcomes in (["done", "opportunity_status_in_use"], ["done", "opportunity_status_not_found"])


async def test_an_order_chosen_while_a_status_comes_loses_nothing(office: Office, other_system: System) -> None:
    for number in range(ROUNDS):
        statuses = list((await office.organization()).lead_statuses)
        made = CreateLeadStatus(label=f"Status {number}")
        order = ReorderLeadStatuses(status_ids=tuple(reversed(statuses)))
        assert await reasons(*everywhere(office, other_system, made, order)) == ["done", "done"]
        assert list((await office.organization()).lead_statuses) == [*reversed(statuses), made.status_id]


@both_versions
async def test_how_many_leads_and_opportunities_are_in_the_way_is_counted_to_the_last(office: Office) -> None:
    status = CreateLeadStatus(label="Busy")
    await office.run(status)
    leads = [CreateLead(status_id=status.status_id) for _ in range(3)]
    for lead in leads:
        await office.run(lead)
    stage = next(iter((await office.organization()).opportunity_statuses))
    await add_opportunities(office, leads[0].lead_id, stage, 1_234)
    with pytest.raises(StatusInUse) as busy:
        await office.run(DeleteLeadStatus(status_id=status.status_id))
    assert busy.value.params == {"count": 3}
    with pytest.raises(OpportunityStatusInUse) as stages:
        await office.run(DeleteOpportunityStatus(status_id=stage))
    assert stages.value.params == {"count": 1_234}


async def add_opportunities(office: Office, lead_id: LeadId, stage: StatusId, count: int) -> None:
    """Many at once, as nobody could add them one by one in a test."""
    added = [
        OpportunityAdded(
            opportunity_id=OpportunityId(uuid7()),
            status_id=stage,
            status_label="Demo Completed",
            status_type=OpportunityStatusType.ACTIVE,
            confidence=50,
        )
        for _ in range(count)
    ]
    await append(office.system, office.request(), lead_id, added)
