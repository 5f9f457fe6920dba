"""import of mail: what is logged where, what is not and why, and that it is logged once."""

from __future__ import annotations

import base64
import errno
import hashlib
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from app.bulk.mail.report import Entry
from app.bulk.mail.sides import Reason
from app.lead.deletion import DeleteLead
from app.operator_error import OperatorError
from app.organization.members import DeactivateUser
from app.organization.users import AddUser
from app.vocabulary import Direction, MessageStatus
from projections.email_threads.read import places_of_messages
from projections.files_tab.read import FileCriteria, file_page
from tests.app.bulk.mail.conftest import Mail
from tests.app.bulk.mail.letters import CORPORA, MIKEL, QUOTEQUAIL, TALON, written

ADA = "ada@acme.example"  # the office's admin
ANN, BOB = "ann@bluth.example", "bob@sitwell.example"


async def test_what_a_contact_writes_is_received(mail: Mail) -> None:
    lead_id = await mail.lead("Bluth", "gob@bluth.example", ANN)
    mail.put(
        "a", written("Hello", From=f"Ann <{ANN.upper()}>", To=f"Ada <{ADA}>", Cc="x@y.example", Message_ID="<1@x>")
    )
    entry = (await mail.run())["a"]
    (event,) = await mail.emails()
    assert (event.direction, event.status) == (Direction.INBOUND, MessageStatus.INBOX)
    assert (event.sender, event.to, event.cc) == (f"Ann <{ANN.upper()}>", (f"Ada <{ADA}>",), ("x@y.example",))
    assert (event.subject, event.body_text, event.body_html) == ("Hello", "Hello", None)
    assert event.occurred_at == datetime(2026, 1, 2, 9, tzinfo=UTC)
    lead = await mail.office.system.states.lead(mail.office.org_id, lead_id)
    assert lead is not None
    assert event.contact_id is not None
    assert lead.contacts[event.contact_id].name == ANN
    assert event.user_id == mail.office.admin_id
    assert [(one.lead_id, one.lead_name, one.email_id, one.thread_is_new) for one in entry.logged] == [
        (lead_id, "Bluth", event.email_id, True)
    ]


async def test_what_a_user_writes_is_sent_wherever_it_was_sent_from(mail: Mail) -> None:
    await mail.lead("Bluth", ANN)
    mail.put("a", written("Hello", From=f"Ada <{ADA}>", To="x@y.example", Bcc=ANN))
    await mail.run()
    (event,) = await mail.emails()
    assert (event.direction, event.status, event.user_id) == (
        Direction.OUTBOUND,
        MessageStatus.SENT,
        mail.office.admin_id,
    )
    assert event.bcc == (ANN,)
    assert event.contact_id is not None


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        ({"From": "x@y.example"}, Reason.NO_CONTACT),
        ({"To": "x@y.example"}, Reason.NOT_OURS),
        ({"From": ADA, "To": "max@acme.example"}, Reason.COLLEAGUES),
        ({"From": ADA, "To": ADA}, Reason.COLLEAGUES),
        ({"From": "sales@acme.example", "To": "max@acme.example"}, Reason.COLLEAGUES),
        ({"From": "Ann", "To": "undisclosed-recipients:;"}, Reason.NO_ADDRESS),
    ],
)
async def test_what_is_between_others_is_not_logged(mail: Mail, headers: dict[str, str], reason: Reason) -> None:
    await mail.lead("Bluth", ANN)
    mail.put("a", written("Hello", **headers))
    assert (await mail.run())["a"].reason is reason
    assert await mail.emails() == []
    assert mail.report is not None
    assert mail.report.exit_code == 0


async def test_a_users_address_is_never_a_customers(mail: Mail) -> None:
    """Nor is that of anybody else at a domain of theirs."""
    await mail.lead("Odd", ADA, "max@acme.example")
    mail.put("a", written("Hello", From="max@acme.example", To=ADA))
    assert (await mail.run())["a"].reason is Reason.COLLEAGUES
    mail.put("a", written("Hello", From=ADA, To=f"x@y.example, {ADA}, max@acme.example"))
    assert (await mail.run())["a"].reason is Reason.NO_CONTACT


async def test_a_user_at_a_public_provider_makes_nobody_there_a_colleague(mail: Mail) -> None:
    await mail.office.run(AddUser(name="Max", email="max.acme@gmail.com"))
    await mail.lead("Bluth", "ann@gmail.com")
    mail.put("a", written("Hello", From="ann@gmail.com", To="max.acme@gmail.com"))
    assert len((await mail.run())["a"].logged) == 1


async def test_a_customer_beside_colleagues_is_logged(mail: Mail) -> None:
    lead_id = await mail.lead("Bluth", ANN)
    mail.put("a", written("Hello", From="max@acme.example", To=ADA, Cc=f"x@y.example, {ANN}"))
    entry = (await mail.run())["a"]
    assert [one.lead_id for one in entry.logged] == [lead_id]
    assert entry.direction is Direction.OUTBOUND


async def test_what_was_delivered_to_a_user_who_is_not_named_is_logged(mail: Mail) -> None:
    await mail.lead("Bluth", ANN)
    mail.put("a", written("Hello", To="friends:;", Delivered_To=ADA))
    assert len((await mail.run())["a"].logged) == 1


async def test_further_mailboxes_are_our_own(mail: Mail) -> None:
    await mail.lead("Bluth", ANN)
    mail.put("a", written("Hello", To="Team@support.example"))
    assert (await mail.run())["a"].reason is Reason.NOT_OURS
    await mail.run(mailboxes=("team@Support.example",))
    (event,) = await mail.emails()
    assert (event.direction, event.user_id) == (Direction.INBOUND, None)
    with pytest.raises(OperatorError, match="nobody is no e-mail address"):
        await mail.run(mailboxes=("nobody",))


async def test_the_mail_of_somebody_who_has_left_is_nobodys(mail: Mail) -> None:
    max_ = AddUser(name="Max", email="max@left.example")
    await mail.office.run(max_)
    await mail.office.run(DeactivateUser(user_id=max_.user_id))
    await mail.lead("Bluth", ANN)
    mail.put("a", written("Hello", From="max@left.example", To=ANN))
    await mail.run()
    (event,) = await mail.emails()
    assert (event.direction, event.user_id) == (Direction.OUTBOUND, None)


async def test_an_address_of_several_leads_is_one_email_on_each(mail: Mail) -> None:
    leads = {await mail.lead("Bluth", ANN), await mail.lead("Sitwell", BOB, ANN)}
    mail.put("a", written("Hello", Message_ID="<1@x>"))
    entry = (await mail.run())["a"]
    assert {one.lead_id for one in entry.logged} == leads
    assert {event.message_id for event in await mail.emails()} == {"<1@x>"}
    assert str(entry).count("new thread") == 2


async def test_deleted_leads_get_none(mail: Mail) -> None:
    lead_id = await mail.lead("Bluth", ANN)
    await mail.office.run(DeleteLead(lead_id=lead_id))
    mail.put("a", written("Hello"))
    assert (await mail.run())["a"].reason is Reason.NO_CONTACT


async def test_an_answer_from_an_unknown_address_follows_what_it_answers(mail: Mail) -> None:
    """Whether that was logged before, or by this import."""
    lead_id = await mail.lead("Bluth", ANN)
    mail.put("a", written("Hello", From=ADA, To=ANN, Message_ID="<1@x>"))
    mail.put(
        "b",
        written(
            "Yes", From="ann@home.example", Message_ID="<2@x>", In_Reply_To="<1@x>", Date="Sat, 3 Jan 2026 10:00:00"
        ),
    )
    entry = (await mail.run())["b"]
    assert [(one.lead_id, one.thread_is_new) for one in entry.logged] == [(lead_id, False)]
    first, second = await mail.emails()
    assert (second.thread_id, second.contact_id, second.direction) == (first.thread_id, None, Direction.INBOUND)
    mail.put("c", written("No", From="ann@work.example", Message_ID="<3@x>", References="<0@x> <1@x>"))
    entry = (await mail.run(mail.folder / "c.eml"))["c"]
    assert [(one.lead_id, one.thread_is_new) for one in entry.logged] == [(lead_id, False)]


async def test_an_answer_from_an_unknown_address_to_two_leads_is_ambiguous(mail: Mail) -> None:
    await mail.lead("Bluth", ANN)
    await mail.lead("Sitwell", BOB)
    mail.put("a", written("Hello", From=ADA, To=f"{ANN}, {BOB}", Message_ID="<1@x>"))
    mail.put("b", written("Yes", From="ann@home.example", In_Reply_To="<1@x>", Date="Sat, 3 Jan 2026 10:00:00"))
    assert (await mail.run())["b"].reason is Reason.AMBIGUOUS
    assert (await mail.run(mail.folder / "b.eml"))["b"].reason is Reason.AMBIGUOUS
    assert len(await mail.emails()) == 2


async def test_an_answer_to_an_unknown_address_is_not_followed(mail: Mail) -> None:
    await mail.lead("Bluth", ANN)
    mail.put("a", written("Hello", From=ADA, To=ANN, Message_ID="<1@x>"))
    mail.put("b", written("Yes", From=ADA, To="ann@home.example", In_Reply_To="<1@x>"))
    assert (await mail.run())["b"].reason is Reason.NO_CONTACT


async def test_the_same_message_is_logged_once(mail: Mail) -> None:
    """From whosever mailbox it comes."""
    await mail.lead("Bluth", ANN)
    mail.put("a", written("Hello", Message_ID="<1@x>"))
    mail.put("b", written("Hello", Message_ID=" <1@x> ", Delivered_To="max@acme.example"))
    entries = await mail.run()
    assert entries["b"].reason is Reason.DUPLICATE
    assert str(mail.folder / "a.eml") in entries["b"].detail
    assert len(await mail.emails()) == 1


async def test_what_somebody_logs_meanwhile_is_a_duplicate_and_no_loss(
    mail: Mail, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where two imports of the same folder run at once: each message is logged by one of them."""
    await mail.lead("Bluth", ANN)
    mail.put("a", written("Hello", Message_ID="<1@x>"))
    await mail.run()

    async def nothing_yet(*_: object) -> set[object]:
        return set()

    monkeypatch.setattr("app.bulk.mail.logged.LoggedMessages.held", nothing_yet)
    assert (await mail.run())["a"].reason is Reason.DUPLICATE
    assert mail.report is not None
    assert mail.report.exit_code == 0
    assert len(await mail.emails()) == 1


async def test_on_a_lead_that_came_later_it_is_logged_too(mail: Mail) -> None:
    await mail.lead("Bluth", ANN)
    mail.put("a", written("Hello", Message_ID="<1@x>"))
    await mail.run()
    lead_id = await mail.lead("Sitwell", ANN)
    entry = (await mail.run())["a"]
    assert [one.lead_id for one in entry.logged] == [lead_id]
    assert entry.reason is Reason.DUPLICATE


async def test_twice_adds_nothing(mail: Mail) -> None:
    """Nor do messages without a Message-ID."""
    await mail.lead("Bluth", ANN)
    mail.put("a", written("Hello", Message_ID="<1@x>"))
    mail.put("b", written("Hello"))
    await mail.run()
    before = len(await mail.office.log())
    mail.put("b", written("Hello").replace(b"\r\n", b"\n"))
    again = await mail.run()
    assert {entry.reason for entry in again.values()} == {Reason.DUPLICATE}
    assert len(await mail.office.log()) == before


async def test_answers_are_in_the_thread_of_what_they_answer(mail: Mail) -> None:
    """Also where the answer stands in an earlier file."""
    await mail.lead("Bluth", ANN)
    mail.put("z", written("Hello", From=ADA, To=ANN, Message_ID="<1@x>"))
    mail.put("a", written("Yes", Message_ID="<2@x>", In_Reply_To="<1@x>", Date="Sat, 3 Jan 2026 10:00:00"))
    mail.put("b", written("Other", Message_ID="<3@x>", Subject="Other", Date="Sun, 4 Jan 2026 10:00:00"))
    entries = await mail.run()
    first, second, other = await mail.emails()
    assert [first.message_id, second.message_id, other.message_id] == ["<1@x>", "<2@x>", "<3@x>"]
    assert first.thread_id == second.thread_id != other.thread_id
    assert [entries[name].logged[0].thread_is_new for name in ("z", "a", "b")] == [True, False, True]


async def test_files_are_kept_and_attached(mail: Mail, tmp_path: Path) -> None:
    await mail.lead("Bluth", ANN)
    await mail.lead("Sitwell", ANN)
    parts = (
        '--b\nContent-Type: text/html\n\n<img src="cid:logo">\n'
        '--b\nContent-Type: image/png; name="=?utf-8?Q?L=C3=B6go.png?="\nContent-ID: <logo>\n\npng\n'
        "--b\nContent-Type: application/pdf\n"
        "Content-Disposition: attachment; filename*=utf-8''%E2%82%AC.pdf\n\npdf\n--b--"
    )
    mail.put("a", written(parts, Content_Type="multipart/mixed; boundary=b"))
    entry = (await mail.run())["a"]
    assert entry.files == ["Lögo.png", "€.pdf"]
    one, other = await mail.emails()
    assert [(file.name, file.content_type, file.size_bytes, file.content_id, file.is_inline) for file in one.files] == [
        ("Lögo.png", "image/png", 3, "logo", True),
        ("€.pdf", "application/pdf", 3, None, False),
    ]
    assert [file.sha256 for file in one.files] == [hashlib.sha256(text).hexdigest() for text in (b"png", b"pdf")]
    assert {file.file_id for file in one.files}.isdisjoint(file.file_id for file in other.files)
    stored = [path for path in (tmp_path / "data" / "files").rglob("*") if path.is_file()]
    assert {path.name: path.read_bytes() for path in stored} == {
        one.files[0].sha256: b"png",
        one.files[1].sha256: b"pdf",
    }


async def test_files_are_in_the_files_tab_and_can_be_fetched(mail: Mail) -> None:
    """Received when the message was."""
    lead_id = await mail.lead("Bluth", ANN)
    content = bytes(range(256)) * 20
    mail.put(
        "a",
        written(
            base64.encodebytes(content).decode(),
            Content_Type="application/pdf; name=offer.pdf",
            Content_Transfer_Encoding="base64",
        ),
    )
    await mail.run()
    async with mail.office.reader() as reader:
        (row,) = (await file_page(reader, [lead_id], FileCriteria(), limit=10))[lead_id]
    assert (row.name, row.content_type, row.size_bytes) == ("offer.pdf", "application/pdf", len(content))
    assert row.received_at == datetime(2026, 1, 2, 9, tzinfo=UTC)
    storage = mail.office.system.files.storage
    read = [piece async for piece in storage.read(mail.office.org_id, row.sha256, 0, row.size_bytes)]
    assert b"".join(read) == content


async def test_a_dry_run_says_the_same_and_adds_nothing(mail: Mail, tmp_path: Path) -> None:
    await mail.lead("Bluth", ANN)
    for number in range(150):  # more than one lot
        answered = {"In_Reply_To": f"<{number - 1}@x>"} if number % 3 else {}
        name = f"m{number:03}"
        date = f"Fri, 2 Jan 2026 10:{number // 60:02}:{number % 60:02}"
        mail.put(name, written("x", Message_ID=f"<{number}@x>", Subject=f"About {number}", Date=date, **answered))
    mail.put("twice", written("x", Message_ID="<1@x>", Date="Sat, 3 Jan 2026 10:00:00"))
    mail.put("file", written("x", Content_Type="image/png", Message_ID="<file@x>"))
    before = len(await mail.office.log())
    dry = {name: str(entry) for name, entry in (await mail.run(dry_run=True)).items()}
    assert len(await mail.office.log()) == before
    assert not (tmp_path / "data" / "files").exists()
    assert {name: str(entry) for name, entry in (await mail.run()).items()} == dry


async def test_what_is_no_message_is_said_and_the_rest_goes_on(mail: Mail, monkeypatch: pytest.MonkeyPatch) -> None:
    await mail.lead("Bluth", ANN)
    mail.put("a", b"")
    mail.put("b", b"<html></html>")
    mail.put("c", written("x" * 2_000))
    mail.put("d", written("Hello"))
    (mail.folder / "e.eml").symlink_to(mail.folder / "nowhere")
    (mail.folder / "notes.txt").write_text("read me")
    monkeypatch.setattr("app.bulk.mail.letters.MESSAGE_MAX", 1_000)
    entries = await mail.run()
    assert {name: entry.reason for name, entry in entries.items()} == {
        "a": Reason.FAULT,
        "b": Reason.FAULT,
        "c": Reason.TOO_LARGE,
        "d": None,
        "e": Reason.FAULT,
        "notes": Reason.NO_MESSAGE,
    }
    assert mail.report is not None
    assert mail.report.exit_code == 1
    assert mail.report.lines()[0] == "5 messages, 1 logged as 1 e-mails with 0 files, 4 not logged"


async def test_what_never_ends_is_not_read(mail: Mail) -> None:
    """Pipes wait for somebody who writes, and devices may go on for ever."""
    os.mkfifo(mail.folder / "pipe.eml")
    (mail.folder / "device.eml").symlink_to("/dev/null")
    entries = await mail.run()
    assert {name: (entry.reason, entry.detail) for name, entry in entries.items()} == {
        "pipe": (Reason.FAULT, "It is no file"),
        "device": (Reason.FAULT, "It is no file"),
    }


async def test_a_folder_that_cannot_be_read_is_told(mail: Mail, monkeypatch: pytest.MonkeyPatch) -> None:
    await mail.lead("Bluth", ANN)
    mail.put("a", written("Hello"))
    (mail.folder / "locked").mkdir()
    scan = os.scandir

    def refuse(path: Any) -> Any:
        if str(path).endswith("locked"):
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return scan(path)

    monkeypatch.setattr("os.scandir", refuse)
    entries = await mail.run()
    assert (entries["a"].reason, entries["locked"].reason) == (None, Reason.FAULT)
    assert mail.report is not None
    assert mail.report.exit_code == 1


@pytest.mark.parametrize("name", [b"a\nb: logged", b"\x1b[31mred", b"\xff"])
async def test_no_name_of_a_file_breaks_a_line_of_the_report(mail: Mail, name: bytes) -> None:
    if name == b"\xff" and sys.platform == "darwin":
        pytest.skip("file names are UTF-8 there")
    mail.put(os.fsdecode(name), written("Hello"))
    (entry,) = (await mail.run()).values()
    assert str(entry).isprintable()


async def test_a_message_without_a_date_stands_at_the_time_of_the_import(mail: Mail) -> None:
    await mail.lead("Bluth", ANN)
    mail.put("a", written("Hello", Date="yesterday"))
    mail.put("b", written("Hello", Date="", Received="by x; Sat, 3 Jan 2026 10:00:00 +0000"))
    entries = await mail.run()
    assert "no date" in str(entries["a"])
    assert "Received header" in str(entries["b"])
    first, second = await mail.emails()
    assert (first.occurred_at, second.occurred_at) == (datetime(2026, 1, 3, 10, tzinfo=UTC), None)


async def test_a_storage_that_is_full_breaks_the_import_off_and_it_can_be_completed(mail: Mail, tmp_path: Path) -> None:
    await mail.lead("Bluth", ANN)
    mail.put("a", written("x", Content_Type="image/png"))
    (tmp_path / "data").mkdir(exist_ok=True)
    (tmp_path / "data" / "files").write_text("in the way")
    with pytest.raises(OperatorError, match="run the command again"):
        await mail.run()
    assert await mail.emails() == []
    (tmp_path / "data" / "files").unlink()
    assert len((await mail.run())["a"].logged) == 1


async def test_the_corpora_go_in_without_a_fault(mail: Mail) -> None:
    """Every file is told of, and each message is where it belongs."""
    lead_id = await mail.lead("Mary", "mary@example.net", "smith@home.example")
    await mail.lead("Others", "blah@example.com", "xxx@gmail.com", "raasdnil@gmail.com", "xxx@xxxx.xxx")
    own = (
        "foo@example.com",
        "jdoe@machine.example",
        "mikel@test.lindsaar.net",
        "bob@xxx.mailgun.org",
        "bob@example.com",
    )
    await mail.run(CORPORA, mailboxes=own)
    files = _files(CORPORA)
    assert sorted(entry.file for entry in mail.entries) == sorted(files)
    assert not {entry.reason for entry in mail.entries} & {Reason.FAULT, Reason.REFUSED, Reason.TOO_LARGE}
    entries = {entry.file.name: entry for entry in mail.entries}
    conversation = [entries[f"example{number:02}.eml"] for number in (12, 6, 7)]
    assert [(entry.direction, *_on(entry)) for entry in conversation] == [
        (Direction.OUTBOUND, lead_id, True),
        (Direction.INBOUND, lead_id, False),
        (Direction.OUTBOUND, lead_id, False),
    ]
    assert entries["example01.eml"].reason is Reason.DUPLICATE
    assert entries["japanese_attachment_long_name.eml"].files == ["かきくけこ" * 5 + ".txt"]
    same_id = [entry for entry in mail.entries if entry.message_id and entry.message_id.startswith("<9169D984")]
    assert [entry.reason for entry in same_id].count(Reason.DUPLICATE) == 7
    names = {name for entry in mail.entries if entry.logged for name in entry.files}
    assert "api.rb" in names
    before = len(await mail.office.log())
    await mail.run(CORPORA, mailboxes=own)
    assert len(await mail.office.log()) == before


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def _on(entry: Entry) -> tuple[object, bool]:
    (one,) = entry.logged
    return one.lead_id, one.thread_is_new


@pytest.mark.parametrize("folder", [MIKEL, TALON, QUOTEQUAIL], ids=["mikel", "talon", "quotequail"])
async def test_every_file_of_the_corpora_can_be_named(mail: Mail, folder: Path) -> None:
    """What is no message is a line that says so."""
    files = _files(folder)
    await mail.run(*files)
    assert sorted(entry.file for entry in mail.entries) == sorted(files)
    assert all(str(entry).startswith(f"{entry.file}: not logged: ") for entry in mail.entries)


async def test_where_messages_are_is_found_by_their_ids(mail: Mail) -> None:
    lead_id = await mail.lead("Bluth", ANN)
    mail.put("a", written("Hello", Message_ID="<1@x>"))
    await mail.run()
    async with mail.office.reader() as reader:
        assert [one.lead_id for one in (await places_of_messages(reader, ["1@x"]))["1@x"]] == [lead_id]
