"""Pipelines: creating, changing, ordering and deleting them. For ADMINs."""

from __future__ import annotations

import strawberry
from msgspec import UNSET

from app.ids import PipelineId
from app.organization.pipeline_edits import CreatePipeline, DeletePipeline, ReorderPipelines, UpdatePipeline
from schema.commands import CommandInput, Inputs, answer, change, given
from schema.context import Info
from schema.fields import plain, resolved
from schema.ids import public_id
from schema.organization import OrganizationPayload, Pipeline, pipeline_of


@strawberry.type(description="What a command about one pipeline did.")
class PipelinePayload(OrganizationPayload):
    @resolved
    def pipeline(self, info: Info) -> Pipeline | None:
        """The pipeline as it is now; null where nothing was done."""
        organization = info.context.organization
        pipeline = organization.pipeline(PipelineId(self.done.ids["pipeline"])) if self.done else None
        return pipeline_of(pipeline, organization) if pipeline else None


@strawberry.input(description="A pipeline to put behind the others.")
class CreatePipelineInput(CommandInput):
    name: str = plain("At most 500 characters; unique, whatever the case.")


@strawberry.type(description="What createPipeline did.")
class CreatePipelinePayload(PipelinePayload):
    pass


async def create_pipeline(info: Info, input: CreatePipelineInput) -> CreatePipelinePayload | None:
    """Add a pipeline. It has no statuses yet: add some, or move some in."""

    def build(_: Inputs) -> CreatePipeline:
        return CreatePipeline(name=input.name)

    return await answer(info, CreatePipelinePayload, input, build)


@strawberry.input(description="Changes of a pipeline. What is absent stays.")
class UpdatePipelineInput(CommandInput):
    pipeline_id: strawberry.ID = plain("The pipeline.")
    name: str | None = plain("At most 500 characters; unique, whatever the case.", default=strawberry.UNSET)
    status_ids: list[strawberry.ID] | None = plain(
        "Its statuses from the first on; one of another pipeline moves in with its opportunities. Those left out "
        "follow in the order that they have.",
        default=strawberry.UNSET,
    )


@strawberry.type(description="What updatePipeline did.")
class UpdatePipelinePayload(PipelinePayload):
    pass


async def update_pipeline(info: Info, input: UpdatePipelineInput) -> UpdatePipelinePayload | None:
    """Rename a pipeline, put its statuses in order, move statuses in from other pipelines."""

    def build(ids: Inputs) -> UpdatePipeline:
        status_ids = given(input.status_ids)
        return UpdatePipeline(
            pipeline_id=ids.id("pipeline", input.pipeline_id, "pipeline_id"),
            name=change(input.name),
            status_ids=UNSET if status_ids is None else ids.ids("status", status_ids, "status_ids"),
        )

    return await answer(info, UpdatePipelinePayload, input, build)


@strawberry.input(description="A pipeline to delete.")
class DeletePipelineInput(CommandInput):
    pipeline_id: strawberry.ID = plain("The pipeline.")


@strawberry.type(description="What deletePipeline did.")
class DeletePipelinePayload(OrganizationPayload):
    @resolved
    def pipeline_id(self) -> strawberry.ID | None:
        """The pipeline that is gone; null where nothing was done."""
        return public_id("pipeline", self.done.ids["pipeline"]) if self.done else None


async def delete_pipeline(info: Info, input: DeletePipelineInput) -> DeletePipelinePayload | None:
    """Delete a pipeline. Refused while it has statuses, and for the last one."""

    def build(ids: Inputs) -> DeletePipeline:
        return DeletePipeline(pipeline_id=ids.id("pipeline", input.pipeline_id, "pipeline_id"))

    return await answer(info, DeletePipelinePayload, input, build)


@strawberry.input(description="An order of the pipelines.")
class ReorderPipelinesInput(CommandInput):
    pipeline_ids: list[strawberry.ID] = plain("From the first on; those left out follow in the order that they have.")


@strawberry.type(description="What reorderPipelines did.")
class ReorderPipelinesPayload(OrganizationPayload):
    @resolved
    def pipelines(self, info: Info) -> list[Pipeline]:
        """All of them in their order; empty where nothing was done."""
        organization = info.context.organization
        return [pipeline_of(one, organization) for one in organization.pipelines.values()] if self.done else []


async def reorder_pipelines(info: Info, input: ReorderPipelinesInput) -> ReorderPipelinesPayload | None:
    """Put the pipelines in order. New opportunities start in the first that has statuses."""

    def build(ids: Inputs) -> ReorderPipelines:
        return ReorderPipelines(pipeline_ids=ids.ids("pipeline", input.pipeline_ids, "pipeline_ids"))

    return await answer(info, ReorderPipelinesPayload, input, build)
