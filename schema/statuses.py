"""Changing a lead's status."""

from __future__ import annotations

from typing import cast

import strawberry

from app.lead.statuses import ChangeLeadStatus
from schema.activities import LeadStatusChange, activity_of
from schema.commands import CommandInput, Inputs, Payload, answer, given
from schema.context import Info
from schema.fields import plain, resolved


@strawberry.input(description="A lead and its new status: by id, or by label.")
class ChangeLeadStatusInput(CommandInput):
    lead_id: strawberry.ID = plain("The lead.")
    status_id: strawberry.ID | None = plain("The new status; not together with status.", default=strawberry.UNSET)
    status: str | None = plain("Its label, in any case; not together with statusId.", default=strawberry.UNSET)
    expected_version: int | None = plain(
        "The lead's version that you saw; refused if the status was changed since.", default=strawberry.UNSET
    )


@strawberry.type(description="What changeLeadStatus did.")
class ChangeLeadStatusPayload(Payload):
    @resolved
    async def activity(self, info: Info) -> LeadStatusChange | None:
        """What it left in the history; null where the lead had this status already."""
        activity_id = self.done.events.get("lead.status_changed") if self.done else None
        row = await info.context.activity_row(activity_id) if activity_id else None
        return cast(LeadStatusChange, activity_of(row)) if row else None


async def change_lead_status(info: Info, input: ChangeLeadStatusInput) -> ChangeLeadStatusPayload | None:
    """Give a lead another status. It leaves an entry with both labels in the history."""

    def build(ids: Inputs) -> ChangeLeadStatus:
        return ChangeLeadStatus(
            lead_id=ids.id("lead", input.lead_id, "lead_id"),
            status_id=ids.id_or_none("status", input.status_id, "status_id"),
            status=given(input.status),
            expected_version=given(input.expected_version),
        )

    return await answer(info, ChangeLeadStatusPayload, input, build)
