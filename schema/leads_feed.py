"""leadsFeed: what happens to a list of leads after a cursor, then live."""

from __future__ import annotations

import sys
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

import strawberry

from app.live.hub import Gap
from projections.lead_view import read as lead_side
from schema.audience import Audience, Selected, audience_of, selected_in
from schema.commands import given
from schema.context import Context, Info
from schema.cursors import FeedPlace, feed_cursor
from schema.edge import Rest, Turn
from schema.feed import FeedGap, LeadChanged, LeadRemoved
from schema.fields import argument, plain
from schema.ids import public_id
from schema.lead_filters import LeadFilter
from schema.leads import lead_of
from schema.list_following import Listed, ListFollowing
from schema.resuming import beginning
from schema.scalars import Cursor

END = sys.maxsize  # behind every position
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
) -> AsyncIterator[LeadsFeedItem | Rest]:
    """What happens to the leads of a list after the cursor, in commit order, then live: any event on a lead that the
    list has, and what makes it leave. Where what the organization calls things, what the filter means or which leads
    the viewer sees is another, FeedGap ends it. At least once: drop a cursor already applied.
    """
    context: Context = info.context
    org_id = context.principal.org_id
    place, _ = beginning(context, after) or (None, None)
    # The place first, then who may see what there: whatever changes in between stands behind the place.
    epoch, position = await context.reader.position()
    await context.stand_in_newest()
    newest = FeedPlace(org_id, epoch, position)
    watched = _Watched(given(filter), epoch, selected_in(info))
    following = watched.following(context, place or newest)
    # What is raised up to here has the field's path; from here on items come.
    return _own(watched, following, newest)


@dataclass(frozen=True, slots=True)
class _Watched:
    """A list that is followed, in a log, and what of it is selected."""

    filter: LeadFilter | None
    epoch: UUID
    selected: Selected

    def following(self, context: Context, place: FeedPlace) -> ListFollowing:
        """Somebody who follows it behind a place."""
        return ListFollowing(context, self.filter, place, is_for_viewer=self.selected.is_for_viewer)


async def _own(watched: _Watched, following: ListFollowing, newest: FeedPlace) -> AsyncIterator[LeadsFeedItem | Rest]:
    """What one subscriber reads for itself until it has caught up; the rest is the same for its audience."""
    try:
        await following.resume(newest.epoch, newest.position)
        while True:
            for some in _pieces(await following.missed()):
                yield await _item(following, some)
            audience = audience_of(following.context, watched.selected)
            rest = _Rest(watched, audience, following, following.place.position)
            yield rest
            following.place = following.place._replace(position=rest.place)
    except Gap as gap:
        yield _gap(following, gap)


@dataclass(slots=True)
class _Rest(Rest):
    """What is told of a list behind a position; `place` is that position."""

    watched: _Watched
    audience: Audience
    following: ListFollowing
    place: int

    @property
    def key(self) -> tuple[UUID, str, Audience]:  # type: ignore[override]
        """Whoever follows the same list as one of the same audience."""
        return self.watched.epoch, repr(self.following.standing.criteria), self.audience

    def holds(self) -> bool:
        """Whether the subscriber is still one of them."""
        return self.audience.includes(self.following.context)

    @asynccontextmanager
    async def follow(self) -> AsyncIterator[tuple[Context, AsyncIterator[Turn]]]:
        """A context for all of them, and what happens."""
        async with self.audience.context(self.following.context) as shared:
            following = self.watched.following(shared, self.following.place._replace(position=self.place))
            async with aclosing(_turns(following)) as turns:
                yield shared, turns


async def _turns(following: ListFollowing) -> AsyncGenerator[Turn, None]:
    """What an audience is told behind a place."""
    context, place = following.context, following.place
    with context.services.lists.follow(place.org_id, place.position) as follower:
        try:
            while True:
                version = context.organization.version
                listed = await following.step(follower)
                has_moved = context.organization.version > version
                for some in _pieces(listed):
                    yield Turn(some[-1].position, await _item(following, some), asks_again=has_moved)
                if has_moved and not listed:
                    yield Turn(following.place.position, asks_again=True)
        except Gap as gap:
            yield Turn(END, _gap(following, gap))


def _pieces(listed: Sequence[Listed]) -> list[Sequence[Listed]]:
    return [listed[first : first + CHANGES_MAX] for first in range(0, len(listed), CHANGES_MAX)]


async def _item(following: ListFollowing, listed: Sequence[Listed]) -> LeadsFeedItem:
    context, here = following.context, following.place._replace(position=listed[-1].position)
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


def _gap(following: ListFollowing, gap: Gap) -> LeadsFeedItem:
    return LeadsFeedItem(cursor=feed_cursor(following.place), changes=[FeedGap(reason=str(gap))])
