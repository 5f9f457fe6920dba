"""Following a lead: what was missed is read by each subscriber, the rest by one for all who are alike."""

from __future__ import annotations

import sys
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

import strawberry

from app.event import Event, Fact
from app.live.hub import Gap
from schema.audience import Audience, Selected, audience_of, selected_in
from schema.context import Context, Info, admitted
from schema.cursors import FeedPlace, feed_cursor
from schema.edge import ClientError, Rest, Turn
from schema.feed import LeadFeedItem, gap_item, is_last, lead_item
from schema.fields import argument
from schema.ids import id_argument
from schema.resuming import beginning
from schema.scalars import Cursor

END = sys.maxsize  # behind every position


async def lead_feed(
    info: Info,
    lead_id: Annotated[strawberry.ID, argument("The lead.")],
    after: Annotated[Cursor | None, argument("Resume behind this; absent: from now on.")] = strawberry.UNSET,
) -> AsyncIterator[LeadFeedItem | Rest]:
    """Everything after the cursor in commit order, then live. At least once: drop a cursor already applied."""
    context: Context = info.context
    stream_id = id_argument("lead", lead_id, "leadId")
    org_id = context.principal.org_id
    place, _ = beginning(context, after) or (None, None)
    # The place first, then who may see what there: whatever changes in between stands behind the place.
    position = place.position if place else await context.services.store.max_notification_id(org_id) or 0
    await context.stand_in_newest()
    lead = await context.lead_row(stream_id)
    if lead is None:
        raise ClientError("NOT_FOUND", "There is no such lead.")
    # What is raised up to here has the field's path; from here on items come.
    epoch = await context.services.store.epoch(org_id)
    assert epoch is not None
    here = place or FeedPlace(org_id, epoch, position)
    # What was merged is followed where it is by now.
    return _own(_Watched(lead.lead_id, epoch, selected_in(info)), context, here)


@dataclass(frozen=True, slots=True)
class _Watched:
    """A lead whose feed is followed, in a log, and what of it is selected."""

    lead_id: UUID
    epoch: UUID
    selected: Selected

    def streams(self, context: Context) -> tuple[UUID, ...]:
        """The lead's; the organization's: who may see the lead, and what things on it are called, stands there.

        And that of the viewer's desk, where what of the lead is in the inbox is selected.
        """
        own = (self.lead_id, context.organization.id)
        return (*own, context.principal.user_id) if self.selected.is_of_desk else own

    def cursor(self, context: Context, position: int) -> Cursor:
        """Of a place in its log."""
        return feed_cursor(FeedPlace(context.organization.id, self.epoch, position))


@dataclass(slots=True)
class _Rest(Rest):
    """What is told of a lead behind a position; `place` is that position."""

    watched: _Watched
    audience: Audience
    context: Context
    place: int

    @property
    def key(self) -> tuple[_Watched, Audience]:  # type: ignore[override]
        """Whoever watches the same as one of the same audience."""
        return self.watched, self.audience

    def holds(self) -> bool:
        """Whether the subscriber is still one of them."""
        return self.audience.includes(self.context)

    @asynccontextmanager
    async def follow(self) -> AsyncIterator[tuple[Context, AsyncIterator[Turn]]]:
        """A context for all of them, and what happens."""
        async with (
            self.audience.context(self.context) as shared,
            aclosing(_turns(self.watched, shared, self.place)) as turns,
        ):
            yield shared, turns


async def _own(watched: _Watched, context: Context, place: FeedPlace) -> AsyncIterator[LeadFeedItem | Rest]:
    """What one subscriber reads for itself until it has caught up; the rest is the same for its audience."""
    if place.epoch != watched.epoch:
        yield gap_item(feed_cursor(place), "the log was restored")
        return
    position = place.position
    try:
        while True:
            missed = await context.services.hub.missed(place.org_id, *watched.streams(context), after=position)
            for fact in missed.facts():
                position = fact.position
                item = await _item(watched, context, fact)
                if item.changes:
                    yield item
                if is_last(item):
                    return
            # As the organization is known by now, which may be newer than what was missed.
            await context.renew()
            admitted(context.principal)
            rest = _Rest(watched, audience_of(context, watched.selected), context, missed.position)
            del missed  # the subscriber may be served by others for days
            yield rest
            position = rest.place
    except Gap as gap:
        yield gap_item(watched.cursor(context, position), str(gap))


async def _turns(watched: _Watched, context: Context, position: int) -> AsyncGenerator[Turn, None]:
    """What an audience is told behind a position."""
    version, org_id = context.organization.version, context.organization.id
    try:
        facts = context.services.hub.watch(org_id, *watched.streams(context), after=position)
        async with aclosing(facts):  # type: ignore[type-var]
            async for fact in facts:
                position = fact.position
                item = await _item(watched, context, fact)
                has_moved, version = context.organization.version > version, context.organization.version
                yield Turn(position, item if item.changes else None, asks_again=has_moved)
                if is_last(item):
                    return
    except Gap as gap:
        yield Turn(END, gap_item(watched.cursor(context, position), str(gap)))


async def _item(watched: _Watched, context: Context, fact: Fact[Event]) -> LeadFeedItem:
    """What an event changes, whose objects are read anew."""
    return await context.outliving(lambda: _read(watched, context, fact))


async def _read(watched: _Watched, context: Context, fact: Fact[Event]) -> LeadFeedItem:
    await context.renew()
    context.stand_at(watched.epoch, fact.position)
    cursor = watched.cursor(context, fact.position)
    return await lead_item(context, watched.lead_id, fact, cursor, with_desk=watched.selected.is_of_desk)
