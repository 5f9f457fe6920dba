"""Opportunity statuses: adding, renaming and deleting the stages of a pipeline. A stage's type never changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar
from uuid import UUID

from msgspec import UNSET, UnsetType

from app.ids import PipelineId, StatusId, uuid7
from app.organization.event import OrganizationEvent
from app.organization.lists import own_name
from app.organization.pipelines import (
    STAGES_MAX,
    OpportunityStatus,
    OpportunityStatusCreated,
    OpportunityStatusDeleted,
    OpportunityStatusRenamed,
)
from app.organization.refusals import (
    LabelTaken,
    LastOpportunityStatus,
    OpportunityStatusInUse,
    OpportunityStatusNotFound,
    PipelineNotFound,
    TooManyStatuses,
)
from app.organization.rights import require_admin
from app.situation import Situation
from app.text import Problems
from app.vocabulary import OpportunityStatusType

if TYPE_CHECKING:
    from app.organization.organization import Organization


@dataclass(frozen=True, kw_only=True)
class CreateOpportunityStatus:
    produces: ClassVar[dict[str, str]] = {"opportunity_status": "status_id"}

    pipeline_id: PipelineId
    label: str
    type: OpportunityStatusType
    status_id: StatusId = field(default_factory=lambda: StatusId(uuid7()))

    def decide(self, organization: Organization, at: Situation) -> Sequence[OrganizationEvent]:
        """Add a stage to the end of a pipeline.

        Raises:
            PipelineNotFound, LabelTaken, TooManyStatuses, NotAllowed
        """
        require_admin(organization, at.actor)
        if len(organization.opportunity_statuses) >= STAGES_MAX:
            raise TooManyStatuses(limit=STAGES_MAX)
        problems = Problems()
        others = (one.label for one in organization.statuses_of(self.pipeline_id))
        label = own_name(self.label, "label", others, LabelTaken("label"), problems)
        if self.pipeline_id not in organization.pipelines:
            problems.add(PipelineNotFound("pipeline_id"))
        problems.stop_if_any()
        return (
            OpportunityStatusCreated(
                status_id=self.status_id, pipeline_id=self.pipeline_id, label=label, type=self.type
            ),
        )


@dataclass(frozen=True, kw_only=True)
class UpdateOpportunityStatus:
    """Change the label, if it is given."""

    produces: ClassVar[dict[str, str]] = {"opportunity_status": "status_id"}

    status_id: StatusId
    label: str | UnsetType | None = UNSET

    def decide(self, organization: Organization, at: Situation) -> Sequence[OrganizationEvent]:
        """Rename it; the label that it has already decides nothing.

        Raises:
            OpportunityStatusNotFound, LabelTaken, Required, NotAllowed
        """
        require_admin(organization, at.actor)
        stage = _known_stage(self.status_id, organization)
        if self.label is UNSET:
            return ()
        problems = Problems()
        others = (one.label for one in organization.statuses_of(stage.pipeline_id) if one.id != stage.id)
        label = own_name(self.label, "label", others, LabelTaken("label"), problems)
        problems.stop_if_any()
        if label == stage.label:
            return ()
        return (OpportunityStatusRenamed(status_id=stage.id, before=stage.label, after=label),)


@dataclass(frozen=True, kw_only=True)
class DeleteOpportunityStatus:
    """Take an unused stage out of its pipeline. Guarded: whether it is in use is read under the organization's lock."""

    produces: ClassVar[dict[str, str]] = {"opportunity_status": "status_id"}
    question: ClassVar[str] = "opportunities_with_status"

    status_id: StatusId

    @property
    def asks_about(self) -> UUID:
        """What `opportunities_with_status` is asked about."""
        return self.status_id

    def decide(self, organization: Organization, at: Situation) -> Sequence[OrganizationEvent]:
        """Delete it. A pipeline may become empty by it, the organization not.

        Raises:
            OpportunityStatusNotFound, OpportunityStatusInUse, LastOpportunityStatus, NotAllowed
        """
        require_admin(organization, at.actor)
        stage = _known_stage(self.status_id, organization)
        if count := at.answers[self.question]:
            raise OpportunityStatusInUse("status_id", count=count)
        if len(organization.opportunity_statuses) == 1:
            raise LastOpportunityStatus("status_id")
        return (OpportunityStatusDeleted(status_id=stage.id, label=stage.label),)


def _known_stage(status_id: StatusId, organization: Organization) -> OpportunityStatus:
    stage = organization.opportunity_statuses.get(status_id)
    if stage is None:
        raise OpportunityStatusNotFound("status_id")
    return stage
