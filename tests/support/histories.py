"""Long histories, written in one append through the same code that commands use, but without deciding each of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from app.dispatch import append_command
from app.event import Entry, Event
from app.ids import ActivityId, EventId, decode_id, uuid7
from app.lead.calls import CallLogged
from app.situation import Actor
from app.store.records import Appended
from app.system import project
from app.vocabulary import Direction
from schema.ids import public_id
from tests.support.api import Api

FIRST_CALL = datetime(2026, 1, 1, tzinfo=UTC)


def log_calls(api: Api, lead: str, count: int, *, hint: bool = True) -> list[str]:
    """Log calls a minute apart; their ids, oldest first. Without `hint` nobody is told."""
    return api.site.operate(_log_calls(api, lead, count, hint=hint))


async def _log_calls(api: Api, lead: str, count: int, *, hint: bool) -> list[str]:
    system, lead_id = api.site.system, decode_id("lead", lead)
    organization = await system.states.organization(api.org_id)
    version = await system.store.stream_version(api.org_id, lead_id) or 0
    entries: list[Entry[Event]] = [
        Entry(
            event=CallLogged(
                call_id=ActivityId(uuid7()),
                direction=Direction.INBOUND,
                occurred_at=FIRST_CALL + timedelta(minutes=number),
            ),
            event_id=EventId(uuid7()),
            stream_id=lead_id,
            version=version + number,
            actor=Actor(user_id=api.user_id),
            source="test",
            correlation_id=uuid7(),
        )
        for number in range(1, count + 1)
    ]
    (answer,) = await system.store.append(api.org_id, [append_command(entries, project, organization)])
    assert isinstance(answer, Appended), answer
    if hint:
        await system.store.hint(api.org_id)
    return [_id(entry) for entry in entries]


def _id(entry: Entry[Event]) -> str:
    assert entry.event.entity_id is not None
    return public_id("activity", entry.event.entity_id)
