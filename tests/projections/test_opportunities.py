"""What events do to the rows of opportunities, as the left side of a lead's page shows them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from app.ids import LeadId, uuid7
from app.lead.contacts import AddContact, NewContact
from app.lead.details import CreateLead
from app.lead.opportunities import AddOpportunity
from app.lead.opportunity_changes import UpdateOpportunity
from app.vocabulary import ValuePeriod
from projections.lead_view import read
from projections.lead_view.rows import OpportunityRow
from tests.projections.screens import last_fact
from tests.support.office import Office, found_office
from tests.support.postgres import both_versions


@both_versions
async def test_an_opportunity_shows_what_it_was_added_with(office: Office, lead_id: LeadId) -> None:
    adding = AddContact(lead_id=lead_id, contact=NewContact(name="Lindsay"))
    await office.run(adding)
    status = next(iter((await office.organization()).opportunity_statuses.values()))
    added = AddOpportunity(
        lead_id=lead_id,
        contact_id=adding.contact_id,
        user_id=None,
        value=Decimal("1200.50"),
        value_period=ValuePeriod.MONTHLY,
        confidence=35,
        note="Big\n大",
        date_won=date(2026, 3, 31),
    )
    await office.run(added)
    now = (await last_fact(office)).recorded_at
    async with office.reader() as reader:
        found = await read.opportunities(reader, [added.opportunity_id, uuid7()])
    assert found == {
        added.opportunity_id: OpportunityRow(
            lead_id=lead_id,
            opportunity_id=added.opportunity_id,
            contact_id=adding.contact_id,
            user_id=None,
            status_id=status.id,
            value=Decimal("1200.50"),
            value_period=ValuePeriod.MONTHLY,
            confidence=35,
            note="Big\n大",
            date_won=date(2026, 3, 31),
            date_lost=None,
            created_at=now,
            updated_at=now,
            version=3,
        )
    }


@both_versions
@pytest.mark.parametrize("value", ["0", "0.0001", "1200.50", "999999999999999.9999", "1000000000000000"])
async def test_a_value_keeps_every_digit(office: Office, lead_id: LeadId, value: str) -> None:
    added = AddOpportunity(lead_id=lead_id, value=Decimal(value))
    await office.run(added)
    async with office.reader() as reader:
        found = await read.opportunities(reader, [added.opportunity_id])
    assert f"{found[added.opportunity_id].value:f}" == value


@both_versions
async def test_each_lead_has_its_own_opportunities_oldest_first(office: Office, lead_id: LeadId) -> None:
    other = CreateLead()
    await office.run(other)
    for value in (3, 1, 2):
        await office.run(AddOpportunity(lead_id=lead_id, value=Decimal(value)))
        await office.run(AddOpportunity(lead_id=other.lead_id, value=Decimal(10 * value)))
    async with office.reader() as reader:
        found = await read.opportunities_of_leads(reader, [lead_id, other.lead_id], 2)
    assert {each: [row.value for row in rows] for each, rows in found.items()} == {
        lead_id: [3, 1],
        other.lead_id: [30, 10],
    }


async def test_a_changed_opportunity_shows_it_with_its_version_and_time(office: Office, lead_id: LeadId) -> None:
    added = AddOpportunity(lead_id=lead_id, value=Decimal(1))
    await office.run(added)
    async with office.reader() as reader:
        before = (await read.opportunities(reader, [added.opportunity_id]))[added.opportunity_id]
    second = [*(await office.organization()).opportunity_statuses][1]
    changed: dict[str, Any] = {
        "status_id": second,
        "user_id": None,
        "value": Decimal("999999999999999.99"),
        "value_period": ValuePeriod.MONTHLY,
        "confidence": 7,
        "note": "Big",
        "date_won": date(2026, 3, 31),
        "date_lost": date(2026, 4, 1),
    }
    await office.run(UpdateOpportunity(opportunity_id=added.opportunity_id, **changed))
    now = (await last_fact(office)).recorded_at
    after = msgspec.structs.replace(before, **changed, updated_at=now, version=9)
    async with office.reader() as reader:
        assert await read.opportunities(reader, [added.opportunity_id]) == {added.opportunity_id: after}


async def test_an_opportunity_of_another_organization_is_none(office: Office, lead_id: LeadId) -> None:
    added = AddOpportunity(lead_id=lead_id)
    await office.run(added)
    stranger = await found_office(office.system, name="Elsewhere")
    async with stranger.reader() as reader:
        assert await read.opportunities(reader, [added.opportunity_id]) == {}
        assert await read.opportunities_of_leads(reader, [lead_id], 10) == {}
