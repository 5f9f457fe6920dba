"""Counts of a history: exact up to a thousand, and what stands on the filter bar."""

from __future__ import annotations

import pytest

from app.ids import LeadId, uuid7
from app.lead.calls import LogCall
from app.vocabulary import ActivityKind, Direction
from projections.activity_feed.read import COUNT_MAX, ActivityCriteria, KindCount, count, count_kinds
from tests.projections.crowd import FIRST, crowd_of_items
from tests.projections.screens import deleted
from tests.support.office import Office
from tests.support.postgres import both_versions

pytestmark = both_versions

ALL = ActivityCriteria()
NOTHING = ActivityCriteria(kinds=()), ActivityCriteria(user_ids=()), ActivityCriteria(contact_ids=())
CALL, NOTE = ActivityKind.CALL, ActivityKind.NOTE


async def crowded(office: Office, items: int, *, kinds: tuple[str, ...] = ("CALL", "NOTE")) -> LeadId:
    """A lead with so many items, of these kinds in turn."""
    lead_id, url = LeadId(uuid7()), office.system.database.owner_url
    await crowd_of_items(url, office.org_id, [lead_id], items, different=10, kinds=kinds)
    return lead_id


async def counted(office: Office, *lead_ids: LeadId, criteria: ActivityCriteria = ALL) -> list[int | None]:
    async with office.reader() as reader:
        counts = await count(reader, lead_ids, criteria)
    return [counts[lead_id] for lead_id in lead_ids]


async def by_kind(office: Office, lead_id: LeadId, criteria: ActivityCriteria = ALL) -> dict[ActivityKind, int]:
    async with office.reader() as reader:
        counts = (await count_kinds(reader, [lead_id], criteria)).get(lead_id, [])
    assert len({one.kind for one in counts}) == len(counts)
    return {one.kind: one.count for one in counts}


@pytest.mark.parametrize(("items", "shown"), [(COUNT_MAX - 1, 999), (COUNT_MAX, 1_000), (COUNT_MAX + 1, None)])
async def test_the_total_is_exact_up_to_a_thousand(office: Office, items: int, shown: int | None) -> None:
    assert await counted(office, await crowded(office, items)) == [shown]


async def test_it_is_the_narrowed_history_whose_length_counts(office: Office) -> None:
    lead_id = await crowded(office, COUNT_MAX + 1)
    assert await counted(office, lead_id, criteria=ActivityCriteria(kinds=(CALL,))) == [500]


async def test_each_lead_is_counted_for_itself(office: Office, lead_id: LeadId) -> None:
    seven, nobodys = await crowded(office, 7), LeadId(uuid7())
    assert await counted(office, lead_id, seven, nobodys) == [1, 7, 0]


@pytest.mark.parametrize("criteria", NOTHING, ids=["kinds", "users", "contacts"])
async def test_an_empty_list_counts_nothing(office: Office, lead_id: LeadId, criteria: ActivityCriteria) -> None:
    assert await counted(office, lead_id, criteria=criteria) == [0]


async def test_a_deleted_item_does_not_count(office: Office, lead_id: LeadId) -> None:
    calls = [LogCall(lead_id=lead_id, direction=Direction.INBOUND) for _ in range(2)]
    for call in calls:
        await office.run(call)
    await deleted(office, calls[0].call_id)
    assert await by_kind(office, lead_id) == {ActivityKind.CREATED: 1, CALL: 1}


async def test_a_kind_without_any_item_is_left_out(office: Office) -> None:
    assert await by_kind(office, await crowded(office, 3, kinds=("NOTE",))) == {NOTE: 3}


async def test_each_kind_is_counted_up_to_a_thousand_of_its_own(office: Office) -> None:
    lead_id = await crowded(office, 2 * COUNT_MAX, kinds=("CALL", "CALL", "CALL", "NOTE"))
    assert await by_kind(office, lead_id) == {CALL: COUNT_MAX, NOTE: 500}


async def test_kinds_are_counted_in_the_narrowed_history(office: Office) -> None:
    lead_id = await crowded(office, 40)
    assert await by_kind(office, lead_id, ActivityCriteria(kinds=(NOTE,), since=FIRST)) == {NOTE: 20}


async def test_kinds_of_many_leads_are_one_statement(office: Office, lead_id: LeadId) -> None:
    crowd = await crowded(office, 4)
    async with office.reader() as reader:
        found = await count_kinds(reader, [lead_id, crowd, LeadId(uuid7())], ALL)
        assert reader.statements == 1
    assert found == {
        lead_id: [KindCount(ActivityKind.CREATED, None, 1)],
        crowd: [KindCount(CALL, None, 2), KindCount(NOTE, None, 2)],
    }
