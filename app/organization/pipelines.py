"""Pipelines and their opportunity statuses. Opportunities start in the first status of the first pipeline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

import msgspec

from app.ids import PipelineId, StatusId, uuid7
from app.organization.event import OrganizationEvent
from app.organization.refusals import LabelTaken, PipelineNotFound
from app.organization.rights import require_admin
from app.situation import Situation
from app.text import NAME_MAX, Problems
from app.vocabulary import OpportunityStatusType

if TYPE_CHECKING:
    from app.organization.organization import Organization


class Pipeline(msgspec.Struct, frozen=True, kw_only=True):
    """An ordered way from a first talk to won or lost."""

    id: PipelineId
    name: str


class OpportunityStatus(msgspec.Struct, frozen=True, kw_only=True):
    """One stage of a pipeline."""

    id: StatusId
    pipeline_id: PipelineId
    label: str
    type: OpportunityStatusType


class PipelineCreated(OrganizationEvent, frozen=True, kw_only=True, tag="organization.pipeline_created"):
    entity: ClassVar[str | None] = "pipeline_id"

    pipeline_id: PipelineId
    name: str


class OpportunityStatusCreated(
    OrganizationEvent, frozen=True, kw_only=True, tag="organization.opportunity_status_created"
):
    entity: ClassVar[str | None] = "status_id"

    status_id: StatusId
    pipeline_id: PipelineId
    label: str
    type: OpportunityStatusType


@dataclass(frozen=True, kw_only=True)
class CreateOpportunityStatus:
    pipeline_id: PipelineId
    label: str
    type: OpportunityStatusType
    status_id: StatusId = field(default_factory=lambda: StatusId(uuid7()))

    def decide(self, organization: Organization, at: Situation) -> Sequence[OrganizationEvent]:
        """Add a stage to the end of a pipeline.

        Raises:
            PipelineNotFound, LabelTaken, NotAllowed
        """
        require_admin(organization, at.actor)
        problems = Problems()
        label = problems.required(self.label, "label", limit=NAME_MAX)
        if self.pipeline_id not in organization.pipelines:
            problems.add(PipelineNotFound("pipeline_id"))
        taken = {status.label.casefold() for status in organization.statuses_of(self.pipeline_id)}
        if label.casefold() in taken:
            problems.add(LabelTaken("label"))
        problems.stop_if_any()
        return (
            OpportunityStatusCreated(
                status_id=self.status_id, pipeline_id=self.pipeline_id, label=label, type=self.type
            ),
        )
