"""Leaf: the bytes of an event that the tree is over. Its payload is in them as a hash, so that it can be erased.

What they are like is a promise to auditors, in docs/proof.md: it never changes.
"""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import msgspec

from app.proof.tree import leaf_hash
from app.store.records import RecordedEvent


class Envelope(msgspec.Struct, rename="camel", kw_only=True, frozen=True):
    """Everything but the payload. Encoded as RFC 8785 has it: members sorted, no spaces; times as text."""

    actor_key: UUID | None
    actor_user: UUID | None
    causation_id: UUID | None
    correlation_id: UUID
    entity_id: UUID | None
    event_id: UUID
    idempotency_key: str | None
    name: str
    occurred_at: str | None
    organization_id: UUID
    payload_hash: str
    position: int
    recorded_at: str
    schema_version: int
    source: str | None
    stream_id: UUID
    stream_version: int


_encode = msgspec.json.Encoder(order="deterministic").encode


def envelope_of(org_id: UUID, recorded: RecordedEvent) -> Envelope:
    """An event's envelope."""
    return Envelope(
        actor_key=recorded.actor_key,
        actor_user=recorded.actor_user,
        causation_id=recorded.causation_id,
        correlation_id=recorded.correlation_id,
        entity_id=recorded.entity_id,
        event_id=recorded.event_id,
        idempotency_key=recorded.idempotency_key,
        name=recorded.name,
        occurred_at=instant_text(recorded.occurred_at) if recorded.occurred_at else None,
        organization_id=org_id,
        payload_hash=recorded.payload_hash.hex(),
        position=recorded.position,
        recorded_at=instant_text(recorded.recorded_at),
        schema_version=recorded.schema_version,
        source=recorded.source,
        stream_id=recorded.stream_id,
        stream_version=recorded.stream_version,
    )


def leaf_of(org_id: UUID, recorded: RecordedEvent) -> bytes:
    """An event's leaf; it needs no payload."""
    return _encode(envelope_of(org_id, recorded))


def hash_of(org_id: UUID, recorded: RecordedEvent) -> bytes:
    """The hash of an event's leaf."""
    return leaf_hash(leaf_of(org_id, recorded))


def instant_text(instant: datetime) -> str:
    """RFC 3339 in UTC with six digits of a second.

    Raises:
        ValueError: it is infinite, which the driver reads as a time without a zone.
    """
    if instant.tzinfo is None:
        raise ValueError("it was recorded, or happened, at no time")
    return instant.astimezone(UTC).isoformat(timespec="microseconds")[:-6] + "Z"
