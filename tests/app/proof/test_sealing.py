"""Sealing: every log becomes leaves, whoever seals and however often; one that cannot is parked alone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID

import pytest

from app.ids import ActivityId, uuid7
from app.lead.calls import CallLogged
from app.lead.details import CreateLead
from app.proof import sealing
from app.proof.growing import Growing
from app.proof.leaf import hash_of
from app.proof.sealing import Sealer, Sealing, Unsealable
from app.proof.tiles import reading, sealed_tree
from app.system import System
from app.vocabulary import Direction
from tests.app.proof.sealed import Damage, damage, seal
from tests.support.histories import append
from tests.support.office import Office, found_office
from tests.support.postgres import both_versions

pytestmark = both_versions


@pytest.fixture
async def damaged(office: Office, common_superuser_url: str) -> AsyncIterator[Damage]:
    rewrite = damage(office, common_superuser_url)
    yield rewrite
    await rewrite("DELETE FROM events WHERE org_id = $1")
    await rewrite("DELETE FROM organization_name WHERE org_id = $1")


async def root_of_log(office: Office) -> bytes:
    """What the tree has to come to."""
    growing = Growing()
    for recorded in await office.system.store.select_notifications(office.org_id, None, 100_000):
        growing.add(hash_of(office.org_id, recorded))
    return growing.root()


async def calls(office: Office, count: int) -> None:
    lead = CreateLead()
    await office.run(lead)
    events = [CallLogged(call_id=ActivityId(uuid7()), direction=Direction.INBOUND) for _ in range(count)]
    await append(office.system, office.request(), lead.lead_id, events)


async def size(office: Office) -> int:
    return (await sealed_tree(reading(office.system.store, office.org_id))).size


@pytest.mark.parametrize("batch", [1, 100, 256, 512])
async def test_in_whatever_batches_a_log_is_sealed_its_tree_is_the_same(
    office: Office, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    monkeypatch.setattr(sealing, "BATCH", batch)
    await calls(office, 520)
    last = await seal(office)
    tree = await sealed_tree(reading(office.system.store, office.org_id))
    assert tree.size == last
    assert await tree.root(last) == await root_of_log(office)


async def test_earlier_trees_are_there_as_well(office: Office) -> None:
    await calls(office, 300)
    log = await office.system.store.select_notifications(office.org_id, None, 100_000)
    await seal(office)
    tree = await sealed_tree(reading(office.system.store, office.org_id))
    growing = Growing()
    for recorded in log:
        growing.add(hash_of(office.org_id, recorded))
        if recorded.position in (1, 255, 256, 257, len(log)):
            assert await tree.root(recorded.position) == growing.root()


async def test_many_seal_at_once_and_write_it_once(office: Office, other_system: System) -> None:
    sealers = [Sealer(office.system.store.readers), Sealer(other_system.store.readers)]

    async def write() -> None:
        for _ in range(5):
            await calls(office.at(other_system), 100)

    async def go_on(sealer: Sealer) -> None:
        while not writing.done():
            await sealer.seal(office.org_id)

    writing = asyncio.create_task(write())
    await asyncio.gather(writing, *(go_on(one) for one in sealers * 3))
    last = await seal(office)
    assert await (await sealed_tree(reading(office.system.store, office.org_id))).root(last) == await root_of_log(
        office
    )


async def test_whoever_is_sealing_is_not_waited_for(office: Office, other_system: System) -> None:
    async with other_system.store.readers.acquire() as connection, connection.transaction():
        await connection.execute("INSERT INTO log_seal VALUES ($1, 0, '{}')", office.org_id)
        sealing_on = asyncio.create_task(Sealer(office.system.store.readers).seal(office.org_id))
        done, _ = await asyncio.wait([sealing_on], timeout=0.2)
        assert not done  # the first time somebody makes the row is the only one
    assert await sealing_on
    async with other_system.store.readers.acquire() as connection, connection.transaction():
        await connection.fetch("SELECT * FROM log_seal WHERE org_id = $1 FOR UPDATE", office.org_id)
        await office.run(CreateLead())
        before = await size(office)
        assert await Sealer(office.system.store.readers).seal(office.org_id)
        assert await size(office) == before


async def test_a_log_with_a_hole_is_not_sealed_beyond_it(office: Office, damaged: Damage) -> None:
    await damaged("DELETE FROM events WHERE org_id = $1 AND position = 5")
    with pytest.raises(Unsealable, match="position 5 is missing"):
        await Sealer(office.system.store.readers).seal(office.org_id)
    assert await size(office) == 0


async def test_an_event_that_cannot_be_read_is_no_leaf(office: Office, damaged: Damage) -> None:
    await damaged("UPDATE events SET occurred_at = '200000-01-01Z' WHERE org_id = $1 AND position = 5")
    with pytest.raises(Unsealable):
        await Sealer(office.system.store.readers).seal(office.org_id)


async def test_an_erased_payload_changes_nothing(office: Office, damaged: Damage) -> None:
    await damaged("UPDATE events SET payload = NULL WHERE org_id = $1 AND position = 5")
    last = await seal(office)
    tree = await sealed_tree(reading(office.system.store, office.org_id))
    assert await tree.root(last) == await root_of_log(office)


async def sealed_up_to(office: Office, position: int) -> None:
    async with asyncio.timeout(10):
        while await size(office) < position:  # noqa: ASYNC110 - nobody tells when
            await asyncio.sleep(0.02)


async def test_the_runner_seals_what_it_is_told_of_and_what_it_finds(office: Office, system: System) -> None:
    async with Sealing(Sealer(system.store.readers)) as running:
        await sealed_up_to(office, 12)
        done = await office.run(CreateLead())
        running.hint(office.org_id)
        await sealed_up_to(office, done.position)
        done = await office.run(CreateLead())  # of which nobody tells
        await sealed_up_to(office, done.position)


async def test_a_log_that_cannot_be_sealed_keeps_no_other_waiting(
    office: Office, damaged: Damage, system: System, caplog: pytest.LogCaptureFixture
) -> None:
    await damaged("DELETE FROM events WHERE org_id = $1 AND position = 5")
    other = await found_office(system, f"Sitwell {uuid7()}")
    running = Sealing(Sealer(system.store.readers))
    running.hint(office.org_id)
    running.hint(other.org_id)
    await running.round()
    assert await size(other) == 12
    (told,) = [one.getMessage() for one in caplog.records if str(office.org_id) in one.getMessage()]
    assert "position 5 is missing" in told
    running.hint(office.org_id)
    await running.round()  # parked: nothing is told again
    assert len([one for one in caplog.records if str(office.org_id) in one.getMessage()]) == 1


async def test_a_long_log_takes_turns_with_others(
    office: Office, system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "BATCH", 4)
    monkeypatch.setattr(sealing, "TURN", 2)
    other = await found_office(system, f"Sitwell {uuid7()}")
    running = Sealing(Sealer(system.store.readers))
    running._swept = float("inf")  # other tests' logs are none of this one's
    for one in (office, other):
        running.hint(one.org_id)
    await running.round()
    assert (await size(office), await size(other)) == (8, 8)
    await running.round()
    assert (await size(office), await size(other)) == (12, 12)


async def test_all_organizations_are_looked_at_in_turns(
    office: Office, system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "SWEEP", 2)
    sealer, found, after = Sealer(system.store.readers), set(), UUID(int=0)
    while True:
        behind, after = await sealer.behind(after)
        found |= set(behind)
        if after == UUID(int=0):
            break
    assert office.org_id in found
