"""Law: a page of leads is what looking at every single lead gives, whichever index reading begins with."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, example, settings
from hypothesis import given as for_all
from hypothesis import strategies as st

from projections.lead_view import narrowing
from projections.lead_view.criteria import LeadCriteria
from projections.lead_view.custom_criteria import CustomCriterion
from projections.lead_view.lists import LeadOrder, count_leads, lead_page
from tests.projections.conftest import CommonSystems
from tests.projections.known_leads import (
    CHOICE,
    EMAILS,
    NUMBER,
    OF_CONTACT,
    STAGES,
    STATUSES,
    TEXT,
    Known,
    is_meant,
    known_lead,
    rank,
)
from tests.projections.screens import LONG_AGO, append, appending
from tests.support.office import Office, found_office

LEADS, AT_ONCE = 60, 12
SEARCHES = ("alpha", "ALP", "beta", "ray g", "gamma", "one", "alpha one", "zzz", "!", "un")
DAY = timedelta(days=1)


class Crowd:
    """Leads in an office, and what is known of each. Plain, so that a failure does not print all of them."""

    def __init__(self, office: Office, leads: dict[UUID, Known]) -> None:
        self.office = office
        self.leads = leads


# ---------------------------------------------------------------- any criteria at all

_maybe = partial(st.one_of, st.none())
_sets = st.lists(st.lists(st.sampled_from(["A", "B", "C"]), min_size=1, max_size=2), min_size=1, max_size=2)
_numbers = st.integers(0, 9).map(Decimal)
_customs = st.one_of(
    st.builds(
        CustomCriterion, field_id=st.just(CHOICE), exactly=_sets, only_first=st.booleans(), negated=st.booleans()
    ),
    st.builds(
        CustomCriterion,
        field_id=st.just(TEXT),
        like=st.lists(st.lists(st.sampled_from(["RED", "blue", "red hot"]), min_size=1, max_size=2), max_size=2),
        words=st.lists(st.sampled_from(["re", "hot", "x"]), max_size=2),
        negated=st.booleans(),
    ),
    *(
        st.builds(
            CustomCriterion,
            field_id=st.just(field_id),
            of_lead=st.just(field_id != OF_CONTACT),
            numbers=_maybe(st.lists(_numbers, min_size=3, max_size=8)),
            least=_maybe(_numbers),
            below=_maybe(_numbers),
            negated=st.booleans(),
        )
        for field_id in (NUMBER, OF_CONTACT)
    ),
)
any_criteria = st.builds(
    LeadCriteria,
    search=_maybe(st.sampled_from(SEARCHES)),
    status_ids=_maybe(st.lists(st.sampled_from(STATUSES), max_size=3)),
    email=_maybe(st.sampled_from([*(email.upper() for email in EMAILS), "three@x.example"])),
    active_since=_maybe(st.integers(0, 5).map(lambda day: LONG_AGO + day * DAY)),
    active_until=_maybe(st.integers(0, 5).map(lambda day: LONG_AGO + day * DAY)),
    has_open_task=_maybe(st.booleans()),
    has_active_opportunity=_maybe(st.booleans()),
    active_stages=st.lists(st.sampled_from(STAGES), max_size=2),
    custom=st.lists(_customs, max_size=2),
)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def crowd(common_systems: CommonSystems) -> Crowd:
    """Sixty leads, a dozen of which came at each of five moments."""
    office = await found_office(await common_systems.of(18))
    leads = [known_lead(number) for number in range(LEADS)]
    for first in range(0, LEADS, AT_ONCE):
        some = leads[first : first + AT_ONCE]
        await append(office, [await appending(office, lead.lead_id, 0, *lead.events) for lead in some])
    return Crowd(office, {lead.lead_id: lead for lead in leads})


async def walked(office: Office, criteria: LeadCriteria, order: LeadOrder, *, descending: bool, size: int) -> list[Any]:
    """Page after page, each with a look of its own."""
    found: list[Any] = []
    while True:
        after = (found[-1][1], found[-1][0]) if found else None
        async with office.reader() as reader:
            page = await lead_page(reader, criteria, order, descending=descending, after=after, limit=size)
        found += page
        if len(page) < size:
            return found


@for_all(
    criteria=any_criteria,
    order=st.sampled_from([one for one in LeadOrder if one is not LeadOrder.RELEVANCE]),
    descending=st.booleans(),
    narrow_max=st.sampled_from([0, 5, 1_000]),
    size=st.sampled_from([3, 100]),
)
@example(
    criteria=LeadCriteria(custom=[CustomCriterion(field_id=NUMBER, numbers=[Decimal(3)], least=Decimal(5))]),
    order=LeadOrder.NAME,
    descending=False,
    narrow_max=1_000,
    size=100,
)
@settings(max_examples=200, suppress_health_check=list(HealthCheck))
async def test_a_list_is_what_a_look_at_every_lead_gives(
    crowd: Crowd,
    criteria: LeadCriteria,
    order: LeadOrder,
    descending: bool,
    narrow_max: int,
    size: int,
) -> None:
    office, leads = crowd.office, crowd.leads
    whole = await walked(office, LeadCriteria(), order, descending=descending, size=100)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(narrowing, "NARROW_MAX", narrow_max)
        found = await walked(office, criteria, order, descending=descending, size=size)
        async with office.reader() as reader:
            assert await count_leads(reader, criteria) == len(found)
    assert found == [(lead_id, key) for lead_id, key in whole if is_meant(leads[lead_id], criteria)]


@for_all(
    search=st.sampled_from(SEARCHES),
    others=any_criteria,
    narrow_max=st.sampled_from([0, 5, 1_000]),
    size=st.sampled_from([2, 7, 100]),
)
@settings(max_examples=100, suppress_health_check=list(HealthCheck))
async def test_by_relevance_it_is_the_same_list_with_the_best_names_first(
    crowd: Crowd, search: str, others: LeadCriteria, narrow_max: int, size: int
) -> None:
    office, leads = crowd.office, crowd.leads
    criteria = LeadCriteria(search=search, status_ids=others.status_ids, custom=others.custom)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(narrowing, "NARROW_MAX", narrow_max)
        pages = await walked(office, criteria, LeadOrder.RELEVANCE, descending=True, size=size)
    found = [lead_id for lead_id, _ in pages]
    meant = [lead_id for lead_id, lead in leads.items() if is_meant(lead, criteria)]
    ranked = sorted(meant, key=lambda one: (rank(leads[one], search), one), reverse=True)
    merged = sorted(meant, key=lambda one: (max(rank(leads[one], search), 1), one), reverse=True)
    assert found in (ranked, merged)  # of many, the words of their names are not ranked
