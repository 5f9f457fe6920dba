"""From decided events to what the store takes, and back to facts once they are recorded."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from app.codecs import EVENTS
from app.event import Entry, Event, Fact
from app.ids import EventId, uuid7
from app.organization.organization import Organization
from app.request import Request
from app.store.records import AppendCommand, IdempotencyRecord, NewEvent, TakenClaim

Project = Callable[[Entry[Event]], Sequence[tuple[str, Callable[[int], dict[str, Any]]]]]

_ENTRY_FIELDS = Entry.__struct_fields__


def entries_of(
    events: Sequence[Event], request: Request, stream_id: UUID | None, version: int
) -> tuple[Entry[Event], ...]:
    """Events with their envelopes, behind a version of their stream."""
    assert stream_id is not None or not events
    return tuple(
        Entry(
            event=event,
            event_id=EventId(uuid7()),
            stream_id=cast(UUID, stream_id),
            version=version + number,
            actor=request.actor,
            source=request.source,
            correlation_id=request.correlation_id,
            causation_id=request.causation_id,
            idempotency_key=request.idempotency.key if request.idempotency else None,
        )
        for number, event in enumerate(events, start=1)
    )


def append_command(
    entries: Sequence[Entry[Event]],
    project: Project,
    organization: Organization,
    record: IdempotencyRecord | None = None,
) -> AppendCommand:
    """Events, claims and projections' rows of one command, as the store takes them."""
    rows: dict[str, list[dict[str, Any]]] = {}
    streams: dict[UUID, int] = {}
    for ordinal, entry in enumerate(entries):
        streams.setdefault(entry.stream_id, entry.version - 1)
        for table, row in project(entry):
            rows.setdefault(table, []).append(row(ordinal))
    return AppendCommand(
        events=[new_event(entry) for entry in entries],
        streams=streams,
        config=None if organization.id in streams else (organization.id, organization.version),
        takes=[
            TakenClaim(claim.kind, claim.key, owner)
            for entry in entries
            for claim, owner in entry.event.takes(entry.stream_id)
        ],
        releases=[claim for entry in entries for claim in entry.event.releases(entry.stream_id)],
        idempotency=record,
        rows=rows,
    )


def new_event(entry: Entry[Event]) -> NewEvent:
    """An entry as the store takes it."""
    name, schema_version, payload, payload_hash = EVENTS.encode(entry.event)
    return NewEvent(
        stream_id=entry.stream_id,
        stream_version=entry.version,
        event_id=entry.event_id,
        entity_id=entry.event.entity_id,
        name=name,
        schema_version=schema_version,
        payload=payload,
        payload_hash=payload_hash,
        occurred_at=entry.event.occurred_at,
        actor_user=entry.actor.user_id,
        actor_key=entry.actor.key_id,
        source=entry.source,
        correlation_id=entry.correlation_id,
        causation_id=entry.causation_id,
    )


def recorded_facts(
    entries: Sequence[Entry[Event]], positions: Sequence[int], recorded_at: datetime
) -> tuple[Fact[Event], ...]:
    """Entries with the places and the time that the append gave them."""
    return tuple(
        Fact(**{name: getattr(entry, name) for name in _ENTRY_FIELDS}, position=position, recorded_at=recorded_at)
        for entry, position in zip(entries, positions, strict=True)
    )
