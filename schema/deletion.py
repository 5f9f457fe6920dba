"""Deleting a lead, and bringing it back."""

from __future__ import annotations

import strawberry

from app.lead.deletion import DeleteLead, RestoreLead
from schema.commands import CommandInput, Inputs, Payload, answer
from schema.context import Info
from schema.fields import plain, resolved
from schema.ids import public_id


@strawberry.input(description="A lead to delete.")
class DeleteLeadInput(CommandInput):
    lead_id: strawberry.ID = plain("The lead.")


@strawberry.type(description="What deleteLead did.")
class DeleteLeadPayload(Payload):
    @resolved
    def lead_id(self) -> strawberry.ID | None:
        """The lead that is gone; restoreLead takes this id. Null where nothing was done."""
        return public_id("lead", self.done.ids["lead"]) if self.done else None


async def delete_lead(info: Info, input: DeleteLeadInput) -> DeleteLeadPayload | None:
    """Delete a lead. It and everything under it is absent everywhere until restoreLead brings it back."""

    def build(ids: Inputs) -> DeleteLead:
        return DeleteLead(lead_id=ids.id("lead", input.lead_id, "lead_id"))

    return await answer(info, DeleteLeadPayload, input, build)


@strawberry.input(description="A deleted lead to bring back.")
class RestoreLeadInput(CommandInput):
    lead_id: strawberry.ID = plain("The lead, by the id that it had.")


@strawberry.type(description="What restoreLead did.")
class RestoreLeadPayload(Payload):
    pass


async def restore_lead(info: Info, input: RestoreLeadInput) -> RestoreLeadPayload | None:
    """Bring a deleted lead back with all its ids and its whole history. One that is not deleted stays as it is."""

    def build(ids: Inputs) -> RestoreLead:
        return RestoreLead(lead_id=ids.id("lead", input.lead_id, "lead_id"))

    return await answer(info, RestoreLeadPayload, input, build)
