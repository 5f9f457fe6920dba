"""Reads of threads: pages of them and of their e-mails, and where a message is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

import asyncpg
import msgspec

from app.ids import ActivityId, ContactId, LeadId, ThreadId
from app.lead.attachments import Attachment
from app.lead.email_threads import JOINED_MAX
from app.situation import EmailInThread
from app.store.store import Connection, EventStore
from projections.email_threads.people import People, ThreadPeople, participants_of
from projections.email_threads.tables import SQL
from projections.machinery.reader import Reader, Statement

COPIES_MAX = 100  # of one message, on several leads
COUNT_MAX = 1_000  # e-mails of a thread; more count as so many
PEOPLE_FROM = 50  # newest e-mails of a thread, from which its participants are read

_FILES = msgspec.json.Decoder(tuple[Attachment, ...])
_PEOPLE = msgspec.json.Decoder(People)
Place = tuple[datetime, int]


class ThreadRow(msgspec.Struct, frozen=True, kw_only=True):
    """One thread, and of its newest e-mail the id, the place and the subject without what answering put around it."""

    thread_id: ThreadId
    lead_id: LeadId
    latest_id: ActivityId
    latest_at: datetime
    latest_position: int
    subject: str


class EmailPlace(msgspec.Struct, frozen=True, kw_only=True):
    """The place of an e-mail in its thread."""

    thread_id: ThreadId
    activity_id: ActivityId
    occurred_at: datetime
    position: int


class MessagePlace(msgspec.Struct, frozen=True, kw_only=True):
    """Where one copy of a message is. `message_id` is without angle brackets."""

    message_id: str
    activity_id: ActivityId
    lead_id: LeadId
    thread_id: ThreadId
    contact_id: ContactId | None


async def thread_page(
    reader: Reader,
    lead_ids: Sequence[UUID],
    *,
    older_than: Place | None = None,
    newer_than: Place | None = None,
    from_oldest: bool = False,
    limit: int,
) -> dict[UUID, list[ThreadRow]]:
    """The newest threads of each lead between two places, newest first; or from the oldest on, oldest first."""
    statement = Statement(SQL["oldest" if from_oldest else "newest"], list(lead_ids), limit)
    if older_than is not None:
        statement.also(SQL["older"], *older_than)
    if newer_than is not None:
        statement.also(SQL["newer"], *newer_than)
    found: dict[UUID, list[ThreadRow]] = {}
    for row in await statement.fetch(reader):
        found.setdefault(row["lead_id"], []).append(ThreadRow(**row))
    return found


async def threads(reader: Reader, thread_ids: Sequence[UUID]) -> dict[UUID, ThreadRow]:
    """Those threads that there are, by id."""
    rows = await reader.sight.narrow(Statement(SQL["threads"], list(thread_ids)), "t").fetch(reader)
    return {row["thread_id"]: ThreadRow(**row) for row in rows}


async def email_counts(reader: Reader, thread_ids: Sequence[UUID]) -> dict[UUID, int]:
    """How many e-mails threads have, up to COUNT_MAX."""
    rows = await reader.fetch(SQL["counts"], list(thread_ids), COUNT_MAX)
    return {row["thread_id"]: row["count"] for row in rows}


async def thread_people(reader: Reader, thread_ids: Sequence[UUID]) -> dict[UUID, ThreadPeople]:
    """Between whom threads go, as far as their newest e-mails tell."""
    rows: dict[UUID, list[asyncpg.Record]] = {}
    for row in await reader.fetch(SQL["people"], list(thread_ids), PEOPLE_FROM):
        rows.setdefault(row["thread_id"], []).append(row)
    return {thread_id: _people(found) for thread_id, found in rows.items()}


async def email_page(
    reader: Reader,
    thread_ids: Sequence[UUID],
    *,
    older_than: Place | None = None,
    newer_than: Place | None = None,
    from_oldest: bool = False,
    limit: int,
) -> dict[UUID, list[EmailPlace]]:
    """The newest e-mails of each thread between two places, newest first; or from the oldest on, oldest first."""
    statement = Statement(SQL["oldest_emails" if from_oldest else "newest_emails"], list(thread_ids), limit)
    if older_than is not None:
        statement.also(SQL["emails_older"], *older_than)
    if newer_than is not None:
        statement.also(SQL["emails_newer"], *newer_than)
    found: dict[UUID, list[EmailPlace]] = {}
    for row in await statement.fetch(reader):
        found.setdefault(row["thread_id"], []).append(EmailPlace(**row))
    return found


async def places_of_messages(reader: Reader, message_ids: Sequence[str]) -> dict[str, list[MessagePlace]]:
    """Where messages are in an organization, by Message-ID without angle brackets."""
    statement = Statement(SQL["messages"], list(dict.fromkeys(message_ids)), COPIES_MAX)
    found: dict[str, list[MessagePlace]] = {}
    for row in await reader.sight.narrow(statement, "m").fetch(reader):
        found.setdefault(row["message_id"], []).append(MessagePlace(**row))
    return found


async def emails_of_threads(
    store: EventStore, connection: Connection | None, org_id: UUID, thread_ids: Sequence[ThreadId]
) -> Mapping[ThreadId, Mapping[ActivityId, EmailInThread]]:
    """E-mails of threads, oldest first, for decisions; of large threads one more than may move."""
    rows = await store.fetch(connection, SQL["emails_of_threads"], org_id, list(thread_ids), JOINED_MAX + 1)
    found: dict[ThreadId, dict[ActivityId, EmailInThread]] = {}
    for row in rows:
        files = _FILES.decode(row["files"]) if row["files"] else ()
        found.setdefault(row["thread_id"], {})[row["activity_id"]] = EmailInThread(row["message_id"], files)
    return found


def _people(rows: Sequence[asyncpg.Record]) -> ThreadPeople:
    contacts = (row["contact_id"] for row in rows if row["contact_id"] is not None)
    users = dict.fromkeys(row["user_id"] for row in rows if row["user_id"] is not None)
    return ThreadPeople(
        participants=participants_of(_PEOPLE.decode(str(row["people"])) for row in rows),
        user_ids=tuple(users),
        contact_id=next(contacts, None),
    )
