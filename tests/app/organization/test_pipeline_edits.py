"""Pipelines: creating, renaming, ordering and deleting them, and moving stages between them."""

from __future__ import annotations

from typing import Any

import pytest

from app.ids import PipelineId, StatusId
from app.lead.opportunities import AddOpportunity
from app.organization.organization import Organization
from app.organization.pipeline_edits import CreatePipeline, DeletePipeline, ReorderPipelines, UpdatePipeline
from app.organization.pipelines import (
    PIPELINES_MAX,
    OpportunityStatusCreated,
    OpportunityStatusDeleted,
    OpportunityStatusesReordered,
    OpportunityStatusMoved,
    Pipeline,
    PipelineCreated,
    PipelineDeleted,
    PipelineRenamed,
    PipelinesReordered,
)
from app.organization.refusals import (
    LabelTaken,
    LastPipeline,
    ListedTwice,
    NameTaken,
    NotAllowed,
    OpportunityStatusNotFound,
    PipelineEmpty,
    PipelineNotEmpty,
    PipelineNotFound,
    TooManyPipelines,
)
from app.text import Required
from app.vocabulary import OpportunityStatusType
from tests.app.organization.test_pipelines import RENEWALS, RENEWALS_CREATED
from tests.support.acme import (
    ACME_FOUNDED,
    BY_MEMBER,
    CONTRACT_SENT,
    DEMO_COMPLETED,
    LEAD,
    LEAD_CREATED,
    LOST,
    PIPELINE,
    PROPOSAL_SENT,
    UNKNOWN,
    WON,
    thing,
)
from tests.support.given import Command, facts_of, given, organization_of

STAGES = (DEMO_COMPLETED, PROPOSAL_SENT, CONTRACT_SENT, WON, LOST)
OFFERED = StatusId(thing(81))
OFFERED_CREATED = OpportunityStatusCreated(
    status_id=OFFERED, pipeline_id=RENEWALS, label="Offered", type=OpportunityStatusType.ACTIVE
)
RENEWALS_DELETED = PipelineDeleted(pipeline_id=RENEWALS, name="Renewals")
ALL_MOVED = [OpportunityStatusMoved(status_id=one, before=PIPELINE, after=RENEWALS) for one in STAGES]


def after(*events: Any) -> Organization:
    return organization_of(facts_of(ACME_FOUNDED, events))


def update(pipeline_id: PipelineId = PIPELINE, **changes: Any) -> UpdatePipeline:
    return UpdatePipeline(pipeline_id=pipeline_id, **changes)


def ids_of(organization: Organization, pipeline_id: PipelineId) -> tuple[StatusId, ...]:
    return tuple(one.id for one in organization.statuses_of(pipeline_id))


def test_a_pipeline_is_created_without_stages() -> None:
    given().when(CreatePipeline(name=" Renewals ", pipeline_id=RENEWALS)).then(RENEWALS_CREATED)
    assert after(RENEWALS_CREATED).statuses_of(RENEWALS) == []


@pytest.mark.parametrize("command", [CreatePipeline(name="SALES"), update(RENEWALS, name="ｓales")])
def test_the_name_of_another_pipeline_is_refused(command: Command) -> None:
    given(RENEWALS_CREATED).when(command).then_refused(NameTaken, "name")


def test_a_pipeline_is_renamed() -> None:
    renamed = PipelineRenamed(pipeline_id=PIPELINE, before="Sales", after="SALES")
    given().when(update(name="SALES ")).then(renamed)
    assert after(renamed).pipelines[PIPELINE].name == "SALES"


@pytest.mark.parametrize("changes", [{}, {"name": "Sales"}, {"status_ids": STAGES}, {"status_ids": ()}])
def test_what_stays_as_it_is_decides_nothing(changes: dict[str, Any]) -> None:
    given().when(update(**changes)).then()


def test_stages_are_put_in_order_those_left_out_behind() -> None:
    order = (LOST, WON, DEMO_COMPLETED, PROPOSAL_SENT, CONTRACT_SENT)
    reordered = OpportunityStatusesReordered(pipeline_id=PIPELINE, before=STAGES, after=order)
    given().when(update(status_ids=(LOST, WON))).then(reordered)
    assert ids_of(after(reordered), PIPELINE) == order


def test_the_order_of_one_pipeline_leaves_the_others_alone() -> None:
    before = (RENEWALS_CREATED, OFFERED_CREATED)
    reordered = OpportunityStatusesReordered(pipeline_id=PIPELINE, before=STAGES, after=STAGES[::-1])
    organization = after(*before, reordered)
    assert (ids_of(organization, PIPELINE), ids_of(organization, RENEWALS)) == (STAGES[::-1], (OFFERED,))


def test_a_stage_moves_in_from_another_pipeline_to_the_place_that_it_has_in_the_list() -> None:
    events = (
        OpportunityStatusMoved(status_id=OFFERED, before=RENEWALS, after=PIPELINE),
        OpportunityStatusesReordered(pipeline_id=PIPELINE, before=(*STAGES, OFFERED), after=(OFFERED, *STAGES)),
    )
    given(RENEWALS_CREATED, OFFERED_CREATED).when(update(status_ids=(OFFERED,))).then(*events)
    organization = after(RENEWALS_CREATED, OFFERED_CREATED, *events)
    assert (ids_of(organization, PIPELINE), ids_of(organization, RENEWALS)) == ((OFFERED, *STAGES), ())


def test_a_stage_that_moves_in_at_the_end_needs_no_other_order() -> None:
    given(RENEWALS_CREATED, OFFERED_CREATED).when(update(status_ids=(*STAGES, OFFERED))).then(
        OpportunityStatusMoved(status_id=OFFERED, before=RENEWALS, after=PIPELINE)
    )


def test_a_stage_does_not_move_to_where_another_has_its_label() -> None:
    won = OpportunityStatusCreated(status_id=OFFERED, pipeline_id=RENEWALS, label="WON", type=OpportunityStatusType.WON)
    given(RENEWALS_CREATED, won).when(update(status_ids=(*STAGES, OFFERED))).then_refused(LabelTaken, "status_ids.5")


def test_unknown_and_repeated_stages_are_refused_where_they_stand_together_with_the_name() -> None:
    given().when(update(name=None, status_ids=(WON, StatusId(UNKNOWN), WON))).then_refused_all(
        (Required, "name"), (OpportunityStatusNotFound, "status_ids.1"), (ListedTwice, "status_ids.2")
    )


def test_an_empty_pipeline_is_deleted_and_known_by_its_id() -> None:
    given(RENEWALS_CREATED).when(DeletePipeline(pipeline_id=RENEWALS)).then(RENEWALS_DELETED)
    organization = after(RENEWALS_CREATED, RENEWALS_DELETED)
    assert list(organization.pipelines) == [PIPELINE]
    assert organization.pipeline(RENEWALS) == Pipeline(id=RENEWALS, name="Renewals", is_deleted=True)


def test_a_pipeline_with_stages_is_not_deleted() -> None:
    given(RENEWALS_CREATED, OFFERED_CREATED).when(DeletePipeline(pipeline_id=RENEWALS)).then_refused(
        PipelineNotEmpty, "pipeline_id", count=1
    )


def test_the_last_pipeline_is_not_deleted() -> None:
    given().when(DeletePipeline(pipeline_id=PIPELINE)).then_refused(LastPipeline, "pipeline_id")


def test_pipelines_are_put_in_order() -> None:
    reordered = PipelinesReordered(before=(PIPELINE, RENEWALS), after=(RENEWALS, PIPELINE))
    given(RENEWALS_CREATED).when(ReorderPipelines(pipeline_ids=(RENEWALS,))).then(reordered)
    assert list(after(RENEWALS_CREATED, reordered).pipelines) == [RENEWALS, PIPELINE]


def test_unknown_and_repeated_pipelines_of_an_order_are_refused_where_they_stand() -> None:
    order = ReorderPipelines(pipeline_ids=(PIPELINE, PipelineId(UNKNOWN), PIPELINE))
    given().when(order).then_refused_all((PipelineNotFound, "pipeline_ids.1"), (ListedTwice, "pipeline_ids.2"))


def test_an_opportunity_starts_in_the_first_pipeline_that_has_stages() -> None:
    empty_first = PipelinesReordered(before=(PIPELINE, RENEWALS), after=(RENEWALS, PIPELINE))
    adding = given(RENEWALS_CREATED, empty_first, LEAD_CREATED).when(AddOpportunity(lead_id=LEAD))
    assert adding.only.status_id == DEMO_COMPLETED


def test_an_opportunity_is_refused_in_a_pipeline_without_stages() -> None:
    add = AddOpportunity(lead_id=LEAD, pipeline_id=PIPELINE)
    given(RENEWALS_CREATED, *ALL_MOVED, LEAD_CREATED).when(add).then_refused(PipelineEmpty, "pipeline_id")


def test_an_opportunity_is_refused_in_a_stage_that_is_gone() -> None:
    gone = OpportunityStatusDeleted(status_id=WON, label="Won")
    given(gone, LEAD_CREATED).when(AddOpportunity(lead_id=LEAD, status_id=WON)).then_refused(
        OpportunityStatusNotFound, "status_id"
    )


def test_there_are_only_so_many_pipelines() -> None:
    many = [
        PipelineCreated(pipeline_id=PipelineId(thing(1_000 + number)), name=str(number))
        for number in range(PIPELINES_MAX - 1)
    ]
    assert given(*many[1:]).when(CreatePipeline(name="New")).decided
    given(*many).when(CreatePipeline(name="New")).then_refused(TooManyPipelines, limit=PIPELINES_MAX)


@pytest.mark.parametrize("command", [update(RENEWALS, name="New"), DeletePipeline(pipeline_id=RENEWALS)])
def test_a_pipeline_that_is_gone_is_refused(command: Command) -> None:
    given(RENEWALS_CREATED, RENEWALS_DELETED).when(command).then_refused(PipelineNotFound, "pipeline_id")


@pytest.mark.parametrize(
    "command",
    [
        CreatePipeline(name="New"),
        update(name="New"),
        DeletePipeline(pipeline_id=PIPELINE),
        ReorderPipelines(pipeline_ids=()),
    ],
)
def test_a_member_may_not(command: Command) -> None:
    given().when(command, by=BY_MEMBER).then_refused(NotAllowed)
