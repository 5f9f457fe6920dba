"""Several commands in one append: each is judged, and what stood on a lost one is lost too."""

from uuid import UUID

from app.ids import uuid7
from app.store.records import (
    Appended,
    Claimed,
    IdempotencyRecord,
    Lost,
    Mismatch,
    Repeated,
    Stale,
    TakenClaim,
)
from app.store.store import EventStore
from tests.support.logs import command, event, positions
from tests.support.postgres import both_versions

pytestmark = both_versions

A, B, C = uuid7(), uuid7(), uuid7()


async def test_a_lost_command_takes_along_what_stood_on_it_and_nothing_else(store: EventStore, org_id: UUID) -> None:
    await store.insert_events(org_id, [event(B, 1)])
    answers = await store.append(
        org_id,
        [
            command({A: 0}),  # 2
            command({B: 0}),  # stale: B is at 1
            command({B: 1}),  # right by chance, and decided on something that did not happen
            command({A: 1}),  # 3
            command({A: 2, B: 2}),  # lost through B, and takes A along
            command({A: 2}),
            command({C: 0}),  # 4
        ],
    )
    kinds = [type(answer) for answer in answers]
    assert kinds == [Appended, Stale, Lost, Appended, Lost, Lost, Appended]
    assert [answer.positions for answer in answers if isinstance(answer, Appended)] == [(2,), (3,), (4,)]
    assert await positions(store, org_id) == [1, 2, 3, 4]


async def test_claims_of_one_group_meet(store: EventStore, org_id: UUID) -> None:
    claims = [TakenClaim("message", "<1@x>", owner) for owner in (A, B)]
    answers = await store.append(org_id, [command({A: 0}, takes=claims[:1]), command({B: 0}, takes=claims[1:])])
    assert isinstance(answers[0], Appended)
    assert answers[1] == Claimed("message", "<1@x>", A)


async def test_keys_of_one_group_meet(store: EventStore, org_id: UUID) -> None:
    def keyed(fingerprint: bytes) -> IdempotencyRecord:
        return IdempotencyRecord(principal=A, key="k", fingerprint=fingerprint, result=b"first")

    inputs = (b"same", b"same", b"other")
    answers = await store.append(org_id, [command({uuid7(): 0}, idempotency=keyed(one)) for one in inputs])
    assert isinstance(answers[0], Appended)
    assert answers[1:] == [Repeated(b"first", 1), Mismatch()]
    assert await positions(store, org_id) == [1]


async def test_rows_of_a_lost_command_are_not_written(store: EventStore, org_id: UUID) -> None:
    def pulse(lead_id: UUID, version: int) -> dict[str, list[dict[str, object]]]:
        row = {"n": 0, "op": "insert", "key": {"lead_id": lead_id}, "set": {"version": version}}
        return {"lead_pulse": [{**row, "at": ["updated_at"], "pos": []}]}

    await store.insert_events(org_id, [event(B, 1)])
    answers = await store.append(
        org_id, [command({stream: 0}, rows=pulse(stream, version)) for version, stream in enumerate((A, B, C), start=1)]
    )
    rows = await store.fetch(None, "SELECT lead_id, version, updated_at FROM lead_pulse WHERE org_id = $1", org_id)
    recorded_at = {answer.recorded_at for answer in answers if isinstance(answer, Appended)}
    assert {(row["lead_id"], row["version"]) for row in rows} == {(A, 1), (C, 3)}
    assert {row["updated_at"] for row in rows} == recorded_at
