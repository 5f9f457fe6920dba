"""Reading the log: what was appended comes back, and what cannot be read is named."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import given as for_all

from app.codecs import EVENTS, fact_of, facts_of
from app.entries import new_event
from app.event import Entry, Event
from app.ids import EventId, KeyId, UserId, uuid7
from app.lead.details import LeadRenamed
from app.situation import Actor
from app.store.errors import UndecodableEvent
from app.store.store import EventStore
from tests.support.any_event import any_event
from tests.support.logs import connected, event
from tests.support.postgres import both_versions

pytestmark = both_versions

A, B, THING = uuid7(), uuid7(), uuid7()


def entry(one: Event) -> Entry[Event]:
    return Entry(
        event=one,
        event_id=EventId(uuid7()),
        stream_id=A,
        version=1,
        actor=Actor(user_id=UserId(uuid7()), key_id=KeyId(uuid7())),
        source="test",
        correlation_id=uuid7(),
        causation_id=uuid7(),
    )


@for_all(one=any_event())
@settings(deadline=None, max_examples=50, suppress_health_check=list(HealthCheck))
async def test_an_event_read_is_the_event_appended(store: EventStore, one: Event) -> None:
    org_id, made = uuid7(), entry(one)
    await store.insert_events(org_id, [new_event(made)])
    (found,) = await store.select_notifications(org_id, None, 10)
    fact = fact_of(found)
    for name in Entry.__struct_fields__:
        assert getattr(fact, name) == getattr(made, name)
    assert (fact.position, found.entity_id, found.occurred_at) == (1, one.entity_id, one.occurred_at)
    assert EVENTS.encode(one)[2] == found.payload


async def three_streams(store: EventStore, org_id: UUID) -> None:
    """Positions 1 to 6: A1 B1 A2 B2 A3 A4; A2 and B2 are about a thing."""
    about = {"entity_id": THING, "name": "thing.changed"}
    await store.insert_events(org_id, [event(A, 1), event(B, 1), event(A, 2, **about), event(B, 2, **about)])
    await store.insert_events(org_id, [event(A, 3), event(A, 4)])


async def test_a_stream_is_read_between_versions_and_backwards(store: EventStore, org_id: UUID) -> None:
    await three_streams(store, org_id)

    async def versions(**limits: Any) -> list[int]:
        return [one.stream_version for one in await store.select_events(org_id, A, **limits)]

    assert await versions() == [1, 2, 3, 4]
    assert await versions(gt=1, lte=3) == [2, 3]
    assert await versions(desc=True) == [4, 3, 2, 1]
    assert await versions(gt=1, desc=True, limit=2) == [4, 3]
    assert await versions(gt=4) == []
    assert await store.select_events(uuid7(), A) == []


async def test_a_stream_is_read_behind_a_position(store: EventStore, org_id: UUID) -> None:
    await three_streams(store, org_id)

    async def versions(position: int, limit: int = 10) -> list[int]:
        return [one.stream_version for one in await store.select_streams_since(org_id, [A], position, limit)]

    assert await versions(0) == [1, 2, 3, 4]
    assert await versions(2) == [2, 3, 4]
    assert await versions(3) == [3, 4]
    assert await versions(0, limit=2) == [3, 4]
    assert await versions(6) == []


async def test_the_log_is_read_between_positions_and_by_name(store: EventStore, org_id: UUID) -> None:
    await three_streams(store, org_id)

    async def found(start: int | None, limit: int, stop: int | None = None, *names: str) -> list[int]:
        return [one.position for one in await store.select_notifications(org_id, start, limit, stop, names)]

    assert await found(None, 10) == [1, 2, 3, 4, 5, 6]
    assert await found(2, 10, 4) == [2, 3, 4]
    assert await found(2, 2) == [2, 3]
    assert await found(1, 10, 3, "thing.changed") == [3]
    assert await store.max_notification_id(org_id) == 6
    assert await store.max_notification_id(uuid7()) is None


async def test_a_thing_is_read_with_all_that_is_about_it(store: EventStore, org_id: UUID) -> None:
    await three_streams(store, org_id)
    assert [one.position for one in await store.select_entity(org_id, THING)] == [3, 4]
    (first, *_) = await store.select_events(org_id, A)
    assert await store.select_entity(org_id, first.event_id) == [first]
    assert await store.select_entity(uuid7(), THING) == []


async def test_a_log_has_an_epoch_of_its_own(store: EventStore, org_id: UUID) -> None:
    assert await store.epoch(org_id) is None
    await store.insert_events(org_id, [event(A, 1)])
    epoch = await store.epoch(org_id)
    await store.insert_events(org_id, [event(A, 2)])
    assert epoch is not None
    assert await store.epoch(org_id) == epoch


async def unreadable(store: EventStore, org_id: UUID) -> UndecodableEvent:
    with pytest.raises(UndecodableEvent) as error:
        facts_of(await store.select_events(org_id, A))
    return error.value


async def test_a_byte_flipped_in_the_table_is_noticed(
    store: EventStore, org_id: UUID, common_superuser_url: str
) -> None:
    await store.insert_events(org_id, [new_event(entry(LeadRenamed(after="Bluth")))])
    flip = "UPDATE events SET payload = set_byte(payload, 10, get_byte(payload, 10) # 1) WHERE org_id = $1"
    async with connected(common_superuser_url) as admin:
        assert await admin.execute(flip, org_id) == "UPDATE 1"
    error = await unreadable(store, org_id)
    assert (error.stream_id, error.version, error.name) == (A, 1, "lead.renamed")
    assert str(error) == f"event lead.renamed at version 1 of stream {A}: its payload is not the one that was recorded"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": "lead.exploded"}, "event lead.exploded at version 1 of stream"),
        ({"schema_version": 7}, "is of a newer program"),
        ({"schema_version": 0}, "nothing lifts shape 0"),
        ({"payload": b"{"}, "event lead.renamed at version 1 of stream"),
    ],
)
async def test_an_event_that_cannot_be_decoded_is_named(
    store: EventStore, org_id: UUID, changes: dict[str, object], said: str
) -> None:
    await store.insert_events(org_id, [event(A, 1, **{"name": "lead.renamed", **changes})])
    error = await unreadable(store, org_id)
    assert said in str(error)
    assert (error.stream_id, error.version) == (A, 1)


async def test_times_are_read_as_utc(store: EventStore, org_id: UUID) -> None:
    before = datetime.now(UTC)
    await store.insert_events(org_id, [event(A, 1)])
    (found,) = await store.select_events(org_id, A)
    assert found.recorded_at.tzinfo is UTC
    assert before <= found.recorded_at <= datetime.now(UTC)
