"""Verify and the tree: whatever is done to a sealed event, or to its tree, the position is named."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from app.codecs import EVENTS
from app.ids import ActivityId, uuid7
from app.lead.calls import CallLogged
from app.lead.details import CreateLead
from app.operator_error import OperatorError
from app.proof_check import Checkpoint, parse_checkpoint
from app.store.verify import SQL
from app.system import System
from app.verify import verify
from app.vocabulary import Direction
from tests.app.proof.sealed import Damage, damage, faults, seal
from tests.support.histories import append
from tests.support.logs import connected
from tests.support.office import Office, found_office
from tests.support.rich import rich_lead

ANOTHER = "018f0000-0000-7000-8000-00000000abcd"
# Of every column another value, as near to the recorded one as can be.
CHANGES = {
    "position": "position + 100000",
    "stream_id": f"'{ANOTHER}'::uuid",
    "stream_version": "stream_version + 1000",
    "event_id": "gen_random_uuid()",
    "entity_id": f"CASE WHEN entity_id IS NULL THEN '{ANOTHER}'::uuid END",
    "name": "name || 's'",
    "schema_version": "schema_version + 1",
    "payload": "set_byte(payload, 3, get_byte(payload, 3) # 1)",
    "payload_hash": "set_byte(payload_hash, 31, get_byte(payload_hash, 31) # 1)",
    "recorded_at": "recorded_at + interval '1 microsecond'",
    "occurred_at": "coalesce(occurred_at, recorded_at) + interval '1 microsecond'",
    "actor_user": f"'{ANOTHER}'::uuid",
    "actor_key": f"'{ANOTHER}'::uuid",
    "source": "coalesce(source, '') || ' '",
    "correlation_id": f"'{ANOTHER}'::uuid",
    "causation_id": f"'{ANOTHER}'::uuid",
    "idempotency_key": "coalesce(idempotency_key, '') || ' '",
}


@pytest.fixture
async def office(system: System) -> Office:
    """A rich lead's log, sealed."""
    office = await found_office(system, f"Acme {uuid7()}")
    await rich_lead(office)
    await seal(office)
    return office


@pytest.fixture
async def damaged(office: Office, common_superuser_url: str) -> AsyncIterator[Damage]:
    rewrite = damage(office, common_superuser_url)
    yield rewrite
    for table in ("events", "organization_name", "log_seal", "log_tile"):
        await rewrite(f"DELETE FROM {table} WHERE org_id = $1")  # noqa: S608


async def test_a_sealed_log_is_whole(office: Office) -> None:
    assert await faults(office) == []


async def test_what_is_changed_here_is_every_column(office: Office) -> None:
    rows = await office.system.store.fetch(None, SQL["evidence"], office.org_id, 0, 1)
    assert set(CHANGES) == set(rows[0].keys()) - {"position_before"}


@pytest.mark.parametrize("column", CHANGES)
async def test_another_value_in_any_column_is_named(office: Office, damaged: Damage, column: str) -> None:
    for position in (20, 14, 1):  # what is named is the first one
        change = CHANGES[column]
        await damaged(f"UPDATE events SET {column} = {change} WHERE org_id = $1 AND position = $2", position)  # noqa: S608
        assert (await faults(office))[0].startswith(f"position {position}")


async def test_a_version_that_was_taken_down_is_named_where_it_was_done(office: Office, damaged: Damage) -> None:
    """The event that seems to stand before it is right, and is not blamed."""
    lead = next(fact for fact in await office.log() if fact.event.event_name() == "lead.created")
    position = lead.position + 4
    await damaged("UPDATE events SET stream_version = 0 WHERE org_id = $1 AND position = $2", position)
    (said,) = await faults(office)
    assert said == f"position {position}: it is not the event that was sealed."


async def test_an_event_made_anew_with_its_hash_is_named(office: Office, damaged: Damage) -> None:
    """Nothing but the tree knows that it was another one."""
    position, call = next(
        (fact.position, fact.event) for fact in await office.log() if isinstance(fact.event, CallLogged)
    )
    _, _, payload, payload_hash = EVENTS.encode(CallLogged(call_id=call.call_id, direction=Direction.INBOUND))
    await damaged(
        "UPDATE events SET payload = $3, payload_hash = $4, occurred_at = NULL WHERE org_id = $1 AND position = $2",
        position,
        payload,
        payload_hash,
    )
    assert await faults(office) == [f"position {position}: it is not the event that was sealed."]


async def test_a_deleted_event_is_named(office: Office, damaged: Damage) -> None:
    await damaged("DELETE FROM events WHERE org_id = $1 AND position = 20")
    assert (await faults(office))[0].startswith("position 20 is missing")


async def test_a_deleted_end_is_named(office: Office, damaged: Damage) -> None:
    last = await seal(office)
    await damaged("DELETE FROM events WHERE org_id = $1 AND position >= $2 - 1", last)
    assert await faults(office) == [f"position {last - 1} is missing: {last} events are sealed."]


async def test_two_events_that_changed_places_are_named(office: Office, damaged: Damage) -> None:
    for before, after in ((20, 1_000), (24, 20), (1_000, 24)):
        await damaged("UPDATE events SET position = $3 WHERE org_id = $1 AND position = $2", before, after)
    assert (await faults(office))[0].startswith("position 20: ")


async def test_all_that_two_events_are_but_their_place_is_named(office: Office, damaged: Damage) -> None:
    """Neighbours in one stream of which each got the other's everything."""
    columns = [one for one in CHANGES if one not in ("position", "stream_version", "event_id", "recorded_at")]
    same = ", ".join(f"{one} = other.{one}" for one in columns)
    await damaged(
        f"UPDATE events SET {same} FROM events other WHERE events.org_id = $1 AND other.org_id = $1"  # noqa: S608
        " AND events.position IN (21, 22) AND other.position = 43 - events.position"
    )
    assert (await faults(office))[0].startswith("position 21: ")


async def test_an_erased_payload_is_no_fault(office: Office, damaged: Damage) -> None:
    await damaged("UPDATE events SET payload = NULL WHERE org_id = $1 AND position = 20")
    assert await faults(office) == []


async def test_a_time_that_is_none_is_named_and_what_is_wrong_before_it_first(office: Office, damaged: Damage) -> None:
    await damaged("UPDATE events SET occurred_at = '200000-01-01Z' WHERE org_id = $1 AND position = 20")
    assert (await faults(office))[0].startswith("position 20: it cannot be read")
    await damaged("UPDATE events SET source = 'elsewhere' WHERE org_id = $1 AND position = 18")
    assert await faults(office) == ["position 18: it is not the event that was sealed."]


@pytest.mark.parametrize("column", ["recorded_at", "occurred_at"])
@pytest.mark.parametrize("moment", ["infinity", "-infinity"])
async def test_no_time_at_all_is_named(office: Office, damaged: Damage, column: str, moment: str) -> None:
    await damaged(f"UPDATE events SET {column} = '{moment}', payload = NULL WHERE org_id = $1 AND position = 20")  # noqa: S608
    assert await faults(office) in (
        ["position 20: it was recorded at no time."],
        ["position 20: it was recorded, or happened, at no time."],
    )


async def test_another_hash_at_the_edge_of_the_tree_is_named(office: Office, damaged: Damage) -> None:
    await damaged("UPDATE log_seal SET edges[1] = set_byte(edges[1], 32 * 19 + 5, 7) WHERE org_id = $1")
    assert await faults(office) == ["position 20: it is not the event that was sealed."]


async def test_another_size_of_the_tree_is_named(office: Office, damaged: Damage) -> None:
    last = await seal(office)
    await damaged("UPDATE log_seal SET size = size - 1 WHERE org_id = $1")
    assert (await faults(office))[0].startswith(f"position {last - 1}: the tree of {last - 1} events has other hashes")
    await damaged("UPDATE log_seal SET size = size + 2 WHERE org_id = $1")
    assert (await faults(office))[0].startswith(f"position {last + 1} is missing")


async def many_calls(office: Office, count: int) -> None:
    lead = CreateLead()
    await office.run(lead)
    for _ in range(count // 1_000):
        calls = [CallLogged(call_id=ActivityId(uuid7()), direction=Direction.INBOUND) for _ in range(1_000)]
        await append(office.system, office.request(), lead.lead_id, calls)


async def test_another_hash_in_a_full_tile_is_named(office: Office, damaged: Damage) -> None:
    await many_calls(office, 1_000)
    await seal(office)
    assert await faults(office) == []
    await damaged(
        "UPDATE log_tile SET hashes = set_byte(hashes, 40, get_byte(hashes, 40) # 1)"
        " WHERE org_id = $1 AND level = 0 AND place = 1"
    )
    assert await faults(office) == ["position 258: it is not the event that was sealed."]
    await damaged("DELETE FROM log_tile WHERE org_id = $1 AND level = 0 AND place = 1")
    assert await faults(office) == ["position 257: the tree lacks its hash."]


async def test_another_hash_over_hashes_is_named_by_its_first_position(office: Office, damaged: Damage) -> None:
    await many_calls(office, 1_000)
    await seal(office)
    await damaged("UPDATE log_seal SET edges[2] = set_byte(edges[2], 64, get_byte(edges[2], 64) # 1) WHERE org_id = $1")
    assert await faults(office) == ["position 513: the tree has another hash over the 256 events from it."]


async def test_a_tile_too_many_is_named(office: Office, damaged: Damage) -> None:
    await damaged("INSERT INTO log_tile SELECT $1, 0, 3, decode(repeat('00', 8192), 'hex')")
    assert await faults(office) == ["position 769: the tree has a tile of events that are not sealed."]


async def kept(office: Office) -> Checkpoint:
    return parse_checkpoint((await office.system.proofs.checkpoint(office.org_id)).note)


async def test_a_tree_that_was_made_anew_is_found_by_a_checkpoint_that_was_kept(
    office: Office, damaged: Damage
) -> None:
    earlier, name = await kept(office), (await office.organization()).name
    await office.run(CreateLead())
    await seal(office)
    assert await verify(office.system, organization=name, checkpoints=[earlier, await kept(office)]) == []
    await damaged("UPDATE events SET source = 'elsewhere' WHERE org_id = $1 AND position = 20")
    await damaged("DELETE FROM log_seal WHERE org_id = $1")
    await seal(office)
    assert await faults(office) == []
    (said,) = await verify(office.system, organization=name, checkpoints=[earlier])
    assert said.startswith(f"{name}: position {earlier.size}: the first {earlier.size} events are not those of the")


async def test_a_log_that_is_shorter_than_a_checkpoint_is_named(office: Office, damaged: Damage) -> None:
    later, name = await kept(office), (await office.organization()).name
    await damaged("DELETE FROM events WHERE org_id = $1 AND position = $2", later.size)
    await damaged("DELETE FROM log_seal WHERE org_id = $1")
    (said,) = await verify(office.system, organization=name, checkpoints=[later])
    assert f"position {later.size} is missing" in said


async def test_a_checkpoint_of_another_log_is_refused(office: Office, system: System) -> None:
    other = await found_office(system, f"Sitwell {uuid7()}")
    await seal(other)
    with pytest.raises(OperatorError, match="is the one of the checkpoint"):
        await verify(system, organization=(await office.organization()).name, checkpoints=[await kept(other)])


async def test_who_serves_may_not_change_full_tiles(office: Office) -> None:
    for right, may in (("SELECT", True), ("INSERT", True), ("UPDATE", False), ("DELETE", False), ("TRUNCATE", False)):
        async with connected(office.system.database.app_url) as connection:
            told = await connection.fetchval("SELECT has_table_privilege('leadstream.log_tile', $1)", right)
        assert told is may
