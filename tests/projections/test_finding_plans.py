"""How PostgreSQL finds leads among twenty thousand: every filter and every order by an index, none by a table's end.

Each holds for the plans that are made for a statement's values, and for those that PostgreSQL keeps for any values.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import asyncpg
import pytest
import pytest_asyncio

from app.settings import Settings
from app.system import session
from projections.lead_view.contact_lists import ContactCriteria, ContactOrder, contact_page, count_contacts
from projections.lead_view.criteria import LeadCriteria
from projections.lead_view.custom_criteria import CustomCriterion
from projections.lead_view.duplicates import duplicates
from projections.lead_view.lists import LeadOrder, count_leads, lead_page, leads_among, merged_into
from tests.projections import finding_crowd
from tests.projections.crowd import FIRST
from tests.projections.explaining import PlanningReader
from tests.projections.finding_crowd import (
    BUDGET,
    CITY,
    FEW_STAGE,
    FEW_STATUS,
    FEW_USER,
    LEADS,
    MANY_STAGE,
    MANY_USER,
    OWNER,
    SEATS,
    STATUSES,
    TIER,
    Crowd,
)
from tests.support.postgres import TEMPLATE, Servers, new_database

LAST = FIRST + timedelta(minutes=LEADS - 300)


def custom(**narrowed: Any) -> LeadCriteria:
    return LeadCriteria(custom=[CustomCriterion(**narrowed)])


# What finds few leads and what finds many, and the index that says so.
FILTERS: dict[str, tuple[LeadCriteria, LeadCriteria, str]] = {
    "search": (LeadCriteria(search="1234"), LeadCriteria(search="lead"), "lead_search_terms"),
    "statusIds": (LeadCriteria(status_ids=[FEW_STATUS]), LeadCriteria(status_ids=STATUSES), "lead_view_status"),
    "userIds": (
        LeadCriteria(user_fields=[OWNER], user_ids=[FEW_USER]),
        LeadCriteria(user_fields=[OWNER], user_ids=[FEW_USER, MANY_USER]),
        "lead_search_terms",
    ),
    "createdSince": (LeadCriteria(created_since=LAST), LeadCriteria(created_since=FIRST), "lead_view_created"),
    "createdUntil": (
        LeadCriteria(created_until=FIRST + timedelta(hours=1)),
        LeadCriteria(created_until=LAST),
        "lead_view_created",
    ),
    "created between": (
        LeadCriteria(created_since=FIRST + timedelta(days=5), created_until=FIRST + timedelta(days=5, hours=5)),
        LeadCriteria(created_since=FIRST + timedelta(days=2), created_until=FIRST + timedelta(days=9)),
        "lead_view_created",
    ),
    "lastActivitySince": (LeadCriteria(active_since=LAST), LeadCriteria(active_since=FIRST), "lead_activity_last"),
    "lastActivityUntil": (
        LeadCriteria(active_until=FIRST + timedelta(hours=1)),
        LeadCriteria(active_until=LAST),
        "lead_activity_last",
    ),
    "contactEmail": (
        LeadCriteria(email="P77@x.example"),
        LeadCriteria(email="info@x.example"),
        "lead_search_terms",
    ),
    "contactPhone": (LeadCriteria(phone="+12021000077"), LeadCriteria(phone="+12025550100"), "lead_search_terms"),
    "hasOpenTask": (LeadCriteria(has_open_task=True), LeadCriteria(has_open_task=False), "lead_task_open"),
    "hasActiveOpportunity": (
        LeadCriteria(has_active_opportunity=True, active_stages=[FEW_STAGE]),
        LeadCriteria(has_active_opportunity=True, active_stages=[FEW_STAGE, MANY_STAGE]),
        "lead_opportunity_stage",
    ),
    "equals": (
        custom(field_id=TIER, exactly=[["Gold"]], only_first=True),
        custom(field_id=TIER, exactly=[["Silver"]], only_first=True),
        "lead_search_terms",
    ),
    "in": (
        custom(field_id=TIER, like=[["gold", "tin"]]),
        custom(field_id=TIER, like=[["gold", "silver"]]),
        "lead_search_terms",
    ),
    "contains": (custom(field_id=CITY, words=["berl"]), custom(field_id=CITY, words=["par"]), "lead_search_terms"),
    "equals, of numbers": (
        custom(field_id=SEATS, numbers=[Decimal(303)]),
        custom(field_id=SEATS, numbers=[Decimal(number) for number in range(3, 5_000, 3)]),
        "lead_custom_field",
    ),
    "gte": (
        custom(field_id=SEATS, least=Decimal(19_900)),
        custom(field_id=SEATS, least=Decimal(1)),
        "lead_custom_field",
    ),
    "lt": (
        custom(field_id=SEATS, below=Decimal(99)),
        custom(field_id=SEATS, below=Decimal(9_999)),
        "lead_custom_field",
    ),
    "gte and lt": (
        custom(field_id=SEATS, least=Decimal(9_000), below=Decimal(9_099)),
        custom(field_id=SEATS, least=Decimal(9_000), below=Decimal(15_000)),
        "lead_custom_field",
    ),
    "gte, of contacts": (
        custom(field_id=BUDGET, of_lead=False, least=Decimal(19_900)),
        custom(field_id=BUDGET, of_lead=False, least=Decimal(1)),
        "lead_custom_field",
    ),
    "isSet": (custom(field_id=FEW_USER), custom(field_id=SEATS), "lead_custom_field"),
    "not": (
        LeadCriteria(search="1234", custom=[CustomCriterion(field_id=TIER, exactly=[["Gold"]], negated=True)]),
        custom(field_id=TIER, exactly=[["Silver"]], negated=True),
        "lead_custom_pkey",
    ),
    "everything": (
        LeadCriteria(
            search="lead",
            status_ids=STATUSES,
            created_since=FIRST,
            active_since=FIRST,
            has_open_task=True,
            custom=[CustomCriterion(field_id=SEATS, least=Decimal(1))],
        ),
        LeadCriteria(search="lead", status_ids=STATUSES, created_since=FIRST, active_since=FIRST),
        "lead_search_terms",
    ),
}
ORDERS = {
    LeadOrder.CREATED: "lead_view_created",
    LeadOrder.UPDATED: "lead_pulse_updated",
    LeadOrder.NAME: "lead_view_name",
    LeadOrder.LAST_ACTIVITY: "lead_activity_last",
}
every_filter = pytest.mark.parametrize("filter", FILTERS)
every_order = pytest.mark.parametrize("order", ORDERS, ids=[order.value for order in ORDERS])
both_ways = pytest.mark.parametrize("descending", [False, True], ids=["ascending", "descending"])


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def crowd(servers: Servers) -> AsyncIterator[Crowd]:
    async with new_database(servers.of(18), TEMPLATE) as database:
        yield await finding_crowd.filled(database)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def pool(crowd: Crowd) -> AsyncIterator[asyncpg.Pool]:
    async with asyncpg.create_pool(crowd.database.app_url, min_size=1, server_settings=session(Settings())) as made:
        yield made


@pytest.fixture(params=[False, True], ids=["for these values", "for any values"])
def reader(request: pytest.FixtureRequest, crowd: Crowd, pool: asyncpg.Pool) -> PlanningReader:
    return PlanningReader(pool, crowd.org_id, snapshot=False, generic=request.param)


async def page(reader: PlanningReader, criteria: LeadCriteria, order: LeadOrder, **options: Any) -> list[Any]:
    given = {"descending": True, "after": None, "limit": 51, **options}
    return await lead_page(reader, criteria, order, **given)


def indexes(reader: PlanningReader) -> set[str]:
    return set().union(*(plan.indexes for plan in reader.plans))


@every_filter
@every_order
async def test_few_leads_are_found_by_the_filters_index_and_read_by_their_keys(
    reader: PlanningReader, filter: str, order: LeadOrder
) -> None:
    criteria, _, index = FILTERS[filter]
    await page(reader, criteria, order)
    source, reading = reader.plans
    assert index in source.indexes | reading.indexes
    assert reading.indexes.isdisjoint(ORDERS.values())
    assert not any(plan.walks_a_table for plan in reader.plans)


@every_filter
@every_order
async def test_many_leads_are_read_off_the_index_of_their_order(
    reader: PlanningReader, filter: str, order: LeadOrder
) -> None:
    _, criteria, _ = FILTERS[filter]
    assert len(await page(reader, criteria, order)) == 51
    *_, reading = reader.plans
    assert ORDERS[order] in reading.indexes
    assert not reading.sorts_before_its_limit
    assert not any(plan.walks_a_table for plan in reader.plans)


@every_order
@both_ways
async def test_pages_of_the_whole_list_are_read_off_the_index_of_their_order(
    reader: PlanningReader, order: LeadOrder, descending: bool
) -> None:
    after = None
    for _ in ("the first page", "the page behind it"):
        found = await page(reader, LeadCriteria(), order, descending=descending, after=after)
        after = found[-1][1], found[-1][0]
    for plan in reader.plans:
        assert ORDERS[order] in plan.indexes
        assert not plan.sorts_before_its_limit
        assert not plan.walks_a_table


@every_filter
@pytest.mark.parametrize("many", [False, True], ids=["few", "many"])
async def test_leads_are_counted_by_indexes(reader: PlanningReader, filter: str, many: bool) -> None:
    few, lots, _ = FILTERS[filter]
    assert (await count_leads(reader, lots if many else few) is None) == many
    assert not any(plan.walks_a_table for plan in reader.plans)


@every_filter
async def test_of_a_few_leads_those_of_a_list_are_looked_up_by_their_keys(
    reader: PlanningReader, crowd: Crowd, filter: str
) -> None:
    _, criteria, _ = FILTERS[filter]
    some = crowd.lead_ids[1_000:1_020]
    _, found = await leads_among(reader, criteria, some)
    assert found <= set(some)
    (plan,) = reader.plans
    assert not plan.walks_a_table
    assert plan.indexes.isdisjoint(ORDERS.values())


async def test_where_leads_were_merged_into_is_looked_up_by_their_keys(reader: PlanningReader, crowd: Crowd) -> None:
    assert await merged_into(reader, crowd.lead_ids[:20]) == {}
    (plan,) = reader.plans
    assert not plan.walks_a_table


@pytest.mark.parametrize("search", ["1234", "lead", "lead 1", "Lead 1234"])
async def test_relevance_is_found_by_indexes(reader: PlanningReader, search: str) -> None:
    await page(reader, LeadCriteria(search=search), LeadOrder.RELEVANCE)
    source, reading = reader.plans
    assert "lead_search_terms" in source.indexes
    assert reading.indexes <= {"lead_view_pkey", "lead_view_name", "lead_search_pkey"}
    assert not reading.walks_a_table


CONTACTS = {
    "search": (ContactCriteria(search="person 77"), ContactCriteria(search="person"), "lead_search_terms"),
    "email": (ContactCriteria(email="p77@x.example"), ContactCriteria(email="info@x.example"), "lead_search_terms"),
    "phone": (ContactCriteria(phone="+12021000077"), ContactCriteria(phone="+12025550100"), "lead_search_terms"),
    "createdSince": (ContactCriteria(created_since=LAST), ContactCriteria(created_since=FIRST), "lead_contact_created"),
    "createdUntil": (
        ContactCriteria(created_until=FIRST + timedelta(hours=1)),
        ContactCriteria(created_until=LAST),
        "lead_contact_created",
    ),
}
CONTACT_ORDERS = {ContactOrder.CREATED: "lead_contact_created", ContactOrder.NAME: "lead_contact_name"}
every_contact_order = pytest.mark.parametrize("order", CONTACT_ORDERS, ids=[order.value for order in CONTACT_ORDERS])


@pytest.mark.parametrize("filter", CONTACTS)
@every_contact_order
async def test_few_contacts_are_found_by_the_leads_that_have_them(
    reader: PlanningReader, filter: str, order: ContactOrder
) -> None:
    criteria, _, index = CONTACTS[filter]
    assert await contact_page(reader, criteria, order, descending=False, after=None, limit=51)
    source, reading = reader.plans
    assert index in source.indexes
    assert reading.indexes == {"lead_contact_lead", "lead_view_pkey"}
    assert not any(plan.walks_a_table for plan in reader.plans)


@pytest.mark.parametrize("filter", CONTACTS)
@every_contact_order
async def test_many_contacts_are_read_off_the_index_of_their_order(
    reader: PlanningReader, filter: str, order: ContactOrder
) -> None:
    _, criteria, _ = CONTACTS[filter]
    assert len(await contact_page(reader, criteria, order, descending=True, after=None, limit=51)) == 51
    *_, reading = reader.plans
    assert CONTACT_ORDERS[order] in reading.indexes
    assert not reading.sorts_before_its_limit
    assert await count_contacts(reader, criteria) is None
    assert not any(plan.walks_a_table for plan in reader.plans)


async def test_contacts_of_some_leads_are_found_by_their_leads(reader: PlanningReader, crowd: Crowd) -> None:
    criteria = ContactCriteria(lead_ids=crowd.lead_ids[:3])
    assert len(await contact_page(reader, criteria, ContactOrder.NAME, descending=False, after=None, limit=51)) == 3
    (plan,) = reader.plans
    assert plan.indexes == {"lead_contact_lead", "lead_view_pkey"}


async def test_duplicates_of_a_page_of_leads_are_found_by_indexes(reader: PlanningReader, crowd: Crowd) -> None:
    found = await duplicates(reader, crowd.lead_ids[:50], 10)
    assert len(found[crowd.lead_ids[4]]) == 10
    assert "lead_search_terms" in indexes(reader)
    assert not any(plan.walks_a_table for plan in reader.plans)
