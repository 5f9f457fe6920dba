"""Pipelines and their statuses, as an ADMIN's front end changes them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.api import Api

PIPELINE = "pipeline { id name isDeleted statuses { label } }"
STATUS = "opportunityStatus { id label type isDeleted pipeline { name } }"


def stage_id(api: Api, label: str) -> str:
    pipelines = api.ask("{ organization { pipelines { statuses { id label } } } }")["organization"]["pipelines"]
    found: str = next(one["id"] for pipeline in pipelines for one in pipeline["statuses"] if one["label"] == label)
    return found


@pytest.fixture
def sales(api: Api) -> str:
    """The pipeline that there is from the start."""
    found: str = api.ask("{ organization { pipelines { id } } }")["organization"]["pipelines"][0]["id"]
    return found


@pytest.fixture
def renewals(api: Api) -> str:
    """A second one, empty."""
    made: str = api.do("createPipeline", PIPELINE, name="Renewals")["pipeline"]["id"]
    return made


def labels(pipeline: Any) -> list[str]:
    return [status["label"] for status in pipeline["statuses"]]


def test_a_pipeline_is_created_empty_and_gets_a_status(api: Api, renewals: str) -> None:
    made = api.do("createOpportunityStatus", STATUS, pipelineId=renewals, label="Offered", type="ACTIVE")
    made["opportunityStatus"].pop("id")
    assert made["opportunityStatus"] == {
        "label": "Offered",
        "type": "ACTIVE",
        "isDeleted": False,
        "pipeline": {"name": "Renewals"},
    }


def test_a_pipeline_is_renamed_and_put_in_order_and_a_status_moves_in(api: Api, sales: str, renewals: str) -> None:
    made = api.do("createOpportunityStatus", STATUS, pipelineId=renewals, label="Offered", type="ACTIVE")
    order = [stage_id(api, "Lost"), made["opportunityStatus"]["id"]]
    done = api.do("updatePipeline", PIPELINE, pipelineId=sales, name="New business", statusIds=order)["pipeline"]
    assert done["name"] == "New business"
    assert labels(done) == ["Lost", "Offered", "Demo Completed", "Proposal Sent", "Contract Sent", "Won"]


def test_a_status_is_renamed_everywhere_but_in_its_type(api: Api, lead: str) -> None:
    added = api.do("addOpportunity", "opportunity { id }", leadId=lead)["opportunity"]["id"]
    api.do("updateOpportunityStatus", STATUS, statusId=stage_id(api, "Demo Completed"), label="Shown")
    (shown,) = api.look(lead, "opportunities { id status { label type } }")["opportunities"]
    assert shown == {"id": added, "status": {"label": "Shown", "type": "ACTIVE"}}


def test_a_status_in_use_stays_and_it_is_said_how_many_opportunities_are_in_it(api: Api, lead: str) -> None:
    for _ in range(2):
        api.do("addOpportunity", leadId=lead)
    (error,) = api.refusals("deleteOpportunityStatus", statusId=stage_id(api, "Demo Completed"))
    assert (error["code"], error["reason"], error["params"]) == ("CONFLICT", "opportunity_status_in_use", {"count": 2})


def test_a_deleted_status_and_its_deleted_pipeline_are_still_found_by_id(api: Api, sales: str, renewals: str) -> None:
    made = api.do("createOpportunityStatus", STATUS, pipelineId=renewals, label="Offered", type="ACTIVE")
    id = made["opportunityStatus"]["id"]
    assert api.refused("deletePipeline", pipelineId=renewals) == ("CONFLICT", "pipeline_not_empty", "pipelineId")
    assert api.do("deleteOpportunityStatus", "opportunityStatusId", statusId=id)["opportunityStatusId"] == id
    gone = api.do("deletePipeline", "pipelineId organization { pipelines { id } }", pipelineId=renewals)
    assert (gone["pipelineId"], gone["organization"]) == (renewals, {"pipelines": [{"id": sales}]})
    found = api.ask(
        """query ($id: ID!) { node(id: $id) {
          ... on OpportunityStatus { label isDeleted pipeline { id name isDeleted statuses { id } } } } }""",
        id=id,
    )["node"]
    pipeline = {"id": renewals, "name": "Renewals", "isDeleted": True, "statuses": []}
    assert found == {"label": "Offered", "isDeleted": True, "pipeline": pipeline}


def test_the_last_pipeline_stays(api: Api, sales: str) -> None:
    assert api.refused("deletePipeline", pipelineId=sales) == ("CONFLICT", "last_pipeline", "pipelineId")


def test_pipelines_are_put_in_order_and_an_empty_one_takes_no_opportunities(
    api: Api, lead: str, sales: str, renewals: str
) -> None:
    done = api.do("reorderPipelines", "pipelines { id }", pipelineIds=[renewals])
    assert [one["id"] for one in done["pipelines"]] == [renewals, sales]
    refused = api.refused("addOpportunity", leadId=lead, pipelineId=renewals)
    assert refused == ("CONFLICT", "pipeline_empty", "pipelineId")
    added = api.do("addOpportunity", "opportunity { status { pipeline { id } } }", leadId=lead)["opportunity"]
    assert added["status"]["pipeline"]["id"] == sales


@pytest.mark.parametrize("name", ["SALES", " sales"])
def test_a_name_is_there_once(api: Api, name: str) -> None:
    assert api.refused("createPipeline", name=name) == ("DUPLICATE", "name_taken", "name")


def test_a_lead_status_is_no_opportunity_status(api: Api, sales: str) -> None:
    status = api.ask("{ organization { leadStatuses { id } } }")["organization"]["leadStatuses"][0]["id"]
    refused = ("NOT_FOUND", "opportunity_status_not_found")
    assert api.refused("deleteOpportunityStatus", statusId=status) == (*refused, "statusId")
    assert api.refused("updatePipeline", pipelineId=sales, statusIds=[status]) == (*refused, "statusIds.0")


@pytest.mark.parametrize(
    ("mutation", "input"),
    [
        ("createPipeline", {"name": "Mine"}),
        ("updatePipeline", {"pipelineId": "pipe_0000000000000000000000"}),
        ("createOpportunityStatus", {"pipelineId": "pipe_0000000000000000000000", "label": "x", "type": "WON"}),
        ("deleteOpportunityStatus", {"statusId": "stat_0000000000000000000000"}),
    ],
)
def test_a_colleague_who_is_no_admin_changes_nothing(api: Api, mutation: str, input: dict[str, Any]) -> None:
    assert api.colleague().refused(mutation, **input) == ("FORBIDDEN", "not_allowed", "")
