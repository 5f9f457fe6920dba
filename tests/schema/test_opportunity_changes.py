"""Changing and removing opportunities, as a front end sees it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.schema.test_opportunities import OPPORTUNITY, added, stage
from tests.support.api import Api

CHANGE = """activity { kind headline opportunityId oldStatusId oldStatusLabel oldStatusType newStatusId newStatusLabel
  newStatusType value valuePeriod confidence contact { name } user { name } }"""
FEED = "activities { nodes { kind ... on OpportunityStatusChange { opportunityId newStatusLabel } } }"


@pytest.fixture
def offer(api: Api, lead: str) -> str:
    """An opportunity's id."""
    found: str = api.do("addOpportunity", "opportunity { id }", leadId=lead, value="100.50", note="Big")["opportunity"][
        "id"
    ]
    return found


def changed(api: Api, offer: str, selection: str = OPPORTUNITY, **input: Any) -> Any:
    return api.do("updateOpportunity", selection, opportunityId=offer, **input)


def test_what_is_absent_stays_and_null_clears(api: Api, offer: str) -> None:
    after = changed(api, offer, note=None, userId=None, confidence=70)["opportunity"]
    assert (after["value"], after["note"], after["user"], after["confidence"]) == ("100.50", None, None, 70)


def test_a_new_stage_leaves_an_entry_of_that_moment(api: Api, lead: str, offer: str) -> None:
    contact = api.do("addContact", "contact { id }", leadId=lead, contact={"name": "Tobias"})["contact"]["id"]
    won, first = stage(api, "Won"), stage(api, "Demo Completed")
    input = {"statusId": won, "value": "1000000000000000.01", "confidence": 90, "contactId": contact}
    assert changed(api, offer, CHANGE, **input)["activity"] == {
        "kind": "OPPORTUNITY_STATUS_CHANGE",
        "headline": "Opportunity: Demo Completed → Won",
        "opportunityId": offer,
        "oldStatusId": first,
        "oldStatusLabel": "Demo Completed",
        "oldStatusType": "ACTIVE",
        "newStatusId": won,
        "newStatusLabel": "Won",
        "newStatusType": "WON",
        "value": "1000000000000000.01",
        "valuePeriod": "ONE_TIME",
        "confidence": 90,
        "contact": {"name": "Tobias"},
        "user": {"name": "Ada"},
    }


def test_a_change_without_a_new_stage_leaves_none(api: Api, offer: str) -> None:
    assert changed(api, offer, CHANGE, confidence=1)["activity"] is None


def test_won_and_lost_are_dated_and_stay_so(api: Api, offer: str) -> None:
    for label in ("Won", "Lost", "Demo Completed"):
        after = changed(api, offer, statusId=stage(api, label))["opportunity"]
    assert None not in (after["dateWon"], after["dateLost"])
    assert (after["status"]["label"], after["confidence"]) == ("Demo Completed", 50)


def test_deleting_the_entry_leaves_the_stage_alone(api: Api, lead: str, offer: str) -> None:
    activity = changed(api, offer, "activity { id }", statusId=stage(api, "Won"))["activity"]["id"]
    api.do("deleteActivity", activityId=activity)
    seen = api.look(lead, f"opportunities {{ status {{ label }} }} {FEED}")
    assert seen["opportunities"] == [{"status": {"label": "Won"}}]
    assert [one["kind"] for one in seen["activities"]["nodes"]] == ["CREATED"]


def test_the_filter_bar_knows_the_kind(api: Api, lead: str, offer: str) -> None:
    changed(api, offer, statusId=stage(api, "Won"))
    filtered = "activities(filter: { kinds: [OPPORTUNITY_STATUS_CHANGE] }) { totalCount } activityCounts { kind count }"
    assert api.look(lead, filtered) == {
        "activities": {"totalCount": 1},
        "activityCounts": [{"kind": "CREATED", "count": 1}, {"kind": "OPPORTUNITY_STATUS_CHANGE", "count": 1}],
    }


def test_a_removed_one_leaves_its_status_changes_behind(api: Api, lead: str, offer: str) -> None:
    changed(api, offer, statusId=stage(api, "Won"))
    assert api.do("removeOpportunity", "opportunityId lead { id }", opportunityId=offer)["opportunityId"] == offer
    seen = api.look(lead, f"opportunities {{ id }} {FEED}")
    assert seen["opportunities"] == []
    assert seen["activities"]["nodes"][0] == {
        "kind": "OPPORTUNITY_STATUS_CHANGE",
        "opportunityId": offer,
        "newStatusLabel": "Won",
    }
    assert api.ask("query ($id: ID!) { node(id: $id) { id } }", id=offer) == {"node": None}
    for mutation in ("removeOpportunity", "updateOpportunity"):
        assert api.refused(mutation, opportunityId=offer) == ("NOT_FOUND", "opportunity_not_found", "opportunityId")


@pytest.mark.parametrize(
    ("input", "refused"),
    [
        ({"value": "-0.01"}, ("INVALID", "out_of_range", "value")),
        ({"value": "0.00001"}, ("INVALID", "too_precise", "value")),
        ({"confidence": -1}, ("INVALID", "out_of_range", "confidence")),
        ({"confidence": None}, ("INVALID", "required", "confidence")),
        ({"statusId": None}, ("INVALID", "required", "statusId")),
        ({"statusId": "stat_0000000000000000000000"}, ("NOT_FOUND", "opportunity_status_not_found", "statusId")),
        ({"pipelineId": "stat_0000000000000000000000"}, ("INVALID", "invalid_id", "pipelineId")),
        ({"contactId": "cont_0000000000000000000000"}, ("NOT_FOUND", "contact_not_found", "contactId")),
        ({"note": "\0"}, ("INVALID", "nul_character", "note")),
    ],
)
def test_what_cannot_be_is_refused(api: Api, offer: str, input: dict[str, Any], refused: tuple[str, str, str]) -> None:
    assert api.refused("updateOpportunity", opportunityId=offer, **input) == refused


@pytest.mark.parametrize("value", ["NaN", "1e400", "١٢", "Infinity"])
def test_what_is_no_number_is_a_bad_input(api: Api, offer: str, value: str) -> None:
    document = "mutation ($input: UpdateOpportunityInput!) { updateOpportunity(input: $input) { errors { code } } }"
    assert api.fault(document, input={"opportunityId": offer, "value": value})[0] == "BAD_USER_INPUT"


def test_a_contact_of_another_lead_is_refused(api: Api, offer: str) -> None:
    other = api.lead(contacts=[{"name": "Gob"}])
    contact = api.look(other, "primaryContact { id }")["primaryContact"]["id"]
    refused = api.refused("updateOpportunity", opportunityId=offer, contactId=contact)
    assert refused == ("NOT_FOUND", "contact_not_found", "contactId")


def test_the_same_key_changes_once(api: Api, offer: str) -> None:
    input = {"statusId": stage(api, "Won"), "idempotencyKey": "1"}
    first, again = (changed(api, offer, "activity { id }", **input) for _ in range(2))
    assert (first["activity"], first["cursor"]) == (again["activity"], again["cursor"])


# ---------------------------------------------------------------- expectedVersion


def test_a_stale_version_conflicts_with_a_change_of_the_same_part_only(api: Api, lead: str, offer: str) -> None:
    seen = api.look(lead, "version")["version"]
    other = added(api, lead)
    assert other is not None
    changed(api, offer, value="7", userId=None, confidence=60)
    changed(api, offer, note="Mine", statusId=stage(api, "Won"), expectedVersion=seen)
    (error,) = api.refusals("updateOpportunity", opportunityId=offer, valuePeriod="ANNUAL", expectedVersion=seen)
    assert (error["code"], error["reason"], error["path"]) == (
        "CONFLICT",
        "version_conflict",
        ["input", "expectedVersion"],
    )
    assert error["differences"] == [
        {
            "path": ["opportunities", offer, "value"],
            "before": {"value": "100.50", "period": "ONE_TIME"},
            "after": {"value": "7", "period": "ONE_TIME"},
        }
    ]


def test_a_conflict_names_people_and_stages_by_their_ids(api: Api, lead: str, offer: str) -> None:
    seen = api.look(lead, "version")["version"]
    me = api.ask("{ viewer { id } }")["viewer"]["id"]
    changed(api, offer, userId=None, statusId=stage(api, "Won"))
    input = {"userId": me, "statusId": stage(api, "Lost"), "expectedVersion": seen}
    (error,) = api.refusals("updateOpportunity", opportunityId=offer, **input)
    assert sorted(error["differences"], key=lambda one: one["path"]) == [
        {
            "path": ["opportunities", offer, "status"],
            "before": stage(api, "Demo Completed"),
            "after": stage(api, "Won"),
        },
        {"path": ["opportunities", offer, "user"], "before": me, "after": None},
    ]


def test_a_version_that_nobody_can_have_seen_is_invalid(api: Api, offer: str) -> None:
    refused = api.refused("updateOpportunity", opportunityId=offer, note="x", expectedVersion=99)
    assert refused == ("INVALID", "future_version", "expectedVersion")
