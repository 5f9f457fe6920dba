"""How PostgreSQL finds pages of a very long history: it looks at little more than the page has, whatever narrows it.

The statements are run, as planned for the values and as planned for any, on a history that the planner knows to be long
and on one of which it has not heard yet.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import asyncpg
import pytest
import pytest_asyncio

from app.ids import LeadId, uuid7
from app.settings import Settings
from app.system import session
from app.vocabulary import ActivityKind
from projections.activity_feed.read import (
    COUNT_MAX,
    ActivityCriteria,
    activities_around,
    activity_page,
    count,
    count_kinds,
)
from tests.projections.crowd import FIRST, crowd_of_items, crowd_of_leads
from tests.projections.explaining import RunningReader
from tests.support.acme import thing
from tests.support.logs import connected
from tests.support.postgres import TEMPLATE, Servers, both_versions, new_database

pytestmark = both_versions

ITEMS = 20_000  # of each of the two long histories
LIMIT = 51
KINDS = (ActivityKind.CALL, ActivityKind.NOTE, ActivityKind.CUSTOM)
PEOPLE = [thing(7_000 + number) for number in range(3)]
TYPES = [thing(7_100 + number) for number in range(2)]
RARE, NOBODY = thing(7_200), thing(7_201)
MIDDLE = FIRST + timedelta(minutes=ITEMS // 2)
# Three items of each history are RARE's and with RARE, of a kind and a type that no others are of.
_MAKE_RARE = """UPDATE activity_feed SET user_id = $2, contact_id = $2, kind = 'CUSTOM', custom_type_id = $2,
                       details = details || jsonb_build_object('type_id', $2::uuid)
                WHERE lead_id = $1 AND position IN (1, 10001, 19999)"""

SINGLE = {
    "nothing": ActivityCriteria(),
    "a kind": ActivityCriteria(kinds=KINDS[:1]),
    "several kinds": ActivityCriteria(kinds=KINDS[:2]),
    "a kind that nothing is of": ActivityCriteria(kinds=(ActivityKind.EMAIL,)),
    "custom activities": ActivityCriteria(kinds=(ActivityKind.CUSTOM,)),
    "a custom type": ActivityCriteria(custom_type_ids=(TYPES[0],)),
    "several custom types": ActivityCriteria(custom_type_ids=tuple(TYPES)),
    "a rare custom type": ActivityCriteria(custom_type_ids=(RARE,)),
    "a kind and a custom type": ActivityCriteria(kinds=KINDS[:1], custom_type_ids=(TYPES[0],)),
    "a user": ActivityCriteria(user_ids=(PEOPLE[0],)),
    "several users": ActivityCriteria(user_ids=tuple(PEOPLE)),
    "a rare user": ActivityCriteria(user_ids=(RARE,)),
    "nobody": ActivityCriteria(user_ids=(NOBODY,)),
    "a contact": ActivityCriteria(contact_ids=(PEOPLE[0],)),
    "several contacts": ActivityCriteria(contact_ids=tuple(PEOPLE)),
    "a rare contact": ActivityCriteria(contact_ids=(RARE,)),
    "no contact": ActivityCriteria(contact_ids=(NOBODY,)),
    "since": ActivityCriteria(since=MIDDLE),
    "until": ActivityCriteria(until=MIDDLE),
    "since and until": ActivityCriteria(since=MIDDLE, until=MIDDLE + timedelta(minutes=ITEMS // 4)),
}
SEVERAL = {
    "kind and user": ActivityCriteria(kinds=KINDS[:1], user_ids=(PEOPLE[0],)),
    "kind and contact": ActivityCriteria(kinds=KINDS[:1], contact_ids=(PEOPLE[0],)),
    "kind and rare user": ActivityCriteria(kinds=KINDS[:1], user_ids=(RARE,)),
    "custom type and user": ActivityCriteria(custom_type_ids=(TYPES[0],), user_ids=(PEOPLE[0],)),
    "rare custom type and user": ActivityCriteria(custom_type_ids=(RARE,), user_ids=(PEOPLE[0],)),
    "rare user and contact": ActivityCriteria(user_ids=(RARE,), contact_ids=(PEOPLE[0],)),
    "user and rare contact": ActivityCriteria(user_ids=(PEOPLE[0],), contact_ids=(RARE,)),
    "user and contact": ActivityCriteria(user_ids=(PEOPLE[0],), contact_ids=(PEOPLE[0],)),
    "user and date": ActivityCriteria(user_ids=(PEOPLE[0],), since=MIDDLE, until=MIDDLE + timedelta(minutes=1_000)),
    "all of them": ActivityCriteria(
        kinds=KINDS[:1],
        user_ids=tuple(PEOPLE),
        contact_ids=(PEOPLE[0],),
        since=MIDDLE,
        until=FIRST + timedelta(days=90),
    ),
}
CRITERIA = SINGLE | SEVERAL
SIDES = ("newest", "oldest", "behind a place", "in front of a place")
every_filter = pytest.mark.parametrize("criteria", CRITERIA.values(), ids=CRITERIA)


@dataclass(frozen=True, kw_only=True)
class Histories:
    """An organization with two very long histories among many short ones."""

    pool: asyncpg.Pool
    org_id: UUID
    long: tuple[UUID, UUID]

    def readers(self) -> list[tuple[RunningReader, UUID]]:
        """With each a lead to look at: for both histories and both ways of planning."""
        return [
            (RunningReader(self.pool, self.org_id, snapshot=False, generic=generic), lead_id)
            for lead_id in self.long
            for generic in (False, True)
        ]


class Made:
    """Those of each PostgreSQL version, made when first asked for."""

    def __init__(self, servers: Servers, held: AsyncExitStack) -> None:
        self._servers, self._held = servers, held
        self._made: dict[int, Histories] = {}

    async def of(self, version: int) -> Histories:
        """The one in PostgreSQL of a version."""
        if version not in self._made:
            self._made[version] = await self._make(version)
        return self._made[version]

    async def _make(self, version: int) -> Histories:
        database = await self._held.enter_async_context(new_database(self._servers.of(version), TEMPLATE))
        url, org_id = database.owner_url, uuid7()
        leads = await crowd_of_leads(url, org_id, 1_002, different=1_002, status_ids=[thing(1)])
        kinds = [*KINDS, ActivityKind.CALL, ActivityKind.NOTE]
        await crowd_of_items(url, org_id, leads[2:], 5, different=5, kinds=kinds, people=PEOPLE, types=TYPES)
        async with connected(url) as owner:
            for number, lead_id in enumerate(leads[:2]):
                await crowd_of_items(
                    url, org_id, [lead_id], ITEMS, different=ITEMS, kinds=kinds, people=PEOPLE, types=TYPES
                )
                await owner.execute(_MAKE_RARE, lead_id, RARE)
                if number == 0:
                    await owner.execute("ANALYZE")
        pool = asyncpg.create_pool(database.app_url, min_size=1, max_size=2, server_settings=session(Settings()))
        entered = await self._held.enter_async_context(pool)
        return Histories(pool=entered, org_id=org_id, long=(leads[0], leads[1]))


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def made(servers: Servers) -> AsyncIterator[Made]:
    async with AsyncExitStack() as held:
        yield Made(servers, held)


@pytest_asyncio.fixture(loop_scope="session")
async def histories(made: Made, postgres_version: int) -> Histories:
    return await made.of(postgres_version)


def bound(criteria: ActivityCriteria, each: int) -> int:
    """What may be looked at: so many items of each kind of each user or contact, twice; and steps to the kinds."""
    values = max(len(criteria.user_ids or ()), len(criteria.contact_ids or ()), 1)
    probing = 2 * (COUNT_MAX + 1) if criteria.user_ids and criteria.contact_ids else 0
    others = 3 if probing or (criteria.custom_type_ids and criteria.user_ids) else 1  # one in three is with them
    return probing + values * (2 + 6 * others) * each + 100


@every_filter
@pytest.mark.parametrize("side", SIDES)
async def test_a_page_looks_at_little_more_than_it_has(
    histories: Histories, criteria: ActivityCriteria, side: str
) -> None:
    place = (MIDDLE, 0)
    asked = {"behind a place": {"older_than": place}, "in front of a place": {"newer_than": place}}.get(side, {})
    from_oldest = side in ("oldest", "in front of a place")
    for reader, lead_id in histories.readers():
        await activity_page(reader, [lead_id], criteria, from_oldest=from_oldest, limit=LIMIT, **asked)
        assert reader.looked_at <= bound(criteria, LIMIT)
        assert not any(plan.walks_a_table for plan in reader.plans)


@every_filter
async def test_a_page_about_a_place_looks_at_little_more_than_it_has(
    histories: Histories, criteria: ActivityCriteria
) -> None:
    for reader, lead_id in histories.readers():
        await activities_around(reader, [(lead_id, MIDDLE, 0)], criteria, limit=LIMIT)
        assert reader.looked_at <= 2 * bound(criteria, LIMIT)


@every_filter
async def test_the_total_is_counted_no_further_than_it_is_told(
    histories: Histories, criteria: ActivityCriteria
) -> None:
    for reader, lead_id in histories.readers():
        await count(reader, [lead_id], criteria)
        assert reader.looked_at <= bound(criteria, COUNT_MAX)


@pytest.mark.parametrize("criteria", SINGLE.values(), ids=SINGLE)
async def test_kinds_are_counted_no_further_than_they_are_told(
    histories: Histories, criteria: ActivityCriteria
) -> None:
    for reader, lead_id in histories.readers():
        await count_kinds(reader, [lead_id], criteria)
        assert reader.looked_at <= bound(criteria, COUNT_MAX)
        assert {name.removeprefix("activity_feed_") for plan in reader.plans for name in plan.indexes} <= {
            "kind",
            "user",
            "contact",
        }


async def test_pages_of_many_leads_are_as_short(histories: Histories) -> None:
    crowd = [LeadId(uuid7()) for _ in range(20)]
    for reader, lead_id in histories.readers():
        await activity_page(reader, [*crowd, lead_id], SINGLE["several kinds"], limit=LIMIT)
        assert reader.looked_at <= bound(SINGLE["several kinds"], LIMIT)
