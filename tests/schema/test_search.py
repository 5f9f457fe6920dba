"""Searching leads: every word on a lead or its contacts finds it, as it is now, and never another organization's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.schema.finding import LEADS, found, listed, paged
from tests.support.api import Api

BLUTH = {
    "name": "Bluth Company",
    "url": "https://www.sudden-valley.example/homes",
    "addresses": [{"address1": "Balboa Towers 7", "city": "Newport Beach", "postalCode": "92660", "country": "US"}],
    "contacts": [
        {
            "name": "Lindsay Fünke",
            "title": "Head of Purchasing",
            "emails": [{"email": "L.Fuenke@Stair-Car.example"}],
            "phones": [{"phone": "+1 212 555 0100"}],
            "urls": [{"url": "https://hand.example/lindsay"}],
        },
        {"name": "Tobias"},
    ],
}


@pytest.fixture
def bluth(api: Api) -> str:
    """A lead with a word in every place, beside one with other words."""
    api.lead(name="Sitwell Enterprises", url="https://www.sitwell.example", contacts=[{"name": "Stan"}])
    return api.lead(**BLUTH)


@pytest.mark.parametrize(
    "search",
    [
        "bluth",
        "COMP",
        "sudden-valley.example",
        "https://www.sudden-valley.example/homes",
        "www.sudden-valley",
        "homes",
        "balboa 7",
        "newport",
        "92660",
        "funke",
        "FÜNKE lindsay",
        "purchasing",
        "l.fuenke@stair-car.example",
        "stair",
        "+12125550100",
        "+1 212 555",
        "0012125550100",
        "(212) 555-0100",
        "0212 5550",
        "hand.example",
        "tobias",
        "company tobias newport purch",
    ],
)
def test_it_is_found_by_every_word_on_it(api: Api, bluth: str, search: str) -> None:
    assert found(api, search=search) == {"Bluth Company"}


@pytest.mark.parametrize("search", ["luth", "bluth sitwell", "company stan", "555 0100", "https", "fünkes"])
def test_it_is_not_found_by_anything_else(api: Api, bluth: str, search: str) -> None:
    assert found(api, search=search) == set()


def test_another_organizations_words_find_nothing(api: Api, bluth: str, stranger: Api) -> None:
    assert found(stranger, search="bluth") == set()
    stranger.lead(name="Bluth Junior")
    assert (found(stranger, search="bluth"), found(api, search="bluth")) == ({"Bluth Junior"}, {"Bluth Company"})


def _contact(api: Api, lead: str) -> str:
    contact: str = api.look(lead, "primaryContact { id }")["primaryContact"]["id"]
    return contact


CHANGES: dict[str, tuple[Callable[[Api, str], Any], str, str]] = {
    "name": (lambda api, lead: api.do("updateLead", leadId=lead, name="Sitwell"), "bluth", "sitwell"),
    "url": (lambda api, lead: api.do("updateLead", leadId=lead, url="new.example"), "sudden", "new.example"),
    "addresses": (
        lambda api, lead: api.do("updateLead", leadId=lead, addresses=[{"city": "Reno"}]),
        "newport",
        "reno",
    ),
    "contact's name": (
        lambda api, lead: api.do("updateContact", contactId=_contact(api, lead), name="Maggie"),
        "funke",
        "maggie",
    ),
    "title": (
        lambda api, lead: api.do("updateContact", contactId=_contact(api, lead), title="Owner"),
        "purchasing",
        "owner",
    ),
    "e-mails": (
        lambda api, lead: api.do("updateContact", contactId=_contact(api, lead), emails=[{"email": "m@new.example"}]),
        "stair",
        "new.example",
    ),
    "phones": (
        lambda api, lead: api.do("updateContact", contactId=_contact(api, lead), phones=[{"phone": "+493012345"}]),
        "+1212",
        "+493012",
    ),
    "links": (
        lambda api, lead: api.do("updateContact", contactId=_contact(api, lead), urls=[{"url": "new.example"}]),
        "hand",
        "new.example",
    ),
    "another contact": (
        lambda api, lead: api.do("addContact", leadId=lead, contact={"name": "Buster"}),
        "nobody",
        "buster",
    ),
    "one contact less": (
        lambda api, lead: api.do("removeContact", contactId=_contact(api, lead)),
        "lindsay",
        "tobias",
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_it_is_found_as_it_is_now(api: Api, change: str) -> None:
    lead = api.lead(**BLUTH)
    do, before, after = CHANGES[change]
    do(api, lead)
    name = api.look(lead, "displayName")["displayName"]
    assert (found(api, search=before), found(api, search=after)) == (set(), {name})


def test_a_deleted_lead_is_found_again_once_it_is_restored(api: Api, bluth: str) -> None:
    api.do("deleteLead", leadId=bluth)
    assert found(api, search="bluth") == set()
    api.do("restoreLead", leadId=bluth)
    assert found(api, search="bluth") == {"Bluth Company"}


RELEVANT = ["Blu", "Blue Two", "Blue One", "The Blue Moon", "Another"]  # the later of two was created later


@pytest.fixture
def ranked(api: Api) -> Api:
    api.lead(name="Another", contacts=[{"name": "Bluebell"}])
    for name in ("Blue One", "The Blue Moon", "Blu", "Blue Two", "Else"):
        api.lead(name=name)
    return api


@pytest.mark.parametrize("size", [1, 2, 5, 50])
def test_by_relevance_whole_names_come_before_their_beginnings_words_and_all_else(ranked: Api, size: int) -> None:
    assert paged(ranked, size, filter={"search": "BLÜ"}, sort="RELEVANCE") == RELEVANT


def test_by_relevance_other_filters_narrow_too(ranked: Api) -> None:
    filter = {"search": "blu", "hasOpenTask": False, "createdSince": "2020-01-01T00:00:00Z"}
    assert listed(ranked, filter=filter, sort="RELEVANCE") == RELEVANT


@pytest.mark.parametrize("filter", [None, {}, {"contactEmail": "a@b.example"}, {"search": None}])
def test_relevance_is_of_a_search(api: Api, filter: Any) -> None:
    assert api.fault(LEADS, filter=filter, sort="RELEVANCE") == ("INVALID", ["leads"])


def test_by_relevance_of_no_word_all_leads_are_the_same(ranked: Api) -> None:
    assert len(paged(ranked, 2, filter={"search": "!"}, sort="RELEVANCE")) == 6
