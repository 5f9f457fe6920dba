"""Changing a lead's status, as a front end sees it."""

from __future__ import annotations

import pytest

from tests.support.api import Api

CHANGE = """activity { id kind oldStatusId oldStatusLabel newStatusId newStatusLabel user { name } headline }
  lead { status { id label } version }"""


def status_id(api: Api, label: str) -> str:
    statuses = api.ask("{ organization { leadStatuses { id label } } }")["organization"]["leadStatuses"]
    found: str = next(status["id"] for status in statuses if status["label"] == label)
    return found


def test_a_change_by_label_in_any_case_shows_the_lead_with_its_new_status(api: Api, lead: str) -> None:
    done = api.do("changeLeadStatus", CHANGE, leadId=lead, status="qUALIFIED")
    assert done["lead"]["status"]["label"] == "Qualified"


def test_a_change_leaves_an_entry_with_both_statuses_of_the_moment(api: Api, lead: str) -> None:
    activity = api.do("changeLeadStatus", CHANGE, leadId=lead, statusId=status_id(api, "Customer"))["activity"]
    activity.pop("id")
    assert activity == {
        "kind": "LEAD_STATUS_CHANGE",
        "oldStatusId": status_id(api, "Potential"),
        "oldStatusLabel": "Potential",
        "newStatusId": status_id(api, "Customer"),
        "newStatusLabel": "Customer",
        "user": {"name": "Ada"},
        "headline": "Status: Potential → Customer",
    }


def test_the_status_that_it_has_already_changes_nothing(api: Api, lead: str) -> None:
    done = api.do("changeLeadStatus", CHANGE, leadId=lead, status="Potential")
    assert (done["activity"], done["lead"]["version"]) == (None, 1)


@pytest.mark.parametrize("mutation", ["createLead", "changeLeadStatus"])
def test_both_forms_of_a_status_are_refused(api: Api, lead: str, mutation: str) -> None:
    which = {"leadId": lead} if mutation == "changeLeadStatus" else {}
    refused = api.refused(mutation, status="Qualified", statusId=status_id(api, "Qualified"), **which)
    assert refused == ("INVALID", "both_status_forms", "status")


def test_no_status_at_all_is_refused(api: Api, lead: str) -> None:
    assert api.refused("changeLeadStatus", leadId=lead) == ("INVALID", "status_missing", "statusId")


def test_an_unknown_label_is_named(api: Api, lead: str) -> None:
    (error,) = api.refusals("changeLeadStatus", leadId=lead, status="Lukewarm")
    assert (error["code"], error["reason"], error["params"]) == (
        "NOT_FOUND",
        "status_label_not_found",
        {"label": "Lukewarm"},
    )


def test_an_opportunity_s_stage_is_no_lead_status(api: Api, lead: str) -> None:
    stages = api.ask("{ organization { pipelines { statuses { id } } } }")["organization"]["pipelines"][0]["statuses"]
    refused = api.refused("changeLeadStatus", leadId=lead, statusId=stages[0]["id"])
    assert refused == ("NOT_FOUND", "status_not_found", "statusId")


def test_an_id_with_another_prefix_is_invalid(api: Api, lead: str) -> None:
    assert api.refused("changeLeadStatus", leadId=lead, statusId=lead) == ("INVALID", "invalid_id", "statusId")


def test_a_wrong_lead_and_a_wrong_status_are_answered_together(api: Api) -> None:
    errors = api.refusals("changeLeadStatus", leadId="stat_1", statusId="lead_1")
    assert [error["path"] for error in errors] == [["input", "leadId"], ["input", "statusId"]]
