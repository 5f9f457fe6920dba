"""EventCodec: events to canonical bytes and back, by a closed list of names; never by import paths."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Generic, TypeVar

import msgspec

from app.store.errors import UndecodableEvent
from app.store.records import RecordedEvent
from app.store.store import payload_hash

E = TypeVar("E", bound=msgspec.Struct)
Lift = Callable[[dict[str, Any]], dict[str, Any]]  # the shape of one version to that of the next


class EventCodec(Generic[E]):
    """Encodes tagged structs as JSON with sorted keys.

    Args:
        types: every event there is; the tag is its stored name, `schema_version` its present shape.
        lifts: by name and old version, how that shape becomes the next one.
    """

    def __init__(self, types: Iterable[type[E]], lifts: Mapping[tuple[str, int], Lift] | None = None) -> None:
        self._types: dict[str, type[E]] = {str(kind.__struct_config__.tag): kind for kind in types}
        self._decoders = {name: msgspec.json.Decoder(kind) for name, kind in self._types.items()}
        self._lifts = dict(lifts or {})

    @property
    def names(self) -> list[str]:
        """Every stored name."""
        return sorted(self._types)

    @property
    def types(self) -> Mapping[str, type[E]]:
        """Every type, by its stored name."""
        return self._types

    def encode(self, event: E) -> tuple[str, int, bytes, bytes]:
        """Name, schema version, payload and its hash."""
        payload = msgspec.json.encode(event, order="sorted")
        return str(event.__struct_config__.tag), _version(type(event)), payload, payload_hash(payload)

    def decode(self, recorded: RecordedEvent) -> E:
        """The event that was encoded.

        Raises:
            UndecodableEvent: unknown name or shape, erased, or bytes that are not those that were hashed.
        """
        kind = self._types.get(recorded.name)
        if kind is None:
            raise self._undecodable(recorded, "no event has this name")
        if recorded.payload is None:
            raise self._undecodable(recorded, "its payload was erased")
        if payload_hash(recorded.payload) != recorded.payload_hash:
            raise self._undecodable(recorded, "its payload is not the one that was recorded")
        try:
            if recorded.schema_version == _version(kind):
                return self._decoders[recorded.name].decode(recorded.payload)
            return msgspec.convert(self._lifted(recorded, _version(kind)), kind, strict=False)
        except msgspec.MsgspecError as error:
            raise self._undecodable(recorded, str(error)) from error

    def _lifted(self, recorded: RecordedEvent, target: int) -> dict[str, Any]:
        assert recorded.payload is not None
        shape: dict[str, Any] = msgspec.json.decode(recorded.payload)
        for version in range(recorded.schema_version, target):
            lift = self._lifts.get((recorded.name, version))
            if lift is None:
                raise self._undecodable(recorded, f"nothing lifts shape {version}")
            shape = lift(shape)
        if recorded.schema_version > target:
            raise self._undecodable(recorded, f"shape {recorded.schema_version} is of a newer program")
        return shape

    @staticmethod
    def _undecodable(recorded: RecordedEvent, why: str) -> UndecodableEvent:
        return UndecodableEvent(recorded.stream_id, recorded.stream_version, recorded.name, why)


def _version(kind: type[msgspec.Struct]) -> int:
    version: int = getattr(kind, "schema_version", 1)
    return version
