"""Pipelines: adding stages."""

import pytest

from app.ids import PipelineId, StatusId
from app.organization.pipelines import OpportunityStatusCreated, PipelineCreated
from app.organization.refusals import LabelTaken, NotAllowed, PipelineNotFound
from app.organization.stages import CreateOpportunityStatus
from app.refusal import Refusal
from app.text import NulCharacter, Required, TextTooLong
from app.vocabulary import OpportunityStatusType
from tests.support.acme import BY_MEMBER, BY_SYSTEM, PIPELINE, UNKNOWN, thing
from tests.support.given import given

NEW = StatusId(UNKNOWN)
RENEWALS = PipelineId(thing(80))
RENEWALS_CREATED = PipelineCreated(pipeline_id=RENEWALS, name="Renewals")


def create(label: str, pipeline_id: PipelineId = PIPELINE) -> CreateOpportunityStatus:
    return CreateOpportunityStatus(
        pipeline_id=pipeline_id, label=label, type=OpportunityStatusType.ACTIVE, status_id=NEW
    )


@pytest.mark.parametrize("type", list(OpportunityStatusType))
def test_a_stage_of_any_type_is_added(type: OpportunityStatusType) -> None:  # noqa: A002
    command = CreateOpportunityStatus(pipeline_id=PIPELINE, label=" On hold ", type=type, status_id=NEW)
    given().when(command).then(
        OpportunityStatusCreated(status_id=NEW, pipeline_id=PIPELINE, label="On hold", type=type)
    )


@pytest.mark.parametrize("label", ["Won", "WON", " won"])
def test_a_label_that_differs_only_in_case_is_refused(label: str) -> None:
    given().when(create(label)).then_refused(LabelTaken, "label")


def test_another_pipeline_may_have_the_same_label() -> None:
    assert given(RENEWALS_CREATED).when(create("Won", RENEWALS)).only.label == "Won"


@pytest.mark.parametrize(("label", "refusal"), [(" ", Required), ("\0", NulCharacter), ("x" * 501, TextTooLong)])
def test_a_label_that_is_none_is_refused(label: str, refusal: type[Refusal]) -> None:
    given().when(create(label)).then_refused(refusal, "label")


def test_an_unknown_pipeline_is_refused() -> None:
    given().when(create("Won", PipelineId(UNKNOWN))).then_refused(PipelineNotFound, "pipeline_id")


def test_independent_refusals_of_one_stage_come_together() -> None:
    given().when(create("", PipelineId(UNKNOWN))).then_refused_all(
        (PipelineNotFound, "pipeline_id"), (Required, "label")
    )


def test_the_system_may() -> None:
    assert given().when(create("New"), by=BY_SYSTEM).decided


def test_a_member_may_not() -> None:
    given().when(create("New"), by=BY_MEMBER).then_refused(NotAllowed)
