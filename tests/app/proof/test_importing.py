"""Imports of exports: the same log, rows and pages in another database; what does not fit is refused."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import given as for_all

from app.database import Database
from app.ids import encode_id, uuid7
from app.lead.details import CreateLead
from app.operator_error import OperatorError
from app.proof import importing
from app.proof.exporting import export_log
from app.proof.importing import import_log
from app.proof_check import Key, parse_key
from app.rebuild import rebuild
from app.settings import Settings
from app.system import System, open_system
from app.verify import verify
from projections import INLINE
from tests.app.proof.sealed import damage, seal
from tests.laws.story import Step, stories, tell
from tests.support.office import Office, found_office
from tests.support.rich import rich_lead

TABLES = [table.name for projection in INLINE for table in projection.tables]
TWINS = [table.past for projection in INLINE for table in projection.tables if table.keeps_past]


@pytest.fixture
async def elsewhere(database: Database, tmp_path: Path) -> AsyncIterator[System]:
    """Another database, without any organization."""
    async with open_system(Settings(data_dir=tmp_path / "elsewhere"), database) as opened:
        yield opened


async def file_of(office: Office, path: Path, name: str | None = None) -> Path:
    """The office's log, exported."""
    name = name or (await office.organization()).name
    with path.open("w", encoding="utf-8") as out:
        await export_log(office.system, organization=name, lead=None, out=out, progress=lambda *_: None)
    return path


async def brought(system: System, file: Path, name: str = "Copy", keys: tuple[Key, ...] = ()) -> int:
    _, came = await import_log(system, file=file, organization=name, keys=keys, progress=lambda *_: None)
    return came


async def rows_of(office: Office) -> dict[str, list[str]]:
    """Every row of everything that is of an organization and of its log."""
    tables = ["events", "claims", "log_seal", "log_tile", *TABLES, *TWINS]
    fetch = office.system.store.fetch
    return {
        table: sorted(map(repr, await fetch(None, f"SELECT * FROM {table} WHERE org_id = $1", office.org_id)))  # noqa: S608
        for table in tables
    }


@pytest.fixture
async def office(system: System) -> Office:
    office = await found_office(system, f"Acme {uuid7()}")
    await rich_lead(office)
    await seal(office)
    return office


async def test_a_log_has_the_same_rows_elsewhere(office: Office, elsewhere: System, tmp_path: Path) -> None:
    file = await file_of(office, tmp_path / "log")
    assert await brought(elsewhere, file) == len(await office.log())
    copy = office.at(elsewhere)
    rows = await rows_of(copy)
    assert rows == await rows_of(office)
    assert all(rows[table] for table in ("events", "lead_view", "activity_feed", "files_tab", "inbox_item", "claims"))
    assert await verify(elsewhere, organization="Copy") == []
    assert await rebuild(elsewhere, projection=None, organization="Copy") == []
    again = await file_of(copy, tmp_path / "again", name="Copy")
    assert again.read_text("utf-8").split("\n")[:-2] == file.read_text("utf-8").split("\n")[:-2]


law = settings(deadline=None, max_examples=10, suppress_health_check=list(HealthCheck))


@for_all(rounds=stories())
@law
async def test_any_log_has_the_same_rows_elsewhere(
    system: System, elsewhere: System, tmp_path: Path, rounds: list[list[Step]]
) -> None:
    office = await found_office(system, f"Acme {uuid7()}")
    await tell([office], rounds)
    await seal(office)
    await brought(elsewhere, await file_of(office, tmp_path / "log"), name=str(uuid7()))
    assert await rows_of(office.at(elsewhere)) == await rows_of(office)


@pytest.mark.parametrize("batch", [1, 7])
async def test_batches_meet_without_a_seam(
    office: Office, elsewhere: System, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    monkeypatch.setattr(importing, "BATCH", batch)
    await brought(elsewhere, await file_of(office, tmp_path / "log"))
    assert await rows_of(office.at(elsewhere)) == await rows_of(office)


async def test_what_is_there_goes_on(office: Office, elsewhere: System, tmp_path: Path) -> None:
    await brought(elsewhere, await file_of(office, tmp_path / "log"))
    copy = office.at(elsewhere)
    done = await copy.run(CreateLead(name="Made elsewhere"))
    assert done.position == len(await office.log()) + 1
    assert await seal(copy) == done.position
    assert await verify(elsewhere, organization="Copy") == []


async def test_an_import_that_was_interrupted_goes_on(
    office: Office, elsewhere: System, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = await file_of(office, tmp_path / "log")
    monkeypatch.setattr(importing, "BATCH", 10)

    def stop(done: int, _: int) -> None:
        if done == 30:
            raise ConnectionError

    with pytest.raises(ConnectionError):
        await import_log(elsewhere, file=file, organization="Copy", keys=(), progress=stop)
    assert await brought(elsewhere, file) == len(await office.log()) - 30
    assert await rows_of(office.at(elsewhere)) == await rows_of(office)


async def test_where_the_organization_is_already_nothing_is_imported(
    office: Office, elsewhere: System, tmp_path: Path
) -> None:
    file = await file_of(office, tmp_path / "log")
    with pytest.raises(OperatorError, match="is here already, with"):
        await brought(office.system, file)
    await brought(elsewhere, file)
    with pytest.raises(OperatorError, match="is here already, with"):
        await brought(elsewhere, file)
    await office.run(CreateLead())
    longer = await file_of(office, tmp_path / "longer")
    await office.at(elsewhere).run(CreateLead())
    await office.run(CreateLead())
    with pytest.raises(OperatorError):
        await brought(elsewhere, longer)
    longest = await file_of(office, tmp_path / "longest")
    with pytest.raises(OperatorError, match="with another log"):
        await brought(elsewhere, longest)


async def test_a_name_that_is_taken_is_refused(office: Office, elsewhere: System, tmp_path: Path) -> None:
    await found_office(elsewhere, "Copy")
    with pytest.raises(OperatorError, match="Choose another name"):
        await brought(elsewhere, await file_of(office, tmp_path / "log"))


async def test_a_file_that_does_not_hold_is_refused_before_anything_is_written(
    office: Office, elsewhere: System, tmp_path: Path
) -> None:
    file = await file_of(office, tmp_path / "log")
    text = file.read_text("utf-8")
    for wrong in ("", "{}\n", text.replace('"source":"test"', '"source":"fest"', 1), text[: len(text) // 2]):
        file.write_text(wrong, "utf-8")
        with pytest.raises(OperatorError, match="is not imported"):
            await brought(elsewhere, file)
    assert not await elsewhere.store.max_notification_id(office.org_id)


async def test_a_lead_is_no_log(office: Office, elsewhere: System, tmp_path: Path) -> None:
    name = (await office.organization()).name
    lead = encode_id("lead", next(one.stream_id for one in await office.log() if one.stream_id != office.org_id))
    with (tmp_path / "lead").open("w", encoding="utf-8") as out:
        await export_log(office.system, organization=name, lead=lead, out=out, progress=lambda *_: None)
    with pytest.raises(OperatorError, match="no export of a whole log"):
        await brought(elsewhere, tmp_path / "lead")


async def test_a_log_with_an_erased_payload_is_refused_by_its_position(
    office: Office, elsewhere: System, tmp_path: Path, common_superuser_url: str
) -> None:
    await damage(office, common_superuser_url)("UPDATE events SET payload = NULL WHERE org_id = $1 AND position = 20")
    with pytest.raises(OperatorError, match=r"Position 20 cannot be imported, .* erased"):
        await brought(elsewhere, await file_of(office, tmp_path / "log"))


async def test_who_has_to_have_signed_can_be_said(office: Office, elsewhere: System, tmp_path: Path) -> None:
    file = await file_of(office, tmp_path / "log")
    key = json.loads(file.read_text("utf-8").splitlines()[-1])["publicKey"]
    other = await found_office(elsewhere, "Other")
    others = (await elsewhere.proofs.checkpoint(other.org_id)).public_key
    with pytest.raises(OperatorError, match="not signed by a key that is known"):
        await brought(elsewhere, file, keys=(parse_key(others),))
    assert await brought(elsewhere, file, keys=(parse_key(key),)) > 0
