"""What the store keeps beside the log: results under idempotency keys, snapshots, how far upstreams were followed."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from app.ids import uuid7
from app.store.errors import AppendConflict, WaitInterruptedError
from app.store.records import AppendCommand, Appended, IdempotencyRecord, Mismatch, Repeated
from app.store.store import EventStore
from tests.support.logs import command, connected, event, positions
from tests.support.postgres import both_versions

pytestmark = both_versions

A, ANN, BOB = uuid7(), uuid7(), uuid7()


def keyed(principal: UUID = ANN, fingerprint: bytes = b"input", result: bytes = b"result") -> IdempotencyRecord:
    return IdempotencyRecord(principal=principal, key="k", fingerprint=fingerprint, result=result)


async def test_a_repeated_command_gets_the_first_result(store: EventStore, org_id: UUID) -> None:
    await store.append(org_id, [command({A: 0}, idempotency=keyed())])
    again = command({A: 1}, idempotency=keyed(result=b"second"))
    assert await store.append(org_id, [again]) == [Repeated(b"result", 1)]
    assert await positions(store, org_id) == [1]


async def test_a_repetition_is_known_although_its_stream_has_moved_on(store: EventStore, org_id: UUID) -> None:
    await store.append(org_id, [command({A: 0}, idempotency=keyed())])
    await store.insert_events(org_id, [event(A, 2)])
    assert await store.append(org_id, [command({A: 0}, idempotency=keyed())]) == [Repeated(b"result", 1)]


async def test_the_key_with_another_input_is_a_mismatch(store: EventStore, org_id: UUID) -> None:
    await store.append(org_id, [command({A: 0}, idempotency=keyed())])
    assert await store.append(org_id, [command({A: 1}, idempotency=keyed(fingerprint=b"other"))]) == [Mismatch()]
    assert await store.recall(org_id, ANN, "k", b"other") == Mismatch()
    assert await positions(store, org_id) == [1]


async def test_keys_of_two_people_never_meet(store: EventStore, org_id: UUID) -> None:
    await store.append(org_id, [command({A: 0}, idempotency=keyed(ANN))])
    (answer,) = await store.append(org_id, [command({A: 1}, idempotency=keyed(BOB))])
    assert isinstance(answer, Appended)
    assert await store.recall(uuid7(), ANN, "k", b"input") is None


async def test_a_command_that_did_nothing_is_remembered_too(store: EventStore, org_id: UUID) -> None:
    await store.append(org_id, [AppendCommand(idempotency=keyed())])
    assert await store.recall(org_id, ANN, "k", b"input") == Repeated(b"result", 0)


async def test_a_command_that_lost_is_not_remembered(store: EventStore, org_id: UUID) -> None:
    await store.append(org_id, [command({A: 5}, idempotency=keyed())])
    assert await store.recall(org_id, ANN, "k", b"input") is None


async def test_an_event_says_under_which_key_it_came(store: EventStore, org_id: UUID) -> None:
    await store.append(org_id, [command({A: 0}, idempotency=keyed())])
    (found,) = await store.select_events(org_id, A)
    assert found.idempotency_key == "k"


async def test_old_keys_are_forgotten_in_batches(store: EventStore, common_superuser_url: str) -> None:
    org_ids = [uuid7() for _ in range(5)]
    for org_id in org_ids:
        await store.append(org_id, [command({A: 0}, idempotency=keyed())])
    old = datetime(2001, 1, 1, tzinfo=UTC)
    async with connected(common_superuser_url) as admin:
        await admin.execute("UPDATE idempotency SET recorded_at = $2 WHERE org_id = ANY ($1)", org_ids[:4], old)
    before = old + timedelta(days=30)
    assert [await store.forget_idempotency(before, limit=3) for _ in range(3)] == [3, 1, 0]
    remembered = [await store.recall(org_id, ANN, "k", b"input") for org_id in org_ids]
    assert remembered == [None, None, None, None, Repeated(b"result", 1)]


async def test_the_newest_snapshot_is_kept(store: EventStore, org_id: UUID) -> None:
    for version in (200, 400, 300):
        await store.keep_snapshot(org_id, A, version, "lead", 1, b"at %d" % version)
    assert await store.snapshot(org_id, A, "lead", 1) == (400, b"at 400")


async def test_a_snapshot_of_another_shape_is_not_read_and_gives_way(store: EventStore, org_id: UUID) -> None:
    await store.keep_snapshot(org_id, A, 400, "lead", 1, b"old")
    assert await store.snapshot(org_id, A, "lead", 2) is None
    await store.keep_snapshot(org_id, A, 200, "lead", 2, b"new")
    assert await store.snapshot(org_id, A, "lead", 2) == (200, b"new")


async def test_an_upstream_is_followed_forwards(store: EventStore, org_id: UUID) -> None:
    assert await store.max_tracking_id(org_id, "upstream") is None
    assert await store.has_tracking_id(org_id, "upstream", None)
    await store.insert_tracking(org_id, "upstream", 5)
    for position in (5, 4):
        with pytest.raises(AppendConflict):
            await store.insert_tracking(org_id, "upstream", position)
    assert await store.has_tracking_id(org_id, "upstream", 4)
    assert not await store.has_tracking_id(org_id, "upstream", 6)
    assert not await store.has_tracking_id(org_id, "another", 1)


async def test_waiting_ends_when_the_upstream_was_followed(store: EventStore, org_id: UUID) -> None:
    waiting = asyncio.create_task(store.wait(org_id, "upstream", 5, timeout_s=10))
    await asyncio.sleep(0.05)
    assert not waiting.done()
    await store.insert_tracking(org_id, "upstream", 5)
    await waiting


async def test_waiting_gives_up_in_time(store: EventStore, org_id: UUID) -> None:
    with pytest.raises(TimeoutError, match=r"upstream was not followed to position 5 within 0\.05 seconds"):
        await store.wait(org_id, "upstream", 5, timeout_s=0.05)


async def test_waiting_can_be_interrupted(store: EventStore, org_id: UUID) -> None:
    interrupt = asyncio.Event()
    waiting = asyncio.create_task(store.wait(org_id, "upstream", 5, timeout_s=10, interrupt=interrupt))
    await asyncio.sleep(0.05)
    interrupt.set()
    with pytest.raises(WaitInterruptedError):
        await waiting
