"""When something last happened on a lead: follows what is added and deleted, by when it happened."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.ids import ActivityId, LeadId
from app.lead.calls import LogCall, UpdateCall
from app.lead.details import CreateLead, UpdateLead
from app.lead.emails import LogEmail
from app.lead.meetings import LogMeeting, UpdateMeeting
from app.lead.notes import WriteNote
from app.lead.statuses import ChangeLeadStatus
from app.lead.tasks import AddTask, CompleteTask
from app.request import Command
from app.vocabulary import Direction
from tests.projections.screens import LONG_AGO, activity_rows, deleted, last_fact, lead_row
from tests.support.office import Office
from tests.support.postgres import both_versions

pytestmark = both_versions

TOMORROW = datetime.now(UTC) + timedelta(days=1)


async def call(office: Office, lead_id: LeadId, day: int) -> ActivityId:
    """A call so many days after the first."""
    occurred_at = LONG_AGO + timedelta(days=day)
    logged = LogCall(lead_id=lead_id, direction=Direction.INBOUND, occurred_at=occurred_at)
    await office.run(logged)
    return logged.call_id


async def meeting(office: Office, lead_id: LeadId, at: datetime) -> LogMeeting:
    logged = LogMeeting(lead_id=lead_id, starts_at=at, ends_at=at)
    await office.run(logged)
    return logged


async def last_day(office: Office, lead_id: LeadId) -> int | None:
    """So many days after the first call; None: never."""
    last = (await lead_row(office, lead_id)).last_activity_at
    return None if last is None else (last - LONG_AGO).days


async def test_a_creation_does_not_count(office: Office) -> None:
    created = CreateLead(occurred_at=LONG_AGO)
    await office.run(created)
    assert await last_day(office, created.lead_id) is None


async def test_what_is_no_activity_does_not_count(office: Office, lead_id: LeadId) -> None:
    await office.run(UpdateLead(lead_id=lead_id, name="Sitwell"))
    await office.run(AddTask(lead_id=lead_id, text="Call"))
    assert await last_day(office, lead_id) is None


@pytest.mark.parametrize("kind", ["note", "e-mail", "status", "task"])
async def test_every_other_item_counts(office: Office, lead_id: LeadId, kind: str) -> None:
    task = AddTask(lead_id=lead_id, text="Call")
    await office.run(task)
    commands: dict[str, Command] = {
        "note": WriteNote(lead_id=lead_id, text="x"),
        "e-mail": LogEmail(lead_id=lead_id, direction=Direction.OUTBOUND),
        "status": ChangeLeadStatus(lead_id=lead_id, status="Qualified"),
        "task": CompleteTask(task_id=task.task_id),
    }
    await office.run(commands[kind])
    assert (await lead_row(office, lead_id)).last_activity_at == (await last_fact(office)).recorded_at


async def test_an_older_item_that_comes_later_does_not_count(office: Office, lead_id: LeadId) -> None:
    await call(office, lead_id, 2)
    await call(office, lead_id, 1)
    assert await last_day(office, lead_id) == 2


async def test_deleting_the_newest_falls_back_to_the_next_older_one(office: Office, lead_id: LeadId) -> None:
    _, newest, _ = [await call(office, lead_id, day) for day in (1, 3, 2)]
    await deleted(office, newest)
    assert await last_day(office, lead_id) == 2


async def test_deleting_an_older_one_changes_nothing(office: Office, lead_id: LeadId) -> None:
    older, _ = [await call(office, lead_id, day) for day in (1, 3)]
    await deleted(office, older)
    assert await last_day(office, lead_id) == 3


async def test_deleting_one_of_two_of_one_instant_changes_nothing(office: Office, lead_id: LeadId) -> None:
    _, second = [await call(office, lead_id, 3) for _ in range(2)]
    await deleted(office, second)
    assert await last_day(office, lead_id) == 3


async def test_deleting_all_of_them_falls_back_to_none(office: Office, lead_id: LeadId) -> None:
    await deleted(office, *[await call(office, lead_id, day) for day in (1, 2)])
    assert await last_day(office, lead_id) is None


async def test_a_lead_can_come_back_from_none(office: Office, lead_id: LeadId) -> None:
    await deleted(office, await call(office, lead_id, 2))
    await call(office, lead_id, 1)
    assert await last_day(office, lead_id) == 1


async def test_what_is_put_down_ahead_counts_as_of_then(office: Office, lead_id: LeadId) -> None:
    ahead = ActivityId((await meeting(office, lead_id, TOMORROW)).meeting_id)
    recorded_at = (await last_fact(office)).recorded_at
    assert (await lead_row(office, lead_id)).last_activity_at == recorded_at
    await call(office, lead_id, 1)
    assert (await lead_row(office, lead_id)).last_activity_at == recorded_at
    await deleted(office, ahead)
    assert await last_day(office, lead_id) == 1


async def test_what_is_put_off_counts_as_of_the_edit(office: Office, lead_id: LeadId) -> None:
    planned = await meeting(office, lead_id, TOMORROW)
    await office.run(UpdateMeeting(meeting_id=planned.meeting_id, ends_at=TOMORROW + timedelta(hours=1)))
    row = await lead_row(office, lead_id)
    assert row.last_activity_at == row.last_communication_at == (await last_fact(office)).recorded_at


async def test_what_took_place_counts_when_it_did_whatever_was_known_of_it(office: Office, lead_id: LeadId) -> None:
    planned = await meeting(office, lead_id, TOMORROW)
    await office.run(UpdateMeeting(meeting_id=planned.meeting_id, starts_at=LONG_AGO, ends_at=LONG_AGO))
    assert await last_day(office, lead_id) == 0


async def test_a_time_that_is_edited_counts(office: Office, lead_id: LeadId) -> None:
    await call(office, lead_id, 2)
    newest = await call(office, lead_id, 3)
    await office.run(UpdateCall(call_id=newest, occurred_at=LONG_AGO + timedelta(days=1)))
    assert await last_day(office, lead_id) == 2


async def test_other_leads_have_their_own(office: Office, lead_id: LeadId) -> None:
    other = CreateLead()
    await office.run(other)
    for each, day in ((lead_id, 1), (other.lead_id, 2)):
        await call(office, each, day)
    assert await last_day(office, lead_id) == 1


async def test_a_deleted_item_is_gone_from_the_history(office: Office, lead_id: LeadId) -> None:
    kept, gone = [await call(office, lead_id, day) for day in (1, 2)]
    await deleted(office, gone)
    assert [row.activity_id for row in await activity_rows(office, lead_id)][1:] == [kept]


async def test_a_deleted_change_of_status_leaves_the_status(office: Office, lead_id: LeadId) -> None:
    await office.run(ChangeLeadStatus(lead_id=lead_id, status="Qualified"))
    changed = (await lead_row(office, lead_id)).status_id
    await deleted(office, (await activity_rows(office, lead_id))[0].activity_id)
    assert (await lead_row(office, lead_id)).status_id == changed
