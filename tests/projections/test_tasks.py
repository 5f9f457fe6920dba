"""What events do to the rows of tasks, as the left side of a lead's page shows them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import msgspec
import pytest

from app.ids import LeadId, TaskId
from app.lead.contacts import AddContact, NewContact
from app.lead.details import CreateLead, UpdateLead
from app.lead.task_changes import ReopenTask, UpdateTask
from app.lead.tasks import AddTask, CompleteTask
from app.vocabulary import TaskPriority
from projections.lead_view import read
from projections.lead_view.rows import TaskRow
from tests.projections.screens import LONG_AGO, activity_rows, last_fact
from tests.support.office import Office, found_office
from tests.support.postgres import both_versions

DUE = datetime(2026, 4, 1, 9, 0, 0, 1, tzinfo=UTC)


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
async def test_a_task_shows_what_it_was_added_with(office: Office, lead_id: LeadId) -> None:
    adding = AddContact(lead_id=lead_id, contact=NewContact(name="Lindsay"))
    await office.run(adding)
    added = AddTask(
        lead_id=lead_id,
        text="Send the offer",
        contact_id=adding.contact_id,
        assigned_to=None,
        due_at=DUE,
        priority=TaskPriority.HIGH,
    )
    await office.run(added)
    now = (await last_fact(office)).recorded_at
    assert await task_row(office, added.task_id) == TaskRow(
        lead_id=lead_id,
        task_id=added.task_id,
        contact_id=adding.contact_id,
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


async def test_a_task_is_not_moved_by_what_happens_beside_it(office: Office, lead_id: LeadId) -> None:
    task_id = await task_of(office, lead_id)
    before = await task_row(office, task_id)
    await office.run(UpdateLead(lead_id=lead_id, name="Sitwell"))
    await office.run(CompleteTask(task_id=await task_of(office, lead_id)))
    assert await task_row(office, task_id) == before


async def test_a_changed_task_shows_it_with_its_version_and_time(office: Office, lead_id: LeadId) -> None:
    task_id = await task_of(office, lead_id)
    before = await task_row(office, task_id)
    await office.run(
        UpdateTask(task_id=task_id, text="Write", due_at=DUE, priority=TaskPriority.HIGH, assigned_to=None)
    )
    now = (await last_fact(office)).recorded_at
    changed = {"text": "Write", "due_at": DUE, "priority": TaskPriority.HIGH, "assigned_to": None}
    after = msgspec.structs.replace(before, **changed, updated_at=now, version=6)
    assert await task_row(office, task_id) == after


async def test_a_task_that_is_open_again_is_in_the_open_list_and_out_of_the_history(
    office: Office, lead_id: LeadId
) -> None:
    task_id = await task_of(office, lead_id)
    history = await activity_rows(office, lead_id)
    await office.run(CompleteTask(task_id=task_id))
    await office.run(ReopenTask(task_id=task_id))
    assert await task_ids(office, lead_id, include_completed=False) == [task_id]
    assert await activity_rows(office, lead_id) == history


async def test_a_task_of_another_organization_is_none(office: Office, lead_id: LeadId) -> None:
    task_id = await task_of(office, lead_id)
    stranger = await found_office(office.system, name="Elsewhere")
    async with stranger.reader() as reader:
        assert await read.tasks(reader, [task_id]) == {}
        assert await read.tasks_of_leads(reader, [lead_id], 10, include_completed=True) == {}
