"""Lists of opportunities: in pages of each order, narrowed, and summed by stage and period."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from app.ids import LeadId, StatusId, uuid7
from app.lead.details import CreateLead
from app.lead.opportunities import AddOpportunity
from app.lead.opportunity_changes import RemoveOpportunity, UpdateOpportunity
from app.vocabulary import ValuePeriod
from projections.lead_view.opportunity_list import (
    COUNT_MAX,
    OpportunityCriteria,
    OpportunityOrder,
    Total,
    count_opportunities,
    opportunity_counts,
    opportunity_page,
    totals,
)
from tests.projections.crowd import crowd_of_opportunities
from tests.projections.screens import colleague_of
from tests.support.office import Office, found_office
from tests.support.postgres import both_versions

DAYS = {"a": date(2026, 4, 1), "b": None, "c": date(2026, 3, 1), "d": None, "e": date.max, "f": date(2026, 3, 1)}
VALUES = {"a": "5", "b": "1000000000000000", "c": None, "d": "0", "e": None, "f": "5.00"}
ORDERS = {
    OpportunityOrder.CREATED_ASC: "abcdef",
    OpportunityOrder.CREATED_DESC: "fedcba",
    OpportunityOrder.UPDATED_DESC: "bfedca",
    OpportunityOrder.DATE_WON_ASC: "cfaebd",
    OpportunityOrder.DATE_WON_DESC: "eafcdb",
    OpportunityOrder.VALUE_ASC: "dafbce",
    OpportunityOrder.VALUE_DESC: "bfadec",
}
EVERYTHING = OpportunityCriteria()


async def six(office: Office, lead_id: LeadId) -> None:
    """Six of them, of which b is changed again at last."""
    for note, value in VALUES.items():
        worth = None if value is None else Decimal(value)
        await office.run(AddOpportunity(lead_id=lead_id, note=note, value=worth, date_won=DAYS[note]))
    b = (await listed(office, EVERYTHING, OpportunityOrder.CREATED_ASC, 10))[1]
    await office.run(UpdateOpportunity(opportunity_id=b.opportunity_id, confidence=1))


async def listed(office: Office, criteria: OpportunityCriteria, order: OpportunityOrder, size: int) -> list[Any]:
    """The whole list, read in pages."""
    rows: list[Any] = []
    after: tuple[Any, UUID] | None = None
    async with office.reader() as reader:
        while True:
            page = await opportunity_page(reader, criteria, order, after=after, limit=size)
            rows += page
            assert len(rows) <= 20, "the pages do not end"
            if len(page) < size:
                return rows
            after = order.key(page[-1]), page[-1].opportunity_id


async def notes(office: Office, **narrowed: Any) -> str:
    rows = await listed(office, OpportunityCriteria(**narrowed), OpportunityOrder.CREATED_ASC, 10)
    return "".join(row.note for row in rows)


async def summed(office: Office, criteria: OpportunityCriteria = EVERYTHING) -> list[Total]:
    async with office.reader() as reader:
        return sorted(await totals(reader, criteria), key=lambda one: (one.status_id, one.value_period))


async def stage(office: Office, place: int) -> StatusId:
    return [*(await office.organization()).opportunity_statuses][place]


@both_versions
@pytest.mark.parametrize("size", [1, 2, 4, 10])
async def test_pages_are_the_whole_list_and_what_has_no_key_is_last(office: Office, lead_id: LeadId, size: int) -> None:
    await six(office, lead_id)
    found = {order: await listed(office, EVERYTHING, order, size) for order in OpportunityOrder}
    assert {order: "".join(row.note for row in rows) for order, rows in found.items()} == ORDERS


@both_versions
async def test_conditions_narrow_since_included_until_not(office: Office, lead_id: LeadId) -> None:
    await six(office, lead_id)
    assert await notes(office, won_since=date(2026, 3, 1), won_until=date(2026, 4, 1)) == "cf"
    assert await notes(office, won_since=date.max) == "e"
    assert await notes(office, won_until=date.max) == "acf"
    third = (await listed(office, EVERYTHING, OpportunityOrder.CREATED_ASC, 10))[2].created_at
    assert await notes(office, created_since=third) == "cdef"
    assert await notes(office, created_until=third) == "ab"


async def test_people_stages_periods_and_leads_narrow(office: Office, lead_id: LeadId) -> None:
    other, colleague = CreateLead(), await colleague_of(office)
    await office.run(other)
    second = await stage(office, 1)
    await office.run(AddOpportunity(lead_id=lead_id, note="a", user_id=colleague.admin_id))
    await office.run(AddOpportunity(lead_id=lead_id, note="b", status_id=second))
    await office.run(AddOpportunity(lead_id=other.lead_id, note="c", value_period=ValuePeriod.ANNUAL, user_id=None))
    for narrowed, found in (
        ({"user_ids": [colleague.admin_id]}, "a"),
        ({"user_ids": [colleague.admin_id, office.admin_id]}, "ab"),
        ({"status_ids": [second]}, "b"),
        ({"status_ids": []}, ""),
        ({"lead_ids": [other.lead_id]}, "c"),
        ({"periods": [ValuePeriod.ANNUAL, ValuePeriod.MONTHLY]}, "c"),
        ({"periods": []}, ""),
    ):
        assert await notes(office, **narrowed) == found, narrowed


@both_versions
async def test_totals_are_exact_by_stage_and_period_and_independent_of_pages(office: Office, lead_id: LeadId) -> None:
    first, second = await stage(office, 0), await stage(office, 1)
    for value in ("999999999999999.99", "999999999999999.99", "0.0001", None):
        worth = None if value is None else Decimal(value)
        await office.run(AddOpportunity(lead_id=lead_id, value=worth, confidence=33))
    monthly = {"value_period": ValuePeriod.MONTHLY, "status_id": second}
    for value, confidence in (("100.50", 50), ("10", 100)):
        await office.run(
            AddOpportunity(lead_id=lead_id, value=Decimal(value), confidence=confidence, **monthly)  # type: ignore[arg-type]
        )
    large = Total(
        status_id=first,
        value_period=ValuePeriod.ONE_TIME,
        count=4,
        value=Decimal("1999999999999999.9801"),
        expected_value=Decimal("659999999999999.993433"),
        annualized_value=Decimal("1999999999999999.9801"),
        annualized_expected_value=Decimal("659999999999999.993433"),
    )
    small = Total(
        count=2,
        value=Decimal("110.50"),
        expected_value=Decimal("60.25"),
        annualized_value=Decimal("1326.00"),
        annualized_expected_value=Decimal(723),
        **monthly,  # type: ignore[arg-type]
    )
    assert await summed(office) == [large, small]
    assert await summed(office, OpportunityCriteria(status_ids=[second])) == [small]


async def test_a_stage_without_values_sums_to_nothing(office: Office, lead_id: LeadId) -> None:
    await office.run(AddOpportunity(lead_id=lead_id))
    (total,) = await summed(office)
    assert (total.count, total.value, total.annualized_expected_value) == (1, Decimal(), Decimal())


async def test_a_removed_one_is_in_no_list(office: Office, lead_id: LeadId) -> None:
    adding = AddOpportunity(lead_id=lead_id, note="a")
    await office.run(adding)
    await office.run(RemoveOpportunity(opportunity_id=adding.opportunity_id))
    assert (await notes(office), await summed(office)) == ("", [])


async def test_another_organization_sees_nothing(office: Office, lead_id: LeadId) -> None:
    await office.run(AddOpportunity(lead_id=lead_id, note="a"))
    stranger = await found_office(office.system, name="Elsewhere")
    assert (await notes(stranger), await summed(stranger)) == ("", [])


@pytest.mark.parametrize(("more", "total"), [(0, COUNT_MAX), (1, None)])
async def test_a_list_has_a_total_up_to_a_thousand(
    office: Office, lead_id: LeadId, more: int, total: int | None
) -> None:
    await crowd_of_opportunities(
        office.system.database.owner_url,
        office.org_id,
        [lead_id],
        COUNT_MAX + more,
        people=[None],
        status_ids=[await stage(office, 0)],
    )
    async with office.reader() as reader:
        assert await count_opportunities(reader, EVERYTHING) == total


async def test_each_lead_has_its_counts(office: Office, lead_id: LeadId) -> None:
    for place in (0, 0, 1):
        await office.run(AddOpportunity(lead_id=lead_id, status_id=await stage(office, place)))
    async with office.reader() as reader:
        counts = await opportunity_counts(reader, [lead_id, uuid7()], [await stage(office, 0)])
    assert counts == {lead_id: (3, 2)}
