"""expectedVersion: refused only where somebody changed what the input writes."""

from __future__ import annotations

from typing import Any

import pytest

from app.organization.custom_fields import CustomFieldCreated
from tests.support.api import Api
from tests.support.custom import OWNER, SCORE, TAGS, public, record, user_named


@pytest.fixture
def seen(api: Api, lead: str) -> int:
    """The version that an open form was filled from."""
    version: int = api.look(lead, "version")["version"]
    return version


def conflict(api: Api, mutation: str, **input: Any) -> Any:
    (error,) = api.refusals(mutation, **input)
    assert (error["__typename"], error["code"], error["reason"]) == ("VersionConflict", "CONFLICT", "version_conflict")
    assert error["path"] == ["input", "expectedVersion"]
    return error


def test_a_change_to_the_same_field_conflicts(api: Api, lead: str, seen: int) -> None:
    api.do("updateLead", leadId=lead, name="Sitwell")
    error = conflict(api, "updateLead", leadId=lead, name="Bluth & Co", expectedVersion=seen)
    assert (error["currentVersion"], error["lead"]) == (seen + 1, {"id": lead, "version": seen + 1})


def test_a_conflict_tells_what_was_changed_since(api: Api, lead: str, seen: int) -> None:
    api.do("updateLead", leadId=lead, name="Sitwell")
    error = conflict(api, "updateLead", leadId=lead, name="Bluth & Co", expectedVersion=seen)
    assert error["differences"] == [{"path": ["name"], "before": "Bluth Company", "after": "Sitwell"}]


def test_several_changes_of_one_field_are_one_difference(api: Api, lead: str, seen: int) -> None:
    api.do("updateLead", leadId=lead, description="First")
    api.do("updateLead", leadId=lead, description="Second")
    error = conflict(api, "updateLead", leadId=lead, description="Mine", expectedVersion=seen)
    assert error["differences"] == [{"path": ["description"], "before": None, "after": "Second"}]


def test_a_difference_of_statuses_has_their_ids(api: Api, lead: str, seen: int) -> None:
    change = "activity { oldStatusId newStatusId }"
    changed = api.do("changeLeadStatus", change, leadId=lead, status="Qualified")["activity"]
    error = conflict(api, "changeLeadStatus", leadId=lead, status="Customer", expectedVersion=seen)
    assert error["differences"] == [
        {"path": ["status"], "before": changed["oldStatusId"], "after": changed["newStatusId"]}
    ]


def test_a_conflict_writes_nothing(api: Api, lead: str, seen: int) -> None:
    api.do("updateLead", leadId=lead, name="Sitwell")
    conflict(api, "updateLead", leadId=lead, name="x", description="y", expectedVersion=seen)
    assert api.look(lead, "name description") == {"name": "Sitwell", "description": None}


def test_sending_the_current_version_overwrites(api: Api, lead: str, seen: int) -> None:
    api.do("updateLead", leadId=lead, name="Sitwell")
    error = conflict(api, "updateLead", leadId=lead, name="Bluth & Co", expectedVersion=seen)
    done = api.do(
        "updateLead", "lead { name }", leadId=lead, name="Bluth & Co", expectedVersion=error["currentVersion"]
    )
    assert done["lead"]["name"] == "Bluth & Co"


def test_a_call_in_between_conflicts_with_nothing(api: Api, lead: str, seen: int) -> None:
    api.do("logCall", leadId=lead, direction="INBOUND")
    api.do("updateLead", leadId=lead, name="Sitwell", description="Rivals", url=None, expectedVersion=seen)
    api.do("changeLeadStatus", leadId=lead, status="Qualified", expectedVersion=seen)


def test_a_change_to_another_field_conflicts_with_nothing(api: Api, lead: str, seen: int) -> None:
    api.do("updateLead", leadId=lead, description="Builders")
    api.do("changeLeadStatus", leadId=lead, status="Qualified")
    done = api.do("updateLead", "lead { name description }", leadId=lead, name="Sitwell", expectedVersion=seen)
    assert done["lead"] == {"name": "Sitwell", "description": "Builders"}


def test_one_s_own_earlier_change_conflicts_too(api: Api, lead: str, seen: int) -> None:
    api.do("changeLeadStatus", leadId=lead, status="Qualified", expectedVersion=seen)
    conflict(api, "changeLeadStatus", leadId=lead, status="Customer", expectedVersion=seen)


def test_null_for_the_version_expects_nothing(api: Api, lead: str, seen: int) -> None:
    api.do("updateLead", leadId=lead, name="Sitwell")
    api.do("updateLead", leadId=lead, name="Bluth", expectedVersion=None)


@pytest.mark.parametrize("version", [-1, 0])
def test_a_version_from_before_the_lead_conflicts_without_differences_of_its_creation(
    api: Api, lead: str, version: int
) -> None:
    error = conflict(api, "updateLead", leadId=lead, name="x", expectedVersion=version)
    assert (error["currentVersion"], error["differences"]) == (1, [])


def test_a_version_that_nobody_can_have_seen_is_invalid(api: Api, lead: str, seen: int) -> None:
    refused = api.refused("updateLead", leadId=lead, name="x", expectedVersion=seen + 1)
    assert refused == ("INVALID", "future_version", "expectedVersion")


def fill(api: Api, lead: str, field: CustomFieldCreated, value: Any, **others: Any) -> Any:
    return api.do("updateLead", leadId=lead, customFields=[{"fieldId": public(field), "set": value}], **others)


def test_changes_of_different_custom_fields_do_not_meet(api: Api, lead: str, seen: int) -> None:
    record(api, SCORE, TAGS)
    fill(api, lead, SCORE, 7)
    fill(api, lead, TAGS, ["a"], expectedVersion=seen)
    api.do("updateLead", leadId=lead, name="Sitwell", expectedVersion=seen)


def test_changes_of_one_custom_field_conflict_and_are_shown_as_values_are(api: Api, lead: str, seen: int) -> None:
    record(api, SCORE, TAGS, OWNER)
    mine = {"customFields": [{"fieldId": public(one), "set": None} for one in (SCORE, TAGS, OWNER)]}
    fill(api, lead, SCORE, 7)
    fill(api, lead, TAGS, ["b", "a"])
    fill(api, lead, OWNER, user_named(api.user_id))
    fill(api, lead, TAGS, ["c"])
    api.do("updateLead", leadId=lead, name="Sitwell")
    error = conflict(api, "updateLead", leadId=lead, expectedVersion=seen, **mine)
    assert error["differences"] == [
        {"path": ["customFields", public(SCORE)], "before": None, "after": "7"},
        {"path": ["customFields", public(TAGS)], "before": None, "after": ["c"]},
        {"path": ["customFields", public(OWNER)], "before": None, "after": user_named(api.user_id)},
    ]
    api.do("updateLead", leadId=lead, expectedVersion=error["currentVersion"], **mine)


def test_a_value_that_was_unset_meanwhile_is_null_in_the_difference(api: Api, lead: str) -> None:
    record(api, TAGS)
    fill(api, lead, TAGS, ["a"])
    seen = api.look(lead, "version")["version"]
    fill(api, lead, TAGS, None)
    mine = [{"fieldId": public(TAGS), "add": ["b"]}]
    error = conflict(api, "updateLead", leadId=lead, expectedVersion=seen, customFields=mine)
    assert error["differences"] == [{"path": ["customFields", public(TAGS)], "before": ["a"], "after": None}]


def test_a_custom_field_and_a_detail_conflict_together(api: Api, lead: str, seen: int) -> None:
    record(api, SCORE)
    fill(api, lead, SCORE, 7, name="Sitwell")
    mine = [{"fieldId": public(SCORE), "set": 8}]
    error = conflict(api, "updateLead", leadId=lead, expectedVersion=seen, customFields=mine, name="x")
    assert [one["path"] for one in error["differences"]] == [["name"], ["customFields", public(SCORE)]]
