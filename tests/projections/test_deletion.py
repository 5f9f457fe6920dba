"""Deleted leads: absent from every read of leads at the cost of one row, and back as they were."""

from __future__ import annotations

from uuid import UUID

import pytest

from app.event import Event
from app.ids import LeadId
from app.lead.calls import LogCall
from app.lead.contacts import AddContact, NewContact
from app.lead.deletion import DeleteLead, LeadDeleted, LeadRestored, RestoreLead
from app.lead.details import CreateLead
from app.vocabulary import Direction
from projections import INLINE
from projections.lead_view import read
from projections.lead_view.criteria import LeadCriteria
from projections.lead_view.lists import LeadOrder, count_leads, lead_page
from projections.lead_view.read import count_leads_with_status
from tests.projections.screens import activity_rows, lead_row, status_called
from tests.projections.test_changes import entry
from tests.support.office import Office
from tests.support.postgres import both_versions


async def listed(office: Office, order: LeadOrder, *, descending: bool, **criteria: object) -> list[UUID]:
    async with office.reader() as reader:
        wanted = LeadCriteria(**criteria)  # type: ignore[arg-type]
        page = await lead_page(reader, wanted, order, descending=descending, after=None, limit=50)
        assert await count_leads(reader, wanted) == len(page)
    return [lead_id for lead_id, _ in page]


@both_versions
@pytest.mark.parametrize("order", [one for one in LeadOrder if one is not LeadOrder.RELEVANCE])
@pytest.mark.parametrize("descending", [False, True])
async def test_a_deleted_lead_is_in_no_list(
    office: Office, lead_id: LeadId, order: LeadOrder, descending: bool
) -> None:
    other = CreateLead(name="Bluth Construction")
    await office.run(other)
    await office.run(DeleteLead(lead_id=lead_id))
    potential = [await status_called(office, "Potential")]
    for criteria in ({}, {"search": "bluth"}, {"status_ids": potential}):
        assert await listed(office, order, descending=descending, **criteria) == [other.lead_id]
    await office.run(RestoreLead(lead_id=lead_id))
    assert set(await listed(office, order, descending=descending)) == {lead_id, other.lead_id}


async def test_a_deleted_lead_is_not_read_by_its_id(office: Office, lead_id: LeadId) -> None:
    before = await lead_row(office, lead_id)
    await office.run(DeleteLead(lead_id=lead_id))
    async with office.reader() as reader:
        assert await read.leads(reader, [lead_id]) == {}
    await office.run(RestoreLead(lead_id=lead_id))
    after = await lead_row(office, lead_id)
    assert (after.name, after.created_at, after.version) == (before.name, before.created_at, before.version + 2)


async def test_a_deleted_lead_counts_for_no_status(office: Office, lead_id: LeadId) -> None:
    potential = await status_called(office, "Potential")
    await office.run(DeleteLead(lead_id=lead_id))
    async with office.system.store.readers.acquire() as connection:
        assert await count_leads_with_status(connection, office.org_id, potential) == 0
        await office.run(RestoreLead(lead_id=lead_id))
        assert await count_leads_with_status(connection, office.org_id, potential) == 1


async def test_a_restored_lead_has_its_contacts_and_its_whole_history(office: Office, lead_id: LeadId) -> None:
    await office.run(AddContact(lead_id=lead_id, contact=NewContact(name="Lindsay")))
    await office.run(LogCall(lead_id=lead_id, direction=Direction.INBOUND))
    history = await activity_rows(office, lead_id)
    async with office.reader() as reader:
        contacts = await read.contacts_of_leads(reader, [lead_id], 10)
    await office.run(DeleteLead(lead_id=lead_id))
    await office.run(RestoreLead(lead_id=lead_id))
    assert await activity_rows(office, lead_id) == history
    async with office.reader() as reader:
        assert await read.contacts_of_leads(reader, [lead_id], 10) == contacts


@pytest.mark.parametrize("event", [LeadDeleted(), LeadRestored()])
def test_it_costs_three_rows_and_those_of_what_is_open_in_inboxes(event: Event) -> None:
    written = [operation.table.name for one in INLINE for operation in one.project(entry(event))]
    assert written == ["lead_view", "lead_search", "lead_pulse", "inbox_item"]
