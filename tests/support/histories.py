"""Long histories, in one append through the code that commands use, but without deciding each of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from app.entries import append_command, entries_of
from app.event import Event
from app.ids import ActivityId, decode_id, uuid7
from app.lead.calls import CallLogged
from app.request import Request
from app.situation import Actor
from app.store.records import Appended
from app.system import System, project
from app.vocabulary import Direction
from schema.ids import public_id
from tests.support.api import Api

FIRST_CALL = datetime(2026, 1, 1, tzinfo=UTC)


def log_calls(api: Api, lead: str, count: int, *, note: str | None = None) -> list[str]:
    """Log calls a minute apart; their ids, oldest first."""
    calls = [
        CallLogged(
            call_id=ActivityId(uuid7()),
            direction=Direction.INBOUND,
            occurred_at=FIRST_CALL + timedelta(minutes=number),
            note=note,
        )
        for number in range(count)
    ]
    record(api, lead, calls)
    return [public_id("activity", call.call_id) for call in calls]


def record(api: Api, lead: str, events: Sequence[Event]) -> None:
    """Append events to a lead as a user's."""
    request = Request(org_id=api.org_id, actor=Actor(user_id=api.user_id), source="test", correlation_id=uuid7())
    api.site.operate(append(api.site.system, request, decode_id("lead", lead), events))


async def append(
    system: System, request: Request, stream_id: UUID, events: Sequence[Event], *, hint: bool = True
) -> None:
    """Append events to a lead or an organization in one commit, and give the hint unless it is to be lost."""
    version = await system.store.stream_version(request.org_id, stream_id) or 0
    organization = await system.states.organization(request.org_id)
    entries = entries_of(events, request, stream_id, version)
    (answer,) = await system.store.append(request.org_id, [append_command(entries, project, organization)])
    assert isinstance(answer, Appended), answer
    if hint:
        await system.store.hint(request.org_id)
