"""Events to canonical bytes and back, by a closed list of names."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, ClassVar

import msgspec
import pytest
from hypothesis import given as for_all
from hypothesis import settings

from app.codecs import EVENTS, fact_of
from app.event import Event
from app.lead.details import LeadRenamed
from app.lead.opportunities import OpportunityAdded
from app.situation import Actor
from app.store.codec import EventCodec
from app.store.errors import UndecodableEvent
from app.store.store import payload_hash
from tests.support.acme import ADMIN, LEAD, LEAD_CREATED, NOW, OPPORTUNITY_ADDED, YESTERDAY
from tests.support.any_event import EVENT_TYPES, any_event, any_of
from tests.support.recorded import recorded


@pytest.mark.parametrize("kind", EVENT_TYPES, ids=lambda kind: kind.event_name())
def test_an_event_decoded_is_the_event_encoded(kind: type[Event]) -> None:
    @for_all(any_of(kind))
    @settings(deadline=None, max_examples=25)
    def law(event: Event) -> None:
        assert EVENTS.decode(recorded(event)) == event

    law()


@for_all(any_event())
@settings(deadline=None)
def test_encoding_again_gives_the_same_bytes(event: Event) -> None:
    assert EVENTS.encode(event) == EVENTS.encode(EVENTS.decode(recorded(event)))


@for_all(any_event())
@settings(deadline=None)
def test_keys_are_sorted_at_every_depth(event: Event) -> None:
    def in_order(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        keys = [key for key, _ in pairs]
        assert keys == sorted(keys)
        return dict(pairs)

    json.loads(EVENTS.encode(event)[2], object_pairs_hook=in_order)


def test_a_payload_is_small_and_says_its_name() -> None:
    assert EVENTS.encode(LeadRenamed(after="Bluth"))[2] == b'{"after":"Bluth","event":"lead.renamed"}'


def test_every_event_has_a_name_of_its_own() -> None:
    assert len(EVENTS.names) == len(EVENT_TYPES)


@pytest.mark.parametrize("kind", EVENT_TYPES, ids=lambda kind: kind.event_name())
def test_a_name_is_its_family_and_the_words_of_its_class(kind: type[Event]) -> None:
    family, _, words = kind.event_name().partition(".")
    stem = kind.__name__.removeprefix(family.capitalize())
    assert words.replace("_", "") in (kind.__name__.lower(), stem.lower())


@pytest.mark.parametrize("value", ["0.1", "1200.50", "999999999999999.9999", "1000000000000000"])
def test_decimals_are_exact(value: str) -> None:
    event = msgspec.structs.replace(OPPORTUNITY_ADDED, value=Decimal(value))
    decoded = EVENTS.decode(recorded(event))
    assert isinstance(decoded, OpportunityAdded)
    assert str(decoded.value) == value


def test_instants_keep_their_microseconds() -> None:
    moment = datetime(2026, 3, 31, 22, 30, 1, 234_567, tzinfo=UTC)
    assert EVENTS.decode(recorded(LeadRenamed(occurred_at=moment))).occurred_at == moment


def test_a_fact_has_what_the_log_has() -> None:
    fact = fact_of(recorded(LEAD_CREATED))
    assert (fact.event, fact.stream_id, fact.version, fact.actor) == (LEAD_CREATED, LEAD, 1, Actor(user_id=ADMIN))


def test_a_fact_happened_when_somebody_said() -> None:
    assert fact_of(recorded(LeadRenamed(occurred_at=YESTERDAY))).occurred_at == YESTERDAY


def test_a_fact_of_which_nobody_said_when_happened_when_it_was_recorded() -> None:
    assert fact_of(recorded(LeadRenamed())).occurred_at == NOW


def refused(payload: bytes | None = None, **changes: Any) -> str:
    """What is said of an event that cannot be read."""
    if payload is not None:
        changes |= {"payload": payload, "payload_hash": payload_hash(payload)}
    with pytest.raises(UndecodableEvent) as error:
        EVENTS.decode(recorded(LEAD_CREATED, **changes))
    return str(error.value)


def test_an_event_that_cannot_be_read_is_named() -> None:
    said = refused(name="lead.exploded")
    assert str(LEAD) in said
    assert "lead.exploded" in said


def test_an_erased_payload_is_said_to_be_so() -> None:
    with pytest.raises(UndecodableEvent, match="erased"):
        EVENTS.decode(recorded(LEAD_CREATED)._replace(payload=None))


def test_a_changed_payload_is_noticed() -> None:
    payload = EVENTS.encode(LEAD_CREATED)[2].replace(b"Bluth", b"Truth")
    with pytest.raises(UndecodableEvent, match="not the one that was recorded"):
        EVENTS.decode(recorded(LEAD_CREATED)._replace(payload=payload))


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"lead.created"',
        b'{"event":"lead.created"}',
        b'{"event":"lead.renamed"}',
        b"\xff\xfe",
    ],
)
def test_a_payload_of_another_shape_is_refused(payload: bytes) -> None:
    assert "lead.created" in refused(payload)


def test_an_older_shape_that_nothing_lifts_is_refused() -> None:
    assert "nothing lifts shape 0" in refused(schema_version=0)


def test_a_newer_shape_is_refused() -> None:
    assert "newer program" in refused(schema_version=2)


def test_a_field_that_is_not_known_yet_is_passed_over() -> None:
    payload = b'{"after":"Bluth","colour":"red","event":"lead.renamed"}'
    envelope = recorded(LeadRenamed(), payload=payload, payload_hash=payload_hash(payload))
    assert EVENTS.decode(envelope) == LeadRenamed(after="Bluth")


class Moved(Event, frozen=True, kw_only=True, tag="test.moved"):
    schema_version: ClassVar[int] = 3

    place: str
    on: datetime | None = None


def test_an_old_shape_is_lifted_step_by_step() -> None:
    lifts = {
        ("test.moved", 1): lambda old: {"event": old["event"], "town": old["t"], "on": "2026-03-30T09:15:00Z"},
        ("test.moved", 2): lambda old: {"event": old["event"], "place": old["town"], "on": old["on"]},
    }
    codec = EventCodec([Moved], lifts)
    payload = b'{"event":"test.moved","t":"Berlin"}'
    old = recorded(Moved(place="x"), codec, schema_version=1, payload=payload, payload_hash=payload_hash(payload))
    assert codec.decode(old) == Moved(place="Berlin", on=YESTERDAY)
