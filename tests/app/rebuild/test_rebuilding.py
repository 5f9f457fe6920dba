"""Rebuild as operators run it: what they choose, who writes meanwhile, and what stops it."""

import asyncio
from dataclasses import replace

import pytest

from app import rebuild as rebuilding
from app.database import Database
from app.ids import encode_id, uuid7
from app.lead.activities import DeleteActivity
from app.lead.details import CreateLead
from app.lead.notes import WriteNote
from app.lead.pins import PinNote
from app.operator_error import OperatorError
from app.rebuild import rebuild
from app.settings import Settings
from app.system import System, open_system
from tests.app.rebuild.rows import Corrupt, rebuilt
from tests.support.logs import connected
from tests.support.office import Office, found_office
from tests.support.postgres import both_versions
from tests.support.rich import rich_lead


async def test_one_projection_is_rebuilt_alone(office: Office, corrupted: Corrupt) -> None:
    await rich_lead(office)
    await corrupted("UPDATE lead_pulse SET version = 1 WHERE org_id = $1")
    assert await rebuilt(office, "activity_feed") == []
    assert len(await rebuilt(office, "lead_view")) == 1


async def test_a_projection_that_is_not_there_is_refused(office: Office) -> None:
    with pytest.raises(
        OperatorError, match="no projection called inbix: name one of members, lead_view, activity_feed"
    ):
        await rebuild(office.system, projection="inbix", organization=None)


async def test_another_organization_is_left_alone(office: Office, corrupted: Corrupt, system: System) -> None:
    await rich_lead(office)
    await corrupted("UPDATE lead_pulse SET version = 1 WHERE org_id = $1")
    other = await found_office(system, f"Sitwell {uuid7()}")
    await rich_lead(other)
    assert await rebuilt(other) == []
    assert len(await rebuilt(office)) == 1


async def test_all_organizations_are_rebuilt_one_after_the_other(database: Database) -> None:
    async with open_system(Settings(), database) as system:
        for name in ("Acme", "Sitwell", "Austero"):
            office = await found_office(system, name)
            await rich_lead(office)
            if name != "Sitwell":
                spoil = "UPDATE lead_pulse SET version = 1 WHERE org_id = $1"
                await system.store.fetch(None, spoil, office.org_id)
        told = await rebuild(system, projection=None, organization=None)
        assert sorted(one.partition(":")[0] for one in told) == ["Acme", "Austero"]
        assert await rebuild(system, projection=None, organization=None) == []


@both_versions
async def test_it_works_while_others_write_and_harms_nothing(
    office: Office, other_system: System, corrupted: Corrupt, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rebuilding, "BATCH", 50)
    monkeypatch.setattr(rebuilding, "LEADS", 5)
    leads = [await rich_lead(office) for _ in range(4)]
    stop = asyncio.Event()

    async def write(place: Office, lead: CreateLead) -> int:
        count = 0
        while not stop.is_set():
            note = WriteNote(lead_id=lead.lead_id, text="Note")
            await place.run(note)
            await place.run(PinNote(note_id=note.note_id))
            await place.run(DeleteActivity(activity_id=note.note_id))
            if count % 10 == 0:
                await place.run(CreateLead())
            count += 1
        return count

    places = [office, office.at(other_system)] * 2
    writing = asyncio.gather(*(write(place, lead) for place, lead in zip(places, leads, strict=True)))
    assert await rebuilt(office) == []
    await corrupted("UPDATE lead_view SET name = 'Truth' WHERE org_id = $1 AND lead_id = $2", leads[0].lead_id)
    await corrupted("DELETE FROM activity_feed WHERE org_id = $1 AND lead_id = $2 AND kind = 'EMAIL'", leads[1].lead_id)
    told = await rebuilt(office)
    stop.set()
    assert min(await writing) > 1
    assert {one.partition(":")[0] for one in told} == {encode_id("lead", one.lead_id) for one in leads[:2]}
    assert await rebuilt(office) == []


async def test_an_event_that_cannot_be_read_ends_it_with_a_sentence(office: Office, common_superuser_url: str) -> None:
    await rich_lead(office)
    async with connected(common_superuser_url) as admin:
        await admin.execute("UPDATE events SET payload = '{' WHERE org_id = $1 AND position = 20", office.org_id)
    try:
        with pytest.raises(OperatorError, match=r"cannot be rebuilt, event lead\.\w+ at version"):
            await rebuilt(office)
    finally:
        async with connected(common_superuser_url) as admin:
            await admin.execute("DELETE FROM events WHERE org_id = $1", office.org_id)


async def test_an_owner_without_the_right_to_temporary_tables_is_told_so(office: Office) -> None:
    database = replace(office.system.database, owner_url=office.system.database.app_url)
    with pytest.raises(OperatorError, match="grant it TEMPORARY on the database"):
        await rebuild(replace(office.system, database=database), projection=None, organization=None)
