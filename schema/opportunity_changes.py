"""Changing opportunities, and removing them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import cast

import strawberry

from app.lead.opportunity_changes import RemoveOpportunity, UpdateOpportunity
from schema.activities import OpportunityStatusChange, activity_of
from schema.commands import CommandInput, Inputs, Payload, answer, change, given
from schema.context import Info
from schema.custom_values import CustomValueInput, value_changes
from schema.enums import ValuePeriod
from schema.fields import plain, resolved
from schema.ids import public_id
from schema.opportunities import Opportunity, opportunity_of


@strawberry.input(description="Changes of an opportunity. What is absent stays; null clears what can be empty.")
class UpdateOpportunityInput(CommandInput):
    opportunity_id: strawberry.ID = plain("The opportunity.")
    contact_id: strawberry.ID | None = plain("A contact of the same lead.", default=strawberry.UNSET)
    user_id: strawberry.ID | None = plain("Whose it is; null: nobody's.", default=strawberry.UNSET)
    status_id: strawberry.ID | None = plain("Its stage; it always has one.", default=strawberry.UNSET)
    pipeline_id: strawberry.ID | None = plain(
        "The stage's; alone it means its first stage, unless the opportunity is in it already.",
        default=strawberry.UNSET,
    )
    value: Decimal | None = plain("In the organization's currency; from 0 to 10^18.", default=strawberry.UNSET)
    value_period: ValuePeriod | None = plain("How often it is paid; null: once.", default=strawberry.UNSET)
    confidence: int | None = plain("0 to 100; a new stage leaves it as it is.", default=strawberry.UNSET)
    note: str | None = plain("Plain text.", default=strawberry.UNSET)
    date_won: date | None = plain(
        "Estimated close date, and the day of the win. A won stage fills it with today in the viewer's time zone "
        "unless it is given or stands there already; no other stage clears it.",
        default=strawberry.UNSET,
    )
    date_lost: date | None = plain("As dateWon, for a lost stage.", default=strawberry.UNSET)
    custom_fields: list[CustomValueInput] | None = plain("Values of custom fields.", default=strawberry.UNSET)
    expected_version: int | None = plain(
        "The lead's version that you saw; refused if something that you write was changed since.",
        default=strawberry.UNSET,
    )


@strawberry.type(description="What updateOpportunity did.")
class UpdateOpportunityPayload(Payload):
    @resolved
    async def opportunity(self, info: Info) -> Opportunity | None:
        """The opportunity as it is now; null where nothing was done."""
        row = await info.context.opportunity_row(self.done.ids["opportunity"]) if self.done else None
        return opportunity_of(row) if row else None

    @resolved
    async def activity(self, info: Info) -> OpportunityStatusChange | None:
        """What a new stage left in the history; null where the stage stayed."""
        activity_id = self.done.events.get("lead.opportunity_status_changed") if self.done else None
        row = await info.context.activity_row(activity_id) if activity_id else None
        return cast(OpportunityStatusChange, activity_of(row)) if row else None


@strawberry.input(description="An opportunity to remove.")
class RemoveOpportunityInput(CommandInput):
    opportunity_id: strawberry.ID = plain("The opportunity.")


@strawberry.type(description="What removeOpportunity did.")
class RemoveOpportunityPayload(Payload):
    @resolved
    def opportunity_id(self) -> strawberry.ID | None:
        """The opportunity that is gone; null where nothing was done."""
        return public_id("opportunity", self.done.ids["opportunity"]) if self.done else None


async def update_opportunity(info: Info, input: UpdateOpportunityInput) -> UpdateOpportunityPayload | None:
    """Change some of an opportunity. A new stage leaves an entry with both of them in the history."""

    def build(ids: Inputs) -> UpdateOpportunity:
        return UpdateOpportunity(
            opportunity_id=ids.id("opportunity", input.opportunity_id, "opportunity_id"),
            contact_id=ids.change("contact", input.contact_id, "contact_id"),
            user_id=ids.change("user", input.user_id, "user_id"),
            status_id=ids.change("status", input.status_id, "status_id"),
            pipeline_id=ids.change("pipeline", input.pipeline_id, "pipeline_id"),
            value=change(input.value),
            value_period=change(input.value_period),
            confidence=change(input.confidence),
            note=change(input.note),
            date_won=change(input.date_won),
            date_lost=change(input.date_lost),
            custom_fields=value_changes(ids, input.custom_fields, "custom_fields"),
            expected_version=given(input.expected_version),
        )

    return await answer(info, UpdateOpportunityPayload, input, build)


async def remove_opportunity(info: Info, input: RemoveOpportunityInput) -> RemoveOpportunityPayload | None:
    """Take an opportunity off its lead. Its status changes stay in the history."""

    def build(ids: Inputs) -> RemoveOpportunity:
        return RemoveOpportunity(opportunity_id=ids.id("opportunity", input.opportunity_id, "opportunity_id"))

    return await answer(info, RemoveOpportunityPayload, input, build)
