"""leadsFeed: what happens to a list of leads after a cursor, then live."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Annotated

import strawberry

from app.live.hub import Gap
from projections.lead_view import read as lead_side
from schema.commands import given
from schema.context import Context, Info
from schema.cursors import FeedPlace, feed_cursor, feed_place, invalid_cursor
from schema.feed import FeedGap, LeadChanged, LeadRemoved
from schema.fields import argument, plain
from schema.ids import public_id
from schema.lead_filters import LeadFilter
from schema.leads import lead_of
from schema.list_following import Listed, ListFollowing
from schema.scalars import Cursor

CHANGES_MAX = 20  # of one item: what lies behind a cursor comes in pieces

LeadsFeedChange = Annotated[
    LeadChanged | LeadRemoved | FeedGap,
    strawberry.union(
        "LeadsFeedChange",
        description="One change of a list. LeadChanged: the list has this lead, whether or not it had it before; put "
        "it where the list's order says. LeadRemoved: the list has it not; it may never have been known. FeedGap: read "
        "the list again.",
    ),
]


@strawberry.type(
    description="What happened to some leads since the item before: apply it together. Each lead comes once, as it is "
    "now, with the last of the events that it had meanwhile."
)
class LeadsFeedItem:
    cursor: Cursor = plain("Resume from here; drop a cursor already applied. leadFeed takes it too.")
    changes: list[LeadsFeedChange] = plain("What changed, in the order of the leads' last events.")


async def leads_feed(
    info: Info,
    filter: Annotated[LeadFilter | None, argument("Which leads; as of leads.")] = strawberry.UNSET,
    after: Annotated[
        Cursor | None, argument("Resume behind this, a cursor of any feed or page; absent: from now on.")
    ] = strawberry.UNSET,
) -> AsyncIterator[LeadsFeedItem]:
    """What happens to the leads of a list after the cursor, in commit order, then live: any event on a lead that the
    list has, and what makes it leave. Where what the organization calls things, what the filter means or which leads
    the viewer sees is another, FeedGap ends it. At least once: drop a cursor already applied.
    """
    context: Context = info.context
    org_id = context.principal.org_id
    place = None if given(after) is None else feed_place(str(after), "after")
    if place is not None and place.org_id != org_id:
        raise invalid_cursor("after")
    # The place first, then who may see what there: whatever changes in between stands behind the place.
    epoch, position = await context.reader.position()
    await context.stand_in_newest()
    newest = FeedPlace(org_id, epoch, position)
    following = ListFollowing(context, given(filter), place or newest)
    # What is raised up to here has the field's path; from here on items come.
    return _items(context, following, newest)


async def _items(context: Context, following: ListFollowing, newest: FeedPlace) -> AsyncIterator[LeadsFeedItem]:
    place = following.place
    with context.services.lists.follow(place.org_id, place.position) as follower:
        try:
            await following.resume(newest.epoch, newest.position)
            while True:
                changes = await following.look(follower)
                for first in range(0, len(changes), CHANGES_MAX):
                    yield await _item(context, place, changes[first : first + CHANGES_MAX])
        except Gap as gap:
            yield LeadsFeedItem(cursor=feed_cursor(following.place), changes=[FeedGap(reason=str(gap))])


async def _item(context: Context, place: FeedPlace, listed: Sequence[Listed]) -> LeadsFeedItem:
    here = place._replace(position=listed[-1].position)
    await context.renew()
    context.stand_at(here.epoch, here.position)
    return LeadsFeedItem(cursor=feed_cursor(here), changes=[_change(context, one) for one in listed])


def _change(context: Context, listed: Listed) -> LeadsFeedChange:
    if listed.row is not None:
        context.batch("lead", lead_side.leads).prime(listed.lead_id, listed.row)
        return LeadChanged(lead=lead_of(listed.row), event_type=listed.event_type)
    into = listed.merged_into
    return LeadRemoved(
        lead_id=public_id("lead", listed.lead_id), merged_into_id=public_id("lead", into) if into else None
    )
