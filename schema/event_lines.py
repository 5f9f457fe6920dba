"""Events as integrators read them: the same fields as in GraphQL, one JSON object a line."""

from __future__ import annotations

from typing import Any

import orjson

from app.ids import UserId
from app.organization.organization import Organization
from app.store.records import RecordedEvent
from schema.commands import client_key
from schema.event_data import FieldTypes, fields_in, public_data
from schema.events import happened_in, payload_of, sentence_of, stream_kind
from schema.ids import public_id
from schema.scalars import print_instant


def event_line(recorded: RecordedEvent, organization: Organization, types: FieldTypes) -> bytes:
    """One line, with its end. `types` are those of every custom field that the event tells of."""
    return orjson.dumps(event_object(recorded, organization, types)) + b"\n"


def event_object(recorded: RecordedEvent, organization: Organization, types: FieldTypes) -> dict[str, Any]:
    """An event; of users and leads what names them."""
    happened = happened_in(recorded)
    kind = stream_kind(recorded, organization)
    return {
        "id": public_id("event", recorded.event_id),
        "position": recorded.position,
        "streamId": public_id(kind, recorded.stream_id),
        "streamVersion": recorded.stream_version,
        "type": recorded.name,
        "schemaVersion": recorded.schema_version,
        "data": None if happened is None else public_data(happened, types),
        "payload": payload_of(recorded),
        "payloadHash": recorded.payload_hash.hex(),
        "headline": sentence_of(recorded, happened, organization),
        "recordedAt": print_instant(recorded.recorded_at),
        "user": _user(recorded, organization),
        "apiKeyId": public_id("api_key", recorded.actor_key) if recorded.actor_key else None,
        "source": recorded.source,
        "correlationId": public_id("request", recorded.correlation_id),
        "causationId": public_id("event", recorded.causation_id) if recorded.causation_id else None,
        "idempotencyKey": client_key(recorded.idempotency_key),
        "lead": {"id": public_id("lead", recorded.stream_id)} if kind == "lead" else None,
    }


def names_unknown_fields(recorded: RecordedEvent, types: FieldTypes) -> bool:
    """Whether an event tells of values of custom fields whose types are not among these."""
    happened = happened_in(recorded)
    return happened is not None and not fields_in(happened) <= types.keys()


def _user(recorded: RecordedEvent, organization: Organization) -> dict[str, Any] | None:
    if recorded.actor_user is None:
        return None
    user = organization.users.get(UserId(recorded.actor_user))
    return {"id": public_id("user", recorded.actor_user), "name": user.name if user else None}
