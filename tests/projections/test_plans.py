"""How PostgreSQL finds rows in full tables: by the indexes that were made for it, as EXPLAIN tells."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Iterator
from typing import Any
from uuid import UUID

import asyncpg
import pytest
import pytest_asyncio

from app.ids import uuid7
from app.store.migrate import SCHEMA
from app.vocabulary import ActivityKind
from projections.activity_feed import read as feed_side
from projections.activity_feed.read import ActivityCriteria
from projections.activity_feed.tables import LAST_ACTIVITY
from projections.email_threads import read as threads
from projections.lead_view import read as lead_side
from projections.lead_view.correspondents import correspondents
from projections.lead_view.criteria import LeadCriteria
from projections.lead_view.lists import LeadOrder, count_leads, lead_page
from projections.machinery.reader import Reader
from tests.projections.crowd import crowd_of_items, crowd_of_leads
from tests.projections.crowded import Crowd, Crowds, crowds_of
from tests.projections.explaining import MEMBERS
from tests.support.logs import connected
from tests.support.postgres import Servers, both_versions

pytestmark = both_versions

LEADS = 3_000  # in each of two organizations
ITEMS = 3_000  # on one lead
STATUSES = [uuid7() for _ in range(50)]
INDEXES = {
    LeadOrder.CREATED: "lead_view_created",
    LeadOrder.UPDATED: "lead_pulse_updated",
    LeadOrder.NAME: "lead_view_name",
    LeadOrder.LAST_ACTIVITY: "lead_activity_last",
}
_PIN = "UPDATE activity_feed SET pinned_at = created_at WHERE position = 1"
_MAILS = """INSERT INTO email_message
(org_id, activity_id, lead_id, thread_id, occurred_at, position, message_id, subject, people)
SELECT $1, md5(n::text)::uuid, $2, md5((n % 1000)::text)::uuid, now() + n * interval '1 minute', n, n || '@x', '', '{}'
FROM generate_series(0, 9999) AS n"""
_THREADS = """INSERT INTO email_thread
SELECT DISTINCT ON (org_id, thread_id) org_id, thread_id, lead_id, activity_id, occurred_at, position
FROM email_message ORDER BY org_id, thread_id, occurred_at DESC, position DESC"""
both_ways = pytest.mark.parametrize("backwards", [False, True], ids=["forwards", "backwards"])


class ExplainingReader(Reader):
    """Reads as usual, and keeps how PostgreSQL went about it since `plans` was last emptied."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.plans: list[dict[str, Any]] = []

    async def fetch(self, sql: str, *arguments: Any) -> list[asyncpg.Record]:
        (row,) = await super().fetch(f"EXPLAIN (FORMAT JSON) {sql}", *arguments)
        self.plans.append(json.loads(row[0])[0]["Plan"])
        return await super().fetch(sql, *arguments)

    @property
    def indexes(self) -> set[str]:
        """Those that were used, beside those that tell whose page something is on."""
        return {node["Index Name"] for node in self._all_nodes() if "Index Name" in node} - MEMBERS

    @property
    def steps(self) -> set[str]:
        """What was done, such as "Sort"."""
        return {node["Node Type"] for node in self._all_nodes()}

    @property
    def scanned(self) -> set[str]:
        """Tables that were read from one end to the other."""
        return {node["Relation Name"] for node in self._all_nodes() if node["Node Type"] == "Seq Scan"}

    @property
    def sorts_before_its_limit(self) -> bool:
        """Whether more was sorted than was asked for. What each of several merged leads has is cut before."""
        limits = [node for node in self._all_nodes() if node["Node Type"] == "Limit"]
        sorts = [node for limit in limits for node in self._nodes(limit) if "Sort" in node["Node Type"]]
        return any(all(below["Node Type"] != "Limit" for below in self._nodes(sort)) for sort in sorts)

    def _all_nodes(self) -> Iterator[dict[str, Any]]:
        for plan in self.plans:
            yield from self._nodes(plan)

    def _nodes(self, plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
        yield plan
        for part in plan.get("Plans", ()):
            yield from self._nodes(part)


async def fill(url: str, org_id: UUID) -> list[UUID]:
    """Two organizations with many leads, all of which have some items, and the first of which has many."""
    lead_ids: list[UUID] = []
    for each in (uuid7(), org_id):
        lead_ids = await crowd_of_leads(url, each, LEADS, different=LEADS, status_ids=STATUSES)
        await crowd_of_items(url, each, lead_ids[1:], 2, different=2)
    await crowd_of_items(url, org_id, lead_ids[:1], ITEMS, different=ITEMS)
    async with connected(url) as owner:
        await owner.execute(_PIN)
        await owner.execute(_MAILS, org_id, lead_ids[0])
        await owner.execute(_THREADS)
    return lead_ids


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def crowds(servers: Servers) -> AsyncIterator[Crowds]:
    async with crowds_of(servers, fill, {"search_path": SCHEMA}) as made:
        yield made


@pytest_asyncio.fixture(loop_scope="session")
async def crowd(crowds: Crowds, postgres_version: int) -> Crowd:
    return await crowds.of(postgres_version)


def reader_of(crowd: Crowd) -> ExplainingReader:
    return ExplainingReader(crowd.pool, crowd.org_id, snapshot=False)


@both_ways
@pytest.mark.parametrize("order", INDEXES, ids=[order.value for order in INDEXES])
async def test_a_page_of_the_list_is_read_off_the_index_of_its_order(
    crowd: Crowd, order: LeadOrder, backwards: bool
) -> None:
    reader, after = reader_of(crowd), None
    for _ in ("the first page", "the page behind it"):
        page = await lead_page(reader, LeadCriteria(), order, descending=backwards, after=after, limit=51)
        after = page[-1][1], page[-1][0]
        assert INDEXES[order] in reader.indexes
        assert "Seq Scan" not in reader.steps
        assert not reader.sorts_before_its_limit


async def test_a_searched_list_is_found_by_the_index_of_words(crowd: Crowd) -> None:
    reader = reader_of(crowd)
    await lead_page(reader, LeadCriteria(search="1234"), LeadOrder.CREATED, descending=True, after=None, limit=51)
    assert "lead_search_terms" in reader.indexes
    assert "Seq Scan" not in reader.steps


async def test_contacts_with_an_address_are_found_by_the_index_of_words(crowd: Crowd) -> None:
    reader = reader_of(crowd)
    assert await correspondents(reader, ["nobody@nowhere.example", "ann@nowhere.example"]) == {}
    assert "lead_search_terms" in reader.indexes
    assert reader.scanned <= {"lead_contact"}  # which is empty here


async def test_leads_of_a_status_are_found_by_its_index(crowd: Crowd) -> None:
    reader = reader_of(crowd)
    criteria = LeadCriteria(status_ids=STATUSES[:1])
    await lead_page(reader, criteria, LeadOrder.CREATED, descending=True, after=None, limit=51)
    assert "lead_view_status" in reader.indexes
    assert "Seq Scan" not in reader.steps


async def test_the_length_of_a_list_is_counted_in_an_index(crowd: Crowd) -> None:
    reader = reader_of(crowd)
    await count_leads(reader, LeadCriteria(status_ids=STATUSES[:1]))
    assert "lead_view_status" in reader.indexes


async def test_leads_are_found_by_their_keys(crowd: Crowd) -> None:
    reader = reader_of(crowd)
    await lead_side.leads(reader, crowd.lead_ids[:51])
    assert reader.indexes == {"lead_view_pkey", "lead_pulse_pkey", "lead_activity_pkey"}
    assert "Seq Scan" not in reader.steps


@both_ways
@pytest.mark.parametrize("leads", [1, 20])
async def test_a_page_of_the_history_is_read_off_the_index_of_its_order(
    crowd: Crowd, leads: int, backwards: bool
) -> None:
    reader, lead_ids = reader_of(crowd), crowd.lead_ids[:leads]
    (first, *_) = (await feed_side.activity_page(reader, lead_ids[:1], ActivityCriteria(), limit=1_000))[lead_ids[0]]
    place = {"newer_than" if backwards else "older_than": (first.occurred_at, first.position)}
    for behind in ({}, place):
        await feed_side.activity_page(reader, lead_ids, ActivityCriteria(), from_oldest=backwards, limit=51, **behind)
        assert reader.indexes == {"activity_feed_order"}
        assert not reader.sorts_before_its_limit


async def test_a_page_of_one_kind_is_found_by_an_index(crowd: Crowd) -> None:
    reader = reader_of(crowd)
    criteria = ActivityCriteria(kinds=(ActivityKind.EMAIL,))
    await feed_side.activity_page(reader, crowd.lead_ids[:1], criteria, limit=51)
    assert reader.indexes <= {"activity_feed_kind", "activity_feed_order"}
    assert "Seq Scan" not in reader.steps


async def test_the_pinned_strip_is_found_by_its_own_index(crowd: Crowd) -> None:
    reader = reader_of(crowd)
    assert await feed_side.pinned(reader, crowd.lead_ids[:1])
    assert reader.indexes == {"activity_feed_pinned"}


async def test_when_something_last_happened_is_looked_up_in_indexes(crowd: Crowd) -> None:
    assert LAST_ACTIVITY.refresh is not None
    names = {f"{{{name}}}": name for name in ("lead_activity", "activity_feed", "lead_member")}
    keys = {"p_org": f"'{crowd.org_id}'::uuid", "p_keys": f"ARRAY['{crowd.lead_ids[0]}']::uuid[]"}
    refresh = LAST_ACTIVITY.refresh
    for name, value in {**names, **keys}.items():
        refresh = refresh.replace(name, value)
    ((plan,),) = await crowd.pool.fetch(f"EXPLAIN (FORMAT JSON) {refresh}")
    used = set(re.findall(r'"Index Name": "(\w+)"', plan))
    assert used - MEMBERS == {"activity_feed_order", "activity_feed_kind", "activity_feed_ahead"}


async def test_kinds_are_counted_in_their_index(crowd: Crowd) -> None:
    reader = reader_of(crowd)
    await feed_side.count_kinds(reader, crowd.lead_ids[:1], ActivityCriteria())
    assert reader.indexes == {"activity_feed_kind"}


@both_ways
async def test_a_page_of_threads_is_read_off_the_index_of_their_order(crowd: Crowd, backwards: bool) -> None:
    reader = reader_of(crowd)
    (first, *_) = (await threads.thread_page(reader, crowd.lead_ids[:1], limit=500))[crowd.lead_ids[0]]
    place = {"newer_than" if backwards else "older_than": (first.latest_at, first.latest_position)}
    for behind in ({}, place):
        reader.plans.clear()
        await threads.thread_page(reader, crowd.lead_ids[:1], from_oldest=backwards, limit=51, **behind)
        assert reader.indexes == {"email_thread_order", "email_message_pkey"}
        assert not reader.sorts_before_its_limit


@both_ways
async def test_a_page_of_a_thread_is_read_off_its_index(crowd: Crowd, backwards: bool) -> None:
    reader = reader_of(crowd)
    (first, *_) = (await threads.thread_page(reader, crowd.lead_ids[:1], limit=1))[crowd.lead_ids[0]]
    reader.plans.clear()
    await threads.email_page(reader, [first.thread_id], from_oldest=backwards, limit=5)
    await threads.email_counts(reader, [first.thread_id])
    await threads.thread_people(reader, [first.thread_id])
    assert reader.indexes == {"email_thread_pkey", "email_message_thread"}
    assert not reader.sorts_before_its_limit


async def test_a_message_is_found_by_its_id(crowd: Crowd) -> None:
    reader = reader_of(crowd)
    assert await threads.places_of_messages(reader, ["7@x"])
    assert "email_message_id" in reader.indexes
    assert "Seq Scan" not in reader.steps
