"""Homes: the leads in whose streams things began, once those leads were merged into others.

What is about something that began in a lead which was merged away is decided on the root, and says whose it is: the
rows that it makes are that lead's, and go back with it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

import msgspec

from app.event import Elsewhere, Event
from app.ids import LeadId
from app.lead.draft_events import EmailDraftEdited
from app.lead.email_threads import EmailThreadsJoined
from app.lead.emails import EmailLogged
from app.lead.event import LeadEvent


def homes_asked(events: Sequence[Event | Elsewhere]) -> set[UUID]:
    """The things whose beginnings must be known."""
    asked: set[UUID] = set()
    for event in events:
        if isinstance(event, LeadEvent):
            asked |= {id for id in (event.entity_id, *_threads(event).values()) if id is not None}
    return asked


def with_homes(
    events: Sequence[Event | Elsewhere], lead_id: LeadId, streams: Mapping[UUID, UUID]
) -> Sequence[Event | Elsewhere]:
    """The same facts, each with the lead in which what it is about began, where that is another one than the root."""

    def home(id: UUID | None) -> LeadId | None:
        found = streams.get(id) if id is not None else None
        return LeadId(found) if found is not None and found != lead_id else None

    def said(event: Event | Elsewhere) -> Event | Elsewhere:
        if not isinstance(event, LeadEvent):
            return event
        homes = {"born_in": home(event.entity_id)} | {name: home(id) for name, id in _threads(event).items()}
        return msgspec.structs.replace(event, **homes) if any(homes.values()) else event

    return tuple(map(said, events))


def _threads(event: LeadEvent) -> dict[str, UUID]:
    """The threads of e-mails that a fact names, by where it says in whose stream each began."""
    match event:
        case EmailLogged() | EmailDraftEdited():
            return {"thread_lead_id": event.thread_id}
        case EmailThreadsJoined():
            return {"thread_lead_id": event.thread_id, "into_lead_id": event.into_id}
        case _:
            return {}
