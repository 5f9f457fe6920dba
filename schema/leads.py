"""The lead page: a lead with everything under it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

import strawberry

from projections.activity_feed import read as feed
from projections.activity_feed.read import KindCount
from projections.lead_view import read as lead_side
from projections.lead_view.due import due_day
from projections.lead_view.opportunity_list import opportunity_counts
from projections.lead_view.rows import LeadRow, TaskRow
from projections.lead_view.task_list import next_tasks
from schema import events
from schema.activities import Activity, activity_of
from schema.activity_pages import (
    ActivityConnection,
    ActivityCount,
    ActivityFilter,
    activity_count_of,
    activity_page,
    asked_page,
    criteria_of,
)
from schema.addresses import Address, address_of
from schema.as_of import AsOfInput, Moment, position_of, time_of
from schema.commands import given
from schema.connections import LIST_MAX, Newer, Newest, Older, Oldest, size
from schema.contacts import Contact, contact_of
from schema.context import Context, Info
from schema.custom_values import CustomValue, custom_values_of
from schema.edge import ClientError
from schema.email_threads import EmailThreadConnection, email_thread_page, thread_page_of
from schema.enums import OpportunityStatusType
from schema.fields import argument, plain, resolved, viewers
from schema.files import FileConnection, FileFilter, file_page
from schema.ids import id_argument, live_id, public_id
from schema.moments import Then
from schema.node import Node
from schema.opportunities import Opportunity, opportunity_of
from schema.organization import LeadStatus, User, lead_status_of, user_with
from schema.scalars import Cursor
from schema.tasks import Task, task_of

First = Annotated[int | None, argument("How many at most; 0 to 100.")]


@strawberry.type(description="A company or person that might buy: everything known of it, in one place.")
class Lead(Node):
    name: str | None = plain("Null: nobody gave it one.")
    display_name: str = plain('Name, else the first contact\'s name, else "Untitled".')
    description: str | None = plain("Plain text.")
    url: str | None = plain("Its web site.")
    addresses: list[Address] = plain("By post.")
    source: str | None = plain("Where it came from: what createLead was told, else api, import …")
    last_activity_at: datetime | None = plain("When something last happened, its creation aside; null: nothing has.")
    last_communication_at: datetime | None = plain(
        "When we and the customer last spoke or wrote to each other; null: never."
    )
    created_at: datetime = plain("When it was recorded.")
    updated_at: datetime = plain("When anything on it was last recorded.")
    version: int = plain(
        "Stream version. As expectedVersion it is refused only if a later event changed something that the input "
        "writes: a new call never conflicts with an edit."
    )
    row: strawberry.Private[LeadRow]

    @property
    def version_of_lead(self) -> int:
        """By which this lead and what is on it are named in the past."""
        return self.version

    @resolved
    async def status(self, info: Info) -> LeadStatus:
        """Exactly one, always."""
        status_id = self.row.status_id
        organization = await info.context.organization_with(lambda one: one.lead_status(status_id) is not None)
        status = organization.lead_status(status_id)
        assert status is not None, "a lead has one of the organization's statuses, or one that was"
        return lead_status_of(status)

    @resolved
    async def contacts(self, info: Info, first: First = LIST_MAX) -> list[Contact]:
        """First is the primary contact."""
        count = size(first, "first", default=LIST_MAX)
        loader = info.context.batch(
            ("contacts", count), lambda reader, ids: lead_side.contacts_of_leads(reader, ids, count), []
        )
        return [contact_of(row) for row in await loader.load(self.row.lead_id)]

    @resolved
    async def primary_contact(self, info: Info) -> Contact | None:
        """The first contact; null: there is none."""
        contact_id = self.row.primary_contact_id
        row = await info.context.contact_row(contact_id) if contact_id else None
        return contact_of(row) if row else None

    @resolved
    async def contact_count(self, info: Info) -> int:
        """How many contacts there are."""
        loader = info.context.batch("contact count", lead_side.contact_counts, 0)
        return int(await loader.load(self.row.lead_id))

    @resolved
    async def opportunities(self, info: Info, first: First = LIST_MAX) -> list[Opportunity]:
        """Active and ended ones, oldest first."""
        count = size(first, "first", default=LIST_MAX)
        loader = info.context.batch(
            ("opportunities", count), lambda reader, ids: lead_side.opportunities_of_leads(reader, ids, count), []
        )
        return [opportunity_of(row) for row in await loader.load(self.row.lead_id)]

    @resolved
    async def tasks(
        self,
        info: Info,
        include_completed: Annotated[bool | None, argument("Also those that are done.")] = False,
        first: First = LIST_MAX,
    ) -> list[Task]:
        """Open ones, oldest first, unless asked for all."""
        count, everything = size(first, "first", default=LIST_MAX), bool(include_completed)
        loader = info.context.batch(
            ("tasks", count, everything),
            lambda reader, ids: lead_side.tasks_of_leads(reader, ids, count, include_completed=everything),
            [],
        )
        return [task_of(row) for row in await loader.load(self.row.lead_id)]

    @resolved
    async def task_count(self, info: Info) -> int:
        """How many open tasks there are."""
        loader = info.context.batch("open task count", lead_side.open_task_counts, 0)
        return int(await loader.load(self.row.lead_id))

    @viewers
    async def next_task(self, info: Info) -> Task | None:
        """The open task that is due first; null where none is due at any time."""
        row = await self._next_task(info)
        return task_of(row) if row else None

    @viewers
    async def next_task_due(self, info: Info) -> date | None:
        """The day on which nextTask is due, where the viewer is."""
        row = await self._next_task(info)
        return due_day(row, info.context.time_zone) if row else None

    async def _next_task(self, info: Info) -> TaskRow | None:
        zone = info.context.time_zone
        loader = info.context.batch("next task", lambda reader, ids: next_tasks(reader, ids, zone))
        row: TaskRow | None = await loader.load(self.row.lead_id)
        return row

    @resolved
    async def opportunity_count(self, info: Info) -> int:
        """How many opportunities there are, active and ended."""
        return (await self._opportunity_counts(info))[0]

    @resolved
    async def active_opportunity_count(self, info: Info) -> int:
        """How many opportunities are still open."""
        return (await self._opportunity_counts(info))[1]

    async def _opportunity_counts(self, info: Info) -> tuple[int, int]:
        stages = info.context.organization.stages_ever
        active = tuple(one.id for one in stages if one.type is OpportunityStatusType.ACTIVE)
        loader = info.context.batch(
            ("opportunity counts", active), lambda reader, ids: opportunity_counts(reader, ids, active), (0, 0)
        )
        counts: tuple[int, int] = await loader.load(self.row.lead_id)
        return counts

    @resolved
    async def activities(
        self,
        info: Info,
        first: Newest = strawberry.UNSET,
        after: Older = strawberry.UNSET,
        last: Oldest = strawberry.UNSET,
        before: Newer = strawberry.UNSET,
        around: Annotated[
            strawberry.ID | None,
            argument(
                "A page about this activity: as much that is newer as is older. With first alone. Under a filter that "
                "leaves it out the page lies about its place."
            ),
        ] = strawberry.UNSET,
        filter: Annotated[ActivityFilter | None, argument("Which of them.")] = strawberry.UNSET,
    ) -> ActivityConnection:
        """Newest first by occurredAt."""
        asked = asked_page(first=first, after=after, last=last, before=before, around=around)
        return await activity_page(info.context, self.row.lead_id, asked, criteria_of(filter))

    @resolved
    async def email_threads(
        self,
        info: Info,
        first: Newest = strawberry.UNSET,
        after: Older = strawberry.UNSET,
        last: Oldest = strawberry.UNSET,
        before: Newer = strawberry.UNSET,
    ) -> EmailThreadConnection:
        """Conversations by e-mail; newest first by their newest messages."""
        return await email_thread_page(info.context, self.row.lead_id, thread_page_of(first, after, last, before))

    @resolved
    async def activity_counts(
        self,
        info: Info,
        filter: Annotated[ActivityFilter | None, argument("Which of them are counted.")] = strawberry.UNSET,
    ) -> list[ActivityCount]:
        """For the filter bar: kinds that there are, each custom type for itself, most frequent first."""
        criteria = criteria_of(filter)
        loader = info.context.batch(
            ("activity counts", criteria), lambda reader, ids: feed.count_kinds(reader, ids, criteria), []
        )
        counts: list[KindCount] = await loader.load(self.row.lead_id)
        return [activity_count_of(one) for one in sorted(counts, key=lambda one: (-one.count, one.kind))]

    @resolved
    async def pinned_activities(self, info: Info) -> list[Activity]:
        """At most five, newest first by createdAt."""
        loader = info.context.batch("pinned", feed.pinned, [])
        return [activity_of(row) for row in await loader.load(self.row.lead_id)]

    @resolved
    async def files(
        self,
        info: Info,
        first: Newest = strawberry.UNSET,
        after: Older = strawberry.UNSET,
        filter: Annotated[FileFilter | None, argument("Which of them.")] = strawberry.UNSET,
    ) -> FileConnection:
        """The files tab, newest first by receivedAt; without the pictures of signatures."""
        return await file_page(info.context, self.row.lead_id, first=first, after=after, filter=given(filter))

    @resolved
    async def history(
        self,
        info: Info,
        first: events.Oldest = strawberry.UNSET,
        after: events.Newer = strawberry.UNSET,
        last: events.Newest = strawberry.UNSET,
        before: events.Older = strawberry.UNSET,
        filter: events.TheFilter = strawberry.UNSET,
    ) -> events.EventConnection:
        """Audit trail: every event of this lead, and of those that were merged into it, oldest first."""
        wanted = events.event_page_of(first, after, last, before)
        return await events.lead_history(info.context, self.row.lead_id, wanted, given(filter))

    @resolved
    async def custom_fields(self, info: Info) -> list[CustomValue]:
        """Only fields that have a value."""
        return await custom_values_of(info.context, self.id, self.row.lead_id)

    @resolved
    async def possible_duplicates(
        self, info: Info, first: Annotated[int | None, argument("How many at most; 0 to 100.")] = 10
    ) -> list[Lead]:
        """Other leads with the same e-mail address, phone number or web host, oldest first. None in the past."""
        from schema.duplicates import duplicates_of

        if info.context.today is not None:
            return []
        return await duplicates_of(info.context, self.row.lead_id, first)

    @viewers
    def viewer_can_edit(self) -> bool:
        """Everybody who sees a lead may edit it."""
        return True

    @viewers
    def viewer_can_delete(self) -> bool:
        """Everybody who sees a lead may delete it."""
        return True

    @resolved
    async def created_by(self, info: Info) -> User | None:
        """Null: an import, or the system itself."""
        return await user_with(info.context, self.row.created_by)

    @resolved
    async def updated_by(self, info: Info) -> User | None:
        """Who recorded something last; null: an import, or the system itself."""
        return await user_with(info.context, self.row.updated_by)

    @resolved
    async def feed_cursor(self, info: Info) -> Cursor:
        """Log position this answer was read at: subscribe with it and miss nothing."""
        return await info.context.feed_cursor()

    @resolved
    def permalink(self, info: Info) -> str:
        """{app address}/lead/{id}; the page of today, whatever the moment."""
        return f"{info.context.services.app_url}/lead/{live_id(self.id)}"

    @resolved
    async def as_of(self, info: Info) -> Moment | None:
        """The moment of this page; null: the present."""
        if info.context.today is None:
            return None
        live = public_id("lead", self.row.lead_id)
        return Moment(time=await time_of(info.context), version=self.version, live_id=live)


def lead_of(row: LeadRow) -> Lead:
    """A lead, from its row."""
    return Lead(
        id=public_id("lead", row.lead_id),
        name=row.name,
        display_name=row.display_name,
        description=row.description,
        url=row.url,
        addresses=[address_of(one) for one in row.addresses],
        source=row.source,
        last_activity_at=row.last_activity_at,
        last_communication_at=row.last_communication_at,
        created_at=row.created_at,
        updated_at=row.updated_at,
        version=row.version,
        row=row,
    )


async def lead_with(context: Context, lead_id: UUID) -> Lead:
    """The lead of an id in a row.

    Raises:
        ClientError: NOT_FOUND, if it has gone since the row was read.
    """
    row = await context.lead_row(lead_id)
    if row is None:
        raise ClientError("NOT_FOUND", "This lead is gone.")
    return lead_of(row)


async def lead(
    info: Info,
    id: Annotated[strawberry.ID, argument("The lead's.")],
    as_of: Annotated[
        AsOfInput | None, argument("The whole page as it was then; absent: the present.")
    ] = strawberry.UNSET,
) -> Lead | None:
    """A lead with everything under it; null where there is none that the viewer may see today, and before it was there.

    With asOf every id under it names that moment too: node(id) goes on in the past, commands refuse such ids.
    """
    context, lead_id = info.context, id_argument("lead", id, "id")
    row = await context.lead_row(lead_id)
    if given(as_of) is None or as_of is None or row is None:
        return lead_of(row) if row else None
    then = await context.at(await position_of(context, as_of, lead_id, "asOf"))
    row = await then.lead_row(lead_id)
    return Then(then).put(lead_of(row)) if row else None
