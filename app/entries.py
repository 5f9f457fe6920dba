"""From decided events to what the store takes, and back to facts once they are recorded."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any, cast
from uuid import UUID

from app.codecs import EVENTS
from app.event import Elsewhere, Entry, Event, Fact
from app.ids import EventId, uuid7
from app.organization.organization import Organization
from app.request import Request
from app.store.records import AppendCommand, IdempotencyRecord, NewEvent, TakenClaim

Project = Callable[[Entry[Event]], Sequence[tuple[str, Callable[[int], dict[str, Any]]]]]

_ENTRY_FIELDS = Entry.__struct_fields__


def entries_of(
    events: Sequence[Event | Elsewhere],
    request: Request,
    stream_id: UUID | None,
    version: int,
    others: Mapping[UUID, int] = MappingProxyType({}),
) -> tuple[Entry[Event], ...]:
    """Events with their envelopes, behind a version of their stream. `others`: versions of further ones."""
    assert stream_id is not None or not events
    versions: dict[UUID | None, int] = {stream_id: version}
    versions.update(others.items())
    entries: list[Entry[Event]] = []
    for event in events:
        place = event.stream_id if isinstance(event, Elsewhere) else stream_id
        versions[place] += 1
        entries.append(
            Entry(
                event=event.event if isinstance(event, Elsewhere) else event,
                event_id=EventId(uuid7()),
                stream_id=cast(UUID, place),
                version=versions[place],
                actor=request.actor,
                source=request.source,
                correlation_id=request.correlation_id,
                causation_id=request.causation_id,
                idempotency_key=request.idempotency.key if request.idempotency else None,
            )
        )
    return tuple(entries)


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
            for claim, owner in entry.event.takes(entry.home)
        ],
        releases=[claim for entry in entries for claim in entry.event.releases(entry.home)],
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
