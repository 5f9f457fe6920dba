"""Pipelines: creating, changing, ordering and deleting them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from msgspec import UNSET, UnsetType

from app.folding import label_key
from app.ids import PipelineId, StatusId, uuid7
from app.organization.event import OrganizationEvent
from app.organization.lists import own_name, whole_order
from app.organization.pipelines import (
    PIPELINES_MAX,
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
    NameTaken,
    OpportunityStatusNotFound,
    PipelineNotEmpty,
    PipelineNotFound,
    TooManyPipelines,
)
from app.organization.rights import require_admin
from app.situation import Situation
from app.text import Problems

if TYPE_CHECKING:
    from app.organization.organization import Organization


@dataclass(frozen=True, kw_only=True)
class CreatePipeline:
    """A pipeline without statuses."""

    produces: ClassVar[dict[str, str]] = {"pipeline": "pipeline_id"}

    name: str
    pipeline_id: PipelineId = field(default_factory=lambda: PipelineId(uuid7()))

    def decide(self, organization: Organization, at: Situation) -> Sequence[OrganizationEvent]:
        """Add it behind the others.

        Raises:
            NameTaken, TooManyPipelines, Required, NotAllowed
        """
        require_admin(organization, at.actor)
        if len(organization.pipelines) >= PIPELINES_MAX:
            raise TooManyPipelines(limit=PIPELINES_MAX)
        problems = Problems()
        name = own_name(
            self.name, "name", (one.name for one in organization.pipelines.values()), NameTaken("name"), problems
        )
        problems.stop_if_any()
        return (PipelineCreated(pipeline_id=self.pipeline_id, name=name),)


@dataclass(frozen=True, kw_only=True)
class UpdatePipeline:
    """Change what is given.

    Attributes:
        status_ids: the first stages, in order: one of another pipeline moves in. Those that are not named follow.
    """

    produces: ClassVar[dict[str, str]] = {"pipeline": "pipeline_id"}

    pipeline_id: PipelineId
    name: str | UnsetType | None = UNSET
    status_ids: tuple[StatusId, ...] | UnsetType = UNSET

    def decide(self, organization: Organization, at: Situation) -> Sequence[OrganizationEvent]:
        """One fact for the name, one for each stage that moves in, one for the order.

        Raises:
            PipelineNotFound, NameTaken, Required, OpportunityStatusNotFound, ListedTwice, LabelTaken, NotAllowed
        """
        require_admin(organization, at.actor)
        pipeline = _known_pipeline(self.pipeline_id, organization)
        problems = Problems()
        events = [*self._renamed(pipeline, organization, problems), *self._reordered(organization, problems)]
        problems.stop_if_any()
        return events

    def _renamed(
        self, pipeline: Pipeline, organization: Organization, problems: Problems
    ) -> Sequence[OrganizationEvent]:
        if self.name is UNSET:
            return ()
        others = (one.name for one in organization.pipelines.values() if one.id != pipeline.id)
        name = own_name(self.name, "name", others, NameTaken("name"), problems)
        if name == pipeline.name:
            return ()
        return (PipelineRenamed(pipeline_id=pipeline.id, before=pipeline.name, after=name),)

    def _reordered(self, organization: Organization, problems: Problems) -> Sequence[OrganizationEvent]:
        if self.status_ids is UNSET:
            return ()
        stages = organization.opportunity_statuses
        moved = [one for one in self.status_ids if one in stages and stages[one].pipeline_id != self.pipeline_id]
        before = (*(one.id for one in organization.statuses_of(self.pipeline_id)), *dict.fromkeys(moved))
        after = whole_order(
            self.status_ids, before, problems, "status_ids", lambda _, *path: OpportunityStatusNotFound(*path)
        )
        self._require_labels(before, organization, problems)
        events: list[OrganizationEvent] = [
            OpportunityStatusMoved(status_id=one, before=stages[one].pipeline_id, after=self.pipeline_id)
            for one in dict.fromkeys(moved)
        ]
        if after != before:
            events.append(OpportunityStatusesReordered(pipeline_id=self.pipeline_id, before=before, after=after))
        return events

    def _require_labels(self, ids: Sequence[StatusId], organization: Organization, problems: Problems) -> None:
        """No two stages of the pipeline may be called the same; those that move in stand at the end."""
        assert not isinstance(self.status_ids, UnsetType)
        seen: set[str] = set()
        for stage in map(organization.opportunity_statuses.__getitem__, ids):
            key = label_key(stage.label)
            if key in seen and stage.pipeline_id != self.pipeline_id:
                problems.add(LabelTaken("status_ids", str(self.status_ids.index(stage.id))))
            seen.add(key)


@dataclass(frozen=True, kw_only=True)
class DeletePipeline:
    """Delete an empty pipeline."""

    produces: ClassVar[dict[str, str]] = {"pipeline": "pipeline_id"}

    pipeline_id: PipelineId

    def decide(self, organization: Organization, at: Situation) -> Sequence[OrganizationEvent]:
        """Delete it.

        Raises:
            PipelineNotFound, LastPipeline, PipelineNotEmpty, NotAllowed
        """
        require_admin(organization, at.actor)
        pipeline = _known_pipeline(self.pipeline_id, organization)
        if len(organization.pipelines) == 1:
            raise LastPipeline("pipeline_id")
        if stages := organization.statuses_of(pipeline.id):
            raise PipelineNotEmpty("pipeline_id", count=len(stages))
        return (PipelineDeleted(pipeline_id=pipeline.id, name=pipeline.name),)


@dataclass(frozen=True, kw_only=True)
class ReorderPipelines:
    """Put pipelines into this order; those that are not named follow in the order that they have."""

    pipeline_ids: tuple[PipelineId, ...]

    def decide(self, organization: Organization, at: Situation) -> Sequence[OrganizationEvent]:
        """Decide the whole order; the one that there is already decides nothing.

        Raises:
            PipelineNotFound, ListedTwice, NotAllowed
        """
        require_admin(organization, at.actor)
        problems = Problems()
        before = tuple(organization.pipelines)
        after = whole_order(
            self.pipeline_ids, before, problems, "pipeline_ids", lambda _, *path: PipelineNotFound(*path)
        )
        problems.stop_if_any()
        return (PipelinesReordered(before=before, after=after),) if after != before else ()


def _known_pipeline(pipeline_id: PipelineId, organization: Organization) -> Pipeline:
    pipeline = organization.pipelines.get(pipeline_id)
    if pipeline is None:
        raise PipelineNotFound("pipeline_id")
    return pipeline
