"""leadFeed: everything that happens on a lead after a cursor, then live."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry

from app.event import Event, Fact
from app.ids import UserId
from app.lead.merge_events import LeadMerged, LeadMergedAway, LeadUnmerged
from app.organization.event import OrganizationEvent
from projections.changes import Added, Change, Changed, LeadSide, Pins, Removed, changes_of
from projections.inbox.changes import activities_with_changed_items
from schema.activities import Activity, activity_of
from schema.commands import client_key
from schema.context import Context, Info
from schema.fields import plain, resolved
from schema.ids import public_id
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


async def lead_item(
    context: Context, lead_id: UUID, fact: Fact[Event], cursor: Cursor, *, with_desk: bool
) -> LeadFeedItem:
    """What an event changes on a lead's page, for those of a context; without changes nobody is told.

    Args:
        context: its objects are read as they are by now.
        lead_id: whose page.
        fact: the event.
        cursor: of its position.
        with_desk: what of the lead is in the viewer's inbox is on the page too.
    """
    changes = await _changes(context, lead_id, fact, with_desk=with_desk)
    return LeadFeedItem(
        cursor=cursor,
        changes=changes,
        recorded_at=fact.recorded_at,
        idempotency_key=client_key(fact.idempotency_key),
        user_id=fact.actor.user_id,
    )


def gap_item(cursor: Cursor, reason: str) -> LeadFeedItem:
    """With which a feed ends whose rest cannot be told."""
    gap = FeedGap(reason=reason)
    return LeadFeedItem(cursor=cursor, changes=[gap], recorded_at=None, idempotency_key=None)


def is_last(item: LeadFeedItem) -> bool:
    """Whether the feed ends with it."""
    return any(isinstance(change, LeadRemoved | FeedGap) for change in item.changes)


async def _changes(context: Context, lead_id: UUID, fact: Fact[Event], *, with_desk: bool) -> list[LeadFeedChange]:
    """What an event changes for those of a context; where the lead is not there for them any more, that alone."""
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
    if with_desk:
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
