"""Exports: whole logs and leads, checked offline; of which nothing can be changed, left out or put in."""

from __future__ import annotations

import json
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from app.ids import encode_id, uuid7
from app.lead.details import CreateLead
from app.lead.notes import WriteNote
from app.operator_error import OperatorError
from app.proof import exporting
from app.proof.exporting import export_log
from app.proof_check import Checker, Refused, main, parse_key
from app.system import System
from tests.app.proof.sealed import Damage, damage, seal
from tests.support.office import Office, found_office
from tests.support.rich import rich_lead


@pytest.fixture
async def office(system: System) -> Office:
    office = await found_office(system, f"Acme {uuid7()}")
    await rich_lead(office)
    return office


@pytest.fixture
async def damaged(office: Office, common_superuser_url: str) -> Damage:
    return damage(office, common_superuser_url)


async def exported(office: Office, lead: str | None = None) -> list[str]:
    out = StringIO()
    name = (await office.organization()).name
    told: list[tuple[int, int]] = []
    count = await export_log(
        office.system, organization=name, lead=lead, out=out, progress=lambda *now: told.append(now)
    )
    lines = out.getvalue().split("\n")
    assert lines.pop() == ""
    assert len(lines) == count + 2
    assert told[-1] == (count, count)
    return lines


async def a_lead(office: Office) -> str:
    return encode_id("lead", next(fact.stream_id for fact in await office.log() if fact.stream_id != office.org_id))


async def test_a_whole_log_is_exported_as_it_stands(office: Office) -> None:
    lines = await exported(office)
    log = await office.system.store.select_notifications(office.org_id, None, 100_000)
    for line, recorded in zip(lines[1:-1], log, strict=True):
        value = json.loads(line)
        assert value["payload"].encode() == recorded.payload
        assert value["envelope"]["eventId"] == str(recorded.event_id)
    assert f"of the {len(log)} events of leadstream/" in Checker().export(lines)


async def test_batches_meet_without_a_seam(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = await exported(office)
    monkeypatch.setattr(exporting, "BATCH", 3)
    assert await exported(office) == whole


async def test_a_lead_is_exported_with_a_proof_of_each_event(office: Office) -> None:
    lead = CreateLead(name="Bluth")
    await office.run(lead)
    await rich_lead(office)
    await office.run(WriteNote(lead_id=lead.lead_id, text="Zeile\u2028zwei \u0001 \U0001f600"))
    lines = await exported(office, encode_id("lead", lead.lead_id))
    assert [json.loads(line)["envelope"]["streamVersion"] for line in lines[1:-1]] == [1, 2]
    assert "its 2 are of the" in Checker().export(lines)


@pytest.mark.parametrize("lead", ["lead_4HTqe", "acti_0352279JT7Lw8LRqSJXJ8Q", ""])
async def test_what_is_no_lead_is_refused(office: Office, lead: str) -> None:
    with pytest.raises(OperatorError, match="no id of a lead"):
        await exported(office, lead)


async def test_a_lead_that_is_not_there_is_refused(office: Office) -> None:
    with pytest.raises(OperatorError, match="There is no lead"):
        await exported(office, encode_id("lead", uuid7()))


async def test_an_erased_payload_is_told(office: Office, damaged: Damage) -> None:
    await damaged("UPDATE events SET payload = NULL WHERE org_id = $1 AND position = 20")
    lines = await exported(office)
    assert json.loads(lines[20])["payload"] is None
    assert Checker().export(lines).endswith("the payloads of 1 are erased")


async def test_a_damaged_log_is_not_exported(office: Office, damaged: Damage) -> None:
    await seal(office)
    await damaged("UPDATE events SET source = 'elsewhere' WHERE org_id = $1 AND position = 20")
    with pytest.raises(OperatorError, match="find out more with verify"):
        await exported(office)
    await damaged("DELETE FROM events WHERE org_id = $1 AND position = 20")
    with pytest.raises(OperatorError, match="position 20 is missing"):
        await exported(office)


def variants(lines: list[Any]) -> Iterator[tuple[str, list[Any]]]:
    """Everything that can be done to an export: to lines, and to each value in the first, some event and the last."""
    for place in (0, 1, len(lines) // 2, len(lines) - 2, len(lines) - 1):
        yield f"without line {place}", [*lines[:place], *lines[place + 1 :]]
        yield f"line {place} twice", [*lines[: place + 1], *lines[place:]]
    yield "two lines turned", [*lines[:2], lines[3], lines[2], *lines[4:]]
    yield "events alone", lines[:-1]
    yield "more behind it", [*lines, lines[1]]
    for place in (0, 5, len(lines) - 1):
        for path, value in leaves_of(lines[place]):
            for other in others(value):
                yield f"{path} of line {place}: {other!r}", changed(lines, (place, *path), other)
        yield f"more in line {place}", changed(lines, (place, "more"), 1)


def leaves_of(value: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, one in members:
        yield (*above, name), one
        yield from leaves_of(one, (*above, name))


def others(value: Any) -> list[Any]:
    if isinstance(value, str) and value:
        return [value[:-1], value + "x", chr(ord(value[0]) ^ 1) + value[1:], None]
    if isinstance(value, bool | int):
        return [value + 1, str(value), None]
    return ["something", 1]


def changed(lines: list[Any], path: tuple[Any, ...], value: Any) -> list[Any]:
    said: list[Any] = json.loads(json.dumps(lines))
    *above, last = path
    target: Any = said
    for name in above:
        target = target[name]
    target[last] = value
    return said


@pytest.mark.parametrize("of", ["log", "lead"])
async def test_an_export_of_which_anything_was_changed_is_refused(office: Office, of: str) -> None:
    lines = await exported(office, await a_lead(office) if of == "lead" else None)
    tried = 0
    for name, said in variants([json.loads(line) for line in lines]):
        if said[5].get("payload", "") is None:
            continue  # it may be erased, which is told
        tried += 1
        with pytest.raises(Refused):
            raise AssertionError(f"{name}: {Checker().export(json.dumps(one) for one in said)}")
    assert tried > 80


async def test_an_export_that_was_signed_by_somebody_else_is_refused(
    office: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = await exported(office)
    key = json.loads(lines[-1])["publicKey"]
    Checker([parse_key(key)]).export(lines)
    file = tmp_path / "log.jsonl"
    file.write_text("\n".join(lines) + "\n", "utf-8")
    other = "leadstream/x+e0fe8b23+AVebIJJzM1uJ6fQOsZhI3ERSCxP5F4DDDyCp4ej1YalZ"
    assert main([str(file), "--key", other]) in (1, 2)
    assert main([str(file), "--key", key]) == 0
    capsys.readouterr()


async def test_files_are_held_against_each_other(
    office: Office, damaged: Damage, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await seal(office)
    kept = tmp_path / "kept"
    kept.write_text((await office.system.proofs.checkpoint(office.org_id)).note, "utf-8")
    await office.run(CreateLead())
    now = tmp_path / "now.jsonl"
    now.write_text("\n".join(await exported(office)) + "\n", "utf-8")
    assert main([str(now), str(kept)]) == 0
    await damaged("UPDATE events SET source = 'elsewhere' WHERE org_id = $1 AND position = 20")
    await damaged("DELETE FROM log_seal WHERE org_id = $1")
    rewritten = tmp_path / "rewritten.jsonl"
    rewritten.write_text("\n".join(await exported(office)) + "\n", "utf-8")
    assert main([str(rewritten)]) == 0
    capsys.readouterr()
    assert main([str(rewritten), str(kept)]) == 1
    assert "an earlier checkpoint tells another root" in capsys.readouterr().out
    assert main([str(rewritten), str(now)]) == 1
    await office.run(CreateLead())
    longer = tmp_path / "longer.jsonl"
    longer.write_text("\n".join(await exported(office)) + "\n", "utf-8")
    assert main([str(longer), str(rewritten)]) == 0
    assert main([str(longer), str(now)]) == 1  # whichever is named first


@pytest.mark.parametrize(
    "text", ["", "{}", "{", "[]", "hello\n", '{"format":1}\n', '{"a":1,"a":2}', "{" * 100_000, "\udcff"]
)
def test_what_is_nothing_of_ours_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str) -> None:
    file = tmp_path / "file"
    file.write_bytes(text.encode("utf-8", "surrogateescape"))
    assert main([str(file)]) == 1
    assert "REFUSED" in capsys.readouterr().out


def test_a_file_that_is_not_there_and_a_wrong_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path / "nowhere")]) == 1
    assert main([]) == main(["--help"]) == main(["--key", "x", "file"]) == main(["--other", "file"]) == 2
    assert "proof_check.py" in capsys.readouterr().err
