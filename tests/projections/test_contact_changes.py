"""What changes, removals and reorderings of contacts do to their rows, and to what their lead is called."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from app.ids import ContactId, CustomFieldId, LeadId, uuid7
from app.lead.contact_changes import RemoveContact, ReorderContacts, UpdateContact
from app.lead.contact_points import ContactUrl, EmailAddress, PhoneNumber
from app.lead.contacts import AddContact, NewContact
from app.lead.custom_values import CustomValueChanged
from app.lead.details import CreateLead, UpdateLead
from app.vocabulary import CustomFieldTarget
from projections.lead_view import read
from projections.lead_view.criteria import LeadCriteria
from projections.lead_view.lists import LeadOrder, lead_page
from projections.lead_view.rows import ContactRow
from tests.projections.screens import append, appending, last_fact, lead_row
from tests.support.office import Office
from tests.support.postgres import both_versions

LINDSAY = NewContact(
    name="Lindsay Bluth",
    title="Owner",
    emails=(EmailAddress(email="lindsay@bluth.example"),),
    phones=(PhoneNumber(phone="+12125550100"),),
    urls=(ContactUrl(url="lindsay.example"),),
)


async def family(office: Office, *names: str | None) -> tuple[LeadId, list[ContactId]]:
    """A lead without a name of its own."""
    contacts = tuple(NewContact(name=name, title="Bluth") for name in names)
    lead = CreateLead(contacts=contacts)
    await office.run(lead)
    return lead.lead_id, [contact.contact_id for contact in contacts]


async def rows_of(office: Office, lead_id: UUID) -> list[ContactRow]:
    async with office.reader() as reader:
        return (await read.contacts_of_leads(reader, [lead_id], 10)).get(lead_id, [])


async def found(office: Office, search: str) -> list[UUID]:
    async with office.reader() as reader:
        criteria = LeadCriteria(search=search)
        page = await lead_page(reader, criteria, LeadOrder.NAME, descending=False, after=None, limit=10)
    return [lead_id for lead_id, _ in page]


async def shown(office: Office, lead_id: UUID) -> tuple[str, UUID | None]:
    """What a lead is called, and who its primary contact is."""
    row = await lead_row(office, lead_id)
    return row.display_name, row.primary_contact_id


@both_versions
@pytest.mark.parametrize(
    ("change", "shows"),
    [
        ({"name": "Nellie"}, {"name": "Nellie"}),
        ({"title": None}, {"title": None}),
        ({"emails": (EmailAddress(email="n@x.example"),)}, {"emails": [EmailAddress(email="n@x.example")]}),
        ({"phones": None}, {"phones": []}),
        ({"urls": (ContactUrl(url="x.example"),)}, {"urls": [ContactUrl(url="https://x.example")]}),
    ],
    ids=["name", "title", "emails", "phones", "urls"],
)
async def test_a_contact_shows_what_it_was_changed_to_last(
    office: Office, lead_id: LeadId, change: dict[str, Any], shows: dict[str, Any]
) -> None:
    added = AddContact(lead_id=lead_id, contact=fresh(LINDSAY))
    await office.run(added)
    (before,) = await rows_of(office, lead_id)
    await office.run(UpdateContact(contact_id=added.contact_id, **change))
    now = (await last_fact(office)).recorded_at
    (after,) = await rows_of(office, lead_id)
    unchanged = {name: getattr(before, name) for name in ContactRow.__struct_fields__}
    assert after == ContactRow(**{**unchanged, **shows, "updated_at": now, "version": 3})


def fresh(contact: NewContact) -> NewContact:
    """The same person under an id of their own."""
    return NewContact(
        name=contact.name, title=contact.title, emails=contact.emails, phones=contact.phones, urls=contact.urls
    )


@both_versions
@pytest.mark.parametrize(
    ("change", "lost", "won"),
    [
        ({"name": "Émile"}, "lindsay blu", "emil"),
        ({"title": "Activist"}, "owner", "activi"),
        ({"emails": (EmailAddress(email="nellie@fuenke.example"),)}, "lindsay@bluth.example", "fuenke"),
        ({"phones": (PhoneNumber(phone="+49301234567"),)}, "12125550100", "49301234567"),
        ({"urls": (ContactUrl(url="nellie.example"),)}, "lindsay.example", "nellie.exa"),
    ],
    ids=["name", "title", "emails", "phones", "urls"],
)
async def test_a_lead_is_found_by_what_its_contact_is_now(
    office: Office, lead_id: LeadId, change: dict[str, Any], lost: str, won: str
) -> None:
    parts = {"name", "title", "emails", "phones", "urls"} & change.keys()
    alone = {name: getattr(LINDSAY, name) for name in parts}
    added = AddContact(lead_id=lead_id, contact=NewContact(**alone))
    await office.run(added)
    assert await found(office, lost) == [lead_id]
    await office.run(UpdateContact(contact_id=added.contact_id, **change))
    assert (await found(office, lost), await found(office, won)) == ([], [lead_id])


async def test_a_lead_is_not_found_by_a_contact_who_is_gone(office: Office, lead_id: LeadId) -> None:
    added = AddContact(lead_id=lead_id, contact=fresh(LINDSAY))
    await office.run(added)
    await office.run(RemoveContact(contact_id=added.contact_id))
    assert await found(office, "lindsay") == []
    assert await rows_of(office, lead_id) == []


# ---------------------------------------------------------------- a lead that is called by its contact


@both_versions
async def test_a_lead_without_a_name_follows_its_contact_s_name(office: Office) -> None:
    lead_id, (lindsay,) = await family(office, "Lindsay")
    assert await shown(office, lead_id) == ("Lindsay", lindsay)
    await office.run(UpdateContact(contact_id=lindsay, name="Nellie"))
    assert await shown(office, lead_id) == ("Nellie", lindsay)
    assert await found(office, "nell") == [lead_id]
    await office.run(UpdateContact(contact_id=lindsay, name=None))
    assert await shown(office, lead_id) == ("Untitled", lindsay)
    assert await found(office, "untitled") == [lead_id]


async def test_it_is_sorted_by_that_name(office: Office) -> None:
    (first, (lindsay,)), (second, _) = await family(office, "Aaa"), await family(office, "Bbb")
    assert await found(office, "bluth") == [first, second]
    await office.run(UpdateContact(contact_id=lindsay, name="Çcc"))
    assert await found(office, "bluth") == [second, first]


@both_versions
async def test_when_the_first_contact_goes_the_next_one_names_the_lead(office: Office) -> None:
    lead_id, (lindsay, tobias, maeby) = await family(office, "Lindsay", "Tobias", "Maeby")
    await office.run(RemoveContact(contact_id=tobias))
    assert await shown(office, lead_id) == ("Lindsay", lindsay)
    await office.run(RemoveContact(contact_id=lindsay))
    assert await shown(office, lead_id) == ("Maeby", maeby)
    await office.run(RemoveContact(contact_id=maeby))
    assert await shown(office, lead_id) == ("Untitled", None)
    added = AddContact(lead_id=lead_id, contact=NewContact(name="George"))
    await office.run(added)
    assert await shown(office, lead_id) == ("George", added.contact_id)


@both_versions
async def test_another_order_makes_another_contact_the_primary_one(office: Office) -> None:
    lead_id, (lindsay, tobias, maeby) = await family(office, "Lindsay", "Tobias", None)
    await office.run(ReorderContacts(lead_id=lead_id, contact_ids=(tobias,)))
    assert await shown(office, lead_id) == ("Tobias", tobias)
    assert [row.contact_id for row in await rows_of(office, lead_id)] == [tobias, lindsay, maeby]
    await office.run(UpdateContact(contact_id=lindsay, name="Nobody"))
    await office.run(UpdateContact(contact_id=tobias, name="Dr. Fünke"))
    assert await shown(office, lead_id) == ("Dr. Fünke", tobias)
    await office.run(ReorderContacts(lead_id=lead_id, contact_ids=(maeby,)))
    assert await shown(office, lead_id) == ("Untitled", maeby)


async def test_who_is_added_after_removals_and_a_new_order_stands_last(office: Office) -> None:
    lead_id, (lindsay, tobias, maeby) = await family(office, "Lindsay", "Tobias", "Maeby")
    await office.run(RemoveContact(contact_id=lindsay))
    george = AddContact(lead_id=lead_id, contact=NewContact(name="George"))
    await office.run(george)
    assert [row.contact_id for row in await rows_of(office, lead_id)] == [tobias, maeby, george.contact_id]
    await office.run(ReorderContacts(lead_id=lead_id, contact_ids=(george.contact_id, maeby)))
    gob = AddContact(lead_id=lead_id, contact=NewContact(name="GOB"))
    await office.run(gob)
    order = [george.contact_id, maeby, tobias, gob.contact_id]
    assert [row.contact_id for row in await rows_of(office, lead_id)] == order


async def test_a_lead_with_a_name_keeps_it(office: Office) -> None:
    lead_id, (lindsay,) = await family(office, "Lindsay")
    await office.run(UpdateLead(lead_id=lead_id, name="Bluth Company"))
    await office.run(UpdateContact(contact_id=lindsay, name="Nellie"))
    assert await shown(office, lead_id) == ("Bluth Company", lindsay)


async def test_contacts_of_other_leads_stay_as_they_are(office: Office) -> None:
    (first, (lindsay,)), (second, _) = await family(office, "Lindsay"), await family(office, "Tobias")
    before = await rows_of(office, second)
    await office.run(UpdateContact(contact_id=lindsay, name="Nellie"))
    await office.run(RemoveContact(contact_id=lindsay))
    assert await rows_of(office, second) == before
    assert await rows_of(office, first) == []


async def test_a_removed_contact_is_none_by_its_id(office: Office) -> None:
    _, (lindsay,) = await family(office, "Lindsay")
    await office.run(RemoveContact(contact_id=lindsay))
    async with office.reader() as reader:
        assert await read.contacts(reader, [lindsay, uuid7()]) == {}


async def test_the_custom_values_of_a_removed_contact_go_with_it(office: Office, lead_id: LeadId) -> None:
    added = AddContact(lead_id=lead_id, contact=NewContact(name="Lindsay"))
    await office.run(added)
    values = [
        CustomValueChanged(
            target=CustomFieldTarget.CONTACT,
            owner_id=added.contact_id,
            field_id=CustomFieldId(uuid7()),
            after=(value,),
        )
        for value in ("Gold", "Silver")
    ]
    await append(office, [await appending(office, lead_id, 2, *values)])
    kept = "SELECT 1 FROM lead_custom WHERE org_id = $1 AND owner_id = $2"
    assert len(await office.system.store.fetch(None, kept, office.org_id, added.contact_id)) == 2
    await office.run(RemoveContact(contact_id=added.contact_id))
    assert await office.system.store.fetch(None, kept, office.org_id, added.contact_id) == []
    assert await found(office, "gold") == []
