"""An event as the log would hold it, without a log."""

from __future__ import annotations

from typing import Any

from app.codecs import EVENTS
from app.event import Event
from app.store.codec import EventCodec
from app.store.records import RecordedEvent
from tests.support.acme import ADMIN, LEAD, NOW, thing


def recorded(event: Event, codec: EventCodec[Any] = EVENTS, **changes: Any) -> RecordedEvent:
    """What the codec wrote, in an envelope; `changes` put something else into its fields."""
    name, schema_version, payload, payload_hash = codec.encode(event)
    envelope = RecordedEvent(
        position=1,
        stream_id=LEAD,
        stream_version=1,
        event_id=thing(9_001),
        entity_id=event.entity_id,
        name=name,
        schema_version=schema_version,
        payload=payload,
        payload_hash=payload_hash,
        recorded_at=NOW,
        occurred_at=event.occurred_at,
        actor_user=ADMIN,
        actor_key=None,
        source=None,
        correlation_id=thing(7),
        causation_id=None,
        idempotency_key=None,
    )
    return envelope._replace(**changes)
