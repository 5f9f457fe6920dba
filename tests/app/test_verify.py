"""Verify: a whole log is called whole, and of every kind of damage the first position is named."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from app.ids import encode_id, uuid7
from app.lead.calls import LogCall
from app.lead.details import CreateLead, ExternalId
from app.operator_error import OperatorError
from app.store import verify as proof
from app.system import System
from app.verify import verify
from app.vocabulary import Direction
from tests.support.logs import connected
from tests.support.office import Office, found_office
from tests.support.postgres import both_versions
from tests.support.rich import rich_lead

pytestmark = both_versions

Damage = Callable[..., Awaitable[None]]


@pytest.fixture
async def damaged(office: Office, common_superuser_url: str) -> AsyncIterator[Damage]:
    """Rewrites history in the office's organization, whose id is $1. It is gone afterwards."""

    async def rewrite(statement: str, *arguments: Any) -> None:
        async with connected(common_superuser_url) as admin:
            await admin.execute(statement, office.org_id, *arguments)

    yield rewrite
    await rewrite("DELETE FROM events WHERE org_id = $1")
    await rewrite("DELETE FROM organization_name WHERE org_id = $1")


@pytest.fixture
async def office(system: System) -> Office:
    """One whose name says which it is. Its log: 1 to 12 the founding, then a rich lead's, then two calls."""
    office = await found_office(system, f"Acme {uuid7()}")
    lead = await rich_lead(office)
    for _ in range(2):
        await office.run(LogCall(lead_id=lead.lead_id, direction=Direction.INBOUND))
    return office


async def faults(office: Office) -> list[str]:
    """What verify says of this organization, without its name."""
    name = (await office.organization()).name
    said = await verify(office.system, organization=name)
    assert all(one.startswith(f"{name}: ") and one.endswith(".") for one in said)
    return [one.removeprefix(f"{name}: ") for one in said]


async def test_a_log_that_nobody_touched_is_whole(office: Office) -> None:
    assert await faults(office) == []


async def test_batches_meet_without_a_seam(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    for size in (1, 2, 7):
        monkeypatch.setattr(proof, "BATCH", size)
        assert await faults(office) == []


async def test_a_flipped_byte_is_named(office: Office, damaged: Damage) -> None:
    await damaged(
        "UPDATE events SET payload = set_byte(payload, 5, get_byte(payload, 5) # 1) WHERE org_id = $1 AND position = 20"
    )
    (said,) = await faults(office)
    assert said.startswith("position 20: the payload of event lead.")
    assert said.endswith("is not the one that was recorded.")


async def test_a_flipped_byte_with_its_hash_made_anew_is_named_where_it_shows(office: Office, damaged: Damage) -> None:
    await damaged(
        "UPDATE events SET payload = convert_to(replace(convert_from(payload, 'UTF8'), 'lead.created', 'lead.crested'),"
        " 'UTF8') WHERE org_id = $1 AND position = 13"
    )
    await damaged("UPDATE events SET payload_hash = sha256(payload) WHERE org_id = $1 AND position = 13")
    assert (await faults(office))[0].startswith("position 13: event lead.created at version 1 of stream")


async def test_a_deleted_event_is_named(office: Office, damaged: Damage) -> None:
    await damaged("DELETE FROM events WHERE org_id = $1 AND position = 20")
    assert await faults(office) == ["position 20 is missing; the next one is 21."]


async def test_the_first_of_many_faults_is_named(office: Office, damaged: Damage) -> None:
    await damaged("DELETE FROM events WHERE org_id = $1 AND position IN (3, 14, 20)")
    assert await faults(office) == ["position 3 is missing; the next one is 4."]


async def test_a_deleted_event_whose_gap_was_closed_is_named_by_its_stream(office: Office, damaged: Damage) -> None:
    await damaged("DELETE FROM events WHERE org_id = $1 AND position = 20")
    await damaged("UPDATE events SET position = position + 1000 WHERE org_id = $1 AND position > 20")
    await damaged("UPDATE events SET position = position - 1001 WHERE org_id = $1 AND position > 1000")
    (said,) = await faults(office)
    assert said.startswith("position 20: version 9 of stream ")
    assert said.endswith("has no version before it.")


async def test_two_events_that_changed_places_are_named(office: Office, damaged: Damage) -> None:
    for before, after in ((20, 1_000), (21, 20), (1_000, 21)):
        await damaged("UPDATE events SET position = $3 WHERE org_id = $1 AND position = $2", before, after)
    (said,) = await faults(office)
    assert said.startswith("position 20: ")


async def test_two_events_of_one_append_that_changed_places_are_named(office: Office, damaged: Damage) -> None:
    for before, after in ((3, 1_000), (4, 3), (1_000, 4)):
        await damaged("UPDATE events SET position = $3 WHERE org_id = $1 AND position = $2", before, after)
    (said,) = await faults(office)
    assert said.startswith("position 3: ")  # what of it, depends on whether it is sealed already


async def test_two_payloads_that_changed_places_are_named_although_each_has_its_hash(
    office: Office, damaged: Damage
) -> None:
    exchange = """
        UPDATE events SET payload = other.payload, payload_hash = other.payload_hash FROM events other
        WHERE events.org_id = $1 AND other.org_id = $1 AND other.position <> events.position
          AND events.name = 'lead.note_written' AND events.position IN ($2, $3) AND other.position IN ($2, $3)"""
    notes = [fact.position for fact in await office.log() if fact.event.event_name() == "lead.note_written"][:2]
    await damaged(exchange, *notes)
    (said,) = await faults(office)
    assert said.startswith(f"position {notes[0]}: event lead.note_written is about something else")


async def test_a_time_that_steps_back_is_named(office: Office, damaged: Damage) -> None:
    await damaged(
        "UPDATE events SET recorded_at = recorded_at - interval '1 day' WHERE org_id = $1 AND position IN (20, 21)"
    )
    (said,) = await faults(office)
    assert said.startswith("position 20: it was recorded at ")


async def test_another_name_is_named(office: Office, damaged: Damage) -> None:
    await damaged("UPDATE events SET name = 'lead.exploded' WHERE org_id = $1 AND position = 20")
    assert "event lead.exploded at version" in (await faults(office))[0]


async def test_an_erased_payload_is_no_fault(office: Office, damaged: Damage) -> None:
    await damaged("UPDATE events SET payload = NULL WHERE org_id = $1 AND position = 20")
    assert await faults(office) == []


async def test_a_log_cut_short_is_named_by_what_was_answered(office: Office, damaged: Damage) -> None:
    done = await office.run(CreateLead(), "k")
    await damaged("DELETE FROM events WHERE org_id = $1 AND position = $2", done.position)
    assert await faults(office) == [
        f"position {done.position} is missing: a command was answered with position {done.position}."
    ]


async def test_a_log_cut_short_is_named_by_a_snapshot(office: Office, damaged: Damage) -> None:
    last = (await office.log())[-1]
    await office.system.store.keep_snapshot(office.org_id, last.stream_id, last.version, "lead", 1, b"")
    await damaged("DELETE FROM events WHERE org_id = $1 AND position = $2", last.position)
    (said,) = await faults(office)
    assert said.startswith(f"position {last.position} is missing: stream {last.stream_id} has a snapshot")


async def test_a_log_that_is_gone_is_named(office: Office, damaged: Damage) -> None:
    name = (await office.organization()).name
    await damaged("DELETE FROM events WHERE org_id = $1")
    for organization in (name, None):
        said = await verify(office.system, organization=organization)
        assert f"{name}: position 1 is missing, and so are all others." in said


async def test_each_organization_is_proven_on_its_own(office: Office, damaged: Damage, system: System) -> None:
    other = await found_office(system, f"Sitwell {uuid7()}")
    await damaged("DELETE FROM events WHERE org_id = $1 AND position = 20")
    name, other_name = [(await one.organization()).name for one in (office, other)]
    said = await verify(system, organization=None)
    assert f"{name}: position 20 is missing; the next one is 21." in said
    assert not any(other_name in one for one in said)


async def test_an_organization_without_a_name_is_named_by_its_id(office: Office, damaged: Damage) -> None:
    await damaged("DELETE FROM organization_name WHERE org_id = $1")
    await damaged("DELETE FROM events WHERE org_id = $1 AND position = 20")
    name = encode_id("orga", office.org_id)
    assert f"{name}: position 20 is missing; the next one is 21." in await verify(office.system, organization=None)


async def test_an_organization_that_is_not_there_is_refused(office: Office) -> None:
    with pytest.raises(OperatorError, match="There is no organization called Nowhere"):
        await verify(office.system, organization="Nowhere")


async def test_a_log_is_whole_while_it_grows(office: Office, other_system: System) -> None:
    async def write() -> None:
        for number in range(40):
            await office.at(other_system).run(CreateLead(external_id=ExternalId("erp", str(number))))

    writing = asyncio.create_task(write())
    while not writing.done():
        assert await faults(office) == []
    await writing
