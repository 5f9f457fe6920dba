"""Rebuild fills what older versions did not keep of the past, and tells faults in it as any others."""

import pytest

from app.rebuild import rebuild
from projections import INLINE
from tests.app.rebuild.rows import Corrupt, rebuilt, rows_of
from tests.support.office import Office
from tests.support.postgres import both_versions
from tests.support.rich import rich_lead

KEEPING = [table for projection in INLINE for table in projection.tables if table.keeps_past]


async def noted(office: Office) -> tuple[list[str], list[str]]:
    """What a rebuild tells, and what it notes, of this organization."""
    notes: list[str] = []
    name = (await office.organization()).name
    told = await rebuild(office.system, projection=None, organization=name, note=notes.append)
    return told, [one.removeprefix(f"{name}: ") for one in notes]


@pytest.fixture
async def upgraded(office: Office, corrupted: Corrupt) -> Office:
    """An organization whose past begins after its first lead."""
    await rich_lead(office)
    await office.system.store.fetch(
        None,
        "INSERT INTO past_known SELECT org_id, max(position) FROM events WHERE org_id = $1 GROUP BY 1",
        office.org_id,
    )
    for table in KEEPING:
        await corrupted(f"UPDATE {table.name} SET from_pos = 0 WHERE org_id = $1")  # noqa: S608
        await corrupted(f"DELETE FROM {table.past} WHERE org_id = $1")  # noqa: S608
    return office


@both_versions
async def test_the_first_rebuild_fills_the_past_and_finds_no_fault(upgraded: Office) -> None:
    await rich_lead(upgraded)
    assert await noted(upgraded) == ([], ["the past was filled; it can be asked from the first event on."])
    assert await noted(upgraded) == ([], [])
    versions = await upgraded.system.store.fetchval(
        None, "SELECT count(*) FROM activity_feed_past WHERE org_id = $1", upgraded.org_id
    )
    assert versions > 0


async def test_a_fault_is_told_beside_what_is_filled(upgraded: Office, corrupted: Corrupt) -> None:
    lead = await rich_lead(upgraded)
    await corrupted("UPDATE lead_view SET name = 'Truth' WHERE org_id = $1 AND lead_id = $2", lead.lead_id)
    await corrupted("DELETE FROM lead_contact_past WHERE org_id = $1 AND lead_id = $2", lead.lead_id)
    told, notes = await noted(upgraded)
    assert len(notes) == 1
    tables = {one.partition("the row of ")[2].split(" ")[0] for one in told}
    assert tables == {"lead_view", "lead_contact_past"}


async def test_one_projection_alone_does_not_make_the_past_whole(upgraded: Office) -> None:
    assert await rebuilt(upgraded, "lead_view") == []
    told, notes = await noted(upgraded)
    assert (told, len(notes)) == ([], 1)


async def test_a_past_that_is_known_is_not_filled_silently(office: Office, corrupted: Corrupt) -> None:
    await rich_lead(office)
    before = await rows_of(office)
    await corrupted("UPDATE lead_task SET from_pos = 0 WHERE org_id = $1")
    told, notes = await noted(office)
    assert told
    assert not notes
    assert all(one.endswith("differed in from_pos.") for one in told)
    assert await rows_of(office) == before
