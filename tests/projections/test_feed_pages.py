"""Pages of the history: newest and oldest first, narrowed, between two places, for many leads at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio

from app.database import Database
from app.ids import ActivityId, LeadId, uuid7
from app.lead.calls import LogCall
from app.lead.details import CreateLead
from app.vocabulary import ActivityKind, Direction
from projections.activity_feed.read import ActivityCriteria, ActivityRow, Place, activity_page
from tests.projections.crowd import FIRST, crowd_of_items
from tests.projections.screens import LONG_AGO, activity_rows, deleted
from tests.support.office import Office
from tests.support.postgres import both_versions

pytestmark = both_versions

CALLS = ActivityCriteria(kinds=(ActivityKind.CALL,))
NOTHING = ActivityCriteria(kinds=()), ActivityCriteria(user_ids=()), ActivityCriteria(contact_ids=())
ADA, MEM, NOBODY = uuid7(), uuid7(), uuid7()
MIDDLE = FIRST + timedelta(minutes=2)


@pytest_asyncio.fixture(loop_scope="session")
async def crowded(office: Office, common_database: Database) -> LeadId:
    """A lead with forty calls and notes of two people, at eight different times."""
    lead_id = LeadId(uuid7())
    people = (ADA, MEM)
    await crowd_of_items(common_database.owner_url, office.org_id, [lead_id], 40, different=8, people=people)
    return lead_id


def place(row: ActivityRow) -> Place:
    return row.occurred_at, row.position


async def walked(
    office: Office, lead_id: LeadId, size: int, *, oldest: bool, criteria: ActivityCriteria
) -> list[Place]:
    """Page after page from one end to the other."""
    found: list[Place] = []
    behind: dict[str, Place] = {}
    while True:
        page = await activity_rows(office, lead_id, criteria=criteria, from_oldest=oldest, limit=size, **behind)
        assert not {place(row) for row in page} & {*found}, "the pages go in circles"
        found += map(place, page)
        if not page:
            return found
        behind = {"newer_than" if oldest else "older_than": found[-1]}


async def call_at(office: Office, lead_id: LeadId, occurred_at: datetime) -> ActivityId:
    logged = LogCall(lead_id=lead_id, direction=Direction.INBOUND, occurred_at=occurred_at)
    await office.run(logged)
    return logged.call_id


async def calls_of(office: Office, lead_id: LeadId, **page: Any) -> list[ActivityId]:
    return [row.activity_id for row in await activity_rows(office, lead_id, criteria=CALLS, **page)]


@pytest.mark.parametrize("oldest", [False, True], ids=["newest", "oldest"])
@pytest.mark.parametrize("size", [1, 7, 40])
async def test_page_after_page_is_the_whole_history_in_order(
    office: Office, crowded: LeadId, size: int, oldest: bool
) -> None:
    found = await walked(office, crowded, size, oldest=oldest, criteria=ActivityCriteria())
    assert len(set(found)) == 40
    assert found == sorted(found, reverse=not oldest)


CRITERIA: dict[str, tuple[ActivityCriteria, Callable[[ActivityRow], bool]]] = {
    "kinds": (ActivityCriteria(kinds=(ActivityKind.NOTE,)), lambda row: row.kind is ActivityKind.NOTE),
    "users": (ActivityCriteria(user_ids=(MEM, NOBODY)), lambda row: row.user_id == MEM),
    "contacts": (ActivityCriteria(contact_ids=(ADA,)), lambda row: row.contact_id == ADA),
    "since": (ActivityCriteria(since=MIDDLE), lambda row: row.occurred_at >= MIDDLE),
    "until": (ActivityCriteria(until=MIDDLE), lambda row: row.occurred_at < MIDDLE),
    "all": (
        ActivityCriteria(
            kinds=(ActivityKind.CALL,), user_ids=(ADA,), contact_ids=(ADA, MEM), since=FIRST, until=MIDDLE
        ),
        lambda row: row.kind is ActivityKind.CALL and row.user_id == ADA and row.occurred_at < MIDDLE,
    ),
}


@pytest.mark.parametrize("oldest", [False, True], ids=["newest", "oldest"])
@pytest.mark.parametrize("name", CRITERIA)
async def test_pages_of_a_narrowed_history_leave_out_the_rest(
    office: Office, crowded: LeadId, name: str, oldest: bool
) -> None:
    criteria, is_wanted = CRITERIA[name]
    wanted = [place(row) for row in await activity_rows(office, crowded) if is_wanted(row)]
    assert 0 < len(wanted) < 40
    found = await walked(office, crowded, 3, oldest=oldest, criteria=criteria)
    assert found == sorted(wanted, reverse=not oldest)


@pytest.mark.parametrize("criteria", NOTHING, ids=["kinds", "users", "contacts"])
async def test_an_empty_list_matches_nothing(office: Office, crowded: LeadId, criteria: ActivityCriteria) -> None:
    assert await activity_rows(office, crowded, criteria=criteria) == []


async def test_between_two_places_lies_what_lies_between(office: Office, crowded: LeadId) -> None:
    whole = await activity_rows(office, crowded)
    between = {"older_than": place(whole[3]), "newer_than": place(whole[30])}
    assert await activity_rows(office, crowded, **between) == whole[4:30]
    assert await activity_rows(office, crowded, from_oldest=True, **between) == whole[4:30][::-1]


async def test_items_stand_by_when_they_happened_not_by_when_they_came(office: Office, lead_id: LeadId) -> None:
    second, first, third = [await call_at(office, lead_id, LONG_AGO + timedelta(days=day)) for day in (2, 1, 3)]
    assert await calls_of(office, lead_id) == [third, second, first]


async def test_items_of_one_instant_stand_by_their_place_in_the_log(office: Office, lead_id: LeadId) -> None:
    calls = [await call_at(office, lead_id, LONG_AGO) for _ in range(4)]
    assert await calls_of(office, lead_id) == calls[::-1]
    assert await calls_of(office, lead_id, from_oldest=True) == calls


async def test_what_comes_and_goes_meanwhile_shifts_no_page(office: Office, lead_id: LeadId) -> None:
    calls = [await call_at(office, lead_id, LONG_AGO) for _ in range(4)][::-1]
    page = await activity_rows(office, lead_id, criteria=CALLS, limit=2)
    await call_at(office, lead_id, LONG_AGO)
    await deleted(office, *calls[:2])
    assert await calls_of(office, lead_id, older_than=place(page[-1])) == calls[2:]


async def test_pages_of_many_leads_are_one_statement(office: Office, lead_id: LeadId) -> None:
    other = CreateLead()
    await office.run(other)
    calls = {each: [await call_at(office, each, LONG_AGO) for _ in range(3)] for each in (lead_id, other.lead_id)}
    async with office.reader() as reader:
        found = await activity_page(reader, [lead_id, LeadId(uuid7()), other.lead_id], CALLS, limit=2)
        assert reader.statements == 1
    assert {each: [row.activity_id for row in rows] for each, rows in found.items()} == {
        each: made[:0:-1] for each, made in calls.items()
    }


async def test_a_lead_without_any_such_item_has_no_page(office: Office, lead_id: LeadId) -> None:
    async with office.reader() as reader:
        assert await activity_page(reader, [lead_id], CALLS, limit=10) == {}
