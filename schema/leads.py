"""The lead page: a lead with everything under it; creating and updating one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

import strawberry

from app.lead.contact_points import e164, kept_url
from app.lead.details import CreateLead, UpdateLead
from app.text import Problems
from projections.activity_feed import read as feed
from projections.lead_view import duplicates
from projections.lead_view import read as lead_side
from projections.lead_view.due import due_day
from projections.lead_view.opportunity_list import opportunity_counts
from projections.lead_view.rows import LeadRow, TaskRow
from projections.lead_view.task_list import next_tasks
from projections.lead_view.terms import email_term, host_terms
from schema.activities import Activity, activity_of
from schema.activity_pages import ActivityConnection, ActivityCount, ActivityFilter, activity_page, criteria_of
from schema.addresses import Address, AddressInput, address_of, addresses
from schema.commands import Inputs, Payload, answer, change, change_of, given
from schema.connections import LIST_MAX, size
from schema.contacts import Contact, ContactInput, contact_of, new_contacts
from schema.context import Context, Info
from schema.custom_values import CustomValue, CustomValueInput, custom_values_of, value_changes
from schema.edge import ClientError
from schema.enums import OpportunityStatusType
from schema.fields import argument, plain, resolved
from schema.filters import storable
from schema.ids import id_argument, public_id
from schema.node import Node
from schema.opportunities import Opportunity, opportunity_of
from schema.organization import LeadStatus, User, lead_status_of, user_with
from schema.scalars import Cursor
from schema.tasks import Task, task_of

DUPLICATES_SHOWN = 10  # unless more are asked for
_NO_LEAD = UUID(int=0)

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

    @resolved
    async def next_task(self, info: Info) -> Task | None:
        """The open task that is due first; null where none is due at any time."""
        row = await self._next_task(info)
        return task_of(row) if row else None

    @resolved
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
        stages = info.context.organization.opportunity_statuses.values()
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
        first: Annotated[int | None, argument("The newest so many; 0 to 100, 50 unless given.")] = strawberry.UNSET,
        after: Annotated[str | None, argument("Only what is older than this cursor.")] = strawberry.UNSET,
        last: Annotated[int | None, argument("The oldest so many; not together with first.")] = strawberry.UNSET,
        before: Annotated[str | None, argument("Only what is newer than this cursor.")] = strawberry.UNSET,
        filter: Annotated[ActivityFilter | None, argument("Which of them.")] = strawberry.UNSET,
    ) -> ActivityConnection:
        """Newest first by occurredAt."""
        return await activity_page(
            info.context, self.row.lead_id, first=first, after=after, last=last, before=before, filter=filter
        )

    @resolved
    async def activity_counts(
        self,
        info: Info,
        filter: Annotated[ActivityFilter | None, argument("Which of them are counted.")] = strawberry.UNSET,
    ) -> list[ActivityCount]:
        """For the filter bar: kinds that there are, most frequent first."""
        criteria = criteria_of(given(filter))
        loader = info.context.batch(
            ("activity counts", criteria), lambda reader, ids: feed.count_kinds(reader, ids, criteria), {}
        )
        counts = await loader.load(self.row.lead_id)
        kinds = criteria.kinds
        shown = [(kind, count) for kind, count in counts.items() if kinds is None or kind in kinds]
        shown.sort(key=lambda one: (-one[1], one[0]))
        return [ActivityCount(kind=kind, count=count) for kind, count in shown]

    @resolved
    async def pinned_activities(self, info: Info) -> list[Activity]:
        """At most five, newest first by createdAt."""
        loader = info.context.batch("pinned", feed.pinned, [])
        return [activity_of(row) for row in await loader.load(self.row.lead_id)]

    @resolved
    async def custom_fields(self, info: Info) -> list[CustomValue]:
        """Only fields that have a value."""
        return await custom_values_of(info.context, self.id, self.row.lead_id)

    @resolved
    async def possible_duplicates(
        self, info: Info, first: Annotated[int | None, argument("How many at most; 0 to 100.")] = DUPLICATES_SHOWN
    ) -> list[Lead]:
        """Other leads with the same e-mail address, phone number or web host, oldest first."""
        return await duplicates_of(info.context, self.row.lead_id, first)

    @resolved
    def viewer_can_edit(self) -> bool:
        """Everybody who sees a lead may edit it."""
        return True

    @resolved
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
        """{app address}/lead/{id}"""
        return f"{info.context.services.app_url}/lead/{self.id}"


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


async def lead(info: Info, id: Annotated[strawberry.ID, argument("The lead's.")]) -> Lead | None:
    """A lead with everything under it; null where there is none that the viewer may see."""
    row = await info.context.lead_row(id_argument("lead", id, "id"))
    return lead_of(row) if row else None


async def duplicates_of(context: Context, lead_id: UUID, first: int | None) -> list[Lead]:
    """Other leads that may be the same as this one."""
    count = size(first, "first", default=DUPLICATES_SHOWN)
    loader = context.batch(
        ("duplicates", count), lambda reader, ids: duplicates.duplicates(reader, ids, count), default=()
    )
    return await _leads(context, await loader.load(lead_id))


async def possible_duplicates(
    info: Info,
    emails: Annotated[list[str] | None, argument("E-mail addresses, in any case; at most 100.")] = strawberry.UNSET,
    phones: Annotated[
        list[str] | None, argument("Phone numbers, with country codes or of the organization's country; at most 100.")
    ] = strawberry.UNSET,
    url: Annotated[str | None, argument("A web site; its host counts.")] = strawberry.UNSET,
    first: Annotated[int | None, argument("How many at most; 0 to 100.")] = DUPLICATES_SHOWN,
) -> list[Lead] | None:
    """Leads that have one of these: for a warning before a lead is created. What is no number or site finds nothing."""
    context = info.context
    if len(given(emails, ())) > LIST_MAX or len(given(phones, ())) > LIST_MAX:
        raise ClientError("INVALID", f"emails, phones: at most {LIST_MAX} of each.")
    numbers = [e164(phone[:100], context.organization.country) for phone in given(phones, ())]
    site = kept_url(storable(given(url, ""), "url"), Problems(), "url")
    terms = [
        *(email_term(storable(one.strip(), "emails")) for one in given(emails, ())),
        *(f"p{number}" for number in numbers if number is not None),
        *host_terms(site),  # what is no web site has no host
    ]
    count = size(first, "first", default=DUPLICATES_SHOWN)
    found = await duplicates.leads_with_any(context.reader, {_NO_LEAD: terms} if terms else {}, count)
    return await _leads(context, found.get(_NO_LEAD, ()))


async def _leads(context: Context, lead_ids: Sequence[UUID]) -> list[Lead]:
    rows = await context.batch("lead", lead_side.leads).load_many(lead_ids)
    return [lead_of(row) for row in rows if row is not None]


# ---------------------------------------------------------------- commands


@strawberry.input(description="A new lead. Everything is optional; with no status it gets the first one.")
class CreateLeadInput:
    name: str | None = plain("At most 500 characters; blank means none.", default=strawberry.UNSET)
    description: str | None = plain("Plain text.", default=strawberry.UNSET)
    url: str | None = plain("http:// or https://, or a bare host name.", default=strawberry.UNSET)
    status_id: strawberry.ID | None = plain("Its status; not together with status.", default=strawberry.UNSET)
    status: str | None = plain("Its status's label, in any case; not together with statusId.", default=strawberry.UNSET)
    addresses: list[AddressInput] | None = plain("At most 50.", default=strawberry.UNSET)
    contacts: list[ContactInput] | None = plain("The primary one first.", default=strawberry.UNSET)
    custom_fields: list[CustomValueInput] | None = plain("Values of custom fields.", default=strawberry.UNSET)
    source: str | None = plain(
        "Where it comes from, in your words; at most 100 characters. Absent: api.", default=strawberry.UNSET
    )
    idempotency_key: str | None = plain(
        "The same key with the same input answers the first result again.", default=strawberry.UNSET
    )


@strawberry.type(description="What createLead did.")
class CreateLeadPayload(Payload):
    @resolved
    async def possible_duplicates(self, info: Info) -> list[Lead]:
        """A warning: other leads with the same e-mail address, phone number or web host; at most 10, oldest first."""
        return await duplicates_of(info.context, self.done.stream_id, DUPLICATES_SHOWN) if self.done else []


async def create_lead(info: Info, input: CreateLeadInput) -> CreateLeadPayload | None:
    """Create a lead with its contacts. It leaves a Created entry in the history."""

    def build(ids: Inputs) -> CreateLead:
        return CreateLead(
            name=given(input.name),
            description=given(input.description),
            url=given(input.url),
            status_id=ids.id_or_none("status", input.status_id, "status_id"),
            status=given(input.status),
            custom_fields=value_changes(ids, input.custom_fields, "custom_fields"),
            addresses=addresses(given(input.addresses, ())),
            contacts=new_contacts(ids, input.contacts, "contacts"),
            source=given(input.source),
        )

    return await answer(info, CreateLeadPayload, input, build)


@strawberry.input(description="Changes of a lead's details. What is absent stays; null clears.")
class UpdateLeadInput:
    lead_id: strawberry.ID = plain("The lead.")
    name: str | None = plain("At most 500 characters; blank means none.", default=strawberry.UNSET)
    description: str | None = plain("Plain text.", default=strawberry.UNSET)
    url: str | None = plain("http:// or https://, or a bare host name.", default=strawberry.UNSET)
    custom_fields: list[CustomValueInput] | None = plain("Values of custom fields.", default=strawberry.UNSET)
    addresses: list[AddressInput] | None = plain("All of them: the list is replaced.", default=strawberry.UNSET)
    expected_version: int | None = plain(
        "The lead's version that you saw; refused if something that you write was changed since.",
        default=strawberry.UNSET,
    )
    idempotency_key: str | None = plain(
        "The same key with the same input answers the first result again.", default=strawberry.UNSET
    )


@strawberry.type(description="What updateLead did.")
class UpdateLeadPayload(Payload):
    pass


async def update_lead(info: Info, input: UpdateLeadInput) -> UpdateLeadPayload | None:
    """Change some details of a lead."""

    def build(ids: Inputs) -> UpdateLead:
        return UpdateLead(
            lead_id=ids.id("lead", input.lead_id, "lead_id"),
            name=change(input.name),
            description=change(input.description),
            url=change(input.url),
            custom_fields=value_changes(ids, input.custom_fields, "custom_fields"),
            addresses=change_of(input.addresses, addresses),
            expected_version=given(input.expected_version),
        )

    return await answer(info, UpdateLeadPayload, input, build)
