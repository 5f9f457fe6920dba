"""Appending: versions, positions, claims, tracking and the configuration guard."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from app.database import Database
from app.ids import uuid7
from app.store.errors import AppendConflict, IntegrityError, OutdatedWriter
from app.store.records import (
    AppendCommand,
    Appended,
    Claimed,
    ConfigStale,
    Stale,
    TakenClaim,
    Tracked,
)
from app.store.store import EventStore
from projections import PROJECTION_SET
from tests.support.logs import command, connected, event, open_store, positions
from tests.support.postgres import both_versions

pytestmark = both_versions

A, B, C = uuid7(), uuid7(), uuid7()


async def test_positions_count_from_one_in_each_organization(store: EventStore) -> None:
    for org_id in (uuid7(), uuid7()):
        assert await store.insert_events(org_id, [event(A, 1), event(B, 1)]) == [1, 2]
        assert await store.insert_events(org_id, [event(A, 2)]) == [3]


@pytest.mark.parametrize("first", [0, 1])
async def test_a_stream_begins_with_version_0_or_1(store: EventStore, org_id: UUID, first: int) -> None:
    assert await store.insert_events(org_id, [event(A, first)]) == [1]


async def test_a_stream_begins_with_no_later_version(store: EventStore, org_id: UUID) -> None:
    assert await store.append(org_id, [command({A: 1})]) == [Stale(A, None)]


@pytest.mark.parametrize("seen", [0, 1, 3])
async def test_a_command_decided_on_another_version_is_stale(store: EventStore, org_id: UUID, seen: int) -> None:
    await store.insert_events(org_id, [event(A, 1), event(A, 2)])
    assert await store.append(org_id, [command({A: seen})]) == [Stale(A, 2)]
    assert await positions(store, org_id) == [1, 2]


async def test_several_streams_grow_in_one_append(store: EventStore, org_id: UUID) -> None:
    (answer,) = await store.append(org_id, [command({A: 0, B: 0, C: 0})])
    assert isinstance(answer, Appended)
    assert answer.positions == (1, 2, 3)


async def test_one_stale_stream_of_several_holds_all_back(store: EventStore, org_id: UUID) -> None:
    await store.insert_events(org_id, [event(B, 1)])
    assert await store.append(org_id, [command({A: 0, B: 0})]) == [Stale(B, 1)]
    assert await store.stream_version(org_id, A) is None


async def test_a_stream_can_be_guarded_without_growing(store: EventStore, org_id: UUID) -> None:
    await store.insert_events(org_id, [event(B, 1)])
    decided = AppendCommand(events=[event(A, 1)], streams={A: 0, B: 0})
    assert await store.append(org_id, [decided]) == [Stale(B, 1)]


async def test_events_that_contradict_each_other_are_refused_whole(store: EventStore, org_id: UUID) -> None:
    with pytest.raises(IntegrityError):
        await store.insert_events(org_id, [event(A, 1), event(A, 1)])
    assert await positions(store, org_id) == []


async def test_a_refused_append_burns_no_position(store: EventStore, org_id: UUID) -> None:
    await store.insert_events(org_id, [event(A, 1)])
    with pytest.raises(IntegrityError):
        await store.insert_events(org_id, [event(A, 2), event(B, 1, payload_hash=b"short")])
    assert await store.insert_events(org_id, [event(A, 2)]) == [2]


async def test_inserting_behind_another_version_is_a_conflict(store: EventStore, org_id: UUID) -> None:
    with pytest.raises(AppendConflict):
        await store.insert_events(org_id, [event(A, 5)])


async def test_nothing_is_appended_at_the_last_position(store: EventStore, org_id: UUID) -> None:
    await store.insert_events(org_id, [event(A, 1)])
    (answer,) = await store.append(org_id, [AppendCommand()])
    assert isinstance(answer, Appended)
    assert (answer.position, answer.positions) == (1, ())


async def test_the_configuration_must_be_the_one_decided_on(store: EventStore, org_id: UUID) -> None:
    await store.insert_events(org_id, [event(org_id, 1), event(org_id, 2)])
    assert await store.append(org_id, [command({A: 0}, config=(org_id, 1))]) == [ConfigStale(2)]
    (answer,) = await store.append(org_id, [command({A: 0}, config=(org_id, 2))])
    assert isinstance(answer, Appended)


async def test_a_claim_is_held_by_one(store: EventStore, org_id: UUID) -> None:
    first, second = TakenClaim("message", "<1@x>", A), TakenClaim("message", "<1@x>", B)
    await store.append(org_id, [command({A: 0}, takes=[first])])
    assert await store.append(org_id, [command({B: 0}, takes=[second])]) == [Claimed("message", "<1@x>", A)]
    assert await store.select_claims(org_id, [("message", "<1@x>"), ("message", "<2@x>")]) == {("message", "<1@x>"): A}


async def test_a_claim_given_back_can_be_taken_again(store: EventStore, org_id: UUID) -> None:
    claim = ("message", "<1@x>")
    await store.append(org_id, [command({A: 0}, takes=[TakenClaim(*claim, A)])])
    await store.append(org_id, [command({A: 1}, releases=[claim])])
    await store.append(org_id, [command({B: 0}, takes=[TakenClaim(*claim, B)])])
    assert await store.select_claims(org_id, [claim]) == {claim: B}


async def test_a_claim_of_another_organization_is_free(store: EventStore) -> None:
    for org_id in (uuid7(), uuid7()):
        (answer,) = await store.append(org_id, [command({A: 0}, takes=[TakenClaim("message", "<1@x>", A)])])
        assert isinstance(answer, Appended)


async def test_an_upstream_position_is_processed_once(store: EventStore, org_id: UUID) -> None:
    await store.append(org_id, [command({A: 0}, tracking=("upstream", 7))])
    assert await store.append(org_id, [command({A: 1}, tracking=("upstream", 7))]) == [Tracked()]
    assert await store.append(org_id, [command({A: 1}, tracking=("upstream", 3))]) == [Tracked()]
    assert await store.max_tracking_id(org_id, "upstream") == 7
    assert await store.stream_version(org_id, A) == 1


async def test_time_rises_although_the_clock_steps_back(
    store: EventStore, org_id: UUID, common_superuser_url: str
) -> None:
    await store.insert_events(org_id, [event(A, 1)])
    ahead = datetime.now(UTC) + timedelta(days=1)
    async with connected(common_superuser_url) as connection:
        await connection.execute("UPDATE events SET recorded_at = $2 WHERE org_id = $1", org_id, ahead)
    for version in (2, 3, 4):
        await store.insert_events(org_id, [event(A, version)])
    times = [one.recorded_at for one in await store.select_events(org_id, A)]
    assert times == [ahead + timedelta(microseconds=number) for number in range(4)]


async def test_a_writer_of_an_older_version_is_refused(common_database: Database, org_id: UUID) -> None:
    async with open_store(common_database, projection_set=PROJECTION_SET - 1) as outdated:
        with pytest.raises(OutdatedWriter, match="restart it with the new version"):
            await outdated.insert_events(org_id, [event(A, 1)])


async def test_a_writer_of_a_newer_version_is_not(common_database: Database, org_id: UUID) -> None:
    async with open_store(common_database, projection_set=PROJECTION_SET + 1) as newer:
        assert await newer.insert_events(org_id, [event(A, 1)]) == [1]
