"""import of mail: how it is told from CSV files, and what the command prints and writes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.bulk.importing import import_paths, is_of_mail
from app.bulk.mail.report import MailReport
from app.cli.operate import entries_to
from app.operator_error import OperatorError
from tests.app.bulk.mail.conftest import Mail
from tests.app.bulk.mail.letters import written


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "2026" / "01").mkdir(parents=True)
    (tmp_path / "2026" / "01" / "a.EML").write_bytes(written("Hello"))
    (tmp_path / "box" / "cur").mkdir(parents=True)
    (tmp_path / "box" / "cur" / "1767349200.x:2,S").write_bytes(written("Hello"))
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables" / "a.csv").write_text("a,b\n")
    (tmp_path / "tables" / "a.eml").write_bytes(written("Hello"))
    (tmp_path / "message").write_bytes(written("Hello"))
    (tmp_path / "table").write_text("a,b\n")
    (tmp_path / "empty").mkdir()
    return tmp_path


@pytest.mark.parametrize(
    ("name", "is_mail"),
    [("2026", True), ("box", True), ("message", True), ("tables", False), ("table", False), ("empty", False)],
)
def test_mail_is_told_from_tables_by_what_it_is(folder: Path, name: str, is_mail: bool) -> None:
    assert is_of_mail([folder / name], has_map=False) is is_mail


def test_mail_and_tables_are_imported_apart(folder: Path) -> None:
    with pytest.raises(OperatorError, match=r"2026 is mail, .*tables is not: import it alone\."):
        is_of_mail([folder / "2026", folder / "tables"], has_map=False)
    with pytest.raises(OperatorError, match="needs no map"):
        is_of_mail([folder / "2026"], has_map=True)


async def test_what_became_of_each_message_is_printed_and_written(
    mail: Mail, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await mail.lead("Bluth Company", "ann@bluth.example")
    (folder / "2026" / "notes.txt").write_text("read me")
    with entries_to(tmp_path / "report.jsonl") as tell:
        report = await import_paths(
            mail.office.system,
            paths=[folder / "2026"],
            map_file=None,
            dry_run=False,
            organization=await _name(mail),
            progress=lambda _done, _total: None,
            tell=tell,
        )
    assert isinstance(report, MailReport)
    assert report.lines() == [
        "1 messages, 1 logged as 1 e-mails with 0 files, 0 not logged",
        "1 files passed over that are not called .eml",
    ]
    passed_over, logged = capsys.readouterr().out.splitlines()
    assert passed_over.startswith(f"{folder}/2026/notes.txt: not logged: its name does not end in .eml")
    assert logged.startswith(f"{folder}/2026/01/a.EML: logged as inbound on lead_")
    assert logged.endswith(" (Bluth Company), new thread.")
    _, told = [json.loads(line) for line in (tmp_path / "report.jsonl").read_text().splitlines()]
    (event,) = await mail.emails()
    assert (told["outcome"], told["direction"], told["messageId"]) == ("logged", "INBOUND", event.message_id)
    assert [(one["name"], one["isNewThread"]) for one in told["leads"]] == [("Bluth Company", True)]


async def test_mailboxes_are_for_mail(mail: Mail, folder: Path) -> None:
    with pytest.raises(OperatorError, match="--mailbox is for mail"):
        await import_paths(
            mail.office.system,
            paths=[folder / "tables" / "a.csv"],
            map_file=None,
            dry_run=False,
            organization=await _name(mail),
            progress=lambda _done, _total: None,
            mailboxes=["a@b.example"],
        )


def test_a_report_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(OperatorError, match="cannot be written"), entries_to(tmp_path / "nowhere" / "report"):
        pass


async def _name(mail: Mail) -> str:
    """A name that no other organization of the database has."""
    unique = f"Mail {mail.office.org_id}"
    await mail.office.system.keys.rename_organization(mail.office.org_id, unique)
    return unique
