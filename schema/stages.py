"""Opportunity statuses: creating, renaming and deleting the stages of a pipeline. For ADMINs."""

from __future__ import annotations

import strawberry

from app.ids import StatusId
from app.organization.stages import CreateOpportunityStatus, DeleteOpportunityStatus, UpdateOpportunityStatus
from schema.commands import CommandInput, Inputs, answer, change
from schema.context import Info
from schema.enums import OpportunityStatusType
from schema.fields import plain, resolved
from schema.ids import public_id
from schema.organization import OpportunityStatus, OrganizationPayload, opportunity_status_of


@strawberry.type(description="What a command about one opportunity status did.")
class OpportunityStatusPayload(OrganizationPayload):
    @resolved
    def opportunity_status(self, info: Info) -> OpportunityStatus | None:
        """The status as it is now; null where nothing was done."""
        organization = info.context.organization
        status = organization.opportunity_status(StatusId(self.done.ids["opportunity_status"])) if self.done else None
        return opportunity_status_of(status, organization) if status else None


@strawberry.input(description="A status to put at the end of a pipeline.")
class CreateOpportunityStatusInput(CommandInput):
    pipeline_id: strawberry.ID = plain("The pipeline.")
    label: str = plain("At most 500 characters; unique in the pipeline, whatever the case.")
    type: OpportunityStatusType = plain("Whether an opportunity here is open, won or lost; for ever.")


@strawberry.type(description="What createOpportunityStatus did.")
class CreateOpportunityStatusPayload(OpportunityStatusPayload):
    pass


async def create_opportunity_status(
    info: Info, input: CreateOpportunityStatusInput
) -> CreateOpportunityStatusPayload | None:
    """Add a status to a pipeline."""

    def build(ids: Inputs) -> CreateOpportunityStatus:
        return CreateOpportunityStatus(
            pipeline_id=ids.id("pipeline", input.pipeline_id, "pipeline_id"), label=input.label, type=input.type
        )

    return await answer(info, CreateOpportunityStatusPayload, input, build)


@strawberry.input(description="Changes of an opportunity status. What is absent stays.")
class UpdateOpportunityStatusInput(CommandInput):
    status_id: strawberry.ID = plain("The status.")
    label: str | None = plain(
        "At most 500 characters; unique in the pipeline, whatever the case.", default=strawberry.UNSET
    )


@strawberry.type(description="What updateOpportunityStatus did.")
class UpdateOpportunityStatusPayload(OpportunityStatusPayload):
    pass


async def update_opportunity_status(
    info: Info, input: UpdateOpportunityStatusInput
) -> UpdateOpportunityStatusPayload | None:
    """Rename an opportunity status. Entries in the history keep the label of their moment."""

    def build(ids: Inputs) -> UpdateOpportunityStatus:
        return UpdateOpportunityStatus(
            status_id=ids.id("status", input.status_id, "status_id"), label=change(input.label)
        )

    return await answer(info, UpdateOpportunityStatusPayload, input, build)


@strawberry.input(description="An opportunity status to delete.")
class DeleteOpportunityStatusInput(CommandInput):
    status_id: strawberry.ID = plain("The status.")


@strawberry.type(description="What deleteOpportunityStatus did.")
class DeleteOpportunityStatusPayload(OrganizationPayload):
    @resolved
    def opportunity_status_id(self) -> strawberry.ID | None:
        """The status that is gone; null where nothing was done."""
        return public_id("status", self.done.ids["opportunity_status"]) if self.done else None


async def delete_opportunity_status(
    info: Info, input: DeleteOpportunityStatusInput
) -> DeleteOpportunityStatusPayload | None:
    """Delete an opportunity status. Refused while opportunities are in it, and for the organization's last one."""

    def build(ids: Inputs) -> DeleteOpportunityStatus:
        return DeleteOpportunityStatus(status_id=ids.id("status", input.status_id, "status_id"))

    return await answer(info, DeleteOpportunityStatusPayload, input, build)
