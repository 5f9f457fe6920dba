"""What the ADMIN of the demonstration has handled already, and put off, so that no part of the inbox is empty."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid5

from app.desk.handling import MarkDone, Snooze
from app.ids import ItemId, UserId
from app.request import Request
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
    late = await _first(system, request, InboxItemKind.INCOMING_EMAIL)
    done = [
        *await _first(system, request, InboxItemKind.VOICEMAIL),
        *await _first(system, request, InboxItemKind.INCOMING_SMS),
    ]
    await system.dispatch.run(Snooze(item_ids=late, until=datetime.now(UTC) + SNOOZED), request)
    # The last one is what says that all of it was done.
    await system.dispatch.run(MarkDone(item_ids=tuple(done)), request)


async def _first(system: System, request: Request, kind: InboxItemKind) -> tuple[ItemId, ...]:
    """The oldest of a kind, if there is one."""
    rows = await system.store.fetch(None, SQL["first_item"], request.org_id, request.actor.user_id, kind)
    return tuple(ItemId(row["item_id"]) for row in rows)
