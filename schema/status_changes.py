"""Status changes that took place elsewhere: logging them into the history, where they change no status."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import cast

import strawberry

from app.lead.status_changes import (
    LogLeadStatusChange,
    LogOpportunityStatusChange,
    OpportunityStatusChangeLogged,
    StatusChangeLogged,
)
from projections.activity_feed.read import ActivityRow
from schema.activities import LeadStatusChange, OpportunityStatusChange, activity_of
from schema.commands import CommandInput, Inputs, Payload, answer, change, given
from schema.context import Info
from schema.enums import ValuePeriod
from schema.fields import plain, resolved


@strawberry.input(
    description="A change of a lead's status that took place elsewhere. A status is named by its id, by its label, or "
    "by its id and the label that it had then."
)
class LogLeadStatusChangeInput(CommandInput):
    lead_id: strawberry.ID = plain("The lead; its status stays as it is.")
    old_status_id: strawberry.ID | None = plain("One that the organization has or had.", default=strawberry.UNSET)
    old_status_label: str | None = plain(
        "As it was called then; kept also where there is no such status.", default=strawberry.UNSET
    )
    new_status_id: strawberry.ID | None = plain("One that the organization has or had.", default=strawberry.UNSET)
    new_status_label: str | None = plain(
        "As it was called then; without newStatusId the label of a status.", default=strawberry.UNSET
    )
    user_id: strawberry.ID | None = plain("Who changed it; absent: the viewer; null: nobody.", default=strawberry.UNSET)
    occurred_at: datetime | None = plain("When it happened; absent: now.", default=strawberry.UNSET)


@strawberry.type(description="What logLeadStatusChange did.")
class LogLeadStatusChangePayload(Payload):
    @resolved
    async def activity(self, info: Info) -> LeadStatusChange | None:
        """The new entry; null where nothing was done."""
        return cast("LeadStatusChange | None", await _entry(self, info, StatusChangeLogged.event_name()))


@strawberry.input(
    description="A change of an opportunity's status that took place elsewhere. Statuses are named as in "
    "LogLeadStatusChangeInput."
)
class LogOpportunityStatusChangeInput(CommandInput):
    opportunity_id: strawberry.ID = plain("The opportunity; its status stays as it is.")
    old_status_id: strawberry.ID | None = plain("One that a pipeline has or had.", default=strawberry.UNSET)
    old_status_label: str | None = plain(
        "As it was called then; kept also where there is no such status.", default=strawberry.UNSET
    )
    new_status_id: strawberry.ID | None = plain("One that a pipeline has or had.", default=strawberry.UNSET)
    new_status_label: str | None = plain(
        "As it was called then; without newStatusId the label of a status, of the opportunity's pipeline first.",
        default=strawberry.UNSET,
    )
    value: Decimal | None = plain(
        "As it was then, in the organization's currency; absent: as it is now; null: nobody knows.",
        default=strawberry.UNSET,
    )
    value_period: ValuePeriod | None = plain("As it was then; absent: as it is now.", default=strawberry.UNSET)
    confidence: int | None = plain("0 to 100, as it was then; absent: as it is now.", default=strawberry.UNSET)
    user_id: strawberry.ID | None = plain("Who changed it; absent: the viewer; null: nobody.", default=strawberry.UNSET)
    occurred_at: datetime | None = plain("When it happened; absent: now.", default=strawberry.UNSET)


@strawberry.type(description="What logOpportunityStatusChange did.")
class LogOpportunityStatusChangePayload(Payload):
    @resolved
    async def activity(self, info: Info) -> OpportunityStatusChange | None:
        """The new entry; null where nothing was done."""
        name = OpportunityStatusChangeLogged.event_name()
        return cast("OpportunityStatusChange | None", await _entry(self, info, name))


async def _entry(payload: Payload, info: Info, name: str) -> object | None:
    activity_id = payload.done.events.get(name) if payload.done else None
    row: ActivityRow | None = await info.context.activity_row(activity_id) if activity_id else None
    return activity_of(row) if row else None


async def log_lead_status_change(info: Info, input: LogLeadStatusChangeInput) -> LogLeadStatusChangePayload | None:
    """Log a change of status that took place elsewhere, for the history alone: the lead's status stays as it is."""

    def build(ids: Inputs) -> LogLeadStatusChange:
        return LogLeadStatusChange(
            lead_id=ids.id("lead", input.lead_id, "lead_id"),
            old_status_id=ids.id_or_none("status", input.old_status_id, "old_status_id"),
            old_status_label=given(input.old_status_label),
            new_status_id=ids.id_or_none("status", input.new_status_id, "new_status_id"),
            new_status_label=given(input.new_status_label),
            user_id=ids.owner(input.user_id, "user_id"),
            occurred_at=given(input.occurred_at),
        )

    return await answer(info, LogLeadStatusChangePayload, input, build)


async def log_opportunity_status_change(
    info: Info, input: LogOpportunityStatusChangeInput
) -> LogOpportunityStatusChangePayload | None:
    """Log a change of an opportunity's status that took place elsewhere, for the history alone."""

    def build(ids: Inputs) -> LogOpportunityStatusChange:
        return LogOpportunityStatusChange(
            opportunity_id=ids.id("opportunity", input.opportunity_id, "opportunity_id"),
            old_status_id=ids.id_or_none("status", input.old_status_id, "old_status_id"),
            old_status_label=given(input.old_status_label),
            new_status_id=ids.id_or_none("status", input.new_status_id, "new_status_id"),
            new_status_label=given(input.new_status_label),
            value=change(input.value),
            value_period=given(input.value_period),
            confidence=given(input.confidence),
            user_id=ids.owner(input.user_id, "user_id"),
            occurred_at=given(input.occurred_at),
        )

    return await answer(info, LogOpportunityStatusChangePayload, input, build)
