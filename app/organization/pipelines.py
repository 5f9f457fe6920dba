"""Pipelines and their opportunity statuses: what there is of them, and what happens to them.

A pipeline may be empty, but the organization always has a status. Opportunities start in the first status of the
first pipeline that has any.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, assert_never

import msgspec

from app.ids import PipelineId, StatusId
from app.organization.event import OrganizationEvent
from app.organization.lists import in_order
from app.vocabulary import OpportunityStatusType

if TYPE_CHECKING:
    from app.organization.organization import Organization

PIPELINES_MAX = 100  # of an organization
STAGES_MAX = 500  # opportunity statuses of an organization, in all its pipelines


class Pipeline(msgspec.Struct, frozen=True, kw_only=True):
    """An ordered way from a first talk to won or lost."""

    id: PipelineId
    name: str
    is_deleted: bool = False


class OpportunityStatus(msgspec.Struct, frozen=True, kw_only=True):
    """One stage of a pipeline."""

    id: StatusId
    pipeline_id: PipelineId
    label: str
    type: OpportunityStatusType
    is_deleted: bool = False


class PipelineCreated(OrganizationEvent, frozen=True, kw_only=True, tag="organization.pipeline_created"):
    entity: ClassVar[str | None] = "pipeline_id"

    pipeline_id: PipelineId
    name: str


class PipelineRenamed(OrganizationEvent, frozen=True, kw_only=True, tag="organization.pipeline_renamed"):
    entity: ClassVar[str | None] = "pipeline_id"
    on_pages: ClassVar[bool] = True

    pipeline_id: PipelineId
    before: str
    after: str


class PipelineDeleted(OrganizationEvent, frozen=True, kw_only=True, tag="organization.pipeline_deleted"):
    entity: ClassVar[str | None] = "pipeline_id"

    pipeline_id: PipelineId
    name: str


class PipelinesReordered(OrganizationEvent, frozen=True, kw_only=True, tag="organization.pipelines_reordered"):
    before: tuple[PipelineId, ...]
    after: tuple[PipelineId, ...]


class OpportunityStatusCreated(
    OrganizationEvent, frozen=True, kw_only=True, tag="organization.opportunity_status_created"
):
    entity: ClassVar[str | None] = "status_id"

    status_id: StatusId
    pipeline_id: PipelineId
    label: str
    type: OpportunityStatusType


class OpportunityStatusRenamed(
    OrganizationEvent, frozen=True, kw_only=True, tag="organization.opportunity_status_renamed"
):
    """From now on: what happened before keeps the label of its moment."""

    entity: ClassVar[str | None] = "status_id"
    on_pages: ClassVar[bool] = True

    status_id: StatusId
    before: str
    after: str


class OpportunityStatusMoved(OrganizationEvent, frozen=True, kw_only=True, tag="organization.opportunity_status_moved"):
    """To the end of another pipeline, with the opportunities that are in it."""

    entity: ClassVar[str | None] = "status_id"
    on_pages: ClassVar[bool] = True

    status_id: StatusId
    before: PipelineId
    after: PipelineId


class OpportunityStatusesReordered(
    OrganizationEvent, frozen=True, kw_only=True, tag="organization.opportunity_statuses_reordered"
):
    """All of one pipeline."""

    entity: ClassVar[str | None] = "pipeline_id"

    pipeline_id: PipelineId
    before: tuple[StatusId, ...]
    after: tuple[StatusId, ...]


class OpportunityStatusDeleted(
    OrganizationEvent, frozen=True, kw_only=True, tag="organization.opportunity_status_deleted"
):
    """It leaves its pipeline. Opportunities of deleted leads keep it, and history still names it."""

    entity: ClassVar[str | None] = "status_id"

    status_id: StatusId
    label: str


AnyPipelineEvent = PipelineCreated | PipelineRenamed | PipelineDeleted | PipelinesReordered
AnyStageEvent = (
    OpportunityStatusCreated
    | OpportunityStatusRenamed
    | OpportunityStatusMoved
    | OpportunityStatusesReordered
    | OpportunityStatusDeleted
)


def evolve_pipelines(organization: Organization, event: AnyPipelineEvent) -> Organization:
    """The state after one more fact about pipelines. Total and pure."""
    change = msgspec.structs.replace
    pipelines = organization.pipelines
    match event:
        case PipelineCreated():
            pipeline = Pipeline(id=event.pipeline_id, name=event.name)
        case PipelineRenamed():
            pipeline = Pipeline(id=event.pipeline_id, name=event.after)
        case PipelineDeleted():
            left = {one: pipeline for one, pipeline in pipelines.items() if one != event.pipeline_id}
            deleted = Pipeline(id=event.pipeline_id, name=event.name, is_deleted=True)
            gone = organization.gone_pipelines | {deleted.id: deleted}
            return change(organization, pipelines=left, gone_pipelines=gone)
        case PipelinesReordered():
            return change(organization, pipelines=in_order(pipelines, event.after))
        case _:
            assert_never(event)
    return change(organization, pipelines=pipelines | {pipeline.id: pipeline})


def evolve_stages(organization: Organization, event: AnyStageEvent) -> Organization:
    """The state after one more fact about opportunity statuses. Total and pure: what is not there does not change."""
    change = msgspec.structs.replace
    stages = organization.opportunity_statuses
    if isinstance(event, OpportunityStatusesReordered):
        return change(organization, opportunity_statuses=in_order(stages, event.after))
    if isinstance(event, OpportunityStatusCreated):
        created = OpportunityStatus(
            id=event.status_id, pipeline_id=event.pipeline_id, label=event.label, type=event.type
        )
        return change(organization, opportunity_statuses=stages | {created.id: created})
    known = stages.get(event.status_id)
    if known is None:
        return organization
    others = {one: stage for one, stage in stages.items() if one != known.id}
    match event:
        case OpportunityStatusRenamed():
            renamed = change(known, label=event.after)
            return change(organization, opportunity_statuses=stages | {known.id: renamed})
        case OpportunityStatusMoved():
            moved = change(known, pipeline_id=event.after)
            return change(organization, opportunity_statuses=others | {known.id: moved})
        case OpportunityStatusDeleted():
            gone = organization.gone_opportunity_statuses | {known.id: change(known, is_deleted=True)}
            return change(organization, opportunity_statuses=others, gone_opportunity_statuses=gone)
        case _:
            assert_never(event)
