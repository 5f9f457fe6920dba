"""How PostgreSQL finds items of inboxes in full tables: no more is read for who has much than for who has little.

Each holds for the plans that are made for a statement's values, and for those that PostgreSQL keeps for any values.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import asyncpg
import pytest
import pytest_asyncio

from app.ids import uuid7
from app.settings import Settings
from app.system import session
from app.vocabulary import InboxItemKind, InboxView
from projections.inbox.criteria import InboxCriteria, place_of
from projections.inbox.lists import count_by_kind, count_items, inbox_page
from projections.inbox.read import items, open_items_of_activities
from tests.projections.crowd import crowd_of_leads
from tests.projections.explaining import PlanningReader
from tests.projections.inbox.items import crowd_of_inbox
from tests.support.acme import thing
from tests.support.logs import connected
from tests.support.postgres import TEMPLATE, Servers, both_versions, new_database

pytestmark = both_versions

LEADS, LOTS = 2_000, 20_000  # items in each view of one person, and of all others together
LIMIT, STREAMS = 51, 13  # at most: nine kinds that came or come back, two that are to come, two by days
FEW, LOT, ASLEEP = [thing(8_000 + number) for number in range(50)], thing(8_100), thing(8_101)
KINDS = list(InboxItemKind)
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
ZONES = [ZoneInfo(name) for name in ("Europe/Berlin", "Pacific/Kiritimati", "Pacific/Honolulu")]
INDEXES = {
    InboxView.INBOX: {"open_at", "open_day"},
    InboxView.FUTURE: {"snoozed", "open_at", "open_day"},
    InboxView.DONE: {"done"},
}

_MAILS = """INSERT INTO inbox_mail (org_id, email_id, owner_id, lead_id, item_id, episode, occurred_at, position)
SELECT org_id, subject_id, owner_id, lead_id, item_id, episode, arrived_at, position FROM inbox_item
WHERE kind = 'INCOMING_EMAIL'"""


class RunningReader(PlanningReader):
    """Plans with what they really read."""

    explain = "EXPLAIN (ANALYZE, FORMAT JSON)"


@dataclass(frozen=True, kw_only=True)
class Crowd:
    """An organization of which one person has much, and one has much that is snoozed; beside another as large."""

    pool: asyncpg.Pool
    org_id: UUID
    lead_ids: list[UUID]


class Crowds:
    """One for each PostgreSQL version, made when first asked for."""

    def __init__(self, servers: Servers, held: AsyncExitStack) -> None:
        self._servers, self._held = servers, held
        self._made: dict[int, Crowd] = {}

    async def of(self, version: int) -> Crowd:
        if version not in self._made:
            self._made[version] = await self._make(version)
        return self._made[version]

    async def _make(self, version: int) -> Crowd:
        database = await self._held.enter_async_context(new_database(self._servers.of(version), TEMPLATE))
        org_id, lead_ids = uuid7(), list[UUID]()
        for each in (uuid7(), org_id):
            lead_ids = await crowd_of_leads(database.owner_url, each, LEADS, different=LEADS, status_ids=[uuid7()])
            async with connected(database.owner_url) as owner:
                for view in InboxView:
                    for people in (FEW, [LOT]):
                        await crowd_of_inbox(owner, each, lead_ids, people, LOTS, now=NOW, view=view, kinds=KINDS)
        async with connected(database.owner_url) as owner:
            for view, count in ((InboxView.FUTURE, LOTS), (InboxView.INBOX, 10)):
                await crowd_of_inbox(owner, org_id, lead_ids, [ASLEEP], count, now=NOW, view=view, kinds=["MENTION"])
            await owner.execute(_MAILS)
            await owner.execute("ANALYZE")
        pool = asyncpg.create_pool(database.app_url, min_size=1, server_settings=session(Settings()))
        return Crowd(pool=await self._held.enter_async_context(pool), org_id=org_id, lead_ids=lead_ids)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def crowds(servers: Servers) -> AsyncIterator[Crowds]:
    async with AsyncExitStack() as held:
        yield Crowds(servers, held)


@pytest_asyncio.fixture(loop_scope="session")
async def crowd(crowds: Crowds, postgres_version: int) -> Crowd:
    return await crowds.of(postgres_version)


@pytest.fixture(params=[False, True], ids=["for these values", "for any values"])
def reader(request: pytest.FixtureRequest, crowd: Crowd) -> RunningReader:
    return RunningReader(crowd.pool, crowd.org_id, snapshot=False, generic=request.param)


every_owner = pytest.mark.parametrize("owner_id", [FEW[0], LOT, None], ids=["who has little", "who has much", "all"])
every_view = pytest.mark.parametrize("view", InboxView)
some_kinds = pytest.mark.parametrize(
    "kinds",
    [
        None,
        [InboxItemKind.TASK],
        [InboxItemKind.EMAIL_FOLLOWUP],
        [InboxItemKind.MENTION, InboxItemKind.OPPORTUNITY_DUE],
    ],
    ids=["all kinds", "tasks", "follow-ups", "two kinds"],
)


def criteria(owner_id: UUID | None, view: InboxView, kinds: list[InboxItemKind] | None = None) -> InboxCriteria:
    zones = {person: ZONES[number % 3] for number, person in enumerate([LOT, ASLEEP, *FEW])}
    return InboxCriteria(owner_id=owner_id, view=view, zone=ZONES[0], zones=zones, now=NOW, kinds=kinds)


def indexes(reader: PlanningReader) -> set[str]:
    """Those of items."""
    found = set().union(*(plan.indexes for plan in reader.plans))
    return {name.removeprefix("inbox_item_") for name in found if name.startswith("inbox_item")}


@every_owner
@every_view
@some_kinds
async def test_a_page_is_read_off_the_indexes_of_its_order_and_reads_no_more_than_that(
    reader: RunningReader, owner_id: UUID | None, view: InboxView, kinds: list[InboxItemKind] | None
) -> None:
    wanted = criteria(owner_id, view, kinds)
    for from_end in (False, True):
        page = await inbox_page(reader, wanted, after=None, before=None, from_end=from_end, limit=LIMIT)
        if page:
            middle = place_of(page[len(page) // 2], wanted)
            await inbox_page(reader, wanted, after=middle, before=None, from_end=False, limit=LIMIT)
            await inbox_page(reader, wanted, after=None, before=middle, from_end=True, limit=LIMIT)
    expected = {f"all_{name}" if owner_id is None else name for name in INDEXES[view]}
    assert indexes(reader) <= expected
    for plan in reader.plans:
        assert not plan.walks_a_table
        assert not plan.sorts_what_no_limit_cut
        streams = STREAMS if kinds is None else 3  # snoozed, at instants, by days
        assert plan.looked_at <= 2 * LIMIT * streams  # an item and its lead


@every_owner
@every_view
async def test_counting_ends_where_counts_end(reader: RunningReader, owner_id: UUID | None, view: InboxView) -> None:
    assert await count_items(reader, criteria(owner_id, view)) == (400 if owner_id == FEW[0] else 1_001)
    await count_by_kind(reader, criteria(owner_id, view, [InboxItemKind.MENTION]))
    for plan in reader.plans:
        assert not plan.walks_a_table
        assert not plan.sorts_what_no_limit_cut
        assert plan.looked_at <= 2 * 1_001


async def test_what_is_snoozed_is_skipped_without_a_look_at_it(reader: RunningReader) -> None:
    for view, many in ((InboxView.INBOX, False), (InboxView.FUTURE, True)):
        page = await inbox_page(reader, criteria(ASLEEP, view), after=None, before=None, from_end=False, limit=LIMIT)
        assert len(page) == (LIMIT if many else 10)
    assert all(plan.looked_at <= 2 * LIMIT + STREAMS for plan in reader.plans)  # some versions tell means only, rounded


@pytest.mark.parametrize("kind", [InboxItemKind.INCOMING_EMAIL, InboxItemKind.INCOMING_SMS])
async def test_items_are_found_by_their_ids_and_by_what_they_are_about(
    reader: RunningReader, kind: InboxItemKind
) -> None:
    wanted = criteria(LOT, InboxView.INBOX, [kind])
    page = await inbox_page(reader, wanted, after=None, before=None, from_end=False, limit=LIMIT)
    reader.plans.clear()
    assert len(await items(reader, [row.item_id for row in page])) == LIMIT
    assert indexes(reader) == {"pkey"}
    reader.plans.clear()
    about = {row.subject_id: row for row in page}
    assert await open_items_of_activities(reader, LOT, list(about), [row.lead_id for row in page]) == about
    (plan,) = reader.plans
    assert {"inbox_item_subject", "inbox_mail_pkey"} <= plan.indexes
    assert plan.looked_at <= 6 * LIMIT  # of each its mail, its item and its lead, and what else is about it
    assert not plan.walks_a_table
