"""inboxFeed: everything that changes in the viewer's inbox after a cursor, by events and by the clock, then live."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Annotated
from uuid import UUID

import strawberry

from app.live.hub import Gap
from schema.audience import Audience, Selected, audience_of
from schema.commands import client_key
from schema.context import Context, Info
from schema.cursors import FeedPlace, inbox_cursor
from schema.edge import Rest, Turn
from schema.feed import FeedGap
from schema.fields import argument, plain, resolved
from schema.ids import public_id
from schema.inbox import InboxItem, item_of
from schema.inbox_following import END, Following, Reach, Step, moment_of
from schema.inbox_list import viewers_count
from schema.resuming import beginning
from schema.scalars import Cursor


@strawberry.type(description="An item came into being, came back, or fell due. Put it where its view says.")
class InboxItemAdded:
    item: InboxItem = plain("As it is now: newer than the cursor, perhaps; never older.")


@strawberry.type(
    description="An item reads otherwise, or is in another view: done, snoozed, or one e-mail more. Put it where its "
    "view says, whether or not it was known. That a contact, a person or a stage is called otherwise is not told."
)
class InboxItemChanged:
    item: InboxItem = plain("As it is now: newer than the cursor, perhaps; never older.")


@strawberry.type(description="An item is none of the viewer's any more, in no view. It may never have been known.")
class InboxItemRemoved:
    item_id: strawberry.ID = plain("The item.")


InboxFeedChange = Annotated[
    InboxItemAdded | InboxItemChanged | InboxItemRemoved | FeedGap,
    strawberry.union("InboxFeedChange", description="One change in the viewer's inbox."),
]


@strawberry.type(
    description="One event, or what fell due meanwhile: apply its changes together. idempotencyKey is the writing "
    "command's, the same for every subscriber: a writer matches its optimistic item with it."
)
class InboxFeedItem:
    cursor: Cursor = plain("Resume from here; drop a cursor already applied. leadFeed takes it too.")
    changes: list[InboxFeedChange] = plain("What changed.")
    idempotency_key: str | None = plain("The writing command's; null for what fell due, and for a gap.", default=None)

    @resolved
    async def inbox_count(self, info: Info) -> int:
        """What the viewer has to handle now; 1000 for 1000 or more."""
        return await viewers_count(info.context)


async def inbox_feed(
    info: Info,
    after: Annotated[
        Cursor | None, argument("Resume behind this, a cursor of any feed or page; absent: from now on.")
    ] = strawberry.UNSET,
) -> AsyncIterator[InboxFeedItem | Rest]:
    """What changes in the viewer's own inbox after the cursor, in commit order, and what falls due by the clock, then
    live. At least once: drop a cursor already applied.
    """
    context: Context = info.context
    org_id = context.principal.org_id
    place, moment = beginning(context, after) or (None, None)
    # The place first, then who may see what there: whatever changes in between stands behind the place.
    now = datetime.now(UTC)
    epoch, position = await context.reader.position()
    await context.stand_in_newest()
    # What is raised up to here has the field's path; from here on items come.
    newest = FeedPlace(org_id, epoch, position)
    if place is None:
        return _own(context, newest, now, newest)
    return _own(context, place, moment or await moment_of(context, place), newest)


ITS_OWNERS = Selected(is_for_viewer=True, is_of_desk=True)  # whatever of it is selected


@dataclass(slots=True)
class _Rest(Rest):
    """What is told of an inbox behind a place."""

    following: Following
    audience: Audience
    context: Context
    place: Reach

    @property
    def key(self) -> tuple[str, UUID, Audience]:  # type: ignore[override]
        """The devices of one viewer."""
        return "inbox", self.following.place.epoch, self.audience

    def lacks(self, place: Reach) -> bool:
        """Whether something of it was not told: of the log, or of the clock."""
        return place.position > self.place.position or place.tick > self.place.tick

    def went_to(self, place: Reach) -> None:
        """The one may be behind where the other is ahead."""
        self.place = self.place.with_(place)

    def holds(self) -> bool:
        """Whether the subscriber is still one of them."""
        return self.audience.includes(self.context)

    @asynccontextmanager
    async def follow(self) -> AsyncIterator[tuple[Context, AsyncIterator[Turn]]]:
        """A context for all of them, and what happens."""
        async with self.audience.context(self.context) as shared:
            following = Following(shared, self.following.place, self.following.moment)
            async with aclosing(_turns(shared, following)) as turns:
                yield shared, turns


async def _own(
    context: Context, place: FeedPlace, moment: datetime, newest: FeedPlace
) -> AsyncIterator[InboxFeedItem | Rest]:
    """What one subscriber reads for itself until it has caught up; the rest is the same for its viewer's others."""
    following = Following(context, place, moment)
    try:
        await following.resume(newest.epoch, newest.position)
        while True:
            for step in await following.look():
                yield await context.outliving(partial(_item, context, step))
            rest = _Rest(following, audience_of(context, ITS_OWNERS), context, following.reach)
            yield rest
            following.went_to(rest.place)
    except Gap as gap:
        yield _gap(following, gap)


async def _turns(context: Context, following: Following) -> AsyncGenerator[Turn, None]:
    """What the devices of one viewer are told behind a place."""
    version = context.organization.version
    with context.services.inboxes.follow(following.place.org_id, context.principal.user_id) as follower:
        try:
            while True:
                for step in await following.look():
                    item = await context.outliving(partial(_item, context, step))
                    has_moved, version = context.organization.version > version, context.organization.version
                    yield Turn(step.reach, item, asks_again=has_moved)
                await following.wait(follower)
        except Gap as gap:
            yield Turn(END, _gap(following, gap))


def _gap(following: Following, gap: Gap) -> InboxFeedItem:
    cursor = inbox_cursor(following.place, following.moment)
    return InboxFeedItem(cursor=cursor, changes=[FeedGap(reason=str(gap))])


async def _item(context: Context, step: Step) -> InboxFeedItem:
    await context.renew()
    context.stand_at(step.place.epoch, step.place.position)
    changes: list[InboxFeedChange] = []
    for one in step.changed:
        if one.row is None:
            changes.append(InboxItemRemoved(item_id=public_id("inbox_item", one.item_id)))
            continue
        item = await item_of(context, one.row)
        changes.append(InboxItemAdded(item=item) if one.is_new else InboxItemChanged(item=item))
    changes += [InboxItemAdded(item=await item_of(context, row)) for row in step.due]
    return InboxFeedItem(
        cursor=inbox_cursor(step.place, step.moment),
        changes=changes,
        idempotency_key=client_key(step.idempotency_key),
    )
