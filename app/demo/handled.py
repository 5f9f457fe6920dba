"""What the ADMIN of the demonstration has handled already, and put off, so that no part of the inbox is empty."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid5

from app.desk.handling import MarkDone, Snooze
from app.ids import ItemId, UserId
from app.request import Command, Request
from app.situation import Actor
from app.store.sql_file import load_statements
from app.system import System
from app.vocabulary import InboxItemKind

SNOOZED = timedelta(days=3)

SQL = load_statements(Path(__file__).with_name("queries.sql"))


async def handle_some(system: System, org_id: UUID, user_id: UserId) -> None:
    """Two items are done and one is snoozed: the oldest of their kinds. Once only, whatever was done since."""
    correlation_id = uuid5(org_id, "what the demonstration has handled")
    if await system.store.fetchval(None, SQL["is_told"], org_id, correlation_id):
        return
    request = Request(org_id=org_id, actor=Actor(user_id=user_id), source="demo", correlation_id=correlation_id)
    done = [
        one
        for kind in (InboxItemKind.VOICEMAIL, InboxItemKind.INCOMING_SMS)
        for one in await _first(system, request, kind)
    ]
    late = await _first(system, request, InboxItemKind.INCOMING_EMAIL)
    # The last one is what says that all of it was done.
    commands: list[Command] = [Snooze(item_ids=tuple(late), until=datetime.now(UTC) + SNOOZED)] if late else []
    for command in (*commands, MarkDone(item_ids=tuple(done))):
        await system.dispatch.run(command, request)


async def _first(system: System, request: Request, kind: InboxItemKind) -> list[ItemId]:
    rows = await system.store.fetch(None, SQL["first_items"], request.org_id, request.actor.user_id, kind, 1)
    return [ItemId(row["item_id"]) for row in rows]
