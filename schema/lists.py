"""Lists of leads, and things by id."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import strawberry

from app.ids import CustomActivityTypeId, CustomFieldId, PipelineId, StatusId
from projections.files_tab import read as files_tab
from projections.lead_view import lists
from projections.lead_view import read as lead_side
from projections.lead_view.criteria import LeadCriteria
from projections.lead_view.lists import LeadOrder
from schema.activities import activity_of
from schema.api_keys import api_key_of, keys_seen
from schema.commands import given
from schema.connections import PageInfo, page
from schema.contacts import contact_of
from schema.context import Context, Info
from schema.cursors import page_cursor, page_place
from schema.edge import ClientError
from schema.email_threads import thread_with
from schema.enums import LeadSort
from schema.events import event_with
from schema.fields import argument, plain, resolved
from schema.files import file_of
from schema.ids import NamedThing, kind_of_id
from schema.inbox import item_of, item_row
from schema.invitations import invitation_of, invitations_seen
from schema.lead_filters import LeadFilter, criteria_of
from schema.leads import Lead, lead_of
from schema.node import Node
from schema.opportunities import opportunity_of
from schema.organization import (
    custom_activity_type_of,
    custom_field_of,
    lead_status_of,
    opportunity_status_of,
    organization_of,
    pipeline_of,
    user_of,
)
from schema.past_nodes import node_then
from schema.scalars import Cursor
from schema.tasks import task_of

NODES_MAX = 100  # ids of one nodes(ids:)


@strawberry.type(description="A lead and its place in the list.")
class LeadEdge:
    cursor: str = plain("For after.")
    node: Lead = plain("The lead.")


@strawberry.type(description="A page of a list of leads.")
class LeadConnection:
    edges: list[LeadEdge] = plain("Leads with their cursors.")
    page_info: PageInfo = plain("Where the page stands.")
    criteria: strawberry.Private[LeadCriteria]

    @resolved
    def nodes(self) -> list[Lead]:
        """The leads alone."""
        return [edge.node for edge in self.edges]

    @resolved
    async def total_count(self, info: Info) -> int | None:
        """Of the whole list; exact up to 1000, else null."""
        return await lists.count_leads(info.context.reader, self.criteria)

    @resolved
    async def feed_cursor(self, info: Info) -> Cursor:
        """Log position this answer was read at: subscribe with it and miss nothing."""
        return await info.context.feed_cursor()


async def leads(
    info: Info,
    first: Annotated[int | None, argument("How many at most; 0 to 100, 50 unless given.")] = strawberry.UNSET,
    after: Annotated[str | None, argument("Only what is behind this cursor.")] = strawberry.UNSET,
    filter: Annotated[LeadFilter | None, argument("Which of them.")] = strawberry.UNSET,
    sort: Annotated[LeadSort | None, argument("In which order.")] = LeadSort.CREATED_DESC,
) -> LeadConnection | None:
    """The organization's leads."""
    context = info.context
    chosen = given(sort, LeadSort.CREATED_DESC)
    order, descending = _order(chosen)
    criteria = criteria_of(given(filter), context.organization)
    if order is LeadOrder.RELEVANCE and criteria.search is None:
        raise ClientError("INVALID", "sort: RELEVANCE is the order of a search: give filter.search.")
    key = (_KEYS.get(order, datetime), UUID)
    listed = f"leads by {chosen.value}"
    wanted = page(lambda cursor, argument: page_place(cursor, listed, key, argument), first=first, after=after)
    after_place: Any = wanted.after
    found = await lists.lead_page(
        context.reader, criteria, order, descending=descending, after=_as_key(after_place), limit=wanted.size + 1
    )
    places, more = wanted.cut(found)
    rows = await context.batch("lead", lead_side.leads).load_many([lead_id for lead_id, _ in places])
    edges = [
        LeadEdge(cursor=page_cursor(listed, sort_key, lead_id), node=lead_of(row))
        for (lead_id, sort_key), row in zip(places, rows, strict=True)
    ]
    return LeadConnection(
        edges=edges, page_info=wanted.info([edge.cursor for edge in edges], more=more), criteria=criteria
    )


_KEYS: dict[LeadOrder, type] = {LeadOrder.NAME: str, LeadOrder.RELEVANCE: int}  # of the others: datetime


def _order(sort: LeadSort) -> tuple[LeadOrder, bool]:
    if sort is LeadSort.RELEVANCE:
        return LeadOrder.RELEVANCE, True
    name, _, direction = sort.value.rpartition("_")
    return LeadOrder[name], direction == "DESC"


def _as_key(place: tuple[Any, ...] | None) -> tuple[Any, UUID] | None:
    return None if place is None else (place[0], place[1])


# ---------------------------------------------------------------- things by id


async def node(
    info: Info, id: Annotated[strawberry.ID, argument("Of any kind, of the present or of the past.")]
) -> Node | None:
    """Anything by its id; null where there is none that the viewer may see."""
    return await _node(info.context, kind_of_id(id))


async def nodes(info: Info, ids: Annotated[list[strawberry.ID], argument("Of any kinds.")]) -> list[Node | None] | None:
    """Several things by their ids, in the same order; at most 100."""
    if len(ids) > NODES_MAX:
        raise ClientError("INVALID", f"ids: at most {NODES_MAX} at once.")
    wanted = [kind_of_id(one) for one in ids]
    return list(await asyncio.gather(*(_node(info.context, named) for named in wanted)))


async def _node(context: Context, named: NamedThing) -> Node | None:
    find = _NODES[named.kind]
    if named.version is None:
        return await find(context, named.value)
    return await node_then(context, named, find)


async def _lead(context: Context, value: UUID) -> Node | None:
    row = await context.lead_row(value)
    return lead_of(row) if row else None


async def _contact(context: Context, value: UUID) -> Node | None:
    row = await context.contact_row(value)
    return contact_of(row) if row else None


async def _opportunity(context: Context, value: UUID) -> Node | None:
    row = await context.opportunity_row(value)
    return opportunity_of(row) if row else None


async def _task(context: Context, value: UUID) -> Node | None:
    row = await context.task_row(value)
    return task_of(row) if row else None


async def _activity(context: Context, value: UUID) -> Node | None:
    """E-mails first, then threads of them: they share a prefix."""
    row = await context.activity_row(value)
    return activity_of(row) if row else await thread_with(context, value)


async def _file(context: Context, value: UUID) -> Node | None:
    row = await context.batch("file", files_tab.files).load(value)
    return file_of(row) if row else None


async def _inbox_item(context: Context, value: UUID) -> Node | None:
    row = await item_row(context, value)
    return await item_of(context, row) if row else None


async def _organization(context: Context, value: UUID) -> Node | None:
    return organization_of(context.organization) if value == context.organization.id else None


async def _user(context: Context, value: UUID) -> Node | None:
    user = next((one for one in context.organization.users.values() if one.id == value), None)
    return user_of(user) if user else None


async def _api_key(context: Context, value: UUID) -> Node | None:
    key = next((one for one in context.organization.api_keys.values() if one.id == value), None)
    return api_key_of(key) if key and key in keys_seen(context, key.user_id) else None


async def _invitation(context: Context, value: UUID) -> Node | None:
    found = next((one for one in invitations_seen(context) if one.id == value), None)
    return invitation_of(found) if found else None


async def _pipeline(context: Context, value: UUID) -> Node | None:
    found = context.organization.pipeline(PipelineId(value))
    return pipeline_of(found, context.organization) if found else None


async def _custom_field(context: Context, value: UUID) -> Node | None:
    found = context.organization.custom_fields.get(CustomFieldId(value))
    return custom_field_of(found) if found else None


async def _custom_activity_type(context: Context, value: UUID) -> Node | None:
    found = context.organization.custom_activity_types.get(CustomActivityTypeId(value))
    return custom_activity_type_of(found, context.organization) if found else None


async def _status(context: Context, value: UUID) -> Node | None:
    """Lead statuses first, then opportunity statuses: they share a prefix."""
    status = context.organization.lead_status(StatusId(value))
    if status is not None:
        return lead_status_of(status)
    stage = context.organization.opportunity_status(StatusId(value))
    return opportunity_status_of(stage, context.organization) if stage else None


_NODES: dict[str, Callable[[Context, UUID], Awaitable[Node | None]]] = {
    "lead": _lead,
    "contact": _contact,
    "opportunity": _opportunity,
    "task": _task,
    "activity": _activity,
    "file": _file,
    "inbox_item": _inbox_item,
    "organization": _organization,
    "user": _user,
    "api_key": _api_key,
    "invitation": _invitation,
    "pipeline": _pipeline,
    "custom_field": _custom_field,
    "custom_activity_type": _custom_activity_type,
    "status": _status,
    "event": event_with,
}
