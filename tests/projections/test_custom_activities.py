"""What custom activities put into a lead's history, and how edits and pins change it."""

from __future__ import annotations

from typing import Any

import pytest_asyncio

from app.ids import ContactId, LeadId, encode_id
from app.lead.contacts import AddContact, NewContact
from app.lead.custom_activities import RecordCustomActivity
from app.lead.custom_activity_changes import UpdateCustomActivity
from app.lead.pins import PinActivity, UnpinActivity
from app.vocabulary import ActivityKind, PublicationStatus
from projections.activity_feed.details import CustomActivityDetails
from tests.projections.screens import (
    LONG_AGO,
    activity_row,
    last_fact,
    lead_row,
    newest_row,
    pinned_ids,
    row_of_last_fact,
)
from tests.support.acme import PURPOSE, VISIT_TYPE, VISITS
from tests.support.custom import MET, ROUTE, TOPICS, VISIT_FIELDS, Record, adding, setting
from tests.support.office import Office
from tests.support.postgres import both_versions

pytestmark = both_versions
PUBLISHED, DRAFT = PublicationStatus.PUBLISHED, PublicationStatus.DRAFT


@pytest_asyncio.fixture(loop_scope="session")
async def contact_id(office: Office, lead_id: LeadId) -> ContactId:
    """A contact of the lead, in an organization with a type of custom activities."""
    await office.run(Record((VISIT_TYPE[0], *VISIT_FIELDS)))
    added = AddContact(lead_id=lead_id, contact=NewContact(name="Lindsay"))
    await office.run(added)
    return added.contact_id


def details(status: PublicationStatus = PUBLISHED, **values: Any) -> CustomActivityDetails:
    ids = {one.name: one.field_id for one in VISIT_FIELDS}
    return CustomActivityDetails(
        type_id=VISITS, status=status, values={ids[name]: value for name, value in values.items()}
    )


async def recorded(office: Office, lead_id: LeadId, **options: Any) -> RecordCustomActivity:
    """A published visit."""
    given = {"custom_fields": (setting(VISIT_TYPE[1], "Renewal"),), **options}
    command = RecordCustomActivity(lead_id=lead_id, type_id=VISITS, **given)
    await office.run(command)
    return command


async def test_a_custom_activity_shows_what_was_recorded(
    office: Office, lead_id: LeadId, contact_id: ContactId
) -> None:
    route = {"a": [1, None, "ü", {"b": None}]}
    fields = (
        setting(VISIT_TYPE[1], "Renewal"),
        adding(MET, encode_id("cont", contact_id)),
        setting(ROUTE, route),
    )
    made = await recorded(office, lead_id, contact_id=contact_id, custom_fields=fields)
    row = await row_of_last_fact(
        office,
        ActivityKind.CUSTOM,
        details(Purpose=("Renewal",), Met=(str(contact_id),), Route=(route,)),
        activity_id=made.custom_activity_id,
        contact_id=contact_id,
        custom_type_id=VISITS,
    )
    assert await newest_row(office, lead_id) == row


async def test_an_edit_changes_what_it_names_alone(office: Office, lead_id: LeadId, contact_id: ContactId) -> None:
    both = (setting(VISIT_TYPE[1], "Renewal"), setting(TOPICS, ["a"]), setting(ROUTE, [None]))
    made = await recorded(office, lead_id, custom_fields=both)
    before = await activity_row(office, made.custom_activity_id)
    await office.run(
        UpdateCustomActivity(
            custom_activity_id=made.custom_activity_id,
            contact_id=contact_id,
            user_id=None,
            status=DRAFT,
            occurred_at=LONG_AGO,
            custom_fields=(setting(TOPICS, None), setting(ROUTE, {"a": None})),
        )
    )
    after, fact = await activity_row(office, made.custom_activity_id), await last_fact(office)
    assert before is not None
    assert after is not None
    assert after.details == details(DRAFT, Purpose=("Renewal",), Route=({"a": None},))
    assert (after.contact_id, after.user_id, after.occurred_at) == (contact_id, None, LONG_AGO)
    assert (after.version, after.updated_at, after.created_at) == (fact.version, fact.recorded_at, before.created_at)
    assert (after.position, after.custom_type_id) == (before.position, VISITS)
    assert (await lead_row(office, lead_id)).last_activity_at == LONG_AGO


async def test_the_last_value_can_go_and_come_back(office: Office, lead_id: LeadId, contact_id: ContactId) -> None:
    del contact_id
    made = await recorded(office, lead_id, status=DRAFT)
    for value, kept in ((None, {}), ("Offer", {PURPOSE: ("Offer",)})):
        fields = (setting(VISIT_TYPE[1], value),)
        await office.run(UpdateCustomActivity(custom_activity_id=made.custom_activity_id, custom_fields=fields))
        row = await activity_row(office, made.custom_activity_id)
        assert row is not None
        assert isinstance(row.details, CustomActivityDetails)
        assert row.details.values == kept


async def test_a_pinned_one_is_in_the_strip_until_its_pin_ends(
    office: Office, lead_id: LeadId, contact_id: ContactId
) -> None:
    del contact_id
    made = await recorded(office, lead_id, pinned=True)
    row = await activity_row(office, made.custom_activity_id)
    assert row is not None
    assert (row.pinned_at, await pinned_ids(office, lead_id)) == (
        (await last_fact(office)).recorded_at,
        [made.custom_activity_id],
    )
    await office.run(UnpinActivity(activity_id=made.custom_activity_id))
    assert await pinned_ids(office, lead_id) == []
    await office.run(PinActivity(activity_id=made.custom_activity_id))
    assert await pinned_ids(office, lead_id) == [made.custom_activity_id]
