"""Items of inboxes: what they are, and the activity of the lead page that they stand for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated
from uuid import UUID
from zoneinfo import ZoneInfo

import strawberry

from app.ids import UserId
from app.vocabulary import ActivityKind
from projections.activity_feed.read import ActivityRow
from projections.inbox import read as inbox_side
from projections.inbox.rows import ItemRow, arrival_of, is_snoozed, view_of
from projections.machinery.reader import Reader
from schema.belonging import TheLead
from schema.context import Context, Info
from schema.enums import InboxItemKind, InboxView
from schema.fields import VIEWERS, plain, resolved, viewers
from schema.ids import public_id
from schema.node import Node
from schema.organization import User, user_of, user_with

if TYPE_CHECKING:
    from schema.activities import Activity
    from schema.opportunities import Opportunity
    from schema.tasks import Task

# Activities that stand in inboxes; the others are never looked for there.
ARRIVING_KINDS = frozenset({ActivityKind.CALL, ActivityKind.EMAIL, ActivityKind.SMS, ActivityKind.NOTE})


@strawberry.type(description="Something that a person has to handle. The same again for the same reason: its id stays.")
class InboxItem(Node):
    kind: InboxItemKind = plain("Why it is there.")
    arrived_at: datetime = plain("When it came in or fell due; kept while snoozed. A day begins where its owner is.")
    snoozed_until: datetime | None = plain("When it comes back; null: it is not snoozed, or it is back already.")
    done_at: datetime | None = plain("When it was handled; null: it is open.")
    view: InboxView = plain("The part of its owner's inbox in which it stands now.")
    activity_count: int = plain(
        "Unread mails folded into this item; 1 for a call, message or note, 0 for a task or an opportunity."
    )
    viewer_can_act: bool = plain("False in a colleague's inbox.", metadata=VIEWERS)
    row: strawberry.Private[ItemRow]

    @resolved
    async def owner(self, info: Info) -> User:
        """Whose inbox it is in."""
        owner = await user_with(info.context, self.row.owner_id)
        assert owner is not None
        return owner

    @resolved
    async def lead(self, info: Info) -> TheLead | None:
        """The lead that it is about."""
        from schema.leads import lead_of

        row = await info.context.lead_row(self.row.lead_id)
        return lead_of(row) if row else None

    @resolved
    async def task(self, info: Info) -> Annotated[Task, strawberry.lazy("schema.tasks")] | None:
        """The task that is due, or that somebody assigned."""
        from schema.tasks import task_of

        row = await info.context.task_row(self.row.task_id) if self.row.task_id else None
        return task_of(row) if row else None

    @resolved
    async def activity(self, info: Info) -> Annotated[Activity, strawberry.lazy("schema.activities")] | None:
        """The call, message or note that it is about; of several folded mails the newest."""
        from schema.activities import activity_of

        row = await info.context.activity_row(self.row.activity_id) if self.row.activity_id else None
        return activity_of(row) if row else None

    @resolved
    async def opportunity(self, info: Info) -> Annotated[Opportunity, strawberry.lazy("schema.opportunities")] | None:
        """The opportunity that has reached its dateWon."""
        from schema.opportunities import opportunity_of

        row = await info.context.opportunity_row(self.row.opportunity_id) if self.row.opportunity_id else None
        return opportunity_of(row) if row else None

    @viewers
    async def title(self, info: Info) -> str:
        """One line that says what it is."""
        from schema.inbox_titles import title

        return await title(info.context, self.row)


async def item_of(context: Context, row: ItemRow, now: datetime | None = None) -> InboxItem:
    """An item, from its row, as it stands now."""
    now = now or datetime.now(UTC)
    zone = await zone_of(context, row.owner_id)
    return InboxItem(
        id=public_id("inbox_item", row.item_id),
        kind=row.kind,
        arrived_at=arrival_of(row, zone),
        snoozed_until=row.snoozed_until if is_snoozed(row, now) else None,
        done_at=row.done_at,
        view=view_of(row, zone, now),
        activity_count=row.activity_count,
        viewer_can_act=row.owner_id == context.principal.user_id,
        row=row,
    )


async def item_row(context: Context, item_id: UUID) -> ItemRow | None:
    """An item, if there is one that the viewer may see."""
    row: ItemRow | None = await context.batch("inbox item", inbox_side.items).load(item_id)
    return row


async def zone_of(context: Context, user_id: UserId) -> ZoneInfo:
    """Where somebody's days begin."""
    organization = await context.organization_with(lambda one: user_id in one.users)
    return ZoneInfo(user_of(organization.users[user_id]).time_zone)


async def viewer_item_of(context: Context, activity: ActivityRow) -> InboxItem | None:
    """The viewer's own open item that an activity is in; those of a page are read together."""
    if activity.kind not in ARRIVING_KINDS:
        return None
    owner_id = context.principal.user_id

    async def load(reader: Reader, keys: Sequence[tuple[UUID, UUID]]) -> dict[tuple[UUID, UUID], ItemRow]:
        lead_ids = dict(keys)
        found = await inbox_side.open_items_of_activities(reader, owner_id, list(lead_ids), list(lead_ids.values()))
        return {(activity_id, lead_ids[activity_id]): row for activity_id, row in found.items()}

    loader = context.batch("viewer's item", load)
    row: ItemRow | None = await loader.load((activity.activity_id, activity.lead_id))
    return await item_of(context, row) if row else None
