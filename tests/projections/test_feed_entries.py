"""What other events put into a lead's history, what puts nothing there, and when its items stand as happened."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.ids import EventId, LeadId, uuid7
from app.lead.calls import LogCall
from app.lead.contacts import AddContact, NewContact
from app.lead.details import CreateLead, UpdateLead
from app.lead.emails import LogEmail
from app.lead.notes import WriteNote
from app.lead.opportunities import AddOpportunity
from app.lead.statuses import ChangeLeadStatus
from app.lead.tasks import AddTask, CompleteTask
from app.request import Command
from app.vocabulary import ActivityKind, Direction
from projections.activity_feed import read
from projections.activity_feed.details import CreatedDetails, StatusChangeDetails, TaskCompletedDetails
from tests.projections.screens import (
    LONG_AGO,
    activity_row,
    activity_rows,
    colleague_of,
    last_fact,
    newest_row,
    row_of_last_fact,
    status_called,
)
from tests.support.office import Office, found_office
from tests.support.postgres import both_versions


async def test_a_history_begins_with_the_creation(office: Office, lead_id: LeadId) -> None:
    row = await row_of_last_fact(office, ActivityKind.CREATED, CreatedDetails())
    assert await activity_rows(office, lead_id) == [row]


async def test_a_change_of_status_shows_both_statuses(office: Office, lead_id: LeadId) -> None:
    colleague = await colleague_of(office)
    await colleague.run(ChangeLeadStatus(lead_id=lead_id, status="Qualified"))
    details = StatusChangeDetails(
        old_status_id=await status_called(office, "Potential"),
        old_status_label="Potential",
        new_status_id=await status_called(office, "Qualified"),
        new_status_label="Qualified",
    )
    row = await row_of_last_fact(office, ActivityKind.LEAD_STATUS_CHANGE, details, user_id=colleague.admin_id)
    assert await newest_row(office, lead_id) == row


async def test_a_completed_task_shows_what_was_done_and_by_whom(office: Office, lead_id: LeadId) -> None:
    adding = AddContact(lead_id=lead_id, contact=NewContact(name="Lindsay"))
    await office.run(adding)
    task = AddTask(lead_id=lead_id, text="Send the offer", contact_id=adding.contact_id, assigned_to=None)
    await office.run(task)
    colleague = await colleague_of(office)
    await colleague.run(CompleteTask(task_id=task.task_id))
    details = TaskCompletedDetails(task_id=task.task_id, task_text="Send the offer")
    row = await row_of_last_fact(
        office, ActivityKind.TASK_COMPLETED, details, contact_id=adding.contact_id, user_id=colleague.admin_id
    )
    assert await newest_row(office, lead_id) == row


async def test_what_is_no_activity_puts_nothing_into_the_history(office: Office, lead_id: LeadId) -> None:
    before = await activity_rows(office, lead_id)
    changes: list[Command] = [
        UpdateLead(lead_id=lead_id, name="Sitwell", description="Builds", url="x.example"),
        AddContact(lead_id=lead_id, contact=NewContact(name="Lindsay")),
        AddOpportunity(lead_id=lead_id),
        AddTask(lead_id=lead_id, text="Call"),
    ]
    for command in changes:
        await office.run(command)
    assert await activity_rows(office, lead_id) == before


@both_versions
@pytest.mark.parametrize(
    "occurred_at", [LONG_AGO, datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)]
)
async def test_an_item_stands_at_the_time_it_happened_and_knows_when_it_was_recorded(
    office: Office, lead_id: LeadId, occurred_at: datetime
) -> None:
    logged = LogCall(lead_id=lead_id, direction=Direction.INBOUND, occurred_at=occurred_at)
    await office.run(logged)
    row = await activity_row(office, logged.call_id)
    assert (row.occurred_at, row.created_at) == (occurred_at, (await last_fact(office)).recorded_at)


async def test_every_kind_can_be_back_dated(office: Office) -> None:
    created = CreateLead(occurred_at=LONG_AGO)
    lead_id, task = created.lead_id, AddTask(lead_id=created.lead_id, text="Call")
    history: list[Command] = [
        created,
        task,
        CompleteTask(task_id=task.task_id, occurred_at=LONG_AGO + timedelta(days=1)),
        ChangeLeadStatus(lead_id=lead_id, status="Customer", occurred_at=LONG_AGO + timedelta(days=2)),
        WriteNote(lead_id=lead_id, text="x", occurred_at=LONG_AGO + timedelta(days=3)),
        LogEmail(
            lead_id=lead_id, direction=Direction.INBOUND, sender="a@x.example", occurred_at=LONG_AGO + timedelta(days=4)
        ),
    ]
    for command in history:
        await office.run(command)
    days = [(row.occurred_at - LONG_AGO).days for row in await activity_rows(office, lead_id, from_oldest=True)]
    assert days == [0, 1, 2, 3, 4]


async def test_items_that_there_are_not_are_left_out(office: Office, lead_id: LeadId) -> None:
    (created,) = await activity_rows(office, lead_id)
    async with office.reader() as reader:
        found = await read.activities(reader, [created.activity_id, EventId(uuid7())])
    assert found == {created.activity_id: created}


async def test_an_item_of_another_organization_is_none(office: Office, lead_id: LeadId) -> None:
    (created,) = await activity_rows(office, lead_id)
    stranger = await found_office(office.system, name="Elsewhere")
    async with stranger.reader() as reader:
        assert await read.activities(reader, [created.activity_id]) == {}
