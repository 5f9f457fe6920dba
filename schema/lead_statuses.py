"""The list of lead statuses: creating, changing, ordering and deleting them. For ADMINs."""

from __future__ import annotations

import strawberry

from app.ids import StatusId
from app.organization.status_edits import ReorderLeadStatuses, UpdateLeadStatus
from app.organization.statuses import ArchiveLeadStatus, CreateLeadStatus, DeleteLeadStatus, UnarchiveLeadStatus
from schema.commands import CommandInput, Inputs, answer, change, given
from schema.context import Info
from schema.fields import plain, resolved
from schema.ids import public_id
from schema.organization import LeadStatus, OrganizationPayload, lead_status_of


@strawberry.type(description="What a command about one lead status did.")
class LeadStatusPayload(OrganizationPayload):
    @resolved
    def lead_status(self, info: Info) -> LeadStatus | None:
        """The status as it is now; null where nothing was done."""
        organization = info.context.organization
        status = organization.lead_status(StatusId(self.done.ids["lead_status"])) if self.done else None
        return lead_status_of(status) if status else None


@strawberry.input(description="A status to put at the end of the list.")
class CreateLeadStatusInput(CommandInput):
    label: str = plain("At most 500 characters; unique, whatever the case.")
    color: str | None = plain("CSS colour.", default=strawberry.UNSET)


@strawberry.type(description="What createLeadStatus did.")
class CreateLeadStatusPayload(LeadStatusPayload):
    pass


async def create_lead_status(info: Info, input: CreateLeadStatusInput) -> CreateLeadStatusPayload | None:
    """Add a status that leads can have."""

    def build(_: Inputs) -> CreateLeadStatus:
        return CreateLeadStatus(label=input.label, color=given(input.color))

    return await answer(info, CreateLeadStatusPayload, input, build)


@strawberry.input(description="Changes of a status. What is absent stays; null clears.")
class UpdateLeadStatusInput(CommandInput):
    status_id: strawberry.ID = plain("The status.")
    label: str | None = plain("At most 500 characters; unique, whatever the case.", default=strawberry.UNSET)
    color: str | None = plain("CSS colour.", default=strawberry.UNSET)


@strawberry.type(description="What updateLeadStatus did.")
class UpdateLeadStatusPayload(LeadStatusPayload):
    pass


async def update_lead_status(info: Info, input: UpdateLeadStatusInput) -> UpdateLeadStatusPayload | None:
    """Rename or recolour a status. Entries in the history keep the label of their moment."""

    def build(ids: Inputs) -> UpdateLeadStatus:
        return UpdateLeadStatus(
            status_id=ids.id("status", input.status_id, "status_id"),
            label=change(input.label),
            color=change(input.color),
        )

    return await answer(info, UpdateLeadStatusPayload, input, build)


@strawberry.input(description="A status to take out of use.")
class ArchiveLeadStatusInput(CommandInput):
    status_id: strawberry.ID = plain("The status.")


@strawberry.type(description="What archiveLeadStatus did.")
class ArchiveLeadStatusPayload(LeadStatusPayload):
    pass


async def archive_lead_status(info: Info, input: ArchiveLeadStatusInput) -> ArchiveLeadStatusPayload | None:
    """Take a status out of use. Refused while leads have it, and for the last one that they can get."""

    def build(ids: Inputs) -> ArchiveLeadStatus:
        return ArchiveLeadStatus(status_id=ids.id("status", input.status_id, "status_id"))

    return await answer(info, ArchiveLeadStatusPayload, input, build)


@strawberry.input(description="An archived status to take into use again.")
class UnarchiveLeadStatusInput(CommandInput):
    status_id: strawberry.ID = plain("The status.")


@strawberry.type(description="What unarchiveLeadStatus did.")
class UnarchiveLeadStatusPayload(LeadStatusPayload):
    pass


async def unarchive_lead_status(info: Info, input: UnarchiveLeadStatusInput) -> UnarchiveLeadStatusPayload | None:
    """Take a status into use again, at the place in the list that it has."""

    def build(ids: Inputs) -> UnarchiveLeadStatus:
        return UnarchiveLeadStatus(status_id=ids.id("status", input.status_id, "status_id"))

    return await answer(info, UnarchiveLeadStatusPayload, input, build)


@strawberry.input(description="A status to delete.")
class DeleteLeadStatusInput(CommandInput):
    status_id: strawberry.ID = plain("The status.")


@strawberry.type(description="What deleteLeadStatus did.")
class DeleteLeadStatusPayload(OrganizationPayload):
    @resolved
    def lead_status_id(self) -> strawberry.ID | None:
        """The status that is gone; null where nothing was done."""
        return public_id("status", self.done.ids["lead_status"]) if self.done else None


async def delete_lead_status(info: Info, input: DeleteLeadStatusInput) -> DeleteLeadStatusPayload | None:
    """Delete a status. Refused while leads have it, and for the last one that they can get."""

    def build(ids: Inputs) -> DeleteLeadStatus:
        return DeleteLeadStatus(status_id=ids.id("status", input.status_id, "status_id"))

    return await answer(info, DeleteLeadStatusPayload, input, build)


@strawberry.input(description="An order of the lead statuses.")
class ReorderLeadStatusesInput(CommandInput):
    status_ids: list[strawberry.ID] = plain("From the first on; those left out follow in the order that they have.")


@strawberry.type(description="What reorderLeadStatuses did.")
class ReorderLeadStatusesPayload(OrganizationPayload):
    @resolved
    def lead_statuses(self, info: Info) -> list[LeadStatus]:
        """All of them in their order, archived ones included; empty where nothing was done."""
        return [lead_status_of(one) for one in info.context.organization.lead_statuses.values()] if self.done else []


async def reorder_lead_statuses(info: Info, input: ReorderLeadStatusesInput) -> ReorderLeadStatusesPayload | None:
    """Put the statuses in order. The first that is not archived is what new leads get."""

    def build(ids: Inputs) -> ReorderLeadStatuses:
        return ReorderLeadStatuses(status_ids=ids.ids("status", input.status_ids, "status_ids"))

    return await answer(info, ReorderLeadStatusesPayload, input, build)
