"""How PostgreSQL finds opportunities and tasks in full tables: every order and every condition by an index."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio

from app.ids import uuid7
from app.store.migrate import SCHEMA
from app.vocabulary import ValuePeriod
from projections.lead_view.due import DuePlace
from projections.lead_view.opportunity_list import (
    NULLABLE,
    OpportunityCriteria,
    OpportunityOrder,
    count_opportunities,
    opportunity_counts,
    opportunity_page,
    totals,
)
from projections.lead_view.task_list import TaskCriteria, count_tasks, next_tasks, page_by_created, page_by_due
from tests.projections.crowd import crowd_of_leads, crowd_of_opportunities, crowd_of_tasks
from tests.projections.crowded import Crowd, Crowds, crowds_of
from tests.projections.test_plans import ExplainingReader
from tests.support.acme import thing
from tests.support.postgres import Servers, both_versions

pytestmark = both_versions

LEADS, EACH = 4_000, 10  # of each of two organizations; tasks and opportunities of a lead
PEOPLE = [thing(5_000 + number) for number in range(200)]
STAGES = [thing(6_000 + number) for number in range(50)]
NOW = datetime(2026, 2, 1, 12, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
INDEXES = {"created": "created", "updated": "updated", "date_won": "won", "value": "value"}


class AllReader(ExplainingReader):
    """Keeps how every statement since the last look was gone about."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.seen: set[str] = set()
        self.is_unsorted = True

    async def fetch(self, sql: str, *arguments: Any) -> list[Any]:
        rows = await super().fetch(sql, *arguments)
        assert self.scanned <= {"lead_view"}, sql  # whether leads are there may be asked of all of them at once
        self.seen |= self.indexes - {"lead_view_pkey"}  # whether the lead is there
        self.is_unsorted = self.is_unsorted and not self.sorts_before_its_limit
        return rows


async def fill(url: str, org_id: UUID) -> list[UUID]:
    """Two organizations whose leads all have opportunities and tasks."""
    lead_ids: list[UUID] = []
    for each in (uuid7(), org_id):
        lead_ids = await crowd_of_leads(url, each, LEADS, different=LEADS, status_ids=STAGES[:1])
        await crowd_of_tasks(url, each, lead_ids, EACH, people=[*PEOPLE, None], some_done=True)
        await crowd_of_opportunities(url, each, lead_ids, EACH, people=[*PEOPLE, None], status_ids=STAGES)
    return lead_ids


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def boards(servers: Servers) -> AsyncIterator[Crowds]:
    async with crowds_of(servers, fill, {"search_path": SCHEMA}) as made:
        yield made


@pytest_asyncio.fixture(loop_scope="session")
async def crowd(boards: Crowds, postgres_version: int) -> Crowd:
    return await boards.of(postgres_version)


@pytest.fixture
def reader(crowd: Crowd) -> AllReader:
    return AllReader(crowd.pool, crowd.org_id, snapshot=False)


def tasks(**narrowed: Any) -> TaskCriteria:
    return TaskCriteria(viewer_id=PEOPLE[0], zone=BERLIN, now=NOW, **narrowed)


# ---------------------------------------------------------------- opportunities


@pytest.mark.parametrize("order", OpportunityOrder, ids=[order.name for order in OpportunityOrder])
async def test_a_page_is_read_off_the_index_of_its_order(reader: AllReader, order: OpportunityOrder) -> None:
    after = None
    for _ in ("the first page", "the page behind it"):
        page = await opportunity_page(reader, OpportunityCriteria(), order, after=after, limit=51)
        after = order.key(page[-1]), page[-1].opportunity_id
    if order.by in NULLABLE:
        await opportunity_page(reader, OpportunityCriteria(), order, after=(None, uuid7()), limit=51)
    assert (reader.seen, reader.is_unsorted) == ({f"lead_opportunity_{INDEXES[order.by]}"}, True)


@pytest.mark.parametrize(
    ("narrowed", "index"),
    [
        ({"status_ids": STAGES[:1]}, "lead_opportunity_status"),
        ({"user_ids": PEOPLE[:1]}, "lead_opportunity_user"),
        ({"won_since": date(2028, 6, 1)}, "lead_opportunity_won"),
        ({"won_until": date(2026, 1, 5)}, "lead_opportunity_won"),
        ({"created_since": datetime(2026, 1, 1, 1, 39, tzinfo=UTC)}, "lead_opportunity_created"),
        ({"created_until": datetime(2026, 1, 1, 0, 2, tzinfo=UTC)}, "lead_opportunity_created"),
        ({"status_ids": STAGES[:1], "periods": [ValuePeriod.MONTHLY]}, "lead_opportunity_status"),
    ],
    ids=str,
)
async def test_each_condition_has_an_index_for_pages_counts_and_totals(
    reader: AllReader, narrowed: dict[str, Any], index: str
) -> None:
    criteria = OpportunityCriteria(**narrowed)
    for order in OpportunityOrder:
        await opportunity_page(reader, criteria, order, after=None, limit=51)
    reader.seen.clear()
    await totals(reader, criteria)
    await count_opportunities(reader, criteria)
    assert index in reader.seen


async def test_opportunities_of_leads_are_found_by_their_leads(reader: AllReader, crowd: Crowd) -> None:
    criteria = OpportunityCriteria(lead_ids=crowd.lead_ids[:1])
    await opportunity_page(reader, criteria, OpportunityOrder.VALUE_DESC, after=None, limit=51)
    await totals(reader, criteria)
    await opportunity_counts(reader, crowd.lead_ids[:1], STAGES)
    assert reader.seen == {"lead_opportunity_lead"}


# ---------------------------------------------------------------- tasks


@pytest.mark.parametrize(
    ("narrowed", "indexes"),
    [
        ({}, ["open_day", "open_instant", "open_undated"]),
        ({"mine": True}, ["own_day", "own_instant", "own_undated"]),
        ({"assigned_to": PEOPLE[:1]}, ["own_day", "own_instant", "own_undated"]),
        ({"is_complete": True}, ["done_day", "done_instant", "done_undated"]),
    ],
    ids=str,
)
async def test_tasks_by_due_are_read_off_two_indexes_and_those_due_whenever_off_a_third(
    reader: AllReader, narrowed: dict[str, Any], indexes: list[str]
) -> None:
    criteria = tasks(**narrowed)
    for after in (
        None,
        DuePlace(date(2026, 2, 1), None, uuid7()),
        DuePlace(None, NOW, uuid7()),
        DuePlace(None, None, uuid7()),
    ):
        await page_by_due(reader, criteria, after=after, limit=51)
    await page_by_due(reader, criteria, after=DuePlace(date(2030, 1, 1), None, uuid7()), limit=51)
    # Behind the last of all, every index of instants is as good as the other.
    assert {f"lead_task_{index}" for index in indexes} == reader.seen - {"lead_task_open_instant"} | own_instant(
        indexes
    )
    assert reader.is_unsorted


def own_instant(indexes: list[str]) -> set[str]:
    return {"lead_task_open_instant"} & {f"lead_task_{index}" for index in indexes}


@pytest.mark.parametrize(("is_complete", "index"), [(False, "open_created"), (True, "done_created")])
async def test_the_newest_tasks_are_read_off_an_index(reader: AllReader, is_complete: bool, index: str) -> None:
    criteria = tasks(is_complete=is_complete)
    for after in (None, (NOW, uuid7())):
        await page_by_created(reader, criteria, after=after, limit=51)
    assert (reader.seen, reader.is_unsorted) == ({f"lead_task_{index}"}, True)


@pytest.mark.parametrize(
    "narrowed",
    [
        {"overdue": True},
        {"overdue": False},
        {"mine": True, "overdue": True},
        {"mine": False},
        {"unassigned": True},
        {"assigned_to": PEOPLE[:3]},
        {"due_since": date(2026, 2, 1), "due_until": date(2026, 2, 2)},
        {"is_complete": True, "mine": True},
        {"is_complete": True, "due_until": date(2026, 1, 2)},
    ],
    ids=str,
)
async def test_no_condition_on_tasks_reads_the_whole_table(reader: AllReader, narrowed: dict[str, Any]) -> None:
    criteria = tasks(**narrowed)
    await page_by_due(reader, criteria, after=None, limit=51)
    await page_by_created(reader, criteria, after=None, limit=51)
    await count_tasks(reader, criteria)


async def test_tasks_of_leads_are_found_by_their_leads(reader: AllReader, crowd: Crowd) -> None:
    criteria = tasks(lead_ids=crowd.lead_ids[:1])
    await page_by_due(reader, criteria, after=None, limit=51)
    await count_tasks(reader, criteria)
    await next_tasks(reader, crowd.lead_ids[:20], BERLIN)
    assert reader.seen <= {"lead_task_open", "lead_task_lead"}
