"""The shape that every event has: a frozen fact with a stable name."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Generic, TypeVar
from uuid import UUID

import msgspec

from app.ids import EventId
from app.situation import Actor, Claim


class Event(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="event"):
    """A fact in the past tense. The class's `tag` is its stored name; payloads are canonical JSON.

    Attributes:
        occurred_at: when it happened, where that is not when it was recorded.
        schema_version: raised when the shape changes; older shapes are lifted on read.
        entity: the field that names the thing the fact is about, where that is not the stream itself.
        touches: what it changed, in the words of inputs, so that only a real collision is a conflict.
            Events about one of several things of a stream say it in `touched`.
    """

    schema_version: ClassVar[int] = 1
    entity: ClassVar[str | None] = None
    touches: ClassVar[frozenset[str]] = frozenset()

    occurred_at: datetime | None = None

    @property
    def entity_id(self) -> UUID | None:
        """The thing the fact is about; None: the stream itself."""
        return getattr(self, self.entity) if self.entity else None

    @property
    def touched(self) -> frozenset[str]:
        """What this very fact changed: `touches`, and where several things have such a value, which one's."""
        return self.touches

    def takes(self, stream_id: UUID) -> tuple[tuple[Claim, UUID], ...]:
        """Claims that this fact takes in the organization, with their owners."""
        del stream_id
        return ()

    def releases(self, stream_id: UUID) -> tuple[Claim, ...]:
        """Claims that this fact gives back."""
        del stream_id
        return ()

    @classmethod
    def event_name(cls) -> str:
        """The stored name, such as `lead.note_pinned`."""
        return str(cls.__struct_config__.tag)


class Elsewhere(msgspec.Struct, frozen=True):
    """A fact that a decision puts into another stream than its command's."""

    stream_id: UUID
    event: Event


E_co = TypeVar("E_co", bound=Event, covariant=True)


class Entry(msgspec.Struct, Generic[E_co], frozen=True, kw_only=True):
    """An event with what is known of it before it is recorded: its stream, who did it, in which request.

    Attributes:
        version: place in its stream.
    """

    event: E_co
    event_id: EventId
    stream_id: UUID
    version: int
    actor: Actor
    source: str | None
    correlation_id: UUID
    causation_id: UUID | None = None
    idempotency_key: str | None = None

    @property
    def home(self) -> UUID:
        """The stream in which that which it is about began: what is about it stays there, whatever is merged."""
        born_in: UUID | None = getattr(self.event, "born_in", None)
        return born_in or self.stream_id


class Fact(Entry[E_co], frozen=True, kw_only=True):
    """A recorded event: it has a place and a time in the organization's log.

    Attributes:
        position: 1, 2, 3 … without gaps.
        recorded_at: UTC, never before that of an earlier position.
    """

    position: int
    recorded_at: datetime

    @property
    def occurred_at(self) -> datetime:
        """When it happened, as far as anybody said; else when it was recorded."""
        return self.event.occurred_at or self.recorded_at
