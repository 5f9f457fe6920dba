"""Opportunity statuses: renaming and deleting them."""

from __future__ import annotations

from typing import Any

import pytest

from app.ids import StatusId
from app.organization.organization import Organization
from app.organization.pipelines import (
    STAGES_MAX,
    OpportunityStatusCreated,
    OpportunityStatusDeleted,
    OpportunityStatusRenamed,
    PipelineCreated,
)
from app.organization.refusals import (
    LabelTaken,
    LastOpportunityStatus,
    NotAllowed,
    OpportunityStatusInUse,
    OpportunityStatusNotFound,
    TooManyStatuses,
)
from app.organization.stages import CreateOpportunityStatus, DeleteOpportunityStatus, UpdateOpportunityStatus
from app.refusal import Refusal
from app.text import NulCharacter, Required, TextTooLong
from app.vocabulary import OpportunityStatusType
from tests.app.organization.test_pipelines import RENEWALS, RENEWALS_CREATED
from tests.support.acme import (
    ACME_FOUNDED,
    BY_MEMBER,
    CONTRACT_SENT,
    DEMO_COMPLETED,
    LOST,
    PIPELINE,
    PROPOSAL_SENT,
    UNKNOWN,
    WON,
    thing,
)
from tests.support.given import Command, facts_of, given, organization_of

UNUSED = {"opportunities_with_status": 0}
RENAMED = OpportunityStatusRenamed(status_id=WON, before="Won", after="Signed")
DELETED = OpportunityStatusDeleted(status_id=WON, label="Won")
OTHERS_DELETED = [
    OpportunityStatusDeleted(status_id=one, label="Any") for one in (DEMO_COMPLETED, PROPOSAL_SENT, CONTRACT_SENT, LOST)
]
RENEWED = OpportunityStatusCreated(
    status_id=StatusId(UNKNOWN), pipeline_id=RENEWALS, label="Renewed", type=OpportunityStatusType.WON
)
DELETE = DeleteOpportunityStatus(status_id=WON)


def after(*events: Any) -> Organization:
    return organization_of(facts_of(ACME_FOUNDED, events))


def update(**changes: Any) -> UpdateOpportunityStatus:
    return UpdateOpportunityStatus(status_id=WON, **changes)


def test_a_stage_is_renamed_and_keeps_its_place_and_type() -> None:
    given().when(update(label=" Signed")).then(RENAMED)
    stages = after(RENAMED).statuses_of(PIPELINE)
    assert [(one.label, one.type) for one in stages][3:] == [
        ("Signed", OpportunityStatusType.WON),
        ("Lost", OpportunityStatusType.LOST),
    ]


@pytest.mark.parametrize("changes", [{}, {"label": "Won"}])
def test_what_stays_as_it_is_decides_nothing(changes: dict[str, Any]) -> None:
    given().when(update(**changes)).then()


def test_the_label_of_another_stage_of_the_pipeline_is_refused() -> None:
    given().when(update(label="LOST")).then_refused(LabelTaken, "label")


def test_the_label_of_a_stage_of_another_pipeline_is_not() -> None:
    assert given(RENEWALS_CREATED, RENEWED).when(update(label="renewed")).decided


@pytest.mark.parametrize(
    ("label", "refusal"), [(None, Required), ("", Required), ("\0", NulCharacter), ("x" * 501, TextTooLong)]
)
def test_a_label_that_is_none_is_refused(label: str | None, refusal: type[Refusal]) -> None:
    given().when(update(label=label)).then_refused(refusal, "label")


def test_an_unused_stage_is_deleted_and_known_by_its_id() -> None:
    given().when(DELETE, answers=UNUSED).then(DELETED)
    organization = after(DELETED)
    assert WON not in organization.opportunity_statuses
    gone = organization.opportunity_status(WON)
    assert gone is not None
    assert (gone.label, gone.type, gone.is_deleted) == ("Won", OpportunityStatusType.WON, True)


def test_a_stage_in_use_is_not_deleted_and_it_is_said_how_many_opportunities_are_in_it() -> None:
    given().when(DELETE, answers={"opportunities_with_status": 3}).then_refused(
        OpportunityStatusInUse, "status_id", count=3
    )


def test_the_last_stage_of_a_pipeline_is_deleted_where_there_is_another_pipeline() -> None:
    given(RENEWALS_CREATED, RENEWED, *OTHERS_DELETED).when(DELETE, answers=UNUSED).then(DELETED)


def test_the_last_stage_of_the_organization_is_not_deleted() -> None:
    given(RENEWALS_CREATED, *OTHERS_DELETED).when(DELETE, answers=UNUSED).then_refused(
        LastOpportunityStatus, "status_id"
    )


def test_there_are_only_so_many_stages() -> None:
    pipeline = PipelineCreated(pipeline_id=RENEWALS, name="Renewals")
    many = [
        OpportunityStatusCreated(
            status_id=StatusId(thing(1_000 + number)), pipeline_id=RENEWALS, label=str(number), type=RENEWED.type
        )
        for number in range(STAGES_MAX - 5)
    ]
    create = CreateOpportunityStatus(pipeline_id=PIPELINE, label="New", type=OpportunityStatusType.ACTIVE)
    assert given(pipeline, *many[1:]).when(create).decided
    given(pipeline, *many).when(create).then_refused(TooManyStatuses, limit=STAGES_MAX)


@pytest.mark.parametrize("command", [DELETE, update(label="Signed")])
def test_a_stage_that_is_gone_is_refused(command: Command) -> None:
    given(DELETED).when(command, answers=UNUSED).then_refused(OpportunityStatusNotFound, "status_id")


@pytest.mark.parametrize("command", [DELETE, update(label="Signed")])
def test_a_member_may_not(command: Command) -> None:
    given().when(command, by=BY_MEMBER, answers=UNUSED).then_refused(NotAllowed)
