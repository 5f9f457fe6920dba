"""Pages of a lead's history, their filter, and counts for the filter bar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

import strawberry

from app.ids import CustomActivityTypeId
from projections.activity_feed import read as feed
from projections.activity_feed.read import ActivityCriteria, ActivityRow, Around, KindCount, Place
from schema.activities import Activity, activity_of
from schema.commands import given
from schema.connections import Page, PageInfo, page
from schema.context import Context, Info
from schema.cursors import page_cursor, page_place
from schema.edge import ClientError
from schema.enums import ActivityKind
from schema.fields import plain, resolved
from schema.filters import ids_in
from schema.ids import id_argument
from schema.organization import CustomActivityType, custom_activity_type_of

_LISTED = "activities"
Beyond = bool | Place  # whether there is more on one side of a page; or a place, at or behind which that is to be seen


@strawberry.input(
    description="kinds and customActivityTypeIds add up; the other fields narrow. An empty list matches nothing, an "
    "absent one everything. since is included, until is not."
)
class ActivityFilter:
    kinds: list[ActivityKind] | None = plain(
        "Only these kinds; CUSTOM: custom activities of every type.", default=strawberry.UNSET
    )
    custom_activity_type_ids: list[strawberry.ID] | None = plain(
        "Only custom activities of these types, and what kinds names.", default=strawberry.UNSET
    )
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
    criteria: strawberry.Private[ActivityCriteria]
    lead_id: strawberry.Private[UUID]
    newer: strawberry.Private[Beyond]
    older: strawberry.Private[Beyond]

    @resolved
    def nodes(self) -> list[Activity]:
        """The activities alone."""
        return [edge.node for edge in self.edges]

    @resolved
    async def page_info(self, info: Info) -> PageInfo:
        """Where the page stands."""
        return PageInfo(
            has_next_page=await self._is_there(info.context, self.older, from_oldest=False),
            has_previous_page=await self._is_there(info.context, self.newer, from_oldest=True),
            start_cursor=self.edges[0].cursor if self.edges else None,
            end_cursor=self.edges[-1].cursor if self.edges else None,
        )

    @resolved
    async def total_count(self, info: Info) -> int | None:
        """Of the whole list; exact up to 1000, else null."""
        criteria = self.criteria
        loader = info.context.batch(("activity count", criteria), lambda reader, ids: feed.count(reader, ids, criteria))
        count: int | None = await loader.load(self.lead_id)
        return count

    async def _is_there(self, context: Context, beyond: Beyond, *, from_oldest: bool) -> bool:
        """Whether there is anything beyond; what a cursor named may be gone, and all that was there with it."""
        if isinstance(beyond, bool):
            return beyond
        criteria, (occurred_at, position) = self.criteria, beyond
        there = (occurred_at, position - 1) if from_oldest else (occurred_at, position + 1)
        side = {"newer_than" if from_oldest else "older_than": there}
        loader = context.batch(
            ("activities beyond", criteria, there, from_oldest),
            lambda reader, ids: feed.activity_page(reader, ids, criteria, from_oldest=from_oldest, limit=1, **side),
        )
        return await loader.load(self.lead_id) is not None


@strawberry.type(description="How many activities of one kind, or of one type of custom activities, a lead has.")
class ActivityCount:
    kind: ActivityKind = plain("The kind.")
    count: int = plain("Exact up to 1000; more count as 1000.")
    type_id: strawberry.Private[CustomActivityTypeId | None]

    @resolved
    async def custom_activity_type(self, info: Info) -> CustomActivityType | None:
        """The type, where the kind is CUSTOM: each of them counts for itself."""
        type_id = self.type_id
        if type_id is None:
            return None
        organization = await info.context.organization_with(lambda one: type_id in one.custom_activity_types)
        return custom_activity_type_of(organization.custom_activity_types[type_id], organization)


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedPage:
    """A page of a history. `around`: the activity that it is about; `page` then only has a size."""

    page: Page
    around: UUID | None = None


def asked_page(
    *, first: int | None, after: str | None, last: int | None, before: str | None, around: str | None
) -> AskedPage:
    """Read the arguments of a page.

    Raises:
        ClientError: INVALID, with the argument's name.
    """
    wanted = page(_place, first=first, after=after, last=last, before=before)
    if given(around) is None:
        return AskedPage(page=wanted)
    for name, other in (("last", last), ("after", after), ("before", before)):
        if given(other) is not None:
            raise ClientError("INVALID", f"around: give either around or {name}, not both.")
    return AskedPage(page=wanted, around=id_argument("activity", cast(str, around), "around"))


async def activity_page(
    context: Context, lead_id: UUID, asked: AskedPage, criteria: ActivityCriteria
) -> ActivityConnection:
    """A page of one lead's history; pages of several leads with the same arguments are read together."""
    if asked.around is not None:
        return await _page_around(context, lead_id, asked.around, asked.page.size, criteria)
    wanted = asked.page
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
    newer, older = cast(Beyond, wanted.after or False), cast(Beyond, wanted.before or False)
    return ActivityConnection(
        edges=[_edge(row) for row in rows],
        criteria=criteria,
        lead_id=lead_id,
        newer=(more and wanted.backwards) or newer,
        older=(more and not wanted.backwards) or older,
    )


async def _page_around(
    context: Context, lead_id: UUID, activity_id: UUID, size: int, criteria: ActivityCriteria
) -> ActivityConnection:
    """As many newer ones as older ones; more of these where there are not enough of those.

    Raises:
        ClientError: INVALID, if the lead has no such activity.
    """
    row = await context.activity_row(activity_id)
    if row is None or row.lead_id != lead_id:
        raise ClientError("INVALID", "around: this lead has no such activity.")
    loader = context.batch(
        ("activities around", criteria, size),
        lambda reader, places: feed.activities_around(reader, cast(Any, places), criteria, limit=size + 1),
    )
    around: Around = await loader.load(cast(Any, (lead_id, row.occurred_at, row.position)))
    newer, older = around.newer, around.older
    above = min(len(newer), max(size // 2, size - len(older)))
    below = min(len(older), size - above)
    return ActivityConnection(
        edges=[_edge(one) for one in (*newer[:above][::-1], *older[:below])],
        criteria=criteria,
        lead_id=lead_id,
        newer=len(newer) > above,
        older=len(older) > below,
    )


def activity_count_of(counted: KindCount) -> ActivityCount:
    """A count, from its row."""
    return ActivityCount(kind=counted.kind, count=counted.count, type_id=counted.custom_type_id)


def _edge(row: ActivityRow) -> ActivityEdge:
    return ActivityEdge(cursor=page_cursor(_LISTED, row.occurred_at, row.position), node=activity_of(row))


def _place(cursor: str, argument: str) -> tuple[Any, ...]:
    return page_place(cursor, _LISTED, (datetime, int), argument)


def criteria_of(filter: ActivityFilter | None) -> ActivityCriteria:
    """What a filter means.

    Raises:
        ClientError: INVALID, with its path.
    """
    if given(filter) is None or filter is None:
        return ActivityCriteria()
    kinds = given(filter.kinds)
    return ActivityCriteria(
        kinds=None if kinds is None else tuple(kinds),
        custom_type_ids=ids_in(
            "custom_activity_type", given(filter.custom_activity_type_ids), "filter", "customActivityTypeIds"
        ),
        user_ids=ids_in("user", given(filter.user_ids), "filter", "userIds"),
        contact_ids=ids_in("contact", given(filter.contact_ids), "filter", "contactIds"),
        since=given(filter.since),
        until=given(filter.until),
    )
