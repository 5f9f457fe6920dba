"""Lists of inboxes as commands fill them: views, order, whose day it is, and what of them a lead page shows."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from app.desk.handling import MarkDone, Snooze
from app.ids import LeadId, encode_id, uuid7
from app.lead.activities import DeleteActivity
from app.lead.calls import LogCall
from app.lead.deletion import DeleteLead, RestoreLead
from app.lead.emails import LogEmail
from app.lead.notes import WriteNote
from app.lead.opportunities import AddOpportunity
from app.lead.sms import LogSms
from app.lead.tasks import AddTask, CompleteTask
from app.vocabulary import CallDisposition, Direction, InboxItemKind, InboxView
from projections.inbox.criteria import InboxCriteria
from projections.inbox.lists import count_by_kind, count_items, inbox_page
from projections.inbox.read import open_items_of_activities
from projections.inbox.rows import ItemRow
from tests.projections.inbox.items import crowd_of_inbox
from tests.projections.screens import colleague_of
from tests.support.logs import connected
from tests.support.office import Office
from tests.support.postgres import both_versions

BERLIN, NEW_YORK, KATHMANDU = (ZoneInfo(name) for name in ("Europe/Berlin", "America/New_York", "Asia/Kathmandu"))
# Half past midnight on the first of April in Berlin, still the last of March in New York.
NOW = datetime(2036, 3, 31, 22, 30, tzinfo=UTC)
TASKS: dict[str, dict[str, Any]] = {
    "31 March": {"due_date": date(2036, 3, 31)},
    "31st 21:59": {"due_at": datetime(2036, 3, 31, 21, 59, tzinfo=UTC)},
    "1 April": {"due_date": date(2036, 4, 1)},
    "31st 22:00": {"due_at": datetime(2036, 3, 31, 22, tzinfo=UTC)},
    "1st 05:00": {"due_at": datetime(2036, 4, 1, 5, tzinfo=UTC)},
    "1st 21:59": {"due_at": datetime(2036, 4, 1, 21, 59, 59, 999999, tzinfo=UTC)},
    "2 April": {"due_date": date(2036, 4, 2)},
    "1st 22:00": {"due_at": datetime(2036, 4, 1, 22, tzinfo=UTC)},
    "whenever": {},
}  # in the order of Berlin


def of(owner_id: UUID | None, view: InboxView = InboxView.INBOX, zone: ZoneInfo = BERLIN, **more: Any) -> InboxCriteria:
    """Somebody's list; the owner is where `zone` is."""
    zones = {owner_id: zone} if owner_id else {}
    return InboxCriteria(**{"owner_id": owner_id, "view": view, "zone": zone, "zones": zones, "now": NOW, **more})


async def page(office: Office, criteria: InboxCriteria, **options: Any) -> list[ItemRow]:
    """One page, read by one statement."""
    async with office.reader() as reader:
        given = {"after": None, "before": None, "from_end": False, "limit": 50, **options}
        rows = await inbox_page(reader, criteria, **given)
        assert reader.statements <= 1
        assert await count_items(reader, criteria) == len(rows) or "limit" in options
        assert sum((await count_by_kind(reader, criteria)).values()) == len(rows) or "limit" in options
        return rows


@pytest.fixture
def texts() -> dict[UUID, str]:
    """What tasks are called."""
    return {}


async def add_tasks(office: Office, lead_id: LeadId, texts: dict[UUID, str]) -> None:
    """Those above, backwards."""
    for text, due in reversed(TASKS.items()):
        command = AddTask(lead_id=lead_id, text=text, **due)
        await office.run(command)
        texts[command.task_id] = text


@both_versions
@pytest.mark.parametrize(
    ("zone", "today"),
    [
        (BERLIN, ["31 March", "31st 21:59", "1 April", "31st 22:00", "1st 05:00", "1st 21:59"]),
        (NEW_YORK, ["31 March", "31st 21:59", "31st 22:00"]),
    ],
)
async def test_a_task_is_to_be_handled_on_its_day_where_its_owner_is(
    office: Office, lead_id: LeadId, texts: dict[UUID, str], zone: ZoneInfo, today: list[str]
) -> None:
    await add_tasks(office, lead_id, texts)
    rows = await page(office, of(office.admin_id, zone=zone))
    assert [texts[row.subject_id] for row in rows] == today
    later = await page(office, of(office.admin_id, InboxView.FUTURE, zone))
    assert {texts[row.subject_id] for row in later} == set(TASKS) - set(today) - {"whenever"}
    if zone is BERLIN:
        assert [texts[row.subject_id] for row in later] == ["2 April", "1st 22:00"]


async def test_in_everybodys_list_each_has_a_day_of_their_own_and_the_order_is_the_viewers(
    office: Office, lead_id: LeadId, texts: dict[UUID, str]
) -> None:
    colleague = await colleague_of(office)
    await add_tasks(office, lead_id, texts)
    await add_tasks(colleague, lead_id, texts)
    zones = {office.admin_id: BERLIN, colleague.admin_id: NEW_YORK}
    rows = await page(office, of(None, zone=KATHMANDU, zones=zones))
    mine = ["31 March", "1 April", "31st 21:59", "31st 22:00", "1st 05:00", "1st 21:59"]
    theirs = ["31 March", "31st 21:59", "31st 22:00"]
    assert [texts[row.subject_id] for row in rows if row.owner_id == office.admin_id] == mine
    assert [texts[row.subject_id] for row in rows if row.owner_id == colleague.admin_id] == theirs
    assert [texts[row.subject_id] for row in rows][:2] == ["31 March"] * 2
    later = await page(office, of(None, InboxView.FUTURE, KATHMANDU, zones=zones))
    assert len(later) == 2 * (len(TASKS) - 1) - len(rows)


async def test_what_is_snoozed_is_to_come_when_it_comes_back_and_stands_then_where_it_stood(
    office: Office, lead_id: LeadId
) -> None:
    first, second = (
        LogSms(lead_id=lead_id, direction=Direction.INBOUND, occurred_at=NOW - timedelta(days=days), text="?")
        for days in (2, 1)
    )
    for command in (first, second):
        await office.run(command)
    before = await page(office, of(office.admin_id))
    assert [row.subject_id for row in before] == [first.sms_id, second.sms_id]
    back = datetime.now(UTC) + timedelta(days=1)
    await office.run(Snooze(item_ids=(before[0].item_id,), until=back))
    asleep = of(office.admin_id, now=back - timedelta(microseconds=1))
    assert [row.subject_id for row in await page(office, asleep)] == [second.sms_id]
    future = of(office.admin_id, InboxView.FUTURE, now=back - timedelta(microseconds=1))
    assert [row.subject_id for row in await page(office, future)] == [first.sms_id]
    awake = of(office.admin_id, now=back)
    assert [row.subject_id for row in await page(office, awake)] == [first.sms_id, second.sms_id]
    assert await page(office, of(office.admin_id, InboxView.FUTURE, now=back)) == []


async def test_what_was_done_last_is_at_the_end(office: Office, lead_id: LeadId, texts: dict[UUID, str]) -> None:
    await add_tasks(office, lead_id, texts)
    by_text = {text: task_id for task_id, text in texts.items()}
    for text in ("2 April", "whenever", "31 March", "1st 05:00"):
        await office.run(CompleteTask(task_id=by_text[text]))  # type: ignore[arg-type]
    done = of(office.admin_id, InboxView.DONE)
    assert [texts[row.subject_id] for row in await page(office, done)] == ["2 April", "31 March", "1st 05:00"]
    last = await page(office, done, from_end=True, limit=2)
    assert [texts[row.subject_id] for row in last] == ["31 March", "1st 05:00"]


async def test_kinds_narrow_add_up_and_none_at_all_match_nothing(office: Office, lead_id: LeadId) -> None:
    missed = LogCall(lead_id=lead_id, direction=Direction.INBOUND, disposition=CallDisposition.NO_ANSWER)
    sms = LogSms(lead_id=lead_id, direction=Direction.INBOUND, text="?")
    task = AddTask(lead_id=lead_id, text="Call", due_date=date(2036, 1, 1))
    opportunity = AddOpportunity(lead_id=lead_id, date_won=date(2036, 1, 1))
    for command in (missed, sms, task, opportunity):
        await office.run(command)
    kinds = InboxItemKind
    for wanted, found in (
        (None, {kinds.MISSED_CALL, kinds.INCOMING_SMS, kinds.TASK, kinds.OPPORTUNITY_DUE}),
        ([kinds.TASK, kinds.TASK, kinds.INCOMING_SMS], {kinds.TASK, kinds.INCOMING_SMS}),
        ([kinds.OPPORTUNITY_DUE], {kinds.OPPORTUNITY_DUE}),
        ([kinds.MENTION], set()),
        ([], set()),
    ):
        for owner_id in (office.admin_id, None):
            rows = await page(office, of(owner_id, kinds=wanted))
            assert {row.kind for row in rows} == found
            assert len(rows) == len(found)
            for view in (InboxView.FUTURE, InboxView.DONE):
                assert await page(office, of(owner_id, view, kinds=wanted)) == []


async def test_nobody_has_to_handle_what_is_on_a_deleted_lead(office: Office, lead_id: LeadId) -> None:
    sms = LogSms(lead_id=lead_id, direction=Direction.INBOUND, text="?")
    for command in (sms, DeleteLead(lead_id=lead_id)):
        await office.run(command)
    assert await page(office, of(office.admin_id)) == []
    assert await page(office, of(None)) == []
    await office.run(RestoreLead(lead_id=lead_id))
    assert len(await page(office, of(office.admin_id))) == 1


@pytest.mark.parametrize(
    ("count", "counted", "of_kind"),
    [(499, 499, 499), (500, 500, 500), (501, 501, 500), (999, 999, 500), (1_000, 1_000, 500), (1_001, 1_001, 500)],
)
async def test_a_thousand_items_are_counted_and_no_more(
    office: Office, lead_id: LeadId, count: int, counted: int, of_kind: int
) -> None:
    kinds = [InboxItemKind.MENTION]
    async with connected(office.system.database.owner_url) as connection:
        for view in InboxView:
            await crowd_of_inbox(
                connection,
                office.org_id,
                [lead_id],
                [office.admin_id],
                count,
                now=NOW,
                view=view,
                kinds=kinds,
            )
    async with office.reader() as reader:
        for view in InboxView:
            for owner_id in (office.admin_id, None):
                assert await count_items(reader, of(owner_id, view)) == counted
                assert (await count_by_kind(reader, of(owner_id, view)))[InboxItemKind.MENTION] == of_kind


# ---------------------------------------------------------------- what a lead page shows


async def open_of(office: Office, lead_id: LeadId, *activity_ids: UUID, owner_id: UUID | None = None) -> set[UUID]:
    """Those of some activities that somebody has in the inbox; the row is the one of the list."""
    async with office.reader() as reader:
        leads = [lead_id] * len(activity_ids)
        found = await open_items_of_activities(reader, owner_id or office.admin_id, activity_ids, leads)
        listed = {
            row.item_id: row
            for view in (InboxView.INBOX, InboxView.FUTURE)
            for row in await inbox_page(
                reader, of(owner_id or office.admin_id, view), after=None, before=None, from_end=False, limit=100
            )
        }
    assert all(listed[row.item_id] == row for row in found.values())
    return set(found)


def mail(lead_id: LeadId, number: int, **more: Any) -> LogEmail:
    """The next of a thread, from the customer to the admin."""
    return LogEmail(
        lead_id=lead_id,
        direction=Direction.INBOUND,
        sender="gob@bluth.example",
        to=("ada@acme.example",),
        message_id=f"<{number}@bluth.example>",
        in_reply_to=f"<{number - 1}@bluth.example>" if number else None,
        **more,
    )


@both_versions
async def test_each_unread_mail_of_a_thread_has_the_one_item_and_those_that_were_read_have_none(
    office: Office, lead_id: LeadId
) -> None:
    first, second, third = (mail(lead_id, number) for number in range(3))
    for command in (first, second):
        await office.run(command)
    assert await open_of(office, lead_id, first.email_id, second.email_id) == {first.email_id, second.email_id}
    (row,) = await page(office, of(office.admin_id))
    assert (row.activity_id, row.activity_count) == (second.email_id, 2)
    await office.run(MarkDone(item_ids=(row.item_id,)))
    assert await open_of(office, lead_id, first.email_id, second.email_id) == set()
    await office.run(third)
    assert await open_of(office, lead_id, first.email_id, second.email_id, third.email_id) == {third.email_id}
    await office.run(DeleteActivity(activity_id=third.email_id))
    assert await open_of(office, lead_id, first.email_id, second.email_id, third.email_id) == set()


async def test_each_sort_of_activity_has_its_item_with_whom_it_came_to_alone(office: Office, lead_id: LeadId) -> None:
    colleague = await colleague_of(office)
    call = LogCall(lead_id=lead_id, direction=Direction.INBOUND, disposition=CallDisposition.NO_ANSWER)
    sms = LogSms(lead_id=lead_id, direction=Direction.INBOUND, text="?")
    awaited = LogEmail(
        lead_id=lead_id,
        direction=Direction.OUTBOUND,
        to=("gob@bluth.example",),
        follow_up_at=NOW + timedelta(days=3),
    )
    silent = WriteNote(lead_id=lead_id, text="Nobody is named")
    for command in (call, sms, awaited, silent):
        await office.run(command)
    theirs = LogSms(lead_id=lead_id, direction=Direction.INBOUND, text="?", user_id=colleague.admin_id)
    await office.run(theirs)
    ids = [call.call_id, sms.sms_id, awaited.email_id, silent.note_id, theirs.sms_id]
    assert await open_of(office, lead_id, *ids) == {call.call_id, sms.sms_id, awaited.email_id}
    assert await open_of(office, lead_id, *ids, owner_id=colleague.admin_id) == {theirs.sms_id}
    assert await open_of(office, uuid7(), *ids) == set()  # type: ignore[arg-type]


async def test_a_note_in_which_somebody_is_named_is_in_their_inbox(office: Office, lead_id: LeadId) -> None:
    colleague = await colleague_of(office)
    mention = f'<span data-type="mention" data-id="{encode_id("user", colleague.admin_id)}">@Mem</span>'
    named = WriteNote(lead_id=lead_id, html=f"<p>{mention}</p>")
    await office.run(named)
    found = await open_of(office, lead_id, named.note_id, owner_id=colleague.admin_id)
    assert found == {named.note_id}


async def test_tasks_and_opportunities_are_no_activities(office: Office, lead_id: LeadId) -> None:
    task = AddTask(lead_id=lead_id, text="Call", due_date=date(2036, 1, 1))
    await office.run(task)
    assert await open_of(office, lead_id, task.task_id) == set()
