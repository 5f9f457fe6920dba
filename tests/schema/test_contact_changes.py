"""Changing, removing and reordering contacts, as a front end sees it."""

from __future__ import annotations

from typing import Any

import pytest

from app.ids import encode_id, uuid7
from tests.support.api import Api

CONTACT = "contact { id name displayName title emails { email type } phones { phone } urls { url } version }"


@pytest.fixture
def family(api: Api) -> tuple[str, list[str]]:
    """A lead without a name, and its three contacts."""
    contact = {
        "name": "Lindsay",
        "title": "Owner",
        "emails": [{"email": "l@bluth.example"}],
        "phones": [{"phone": "+12125550100"}],
        "urls": [{"url": "bluth.example"}],
    }
    lead = api.lead(contacts=[contact, {"name": "Tobias"}, {"name": "Maeby"}])
    return lead, [one["id"] for one in api.look(lead, "contacts { id }")["contacts"]]


Family = tuple[str, list[str]]


def names(api: Api, lead: str) -> list[str]:
    return [one["name"] for one in api.look(lead, "contacts { name }")["contacts"]]


# ---------------------------------------------------------------- updateContact


def test_what_is_absent_stays_and_null_clears(api: Api, family: Family) -> None:
    _, (lindsay, *_) = family
    changed = api.do(
        "updateContact", CONTACT, contactId=lindsay, name=" Nellie ", title=None, emails=[{"email": "n@X.example"}]
    )["contact"]
    assert changed == {
        "id": lindsay,
        "name": "Nellie",
        "displayName": "Nellie",
        "title": None,
        "emails": [{"email": "n@x.example", "type": "OFFICE"}],
        "phones": [{"phone": "+12125550100"}],
        "urls": [{"url": "https://bluth.example"}],
        "version": 7,
    }


@pytest.mark.parametrize("nothing", [None, []])
def test_lists_are_cleared_by_null_and_by_an_empty_list(api: Api, family: Family, nothing: Any) -> None:
    _, (lindsay, *_) = family
    changed = api.do("updateContact", CONTACT, contactId=lindsay, emails=nothing, phones=nothing, urls=nothing)
    assert (changed["contact"]["emails"], changed["contact"]["phones"], changed["contact"]["urls"]) == ([], [], [])


def test_a_lead_without_a_name_follows_its_first_contact_s(api: Api, family: Family) -> None:
    lead, (lindsay, tobias, _) = family
    changed = api.do("updateContact", "lead { id displayName }", contactId=lindsay, name="Nellie")
    assert changed["lead"] == {"id": lead, "displayName": "Nellie"}
    assert (
        api.do("updateContact", "lead { displayName }", contactId=tobias, name="x")["lead"]["displayName"] == "Nellie"
    )


def test_everything_wrong_is_told_by_path(api: Api, family: Family) -> None:
    _, (lindsay, *_) = family
    errors = api.refusals(
        "updateContact",
        contactId=lindsay,
        name="\0",
        emails=[{"email": "@"}],
        phones=[{"phone": "+1 212 555 0100 ext. 5"}, {"phone": "030 1", "country": "Germany"}],
        urls=[{"url": "mailto:x"}],
    )
    assert sorted((error["reason"], ".".join(error["path"])) for error in errors) == [
        ("invalid_email", "input.emails.0.email"),
        ("invalid_url", "input.urls.0.url"),
        ("nul_character", "input.name"),
        ("phone_extension", "input.phones.0.phone"),
        ("unknown_country", "input.phones.1.country"),
    ]


@pytest.mark.parametrize("mutation", ["updateContact", "removeContact"])
def test_a_contact_that_is_not_there_is_not_found(api: Api, family: Family, stranger: Api, mutation: str) -> None:
    lead, (lindsay, *_) = family
    not_found = ("NOT_FOUND", "contact_not_found", "contactId")
    assert api.refused(mutation, contactId=encode_id("cont", uuid7())) == not_found
    assert stranger.refused(mutation, contactId=lindsay) == not_found
    api.do("deleteLead", leadId=lead)
    assert api.refused(mutation, contactId=lindsay) == not_found


def test_a_change_of_the_same_part_conflicts_and_says_what_was_changed(api: Api, family: Family) -> None:
    lead, (lindsay, tobias, _) = family
    seen = api.look(lead, "version")["version"]
    api.do("updateContact", contactId=lindsay, name="Nellie", phones=[])
    api.do("updateContact", contactId=tobias, title="Dr.", expectedVersion=seen)
    api.do("updateContact", contactId=lindsay, title="Ms", expectedVersion=seen)
    (error,) = api.refusals("updateContact", contactId=lindsay, name="x", phones=None, expectedVersion=seen)
    assert error["__typename"] == "VersionConflict"
    number = {"phone": "+12125550100", "type": "OFFICE", "country": "US"}
    assert error["differences"] == [
        {"path": ["contacts", lindsay, "name"], "before": "Lindsay", "after": "Nellie"},
        {"path": ["contacts", lindsay, "phones"], "before": [number], "after": []},
    ]


# ---------------------------------------------------------------- removeContact


def test_a_removed_contact_is_gone_and_what_concerned_it_names_nobody(api: Api, family: Family) -> None:
    lead, (lindsay, tobias, _) = family
    api.do("logCall", leadId=lead, contactId=lindsay, direction="INBOUND")
    task = api.do("addTask", "task { id }", leadId=lead, text="Call", contactId=lindsay)["task"]["id"]
    api.do("addOpportunity", leadId=lead, contactId=lindsay)
    removed = api.do(
        "removeContact",
        """contactId lead { displayName contactCount primaryContact { id } tasks { contact { id } }
           opportunities { contact { id } } activities { nodes { __typename contact { id } } } }""",
        contactId=lindsay,
    )
    assert removed["contactId"] == lindsay
    assert removed["lead"] == {
        "displayName": "Tobias",
        "contactCount": 2,
        "primaryContact": {"id": tobias},
        "tasks": [{"contact": None}],
        "opportunities": [{"contact": None}],
        "activities": {
            "nodes": [{"__typename": "Call", "contact": None}, {"__typename": "LeadCreated", "contact": None}]
        },
    }
    assert api.ask("query ($id: ID!) { node(id: $id) { id } }", id=lindsay) == {"node": None}
    assert api.do("completeTask", "activity { contact { id } }", taskId=task)["activity"] == {"contact": None}
    assert api.refused("addTask", leadId=lead, text="x", contactId=lindsay)[1] == "contact_not_found"


def test_a_contact_is_removed_once(api: Api, family: Family) -> None:
    _, (lindsay, *_) = family
    api.do("removeContact", contactId=lindsay)
    assert api.refused("removeContact", contactId=lindsay) == ("NOT_FOUND", "contact_not_found", "contactId")


# ---------------------------------------------------------------- reorderContacts


def test_the_first_one_is_the_primary_contact(api: Api, family: Family) -> None:
    lead, (_, _, maeby) = family
    done = api.do(
        "reorderContacts",
        "lead { displayName primaryContact { id } contacts { name } }",
        leadId=lead,
        contactIds=[maeby],
    )["lead"]
    assert done == {
        "displayName": "Maeby",
        "primaryContact": {"id": maeby},
        "contacts": [{"name": "Maeby"}, {"name": "Lindsay"}, {"name": "Tobias"}],
    }


def test_what_is_no_contact_of_the_lead_or_there_twice_is_told_by_path(api: Api, family: Family) -> None:
    lead, (lindsay, tobias, _) = family
    api.lead(contacts=[{"name": "Elsewhere"}])
    other = api.look(api.lead(contacts=[{"name": "Sally"}]), "contacts { id }")["contacts"][0]["id"]
    errors = api.refusals("reorderContacts", leadId=lead, contactIds=[tobias, other, tobias, lindsay])
    assert [(error["reason"], ".".join(error["path"])) for error in errors] == [
        ("contact_not_found", "input.contactIds.1"),
        ("given_twice", "input.contactIds.2"),
    ]
    assert names(api, lead) == ["Lindsay", "Tobias", "Maeby"]


def test_an_order_that_was_changed_since_conflicts(api: Api, family: Family) -> None:
    lead, (lindsay, tobias, maeby) = family
    seen = api.look(lead, "version")["version"]
    api.do("updateContact", contactId=lindsay, title="Ms")
    api.do("reorderContacts", leadId=lead, contactIds=[tobias], expectedVersion=seen)
    (error,) = api.refusals("reorderContacts", leadId=lead, contactIds=[maeby], expectedVersion=seen)
    assert error["differences"] == [
        {"path": ["contacts"], "before": [lindsay, tobias, maeby], "after": [tobias, lindsay, maeby]}
    ]
