"""What events do to the rows of contacts, as the left side of a lead's page shows them."""

from __future__ import annotations

from app.ids import ContactId, LeadId, uuid7
from app.lead.contact_points import ContactUrl, EmailAddress, PhoneNumber
from app.lead.contacts import AddContact, NewContact
from app.lead.details import CreateLead
from app.vocabulary import ContactPointType
from projections.lead_view import read
from projections.lead_view.rows import ContactRow
from tests.projections.screens import last_fact, lead_row
from tests.support.office import Office, found_office
from tests.support.postgres import both_versions


async def contact_of(office: Office, lead_id: LeadId, name: str | None = "Lindsay") -> ContactId:
    added = AddContact(lead_id=lead_id, contact=NewContact(name=name))
    await office.run(added)
    return added.contact_id


@both_versions
async def test_a_contact_shows_what_it_was_added_with(office: Office, lead_id: LeadId) -> None:
    contact = NewContact(
        name="Lindsay Bluth Fünke",
        title="Ms",
        emails=(EmailAddress(email="lindsay@bluth.example", type=ContactPointType.HOME),),
        phones=(PhoneNumber(phone="+1 212 555 0100"), PhoneNumber(phone="030 123456", country="DE")),
        urls=(ContactUrl(url="bluth.example"),),
    )
    await office.run(AddContact(lead_id=lead_id, contact=contact))
    now = (await last_fact(office)).recorded_at
    async with office.reader() as reader:
        found = await read.contacts(reader, [contact.contact_id, uuid7()])
    assert found == {
        contact.contact_id: ContactRow(
            lead_id=lead_id,
            contact_id=contact.contact_id,
            name="Lindsay Bluth Fünke",
            title="Ms",
            emails=[EmailAddress(email="lindsay@bluth.example", type=ContactPointType.HOME)],
            phones=[PhoneNumber(phone="+12125550100", country="US"), PhoneNumber(phone="+4930123456", country="DE")],
            urls=[ContactUrl(url="https://bluth.example")],
            created_at=now,
            updated_at=now,
            version=2,
        )
    }


async def test_contacts_stand_in_the_order_in_which_they_came(office: Office) -> None:
    # Ids in the other order: it is the place that counts.
    later, earlier = NewContact(name="Tobias"), NewContact(name="Lindsay")
    created = CreateLead(contacts=(earlier, later))
    await office.run(created)
    third = await contact_of(office, created.lead_id, name="Maeby")
    async with office.reader() as reader:
        found = await read.contacts_of_leads(reader, [created.lead_id], 10)
    assert [row.contact_id for row in found[created.lead_id]] == [earlier.contact_id, later.contact_id, third]


async def test_the_first_contact_is_the_primary_one(office: Office, lead_id: LeadId) -> None:
    first = await contact_of(office, lead_id)
    await contact_of(office, lead_id)
    assert (await lead_row(office, lead_id)).primary_contact_id == first


@both_versions
async def test_each_lead_has_its_own_first_contacts(office: Office, lead_id: LeadId) -> None:
    other = CreateLead()
    await office.run(other)
    for each in (lead_id, other.lead_id):
        for name in "abc":
            await contact_of(office, each, name)
    async with office.reader() as reader:
        found = await read.contacts_of_leads(reader, [lead_id, other.lead_id, LeadId(uuid7())], 2)
    assert {each: [row.name for row in rows] for each, rows in found.items()} == {
        lead_id: ["a", "b"],
        other.lead_id: ["a", "b"],
    }


@both_versions
async def test_contacts_are_counted_by_lead(office: Office, lead_id: LeadId) -> None:
    alone = CreateLead()
    await office.run(alone)
    for _ in range(3):
        await contact_of(office, lead_id)
    async with office.reader() as reader:
        assert await read.contact_counts(reader, [lead_id, alone.lead_id]) == {lead_id: 3}


async def test_a_contact_of_another_organization_is_none(office: Office, lead_id: LeadId) -> None:
    contact_id = await contact_of(office, lead_id)
    stranger = await found_office(office.system, name="Elsewhere")
    async with stranger.reader() as reader:
        assert await read.contacts(reader, [contact_id]) == {}
        assert await read.contacts_of_leads(reader, [lead_id], 10) == {}
