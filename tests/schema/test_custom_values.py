"""Custom values over GraphQL: what front ends write, what they read, and what they are told."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from app.organization.custom_fields import CustomFieldCreated, CustomFieldDeleted
from tests.support.api import Api
from tests.support.custom import (
    BOSS,
    BUDGET,
    BUYERS,
    CHAMPION,
    FIELDS,
    FOUNDED,
    HIDDEN,
    MARGIN,
    NICKNAME,
    OWNER,
    REFERRER,
    REGION,
    SCORE,
    SEEN,
    SLOGAN,
    TAGS,
    TEAM,
    public,
    record,
    user_named,
)
from tests.support.feeds import cursor_of, following

VALUES = "customFields { id field { id name } value references { __typename ... on Node { id } } }"
AS_IT_IS = "customFields { value }"
FIRST_CONTACT = "primaryContact { id }"


@pytest.fixture
def acme(api: Api) -> Api:
    """The ADMIN of an organization with fields of every type."""
    record(api, *FIELDS)
    return api


@pytest.fixture
def lead(acme: Api) -> str:
    """A lead with one contact."""
    return acme.lead(name="Bluth Company", contacts=[{"name": "Lindsay"}])


def put(field: CustomFieldCreated, value: Any) -> dict[str, Any]:
    return {"fieldId": public(field), "set": value}


def values(api: Api, lead: str) -> dict[str, Any]:
    shown = api.look(lead, VALUES)["customFields"]
    return {one["field"]["name"]: one["value"] for one in shown}


def update(api: Api, lead: str, *changes: Any) -> None:
    api.do("updateLead", leadId=lead, customFields=list(changes))


def refused(api: Api, lead: str, *changes: Any) -> list[tuple[str, str, str]]:
    errors = api.refusals("updateLead", leadId=lead, customFields=list(changes))
    return [(one["code"], one["reason"], ".".join(one["path"][1:])) for one in errors]


def test_values_of_every_type_are_read_as_they_are_written(acme: Api, lead: str) -> None:
    contact, admin = acme.look(lead, FIRST_CONTACT)["primaryContact"]["id"], user_named(acme.user_id)
    written = {
        "Slogan": "e\u0301 شركة 👩‍👩‍👧 a\u200bb \U0010ffff",
        "Score": "1000000000000000.25",
        "Founded": "2024-02-29",
        "Last seen": "2026-11-22T08:30:00.000000Z",
        "Region": "Østerbro",
        "Tags": ["c", "a"],
        "Owner": admin,
        "Team": [admin],
        "Referrer": contact,
        "Buyers": [contact],
        "Payload": {"a": [1, 2.5, None, True, "ü"], "b": {}},
    }
    update(acme, lead, *(put(one, written[one.name]) for one in FIELDS if one.name in written))
    assert values(acme, lead) == written
    assert list(values(acme, lead)) == list(written), "they stand in the organization's order"


def test_a_value_has_an_id_its_field_and_what_it_names(acme: Api, lead: str) -> None:
    contact, admin = acme.look(lead, FIRST_CONTACT)["primaryContact"]["id"], user_named(acme.user_id)
    update(acme, lead, put(TEAM, [admin]), put(REFERRER, contact), put(SCORE, 7))
    score, team, referrer = acme.look(lead, VALUES)["customFields"]
    assert score == {
        "id": f"{lead}.{public(SCORE)}",
        "field": {"id": public(SCORE), "name": "Score"},
        "value": "7",
        "references": [],
    }
    assert team["references"] == [{"__typename": "User", "id": admin}]
    assert referrer["references"] == [{"__typename": "Contact", "id": contact}]


def test_only_fields_that_have_a_value_are_read(acme: Api, lead: str) -> None:
    assert acme.look(lead, AS_IT_IS) == {"customFields": []}


def test_contacts_and_opportunities_have_values_of_their_own(acme: Api) -> None:
    lead = acme.lead(contacts=[{"name": "Gob", "customFields": [put(NICKNAME, "Magician")]}])
    gob = acme.look(lead, FIRST_CONTACT)["primaryContact"]["id"]
    person = {"name": "Tobias", "customFields": [put(BOSS, gob)]}
    tobias = acme.do("addContact", f"contact {{ {VALUES} }}", leadId=lead, contact=person)["contact"]
    assert tobias["customFields"][0]["references"] == [{"__typename": "Contact", "id": gob}]
    fields = [put(MARGIN, "12.50"), put(CHAMPION, gob)]
    added = acme.do("addOpportunity", f"opportunity {{ {AS_IT_IS} }}", leadId=lead, customFields=fields)
    assert added["opportunity"]["customFields"] == [{"value": "12.50"}, {"value": gob}]
    assert acme.look(lead, f"primaryContact {{ {AS_IT_IS} }}")["primaryContact"] == {
        "customFields": [{"value": "Magician"}]
    }


def test_values_are_added_and_removed(acme: Api, lead: str) -> None:
    seen = []
    for change in ({"add": ["b", "a", "b"]}, {"add": "c"}, {"remove": ["b", "x"]}, {"set": "b"}, {"remove": ["b"]}):
        update(acme, lead, {"fieldId": public(TAGS), **change})
        seen.append(values(acme, lead).get("Tags"))
    assert seen == [["b", "a"], ["b", "a", "c"], ["a", "c"], ["b"], None]


@pytest.mark.parametrize("field", [SLOGAN, SCORE, TAGS, HIDDEN], ids=lambda one: one.name)
def test_null_unsets(acme: Api, lead: str, field: CustomFieldCreated) -> None:
    update(acme, lead, put(field, "7" if field is not TAGS else ["a"]))
    update(acme, lead, put(field, None))
    assert values(acme, lead) == {}


@pytest.mark.parametrize("value", [{}, [], [[]], False, 0, "", "x", 1.5, -(2**53), {"a": {"b": [None]}}])
def test_hidden_fields_keep_any_json(acme: Api, lead: str, value: Any) -> None:
    update(acme, lead, put(HIDDEN, value))
    assert values(acme, lead) == {"Payload": value}


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (1000000000000000.25, "number_inexact"),
        (2**64, "number_inexact"),
        (0.1 + 0.2, "number_inexact"),
        ("1e400", "invalid_field_value"),
        ("NaN", "invalid_field_value"),
        ("١٢", "invalid_field_value"),
        (True, "invalid_field_value"),
        ([1], "not_multiple"),
        ("1\0", "nul_character"),
    ],
)
def test_what_is_no_number_is_refused_by_name(acme: Api, lead: str, value: Any, reason: str) -> None:
    assert refused(acme, lead, put(SCORE, value)) == [("INVALID", reason, "customFields.0.set")]


@pytest.mark.parametrize("literal", ["1e400", "-1e400", "1e60", "9" * 60, "9" * 4_000, "9" * 5_000])
def test_numbers_written_into_the_document_are_refused_alike(acme: Api, lead: str, literal: str) -> None:
    field = public(SCORE)
    mutation = """mutation { updateLead(input: { leadId: "%s", customFields: [{ fieldId: "%s", set: %s }] })
      { errors { code path } } }"""
    answer = acme.ask(mutation % (lead, field, literal))["updateLead"]
    assert answer["errors"] == [{"code": "INVALID", "path": ["input", "customFields", "0", "set"]}]


def test_everything_that_is_wrong_with_an_input_comes_together(acme: Api) -> None:
    errors = acme.refusals(
        "createLead",
        name="\0",
        contacts=[{"emails": [{"email": "nobody"}], "customFields": [put(NICKNAME, 1)]}],
        customFields=[
            put(FOUNDED, "2023-02-29"),
            put(SEEN, "2026-11-22T25:00:00Z"),
            put(REGION, "West"),
            put(NICKNAME, "x"),
            {"fieldId": public(TAGS), "set": ["a"], "add": ["b"]},
            {"fieldId": public(OWNER), "set": "Nobody at all"},
            {"fieldId": public(BUYERS), "add": None},
            put(FOUNDED, "2023-02-28"),
        ],
    )
    assert sorted((one["reason"], ".".join(one["path"][1:])) for one in errors) == [
        ("field_given_twice", "customFields.7.fieldId"),
        ("field_of_another_target", "customFields.3.fieldId"),
        ("invalid_email", "contacts.0.emails.0.email"),
        ("invalid_field_value", "contacts.0.customFields.0.set"),
        ("invalid_field_value", "customFields.0.set"),
        ("invalid_field_value", "customFields.1.set"),
        ("not_a_choice", "customFields.2.set"),
        ("nul_character", "name"),
        ("null_value", "customFields.6.add"),
        ("one_value_form", "customFields.4"),
        ("user_unknown", "customFields.5.set"),
    ]
    assert all(one["message"].endswith(".") for one in errors)


def test_a_contact_of_another_lead_is_refused(acme: Api, lead: str) -> None:
    other = acme.look(acme.lead(contacts=[{"name": "Stan"}]), FIRST_CONTACT)["primaryContact"]["id"]
    assert refused(acme, lead, put(REFERRER, other)) == [("NOT_FOUND", "contact_not_found", "customFields.0.set")]


def test_who_may_not_edit_a_field_is_told_before_and_after(acme: Api, lead: str) -> None:
    update(acme, lead, put(BUDGET, 7))
    member = acme.colleague()
    assert refused(member, lead, put(BUDGET, 8)) == [("FORBIDDEN", "field_not_editable", "customFields.0.fieldId")]
    for api, may in ((acme, True), (member, False)):
        shown = api.look(lead, "customFields { value field { viewerCanEdit editableWithRoles } }")["customFields"]
        assert shown == [{"value": "7", "field": {"viewerCanEdit": may, "editableWithRoles": ["ADMIN"]}}]


def test_a_deleted_field_hides_its_values(acme: Api, lead: str) -> None:
    update(acme, lead, put(SCORE, 7), put(REGION, "North"))
    record(acme, CustomFieldDeleted(field_id=SCORE.field_id, name="Score"))
    assert values(acme, lead) == {"Region": "North"}
    assert refused(acme, lead, put(SCORE, 8)) == [("NOT_FOUND", "field_not_found", "customFields.0.fieldId")]


def test_a_choice_that_goes_takes_its_values_along_and_brings_them_back(acme: Api, lead: str) -> None:
    update(acme, lead, put(TAGS, ["b", "a"]), put(REGION, "North"))
    record(acme, msgspec.structs.replace(TAGS, choices=("a",)), msgspec.structs.replace(REGION, choices=("South",)))
    assert values(acme, lead) == {"Tags": ["a"]}
    record(acme, TAGS, REGION)
    assert values(acme, lead) == {"Tags": ["b", "a"], "Region": "North"}


def test_a_field_that_accepts_one_value_shows_the_first_that_counts(acme: Api, lead: str) -> None:
    update(acme, lead, put(TAGS, ["b", "a"]))
    record(acme, msgspec.structs.replace(TAGS, accepts_multiple_values=False, choices=("a", "c")))
    assert values(acme, lead) == {"Tags": "a"}
    record(acme, TAGS)
    assert values(acme, lead) == {"Tags": ["b", "a"]}


def test_the_same_command_under_one_key_is_done_once(acme: Api, lead: str) -> None:
    change = [{"fieldId": public(TAGS), "add": ["a"]}]
    for _ in range(2):
        acme.do("updateLead", leadId=lead, customFields=change, idempotencyKey="k")
    assert acme.look(lead, "version")["version"] == 3
    other = [{"fieldId": public(TAGS), "add": ["b"]}]
    assert acme.refused("updateLead", leadId=lead, customFields=other, idempotencyKey="k")[0] == "IDEMPOTENCY_MISMATCH"


def test_a_changed_value_is_told_to_whoever_follows_the_lead(acme: Api, lead: str) -> None:
    with following(acme, lead, cursor_of(acme, lead)) as feed:
        update(acme, lead, put(SCORE, 7))
        (change,) = feed.item()["changes"]
        assert (change["__typename"], change["eventType"]) == ("LeadChanged", "lead.custom_value_changed")


def test_values_of_contacts_and_opportunities_are_changed_like_those_of_leads(acme: Api, lead: str) -> None:
    contact = acme.look(lead, FIRST_CONTACT)["primaryContact"]["id"]
    opportunity = acme.do("addOpportunity", "opportunity { id }", leadId=lead)["opportunity"]["id"]
    changed = acme.do(
        "updateContact", f"contact {{ {AS_IT_IS} }}", contactId=contact, customFields=[put(NICKNAME, "Linz")]
    )
    assert changed["contact"]["customFields"] == [{"value": "Linz"}]
    changed = acme.do(
        "updateOpportunity",
        f"opportunity {{ {AS_IT_IS} }}",
        opportunityId=opportunity,
        customFields=[put(MARGIN, 12), put(CHAMPION, contact)],
    )
    assert changed["opportunity"]["customFields"] == [{"value": "12"}, {"value": contact}]
    refusal = acme.refused("updateContact", contactId=contact, customFields=[put(MARGIN, 1)])
    assert refusal == ("INVALID", "field_of_another_target", "customFields.0.fieldId")


def test_a_conflict_about_a_contact_s_or_opportunity_s_field_says_where_it_is(acme: Api, lead: str) -> None:
    contact = acme.look(lead, FIRST_CONTACT)["primaryContact"]["id"]
    opportunity = acme.do("addOpportunity", "opportunity { id }", leadId=lead)["opportunity"]["id"]
    seen = acme.look(lead, "version")["version"]
    for mutation, named, listed, field in (
        ("updateContact", {"contactId": contact}, ["contacts", contact], NICKNAME),
        ("updateOpportunity", {"opportunityId": opportunity}, ["opportunities", opportunity], MARGIN),
    ):
        acme.do(mutation, **named, customFields=[put(field, "7")])
        (error,) = acme.refusals(mutation, **named, customFields=[put(field, "8")], expectedVersion=seen)
        path = [*listed, "customFields", public(field)]
        assert error["differences"] == [{"path": path, "before": None, "after": "7"}]


def test_a_contact_that_is_removed_is_no_value_any_more(acme: Api, lead: str) -> None:
    first = acme.look(lead, FIRST_CONTACT)["primaryContact"]["id"]
    added = acme.do("addContact", "contact { id }", leadId=lead, contact={"name": "Gob"})["contact"]["id"]
    update(acme, lead, put(BUYERS, [first, added]), put(REFERRER, first))
    acme.do("removeContact", contactId=first)
    assert values(acme, lead) == {"Buyers": [added]}
    assert refused(acme, lead, put(REFERRER, first)) == [("NOT_FOUND", "contact_not_found", "customFields.0.set")]
    record(acme, msgspec.structs.replace(BUYERS, accepts_multiple_values=False))
    assert values(acme, lead) == {"Buyers": added}, "the first one that is there"


def test_a_former_user_stays_a_value_and_can_be_made_one(acme: Api, lead: str) -> None:
    member = user_named(acme.colleague().user_id)
    update(acme, lead, put(TEAM, [member]))
    acme.do("deactivateUser", userId=member)
    update(acme, lead, put(OWNER, "Mem Ber"))
    assert values(acme, lead) == {"Owner": member, "Team": [member]}
    (team,) = acme.look(lead, "customFields { references { ... on User { id isActive } } }")["customFields"][1:]
    assert team["references"] == [{"id": member, "isActive": False}]
