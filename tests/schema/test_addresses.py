"""Addresses of a lead and where it came from, as a front end sees them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.api import Api

ADDRESSES = "addresses { label address1 address2 city state postalCode country }"
HOME = {
    "label": "MAILING",
    "address1": "100 Sudden Valley Rd",
    "address2": "Attic",
    "city": "Newport Beach",
    "state": "CA",
    "postalCode": "92660",
    "country": "US",
}
NOWHERE = dict.fromkeys(HOME)


def test_a_lead_comes_with_its_addresses_and_its_source(api: Api) -> None:
    created = api.do(
        "createLead",
        f"lead {{ source {ADDRESSES} }}",
        addresses=[HOME, {"city": " Reykjavík ", "country": "is"}],
        source="Trade fair",
    )
    second = {**NOWHERE, "label": "BUSINESS", "city": "Reykjavík", "country": "IS"}
    assert created["lead"] == {"source": "Trade fair", "addresses": [HOME, second]}


def test_everything_comes_in_one_command(api: Api) -> None:
    contact = {
        "name": "Lindsay",
        "title": "Owner",
        "emails": [{"email": "l@bluth.example"}],
        "phones": [{"phone": "+12125550100", "type": "MOBILE"}],
        "urls": [{"url": "bluth.example"}],
    }
    selection = "lead { version displayName contacts { name emails { email } } addresses { city } }"
    lead = api.do("createLead", selection, contacts=[contact, {"name": "Tobias"}], addresses=[HOME])["lead"]
    assert lead == {
        "version": 3,
        "displayName": "Lindsay",
        "contacts": [{"name": "Lindsay", "emails": [{"email": "l@bluth.example"}]}, {"name": "Tobias", "emails": []}],
        "addresses": [{"city": "Newport Beach"}],
    }


def test_a_lead_without_a_source_came_through_the_api(api: Api, lead: str) -> None:
    assert api.look(lead, "source addresses { city }") == {"source": "api", "addresses": []}


def test_addresses_are_replaced_as_a_list(api: Api) -> None:
    lead = api.lead(addresses=[HOME])
    api.do("updateLead", leadId=lead, description="They stay")
    assert api.look(lead, ADDRESSES) == {"addresses": [HOME]}
    changed = api.do("updateLead", "lead { addresses { city } }", leadId=lead, addresses=[{"city": "Köln"}])
    assert changed["lead"]["addresses"] == [{"city": "Köln"}]


@pytest.mark.parametrize("nothing", [None, []])
def test_null_and_an_empty_list_clear_them(api: Api, nothing: Any) -> None:
    lead = api.lead(addresses=[HOME])
    assert api.do("updateLead", f"lead {{ {ADDRESSES} }}", leadId=lead, addresses=nothing)["lead"] == {"addresses": []}


def test_null_for_a_label_is_its_default(api: Api) -> None:
    lead = api.lead(addresses=[{"label": None, "city": "Köln"}])
    assert api.look(lead, "addresses { label }") == {"addresses": [{"label": "BUSINESS"}]}


@pytest.mark.parametrize("mutation", ["createLead", "updateLead"])
def test_everything_wrong_with_them_is_told_by_path(api: Api, lead: str, mutation: str) -> None:
    target = {"leadId": lead} if mutation == "updateLead" else {}
    wrong = [{"city": "x", "country": "Germany"}, HOME, {"label": "OTHER"}, {"postalCode": "\0"}]
    errors = api.refusals(mutation, **target, addresses=wrong)
    assert sorted((error["reason"], ".".join(error["path"])) for error in errors) == [
        ("empty_address", "input.addresses.2"),
        ("nul_character", "input.addresses.3.postalCode"),
        ("unknown_country", "input.addresses.0.country"),
    ]


def test_too_long_a_source_is_refused(api: Api) -> None:
    assert api.refused("createLead", source="x" * 101) == ("INVALID", "text_too_long", "source")


@pytest.mark.parametrize(
    "text", ["شركة النور", "👩‍👩‍👧‍👦", "e\u0301", "zero\u200bwidth", "\U0010ffff", "می\u200cخواهم"]
)
def test_every_script_comes_back_as_it_was(api: Api, text: str) -> None:
    lead = api.lead(source=text, addresses=[{"city": text}], contacts=[{"name": text, "title": text}])
    seen = api.look(lead, "source displayName addresses { city } contacts { id name title }")
    (contact,) = seen.pop("contacts")
    assert seen == {"source": text, "displayName": text, "addresses": [{"city": text}]}
    changed = api.do("updateContact", "contact { name title }", contactId=contact["id"], name=f"x{text}")["contact"]
    assert changed == {"name": f"x{text}", "title": text}
