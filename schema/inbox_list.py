"""The inbox: what there is to handle for one person, or for everybody."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID
from zoneinfo import ZoneInfo

import strawberry

from app.ids import UserId
from projections.inbox import lists
from projections.inbox.criteria import InboxCriteria, InboxPlace, place_of
from projections.inbox.lists import COUNT_MAX
from projections.inbox.rows import ItemRow
from schema.commands import given
from schema.connections import Page, PageInfo, page
from schema.context import Context, Info
from schema.cursors import invalid_cursor, page_cursor, page_place
from schema.edge import ClientError
from schema.enums import InboxItemKind, InboxView
from schema.fields import argument, plain, resolved
from schema.ids import id_argument
from schema.inbox import InboxItem, item_of, zone_of
from schema.scalars import Cursor

_KEY = (datetime, int, UUID)


@strawberry.type(description="How many items of one kind there are.")
class InboxKindCount:
    kind: InboxItemKind = plain("The kind.")
    count: int = plain("500 for 500 or more.")


@strawberry.type(description="An item and its place in the list.")
class InboxEdge:
    cursor: str = plain("For after and before.")
    node: InboxItem = plain("The item.")


@strawberry.type(description="A page of an inbox.")
class InboxConnection:
    edges: list[InboxEdge] = plain("Items with their cursors.")
    page_info: PageInfo = plain("Where the page stands.")
    criteria: strawberry.Private[InboxCriteria]

    @resolved
    def nodes(self) -> list[InboxItem]:
        """The items alone."""
        return [edge.node for edge in self.edges]

    @resolved
    async def total_count(self, info: Info) -> int | None:
        """Of the whole list; exact up to 1000, else null."""
        count = await lists.count_items(info.context.reader, self.criteria)
        return count if count <= COUNT_MAX else None

    @resolved
    async def inbox_count(self, info: Info) -> int:
        """What there is to handle now in this inbox, whatever view and kinds are shown; 1000 for 1000 or more."""
        return await count_to_handle(info.context, self.criteria)

    @resolved
    async def counts(self, info: Info) -> list[InboxKindCount]:
        """For the filter bar: kinds that there are in this view, whatever kinds are shown; most frequent first."""
        of_all = dataclasses.replace(self.criteria, kinds=None)
        found = await lists.count_by_kind(info.context.reader, of_all)
        counts = [InboxKindCount(kind=kind, count=count) for kind, count in found.items() if count]
        return sorted(counts, key=lambda one: (-one.count, one.kind))

    @resolved
    async def feed_cursor(self, info: Info) -> Cursor:
        """Log position this answer was read at: subscribe with it and miss nothing."""
        return await info.context.inbox_cursor(self.criteria.now)


async def inbox(
    info: Info,
    user_id: Annotated[strawberry.ID | None, argument("Whose; absent: the viewer's own.")] = strawberry.UNSET,
    all_users: Annotated[bool | None, argument("Everybody's, to read; not together with userId.")] = False,
    view: Annotated[InboxView | None, argument("Which part of it.")] = InboxView.INBOX,
    kinds: Annotated[list[InboxItemKind] | None, argument("Only these; empty: none, absent: all.")] = strawberry.UNSET,
    first: Annotated[int | None, argument("The first so many; 0 to 100, 50 unless given.")] = strawberry.UNSET,
    after: Annotated[str | None, argument("Only what is behind this cursor.")] = strawberry.UNSET,
    last: Annotated[int | None, argument("The last so many; not together with first.")] = strawberry.UNSET,
    before: Annotated[str | None, argument("Only what is before this cursor.")] = strawberry.UNSET,
) -> InboxConnection | None:
    """The viewer's own inbox, or a colleague's to read; null where there is no such user.

    A calendar day begins where the owner is; of everybody's, items stand in the order of where the viewer is.
    """
    context = info.context
    owner_id = _owner(context, user_id, everybody=given(all_users, False))
    organization = await context.organization_with(lambda one: owner_id is None or owner_id in one.users)
    if owner_id is not None and owner_id not in organization.users:
        return None
    criteria = await criteria_of(context, owner_id, given(view, InboxView.INBOX), given(kinds))
    listed = f"inbox {criteria.view} {owner_id}"
    wanted = page(
        lambda cursor, argument: _place(cursor, listed, argument),
        first=first,
        after=after,
        last=last,
        before=before,
    )
    rows, more = wanted.cut(await _found(context, criteria, wanted))
    edges = [
        InboxEdge(cursor=page_cursor(listed, *place_of(row, criteria)), node=await item_of(context, row, criteria.now))
        for row in rows
    ]
    return InboxConnection(
        edges=edges, page_info=wanted.info([edge.cursor for edge in edges], more=more), criteria=criteria
    )


async def criteria_of(
    context: Context,
    owner_id: UserId | None,
    view: InboxView = InboxView.INBOX,
    kinds: list[InboxItemKind] | None = None,
) -> InboxCriteria:
    """What a list of somebody's items, or everybody's, is as of now."""
    if owner_id is None:
        zone = context.time_zone
        zones: dict[UUID, ZoneInfo] = {
            user.id: ZoneInfo(user.time_zone) for user in context.organization.users.values()
        }
    else:
        zone = await zone_of(context, owner_id)
        zones = {owner_id: zone}
    return InboxCriteria(
        owner_id=owner_id,
        view=view,
        zone=zone,
        zones=zones,
        now=datetime.now(UTC),
        kinds=kinds,
    )


async def count_to_handle(context: Context, criteria: InboxCriteria) -> int:
    """What there is to handle now in the inbox that some criteria are about, at most COUNT_MAX."""
    to_handle = dataclasses.replace(criteria, view=InboxView.INBOX, kinds=None)
    return min(await lists.count_items(context.reader, to_handle), COUNT_MAX)


async def viewers_count(context: Context) -> int:
    """What the viewer has to handle now, at most COUNT_MAX."""
    return await count_to_handle(context, await criteria_of(context, context.principal.user_id))


def _owner(context: Context, user_id: str | None, *, everybody: bool) -> UserId | None:
    """Whose inbox is asked for; None: everybody's.

    Raises:
        ClientError: INVALID; both were asked for.
    """
    chosen = given(user_id)
    if chosen is None:
        return None if everybody else context.principal.user_id
    if everybody:
        raise ClientError("INVALID", "userId: give either userId or allUsers, not both.")
    return UserId(id_argument("user", chosen, "userId"))


def _place(cursor: str, listed: str, argument: str) -> InboxPlace:
    """What a cursor names.

    Raises:
        ClientError: INVALID; it is no cursor of this list, in which everything has its instant.
    """
    place = InboxPlace(*page_place(cursor, listed, _KEY, argument))
    if place.instant.tzinfo is None:  # where other lists have what never was
        raise invalid_cursor(argument)
    return place


async def _found(context: Context, criteria: InboxCriteria, wanted: Page) -> list[ItemRow]:
    """With one too many, in the direction in which the page is read."""
    rows = await lists.inbox_page(
        context.reader,
        criteria,
        after=InboxPlace(*wanted.after) if wanted.after else None,
        before=InboxPlace(*wanted.before) if wanted.before else None,
        from_end=wanted.backwards,
        limit=wanted.size + 1,
    )
    return rows[::-1] if wanted.backwards else rows
