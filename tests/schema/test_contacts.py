"""Contacts, as a front end sees them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.api import Api

CONTACT = """contact { name displayName title emails { email type } phones { phone formatted country type }
  urls { url type } lead { id } version }"""


def test_a_contact_is_answered_normalised(api: Api, lead: str) -> None:
    contact = {
        "name": " Lindsay Bluth ",
        "title": "Owner",
        "emails": [{"email": "Lindsay@BLUTH.example"}],
        "phones": [{"phone": "030 1234567", "country": "de", "type": "MOBILE"}],
        "urls": [{"url": "bluth.example"}],
    }
    added = api.do("addContact", CONTACT, leadId=lead, contact=contact)["contact"]
    assert added == {
        "name": "Lindsay Bluth",
        "displayName": "Lindsay Bluth",
        "title": "Owner",
        "emails": [{"email": "Lindsay@bluth.example", "type": "OFFICE"}],
        "phones": [{"phone": "+49301234567", "formatted": "+49 30 1234567", "country": "DE", "type": "MOBILE"}],
        "urls": [{"url": "https://bluth.example", "type": "URL"}],
        "lead": {"id": lead},
        "version": 2,
    }


def test_a_contact_without_a_name_is_shown_by_its_address(api: Api, lead: str) -> None:
    added = api.do("addContact", CONTACT, leadId=lead, contact={"emails": [{"email": "l@bluth.example"}]})
    assert added["contact"]["displayName"] == "l@bluth.example"


def test_a_contact_with_a_number_alone_is_shown_by_it(api: Api, lead: str) -> None:
    added = api.do("addContact", CONTACT, leadId=lead, contact={"phones": [{"phone": "+12125550100"}]})
    assert added["contact"]["displayName"] == "+1 212-555-0100"


def test_a_contact_nobody_knows_anything_of_is_unnamed(api: Api, lead: str) -> None:
    contact = api.do("addContact", "contact { id }", leadId=lead, contact={"title": "Ms"})["contact"]["id"]
    assert api.look(lead, "contacts { displayName }")["contacts"] == [{"displayName": "Unnamed"}]
    assert api.do("updateContact", CONTACT, contactId=contact, title=None)["contact"]["displayName"] == "Unnamed"


@pytest.mark.parametrize("nothing", [{}, {"name": " ", "emails": []}])
def test_a_contact_of_whom_nothing_is_said_is_refused(api: Api, lead: str, nothing: dict[str, Any]) -> None:
    assert api.refused("addContact", leadId=lead, contact=nothing) == ("INVALID", "empty_contact", "contact")
    assert api.refused("createLead", contacts=[nothing]) == ("INVALID", "empty_contact", "contacts.0")


def test_null_for_a_type_is_its_default(api: Api, lead: str) -> None:
    contact = {
        "emails": [{"email": "l@bluth.example", "type": None}],
        "phones": [{"phone": "+12125550100", "type": None}],
        "urls": [{"url": "bluth.example", "type": None}],
    }
    added = api.do("addContact", CONTACT, leadId=lead, contact=contact)["contact"]
    types = [added[field][0]["type"] for field in ("emails", "phones", "urls")]
    assert types == ["OFFICE", "OFFICE", "URL"]


def test_the_first_contact_becomes_the_primary_one_and_names_a_lead_without_a_name(api: Api) -> None:
    lead = api.lead()
    added = api.do(
        "addContact", "lead { displayName primaryContact { name } }", leadId=lead, contact={"name": "Lindsay"}
    )
    assert added["lead"] == {"displayName": "Lindsay", "primaryContact": {"name": "Lindsay"}}


def test_a_later_contact_stands_behind(api: Api) -> None:
    lead = api.lead(contacts=[{"name": "Lindsay"}])
    added = api.do(
        "addContact",
        "lead { primaryContact { name } contacts { name } }",
        leadId=lead,
        contact={"name": "Tobias"},
    )["lead"]
    assert added["primaryContact"] == {"name": "Lindsay"}
    assert [contact["name"] for contact in added["contacts"]] == ["Lindsay", "Tobias"]


def test_first_bounds_the_contacts(api: Api) -> None:
    lead = api.lead(contacts=[{"name": "Lindsay"}, {"name": "Tobias"}])
    seen = api.look(lead, "contacts(first: 1) { name } none: contacts(first: 0) { name } contactCount")
    assert seen == {"contacts": [{"name": "Lindsay"}], "none": [], "contactCount": 2}


def test_null_for_first_is_its_default(api: Api) -> None:
    lead = api.lead(contacts=[{"name": "Lindsay"}, {"name": "Tobias"}])
    assert len(api.look(lead, "contacts(first: null) { name }")["contacts"]) == 2


def test_a_bad_entry_is_refused_at_its_own_path(api: Api, lead: str) -> None:
    contact = {"emails": [{"email": "l@bluth.example"}, {"email": "l@"}]}
    refused = api.refused("addContact", leadId=lead, contact=contact)
    assert refused == ("INVALID", "invalid_email", "contact.emails.1.email")


def test_a_country_that_is_none_is_named(api: Api, lead: str) -> None:
    contact = {"phones": [{"phone": "030 1234567", "country": "Germany"}]}
    refused = api.refused("addContact", leadId=lead, contact=contact)
    assert refused == ("INVALID", "unknown_country", "contact.phones.0.country")


def test_a_contact_of_another_lead_is_not_found(api: Api, lead: str) -> None:
    other = api.look(api.lead(contacts=[{"name": "Lindsay"}]), "primaryContact { id }")["primaryContact"]["id"]
    refused = api.refused("logCall", leadId=lead, contactId=other, direction="INBOUND")
    assert refused == ("NOT_FOUND", "contact_not_found", "contactId")
