"""files: MB/s of long files in and out of a server, beside a plain Starlette stream to and from the same disk."""

from __future__ import annotations

import http.client
import os
import re
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import ClassVar
from urllib.parse import urlsplit

import orjson

from app.event import Event
from app.files.known import known_files
from app.ids import ActivityId, FileId, LeadId, decode_id, uuid7
from app.lead.attachments import Attachment
from app.lead.details import LeadCreated
from app.lead.notes import NoteWritten
from app.onboarding import add_key, found, system_request
from app.situation import Situation
from app.system import open_system
from benchmarks.bench import Bench, settings
from benchmarks.office import SERVING
from benchmarks.programs import environment, free_port, listens, running
from benchmarks.table import Row, Side, alone, compared, in_turns

MB = 1_000_000
MIB = 1024 * 1024
LENGTH = 25 * MIB
AT_ONCE = 10  # for the peak
BUFFER = bytearray(MIB)


@dataclass(frozen=True, kw_only=True)
class Server:
    """One that takes files by POST to /files."""

    port: int
    pid: int
    headers: dict[str, str]
    name_of: Callable[[bytes], str]

    def send(self, content: bytes) -> str:
        """The name of a file that it keeps now."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port)
        connection.request("POST", "/files", content, self.headers)
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        assert answer.status == 201, body
        return self.name_of(body)

    def fetch(self, name: str) -> None:
        """Read a file to its end."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port)
        connection.request("GET", f"/files/{name}", headers=self.headers)
        answer = connection.getresponse()
        assert answer.status == 200
        length = 0
        while count := answer.readinto(BUFFER):
            length += count
        connection.close()
        assert length == LENGTH


@dataclass(frozen=True, kw_only=True)
class _Bring:
    """A lead with a note that has a file."""

    creates: ClassVar[bool] = True

    lead_id: LeadId
    file: Attachment

    def decide(self, lead: object, at: Situation) -> Sequence[Event]:
        del lead
        (status, *_) = at.organization.usable_lead_statuses
        note = NoteWritten(note_id=ActivityId(uuid7()), text="", html="", files=(self.file,))
        return LeadCreated(status_id=status.id, status_label=status.label), note


def rows(bench: Bench) -> Iterator[Row]:
    """Each file alone, one after the other; then ten at once, for the memory that they take."""
    count, content = bench.sizes.files, os.urandom(LENGTH)
    with _plain(bench) as peer, _ours(bench) as (ours, attach):
        sent = [one.send(content) for one in (ours, peer)]
        attach(sent[0])
        sending = [_rate(partial(one.send, content), count) for one in (ours, peer)]
        yield _row("upload of 25 MiB, hashed, noted and synced", *in_turns(bench.sizes.rounds, *sending))
        fetching = [_rate(partial(one.fetch, name), count) for one, name in zip((ours, peer), sent, strict=True)]
        yield _row("download of 25 MiB, rights looked up", *in_turns(bench.sizes.rounds, *fetching))
        yield from _peaks(ours, content, sent[0])


def _row(what: str, ours: Sequence[float], peer: Sequence[float]) -> Row:
    return compared(
        f"{what}; peer: a plain Starlette stream, without any of it",
        Side(numbers=ours, unit="MB/s"),
        Side(numbers=peer, unit="MB/s"),
    )


def _rate(work: Callable[[], object], count: int) -> Callable[[], float]:
    def measured() -> float:
        began = time.perf_counter()
        for _ in range(count):
            work()
        return count * LENGTH / MB / (time.perf_counter() - began)

    return measured


def _peaks(server: Server, content: bytes, name: str) -> Iterator[Row]:
    works: tuple[tuple[str, Callable[[int], object]], ...] = (
        ("in", lambda _: server.send(content)),
        ("out", lambda _: _drained(server, name)),
    )
    for way, work in works:
        before = _taken(server.pid, "VmRSS")
        Path(f"/proc/{server.pid}/clear_refs").write_text("5")
        with ThreadPoolExecutor(AT_ONCE) as threads:
            list(threads.map(work, range(AT_ONCE)))
        grown = (_taken(server.pid, "VmHWM") - before) / MB
        yield alone(
            f"memory that the server takes for {AT_ONCE} files of 25 MiB going {way} at once",
            Side(numbers=[grown], unit="MB"),
        )


def _drained(server: Server, name: str) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.port)
    connection.request("GET", f"/files/{name}", headers=server.headers)
    answer = connection.getresponse()
    while answer.read(MIB):
        pass
    connection.close()


def _taken(pid: int, what: str) -> int:
    found = re.search(rf"^{what}:\s+(\d+) kB$", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)
    assert found
    return int(found[1]) * 1024


@contextmanager
def _plain(bench: Bench) -> Iterator[Server]:
    port, directory = free_port(), bench.directory()
    command = [sys.executable, "-m", "benchmarks.peers.plain_files", str(directory), str(port)]
    log = bench.scratch / "plain.log"
    with running(command, log=log, ready=lambda: listens(port), env=environment()) as pid:
        yield Server(port=port, pid=pid, headers={}, name_of=bytes.decode)


@contextmanager
def _ours(bench: Bench) -> Iterator[tuple[Server, Callable[[str], None]]]:
    """A server with files on the same disk as the peer's; and what attaches an upload to a lead."""
    database = bench.database()
    with bench.opened(open_system(settings(database), database)) as system:
        org_id, user_id = bench.run(
            found(system, name="Files", admin_email="ada@bench.example", time_zone="UTC", currency="EUR")
        )
        key = bench.run(add_key(system, org_id, user_id))

        def attach(name: str) -> None:
            file_id = FileId(decode_id("file", name))
            (known,) = bench.run(known_files(system.store, None, org_id, [file_id])).values()
            file = Attachment(file_id=file_id, name="file", content_type="x/y", size_bytes=LENGTH, sha256=known.sha256)
            bench.run(system.dispatch.run(_Bring(lead_id=LeadId(uuid7()), file=file), system_request(org_id)))

        log = bench.scratch / "serve-files.log"
        env = environment(
            DATABASE_URL=database.app_url,
            LEADSTREAM_OWNER_DATABASE_URL=database.owner_url,
            LEADSTREAM_DATA_DIR=str(bench.directory()),
        )
        command = [sys.executable, "-m", "app", "serve", "--port", "0", "--workers", "1"]
        with running(command, log=log, ready=lambda: SERVING.search(log.read_text()) is not None, env=env) as pid:
            address = SERVING.search(log.read_text())
            assert address is not None
            port = urlsplit(address[1]).port
            assert port is not None
            yield Server(port=port, pid=pid, headers={"authorization": f"Bearer {key}"}, name_of=_file_id), attach


def _file_id(body: bytes) -> str:
    return str(orjson.loads(body)["fileId"])
