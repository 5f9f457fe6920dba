"""What falls due in an inbox while nobody writes: it arrives by itself, or on coming back, wherever it was put off."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from app.database import Database
from app.desk.handling import Snooze
from app.lead.details import CreateLead
from app.lead.opportunities import AddOpportunity
from app.lead.tasks import AddTask
from projections.inbox.changes import due_between, next_due
from projections.machinery.days import day_start
from schema.cursors import feed_place, inbox_cursor, inbox_place
from tests.support.api import Api
from tests.support.feeds import change, following_inbox, gap, inbox_cursor_of, kinds
from tests.support.inboxes import fill, moment, sms
from tests.support.office import Office
from tests.support.processes import server_process

PATIENCE_S = 5.0


def awaited(api: Api, lead: str, seconds: float) -> None:
    """A mail that somebody should ask about in so many seconds."""
    api.do("logEmail", leadId=lead, direction="OUTBOUND", followUpAt=moment(seconds=seconds))


def test_what_was_snoozed_comes_back_by_itself(api: Api, lead: str) -> None:
    item = sms(api, lead)
    with following_inbox(api, inbox_cursor_of(api)) as feed:
        api.do("snooze", itemIds=[item], until=moment(seconds=1.2))
        assert change(feed)[1]["view"] == "FUTURE"
        told = feed.item(PATIENCE_S)
        (one,) = told["changes"]
        assert (one["__typename"], one["item"]["id"], one["item"]["view"]) == ("InboxItemAdded", item, "INBOX")
        assert (told["idempotencyKey"], told["inboxCount"], one["item"]["snoozedUntil"]) == (None, 1, None)
        assert feed.is_silent(0.3)


def test_a_mail_that_nobody_answered_comes_by_itself(api: Api, lead: str) -> None:
    with following_inbox(api, inbox_cursor_of(api)) as feed:
        awaited(api, lead, 1.2)
        assert change(feed)[1]["view"] == "FUTURE"
        kind, item = change(feed)
        assert (kind, item["kind"], item["view"]) == ("InboxItemAdded", "EMAIL_FOLLOWUP", "INBOX")


def test_what_an_earlier_moment_waits_for_is_not_slept_over(api: Api, lead: str) -> None:
    later, sooner = sms(api, lead), sms(api, lead)
    with following_inbox(api, inbox_cursor_of(api)) as feed:
        api.do("snooze", itemIds=[later], until=moment(hours=1))
        change(feed)
        api.do("snooze", itemIds=[sooner], until=moment(seconds=1))
        change(feed)
        assert change(feed)[1]["id"] == sooner


def test_what_fell_due_while_nobody_listened_comes_on_coming_back(api: Api, lead: str) -> None:
    item = sms(api, lead)
    api.do("snooze", itemIds=[item], until=moment(seconds=1))
    awaited(api, lead, 1)
    after = inbox_cursor_of(api)
    time.sleep(1.2)
    with following_inbox(api, after) as feed:
        told = feed.item()
    assert kinds(told) == ["InboxItemAdded", "InboxItemAdded"]
    assert {one["item"]["kind"] for one in told["changes"]} == {"INCOMING_SMS", "EMAIL_FOLLOWUP"}
    with following_inbox(api, told["cursor"]) as feed:
        assert feed.is_silent(0.3)


def test_a_cursor_without_a_moment_begins_when_its_place_was_written(api: Api, lead: str) -> None:
    item = sms(api, lead)
    snoozed = api.do("snooze", itemIds=[item], until=moment(seconds=1))
    time.sleep(1.2)
    with following_inbox(api, snoozed["cursor"]) as feed:
        assert change(feed)[1]["id"] == item


def test_it_falls_due_on_the_subscriber_s_server_wherever_it_was_put_off(
    api: Api, lead: str, common_database: Database, tmp_path: Path
) -> None:
    item = sms(api, lead)
    with server_process(common_database, tmp_path) as server:
        there = api.at(server.url)
        with following_inbox(there, inbox_cursor_of(api)) as feed:
            api.do("snooze", itemIds=[item], until=moment(seconds=1.5))
            assert change(feed)[1]["view"] == "FUTURE"
            assert change(feed)[0] == "InboxItemAdded"


def test_what_was_done_meanwhile_does_not_come_back(api: Api, lead: str) -> None:
    item = sms(api, lead)
    with following_inbox(api, inbox_cursor_of(api)) as feed:
        api.do("snooze", itemIds=[item], until=moment(seconds=1))
        change(feed)
        api.do("markDone", itemIds=[item])
        assert change(feed)[1]["view"] == "DONE"
        assert feed.is_silent(1.5)


def test_a_moment_ahead_of_this_clock_leaves_nothing_out(api: Api, lead: str) -> None:
    place, told_until = inbox_place(inbox_cursor_of(api), "after")
    assert told_until is not None
    item = sms(api, lead)
    with following_inbox(api, inbox_cursor(place, told_until + timedelta(hours=1))) as feed:
        change(feed)
        api.do("snooze", itemIds=[item], until=moment(seconds=1))
        change(feed)
        assert change(feed)[1]["id"] == item


def test_more_than_is_worth_telling_is_a_gap(api: Api, lead: str) -> None:
    fill(api, "EMAIL_FOLLOWUP", position=1)
    place = feed_place(inbox_cursor_of(api), "after")
    with following_inbox(api, inbox_cursor(place, datetime.now(UTC) - timedelta(days=1))) as feed:
        assert gap(feed) == "too much fell due since the cursor"
    with following_inbox(api, inbox_cursor(place, datetime(1, 1, 1, tzinfo=UTC))) as feed:
        assert gap(feed) == "too much fell due since the cursor"


# ---------------------------------------------------------------- days, which no test waits for

ZONE = ZoneInfo("America/New_York")
NOW = datetime(2026, 3, 31, 22, 30, tzinfo=UTC)  # in New York still the 31st
MIDNIGHT = datetime(2026, 4, 1, 4, tzinfo=UTC)  # in New York


async def wait_for_later(office: Office) -> None:
    """A task of the next day in New York, one at an instant of it, and an opportunity of the day after."""
    lead = CreateLead()
    await office.run(lead)
    first = MIDNIGHT.date()
    await office.run(AddTask(lead_id=lead.lead_id, text="Day", due_date=first, assigned_to=office.admin_id))
    await office.run(
        AddTask(lead_id=lead.lead_id, text="At", due_at=MIDNIGHT + timedelta(hours=20), assigned_to=office.admin_id)
    )
    await office.run(AddOpportunity(lead_id=lead.lead_id, date_won=first + timedelta(days=1), user_id=office.admin_id))


async def fell_due(office: Office, since: datetime, until: datetime) -> list[str]:
    async with office.reader() as reader:
        rows = await due_between(reader, office.admin_id, since, until, ZONE, 100)
    return sorted(f"{row.kind} {'day' if row.day else 'instant'}" for row in rows)


async def wakes(office: Office, now: datetime) -> datetime | None:
    async with office.reader() as reader:
        return await next_due(reader, office.admin_id, now, ZONE)


async def test_days_fall_due_when_they_begin_where_their_owner_is(office: Office) -> None:
    await wait_for_later(office)
    assert await wakes(office, NOW) == MIDNIGHT
    assert await fell_due(office, NOW, MIDNIGHT - timedelta(microseconds=1)) == []
    # What is due at an instant is to be handled all that day.
    assert await fell_due(office, NOW, MIDNIGHT) == ["TASK day", "TASK instant"]
    assert await fell_due(office, MIDNIGHT, MIDNIGHT + timedelta(hours=23)) == []
    assert await wakes(office, MIDNIGHT) == MIDNIGHT + timedelta(days=1)
    assert await fell_due(office, MIDNIGHT, MIDNIGHT + timedelta(days=1)) == ["OPPORTUNITY_DUE day"]
    assert await wakes(office, MIDNIGHT + timedelta(days=1)) is None


async def test_what_is_snoozed_beyond_its_day_comes_when_both_have_passed(office: Office) -> None:
    lead = CreateLead()
    await office.run(lead)
    today = datetime.now(ZONE).date()
    task = AddTask(lead_id=lead.lead_id, text="Day", due_date=today + timedelta(days=2), assigned_to=office.admin_id)
    await office.run(task)
    due = day_start(today + timedelta(days=2), ZONE)
    (row,) = await office.system.store.fetch(None, "SELECT item_id FROM inbox_item WHERE org_id = $1", office.org_id)
    for until, comes in ((due + timedelta(hours=5), due + timedelta(hours=5)), (due - timedelta(hours=5), due)):
        await office.run(Snooze(item_ids=(row["item_id"],), until=until))
        before = comes - timedelta(seconds=1)
        assert await fell_due(office, datetime.now(UTC), before) == []
        assert await fell_due(office, before, comes) == ["TASK day"]
        assert await fell_due(office, comes, comes + timedelta(days=3)) == []


async def test_what_must_wait_for_its_day_takes_no_room_of_what_comes(office: Office) -> None:
    lead = CreateLead()
    await office.run(lead)
    today = datetime.now(ZONE).date()
    for days in (3, 3, 0):
        due = today + timedelta(days=days)
        await office.run(AddTask(lead_id=lead.lead_id, text="Day", due_date=due, assigned_to=office.admin_id))
    rows = await office.system.store.fetch(
        None, "SELECT item_id, day FROM inbox_item WHERE org_id = $1 ORDER BY day DESC", office.org_id
    )
    until = datetime.now(UTC) + timedelta(hours=1)
    for number, row in enumerate(rows):
        await office.run(Snooze(item_ids=(row["item_id"],), until=until + timedelta(seconds=number)))
    async with office.reader() as reader:
        found = await due_between(reader, office.admin_id, datetime.now(UTC), until + timedelta(minutes=1), ZONE, 1)
    assert [row.day for row in found] == [today]
