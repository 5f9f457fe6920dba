"""The list of all opportunities: pages, filters, and sums by stage, which make a pipeline board."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

import strawberry

from app.ids import StatusId
from app.organization.organization import Organization
from projections.lead_view import opportunity_list as lists
from projections.lead_view.opportunity_list import OpportunityCriteria, OpportunityOrder, Total
from schema.commands import given
from schema.connections import PageInfo, page
from schema.context import Info
from schema.cursors import page_cursor, page_place
from schema.enums import OpportunitySort, OpportunityStatusType, ValuePeriod
from schema.fields import argument, plain, resolved
from schema.ids import id_arguments
from schema.opportunities import Opportunity, opportunity_of
from schema.organization import OpportunityStatus, opportunity_status_of
from schema.scalars import Cursor

_KEYS: dict[str, type] = {"created": datetime, "updated": datetime, "date_won": date, "value": Decimal}


@strawberry.input(
    description="The fields narrow each other. An empty list matches nothing, an absent one everything. "
    "since is included, until is not."
)
class OpportunityFilter:
    pipeline_ids: list[strawberry.ID] | None = plain("Only in one of these.", default=strawberry.UNSET)
    status_ids: list[strawberry.ID] | None = plain("Only in one of these stages.", default=strawberry.UNSET)
    status_types: list[OpportunityStatusType] | None = plain("Only in stages of these types.", default=strawberry.UNSET)
    user_ids: list[strawberry.ID] | None = plain("Only theirs.", default=strawberry.UNSET)
    lead_ids: list[strawberry.ID] | None = plain("Only on one of these leads.", default=strawberry.UNSET)
    value_periods: list[ValuePeriod] | None = plain("Only paid so often.", default=strawberry.UNSET)
    date_won_since: date | None = plain("dateWon from this day on.", default=strawberry.UNSET)
    date_won_until: date | None = plain("dateWon before this day.", default=strawberry.UNSET)
    created_since: datetime | None = plain("createdAt from here on.", default=strawberry.UNSET)
    created_until: datetime | None = plain("createdAt before this.", default=strawberry.UNSET)


@strawberry.type(description="An opportunity and its place in the list.")
class OpportunityEdge:
    cursor: str = plain("For after.")
    node: Opportunity = plain("The opportunity.")


@strawberry.type(
    description="Sums of those opportunities of a list that have one stage and period, whatever the page. Exact; "
    "opportunities without a value count as nothing."
)
class OpportunityTotal:
    value_period: ValuePeriod = plain("How often the values are paid.")
    count: int = plain("How many opportunities.")
    value: Decimal = plain("Sum of the values, in the organization's currency.")
    expected_value: Decimal = plain("Sum of values times confidence.")
    annualized_value: Decimal = plain("What a year of it is worth: twelve months of monthly values, else the sum.")
    annualized_expected_value: Decimal = plain("annualizedValue, each times its confidence.")
    status_id: strawberry.Private[StatusId]

    @resolved
    async def status(self, info: Info) -> OpportunityStatus:
        """The stage."""
        status_id = self.status_id
        organization = await info.context.organization_with(lambda one: one.opportunity_status(status_id) is not None)
        stage = organization.opportunity_status(status_id)
        assert stage is not None, "an opportunity is in one of the organization's stages, or in one that was"
        return opportunity_status_of(stage, organization)


@strawberry.type(description="A page of a list of opportunities, and sums of the whole list.")
class OpportunityConnection:
    edges: list[OpportunityEdge] = plain("Opportunities with their cursors.")
    page_info: PageInfo = plain("Where the page stands.")
    criteria: strawberry.Private[OpportunityCriteria]

    @resolved
    def nodes(self) -> list[Opportunity]:
        """The opportunities alone."""
        return [edge.node for edge in self.edges]

    @resolved
    async def total_count(self, info: Info) -> int | None:
        """Of the whole list; exact up to 1000, else null."""
        return await lists.count_opportunities(info.context.reader, self.criteria)

    @resolved
    async def totals(self, info: Info) -> list[OpportunityTotal]:
        """Sums of the whole list by stage and period, in the order of pipelines and stages."""
        found = await lists.totals(info.context.reader, self.criteria)
        order = _stage_order(info.context.organization)
        found.sort(key=lambda one: (order.get(one.status_id, len(order)), one.value_period))
        return [_total_of(one) for one in found]

    @resolved
    async def feed_cursor(self, info: Info) -> Cursor:
        """Log position this answer was read at."""
        return await info.context.feed_cursor()


async def opportunities(
    info: Info,
    first: Annotated[int | None, argument("How many at most; 0 to 100, 50 unless given.")] = strawberry.UNSET,
    after: Annotated[str | None, argument("Only what is behind this cursor.")] = strawberry.UNSET,
    filter: Annotated[OpportunityFilter | None, argument("Which of them.")] = strawberry.UNSET,
    sort: Annotated[OpportunitySort | None, argument("In which order.")] = OpportunitySort.CREATED_DESC,
) -> OpportunityConnection | None:
    """The organization's opportunities, active and ended."""
    order = OpportunityOrder[given(sort, OpportunitySort.CREATED_DESC).value]
    criteria = await _criteria(info, given(filter))
    listed, kinds = f"opportunities by {order.name}", (_KEYS[order.by], UUID)
    wanted = page(lambda cursor, argument: page_place(cursor, listed, kinds, argument), first=first, after=after)
    place: Any = wanted.after
    found = await lists.opportunity_page(info.context.reader, criteria, order, after=place, limit=wanted.size + 1)
    rows, more = wanted.cut(found)
    edges = [
        OpportunityEdge(cursor=page_cursor(listed, order.key(row), row.opportunity_id), node=opportunity_of(row))
        for row in rows
    ]
    return OpportunityConnection(
        edges=edges, page_info=wanted.info([edge.cursor for edge in edges], more=more), criteria=criteria
    )


async def _criteria(info: Info, filter: OpportunityFilter | None) -> OpportunityCriteria:
    if filter is None:
        return OpportunityCriteria()
    users, leads = given(filter.user_ids), given(filter.lead_ids)
    return OpportunityCriteria(
        status_ids=_stages(info.context.organization, filter),
        user_ids=None if users is None else id_arguments("user", users, "filter", "userIds"),
        lead_ids=None if leads is None else id_arguments("lead", leads, "filter", "leadIds"),
        periods=given(filter.value_periods),
        won_since=given(filter.date_won_since),
        won_until=given(filter.date_won_until),
        created_since=given(filter.created_since),
        created_until=given(filter.created_until),
    )


def _stages(organization: Organization, filter: OpportunityFilter) -> list[UUID] | None:
    """The stages that pipelines, stages and types leave; None: all of them."""
    statuses, pipelines, types = given(filter.status_ids), given(filter.pipeline_ids), given(filter.status_types)
    if statuses is None and pipelines is None and types is None:
        return None
    wanted = None if statuses is None else id_arguments("status", statuses, "filter", "statusIds")
    of = None if pipelines is None else id_arguments("pipeline", pipelines, "filter", "pipelineIds")
    return [
        one.id
        for one in organization.stages_ever
        if (wanted is None or one.id in wanted)
        and (of is None or one.pipeline_id in of)
        and (types is None or one.type in types)
    ]


def _stage_order(organization: Organization) -> dict[StatusId, int]:
    stages = [status.id for pipeline_id in organization.pipelines for status in organization.statuses_of(pipeline_id)]
    return {id: place for place, id in enumerate(stages)}


def _total_of(total: Total) -> OpportunityTotal:
    return OpportunityTotal(
        status_id=total.status_id,
        value_period=total.value_period,
        count=total.count,
        value=total.value,
        expected_value=total.expected_value,
        annualized_value=total.annualized_value,
        annualized_expected_value=total.annualized_expected_value,
    )
