"""The closed list of every event there is, and facts out of what the log holds."""

from collections.abc import Iterable
from typing import get_args

from app.desk.events import AnyDeskEvent
from app.event import Event, Fact
from app.ids import EventId, KeyId, UserId
from app.lead.lead import AnyLeadEvent
from app.organization.organization import AnyOrganizationEvent
from app.situation import Actor
from app.store.codec import EventCodec
from app.store.records import RecordedEvent

EVENTS: EventCodec[Event] = EventCodec(
    [*get_args(AnyLeadEvent), *get_args(AnyOrganizationEvent), *get_args(AnyDeskEvent)]
)


def fact_of(recorded: RecordedEvent) -> Fact[Event]:
    """The fact that an event of the log tells.

    Raises:
        UndecodableEvent: it cannot be read.
    """
    return Fact(
        event=EVENTS.decode(recorded),
        event_id=EventId(recorded.event_id),
        stream_id=recorded.stream_id,
        version=recorded.stream_version,
        position=recorded.position,
        recorded_at=recorded.recorded_at,
        actor=Actor(
            user_id=UserId(recorded.actor_user) if recorded.actor_user else None,
            key_id=KeyId(recorded.actor_key) if recorded.actor_key else None,
        ),
        source=recorded.source,
        correlation_id=recorded.correlation_id,
        causation_id=recorded.causation_id,
        idempotency_key=recorded.idempotency_key,
    )


def facts_of(recorded: Iterable[RecordedEvent]) -> tuple[Fact[Event], ...]:
    """Facts, in the same order."""
    return tuple(map(fact_of, recorded))
