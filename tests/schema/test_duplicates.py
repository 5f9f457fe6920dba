"""Leads that may be the same: by an e-mail address, a phone number or a web host that they share."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.api import Api

ASKED = """query ($emails: [String!], $phones: [String!], $url: String, $first: Int) {
  possibleDuplicates(emails: $emails, phones: $phones, url: $url, first: $first) { displayName } }"""


def duplicates(api: Api, **arguments: Any) -> list[str]:
    return [lead["displayName"] for lead in api.ask(ASKED, **arguments)["possibleDuplicates"]]


def of_lead(api: Api, lead: str) -> list[str]:
    found = api.look(lead, "possibleDuplicates { displayName }")["possibleDuplicates"]
    return [one["displayName"] for one in found]


def with_contact(**points: Any) -> dict[str, Any]:
    return {"contacts": [{"name": "Lindsay", **points}]}


@pytest.fixture
def leads(api: Api) -> Api:
    """Bluth has an address, a number and a site; two others share one of them each, and one has only words of them."""
    api.lead(
        name="Bluth",
        url="https://www.bluth.example/about",
        **with_contact(emails=[{"email": "lindsay@bluth.example"}], phones=[{"phone": "+12125550100"}]),
    )
    api.lead(name="Mail", **with_contact(emails=[{"email": "Lindsay@Bluth.example"}]))
    api.lead(name="Link", **with_contact(urls=[{"url": "http://bluth.example"}]))
    api.lead(name="Words", url="https://lindsay.bluth.example", description="+12125550100")
    return api


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        ({"emails": ["LINDSAY@bluth.example "]}, ["Bluth", "Mail"]),
        ({"phones": ["+1 (212) 555-0100"]}, ["Bluth"]),
        ({"url": "bluth.example"}, ["Bluth", "Link"]),
        ({"url": "http://www.bluth.example:8080/x"}, ["Bluth", "Link"]),
        ({"emails": ["lindsay@bluth.example"], "url": "bluth.example"}, ["Bluth", "Mail", "Link"]),
        ({"emails": ["lindsay@bluth.example"], "url": "bluth.example", "first": 1}, ["Bluth"]),
        ({"emails": ["lindsay"], "phones": ["x"], "url": "not a site"}, []),
        ({"url": "a\0b.example"}, None),
        ({"emails": ["x" * 5_000], "phones": ["\0", "1" * 500], "url": "x" * 5_000}, []),
        ({}, []),
        ({"emails": [], "phones": None, "url": None}, []),
    ],
)
def test_they_are_asked_for_before_a_lead_is_made(
    leads: Api, arguments: dict[str, Any], names: list[str] | None
) -> None:
    if names is None:
        assert leads.fault(ASKED, **arguments) == ("INVALID", ["possibleDuplicates"])
    else:
        assert duplicates(leads, **arguments) == names


def test_a_national_number_is_read_in_the_organizations_country(leads: Api) -> None:
    assert duplicates(leads, phones=["212 555 0100"]) == []
    leads.do("updateOrganization", country="US")
    assert duplicates(leads, phones=["212 555 0100"]) == ["Bluth"]


def test_a_new_lead_is_answered_with_a_warning(leads: Api) -> None:
    asked = "possibleDuplicates { displayName }"
    points = with_contact(phones=[{"phone": "+12125550100"}])
    done = leads.do("createLead", asked, name="New", url="https://bluth.example", **points)
    assert [one["displayName"] for one in done["possibleDuplicates"]] == ["Bluth", "Link"]
    assert leads.do("createLead", asked, name="Bluth")["possibleDuplicates"] == []


def test_a_refused_lead_has_none(leads: Api) -> None:
    payload = leads.answer("createLead", "possibleDuplicates { id }", name="x" * 501)
    assert payload["possibleDuplicates"] == []


def test_each_lead_tells_its_own_and_never_itself(leads: Api) -> None:
    asked = "{ leads(sort: CREATED_ASC) { nodes { displayName possibleDuplicates { displayName } } } }"
    found = {
        node["displayName"]: [one["displayName"] for one in node["possibleDuplicates"]]
        for node in leads.ask(asked)["leads"]["nodes"]
    }
    assert found == {"Bluth": ["Mail", "Link"], "Mail": ["Bluth"], "Link": ["Bluth"], "Words": []}


def test_a_deleted_lead_is_nobodys_duplicate(api: Api) -> None:
    one, other = (api.lead(name=name, url="bluth.example") for name in "ab")
    api.do("deleteLead", leadId=one)
    assert (of_lead(api, other), duplicates(api, url="bluth.example")) == ([], ["b"])


def test_another_organizations_leads_are_no_duplicates(leads: Api, stranger: Api) -> None:
    same = stranger.lead(name="Same", url="bluth.example")
    assert (of_lead(stranger, same), duplicates(stranger, emails=["lindsay@bluth.example"])) == ([], [])


@pytest.mark.parametrize("arguments", [{"emails": ["a@b.example"] * 101}, {"phones": ["1"] * 101}, {"first": 101}])
def test_more_than_can_be_asked_at_once_is_refused(api: Api, arguments: dict[str, Any]) -> None:
    assert api.fault(ASKED, **arguments) == ("INVALID", ["possibleDuplicates"])
