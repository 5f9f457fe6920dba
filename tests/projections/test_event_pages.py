"""Pages of the log: whichever index they are read by, they are the log, narrowed; and they cost what they show."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import pytest
import pytest_asyncio

from app.ids import uuid7
from app.store.migrate import SCHEMA
from projections.history import read as history
from projections.history.read import LAST_POSITION, Between, EventCriteria, EventPage
from projections.machinery.reader import Reader
from tests.projections.crowded import Crowd, Crowds, crowds_of
from tests.projections.test_plans import reader_of
from tests.support.logs import connected
from tests.support.postgres import Servers, both_versions

pytestmark = both_versions

COUNT = 100_000
FIRST = datetime(2026, 1, 1, tzinfo=UTC)
LEADS = [uuid7() for _ in range(200)]
BIG, SOURCE = LEADS[0], LEADS[1]  # half of everything is on the first one, into which the second one was merged
USERS = [uuid7() for _ in range(5)]
IMPORT, REQUEST = uuid7(), uuid7()
RARE = "lead.restored"
TYPES = ("lead.renamed", "lead.note_written", "lead.call_logged")

# Every tenth event is of an import, every 20,000th rare; five events of one append share a time.
_EVENTS = """INSERT INTO events (org_id, position, stream_id, stream_version, event_id, name, schema_version, payload,
                                 payload_hash, recorded_at, actor_user, correlation_id)
SELECT $1, n, stream, row_number() OVER (PARTITION BY stream ORDER BY n), gen_random_uuid(), name, 1, '{}',
       sha256('{}'), $2::timestamptz + n / 5 * interval '1 second', actor, request
FROM (SELECT n, CASE WHEN n % 2 = 0 THEN ($3::uuid[])[1] ELSE ($3::uuid[])[1 + n / 2 % 200] END AS stream,
             CASE WHEN n % 20000 = 7 THEN $4 ELSE ($5::text[])[1 + n % 3] END AS name,
             CASE WHEN n % 7 > 0 THEN ($6::uuid[])[1 + n / 1000 % 5] END AS actor,
             CASE WHEN n % 10 = 0 THEN $7 ELSE ($8::uuid[])[1 + n / 20] END AS request
      FROM generate_series(1, $9::int) n) made"""
_LEADS = """INSERT INTO lead_view (org_id, lead_id, name_key, name_terms, status_id, created_at)
SELECT $1, lead_id, '', '{}', lead_id, now() FROM unnest($2::uuid[]) lead_id"""


# Entries of its indexes and rows that this connection has read.
_READ = """SELECT sum(pg_stat_get_xact_tuples_fetched(c.oid) + pg_stat_get_xact_tuples_returned(c.oid))
FROM pg_class c WHERE c.relname LIKE 'events%'"""


_LOG = "SELECT position, stream_id, name, actor_user, correlation_id FROM events WHERE org_id = $1 ORDER BY position"


class Entry(NamedTuple):
    position: int
    stream_id: UUID
    name: str
    actor_user: UUID | None
    correlation_id: UUID


_LOGS: dict[UUID, list[Entry]] = {}


async def fill(url: str, org_id: UUID) -> list[UUID]:
    requests = [REQUEST, *(uuid7() for _ in range(COUNT // 20))]
    async with connected(url) as owner:
        await owner.execute(_EVENTS, org_id, FIRST, LEADS, RARE, TYPES, USERS, IMPORT, requests, COUNT)
        await owner.execute(_LEADS, org_id, LEADS)
        await owner.execute("INSERT INTO lead_member VALUES ($1, $2, $3, 1)", org_id, SOURCE, BIG)
        await owner.execute("INSERT INTO org_lock VALUES ($1, gen_random_uuid())", org_id)
    return LEADS


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def crowds(servers: Servers) -> AsyncIterator[Crowds]:
    async with crowds_of(servers, fill, {"search_path": SCHEMA, "enable_seqscan": "off"}) as made:
        yield made


@pytest_asyncio.fixture(loop_scope="session")
async def crowd(crowds: Crowds, postgres_version: int) -> Crowd:
    return await crowds.of(postgres_version)


def members(lead_id: UUID | None) -> set[UUID]:
    return {BIG, SOURCE} if lead_id == BIG else set() if lead_id is None else {lead_id}


async def narrowed(crowd: Crowd, lead_id: UUID | None, criteria: EventCriteria, between: Between) -> list[int]:
    """Positions, found by reading everything."""
    streams = members(lead_id)
    return [
        entry.position
        for entry in await whole_log(crowd)
        if between.above < entry.position < between.below
        and (lead_id is None or entry.stream_id in streams)
        and (criteria.types is None or entry.name in criteria.types)
        and criteria.user_id in (None, entry.actor_user)
        and criteria.correlation_id in (None, entry.correlation_id)
    ]


async def whole_log(crowd: Crowd) -> list[Entry]:
    """All of it; read once, as nothing is added."""
    if crowd.org_id not in _LOGS:
        rows = await crowd.pool.fetch(_LOG, crowd.org_id)
        _LOGS[crowd.org_id] = [Entry(*row) for row in rows]
    return _LOGS[crowd.org_id]


async def page_of(
    reader: Reader, lead_id: UUID | None, criteria: EventCriteria, between: Between, limit: int, **options: Any
) -> EventPage:
    pages = await history.event_page(
        reader, [lead_id], criteria, between, limit=limit, is_narrowed=lead_id is not None, **options
    )
    return pages[lead_id]


async def walked(
    reader: Reader,
    lead_id: UUID | None,
    criteria: EventCriteria,
    between: Between,
    *,
    from_newest: bool,
    most: int = 400,
) -> list[int]:
    """Positions page by page, up to about so many, oldest first."""
    found: list[int] = []
    side = "below" if from_newest else "above"
    while True:
        page = await page_of(reader, lead_id, criteria, between, 90, from_newest=from_newest)
        found += [one.position for one in page.events]
        furthest = page.left_off or (found[-1] if len(page.events) == 90 else None)
        if furthest is None or len(found) >= most:
            return sorted(found)
        between = between._replace(**{side: furthest})


CASES = {
    "everything": EventCriteria(),
    "a type": EventCriteria(types=TYPES[:1]),
    "a rare type": EventCriteria(types=(RARE,)),
    "several types": EventCriteria(types=(*TYPES[1:], RARE)),
    "no type": EventCriteria(types=()),
    "a user": EventCriteria(user_id=USERS[2]),
    "a stranger": EventCriteria(user_id=uuid7()),
    "an import": EventCriteria(correlation_id=IMPORT),
    "a request": EventCriteria(correlation_id=REQUEST),
    "a rare type of a user": EventCriteria(types=(RARE,), user_id=USERS[2]),
    "types of a user": EventCriteria(types=TYPES[:2], user_id=USERS[0]),
    "all at once": EventCriteria(types=TYPES, user_id=USERS[1], correlation_id=IMPORT),
}
each_case = pytest.mark.parametrize("criteria", CASES.values(), ids=CASES.keys())
both_ways = pytest.mark.parametrize("from_newest", [False, True], ids=["forwards", "backwards"])
of_leads = pytest.mark.parametrize("lead_id", [None, BIG, LEADS[5]], ids=["the log", "a big lead", "a lead"])


@each_case
@both_ways
@of_leads
async def test_pages_are_the_log_narrowed(
    crowd: Crowd, criteria: EventCriteria, from_newest: bool, lead_id: UUID | None
) -> None:
    reader = Reader(crowd.pool, crowd.org_id, snapshot=False)
    dice = random.Random(f"{criteria} {lead_id}")
    for between in (Between(), Between(*sorted(dice.sample(range(COUNT), 2)))):
        found = await walked(reader, lead_id, criteria, between, from_newest=from_newest)
        whole = await narrowed(crowd, lead_id, criteria, between)
        assert found == (whole[len(whole) - len(found) :] if from_newest else whole[: len(found)])
        assert len(found) >= min(len(whole), 400)


@each_case
@of_leads
async def test_indexes_are_read_and_nothing_is_sorted_out_of_all(
    crowd: Crowd, criteria: EventCriteria, lead_id: UUID | None
) -> None:
    reader = reader_of(crowd)
    await page_of(reader, lead_id, criteria, Between(below=COUNT // 2), 51)
    assert reader.scanned == set()
    used = {one for one in reader.indexes if one.startswith("events")}
    allowed = {
        "events_request": criteria.correlation_id is not None,
        "events_stream": lead_id is not None,
        "events_name": criteria.types is not None,
        "events_actor": criteria.user_id is not None,
        "events_pkey": True,
    }
    assert used <= {name for name, is_allowed in allowed.items() if is_allowed}


@pytest.mark.parametrize(
    ("criteria", "lead_id", "most"),
    [
        (EventCriteria(types=(RARE,)), None, 200),
        (EventCriteria(types=(RARE,), user_id=USERS[2]), None, 3_000),
        (EventCriteria(types=(RARE,)), BIG, 3_000),
        (EventCriteria(correlation_id=REQUEST, user_id=USERS[0]), BIG, 3_000),
        (EventCriteria(), BIG, 500),
    ],
)
async def test_what_is_rare_in_a_long_log_costs_little(
    crowd: Crowd, criteria: EventCriteria, lead_id: UUID | None, most: int
) -> None:
    async with crowd.pool.acquire() as connection, connection.transaction():
        reader = Reader(_Lent(connection), crowd.org_id, snapshot=False)  # type: ignore[arg-type]
        before = await connection.fetchval(_READ)
        await page_of(reader, lead_id, criteria, Between(above=COUNT // 3), 51)
        assert await connection.fetchval(_READ) - before < most


class _Lent:
    """One connection in place of a pool."""

    def __init__(self, connection: Any) -> None:
        self.fetch = connection.fetch


async def test_a_look_that_finds_little_ends_and_says_where(crowd: Crowd, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "LOOKED_MAX", 1_000)
    reader = Reader(crowd.pool, crowd.org_id, snapshot=False)
    criteria = EventCriteria(types=TYPES[:1], user_id=USERS[4])  # whose first event is the 4,000th
    page = await page_of(reader, BIG, criteria, Between(), 10)
    assert (page.events, page.left_off is not None) == ([], True)
    found = await walked(reader, BIG, criteria, Between(), from_newest=False, most=100)
    assert found == (await narrowed(crowd, BIG, criteria, Between()))[: len(found)]


async def test_pages_of_several_leads_are_read_together(crowd: Crowd) -> None:
    reader = Reader(crowd.pool, crowd.org_id, snapshot=False)
    for criteria in (EventCriteria(), EventCriteria(types=TYPES[:1], user_id=USERS[0])):
        pages = await history.event_page(reader, LEADS[:30], criteria, Between(), limit=5)
        reader.statements = 0
        for lead_id in LEADS[:30]:
            alone = await page_of(reader, lead_id, criteria, Between(), 5)
            assert pages[lead_id] == alone


async def test_a_lead_that_is_not_seen_has_no_page(crowd: Crowd) -> None:
    reader = Reader(crowd.pool, crowd.org_id, snapshot=False)
    pages = await history.event_page(reader, [uuid7(), LEADS[3]], EventCriteria(), Between(), limit=5)
    assert [len(page.events) for page in pages.values()] == [0, 5]


@pytest.mark.parametrize(
    ("since_s", "until_s", "expected"),
    [
        (None, None, Between()),
        (0, None, Between(0, LAST_POSITION)),
        (1, None, Between(4, LAST_POSITION)),
        (1, 2, Between(4, 10)),
        (0.5, 1.5, Between(4, 10)),
        (None, 0, Between(0, 1)),
        (10**9, None, Between(COUNT, LAST_POSITION)),
        (None, 10**9, Between(0, COUNT + 1)),
        (2, 1, Between(9, 5)),
    ],
)
async def test_times_are_places_in_the_log(
    crowd: Crowd, since_s: float | None, until_s: float | None, expected: Between
) -> None:
    times = [None if one is None else FIRST + timedelta(seconds=one) for one in (since_s, until_s)]
    reader = reader_of(crowd)
    assert await history.between_times(reader, *times) == expected
    assert reader.indexes <= {"events_pkey"}


async def test_both_ends_of_the_calendar_are_times(crowd: Crowd) -> None:
    reader = Reader(crowd.pool, crowd.org_id, snapshot=False)
    ends = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
    assert await history.between_times(reader, *ends) == Between(0, COUNT + 1)
    empty = Reader(crowd.pool, uuid7(), snapshot=False)
    assert await history.between_times(empty, *ends) == Between(0, 1)
