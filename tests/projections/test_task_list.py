"""Lists of tasks: in the order of the due, in pages, narrowed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import count
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio

from app.ids import LeadId, TaskId, uuid7
from app.lead.details import CreateLead
from app.lead.task_changes import RemoveTask, ReopenTask, UpdateTask
from app.lead.tasks import AddTask, CompleteTask
from app.vocabulary import TaskPriority
from projections.lead_view.due import due_day, place_of
from projections.lead_view.task_list import (
    COUNT_MAX,
    TaskCriteria,
    count_tasks,
    next_tasks,
    page_by_created,
    page_by_due,
)
from tests.projections.crowd import crowd_of_tasks
from tests.projections.screens import colleague_of
from tests.support.office import Office, found_office
from tests.support.postgres import both_versions

BERLIN, NEW_YORK, KATHMANDU = (ZoneInfo(name) for name in ("Europe/Berlin", "America/New_York", "Asia/Kathmandu"))
# Half past midnight on the first of April in Berlin, still the last of March in New York.
NOW = datetime(2026, 3, 31, 22, 30, tzinfo=UTC)
DUE: dict[str, dict[str, Any]] = {
    "30 March": {"due_date": date(2026, 3, 30)},
    "31 March": {"due_date": date(2026, 3, 31)},
    "1 April": {"due_date": date(2026, 4, 1)},
    "2 April": {"due_date": date(2026, 4, 2)},
    "31st 03:00": {"due_at": datetime(2026, 3, 31, 3, tzinfo=UTC)},
    "31st 21:59": {"due_at": datetime(2026, 3, 31, 21, 59, 59, 999999, tzinfo=UTC)},
    "31st 22:00": {"due_at": datetime(2026, 3, 31, 22, tzinfo=UTC)},
    "1st 05:00": {"due_at": datetime(2026, 4, 1, 5, tzinfo=UTC)},
    "whenever": {},
    "sometime": {},
}
IN_BERLIN = [
    "30 March", "31 March", "31st 03:00", "31st 21:59", "1 April", "31st 22:00", "1st 05:00", "2 April",
]  # fmt: skip
IN_NEW_YORK = [
    "30 March", "31st 03:00", "31 March", "31st 21:59", "31st 22:00", "1 April", "1st 05:00", "2 April",
]  # fmt: skip
WHENEVER = ["whenever", "sometime"]


def criteria(office: Office, zone: ZoneInfo = BERLIN, **narrowed: Any) -> TaskCriteria:
    return TaskCriteria(viewer_id=office.admin_id, zone=zone, now=NOW, **narrowed)


async def due(office: Office, wanted: TaskCriteria, size: int = 100) -> list[str]:
    """The whole list, read in pages."""
    texts: list[str] = []
    after = None
    async with office.reader() as reader:
        for _ in count():
            rows = await page_by_due(reader, wanted, after=after, limit=size)
            texts += [row.text for row in rows]
            if len(rows) < size:
                return texts
            after = place_of(rows[-1])
    raise AssertionError


async def created(office: Office, wanted: TaskCriteria, size: int = 100) -> list[str]:
    """As `due`, newest first."""
    texts: list[str] = []
    after: tuple[datetime, UUID] | None = None
    async with office.reader() as reader:
        for _ in count():
            rows = await page_by_created(reader, wanted, after=after, limit=size)
            texts += [row.text for row in rows]
            if len(rows) < size:
                return texts
            after = rows[-1].created_at, rows[-1].task_id
    raise AssertionError


async def counted(office: Office, wanted: TaskCriteria) -> int | None:
    async with office.reader() as reader:
        return await count_tasks(reader, wanted)


@pytest_asyncio.fixture(loop_scope="session")
async def tasks(office: Office, lead_id: LeadId) -> dict[str, TaskId]:
    """One for each due above, added backwards except for those that are due whenever."""
    added = {text: AddTask(lead_id=lead_id, text=text, **DUE[text]) for text in [*reversed([*DUE][:8]), *WHENEVER]}
    for command in added.values():
        await office.run(command)
    return {text: command.task_id for text, command in added.items()}


@both_versions
@pytest.mark.parametrize("size", [1, 3, 100])
@pytest.mark.parametrize(("zone", "order"), [(BERLIN, IN_BERLIN), (NEW_YORK, IN_NEW_YORK)])
async def test_a_day_stands_before_its_instants_where_the_viewer_is(
    office: Office, tasks: dict[str, TaskId], zone: ZoneInfo, order: list[str], size: int
) -> None:
    assert await due(office, criteria(office, zone), size) == [*order, *WHENEVER]


@pytest.mark.parametrize("size", [1, 3, 100])
async def test_the_newest_first(office: Office, tasks: dict[str, TaskId], size: int) -> None:
    assert await created(office, criteria(office), size) == [*reversed(tasks)]


@pytest.mark.parametrize(
    ("zone", "overdue"),
    [(BERLIN, [*IN_BERLIN[:4], "31st 22:00"]), (NEW_YORK, ["30 March", "31st 03:00", "31st 21:59", "31st 22:00"])],
)
@pytest.mark.parametrize("size", [1, 100])
async def test_overdue_is_what_was_due_before_now_or_before_today(
    office: Office, tasks: dict[str, TaskId], zone: ZoneInfo, overdue: list[str], size: int
) -> None:
    narrowed = criteria(office, zone, overdue=True)
    assert await due(office, narrowed, size) == overdue
    assert set(await created(office, narrowed, size)) == set(overdue)
    others = criteria(office, zone, overdue=False)
    assert set(await due(office, others, size)) == set(await created(office, others)) == set(tasks) - set(overdue)
    assert [await counted(office, one) for one in (narrowed, others)] == [len(overdue), len(tasks) - len(overdue)]


@pytest.mark.parametrize(
    ("zone", "found"), [(BERLIN, ["1 April", "31st 22:00", "1st 05:00"]), (NEW_YORK, ["1 April", "1st 05:00"])]
)
async def test_days_are_narrowed_since_included_until_not(
    office: Office, tasks: dict[str, TaskId], zone: ZoneInfo, found: list[str]
) -> None:
    narrowed = criteria(office, zone, due_since=date(2026, 4, 1), due_until=date(2026, 4, 2))
    assert await due(office, narrowed) == found
    assert set(await created(office, narrowed)) == set(found)
    assert await counted(office, narrowed) == len(found)


@both_versions
@pytest.mark.parametrize("zone", [BERLIN, NEW_YORK, KATHMANDU])
async def test_the_ends_of_the_calendar_are_days_as_others(office: Office, lead_id: LeadId, zone: ZoneInfo) -> None:
    for day in (date.max, date.min):
        await office.run(AddTask(lead_id=lead_id, text=day.isoformat(), due_date=day))
    whole = criteria(office, zone, due_since=date.min)
    assert await due(office, whole, 1) == ["0001-01-01", "9999-12-31"]
    assert await due(office, replace(whole, due_until=date.max)) == ["0001-01-01"]


async def test_done_ones_are_shown_to_who_asks_and_are_not_overdue(office: Office, tasks: dict[str, TaskId]) -> None:
    for text in ("31 March", "31st 22:00", "whenever"):
        await office.run(CompleteTask(task_id=tasks[text]))
    done = criteria(office, is_complete=True)
    assert await due(office, done, 1) == ["31 March", "31st 22:00", "whenever"]
    assert await created(office, done) == ["whenever", "31 March", "31st 22:00"]
    assert await counted(office, done) == 3
    assert await due(office, replace(done, overdue=False)) == await due(office, done)
    assert await due(office, replace(done, overdue=True)) == await created(office, replace(done, overdue=True)) == []
    assert await counted(office, replace(done, overdue=True)) == 0
    assert "31 March" not in await due(office, criteria(office))


async def test_a_task_moves_with_what_happens_to_it(office: Office, tasks: dict[str, TaskId]) -> None:
    await office.run(CompleteTask(task_id=tasks["30 March"]))
    await office.run(ReopenTask(task_id=tasks["30 March"]))
    await office.run(UpdateTask(task_id=tasks["30 March"], due_at=NOW))
    await office.run(RemoveTask(task_id=tasks["31 March"]))
    assert await due(office, criteria(office, overdue=False)) == [
        "1 April",
        "30 March",
        "1st 05:00",
        "2 April",
        *WHENEVER,
    ]


@both_versions
async def test_people_narrow(office: Office, lead_id: LeadId) -> None:
    colleague, stranger = await colleague_of(office), await found_office(office.system, name="Elsewhere")
    people = {"mine": office.admin_id, "theirs": colleague.admin_id, "nobody's": None}
    for text, assigned_to in people.items():
        await office.run(AddTask(lead_id=lead_id, text=text, assigned_to=assigned_to))
    for narrowed, found in (
        ({"mine": True}, {"mine"}),
        ({"mine": False}, {"theirs", "nobody's"}),
        ({"unassigned": True}, {"nobody's"}),
        ({"unassigned": False}, {"mine", "theirs"}),
        ({"unassigned": True, "mine": True}, set()),
        ({"assigned_to": [colleague.admin_id]}, {"theirs"}),
        ({"assigned_to": [colleague.admin_id, office.admin_id]}, {"mine", "theirs"}),
        ({"assigned_to": [uuid7()]}, set()),
        ({"assigned_to": []}, set()),
    ):
        assert set(await due(office, criteria(office, **narrowed))) == found, narrowed
    assert await due(stranger, criteria(stranger)) == []


async def test_priorities_and_leads_narrow(office: Office, lead_id: LeadId) -> None:
    other = CreateLead()
    await office.run(other)
    await office.run(AddTask(lead_id=lead_id, text="high", priority=TaskPriority.HIGH))
    await office.run(AddTask(lead_id=other.lead_id, text="other"))
    assert await due(office, criteria(office, priorities=[TaskPriority.HIGH])) == ["high"]
    assert await due(office, criteria(office, lead_ids=[other.lead_id])) == ["other"]
    assert await due(office, criteria(office, lead_ids=[])) == []


@pytest.mark.parametrize(("more", "total"), [(0, COUNT_MAX), (1, None)])
async def test_a_list_has_a_total_up_to_a_thousand(
    office: Office, lead_id: LeadId, more: int, total: int | None
) -> None:
    owner_url = office.system.database.owner_url
    await crowd_of_tasks(owner_url, office.org_id, [lead_id], COUNT_MAX + more, people=[None])
    assert await counted(office, criteria(office)) == total


# ---------------------------------------------------------------- what is due next


@both_versions
@pytest.mark.parametrize(
    ("texts", "zone", "next_one", "day"),
    [
        ([*DUE], BERLIN, "30 March", date(2026, 3, 30)),
        (["31 March", "31st 03:00"], BERLIN, "31 March", date(2026, 3, 31)),
        (["31 March", "31st 03:00"], NEW_YORK, "31st 03:00", date(2026, 3, 30)),
        (["31st 22:00", "1 April"], BERLIN, "1 April", date(2026, 4, 1)),
        (["31st 22:00", "whenever"], BERLIN, "31st 22:00", date(2026, 4, 1)),
    ],
)
async def test_the_next_task_is_the_one_that_is_due_first(
    office: Office, lead_id: LeadId, texts: list[str], zone: ZoneInfo, next_one: str, day: date
) -> None:
    for text in texts:
        await office.run(AddTask(lead_id=lead_id, text=text, **DUE[text]))
    async with office.reader() as reader:
        row = (await next_tasks(reader, [lead_id, uuid7()], zone))[lead_id]
    assert (row.text, due_day(row, zone)) == (next_one, day)


async def test_a_lead_on_which_nothing_is_due_has_no_next_task(office: Office, lead_id: LeadId) -> None:
    done = AddTask(lead_id=lead_id, text="done", due_at=NOW)
    for command in (done, CompleteTask(task_id=done.task_id), AddTask(lead_id=lead_id, text="whenever")):
        await office.run(command)
    async with office.reader() as reader:
        assert await next_tasks(reader, [lead_id], BERLIN) == {}
