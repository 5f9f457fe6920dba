"""What events do to the rows of contacts, opportunities and tasks, as the left side of the page shows them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from app.ids import ContactId, LeadId, TaskId, uuid7
from app.lead.contact_points import ContactUrl, EmailAddress, PhoneNumber
from app.lead.contacts import AddContact, NewContact
from app.lead.details import CreateLead, UpdateLead
from app.lead.opportunities import AddOpportunity
from app.lead.tasks import AddTask, CompleteTask
from app.vocabulary import ContactPointType, TaskPriority, ValuePeriod
from projections.lead_view import read
from projections.lead_view.rows import ContactRow, OpportunityRow, TaskRow
from tests.projections.screens import LONG_AGO, last_fact, lead_row
from tests.support.office import Office, found_office
from tests.support.postgres import both_versions

DUE = datetime(2026, 4, 1, 9, 0, 0, 1, tzinfo=UTC)


async def contact_of(office: Office, lead_id: LeadId, name: str | None = "Lindsay") -> ContactId:
    added = AddContact(lead_id=lead_id, contact=NewContact(name=name))
    await office.run(added)
    return added.contact_id


async def task_of(office: Office, lead_id: LeadId) -> TaskId:
    added = AddTask(lead_id=lead_id, text="Send the offer")
    await office.run(added)
    return added.task_id


async def task_ids(office: Office, lead_id: LeadId, *, include_completed: bool) -> list[TaskId]:
    async with office.reader() as reader:
        found = await read.tasks_of_leads(reader, [lead_id], 10, include_completed=include_completed)
    return [row.task_id for row in found.get(lead_id, [])]


async def task_row(office: Office, task_id: TaskId) -> TaskRow:
    async with office.reader() as reader:
        return (await read.tasks(reader, [task_id]))[task_id]


@both_versions
async def test_a_contact_shows_what_it_was_added_with(office: Office, lead_id: LeadId) -> None:
    contact = NewContact(
        name="Lindsay Bluth Fünke",
        title="Ms",
        emails=(EmailAddress(email="lindsay@bluth.example", type=ContactPointType.HOME),),
        phones=(PhoneNumber(phone="+1 212 555 0100"), PhoneNumber(phone="030 123456", country="DE")),
        urls=(ContactUrl(url="bluth.example"),),
    )
    await office.run(AddContact(lead_id=lead_id, contact=contact))
    now = (await last_fact(office)).recorded_at
    async with office.reader() as reader:
        found = await read.contacts(reader, [contact.contact_id, uuid7()])
    assert found == {
        contact.contact_id: ContactRow(
            lead_id=lead_id,
            contact_id=contact.contact_id,
            name="Lindsay Bluth Fünke",
            title="Ms",
            emails=[EmailAddress(email="lindsay@bluth.example", type=ContactPointType.HOME)],
            phones=[PhoneNumber(phone="+12125550100", country="US"), PhoneNumber(phone="+4930123456", country="DE")],
            urls=[ContactUrl(url="https://bluth.example")],
            created_at=now,
            updated_at=now,
            version=2,
        )
    }


async def test_contacts_stand_in_the_order_in_which_they_came(office: Office) -> None:
    # Ids in the other order: it is the place that counts.
    later, earlier = NewContact(name="Tobias"), NewContact(name="Lindsay")
    created = CreateLead(contacts=(earlier, later))
    await office.run(created)
    third = await contact_of(office, created.lead_id, name="Maeby")
    async with office.reader() as reader:
        found = await read.contacts_of_leads(reader, [created.lead_id], 10)
    assert [row.contact_id for row in found[created.lead_id]] == [earlier.contact_id, later.contact_id, third]


async def test_the_first_contact_is_the_primary_one(office: Office, lead_id: LeadId) -> None:
    first = await contact_of(office, lead_id)
    await contact_of(office, lead_id)
    assert (await lead_row(office, lead_id)).primary_contact_id == first


@both_versions
async def test_each_lead_has_its_own_first_contacts(office: Office, lead_id: LeadId) -> None:
    other = CreateLead()
    await office.run(other)
    for each in (lead_id, other.lead_id):
        for name in "abc":
            await contact_of(office, each, name)
    async with office.reader() as reader:
        found = await read.contacts_of_leads(reader, [lead_id, other.lead_id, LeadId(uuid7())], 2)
    assert {each: [row.name for row in rows] for each, rows in found.items()} == {
        lead_id: ["a", "b"],
        other.lead_id: ["a", "b"],
    }


@both_versions
async def test_contacts_are_counted_by_lead(office: Office, lead_id: LeadId) -> None:
    alone = CreateLead()
    await office.run(alone)
    for _ in range(3):
        await contact_of(office, lead_id)
    async with office.reader() as reader:
        assert await read.contact_counts(reader, [lead_id, alone.lead_id]) == {lead_id: 3}


@both_versions
async def test_an_opportunity_shows_what_it_was_added_with(office: Office, lead_id: LeadId) -> None:
    contact_id = await contact_of(office, lead_id)
    status = next(iter((await office.organization()).opportunity_statuses.values()))
    added = AddOpportunity(
        lead_id=lead_id,
        contact_id=contact_id,
        user_id=None,
        value=Decimal("1200.50"),
        value_period=ValuePeriod.MONTHLY,
        confidence=35,
        note="Big\n大",
        date_won=date(2026, 3, 31),
    )
    await office.run(added)
    now = (await last_fact(office)).recorded_at
    async with office.reader() as reader:
        found = await read.opportunities(reader, [added.opportunity_id, uuid7()])
    assert found == {
        added.opportunity_id: OpportunityRow(
            lead_id=lead_id,
            opportunity_id=added.opportunity_id,
            contact_id=contact_id,
            user_id=None,
            status_id=status.id,
            value=Decimal("1200.50"),
            value_period=ValuePeriod.MONTHLY,
            confidence=35,
            note="Big\n大",
            date_won=date(2026, 3, 31),
            date_lost=None,
            created_at=now,
            updated_at=now,
            version=3,
        )
    }


@both_versions
@pytest.mark.parametrize("value", ["0", "0.0001", "1200.50", "999999999999999.9999", "1000000000000000"])
async def test_a_value_keeps_every_digit(office: Office, lead_id: LeadId, value: str) -> None:
    added = AddOpportunity(lead_id=lead_id, value=Decimal(value))
    await office.run(added)
    async with office.reader() as reader:
        found = await read.opportunities(reader, [added.opportunity_id])
    assert f"{found[added.opportunity_id].value:f}" == value


@both_versions
async def test_each_lead_has_its_own_opportunities_oldest_first(office: Office, lead_id: LeadId) -> None:
    other = CreateLead()
    await office.run(other)
    for value in (3, 1, 2):
        await office.run(AddOpportunity(lead_id=lead_id, value=Decimal(value)))
        await office.run(AddOpportunity(lead_id=other.lead_id, value=Decimal(10 * value)))
    async with office.reader() as reader:
        found = await read.opportunities_of_leads(reader, [lead_id, other.lead_id], 2)
    assert {each: [row.value for row in rows] for each, rows in found.items()} == {
        lead_id: [3, 1],
        other.lead_id: [30, 10],
    }


@both_versions
async def test_a_task_shows_what_it_was_added_with(office: Office, lead_id: LeadId) -> None:
    contact_id = await contact_of(office, lead_id)
    added = AddTask(
        lead_id=lead_id,
        text="Send the offer",
        contact_id=contact_id,
        assigned_to=None,
        due_at=DUE,
        priority=TaskPriority.HIGH,
    )
    await office.run(added)
    now = (await last_fact(office)).recorded_at
    assert await task_row(office, added.task_id) == TaskRow(
        lead_id=lead_id,
        task_id=added.task_id,
        contact_id=contact_id,
        text="Send the offer",
        assigned_to=None,
        due_date=None,
        due_at=DUE,
        priority=TaskPriority.HIGH,
        completed_at=None,
        created_at=now,
        updated_at=now,
        version=3,
    )


async def test_a_task_can_be_due_on_a_day(office: Office, lead_id: LeadId) -> None:
    added = AddTask(lead_id=lead_id, text="x", due_date=date(2026, 4, 1))
    await office.run(added)
    row = await task_row(office, added.task_id)
    assert (row.due_date, row.due_at) == (date(2026, 4, 1), None)


@both_versions
async def test_the_open_list_leaves_out_what_is_completed(office: Office, lead_id: LeadId) -> None:
    first, second = await task_of(office, lead_id), await task_of(office, lead_id)
    await office.run(CompleteTask(task_id=first))
    assert await task_ids(office, lead_id, include_completed=False) == [second]


async def test_the_whole_list_has_them_oldest_first(office: Office, lead_id: LeadId) -> None:
    tasks = [await task_of(office, lead_id) for _ in range(3)]
    await office.run(CompleteTask(task_id=tasks[1]))
    assert await task_ids(office, lead_id, include_completed=True) == tasks


@both_versions
async def test_open_tasks_are_counted_by_lead(office: Office, lead_id: LeadId) -> None:
    other = CreateLead()
    await office.run(other)
    await office.run(CompleteTask(task_id=await task_of(office, other.lead_id)))
    done, *_ = [await task_of(office, lead_id) for _ in range(3)]
    await office.run(CompleteTask(task_id=done))
    async with office.reader() as reader:
        assert await read.open_task_counts(reader, [lead_id, other.lead_id]) == {lead_id: 2}


@pytest.mark.parametrize("occurred_at", [None, LONG_AGO])
async def test_a_task_is_completed_when_it_was_said_to_be_else_when_that_is_recorded(
    office: Office, lead_id: LeadId, occurred_at: datetime | None
) -> None:
    task_id = await task_of(office, lead_id)
    await office.run(CompleteTask(task_id=task_id, occurred_at=occurred_at))
    assert (await task_row(office, task_id)).completed_at == (occurred_at or (await last_fact(office)).recorded_at)


async def test_completing_a_task_moves_its_version_and_time(office: Office, lead_id: LeadId) -> None:
    task_id = await task_of(office, lead_id)
    before = await task_row(office, task_id)
    await office.run(CompleteTask(task_id=task_id, occurred_at=LONG_AGO))
    after = await task_row(office, task_id)
    now = (await last_fact(office)).recorded_at
    assert (after.version, after.updated_at, after.created_at) == (3, now, before.created_at)


async def test_a_things_version_is_not_moved_by_what_happens_beside_it(office: Office, lead_id: LeadId) -> None:
    task_id = await task_of(office, lead_id)
    before = await task_row(office, task_id)
    await office.run(UpdateLead(lead_id=lead_id, name="Sitwell"))
    await office.run(CompleteTask(task_id=await task_of(office, lead_id)))
    assert await task_row(office, task_id) == before


async def test_things_of_another_organization_are_none(office: Office, lead_id: LeadId) -> None:
    task_id, contact_id = await task_of(office, lead_id), await contact_of(office, lead_id)
    stranger = await found_office(office.system, name="Elsewhere")
    async with stranger.reader() as reader:
        assert await read.tasks_of_leads(reader, [lead_id], 10, include_completed=True) == {}
        assert (await read.tasks(reader, [task_id]), await read.contacts(reader, [contact_id])) == ({}, {})
