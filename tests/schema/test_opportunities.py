"""Opportunities, as a front end sees them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.api import Api

OPPORTUNITY = """opportunity { value valuePeriod confidence expectedValue annualizedValue note dateWon dateLost
  status { label type pipeline { name } } user { name } contact { name } lead { id } }"""


def stage(api: Api, label: str) -> str:
    stages = api.ask("{ organization { pipelines { statuses { id label } } } }")["organization"]["pipelines"][0]
    found: str = next(one["id"] for one in stages["statuses"] if one["label"] == label)
    return found


def added(api: Api, lead: str, **input: Any) -> Any:
    return api.do("addOpportunity", OPPORTUNITY, leadId=lead, **input)["opportunity"]


def test_one_with_nothing_given_is_the_viewer_s_in_the_first_stage(api: Api, lead: str) -> None:
    assert added(api, lead) == {
        "value": None,
        "valuePeriod": "ONE_TIME",
        "confidence": 50,
        "expectedValue": None,
        "annualizedValue": None,
        "note": None,
        "dateWon": None,
        "dateLost": None,
        "status": {"label": "Demo Completed", "type": "ACTIVE", "pipeline": {"name": "Sales"}},
        "user": {"name": "Ada"},
        "contact": None,
        "lead": {"id": lead},
    }


def test_values_keep_their_digits(api: Api, lead: str) -> None:
    assert added(api, lead, value="1250.00")["value"] == "1250.00"


def test_a_whole_number_is_a_value_too(api: Api, lead: str) -> None:
    assert added(api, lead, value=1250)["value"] == "1250"


def test_what_is_to_be_expected_is_exact(api: Api, lead: str) -> None:
    assert added(api, lead, value="0.10", confidence=33)["expectedValue"] == "0.033"


@pytest.mark.parametrize(
    ("period", "annualized"), [("ONE_TIME", "100.50"), ("MONTHLY", "1206.00"), ("ANNUAL", "100.50")]
)
def test_a_year_has_twelve_months(api: Api, lead: str, period: str, annualized: str) -> None:
    assert added(api, lead, value="100.50", valuePeriod=period)["annualizedValue"] == annualized


def test_null_for_the_period_is_its_default(api: Api, lead: str) -> None:
    assert added(api, lead, valuePeriod=None)["valuePeriod"] == "ONE_TIME"


def test_null_for_the_user_is_nobody(api: Api, lead: str) -> None:
    assert added(api, lead, userId=None)["user"] is None


def test_a_won_one_is_certain_and_dated(api: Api, lead: str) -> None:
    won = added(api, lead, statusId=stage(api, "Won"))
    assert (won["confidence"], won["dateLost"]) == (100, None)
    assert won["dateWon"] is not None


def test_a_lost_one_is_dated_too(api: Api, lead: str) -> None:
    lost = added(api, lead, statusId=stage(api, "Lost"))
    assert (lost["confidence"], lost["dateWon"]) == (0, None)
    assert lost["dateLost"] is not None


def test_they_stand_in_the_order_in_which_they_were_added(api: Api, lead: str) -> None:
    for value in ("1", "2", "3"):
        added(api, lead, value=value)
    seen = api.look(lead, "opportunities { value } first: opportunities(first: 2) { value }")
    assert [one["value"] for one in seen["opportunities"]] == ["1", "2", "3"]
    assert [one["value"] for one in seen["first"]] == ["1", "2"]


@pytest.mark.parametrize(
    ("input", "refused"),
    [
        ({"value": "-0.01"}, ("INVALID", "out_of_range", "value")),
        ({"value": "1000000000000000000.01"}, ("INVALID", "out_of_range", "value")),
        ({"value": "0.00001"}, ("INVALID", "too_precise", "value")),
        ({"confidence": 101}, ("INVALID", "out_of_range", "confidence")),
        ({"pipelineId": "pipe_0000000000000000000000"}, ("NOT_FOUND", "pipeline_not_found", "pipelineId")),
        ({"userId": "user_0000000000000000000000"}, ("NOT_FOUND", "user_not_found", "userId")),
        ({"contactId": "cont_0000000000000000000000"}, ("NOT_FOUND", "contact_not_found", "contactId")),
        ({"note": "x" * 100_001}, ("INVALID", "text_too_long", "note")),
    ],
)
def test_what_cannot_be_is_refused(api: Api, lead: str, input: dict[str, Any], refused: tuple[str, str, str]) -> None:
    assert api.refused("addOpportunity", leadId=lead, **input) == refused
