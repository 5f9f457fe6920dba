"""Definitions of custom fields, as front ends see them and ADMINs change them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.api import Api

FIELD = """customField { id target name description type choices acceptsMultipleValues isRequired editableWithRoles
  viewerCanEdit }"""
LISTED = "query ($target: CustomFieldTarget) { organization { customFields(target: $target) { name } } }"


def create(api: Api, **input: Any) -> Any:
    return api.do("createCustomField", FIELD, **{"target": "LEAD", "type": "TEXT", **input})["customField"]


def names(api: Api, **variables: Any) -> list[str]:
    return [field["name"] for field in api.ask(LISTED, **variables)["organization"]["customFields"]]


def test_a_field_is_created_with_all_that_it_can_have(api: Api) -> None:
    made = create(
        api,
        name="Industry",
        description="What they do",
        type="CHOICES",
        choices=["Banking", "Boats"],
        acceptsMultipleValues=True,
        editableWithRoles=["ADMIN"],
    )
    assert made.pop("id").startswith("cf_")
    assert made == {
        "target": "LEAD",
        "name": "Industry",
        "description": "What they do",
        "type": "CHOICES",
        "choices": ["Banking", "Boats"],
        "acceptsMultipleValues": True,
        "isRequired": False,
        "editableWithRoles": ["ADMIN"],
        "viewerCanEdit": True,
    }


def test_who_may_edit_values_is_told_to_each_viewer(api: Api) -> None:
    fields = [create(api, name="Ours", editableWithRoles=["ADMIN"])["id"], create(api, name="Everybody's")["id"]]
    asked = "query ($ids: [ID!]!) { nodes(ids: $ids) { ... on CustomField { name viewerCanEdit } } }"
    assert api.colleague().ask(asked, ids=fields)["nodes"] == [
        {"name": "Ours", "viewerCanEdit": False},
        {"name": "Everybody's", "viewerCanEdit": True},
    ]


def test_fields_are_listed_by_target_in_their_order(api: Api) -> None:
    first, _, third = [create(api, name=name, target=name)["id"] for name in ("LEAD", "CONTACT", "OPPORTUNITY")]
    create(api, name="Second")
    assert names(api) == ["LEAD", "CONTACT", "OPPORTUNITY", "Second"]
    assert names(api, target="LEAD") == ["LEAD", "Second"]
    assert names(api, target="ACTIVITY") == []
    done = api.do("reorderCustomFields", "customFields { name }", fieldIds=[third, first])
    assert [one["name"] for one in done["customFields"]] == ["OPPORTUNITY", "LEAD", "CONTACT", "Second"]


def test_an_order_of_one_target_takes_no_field_of_another(api: Api) -> None:
    other = create(api, name="City", target="CONTACT")["id"]
    refused = api.refused("reorderCustomFields", target="LEAD", fieldIds=[other])
    assert refused == ("INVALID", "not_of_target", "fieldIds.0")


def test_what_is_absent_stays_and_null_clears(api: Api) -> None:
    id = create(api, name="Industry", description="What they do", editableWithRoles=["ADMIN"])["id"]
    renamed = api.do("updateCustomField", FIELD, fieldId=id, name="Trade")["customField"]
    assert (renamed["name"], renamed["description"]) == ("Trade", "What they do")
    cleared = api.do("updateCustomField", FIELD, fieldId=id, description=None, editableWithRoles=None)["customField"]
    assert (cleared["name"], cleared["description"], cleared["editableWithRoles"]) == ("Trade", None, [])


def test_choices_come_and_go(api: Api) -> None:
    id = create(api, name="Industry", type="CHOICES", choices=["Banking", "Boats"])["id"]
    changed = api.do("updateCustomField", FIELD, fieldId=id, addChoices=["Tax", "Boats"], removeChoices=["Banking"])
    assert changed["customField"]["choices"] == ["Boats", "Tax"]
    replaced = api.do("updateCustomField", FIELD, fieldId=id, choices=["Tax", "Boats", "Law"])
    assert replaced["customField"]["choices"] == ["Tax", "Boats", "Law"]


@pytest.mark.parametrize(
    ("input", "refused"),
    [
        ({"target": "ACTIVITY"}, ("INVALID", "activity_type_missing", "customActivityTypeId")),
        ({"type": "TEXTAREA"}, ("INVALID", "textarea_misplaced", "type")),
        ({"type": "CHOICES"}, ("INVALID", "choices_missing", "choices")),
        ({"type": "CHOICES", "choices": []}, ("INVALID", "choices_missing", "choices")),
        ({"type": "CHOICES", "choices": ["a", "A"]}, ("DUPLICATE", "choice_taken", "choices.1")),
        ({"choices": ["a"]}, ("INVALID", "choices_misplaced", "choices")),
        ({"type": "NUMBER", "acceptsMultipleValues": True}, ("INVALID", "multiple_misplaced", "acceptsMultipleValues")),
        ({"name": " "}, ("INVALID", "required", "name")),
        ({"description": "x" * 281}, ("INVALID", "text_too_long", "description")),
    ],
)
def test_a_field_that_cannot_be_is_refused(api: Api, input: dict[str, Any], refused: tuple[str, str, str]) -> None:
    assert api.refused("createCustomField", **{"target": "LEAD", "type": "TEXT", "name": "New", **input}) == refused


def test_a_name_is_there_once_for_each_target(api: Api) -> None:
    create(api, name="Industry")
    refused = api.refused("createCustomField", target="LEAD", type="TEXT", name="INDUSTRY")
    assert refused == ("DUPLICATE", "name_taken", "name")
    create(api, name="industry", target="CONTACT")


def test_a_deleted_field_is_gone_and_cannot_be_deleted_again(api: Api) -> None:
    id = create(api, name="Industry")["id"]
    gone = api.do("deleteCustomField", "customFieldId organization { customFields { id } }", fieldId=id)
    assert (gone["customFieldId"], gone["organization"]["customFields"]) == (id, [])
    assert api.ask("query ($id: ID!) { node(id: $id) { id } }", id=id) == {"node": None}
    assert api.refused("deleteCustomField", fieldId=id) == ("NOT_FOUND", "custom_field_not_found", "fieldId")


def test_nothing_changes_on_a_lead_when_a_field_is_created(api: Api, lead: str) -> None:
    before = api.look(lead, "version updatedAt")
    create(api, name="Industry")
    assert api.look(lead, "version updatedAt") == before


@pytest.mark.parametrize(
    ("mutation", "input"),
    [
        ("createCustomField", {"target": "LEAD", "type": "TEXT", "name": "Mine"}),
        ("updateCustomField", {"fieldId": "cf_0000000000000000000000"}),
        ("deleteCustomField", {"fieldId": "cf_0000000000000000000000"}),
        ("reorderCustomFields", {"fieldIds": []}),
    ],
)
def test_a_colleague_who_is_no_admin_changes_nothing(api: Api, mutation: str, input: dict[str, Any]) -> None:
    assert api.colleague().refused(mutation, **input) == ("FORBIDDEN", "not_allowed", "")
