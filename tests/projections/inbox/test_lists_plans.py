"""How PostgreSQL finds items of inboxes in full tables: no more is read for who has much than for who has little.

Each holds for the plans that are made for a statement's values, and for those that PostgreSQL keeps for any values.
"""

from __future__ import annotations

from uuid import UUID

import pytest

from app.vocabulary import InboxItemKind, InboxView
from projections.inbox.criteria import InboxCriteria, place_of
from projections.inbox.lists import count_by_kind, count_items, inbox_page
from projections.inbox.read import items, open_items_of_activities
from tests.projections.explaining import PlanningReader, RunningReader
from tests.projections.inbox.crowded import ASLEEP, FEW, LOT, NOW, ZONES
from tests.support.postgres import both_versions

pytestmark = both_versions

LIMIT, STREAMS = 51, 13  # at most: nine kinds that came or come back, two that are to come, two by days
INDEXES = {
    InboxView.INBOX: {"open_at", "open_day"},
    InboxView.FUTURE: {"snoozed", "open_at", "open_day"},
    InboxView.DONE: {"done"},
}

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
