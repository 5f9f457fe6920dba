"""Instants at both ends of the calendar: written as they are, and compared as they are."""

from __future__ import annotations

from datetime import datetime

import pytest

from app.ids import LeadId, uuid7
from app.instants import FIRST, LAST
from app.lead.calls import LogCall, UpdateCall
from app.lead.details import CreateLead
from app.system import System
from app.verify import verify
from app.vocabulary import Direction
from tests.projections.screens import activity_row, activity_rows
from tests.support.office import Office, found_office
from tests.support.postgres import both_versions

pytestmark = both_versions


@pytest.mark.parametrize("at", [FIRST, LAST])
async def test_what_happened_then_is_in_the_log_and_on_the_page(system: System, at: datetime) -> None:
    name = f"Acme {uuid7()}"
    office = await found_office(system, name)
    lead = CreateLead()
    call = LogCall(lead_id=lead.lead_id, direction=Direction.INBOUND, occurred_at=at)
    for command in (lead, call):
        await office.run(command)
    assert (await activity_row(office, call.call_id)).occurred_at == at
    written = await office.system.store.fetch(
        None,
        "SELECT isfinite(occurred_at) AS is_finite FROM events WHERE org_id = $1 AND entity_id = $2",
        office.org_id,
        call.call_id,
    )
    assert [row["is_finite"] for row in written] == [True]
    assert await verify(system, organization=name) == []


@pytest.mark.parametrize("at", [FIRST, LAST])
async def test_pages_end_and_begin_there(office: Office, at: datetime) -> None:
    lead_id = await _with_calls(office, at)
    rows = [row for row in await activity_rows(office, lead_id) if row.occurred_at == at]
    place = (rows[1].occurred_at, rows[1].position)
    older = await activity_rows(office, lead_id, older_than=place)
    newer = await activity_rows(office, lead_id, newer_than=place, from_oldest=True)
    assert [row for row in older if row.occurred_at == at] == [rows[2]]
    assert [row for row in newer if row.occurred_at == at] == [rows[0]]


async def _with_calls(office: Office, at: datetime) -> LeadId:
    lead = CreateLead()
    await office.run(lead)
    for _ in range(3):
        call = LogCall(lead_id=lead.lead_id, direction=Direction.INBOUND)
        await office.run(call)
        await office.run(UpdateCall(call_id=call.call_id, occurred_at=at))
    return lead.lead_id
