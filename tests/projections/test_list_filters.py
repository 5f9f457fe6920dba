"""Filters of the list of leads: by status, creation and last activity; and how many there are."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import pytest_asyncio

from app.ids import LeadId
from app.lead.calls import LogCall
from app.lead.details import CreateLead
from app.organization.statuses import CreateLeadStatus
from app.vocabulary import Direction
from projections.lead_view.criteria import LeadCriteria
from projections.lead_view.lists import COUNT_MAX, LeadOrder, count_leads, lead_page
from projections.lead_view.read import count_leads_with_status
from tests.projections.crowd import crowd_of_leads
from tests.projections.screens import LONG_AGO, lead_row, status_called
from tests.support.office import Office, found_office
from tests.support.postgres import both_versions

pytestmark = both_versions

DAY = timedelta(days=1)


@pytest_asyncio.fixture(loop_scope="session")
async def three(office: Office) -> list[LeadId]:
    """Leads with the statuses Potential, Qualified, Customer, whose last calls were on days 0 and 1, and never."""
    leads = [CreateLead(status=label) for label in ("Potential", "Qualified", "Customer")]
    for lead in leads:
        await office.run(lead)
    for day, lead in enumerate(leads[:2]):
        occurred_at = LONG_AGO + day * DAY
        await office.run(LogCall(lead_id=lead.lead_id, direction=Direction.INBOUND, occurred_at=occurred_at))
    return [lead.lead_id for lead in leads]


async def found(office: Office, criteria: LeadCriteria) -> list[int]:
    """Places of the leads, by creation."""
    async with office.reader() as reader:
        whole = await lead_page(reader, LeadCriteria(), LeadOrder.CREATED, descending=False, after=None, limit=100)
        page = await lead_page(reader, criteria, LeadOrder.CREATED, descending=False, after=None, limit=100)
        assert await count_leads(reader, criteria) == len(page)
    return [whole.index(one) for one in page]


async def test_statuses_add_up(office: Office, three: list[LeadId]) -> None:
    status_ids = [await status_called(office, label) for label in ("Customer", "Potential")]
    assert await found(office, LeadCriteria(status_ids=status_ids)) == [0, 2]


async def test_an_empty_list_of_statuses_matches_nothing(office: Office, three: list[LeadId]) -> None:
    assert await found(office, LeadCriteria(status_ids=[])) == []


async def test_a_status_that_no_lead_has_matches_nothing(office: Office, three: list[LeadId]) -> None:
    unused = CreateLeadStatus(label="Unused")
    await office.run(unused)
    assert await found(office, LeadCriteria(status_ids=[unused.status_id])) == []


async def test_creation_narrows_since_included_until_not(office: Office, three: list[LeadId]) -> None:
    second, third = [(await lead_row(office, lead_id)).created_at for lead_id in three[1:]]
    assert await found(office, LeadCriteria(created_since=second)) == [1, 2]
    assert await found(office, LeadCriteria(created_until=third)) == [0, 1]
    assert await found(office, LeadCriteria(created_since=second, created_until=third)) == [1]


@pytest.mark.parametrize(
    ("since", "until", "places"),
    [
        (LONG_AGO, None, [0, 1]),
        (LONG_AGO + DAY, None, [1]),
        (None, LONG_AGO + DAY, [0]),
        (None, LONG_AGO, []),
        (LONG_AGO, LONG_AGO + DAY, [0]),
        (None, LONG_AGO + 9 * DAY, [0, 1]),
    ],
)
async def test_last_activity_narrows_and_leaves_out_leads_without_any(
    office: Office, three: list[LeadId], since: datetime | None, until: datetime | None, places: list[int]
) -> None:
    assert await found(office, LeadCriteria(active_since=since, active_until=until)) == places


async def test_filters_narrow_each_other(office: Office, three: list[LeadId]) -> None:
    status_ids = [await status_called(office, "Qualified"), await status_called(office, "Customer")]
    assert await found(office, LeadCriteria(status_ids=status_ids, active_since=LONG_AGO)) == [1]


async def test_another_organizations_leads_are_in_no_list(office: Office, three: list[LeadId]) -> None:
    assert await found(await found_office(office.system, name="Elsewhere"), LeadCriteria()) == []


@pytest.mark.parametrize(("leads", "shown"), [(COUNT_MAX, 1_000), (COUNT_MAX + 1, None)])
async def test_the_total_is_exact_up_to_a_thousand(office: Office, leads: int, shown: int | None) -> None:
    status_ids = [await status_called(office, "Potential")]
    url = office.system.database.owner_url
    await crowd_of_leads(url, office.org_id, leads, different=10, status_ids=status_ids)
    async with office.reader() as reader:
        assert await count_leads(reader, LeadCriteria()) == shown


async def test_it_is_the_narrowed_list_whose_length_counts(office: Office) -> None:
    status_ids = [await status_called(office, label) for label in ("Potential", "Qualified")]
    url = office.system.database.owner_url
    await crowd_of_leads(url, office.org_id, COUNT_MAX + 2, different=10, status_ids=status_ids)
    async with office.reader() as reader:
        assert await count_leads(reader, LeadCriteria(status_ids=status_ids[:1])) == 501


async def test_leads_with_a_status_are_counted_for_whoever_wants_to_archive_it(
    office: Office, three: list[LeadId]
) -> None:
    status_id = await status_called(office, "Qualified")
    async with office.system.store.writers.acquire() as connection:
        assert await count_leads_with_status(connection, office.org_id, status_id) == 1
