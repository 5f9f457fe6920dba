"""mail: messages a second of .eml files becoming e-mails, beside plain parsing of the same; and how much memory."""

from __future__ import annotations

import base64
import random
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_binary_file, policy
from email.utils import format_datetime
from pathlib import Path
from uuid import UUID

from app.bulk.mail.importing import import_mail
from app.bulk.mail.report import Entry
from app.cli.running import rare_collections
from app.database import Database
from app.lead.contact_points import EmailAddress
from app.lead.contacts import NewContact
from app.lead.details import CreateLead
from app.onboarding import found, system_request
from app.system import System, open_system
from benchmarks.bench import ROOT, Bench, settings
from benchmarks.programs import environment
from benchmarks.table import Row, Side, compared, in_turns

USER = "ada@bench.example"
LEADS = 100  # each with a contact of its own
THREAD = 5  # messages of one conversation
FILE_EVERY = 4  # messages of which one brings a file
FILE_KIB = (5, 400)
WORDS = (
    "after",
    "delivery",
    "invoice",
    "kind",
    "Monday",
    "next",
    "offer",
    "order",
    "price",
    "regards",
    "sample",
    "thanks",
)


def rows(bench: Bench) -> Iterator[Row]:
    """Speed, then memory."""
    few, many = bench.sizes.mail_messages
    folder = _mailbox(bench.scratch / "mail", many)
    yield _speed(bench, folder, many)
    yield _memory(bench, folder, _mailbox(bench.scratch / "few", few), (few, many))


def _speed(bench: Bench, folder: Path, count: int) -> Row:
    database = bench.database()
    rounds = iter(range(bench.sizes.rounds))
    ours = replace(settings(database), data_dir=bench.directory())
    with bench.opened(open_system(ours, database)) as system, rare_collections():
        found_ones = in_turns(
            bench.sizes.rounds,
            lambda: bench.run(_imported(system, folder, count, next(rounds))),
            lambda: _parsed(folder, count),
        )
    return compared(
        f"import of mail, {count:,} messages, every {FILE_EVERY}th with a file that is kept, all projections;"
        " peer: the standard library takes the same messages apart, and nothing else",
        Side(numbers=found_ones[0], unit="messages/s"),
        Side(numbers=found_ones[1], unit="messages/s"),
    )


async def _imported(system: System, folder: Path, count: int, number: int) -> float:
    """Messages a second into an organization of its own."""
    org_id = await _office(system, f"Round {number}")
    logged = 0

    def tell(entry: Entry) -> None:
        nonlocal logged
        logged += len(entry.logged)

    began = time.perf_counter()
    report = await import_mail(system, org_id, [folder], progress=lambda _done, _total: None, tell=tell)
    elapsed = time.perf_counter() - began
    assert logged == count, report.lines()
    return count / elapsed


async def _office(system: System, name: str) -> UUID:
    """An organization with a lead for each of those who write."""
    org_id, _ = await found(system, name=name, admin_email=USER, time_zone="UTC", currency="EUR")
    for number in range(LEADS):
        contact = NewContact(name=f"Ann Berg{number}", emails=(EmailAddress(email=_address(number)),))
        command = CreateLead(name=f"Company {number}", contacts=(contact,))
        await system.dispatch.run(command, system_request(org_id))
    return org_id


def _parsed(folder: Path, count: int) -> float:
    """Messages a second of reading headers, texts and files by the library's own means."""
    began = time.perf_counter()
    for path in sorted(folder.rglob("*.eml")):
        with path.open("rb") as file:
            message = message_from_binary_file(file, policy=policy.default)
        assert all(str(message[name]) for name in ("from", "to", "date", "subject", "message-id"))
        for part in message.walk():
            if not part.is_multipart():
                part.get_content()
    return count / (time.perf_counter() - began)


def _memory(bench: Bench, many_in: Path, few_in: Path, sizes: tuple[int, int]) -> Row:
    """Peak memory of the command, of few messages and of many: the ratio of the two is to stay near 1."""
    few, many = sizes
    return compared(
        f"import of mail, peak memory: {many:,} messages beside {few:,}",
        Side(numbers=[_peak_mib(bench, many_in)], unit="MiB"),
        Side(numbers=[_peak_mib(bench, few_in)], unit="MiB"),
    )


def _peak_mib(bench: Bench, folder: Path) -> float:
    database = bench.database()
    with bench.opened(open_system(settings(database), database)) as system:
        bench.run(_office(system, "Memory"))
    env = _environment(database, bench.directory())
    command = [sys.executable, "-m", "benchmarks.peak", "import", str(folder)]
    done = subprocess.run(
        command, cwd=ROOT, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, check=True
    )
    return float(done.stdout.splitlines()[-1])


def _environment(database: Database, data_dir: Path) -> dict[str, str]:
    return environment(
        DATABASE_URL=database.app_url,
        LEADSTREAM_OWNER_DATABASE_URL=database.owner_url,
        LEADSTREAM_DATA_DIR=str(data_dir),
    )


def _mailbox(folder: Path, count: int) -> Path:
    """Conversations with one contact after the other."""
    folder.mkdir()
    chance = random.Random(1)
    for number in range(count):
        (folder / f"{number:06}.eml").write_bytes(_message(chance, number))
    return folder


def _message(chance: random.Random, number: int) -> bytes:
    thread, place = divmod(number, THREAD)
    customer = f"=?utf-8?Q?Ann_B=C3=A9rg?= <{_address(thread % LEADS)}>"
    sides = (customer, f"Ada Abel <{USER}>") if place % 2 else (f"Ada Abel <{USER}>", customer)
    at = datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=number)
    lines = [
        f"Received: from a.example by b.example; {format_datetime(at)}",
        f"From: {sides[0]}",
        f"To: {sides[1]}",
        f"Subject: {'Re: ' * (place > 0)}{' '.join(chance.choices(WORDS, k=5))}",
        f"Date: {format_datetime(at)}",
        f"Message-ID: <{number}@bench.example>",
        *([f"In-Reply-To: <{number - 1}@bench.example>"] if place else []),
        "MIME-Version: 1.0",
        'Content-Type: multipart/mixed; boundary="outer"',
        "",
        "--outer",
        'Content-Type: multipart/alternative; boundary="inner"',
        "",
        *_body(chance),
        *(_file(chance, number) if number % FILE_EVERY == 0 else ()),
        "--outer--",
    ]
    return "\r\n".join([*lines, ""]).encode()


def _body(chance: random.Random) -> Sequence[str]:
    paragraphs = [" ".join(chance.choices(WORDS, k=60)) for _ in range(chance.randrange(2, 12))]
    return [
        "--inner",
        "Content-Type: text/plain; charset=utf-8",
        "",
        *paragraphs,
        "--inner",
        "Content-Type: text/html; charset=utf-8",
        "",
        *(f'<p style="margin:0"><span>{paragraph}</span></p>' for paragraph in paragraphs),
        "--inner--",
        "",
    ]


def _file(chance: random.Random, number: int) -> Sequence[str]:
    content = chance.randbytes(chance.randrange(*FILE_KIB) * 1024)
    return [
        "--outer",
        f'Content-Type: application/pdf; name="offer {number}.pdf"',
        f'Content-Disposition: attachment; filename="offer {number}.pdf"',
        "Content-Transfer-Encoding: base64",
        "",
        *base64.encodebytes(content).decode().splitlines(),
    ]


def _address(number: int) -> str:
    return f"ann.berg{number}@customer{number}.example"
