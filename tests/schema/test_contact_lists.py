"""The list of contacts of all leads: searches, filters, orders and pages."""

from __future__ import annotations

from typing import Any

import pytest

from tests.schema.finding import CONTACTS, found, listed, paged, refused
from tests.support.api import Api


@pytest.fixture
def people(api: Api) -> Api:
    """Five of two leads, the second of which has words that none of its contacts has."""
    api.lead(
        name="Bluth Company",
        contacts=[
            {"name": "Zoë", "title": "Purchasing", "emails": [{"email": "Zoe@Stair.example"}]},
            {"name": "ada", "phones": [{"phone": "+49 30 12345"}]},
            {"emails": [{"email": "info@bluth.example"}]},
        ],
    )
    api.lead(
        name="Ada Ltd",
        url="https://stair.example",
        contacts=[{"name": "Berta", "urls": [{"url": "https://hand.example"}]}, {"name": "Ada"}],
    )
    return api


def contacts(api: Api, **filter: Any) -> set[str]:
    return found(api, CONTACTS, **filter)


@pytest.mark.parametrize(
    ("filter", "names"),
    [
        ({"search": "zoe"}, {"Zoë"}),
        ({"search": "PURCH zo"}, {"Zoë"}),
        ({"search": "stair"}, {"Zoë"}),
        ({"search": "ada"}, {"ada", "Ada"}),
        ({"search": "ltd"}, set()),
        ({"search": "berta ada"}, set()),
        ({"search": "030 12345"}, {"ada"}),
        ({"search": "hand.example"}, {"Berta"}),
        ({"search": "' & | !x:*"}, set()),
        ({"search": "!"}, {"Zoë", "ada", "info@bluth.example", "Berta", "Ada"}),
        ({"email": "ZOE@stair.example"}, {"Zoë"}),
        ({"email": "zoe@stair"}, set()),
        ({"email": "x" * 5_000}, set()),
        ({"phone": "+49 30 12345"}, {"ada"}),
        ({"createdUntil": "2020-01-01T00:00:00Z"}, set()),
        ({"createdSince": "2020-01-01T00:00:00Z", "search": "berta"}, {"Berta"}),
        ({"leadIds": []}, set()),
        ({"search": "ada", "email": "zoe@stair.example"}, set()),
    ],
)
def test_filters(people: Api, filter: dict[str, Any], names: set[str]) -> None:
    assert contacts(people, **filter) == names


def test_those_of_some_leads(people: Api) -> None:
    leads = people.ask("{ leads(sort: NAME_ASC) { nodes { id } } }")["leads"]["nodes"]
    assert contacts(people, leadIds=[leads[0]["id"], leads[0]["id"]]) == {"Berta", "Ada"}
    assert contacts(people, leadIds=[lead["id"] for lead in leads], search="ada") == {"ada", "Ada"}


@pytest.mark.parametrize("size", [1, 2, 5])
@pytest.mark.parametrize("sort", ["CREATED_ASC", "CREATED_DESC", "NAME_ASC", "NAME_DESC"])
def test_pages_are_the_whole_list_in_its_order(people: Api, sort: str, size: int) -> None:
    whole = listed(people, CONTACTS, sort=sort)
    assert paged(people, size, CONTACTS, sort=sort) == whole
    assert len(whole) == 5
    names = [name.lower() for name in whole]
    if sort == "NAME_ASC":
        assert names == ["info@bluth.example", "ada", "ada", "berta", "zoë"]
    if sort == "CREATED_DESC":
        assert set(names[:2]) == {"berta", "ada"}


def test_a_contact_is_listed_as_it_is_now(people: Api) -> None:
    (zoe,) = people.ask('{ contacts(filter: {search: "zoe"}) { nodes { id } } }')["contacts"]["nodes"]
    people.do("updateContact", contactId=zoe["id"], name="Maggie", emails=[])
    assert (contacts(people, search="zoe"), contacts(people, search="maggie")) == (set(), {"Maggie"})
    people.do("removeContact", contactId=zoe["id"])
    assert contacts(people, search="maggie") == set()


def test_contacts_of_deleted_leads_are_in_no_list(people: Api) -> None:
    (lead,) = people.ask('{ leads(filter: {search: "ltd"}) { nodes { id } } }')["leads"]["nodes"]
    people.do("deleteLead", leadId=lead["id"])
    assert contacts(people, search="ada") == {"ada"}
    assert contacts(people, leadIds=[lead["id"]]) == set()


def test_another_organization_has_contacts_of_its_own(people: Api, stranger: Api) -> None:
    leads = people.ask("{ leads { nodes { id } } }")["leads"]["nodes"]
    assert contacts(stranger) == contacts(stranger, leadIds=[lead["id"] for lead in leads]) == set()


@pytest.mark.parametrize(
    ("filter", "path"),
    [
        ({"phone": "x"}, "phone"),
        ({"email": "a\0@b.example"}, "email"),
        ({"leadIds": ["cont_1"]}, "leadIds.0"),
        ({"leadIds": ["x"] * 1_001}, "leadIds"),
    ],
)
def test_what_cannot_be_looked_for_is_refused_by_its_name(api: Api, filter: dict[str, Any], path: str) -> None:
    assert refused(api, CONTACTS, **filter) == path


@pytest.mark.parametrize("sort", ["NAME_DESC", "CREATED_ASC"])
def test_a_cursor_belongs_to_its_sort(people: Api, sort: str) -> None:
    cursor = people.ask(CONTACTS, first=1, sort="NAME_ASC")["contacts"]["pageInfo"]["endCursor"]
    assert people.fault(CONTACTS, after=cursor, sort=sort) == ("INVALID", ["contacts"])
