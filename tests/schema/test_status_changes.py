"""Status changes that took place elsewhere, as a front end sees them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.api import Api

CHANGE = (
    "activity { id kind occurredAt oldStatusId oldStatusLabel newStatusLabel headline user { name } viewerCanEdit }"
)
STAGE = "activity { id opportunityId oldStatusLabel oldStatusType newStatusLabel newStatusType value confidence }"


@pytest.fixture
def opportunity(api: Api, lead: str) -> str:
    made = api.do("addOpportunity", "opportunity { id }", leadId=lead, value="100", confidence=30)
    opportunity_id: str = made["opportunity"]["id"]
    return opportunity_id


def status_of(api: Api, lead: str) -> Any:
    return api.look(lead, "status { label } opportunities { status { label } value }")


def test_a_change_of_long_ago_is_in_the_history_and_the_status_is_what_it_was(api: Api, lead: str) -> None:
    before = status_of(api, lead)
    done = api.do(
        "logLeadStatusChange",
        CHANGE + " lead { lastActivityAt }",
        leadId=lead,
        oldStatusLabel="Cold",
        newStatusLabel="Customer",
        occurredAt="2020-01-01T00:00:00Z",
        userId=None,
    )
    del done["activity"]["id"]
    assert done["activity"] == {
        "kind": "LEAD_STATUS_CHANGE",
        "occurredAt": "2020-01-01T00:00:00.000000Z",
        "oldStatusId": None,
        "oldStatusLabel": "Cold",
        "newStatusLabel": "Customer",
        "headline": "Status: Cold → Customer",
        "user": None,
        "viewerCanEdit": False,
    }
    assert done["lead"]["lastActivityAt"] == "2020-01-01T00:00:00.000000Z"
    assert status_of(api, lead) == before


def test_an_opportunity_s_change_is_in_the_history_and_the_stage_is_what_it_was(
    api: Api, lead: str, opportunity: str
) -> None:
    before = status_of(api, lead)
    done = api.do(
        "logOpportunityStatusChange",
        STAGE,
        opportunityId=opportunity,
        oldStatusLabel="Contacted",
        newStatusLabel="Won",
        value="7.50",
        confidence=100,
    )["activity"]
    del done["id"]
    assert done == {
        "opportunityId": opportunity,
        "oldStatusLabel": "Contacted",
        "oldStatusType": None,
        "newStatusLabel": "Won",
        "newStatusType": "WON",
        "value": "7.50",
        "confidence": 100,
    }
    assert status_of(api, lead) == before


def test_deleting_an_entry_leaves_the_status_whether_it_was_logged_or_happened(
    api: Api, lead: str, opportunity: str
) -> None:
    api.do("logLeadStatusChange", leadId=lead, newStatusLabel="Customer")
    api.do("logOpportunityStatusChange", opportunityId=opportunity, newStatusLabel="Lost")
    api.do("changeLeadStatus", leadId=lead, status="Qualified")
    stages = api.ask("{ organization { pipelines { statuses { id label } } } }")["organization"]["pipelines"][0]
    won = next(one["id"] for one in stages["statuses"] if one["label"] == "Won")
    api.do("updateOpportunity", opportunityId=opportunity, statusId=won)
    after = status_of(api, lead)
    assert (after["status"]["label"], after["opportunities"][0]["status"]["label"]) == ("Qualified", "Won")
    kinds = "activities(filter: { kinds: [LEAD_STATUS_CHANGE, OPPORTUNITY_STATUS_CHANGE] }) { nodes { id } }"
    entries = api.look(lead, kinds)["activities"]["nodes"]
    assert len(entries) == 4
    for entry in entries:
        api.do("deleteActivity", activityId=entry["id"])
        assert status_of(api, lead) == after
    assert api.look(lead, kinds)["activities"]["nodes"] == []


def test_a_history_is_in_no_form_s_way(api: Api, lead: str) -> None:
    seen = api.look(lead, "version")["version"]
    api.do("logLeadStatusChange", leadId=lead, newStatusLabel="Customer")
    api.do("changeLeadStatus", leadId=lead, status="Qualified", expectedVersion=seen)


@pytest.mark.parametrize(
    ("input", "refused"),
    [
        ({}, ("INVALID", "new_status_missing", "newStatusId")),
        ({"newStatusLabel": "Warm"}, ("NOT_FOUND", "status_label_not_found", "newStatusLabel")),
        ({"newStatusId": "stat_0000000000000000000000"}, ("NOT_FOUND", "status_not_found", "newStatusId")),
        ({"newStatusId": "lead_0000000000000000000000"}, ("INVALID", "invalid_id", "newStatusId")),
    ],
)
def test_what_cannot_be_is_refused(api: Api, lead: str, input: dict[str, Any], refused: tuple[str, str, str]) -> None:
    assert api.refused("logLeadStatusChange", leadId=lead, **input) == refused


def test_an_opportunity_s_own_refusals(api: Api, opportunity: str) -> None:
    refused = api.refused("logOpportunityStatusChange", opportunityId=opportunity, newStatusLabel="Warm")
    assert refused == ("NOT_FOUND", "stage_label_not_found", "newStatusLabel")
    unknown = "oppo_0000000000000000000000"
    refused = api.refused("logOpportunityStatusChange", opportunityId=unknown, newStatusLabel="Won")
    assert refused == ("NOT_FOUND", "opportunity_not_found", "opportunityId")
