"""Leaves are what docs/proof.md promises: canonical JSON that any implementation makes of the same event."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from app.proof.leaf import hash_of, leaf_of
from app.proof_check import ENVELOPE, canonical, check_leaf
from tests.support.acme import ACME, NOTE_WRITTEN, thing
from tests.support.recorded import recorded

TEXT = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"))
INSTANTS = st.datetimes(timezones=st.just(UTC))
# An event's leaf, byte by byte, for ever.
KNOWN = (
    '{"actorKey":null,"actorUser":"01950000-0000-7000-8000-000000000003","causationId":null,'
    '"correlationId":"01950000-0000-7000-8000-000000000007","entityId":"01950000-0000-7000-8000-00000000001a",'
    '"eventId":"01950000-0000-7000-8000-000000002329","idempotencyKey":"klick \\"1\\" ✓","name":"lead.note_written",'
    '"occurredAt":null,"organizationId":"01950000-0000-7000-8000-000000000001",'
    '"payloadHash":"b30e7a1ff4ba05ac9e5c1dc4f3a0ff0ba54b2cba0a9a7f8f1e4d79e6f0bb5e62","position":42,'
    '"recordedAt":"2026-03-31T22:30:00.000001Z","schemaVersion":1,"source":"api",'
    '"streamId":"01950000-0000-7000-8000-000000000014","streamVersion":3}'
)


def test_a_leaf_is_what_it_always_was() -> None:
    event = recorded(
        NOTE_WRITTEN,
        position=42,
        stream_version=3,
        actor_user=thing(3),
        source="api",
        idempotency_key='klick "1" ✓',
        recorded_at=datetime(2026, 3, 31, 22, 30, 0, 1, tzinfo=UTC),
        payload_hash=bytes.fromhex("b30e7a1ff4ba05ac9e5c1dc4f3a0ff0ba54b2cba0a9a7f8f1e4d79e6f0bb5e62"),
    )
    assert leaf_of(ACME, event).decode() == KNOWN
    assert hash_of(ACME, event) == hashlib.sha256(b"\0" + KNOWN.encode()).digest()


@given(source=TEXT, key=TEXT, name=TEXT, recorded_at=INSTANTS, occurred_at=st.none() | INSTANTS, version=st.integers(0))
def test_any_event_has_the_leaf_that_plain_json_makes(
    source: str, key: str, name: str, recorded_at: datetime, occurred_at: datetime | None, version: int
) -> None:
    event = recorded(
        NOTE_WRITTEN,
        source=source,
        idempotency_key=key,
        name=name,
        recorded_at=recorded_at,
        occurred_at=occurred_at,
        stream_version=version % 2**31,
    )
    leaf = leaf_of(ACME, event)
    envelope = json.loads(leaf)
    assert envelope.keys() == ENVELOPE
    assert canonical(envelope) == leaf
    assert event.payload is not None
    assert check_leaf(envelope, event.payload.decode()) == leaf
    assert (envelope["source"], envelope["idempotencyKey"], envelope["name"]) == (source, key, name)
    assert datetime.fromisoformat(envelope["recordedAt"]) == recorded_at
    assert len(envelope["recordedAt"]) == len("2026-03-31T22:30:00.000001Z")


def test_an_instant_is_written_in_utc_whatever_its_zone() -> None:
    elsewhere = datetime(2026, 3, 31, 22, 30, tzinfo=timezone(timedelta(hours=2)))
    assert b'"recordedAt":"2026-03-31T20:30:00.000000Z"' in leaf_of(ACME, recorded(NOTE_WRITTEN, recorded_at=elsewhere))
