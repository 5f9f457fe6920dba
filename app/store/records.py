"""What goes into an append, what comes out of it, and what the log holds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID


class NewEvent(NamedTuple):
    """An event to be appended. The order of its fields is that of the database's append_event."""

    stream_id: UUID
    stream_version: int
    event_id: UUID
    entity_id: UUID | None
    name: str
    schema_version: int
    payload: bytes
    payload_hash: bytes
    occurred_at: datetime | None
    actor_user: UUID | None
    actor_key: UUID | None
    source: str | None
    correlation_id: UUID
    causation_id: UUID | None


class RecordedEvent(NamedTuple):
    """An event as the log holds it. `payload` is None once erased; its hash stays."""

    position: int
    stream_id: UUID
    stream_version: int
    event_id: UUID
    entity_id: UUID | None
    name: str
    schema_version: int
    payload: bytes | None
    payload_hash: bytes
    recorded_at: datetime
    occurred_at: datetime | None
    actor_user: UUID | None
    actor_key: UUID | None
    source: str | None
    correlation_id: UUID
    causation_id: UUID | None
    idempotency_key: str | None


class TakenClaim(NamedTuple):
    """A key of a kind, and who is to hold it."""

    kind: str
    key: str
    owner_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class IdempotencyRecord:
    """What lets a command be repeated: who sent it under which key, its input's fingerprint, its result."""

    principal: UUID
    key: str
    fingerprint: bytes
    result: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class AppendCommand:
    """Everything that one command changes.

    Attributes:
        streams: the version of each stream it was decided on; 0 for a stream that is to begin with 1.
        config: stream and version of the configuration it was decided on.
        tracking: upstream's name and position, for followers of another log.
        rows: rows for projections by table; each names its event by its place in `events`, from 0.
    """

    events: Sequence[NewEvent] = ()
    streams: Mapping[UUID, int] = field(default_factory=dict)
    config: tuple[UUID, int] | None = None
    takes: Sequence[TakenClaim] = ()
    releases: Sequence[tuple[str, str]] = ()
    idempotency: IdempotencyRecord | None = None
    tracking: tuple[str, int] | None = None
    rows: Mapping[str, Sequence[dict[str, Any]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Appended:
    """It is in the log. `position` is the last one, also where nothing was to be appended."""

    position: int
    positions: tuple[int, ...]
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Repeated:
    """The same principal sent the same input under this key before: the result and position of then."""

    result: bytes
    position: int


@dataclass(frozen=True, slots=True)
class Mismatch:
    """The key was used for another input."""


@dataclass(frozen=True, slots=True)
class Stale:
    """A stream is at another version than the command was decided on."""

    stream_id: UUID
    version: int | None


@dataclass(frozen=True, slots=True)
class ConfigStale:
    """The configuration is at another version than the command was decided on."""

    version: int | None


@dataclass(frozen=True, slots=True)
class Claimed:
    """Somebody else holds a claim."""

    kind: str
    key: str
    owner_id: UUID


@dataclass(frozen=True, slots=True)
class Tracked:
    """The upstream's position was processed before."""


@dataclass(frozen=True, slots=True)
class Lost:
    """It stood on a command of the same call that was not appended."""


Answer = Appended | Repeated | Mismatch | Stale | ConfigStale | Claimed | Tracked | Lost
