"""Custom activity types over GraphQL: making them and their fields, finding them, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from app.vocabulary import Role
from tests.support.api import Api
from tests.support.feeds import cursor_of, following

TYPE = "customActivityType { id name description isArchived editableWithRoles viewerCanEdit fields { id name } }"
FIELD = "customField { id name type isRequired target customActivityType { id name } }"


def made(api: Api, **input: Any) -> str:
    kind: str = api.do("createCustomActivityType", TYPE, **{"name": "Visit", **input})["customActivityType"]["id"]
    return kind


def field(api: Api, kind: str, name: str, type: str = "TEXT", **input: Any) -> str:  # noqa: A002
    given = {"target": "ACTIVITY", "customActivityTypeId": kind, "name": name, "type": type, **input}
    field_id: str = api.do("createCustomField", FIELD, **given)["customField"]["id"]
    return field_id


def listed(api: Api, arguments: str = "") -> list[str]:
    shown = api.ask(f"{{ organization {{ customActivityTypes{arguments} {{ name }} }} }}")
    return [one["name"] for one in shown["organization"]["customActivityTypes"]]


def test_a_type_begins_without_fields_and_is_found_by_its_id(api: Api) -> None:
    roles = ["MEMBER", "ADMIN"]
    done = api.do("createCustomActivityType", TYPE, name="Visit", description="On site", editableWithRoles=roles)
    kind = done["customActivityType"]
    assert kind["id"].startswith("actitype_")
    assert kind == {
        "id": kind["id"],
        "name": "Visit",
        "description": "On site",
        "isArchived": False,
        "editableWithRoles": ["ADMIN", "MEMBER"],
        "viewerCanEdit": True,
        "fields": [],
    }
    found = api.ask("query ($id: ID!) { node(id: $id) { id ... on CustomActivityType { name } } }", id=kind["id"])
    assert found["node"] == {"id": kind["id"], "name": "Visit"}


def test_fields_belong_to_their_type(api: Api) -> None:
    visit, demo = made(api), made(api, name="Demo")
    purpose = field(api, visit, "Purpose", isRequired=True)
    field(api, visit, "Report", "TEXTAREA")
    field(api, demo, "Purpose")
    shown = api.ask(
        "{ organization { customActivityTypes { name fields { name isRequired type customActivityType { name } } } "
        "customFields(target: ACTIVITY) { name } leadFields: customFields(target: LEAD) { name } } }"
    )["organization"]
    assert [(kind["name"], [one["name"] for one in kind["fields"]]) for kind in shown["customActivityTypes"]] == [
        ("Visit", ["Purpose", "Report"]),
        ("Demo", ["Purpose"]),
    ]
    assert shown["customActivityTypes"][0]["fields"][0] == {
        "name": "Purpose",
        "isRequired": True,
        "type": "TEXT",
        "customActivityType": {"name": "Visit"},
    }
    assert (len(shown["customFields"]), shown["leadFields"]) == (3, [])
    api.do("updateCustomField", fieldId=purpose, isRequired=False)
    assert not api.do("updateCustomField", FIELD, fieldId=purpose, name="Aim")["customField"]["isRequired"]


def test_the_order_of_fields_is_the_type_s(api: Api) -> None:
    kind = made(api)
    ids = [field(api, kind, name) for name in ("One", "Two", "Three")]
    done = api.do("updateCustomActivityType", TYPE, customActivityTypeId=kind, fieldIds=[ids[2]])
    assert [one["name"] for one in done["customActivityType"]["fields"]] == ["Three", "One", "Two"]
    api.do("reorderCustomFields", target="ACTIVITY", customActivityTypeId=kind, fieldIds=ids)
    shown = api.ask("{ organization { customActivityTypes { fields { id } } } }")["organization"]
    assert [one["id"] for one in shown["customActivityTypes"][0]["fields"]] == ids


def test_types_are_archived_and_come_back_at_their_place(api: Api) -> None:
    visit = made(api)
    made(api, name="Demo")
    done = api.do("archiveCustomActivityType", TYPE, customActivityTypeId=visit)
    assert done["customActivityType"]["isArchived"]
    assert (listed(api), listed(api, "(includeArchived: true)")) == (["Demo"], ["Visit", "Demo"])
    api.do("unarchiveCustomActivityType", customActivityTypeId=visit)
    assert listed(api) == ["Visit", "Demo"]


def test_types_are_put_in_order(api: Api) -> None:
    made(api)
    demo = made(api, name="Demo")
    done = api.do("reorderCustomActivityTypes", "customActivityTypes { name }", customActivityTypeIds=[demo])
    assert [one["name"] for one in done["customActivityTypes"]] == listed(api) == ["Demo", "Visit"]


def test_absent_stays_and_null_clears(api: Api) -> None:
    kind = made(api, description="On site", editableWithRoles=["ADMIN"])
    api.do("updateCustomActivityType", customActivityTypeId=kind, name="Site visit")
    shown = api.do("updateCustomActivityType", TYPE, customActivityTypeId=kind, description=None)["customActivityType"]
    assert (shown["name"], shown["description"], shown["editableWithRoles"]) == ("Site visit", None, ["ADMIN"])
    shown = api.do("updateCustomActivityType", TYPE, customActivityTypeId=kind, editableWithRoles=None)
    assert shown["customActivityType"]["editableWithRoles"] == []


def refused(api: Api, mutation: str, **input: Any) -> list[tuple[str, str, str]]:
    return [(one["code"], one["reason"], ".".join(one["path"][1:])) for one in api.refusals(mutation, **input)]


def test_what_is_refused_says_why(api: Api) -> None:
    kind = made(api)
    lead_field = api.do("createCustomField", FIELD, target="LEAD", name="Industry", type="TEXT")["customField"]["id"]
    assert refused(api, "createCustomActivityType", name="VISIT") == [("DUPLICATE", "name_taken", "name")]
    assert refused(api, "createCustomField", target="ACTIVITY", name="a", type="TEXT") == [
        ("INVALID", "activity_type_missing", "customActivityTypeId")
    ]
    wrong = {"target": "LEAD", "name": "a", "type": "TEXTAREA", "customActivityTypeId": kind, "isRequired": True}
    assert refused(api, "createCustomField", **wrong) == [
        ("INVALID", "activity_type_misplaced", "customActivityTypeId"),
        ("INVALID", "textarea_misplaced", "type"),
        ("INVALID", "requirement_misplaced", "isRequired"),
    ]
    assert refused(api, "updateCustomField", fieldId=lead_field, isRequired=True) == [
        ("INVALID", "requirement_misplaced", "isRequired")
    ]
    assert refused(api, "updateCustomActivityType", customActivityTypeId=kind, fieldIds=[lead_field]) == [
        ("INVALID", "not_of_target", "fieldIds.0")
    ]
    assert refused(api, "archiveCustomActivityType", customActivityTypeId=lead_field) == [
        ("INVALID", "invalid_id", "customActivityTypeId")
    ]


@pytest.mark.parametrize("mutation", ["archiveCustomActivityType", "updateCustomActivityType"])
def test_only_admins_change_types(api: Api, mutation: str) -> None:
    kind = made(api, editableWithRoles=["ADMIN"])
    member = api.colleague(role=Role.MEMBER)
    assert refused(member, mutation, customActivityTypeId=kind) == [("FORBIDDEN", "not_allowed", "")]
    shown = member.ask("{ organization { customActivityTypes { viewerCanEdit } } }")["organization"]
    assert shown["customActivityTypes"] == [{"viewerCanEdit": False}]


def test_leads_are_not_found_by_fields_of_activities(api: Api) -> None:
    purpose = field(api, made(api), "Purpose")
    filter = {"customFields": [{"fieldId": purpose, "isSet": True}]}
    document = "query ($filter: LeadFilter) { leads(filter: $filter) { totalCount } }"
    assert api.fault(document, filter=filter) == ("INVALID", ["leads"])


def test_another_name_of_a_type_or_field_reaches_open_pages(api: Api, lead: str) -> None:
    kind = made(api)
    purpose = field(api, kind, "Purpose")
    with following(api, lead, cursor_of(api, lead)) as feed:
        api.do("updateCustomActivityType", customActivityTypeId=kind, name="Site visit")
        api.do("updateCustomField", fieldId=purpose, name="Aim")
        api.do("archiveCustomActivityType", customActivityTypeId=kind)
        events = [feed.item()["changes"][0]["eventType"] for _ in range(3)]
    assert events == [
        "organization.custom_activity_type_renamed",
        "organization.custom_field_renamed",
        "organization.custom_activity_type_archived",
    ]
