"""Rebuild: what differs from the log is found, told and repaired, beside whoever writes."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

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
from projections import INLINE
from projections.machinery.projection import Projection
from tests.support.logs import connected
from tests.support.office import Office, found_office
from tests.support.postgres import both_versions
from tests.support.rich import rich_lead

TABLES = [table.name for projection in INLINE for table in projection.tables]

Corrupt = Callable[..., Awaitable[None]]


@pytest.fixture
async def office(system: System) -> Office:
    """One whose name says which it is."""
    return await found_office(system, f"Acme {uuid7()}")


@pytest.fixture
def corrupted(office: Office) -> Corrupt:
    """Changes rows by hand. The organization is $1."""

    async def change(statement: str, *arguments: Any) -> None:
        await office.system.store.fetch(None, statement, office.org_id, *arguments)

    return change


async def rebuilt(office: Office, projection: str | None = None) -> list[str]:
    """What a rebuild tells of this organization, without its name."""
    name = (await office.organization()).name
    told = await rebuild(office.system, projection=projection, organization=name)
    return [one.removeprefix(f"{name}: ") for one in told]


async def rows_of(office: Office) -> dict[str, list[Any]]:
    """Every row of every table."""
    fetch = office.system.store.fetch
    return {
        table: sorted(map(repr, await fetch(None, f"SELECT * FROM {table} WHERE org_id = $1", office.org_id)))  # noqa: S608
        for table in TABLES
    }


@both_versions
async def test_what_commands_wrote_is_what_the_log_says(office: Office) -> None:
    for _ in range(3):
        await rich_lead(office)
    before = await rows_of(office)
    assert all(before.values())
    assert await rebuilt(office) == []
    assert await rows_of(office) == before


async def test_batches_and_snapshots_meet_without_a_seam(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(3):
        await rich_lead(office)
    monkeypatch.setattr(rebuilding, "LEADS", 2)
    for size in (1, 3, 10):
        monkeypatch.setattr(rebuilding, "BATCH", size)
        assert await rebuilt(office) == []


@both_versions
@pytest.mark.parametrize("table", TABLES)
async def test_a_missing_row_is_written_again(office: Office, corrupted: Corrupt, table: str) -> None:
    lead = await rich_lead(office)
    before = await rows_of(office)
    await corrupted(f"DELETE FROM {table} WHERE org_id = $1")  # noqa: S608
    told = await rebuilt(office)
    assert len(told) == len(before[table])
    for one in told:
        assert one.startswith(f"{encode_id('lead', lead.lead_id)}: the row of {table}")
        assert one.endswith(" was missing.")
    assert await rows_of(office) == before
    assert await rebuilt(office) == []


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE lead_view SET name = 'Truth' WHERE org_id = $1", "{lead}: the row of lead_view differed in name."),
        (
            "UPDATE lead_view SET name_key = NULL, url = 'x' WHERE org_id = $1",
            "{lead}: the row of lead_view differed in name_key, url.",
        ),
        ("UPDATE lead_pulse SET version = 1 WHERE org_id = $1", "{lead}: the row of lead_pulse differed in version."),
        (
            "UPDATE lead_activity SET last_activity_at = now() WHERE org_id = $1",
            "{lead}: the row of lead_activity differed in last_activity_at.",
        ),
    ],
)
async def test_a_value_changed_by_hand_is_told_and_put_right(
    office: Office, corrupted: Corrupt, statement: str, said: str
) -> None:
    lead = await rich_lead(office)
    before = await rows_of(office)
    await corrupted(statement)
    assert await rebuilt(office) == [said.replace("{lead}", encode_id("lead", lead.lead_id))]
    assert await rows_of(office) == before


@both_versions
@pytest.mark.parametrize("projection", INLINE, ids=lambda projection: projection.name)
async def test_every_column_is_compared(office: Office, corrupted: Corrupt, projection: Projection) -> None:
    await rich_lead(office)
    before = await rows_of(office)
    for table in projection.tables:
        columns = [column for column in table.columns if column != "lead_id"]
        for half in filter(None, (columns[::2], columns[1::2])):  # due_date and due_at exclude each other
            values = [f"{column} = {await spoilt(office, table.name, column)}" for column in half]
            await corrupted(f"UPDATE {table.name} SET {', '.join(values)} WHERE org_id = $1")  # noqa: S608
            told = await rebuilt(office)
            assert len(told) == len(before[table.name])
            named = ", ".join(one.rpartition(" differed in ")[2].removesuffix(".") for one in told)
            assert set(named.split(", ")) == set(half)
    assert await rows_of(office) == before


async def spoilt(office: Office, table: str, column: str) -> str:
    """Some other value that the column takes."""
    kind = "SELECT data_type FROM information_schema.columns WHERE table_name = $1 AND column_name = $2"
    values = {
        "text": {"value_period": "'ANNUAL'", "priority": "'MEDIUM'"}.get(column, "'spoilt'"),
        "uuid": "gen_random_uuid()",
        "timestamp with time zone": "now()",
        "date": "'2001-01-01'",
        "integer": "77",
        "bigint": "77",
        "numeric": "77",
        "jsonb": """'[{"spoilt": true}]'""",
    }
    return values[await office.system.store.fetchval(None, kind, table, column)]


async def test_a_row_too_many_is_taken_away(office: Office, corrupted: Corrupt) -> None:
    lead = await rich_lead(office)
    before = await rows_of(office)
    ghost, columns = uuid7(), "place, name, title, emails, phones, urls, created_at, updated_at, version"
    await corrupted(
        f"INSERT INTO lead_contact (org_id, contact_id, lead_id, {columns})"  # noqa: S608
        f" SELECT org_id, $2, lead_id, {columns} FROM lead_contact WHERE org_id = $1 LIMIT 1",
        ghost,
    )
    said = f"{encode_id('lead', lead.lead_id)}: the row of lead_contact with contact_id {ghost} was one too many."
    assert await rebuilt(office) == [said]
    assert await rows_of(office) == before


async def test_rows_of_a_lead_that_never_was_are_taken_away(office: Office, corrupted: Corrupt) -> None:
    await rich_lead(office)
    before = await rows_of(office)
    ghost = uuid7()
    await corrupted("INSERT INTO lead_pulse (org_id, lead_id, version, updated_at) VALUES ($1, $2, 1, now())", ghost)
    assert await rebuilt(office) == [f"{encode_id('lead', ghost)}: the row of lead_pulse was one too many."]
    assert await rows_of(office) == before


async def test_a_row_that_went_to_another_lead_comes_back(office: Office, corrupted: Corrupt) -> None:
    leads = [await rich_lead(office) for _ in range(2)]
    before = await rows_of(office)
    for one, other in (leads, leads[::-1]):
        move = "UPDATE lead_contact SET lead_id = $3 WHERE org_id = $1 AND lead_id = $2"
        await corrupted(move, one.lead_id, other.lead_id)
        told = await rebuilt(office)
        assert len([line for line in told if line.endswith("was missing.")]) == 2
        assert len([line for line in told if line.endswith("was one too many.")]) == 2
        assert await rows_of(office) == before


async def test_more_differences_than_one_look_takes_are_all_repaired(
    office: Office, corrupted: Corrupt, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(4):
        await rich_lead(office)
    before = await rows_of(office)
    monkeypatch.setattr(rebuilding, "SEEN_MAX", 3)
    monkeypatch.setattr(rebuilding, "TOLD_MAX", 5)
    for table in TABLES:
        await corrupted(f"DELETE FROM {table} WHERE org_id = $1")  # noqa: S608
    told = await rebuilt(office)
    assert (len(told), told[-1]) == (6, "More rows differed than are told here.")
    assert await rows_of(office) == before


async def test_one_projection_is_rebuilt_alone(office: Office, corrupted: Corrupt) -> None:
    await rich_lead(office)
    await corrupted("UPDATE lead_pulse SET version = 1 WHERE org_id = $1")
    assert await rebuilt(office, "activity_feed") == []
    assert len(await rebuilt(office, "lead_view")) == 1


async def test_a_projection_that_is_not_there_is_refused(office: Office) -> None:
    with pytest.raises(OperatorError, match="no projection called inbix: name one of lead_view, activity_feed"):
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
    assert sorted(one.partition(":")[0] for one in told) == sorted(encode_id("lead", one.lead_id) for one in leads[:2])
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
