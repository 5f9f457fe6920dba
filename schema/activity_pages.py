"""Pages of a lead's history, their filter, and counts for the filter bar."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

import strawberry

from projections.activity_feed import read as feed
from projections.activity_feed.read import ActivityCriteria, ActivityRow
from schema.activities import Activity, activity_of
from schema.commands import given
from schema.connections import PageInfo, page
from schema.context import Context, Info
from schema.cursors import page_cursor, page_place
from schema.enums import ActivityKind
from schema.fields import plain, resolved
from schema.ids import id_arguments

if TYPE_CHECKING:
    pass

_LISTED = "activities"


@strawberry.input(
    description="The fields narrow each other. An empty list matches nothing, an absent one everything. "
    "since is included, until is not."
)
class ActivityFilter:
    kinds: list[ActivityKind] | None = plain("Only these kinds.", default=strawberry.UNSET)
    user_ids: list[strawberry.ID] | None = plain("Only theirs.", default=strawberry.UNSET)
    contact_ids: list[strawberry.ID] | None = plain("Only with them.", default=strawberry.UNSET)
    since: datetime | None = plain("occurredAt from here on.", default=strawberry.UNSET)
    until: datetime | None = plain("occurredAt before this.", default=strawberry.UNSET)


@strawberry.type(description="An activity and its place in the list.")
class ActivityEdge:
    cursor: str = plain("For after and before.")
    node: Activity = plain("The activity.")


@strawberry.type(description="A page of a lead's history, newest first.")
class ActivityConnection:
    edges: list[ActivityEdge] = plain("Activities with their cursors.")
    page_info: PageInfo = plain("Where the page stands.")
    criteria: strawberry.Private[ActivityCriteria]
    lead_id: strawberry.Private[Any]

    @resolved
    def nodes(self) -> list[Activity]:
        """The activities alone."""
        return [edge.node for edge in self.edges]

    @resolved
    async def total_count(self, info: Info) -> int | None:
        """Of the whole list; exact up to 1000, else null."""
        criteria = self.criteria
        loader = info.context.batch(("activity count", criteria), lambda reader, ids: feed.count(reader, ids, criteria))
        count: int | None = await loader.load(self.lead_id)
        return count


@strawberry.type(description="How many activities of one kind a lead has.")
class ActivityCount:
    kind: ActivityKind = plain("The kind.")
    count: int = plain("Exact up to 1000; more count as 1000.")


async def activity_page(
    context: Context,
    lead_id: Any,
    *,
    first: int | None,
    after: str | None,
    last: int | None,
    before: str | None,
    filter: ActivityFilter | None,
) -> ActivityConnection:
    """A page of one lead's history; pages of several leads with the same arguments are read together."""
    criteria = criteria_of(filter)
    wanted = page(_place, first=first, after=after, last=last, before=before)
    loader = context.batch(
        ("activities", criteria, wanted.size, wanted.backwards, wanted.after, wanted.before),
        lambda reader, ids: feed.activity_page(
            reader,
            ids,
            criteria,
            older_than=cast(Any, wanted.after),
            newer_than=cast(Any, wanted.before),
            from_oldest=wanted.backwards,
            limit=wanted.size + 1,
        ),
        default=[],
    )
    rows, more = wanted.cut(await loader.load(lead_id))
    edges = [ActivityEdge(cursor=activity_cursor(row), node=activity_of(row)) for row in rows]
    info = wanted.info([edge.cursor for edge in edges], more=more)
    return ActivityConnection(edges=edges, page_info=info, criteria=criteria, lead_id=lead_id)


def activity_cursor(row: ActivityRow) -> str:
    """The place of an activity in its lead's history."""
    return page_cursor(_LISTED, row.occurred_at, row.position)


def _place(cursor: str, argument: str) -> tuple[Any, ...]:
    return page_place(cursor, _LISTED, (datetime, int), argument)


def criteria_of(filter: ActivityFilter | None) -> ActivityCriteria:
    """What a filter means."""
    if given(filter) is None or filter is None:
        return ActivityCriteria()
    kinds = given(filter.kinds)
    users, contacts = given(filter.user_ids), given(filter.contact_ids)
    return ActivityCriteria(
        kinds=None if kinds is None else tuple(kinds),
        user_ids=None if users is None else id_arguments("user", users, "filter", "userIds"),
        contact_ids=None if contacts is None else id_arguments("contact", contacts, "filter", "contactIds"),
        since=given(filter.since),
        until=given(filter.until),
    )
