"""Rebuild: every difference from the log is found, told and repaired."""

import pytest

from app import rebuild as rebuilding
from app.ids import encode_id, uuid7
from projections import INLINE
from projections.machinery.projection import Projection
from tests.app.rebuild.rows import TABLES, Corrupt, rebuilt, rows_of
from tests.support.office import Office
from tests.support.postgres import both_versions
from tests.support.rich import rich_lead

NEVER_IN_RICH = {"lead_member", "lead_member_past", "inbox_member"}


@both_versions
async def test_what_commands_wrote_is_what_the_log_says(office: Office) -> None:
    for _ in range(3):
        await rich_lead(office)
    before = await rows_of(office)
    assert {table for table, rows in before.items() if not rows} <= NEVER_IN_RICH
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
    stored = [one for table in projection.tables for one in table.stored if before[one.name]]
    for table in stored:
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
        "boolean": f"NOT {column}",
        "ARRAY": "'{spoilt}'",
        "tsvector": "'spoilt'",
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
    contacts = len(before["lead_contact"]) // 2
    for one, other in (leads, leads[::-1]):
        move = "UPDATE lead_contact SET lead_id = $3 WHERE org_id = $1 AND lead_id = $2"
        await corrupted(move, one.lead_id, other.lead_id)
        told = await rebuilt(office)
        assert len([line for line in told if line.endswith("was missing.")]) == contacts
        assert len([line for line in told if line.endswith("was one too many.")]) == contacts
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
