"""POST /files: what is sent is kept whole, named by an id, and waits for a day."""

from __future__ import annotations

import asyncio
import hashlib
import os
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.file_routes import uploads as route
from app.files.uploads import LIFETIME
from app.ids import FileId, decode_id
from app.lead.refusals import FileNotFound
from app.refusal import Refused
from tests.support.api import Api, admin_of_new_organization
from tests.support.filed import CONTENT, SHA256, a_file, attach, attachment, connection, filed, head, send, uploaded
from tests.support.office import CommonDatabases
from tests.support.serving import TIMEOUT_S, Site, serving
from tests.support.waiting import until

MIB = 1024 * 1024
LIMIT = 25 * MIB
FILE = "query ($id: ID!) { node(id: $id) { ... on File { name contentType sizeBytes sha256 } } }"


def files_of(site: Site) -> list[Path]:
    """Every file in the server's storage."""
    directory = site.settings.data_dir / "files"
    return sorted(path for path in directory.rglob("*") if path.is_file())


def kept(api: Api, file_id: str, lead: str) -> Any:
    """What an upload is once a note has it."""
    attach(api, lead, file_id)
    return api.ask(FILE, id=file_id)["node"]


@pytest.fixture
def alone(common_databases: CommonDatabases) -> Iterator[Api]:
    """The ADMIN of an organization on a server with a storage of its own."""
    with serving(common_databases.of(18)) as site:
        yield admin_of_new_organization(site)


def test_an_upload_is_answered_by_its_id_size_and_hash(api: Api) -> None:
    before = datetime.now(UTC)
    answer = send(api)
    assert answer.status_code == 201
    body = answer.json()
    assert body.keys() == {"fileId", "sizeBytes", "sha256", "expiresAt"}
    assert (body["sizeBytes"], body["sha256"]) == (len(CONTENT), SHA256)
    decode_id("file", body["fileId"])
    expires_at = datetime.fromisoformat(body["expiresAt"])
    assert before + LIFETIME <= expires_at <= datetime.now(UTC) + timedelta(hours=24)
    assert answer.headers["cache-control"] == "private, no-store"


@pytest.mark.parametrize("size", [0, 1, MIB, 25 * MIB])
def test_files_up_to_the_limit_are_kept(api: Api, lead: str, size: int) -> None:
    content = os.urandom(size)
    file_id = uploaded(api, content)
    found = kept(api, file_id, lead)
    assert (found["sizeBytes"], found["sha256"]) == (size, hashlib.sha256(content).hexdigest())


def test_one_byte_more_is_told_before_anything_is_read(alone: Api) -> None:
    answer = send(alone, bytes(LIMIT + 1))
    assert answer.status_code == 413
    (error,) = answer.json()["errors"]
    assert error == {"code": "TOO_LARGE", "message": "A file may have at most 26,214,400 bytes. Nothing was kept."}
    assert files_of(alone.site) == []


def test_the_length_that_is_announced_is_enough_to_refuse(alone: Api) -> None:
    with connection(alone) as sending:
        sending.sendall(head(alone, f"Content-Length: {LIMIT + 1}", "Expect: 100-continue"))
        assert b" 413 " in sending.recv(65_536).split(b"\r\n")[0]


def test_bytes_are_counted_where_no_length_is_announced(alone: Api) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(LIMIT // MIB + 1):
            yield bytes(MIB)

    answer = send(alone, endless())
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (413, "TOO_LARGE")
    assert files_of(alone.site) == []


def test_a_client_that_waits_for_a_go_ahead_gets_it(api: Api) -> None:
    with connection(api) as sending:
        sending.sendall(head(api, "Content-Length: 5", "Expect: 100-continue"))
        assert sending.recv(65_536).startswith(b"HTTP/1.1 100 ")
        sending.sendall(b"12345")
        assert b" 201 " in sending.recv(65_536).split(b"\r\n")[0]


def test_what_is_cut_off_leaves_nothing(alone: Api) -> None:
    with connection(alone) as sending:
        sending.sendall(head(alone, "Content-Length: 9000000") + bytes(3 * MIB))
        until(lambda: any("tmp" in path.parts for path in files_of(alone.site)), "something of it is there")
    until(lambda: files_of(alone.site) == [], "nothing is left")


def test_who_is_silent_for_long_has_gone(alone: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(route, "IDLE_S", 0.2)
    with connection(alone) as sending:
        sending.sendall(head(alone, "Content-Length: 9000000") + bytes(3 * MIB))
        assert b" 408 " in sending.recv(65_536).split(b"\r\n")[0]
    assert files_of(alone.site) == []


def test_the_server_takes_no_more_than_it_keeps(alone: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that what a client has sent is its progress."""
    released = threading.Event()
    chunks = route._chunks

    async def slow(request: Any) -> Any:
        async for chunk in chunks(request):
            yield chunk
            await asyncio.to_thread(released.wait, TIMEOUT_S)

    monkeypatch.setattr(route, "_chunks", slow)
    with connection(alone) as sending:
        sending.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 65_536)
        sending.sendall(head(alone, f"Content-Length: {20 * MIB}"))
        sent = sent_until_full(sending)
        assert sent < 15 * MIB
        released.set()
        sending.sendall(bytes(20 * MIB - sent))
        assert b" 201 " in sending.recv(65_536).split(b"\r\n")[0]


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("offer.pdf", "offer.pdf"),
        ("UTF-8''offer.pdf", "offer.pdf"),
        ("utf-8'en'%E2%82%AC%20rates.pdf", "€ rates.pdf"),
        ("iso-8859-1''caf%E9.txt", "café.txt"),
        ("UTF-8''Angebot%20%F0%9F%8F%97%EF%B8%8F.pdf", "Angebot 🏗️.pdf"),
        ("UTF-8''..%2F..%2Fetc%2Fpasswd", "passwd"),
        ("C:\\Users\\Ann\\offer.pdf", "offer.pdf"),
        ("UTF-8''a%0D%0Ab%00c.txt", "abc.txt"),
        ("UTF-8''invoice%E2%80%AEfdp.exe", "invoicefdp.exe"),
        ("UTF-8''..", "file"),
        ("UTF-8''%20%20", "file"),
        (None, "file"),
        ("100% sure.txt", "100% sure.txt"),
        ('a "quoted" name.txt', 'a "quoted" name.txt'),
        ("UTF-8''" + "x" * 400 + ".tar", "x" * 251 + ".tar"),
        ("UTF-8''" + "%E4%B8%AD" * 2_000 + ".pdf", "中" * 251 + ".pdf"),
    ],
)
def test_the_name_is_what_is_left_without_folders_and_tricks(
    api: Api, lead: str, header: str | None, name: str
) -> None:
    answer = send(api, name=header)
    assert answer.status_code == 201, answer.text
    assert kept(api, answer.json()["fileId"], lead)["name"] == name


def test_a_name_in_plain_utf_8_is_taken_too(api: Api, lead: str) -> None:
    with connection(api) as sending:
        sending.sendall(head(api, "Content-Length: 0", "X-File-Name: Köln.txt"))
        answer = sending.recv(65_536).decode()
    file_id = answer.partition('"fileId":"')[2].partition('"')[0]
    assert kept(api, file_id, lead)["name"] == "Köln.txt"


def test_a_name_in_no_character_set_is_refused(api: Api) -> None:
    answer = send(api, name="UTF-8''%FF%FE")
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "BAD_REQUEST")


@pytest.mark.parametrize(
    ("claimed", "shown"),
    [
        ("application/pdf", "application/pdf"),
        ("text/plain; charset=utf-8", "text/plain; charset=utf-8"),
        ("made/up+type", "made/up+type"),
        ("nonsense", "application/octet-stream"),
        ("x/" + "y" * 300, "application/octet-stream"),
    ],
)
def test_the_type_is_the_one_that_was_claimed(api: Api, lead: str, claimed: str, shown: str) -> None:
    assert kept(api, uploaded(api, content_type=claimed), lead)["contentType"] == shown


def test_a_form_and_a_compressed_body_are_refused(api: Api) -> None:
    assert send(api, **{"content-type": "multipart/form-data; boundary=x"}).status_code == 415
    assert send(api, **{"content-encoding": "gzip"}).status_code == 415


@pytest.mark.parametrize("authorization", ["", "Bearer nobody", "Basic !!!"])
def test_nobody_uploads_without_a_key(api: Api, authorization: str) -> None:
    answer = send(api, authorization=authorization)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (401, "UNAUTHENTICATED")
    assert answer.headers["www-authenticate"].startswith("Bearer")


def test_the_same_content_lies_once_in_an_organization_and_again_in_another(alone: Api) -> None:
    other = admin_of_new_organization(alone.site, "Elsewhere")
    ids = {uploaded(alone), uploaded(alone)}
    assert len(ids) == 2
    assert len(files_of(alone.site)) == 1
    uploaded(other)
    assert len(files_of(alone.site)) == 2


def test_an_upload_is_used_once(api: Api, lead: str) -> None:
    file_id = uploaded(api)
    attach(api, lead, file_id)
    with pytest.raises(Refused) as refused:
        attach(api, api.lead(), file_id)
    (refusal,) = refused.value.refusals
    assert isinstance(refusal, FileNotFound)
    assert refusal.path == ("file_ids", "0")


def test_an_upload_that_many_leads_want_at_once_is_on_one_of_them(api: Api) -> None:
    file_id = uploaded(api)
    leads = [api.lead() for _ in range(6)]

    def use(lead: str) -> Any:
        return api.answer("writeNote", "note { id }", leadId=lead, text="See this", fileIds=[file_id])

    with ThreadPoolExecutor(len(leads)) as pool:
        payloads = list(pool.map(use, leads))
    assert sum(payload["note"] is not None for payload in payloads) == 1
    errors = [error for payload in payloads for error in payload["errors"]]
    assert [error["reason"] for error in errors] == ["file_not_found"] * (len(leads) - 1)
    counts = [api.look(lead, "files { totalCount } activityCounts { kind count }") for lead in leads]
    assert sum(one["files"]["totalCount"] for one in counts) == 1
    assert sum(each["count"] for one in counts for each in one["activityCounts"] if each["kind"] == "NOTE") == 1


def test_a_file_of_the_lead_is_used_again_under_another_id(api: Api, lead: str) -> None:
    file_id = a_file(api, lead)
    attach(api, lead, file_id)
    found = api.look(lead, "files { nodes { id sha256 } }")["files"]["nodes"]
    assert len({one["id"] for one in found}) == 2
    assert {one["sha256"] for one in found} == {SHA256}


@pytest.mark.parametrize("whose", ["a colleague's", "another organization's", "nobody's", "too old"])
def test_files_that_cannot_be_used_are_all_refused_alike(api: Api, stranger: Api, lead: str, whose: str) -> None:
    match whose:
        case "a colleague's":
            file_id = uploaded(api.colleague())
        case "another organization's":
            file_id = uploaded(stranger)
        case "too old":
            file_id = uploaded(api)
            expire(api)
        case _:
            file_id = "file_0000000000000000000000"
    with pytest.raises(Refused) as refused:
        attach(api, lead, file_id)
    assert [type(one) for one in refused.value.refusals] == [FileNotFound]
    assert api.look(lead, "files { nodes { id } }")["files"]["nodes"] == []


def test_a_file_of_another_lead_cannot_be_used_here(api: Api, lead: str) -> None:
    file_id = a_file(api, api.lead())
    with pytest.raises(Refused):
        attach(api, lead, file_id)


def test_what_a_kind_of_message_cannot_carry_is_refused_where_it_is_used(api: Api, lead: str) -> None:
    file_id = uploaded(api, bytes(5 * MIB + 1))
    refused = api.refused("logSms", leadId=lead, direction="INBOUND", fileIds=[file_id])
    assert refused == ("TOO_LARGE", "file_too_large", "fileIds.0")


def test_who_leaves_too_much_unused_has_to_wait(api: Api, monkeypatch: pytest.MonkeyPatch, lead: str) -> None:
    monkeypatch.setattr("app.files.uploads.WAITING_MAX", 2)
    used, unused = uploaded(api), uploaded(api)
    answer = send(api)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (429, "LIMIT_REACHED")
    uploaded(api.colleague())
    attach(api, lead, used)
    uploaded(api)
    assert unused


def test_known_files_are_those_of_leads_and_unused_uploads(api: Api, lead: str) -> None:
    from app.files.known import known_files

    on_lead = attachment()
    filed(api, lead, on_lead)
    waiting, used = uploaded(api), uploaded(api)
    attach(api, lead, used)
    ids = [on_lead.file_id, *(FileId(decode_id("file", one)) for one in (waiting, used))]
    known = api.site.operate(known_files(api.site.system.store, None, api.org_id, ids))
    assert known[ids[0]].lead_id == known[ids[2]].lead_id == decode_id("lead", lead)
    assert (known[ids[1]].lead_id, known[ids[1]].uploaded_by) == (None, api.user_id)


def test_the_setting_says_how_long_a_file_may_be(common_databases: CommonDatabases) -> None:
    with serving(common_databases.of(18), file_limit_bytes=10) as site:
        api = admin_of_new_organization(site)
        assert send(api, b"0123456789").status_code == 201
        assert send(api, b"01234567890").status_code == 413


def expire(api: Api) -> None:
    """Let a day go by for an organization's uploads."""
    old = "UPDATE upload SET expires_at = now() - interval '2 hours' WHERE org_id = $1"
    api.site.operate(api.site.system.store.fetch(None, old, api.org_id))


def sent_until_full(sending: socket.socket) -> int:
    """How many bytes a connection takes before it takes no more."""
    sending.settimeout(1.0)
    sent = 0
    try:
        while True:
            sent += sending.send(bytes(65_536))
    except TimeoutError:
        sending.settimeout(TIMEOUT_S)
        return sent
