"""leadFeed: everything that happens on a lead after a cursor, then live."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing
from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry

from app.event import Event, Fact
from app.ids import UserId
from app.lead.merge_events import LeadMerged, LeadMergedAway, LeadUnmerged
from app.live.hub import Gap
from app.organization.event import OrganizationEvent
from projections.changes import Added, Change, Changed, LeadSide, Pins, Removed, changes_of
from projections.inbox.changes import activities_with_changed_items
from schema.activities import Activity, activity_of
from schema.commands import client_key, given
from schema.context import Context, Info
from schema.cursors import FeedPlace, feed_cursor, feed_place, invalid_cursor
from schema.edge import ClientError
from schema.fields import argument, plain, resolved
from schema.ids import id_argument, public_id
from schema.leads import Lead, lead_with
from schema.organization import User, user_with
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


@strawberry.type(description="Deleted, merged away or no longer visible. Ends the subscription.")
class LeadRemoved:
    lead_id: strawberry.ID = plain("The lead; it is answered like one that never was.")
    merged_into_id: strawberry.ID | None = plain(
        "The lead that it was merged into, where the viewer may see that one.", default=None
    )


@strawberry.type(
    description="The cursor is too old, the client too slow, or the viewer's days or rights are others: refetch the "
    "lead or the inbox, then subscribe from its feedCursor. Ends the subscription."
)
class FeedGap:
    reason: str = plain("Why.")


_MERGED = "another lead was merged into this one"
_UNMERGED = "a lead that had been merged into this one is one of its own again"

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
) -> AsyncIterator[LeadFeedItem]:
    """Everything after the cursor in commit order, then live. At least once: drop a cursor already applied."""
    context: Context = info.context
    stream_id = id_argument("lead", lead_id, "leadId")
    org_id = context.principal.org_id
    place = None if given(after) is None else feed_place(str(after), "after")
    if place is not None and place.org_id != org_id:
        raise invalid_cursor("after")
    # The place first, then who may see what there: whatever changes in between stands behind the place.
    position = place.position if place else await context.services.store.max_notification_id(org_id) or 0
    await context.stand_in_newest()
    lead = await context.lead_row(stream_id)
    if lead is None:
        raise ClientError("NOT_FOUND", "There is no such lead.")
    # What is raised up to here has the field's path; from here on items come. What was merged is followed where it is.
    return _items(context, lead.lead_id, place, position)


async def _items(
    context: Context, lead_id: UUID, place: FeedPlace | None, position: int
) -> AsyncIterator[LeadFeedItem]:
    org_id = context.principal.org_id
    epoch = await context.services.store.epoch(org_id)
    assert epoch is not None
    here = place or FeedPlace(org_id, epoch, position)
    if here.epoch != epoch:
        yield _gap(here, "the log was restored")
        return
    try:
        # The organization's own events too: who may see the lead, and what things on it are called, stands there.
        # And those of the viewer's desk: what of the lead is in the inbox is on the page.
        viewer_id = context.principal.user_id
        facts = context.services.hub.watch(org_id, lead_id, org_id, viewer_id, after=position)
        async with aclosing(facts):  # type: ignore[type-var]
            async for fact in facts:
                await context.renew()
                context.stand_at(epoch, fact.position)
                here = FeedPlace(org_id, epoch, fact.position)
                item = _item(fact, await _changes(context, lead_id, fact), feed_cursor(here))
                if item.changes:
                    yield item
                if any(isinstance(change, LeadRemoved | FeedGap) for change in item.changes):
                    return
    except Gap as gap:
        yield _gap(here, str(gap))


def _item(fact: Fact[Event], changes: list[LeadFeedChange], cursor: Cursor) -> LeadFeedItem:
    return LeadFeedItem(
        cursor=cursor,
        changes=changes,
        recorded_at=fact.recorded_at,
        idempotency_key=client_key(fact.idempotency_key),
        user_id=fact.actor.user_id,
    )


async def _changes(context: Context, lead_id: UUID, fact: Fact[Event]) -> list[LeadFeedChange]:
    """What an event changes for this subscriber; where the lead is not there for it any more, that alone."""
    event = fact.event
    if isinstance(event, OrganizationEvent):
        await context.stand_in_newest(at_least=fact.version)
        if not event.on_pages and context.principal.assignment is None:
            return []  # who sees every lead loses none by this
    lead = await context.lead_row(lead_id)
    if lead is None or isinstance(event, LeadMergedAway):
        into = public_id("lead", lead.lead_id) if lead and lead.lead_id != lead_id else None
        return [LeadRemoved(lead_id=public_id("lead", lead_id), merged_into_id=into)]
    if isinstance(event, LeadMerged | LeadUnmerged):
        return [FeedGap(reason=_MERGED if isinstance(event, LeadMerged) else _UNMERGED)]
    if isinstance(event, OrganizationEvent):
        name = event.event_name()
        return [LeadChanged(lead=await lead_with(context, lead_id), event_type=name)] if event.on_pages else []
    changes = changes_of(fact)
    known = {one.activity_id for one in changes if isinstance(one, Added | Changed | Removed)}
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
