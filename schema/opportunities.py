"""Opportunities of a lead."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import strawberry

from app.lead.opportunities import AddOpportunity
from projections.lead_view.rows import OpportunityRow
from schema.belonging import TheContact, TheLead, its_contact, its_lead
from schema.commands import CommandInput, Inputs, Payload, answer, given
from schema.context import Info
from schema.custom_values import CustomValue, CustomValueInput, custom_values_of, value_changes
from schema.enums import ValuePeriod
from schema.fields import plain, resolved
from schema.ids import public_id
from schema.node import Node
from schema.organization import OpportunityStatus, User, opportunity_status_of, user_with

if TYPE_CHECKING:
    pass

MONTHS_OF_A_YEAR = 12


@strawberry.type(description="What might be sold to a lead.")
class Opportunity(Node):
    value: Decimal | None = plain("In the organization's currency; null where nobody knows it yet.")
    value_period: ValuePeriod = plain("How often the value is paid.")
    confidence: int = plain("0 to 100.")
    note: str | None = plain("Plain text.")
    date_won: date | None = plain("Estimated close date while active; the day it was won once won.")
    date_lost: date | None = plain("The day it was lost.")
    created_at: datetime = plain("When it was recorded.")
    updated_at: datetime = plain("When it was last changed.")
    version: int = plain("The lead's version at its last change: of two copies keep the higher.")
    row: strawberry.Private[OpportunityRow]

    lead: TheLead = resolved(its_lead)
    contact: TheContact | None = resolved(its_contact)

    @resolved
    async def custom_fields(self, info: Info) -> list[CustomValue]:
        """Only fields that have a value."""
        return await custom_values_of(info.context, self.id, self.row.opportunity_id)

    @resolved
    async def user(self, info: Info) -> User | None:
        """Whose it is; null: nobody's."""
        return await user_with(info.context, self.row.user_id)

    @resolved
    async def status(self, info: Info) -> OpportunityStatus:
        """The stage that it is in."""
        status_id = self.row.status_id
        organization = await info.context.organization_with(lambda one: one.opportunity_status(status_id) is not None)
        status = organization.opportunity_status(status_id)
        assert status is not None, "an opportunity has one of the organization's statuses, or one that was"
        return opportunity_status_of(status, organization)

    @resolved
    def expected_value(self) -> Decimal | None:
        """Value times confidence; exact."""
        return None if self.value is None else self.value * self.confidence / 100

    @resolved
    def annualized_value(self) -> Decimal | None:
        """What a year of it is worth: twelve months of a monthly value, else the value."""
        if self.value is None:
            return None
        return self.value * MONTHS_OF_A_YEAR if self.value_period is ValuePeriod.MONTHLY else self.value


def opportunity_of(row: OpportunityRow) -> Opportunity:
    """An opportunity, from its row."""
    return Opportunity(
        id=public_id("opportunity", row.opportunity_id),
        value=row.value,
        value_period=row.value_period,
        confidence=row.confidence,
        note=row.note,
        date_won=row.date_won,
        date_lost=row.date_lost,
        created_at=row.created_at,
        updated_at=row.updated_at,
        version=row.version,
        row=row,
    )


@strawberry.input(description="An opportunity to add to a lead.")
class AddOpportunityInput(CommandInput):
    lead_id: strawberry.ID = plain("The lead.")
    contact_id: strawberry.ID | None = plain("A contact of the same lead.", default=strawberry.UNSET)
    user_id: strawberry.ID | None = plain("Whose it is; absent: the viewer; null: nobody.", default=strawberry.UNSET)
    status_id: strawberry.ID | None = plain("Its stage; absent: the pipeline's first.", default=strawberry.UNSET)
    pipeline_id: strawberry.ID | None = plain("Absent: the stage's, else the first.", default=strawberry.UNSET)
    value: Decimal | None = plain("In the organization's currency; from 0 to 10^18.", default=strawberry.UNSET)
    value_period: ValuePeriod | None = plain("How often it is paid.", default=ValuePeriod.ONE_TIME)
    confidence: int | None = plain(
        "0 to 100; absent: 50 while active, 100 once won, 0 once lost.", default=strawberry.UNSET
    )
    note: str | None = plain("Plain text.", default=strawberry.UNSET)
    custom_fields: list[CustomValueInput] | None = plain("Values of custom fields.", default=strawberry.UNSET)
    date_won: date | None = plain("Estimated close date; for a won stage absent means today.", default=strawberry.UNSET)


@strawberry.type(description="What addOpportunity did.")
class AddOpportunityPayload(Payload):
    @resolved
    async def opportunity(self, info: Info) -> Opportunity | None:
        """The new opportunity; null where nothing was done."""
        row = await info.context.opportunity_row(self.done.ids["opportunity"]) if self.done else None
        return opportunity_of(row) if row else None


async def add_opportunity(info: Info, input: AddOpportunityInput) -> AddOpportunityPayload | None:
    """Add an opportunity to a lead."""

    def build(ids: Inputs) -> AddOpportunity:
        return AddOpportunity(
            lead_id=ids.id("lead", input.lead_id, "lead_id"),
            contact_id=ids.id_or_none("contact", input.contact_id, "contact_id"),
            user_id=ids.owner(input.user_id, "user_id"),
            status_id=ids.id_or_none("status", input.status_id, "status_id"),
            pipeline_id=ids.id_or_none("pipeline", input.pipeline_id, "pipeline_id"),
            value=given(input.value),
            value_period=given(input.value_period, ValuePeriod.ONE_TIME),
            confidence=given(input.confidence),
            note=given(input.note),
            date_won=given(input.date_won),
            custom_fields=value_changes(ids, input.custom_fields, "custom_fields"),
        )

    return await answer(info, AddOpportunityPayload, input, build)
