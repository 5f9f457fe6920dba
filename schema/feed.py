"""leadFeed: everything that happens on a lead after a cursor, then live."""

from __future__ import annotations

import sys
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry

from app.event import Event, Fact
from app.ids import UserId
from app.live.hub import Gap
from app.organization.event import OrganizationEvent
from projections.changes import Added, Change, Changed, LeadSide, Pins, Removed, changes_of
from projections.inbox.changes import activities_with_changed_items
from schema.activities import Activity, activity_of
from schema.audience import Selected, audience_of, selected_in
from schema.commands import client_key
from schema.context import Context, Info, admitted
from schema.cursors import FeedPlace, feed_cursor
from schema.edge import ClientError, Rest, Turn
from schema.fields import argument, plain, resolved
from schema.ids import id_argument, public_id
from schema.leads import Lead, lead_with
from schema.organization import User, user_with
from schema.resuming import beginning
from schema.scalars import Cursor


@strawberry.type(description="A new item of the history.")
class ActivityAdded:
    activity: Activity = plain("As it is now: newer than the cursor, perhaps; never older.")


@strawberry.type(description="An item of the history reads otherwise.")
class ActivityChanged:
    activity: Activity = plain("As it is now: newer than the cursor, perhaps; never older.")


@strawberry.type(description="An item of the history is gone.")
class ActivityRemoved:
    activity_id: strawberry.ID = plain("The item.")


@strawberry.type(description="The pinned strip reads otherwise.")
class PinsChanged:
    lead: Lead = plain("As it is now.")

    @resolved
    async def pinned_activities(self, info: Info) -> list[Activity]:
        """The whole strip as it is now: at most five, newest first by createdAt."""
        from projections.activity_feed import read as feed

        loader = info.context.batch("pinned", feed.pinned, [])
        return [activity_of(row) for row in await loader.load(self.lead.row.lead_id)]


@strawberry.type(
    description="Details, status, contacts, opportunities or tasks changed, or what the organization calls them."
)
class LeadChanged:
    lead: Lead = plain("As it is now: newer than the cursor, perhaps; never older.")
    event_type: str = plain("What happened, such as lead.status_changed or organization.user_renamed.")


@strawberry.type(
    description="Deleted, merged away or no longer visible, which ends leadFeed; in leadsFeed also: no longer of the "
    "list, which goes on."
)
class LeadRemoved:
    lead_id: strawberry.ID = plain("The lead; it is answered like one that never was.")
    merged_into_id: strawberry.ID | None = plain(
        "The lead that it was merged into, where the viewer may see that one.", default=None
    )


@strawberry.type(
    description="The cursor is too old, the client too slow, or the viewer's days or rights are others: refetch the "
    "lead, the list or the inbox, then subscribe from its feedCursor. Ends the subscription."
)
class FeedGap:
    reason: str = plain("Why.")


LeadFeedChange = Annotated[
    ActivityAdded | ActivityChanged | ActivityRemoved | PinsChanged | LeadChanged | LeadRemoved | FeedGap,
    strawberry.union("LeadFeedChange", description="One change that an event makes on a lead page."),
]


@strawberry.type(
    description="One event: apply its changes together. idempotencyKey is the writing command's, the same for every "
    "subscriber: a writer matches its optimistic item with it."
)
class LeadFeedItem:
    cursor: Cursor = plain("Resume from here; drop a cursor already applied.")
    changes: list[LeadFeedChange] = plain("What the event changed on the page.")
    recorded_at: datetime | None = plain("When it was recorded; null for a gap.")
    idempotency_key: str | None = plain("The writing command's.")
    user_id: strawberry.Private[UserId | None] = None

    @resolved
    async def user(self, info: Info) -> User | None:
        """Who did it; null: an import, or the system itself."""
        return await user_with(info.context, self.user_id)


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
    if await context.lead_row(stream_id) is None:
        raise ClientError("NOT_FOUND", "There is no such lead.")
    # What is raised up to here has the field's path; from here on items come.
    epoch = await context.services.store.epoch(org_id)
    assert epoch is not None
    here = place or FeedPlace(org_id, epoch, position)
    return _own(_Watched(stream_id, epoch, selected_in(info)), context, here)


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

    def place(self, context: Context, position: int) -> FeedPlace:
        """A place in its log."""
        return FeedPlace(context.organization.id, self.epoch, position)


async def _own(watched: _Watched, context: Context, place: FeedPlace) -> AsyncIterator[LeadFeedItem | Rest]:
    """What one subscriber reads for itself until it has caught up; the rest is the same for its audience."""
    if place.epoch != watched.epoch:
        yield _gap(place, "the log was restored")
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
                if _is_last(item):
                    return
            # As the organization is known by now, which may be newer than what was missed.
            await context.renew()
            admitted(context.principal)
            rest = _rest(watched, context, missed.position)
            del missed  # the subscriber may be served by others for days
            yield rest
            position = rest.position
    except Gap as gap:
        yield _gap(watched.place(context, position), str(gap))


def _rest(watched: _Watched, context: Context, position: int) -> Rest:
    audience = audience_of(context, watched.selected)

    @asynccontextmanager
    async def follow(position: int) -> AsyncIterator[tuple[Context, AsyncIterator[Turn]]]:
        async with audience.context(context) as shared, aclosing(_turns(watched, shared, position)) as turns:
            yield shared, turns

    return Rest(
        key=(watched, audience),
        position=position,
        beginning=frozenset({"after"}),
        follow=follow,
        holds=lambda: audience.includes(context),
    )


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
                if _is_last(item):
                    return
    except Gap as gap:
        yield Turn(sys.maxsize, _gap(watched.place(context, position), str(gap)))


async def _item(watched: _Watched, context: Context, fact: Fact[Event]) -> LeadFeedItem:
    """What an event changes, whose objects are read anew."""
    return await context.outliving(lambda: _read(watched, context, fact))


async def _read(watched: _Watched, context: Context, fact: Fact[Event]) -> LeadFeedItem:
    await context.renew()
    context.stand_at(watched.epoch, fact.position)
    changes = await _changes(watched, context, fact)
    return _told(fact, changes, feed_cursor(watched.place(context, fact.position)))


def _is_last(item: LeadFeedItem) -> bool:
    return any(isinstance(change, LeadRemoved) for change in item.changes)


def _told(fact: Fact[Event], changes: list[LeadFeedChange], cursor: Cursor) -> LeadFeedItem:
    return LeadFeedItem(
        cursor=cursor,
        changes=changes,
        recorded_at=fact.recorded_at,
        idempotency_key=client_key(fact.idempotency_key),
        user_id=fact.actor.user_id,
    )


async def _changes(watched: _Watched, context: Context, fact: Fact[Event]) -> list[LeadFeedChange]:
    """What an event changes for those of a context; where the lead is not there for them any more, that alone."""
    event, lead_id = fact.event, watched.lead_id
    if isinstance(event, OrganizationEvent):
        await context.stand_in_newest(at_least=fact.version)
        if not event.on_pages and context.principal.assignment is None:
            return []  # who sees every lead loses none by this
    if await context.lead_row(lead_id) is None:
        return [LeadRemoved(lead_id=public_id("lead", lead_id))]
    if isinstance(event, OrganizationEvent):
        name = event.event_name()
        return [LeadChanged(lead=await lead_with(context, lead_id), event_type=name)] if event.on_pages else []
    changes = changes_of(fact)
    known = {one.activity_id for one in changes if isinstance(one, Added | Changed | Removed)}
    if watched.selected.is_of_desk:
        of_inbox = await activities_with_changed_items(context.reader, context.principal.user_id, lead_id, fact)
        changes = (*changes, *(Changed(one) for one in of_inbox if one not in known))
    found = [await _shown(context, lead_id, change) for change in changes]
    return [change for change in found if change is not None]


async def _shown(context: Context, lead_id: UUID, change: Change) -> LeadFeedChange | None:
    """A change with its objects; None where what was added or changed is gone again."""
    match change:
        case Added():
            row = await context.activity_row(change.activity_id)
            return ActivityAdded(activity=activity_of(row)) if row else None
        case Changed():
            row = await context.activity_row(change.activity_id)
            return ActivityChanged(activity=activity_of(row)) if row else None
        case Removed():
            return ActivityRemoved(activity_id=public_id("activity", change.activity_id))
        case Pins():
            return PinsChanged(lead=await lead_with(context, lead_id))
        case LeadSide():
            return LeadChanged(lead=await lead_with(context, lead_id), event_type=change.event_type)


def _gap(place: FeedPlace, reason: str) -> LeadFeedItem:
    gap = FeedGap(reason=reason)
    return LeadFeedItem(cursor=feed_cursor(place), changes=[gap], recorded_at=None, idempotency_key=None)
