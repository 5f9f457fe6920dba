"""Pages of the list of leads: every order, both ways, whatever is equal and whatever changes meanwhile."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio

from app.lead.details import CreateLead, UpdateLead
from app.lead.statuses import ChangeLeadStatus
from projections.lead_view import narrowing
from projections.lead_view.criteria import LeadCriteria
from projections.lead_view.lists import LeadOrder, lead_page
from tests.projections.crowd import crowd_of_leads
from tests.projections.screens import status_called
from tests.support.logs import connected
from tests.support.office import Office
from tests.support.postgres import both_versions

pytestmark = both_versions

BEFORE_ALL = datetime.min  # noqa: DTZ901 - how the driver reads -infinity
SIZE = 30

_KEYS = {
    LeadOrder.CREATED: "SELECT lead_id, created_at AS key FROM lead_view WHERE org_id = $1",
    LeadOrder.UPDATED: "SELECT lead_id, updated_at AS key FROM lead_pulse WHERE org_id = $1",
    LeadOrder.NAME: "SELECT lead_id, sort_name AS key FROM lead_view WHERE org_id = $1",
    LeadOrder.LAST_ACTIVITY: (
        "SELECT lead_id, extract(epoch FROM last_activity_at) AS key FROM lead_activity WHERE org_id = $1"
    ),
}
every_order = pytest.mark.parametrize("order", _KEYS, ids=[order.value for order in _KEYS])
both_ways = pytest.mark.parametrize("descending", [False, True], ids=["ascending", "descending"])


@pytest_asyncio.fixture(loop_scope="session")
async def crowded(office: Office) -> Office:
    """With thirty leads that share four times and names; nothing ever happened on ten of them."""
    status_ids = [await status_called(office, "Potential")]
    url = office.system.database.owner_url
    await crowd_of_leads(url, office.org_id, SIZE, different=4, status_ids=status_ids)
    return office


async def sorted_ids(office: Office, order: LeadOrder, *, descending: bool) -> list[UUID]:
    """By key, then by id."""
    async with connected(office.system.database.owner_url) as connection:
        rows = await connection.fetch(_KEYS[order], office.org_id)
    return [row["lead_id"] for row in sorted(rows, key=lambda row: (row["key"], row["lead_id"]), reverse=descending)]


async def walked(
    office: Office,
    order: LeadOrder,
    size: int,
    *,
    descending: bool,
    criteria: LeadCriteria | None = None,
    meanwhile: Callable[[], Awaitable[None]] | None = None,
) -> list[UUID]:
    """Page after page to the end; something can happen behind each of them."""
    found: list[UUID] = []
    after: tuple[Any, UUID] | None = None
    while True:
        async with office.reader() as reader:
            page = await lead_page(
                reader, criteria or LeadCriteria(), order, descending=descending, after=after, limit=size
            )
        if not page:
            return found
        assert not {lead_id for lead_id, _ in page} & {*found}, "the pages go in circles"
        found += [lead_id for lead_id, _ in page]
        after = page[-1][1], page[-1][0]
        if meanwhile:
            await meanwhile()


@every_order
@both_ways
@pytest.mark.parametrize("size", [1, 7, SIZE])
async def test_page_after_page_is_the_whole_list_in_order(
    crowded: Office, order: LeadOrder, descending: bool, size: int
) -> None:
    found = await walked(crowded, order, size, descending=descending)
    assert len(found) == SIZE
    assert found == await sorted_ids(crowded, order, descending=descending)


@both_ways
@pytest.mark.parametrize("order", [LeadOrder.CREATED, LeadOrder.NAME], ids=["created", "name"])
@pytest.mark.parametrize("criteria", [LeadCriteria(), LeadCriteria(search="lead")], ids=["all", "narrowed"])
@pytest.mark.parametrize("narrow_max", [0, 10, 1_000])
async def test_a_list_that_changes_meanwhile_has_each_lead_once(
    office: Office,
    order: LeadOrder,
    descending: bool,
    criteria: LeadCriteria,
    narrow_max: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(narrowing, "NARROW_MAX", narrow_max)  # 10: there are few, and then there are many
    leads = [CreateLead(name=f"Lead {number % 3}") for number in range(9)]
    for lead in leads:
        await office.run(lead)
    changed, arriving = iter(leads), iter(CreateLead(name=name) for name in ("Aardvark", "Lead 1", "Zebra") * 2)

    async def meanwhile() -> None:
        if (lead := next(changed, None)) is not None:
            await office.run(UpdateLead(lead_id=lead.lead_id, description="Changed"))
            await office.run(ChangeLeadStatus(lead_id=lead.lead_id, status="Customer"))
        if (new := next(arriving, None)) is not None:
            await office.run(new)

    wanted = {lead.lead_id for lead in leads}
    found = await walked(office, order, 2, descending=descending, criteria=criteria, meanwhile=meanwhile)
    assert [lead_id for lead_id in found if lead_id in wanted] == [
        lead_id for lead_id in await sorted_ids(office, order, descending=descending) if lead_id in wanted
    ]
    assert len(found) == len(set(found))


@both_ways
async def test_leads_on_which_nothing_ever_happened_count_as_oldest(crowded: Office, descending: bool) -> None:
    async with crowded.reader() as reader:
        page = await lead_page(
            reader, LeadCriteria(), LeadOrder.LAST_ACTIVITY, descending=descending, after=None, limit=SIZE
        )
    keys = [key == BEFORE_ALL for _, key in page]
    assert keys == sorted(keys, reverse=not descending)
    assert sum(keys) == SIZE // 3


@every_order
@both_ways
async def test_a_list_narrowed_by_everything_keeps_its_order(
    crowded: Office, order: LeadOrder, descending: bool
) -> None:
    far = datetime.fromisoformat("2000-01-01T00:00:00Z"), datetime.fromisoformat("2100-01-01T00:00:00Z")
    criteria = LeadCriteria(
        search="lead",
        status_ids=[await status_called(crowded, "Potential")],
        created_since=far[0],
        created_until=far[1],
        active_since=far[0],
        active_until=far[1],
    )
    narrowed = set(await walked(crowded, order, SIZE, descending=descending, criteria=criteria))
    whole = await sorted_ids(crowded, order, descending=descending)
    found = await walked(crowded, order, 7, descending=descending, criteria=criteria)
    assert len(found) == 2 * SIZE // 3
    assert found == [lead_id for lead_id in whole if lead_id in narrowed]
