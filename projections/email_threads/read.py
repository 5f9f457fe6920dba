"""Reads of threads: their e-mails, and where a message is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

import msgspec

from app.ids import ActivityId, ContactId, LeadId, ThreadId
from app.lead.email_threads import JOINED_MAX
from app.store.store import Connection, EventStore
from projections.email_threads.tables import SQL
from projections.machinery.reader import Reader, Statement

COPIES_MAX = 100  # of one message, on several leads


class MessagePlace(msgspec.Struct, frozen=True, kw_only=True):
    """Where one copy of a message is. `message_id` is without angle brackets."""

    message_id: str
    activity_id: ActivityId
    lead_id: LeadId
    thread_id: ThreadId
    contact_id: ContactId | None


async def emails_of_threads(
    store: EventStore, connection: Connection | None, org_id: UUID, thread_ids: Sequence[ThreadId]
) -> Mapping[ThreadId, Mapping[ActivityId, str | None]]:
    """Message-IDs of the e-mails of threads, oldest first, for decisions; of large threads one more than may move."""
    rows = await store.fetch(connection, SQL["emails_of_threads"], org_id, list(thread_ids), JOINED_MAX + 1)
    found: dict[ThreadId, dict[ActivityId, str | None]] = {}
    for row in rows:
        found.setdefault(row["thread_id"], {})[row["activity_id"]] = row["message_id"]
    return found


async def places_of_messages(reader: Reader, message_ids: Sequence[str]) -> dict[str, list[MessagePlace]]:
    """Where messages are in an organization, by Message-ID without angle brackets."""
    statement = Statement(SQL["messages"], list(dict.fromkeys(message_ids)), COPIES_MAX)
    found: dict[str, list[MessagePlace]] = {}
    for row in await reader.sight.narrow(statement, "m").fetch(reader):
        found.setdefault(row["message_id"], []).append(MessagePlace(**row))
    return found
