"""Threads of e-mails: pages of a lead's conversations, and deleting one."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast
from uuid import UUID

import strawberry

from app.ids import ThreadId
from app.lead.thread_deletion import DeleteEmailThread
from projections.activity_feed import read as feed
from projections.email_threads import read as thread_side
from projections.email_threads.people import ThreadPeople
from projections.email_threads.read import ThreadRow
from schema.activities import activity_of
from schema.belonging import TheContact, TheLead, its_lead
from schema.commands import CommandInput, Inputs, Payload, answer
from schema.connections import Newer, Newest, Older, Oldest, Page, PageInfo, page
from schema.context import Context, Info
from schema.cursors import page_cursor, page_place
from schema.emails import Email
from schema.fields import plain, resolved
from schema.ids import thread_public_id, turned
from schema.node import Node
from schema.organization import User, user_with

_THREADS = "email threads"
_EMAILS = "e-mails of a thread"


@strawberry.type(description="Somebody who wrote or got a message.")
class EmailParticipant:
    email: str = plain("The address, as a message had it.")
    name: str | None = plain("The name before it; null: no message had one.")


@strawberry.type(description="An e-mail and its place in its thread.")
class EmailEdge:
    cursor: str = plain("For after and before.")
    node: Email = plain("The e-mail.")


@strawberry.type(description="A page of a thread's e-mails, newest first.")
class EmailConnection:
    edges: list[EmailEdge] = plain("E-mails with their cursors.")
    page_info: PageInfo = plain("Where the page stands.")

    @resolved
    def nodes(self) -> list[Email]:
        """The e-mails alone."""
        return [edge.node for edge in self.edges]


@strawberry.type(description="A conversation by e-mail: messages of one lead that answer each other.")
class EmailThread(Node):
    subject: str = plain("Of the newest message, without what answering and passing on put around it; may be empty.")
    latest_at: datetime = plain("When the newest message happened: the order of threads.")
    row: strawberry.Private[ThreadRow]

    lead: TheLead = resolved(its_lead)

    @resolved
    async def email_count(self, info: Info) -> int:
        """Exact up to 1000; more count as 1000."""
        count: int = await info.context.batch("thread counts", thread_side.email_counts, 0).load(self.row.thread_id)
        return count

    @resolved
    async def participants(self, info: Info) -> list[EmailParticipant]:
        """Who wrote or got its newest 50 messages, users included; at most 100."""
        people = await _people(info.context, self.row.thread_id)
        return [EmailParticipant(email=one.email, name=one.name) for one in people.participants]

    @resolved
    async def users(self, info: Info) -> list[User]:
        """Whose its newest 50 messages are."""
        people = await _people(info.context, self.row.thread_id)
        found = [await user_with(info.context, user_id) for user_id in people.user_ids]
        return [user for user in found if user is not None]

    @resolved
    async def contact(self, info: Info) -> TheContact | None:
        """The contact of the newest message that has one."""
        from schema.contacts import contact_of

        contact_id = (await _people(info.context, self.row.thread_id)).contact_id
        row = await info.context.contact_row(contact_id) if contact_id else None
        return contact_of(row) if row else None

    @resolved
    async def emails(
        self,
        info: Info,
        first: Newest = strawberry.UNSET,
        after: Older = strawberry.UNSET,
        last: Oldest = strawberry.UNSET,
        before: Newer = strawberry.UNSET,
    ) -> EmailConnection:
        """Newest first by occurredAt."""
        wanted = page(_place_in(_EMAILS), first=first, after=after, last=last, before=before)
        return await _email_page(info.context, self.row.thread_id, wanted)


@strawberry.type(description="A thread and its place in the list.")
class EmailThreadEdge:
    cursor: str = plain("For after and before.")
    node: EmailThread = plain("The thread.")


@strawberry.type(description="A page of a lead's threads of e-mails, newest first.")
class EmailThreadConnection:
    edges: list[EmailThreadEdge] = plain("Threads with their cursors.")
    page_info: PageInfo = plain("Where the page stands.")

    @resolved
    def nodes(self) -> list[EmailThread]:
        """The threads alone."""
        return [edge.node for edge in self.edges]


def thread_of(row: ThreadRow) -> EmailThread:
    """A thread, from its row."""
    return EmailThread(id=thread_public_id(row.thread_id), subject=row.subject, latest_at=row.latest_at, row=row)


async def thread_with(context: Context, public: UUID) -> EmailThread | None:
    """The thread of a public id, if there is one."""
    row: ThreadRow | None = await context.batch("thread", thread_side.threads).load(turned(public))
    return thread_of(row) if row else None


async def email_thread_page(context: Context, lead_id: UUID, wanted: Page) -> EmailThreadConnection:
    """A page of one lead's threads; pages of several leads with the same arguments are read together."""
    rows, more = wanted.cut(await _load(context, _THREADS, thread_side.thread_page, wanted, lead_id))
    edges = [
        EmailThreadEdge(cursor=page_cursor(_THREADS, row.latest_at, row.latest_position), node=thread_of(row))
        for row in rows
    ]
    return EmailThreadConnection(edges=edges, page_info=wanted.info([edge.cursor for edge in edges], more=more))


def thread_page_of(first: int | None, after: str | None, last: int | None, before: str | None) -> Page:
    """What the arguments of a page of threads mean."""
    return page(_place_in(_THREADS), first=first, after=after, last=last, before=before)


async def _email_page(context: Context, thread_id: ThreadId, wanted: Page) -> EmailConnection:
    places, more = wanted.cut(await _load(context, _EMAILS, thread_side.email_page, wanted, thread_id))
    rows = await context.batch("activity", feed.activities).load_many([place.activity_id for place in places])
    edges = [
        EmailEdge(cursor=page_cursor(_EMAILS, place.occurred_at, place.position), node=cast(Email, activity_of(row)))
        for place, row in zip(places, rows, strict=True)
        if row
    ]
    return EmailConnection(edges=edges, page_info=wanted.info([edge.cursor for edge in edges], more=more))


async def _load(context: Context, listed: str, read: Any, wanted: Page, key: UUID) -> list[Any]:
    loader = context.batch(
        (listed, wanted.size, wanted.backwards, wanted.after, wanted.before),
        lambda reader, ids: read(
            reader,
            ids,
            older_than=wanted.after,
            newer_than=wanted.before,
            from_oldest=wanted.backwards,
            limit=wanted.size + 1,
        ),
        default=[],
    )
    found: list[Any] = await loader.load(key)
    return found


def _place_in(listed: str) -> Any:
    return lambda cursor, argument: page_place(cursor, listed, (datetime, int), argument)


async def _people(context: Context, thread_id: ThreadId) -> ThreadPeople:
    loader = context.batch("thread people", thread_side.thread_people, ThreadPeople())
    people: ThreadPeople = await loader.load(thread_id)
    return people


@strawberry.input(description="A thread of e-mails to delete.")
class DeleteEmailThreadInput(CommandInput):
    thread_id: strawberry.ID = plain("The thread.")


@strawberry.type(description="What deleteEmailThread did.")
class DeleteEmailThreadPayload(Payload):
    @resolved
    def thread_id(self) -> strawberry.ID | None:
        """The thread that is gone; null where nothing was done."""
        return thread_public_id(self.done.ids["thread"]) if self.done else None


async def delete_email_thread(info: Info, input: DeleteEmailThreadInput) -> DeleteEmailThreadPayload | None:
    """Delete every e-mail of a thread; refused as a whole where there are more than 1000."""

    def build(ids: Inputs) -> DeleteEmailThread:
        return DeleteEmailThread(thread_id=ThreadId(turned(ids.id("activity", input.thread_id, "thread_id"))))

    return await answer(info, DeleteEmailThreadPayload, input, build)
