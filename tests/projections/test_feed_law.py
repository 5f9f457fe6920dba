"""Laws: pages of a history put together are what a look at every item gives, and what moves meanwhile moves alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
import pytest_asyncio
from hypothesis import HealthCheck, settings
from hypothesis import given as for_all
from hypothesis import strategies as st

from app.ids import ActivityId, CustomActivityTypeId, LeadId, uuid7
from app.store.migrate import SCHEMA
from app.vocabulary import ActivityKind
from projections.activity_feed.read import (
    ActivityCriteria,
    activities_around,
    activity_page,
    count,
    count_kinds,
)
from tests.projections.conftest import CommonSystems
from tests.support.acme import thing
from tests.support.office import Office, found_office

ITEMS = 80
PEOPLE = [thing(8_000 + number) for number in range(3)]
TYPES = [CustomActivityTypeId(thing(8_100 + number)) for number in range(3)]
KINDS = (ActivityKind.CALL, ActivityKind.NOTE, ActivityKind.CUSTOM)
FIRST, LAST = datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)
SOMETIME = datetime(2026, 1, 1, tzinfo=UTC)
TIMES = (FIRST, SOMETIME, SOMETIME + timedelta(microseconds=1), SOMETIME + timedelta(days=1), LAST)
_INSERT = """
INSERT INTO activity_feed (org_id, activity_id, lead_id, kind, position, occurred_at, created_at, updated_at, version,
                           contact_id, user_id, custom_type_id, details)
VALUES ($1, $2, $3, $4, $5, $6::text::timestamptz, now(), now(), 1, $7, $8, $9, $10)"""
_MOVE = "UPDATE activity_feed SET occurred_at = $3::text::timestamptz WHERE org_id = $1 AND activity_id = $2"
_DELETE = "DELETE FROM activity_feed WHERE org_id = $1 AND activity_id = $2"


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """What narrows, of one item."""

    activity_id: ActivityId
    kind: ActivityKind
    position: int
    occurred_at: datetime
    contact_id: UUID | None
    user_id: UUID | None
    type_id: CustomActivityTypeId | None

    @property
    def place(self) -> tuple[datetime, int]:
        return self.occurred_at, self.position


class History:
    """A lead's. Plain, so that a failure does not print all of it."""

    def __init__(self, office: Office, owner: asyncpg.Connection, items: Sequence[Item]) -> None:
        self.office, self.owner, self.lead_id = office, owner, LeadId(uuid7())
        self.items = list(items)

    async def keep(self, items: Iterable[Item]) -> None:
        """Put items into the feed."""
        await self.owner.executemany(_INSERT, [self._row(item) for item in items])

    async def page(self, criteria: ActivityCriteria, **asked: Any) -> list[tuple[datetime, int]]:
        """Places of one page."""
        async with self.office.reader() as reader:
            rows = (await activity_page(reader, [self.lead_id], criteria, **asked)).get(self.lead_id, [])
        return [(row.occurred_at, row.position) for row in rows]

    def newest_first(self, criteria: ActivityCriteria) -> list[tuple[datetime, int]]:
        """What a look at every item gives."""
        return sorted((item.place for item in self.items if is_meant(item, criteria)), reverse=True)

    def _row(self, item: Item) -> tuple[Any, ...]:
        details = {"direction": "INBOUND", "text": "x", "html": "x", "status": "DRAFT", "type_id": item.type_id}
        text = msgspec.json.encode(details).decode()
        place = (item.position, item.occurred_at.isoformat(), item.contact_id, item.user_id, item.type_id, text)
        return self.office.org_id, item.activity_id, self.lead_id, item.kind, *place


def is_meant(item: Item, criteria: ActivityCriteria) -> bool:
    """What the criteria say, once more and in the plainest words."""
    kinds, types = criteria.kinds, criteria.custom_type_ids
    if (kinds, types) != (None, None) and item.kind not in (kinds or ()) and item.type_id not in (types or ()):
        return False
    return (
        (criteria.user_ids is None or item.user_id in criteria.user_ids)
        and (criteria.contact_ids is None or item.contact_id in criteria.contact_ids)
        and (criteria.since is None or item.occurred_at >= criteria.since)
        and (criteria.until is None or item.occurred_at < criteria.until)
    )


def item(number: int, occurred_at: datetime) -> Item:
    """One of many, in which everything comes with everything."""
    kind = KINDS[number % 3]
    return Item(
        activity_id=ActivityId(uuid7()),
        kind=kind,
        position=number + 1,
        occurred_at=occurred_at,
        contact_id=[*PEOPLE, None][number // 3 % 4],
        user_id=[*PEOPLE, None][number // 5 % 4],
        type_id=TYPES[number // 7 % 3] if kind is ActivityKind.CUSTOM else None,
    )


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def history(common_systems: CommonSystems) -> Any:
    """Eighty items at five times, the first and the last that there are among them."""
    system = await common_systems.of(18)
    owner = await asyncpg.connect(system.database.owner_url, server_settings={"search_path": SCHEMA})
    found = History(
        await found_office(system), owner, [item(number, TIMES[number // 2 % 5]) for number in range(ITEMS)]
    )
    await found.keep(found.items)
    yield found
    await owner.close()


_maybe = partial(st.one_of, st.none())
_people = _maybe(st.lists(st.sampled_from([*PEOPLE, thing(1)]), max_size=3).map(tuple))
any_criteria = st.builds(
    ActivityCriteria,
    kinds=_maybe(st.lists(st.sampled_from([*KINDS, ActivityKind.EMAIL]), max_size=3).map(tuple)),
    custom_type_ids=_maybe(st.lists(st.sampled_from([*TYPES, thing(1)]), max_size=3).map(tuple)),
    user_ids=_people,
    contact_ids=_people,
    since=_maybe(st.sampled_from(TIMES)),
    until=_maybe(st.sampled_from(TIMES)),
)
laws = settings(max_examples=150, suppress_health_check=list(HealthCheck))


@for_all(criteria=any_criteria, sizes=st.lists(st.integers(1, 30), min_size=1, max_size=4), oldest=st.booleans())
@laws
async def test_page_after_page_is_what_a_look_at_every_item_gives(
    history: History, criteria: ActivityCriteria, sizes: list[int], oldest: bool
) -> None:
    found: list[tuple[datetime, int]] = []
    for turn in range(ITEMS + 1):
        behind = {"newer_than" if oldest else "older_than": found[-1]} if found else {}
        size = sizes[turn % len(sizes)]
        page = await history.page(criteria, from_oldest=oldest, limit=size, **behind)
        found += page
        if len(page) < size:
            break
    assert (found[::-1] if oldest else found) == history.newest_first(criteria)


@for_all(criteria=any_criteria, number=st.integers(0, ITEMS - 1), size=st.integers(0, 30))
@laws
async def test_about_a_place_lies_what_a_look_at_every_item_finds_there(
    history: History, criteria: ActivityCriteria, number: int, size: int
) -> None:
    place, whole = history.items[number].place, history.newest_first(criteria)
    about = history.lead_id, *place
    async with history.office.reader() as reader:
        around = (await activities_around(reader, [about], criteria, limit=size))[about]
    newer, older = ([(row.occurred_at, row.position) for row in side] for side in (around.newer, around.older))
    assert newer == [one for one in whole[::-1] if one > place][:size]
    assert older == [one for one in whole if one <= place][:size]


@for_all(criteria=any_criteria)
@laws
async def test_counts_are_those_of_a_look_at_every_item(history: History, criteria: ActivityCriteria) -> None:
    async with history.office.reader() as reader:
        total = (await count(reader, [history.lead_id], criteria))[history.lead_id]
        kinds = (await count_kinds(reader, [history.lead_id], criteria)).get(history.lead_id, [])
    meant = [one for one in history.items if is_meant(one, criteria)]
    assert total == len(meant) == sum(one.count for one in kinds)
    for one in kinds:
        assert one.count == sum((item.kind, item.type_id) == (one.kind, one.custom_type_id) for item in meant)


@for_all(
    sizes=st.lists(st.integers(1, 5), min_size=1, max_size=3),
    oldest=st.booleans(),
    happenings=st.lists(
        st.tuples(st.sampled_from(["add", "move", "delete"]), st.integers(0, 9), st.sampled_from(TIMES)), max_size=20
    ),
    criteria=st.sampled_from(
        [ActivityCriteria(), ActivityCriteria(kinds=KINDS), ActivityCriteria(user_ids=tuple(PEOPLE))]
    ),
)
@settings(max_examples=60, suppress_health_check=list(HealthCheck))
async def test_what_stays_where_it_is_comes_once_whatever_is_added_moved_or_deleted_meanwhile(
    history: History,
    sizes: list[int],
    oldest: bool,
    happenings: list[tuple[str, int, datetime]],
    criteria: ActivityCriteria,
) -> None:
    own = History(history.office, history.owner, [item(number, TIMES[number % 5]) for number in range(20)])
    await own.keep(own.items)
    touched = {own.items[number].place for what, number, _ in happenings if what != "add"}
    found: list[tuple[datetime, int]] = []
    behind: dict[str, Any] = {}
    for turn in range(200):
        page = await own.page(criteria, from_oldest=oldest, limit=sizes[turn % len(sizes)], **behind)
        if not page:
            break
        found += page
        behind = {"newer_than" if oldest else "older_than": page[-1]}
        for what, number, moment in happenings[turn : turn + 1]:
            if what == "add":
                await own.keep([item(100 + turn, moment)])
            elif what == "move":
                await own.owner.execute(_MOVE, own.office.org_id, own.items[number].activity_id, moment.isoformat())
            else:
                await own.owner.execute(_DELETE, own.office.org_id, own.items[number].activity_id)
    whole = own.newest_first(criteria)
    stayed = [place for place in (whole[::-1] if oldest else whole) if place not in touched]
    assert [place for place in found if place in set(stayed)] == stayed
    assert found == sorted(found, reverse=not oldest)
