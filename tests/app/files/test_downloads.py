"""GET /files/{id}: a file goes to whoever may see its lead just now, whole or in parts, and cannot harm the browser."""

from __future__ import annotations

import base64
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from app.file_routes.headers import disposition
from app.files import addresses
from app.ids import FileId, decode_id
from app.vocabulary import Role
from schema.ids import public_id
from tests.schema.test_restricted import own, restricted
from tests.support.api import Api, admin_of_new_organization
from tests.support.filed import CONTENT, SHA256, a_file, attach, attachment, fetch, filed, uploaded, url_of
from tests.support.office import CommonDatabases
from tests.support.serving import TIMEOUT_S, serving

DIGITS = b"0123456789"
TAG = '"84d89877f0d4041efb6bf91a16f0248f2fd573e6af05c19f96bedb9f882f7882"'  # of DIGITS


def is_absent(answer: httpx.Response) -> bool:
    """The one answer to everything that is not there."""
    message = "There is no such file, or the address is too old. Ask for a new one."
    return answer.status_code == 404 and answer.json() == {"errors": [{"code": "NOT_FOUND", "message": message}]}


def with_key(api: Api, file_id: str, method: str = "GET", **headers: str) -> httpx.Response:
    headers = {"authorization": f"Bearer {api.key}", **headers}
    return api.site.http.request(method, f"{api.site.url}/files/{file_id}", headers=headers, timeout=TIMEOUT_S)


@pytest.fixture
def digits(api: Api, lead: str) -> str:
    """The id of a file of ten bytes."""
    return a_file(api, lead, DIGITS, "digits.txt", "text/plain")


def test_a_file_comes_back_as_it_was_sent(api: Api, lead: str) -> None:
    content = os.urandom(3_000_000)
    answer = fetch(api, url_of(api, a_file(api, lead, content)))
    assert answer.status_code == 200
    assert answer.content == content
    assert int(answer.headers["content-length"]) == len(content)


def test_an_address_begins_as_the_client_reaches_the_server(common_databases: CommonDatabases) -> None:
    """The front end may be somewhere else: what permalinks begin with need not serve files."""
    with serving(common_databases.of(18), app_url="https://crm.example/app") as site:
        api = admin_of_new_organization(site)
        lead = api.lead()
        assert api.look(lead, "permalink") == {"permalink": f"https://crm.example/app/lead/{lead}"}
        url = url_of(api, a_file(api, lead, DIGITS))
        assert url.startswith(f"{site.url}/files/")
        assert fetch(api, url).content == DIGITS
        assert host_of(api, url.split("?")[0].rpartition("/")[2], "crm.example") == ("https", "crm.example")


def host_of(api: Api, file_id: str, host: str) -> tuple[str, str]:
    """Scheme and host of a file's address for who names the server by a host."""
    query = "query ($id: ID!) { node(id: $id) { ... on File { downloadUrl } } }"
    headers = {"authorization": f"Bearer {api.key}", "host": host}
    answer = api.site.http.post(api.site.graphql, json={"query": query, "variables": {"id": file_id}}, headers=headers)
    url = urlsplit(answer.json()["data"]["node"]["downloadUrl"])
    assert url.path == f"/files/{file_id}"
    return url.scheme, url.netloc


@pytest.mark.parametrize("host", ["leads.example:8443", "bad host/path"])
def test_no_host_header_makes_an_address_of_something_else(api: Api, digits: str, host: str) -> None:
    expected = urlsplit(api.site.url).netloc if " " in host else host
    assert host_of(api, digits, host) == ("http", expected)


def test_an_empty_file_is_a_file(api: Api, lead: str) -> None:
    answer = fetch(api, url_of(api, a_file(api, lead, b"")))
    assert (answer.status_code, answer.content, answer.headers["content-length"]) == (200, b"", "0")


def test_an_address_needs_no_key_and_says_when_it_ends(api: Api, lead: str) -> None:
    before = datetime.now(UTC)
    asked = api.ask(
        "query ($id: ID!) { node(id: $id) { ... on File { downloadUrl downloadUrlExpiresAt } } }",
        id=a_file(api, lead),
    )["node"]
    ends = datetime.fromisoformat(asked["downloadUrlExpiresAt"])
    assert before + timedelta(minutes=4, seconds=58) < ends <= datetime.now(UTC) + timedelta(minutes=5)
    assert fetch(api, asked["downloadUrl"]).content == CONTENT


def test_a_client_with_a_key_needs_no_address(api: Api, digits: str) -> None:
    assert with_key(api, digits).content == DIGITS
    basic = base64.b64encode(f"{api.key}:".encode()).decode()
    assert with_key(api, digits, authorization=f"Basic {basic}").content == DIGITS


@pytest.mark.parametrize("authorization", ["", "Bearer nobody"])
def test_without_either_it_is_asked_for_a_key(api: Api, digits: str, authorization: str) -> None:
    answer = with_key(api, digits, authorization=authorization)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (401, "UNAUTHENTICATED")


# ---------------------------------------------------------------- addresses die


def test_an_address_dies_after_five_minutes(api: Api, digits: str, monkeypatch: pytest.MonkeyPatch) -> None:
    url = url_of(api, digits)
    assert fetch(api, url).status_code == 200
    monkeypatch.setattr(addresses, "datetime", clock_in(timedelta(minutes=5, seconds=1)))
    assert is_absent(fetch(api, url))


def test_an_address_is_for_one_file(api: Api, lead: str, digits: str) -> None:
    signature = parse_qs(urlsplit(url_of(api, digits)).query)["signature"][0]
    other = a_file(api, lead)
    assert is_absent(fetch(api, f"{api.site.url}/files/{other}?signature={signature}"))


def test_every_character_of_a_signature_counts(api: Api, digits: str) -> None:
    url = url_of(api, digits)
    stem, _, signature = url.partition("signature=")
    for place in range(len(signature) - 1):
        changed = "A" if signature[place] != "A" else "B"
        assert is_absent(fetch(api, f"{stem}signature={signature[:place]}{changed}{signature[place + 1 :]}"))


@pytest.mark.parametrize("signature", ["", "x", "A" * 119, "A" * 120, "%00", "%C3%BC" * 60, "A" * 4_000])
def test_what_is_no_signature_opens_nothing(api: Api, digits: str, signature: str) -> None:
    assert is_absent(fetch(api, f"{api.site.url}/files/{digits}?signature={signature}"))


def test_all_processes_share_one_secret(api: Api, digits: str) -> None:
    file_id = FileId(decode_id("file", digits))
    signature = parse_qs(urlsplit(url_of(api, digits)).query)["signature"][0]
    ticket = api.site.operate(api.site.system.files.addresses.ticket(file_id, signature))
    assert ticket is not None
    assert (ticket.org_id, ticket.user_id) == (api.org_id, api.user_id)


def delete_lead(api: Api, lead: str, viewer: Api) -> None:
    api.do("deleteLead", leadId=lead)


def delete_note(api: Api, lead: str, viewer: Api) -> None:
    (note,) = api.look(lead, "files { nodes { activity { id } } }")["files"]["nodes"]
    api.do("deleteActivity", activityId=note["activity"]["id"])


def deactivate(api: Api, lead: str, viewer: Api) -> None:
    api.do("deactivateUser", userId=public_id("user", viewer.user_id))


def revoke_key(api: Api, lead: str, viewer: Api) -> None:
    keys = viewer.ask("{ viewer { apiKeys { id } } }")["viewer"]["apiKeys"]
    for key in keys:
        api.do("revokeApiKey", apiKeyId=key["id"])


def restrict(api: Api, lead: str, viewer: Api) -> None:
    restricted(api)
    own(api, lead, api)
    api.do("changeRole", userId=public_id("user", viewer.user_id), role=Role.RESTRICTED.value)


@pytest.mark.parametrize("lose", [delete_lead, delete_note, deactivate, revoke_key, restrict])
def test_an_address_dies_with_the_rights_of_whom_it_was_for(
    api: Api, lead: str, lose: Callable[[Api, str, Api], None]
) -> None:
    viewer = api.colleague()
    url = url_of(viewer, a_file(api, lead))
    assert fetch(api, url).status_code == 200
    lose(api, lead, viewer)
    assert is_absent(fetch(api, url))


def named_then(api: Api, lead: str, file_id: str) -> str:
    """The id of a file at this moment."""
    return f"{file_id}~{api.look(lead, 'version')['version']}"


def test_a_file_that_was_taken_away_is_still_what_it_was_then(api: Api, lead: str) -> None:
    file_id = a_file(api, lead)
    then = named_then(api, lead, file_id)
    delete_note(api, lead, api)
    assert is_absent(with_key(api, file_id))
    assert fetch(api, url_of(api, then)).content == CONTENT
    assert with_key(api, then).content == CONTENT
    assert is_absent(with_key(api, named_then(api, lead, file_id)))


@pytest.mark.parametrize("lose", [delete_lead, deactivate, revoke_key, restrict])
def test_a_file_of_the_past_is_for_those_who_see_its_lead_today(
    api: Api, lead: str, lose: Callable[[Api, str, Api], None], stranger: Api
) -> None:
    viewer = api.colleague()
    then = named_then(api, lead, a_file(api, lead))
    url = url_of(viewer, then)
    assert fetch(api, url).status_code == 200
    lose(api, lead, viewer)
    assert is_absent(fetch(api, url))
    assert is_absent(with_key(stranger, then))


def test_another_organization_s_file_is_as_absent_as_none(api: Api, stranger: Api, digits: str) -> None:
    assert is_absent(with_key(stranger, digits))
    assert is_absent(with_key(api, "file_0000000000000000000000"))
    assert is_absent(with_key(api, "lead_0000000000000000000000"))
    assert is_absent(with_key(api, "nonsense"))
    assert is_absent(with_key(api, f"{digits}~9999999999"))


def test_the_same_content_of_another_organization_opens_nothing(api: Api, stranger: Api, lead: str) -> None:
    theirs = a_file(stranger, stranger.lead())
    a_file(api, lead)
    assert is_absent(with_key(api, theirs))


def test_an_upload_that_nothing_uses_is_no_file_yet(api: Api) -> None:
    assert is_absent(with_key(api, uploaded(api)))


def test_one_of_two_uses_of_the_same_content_survives_the_other(api: Api, lead: str) -> None:
    first, second = uploaded(api), uploaded(api)
    note = attach(api, lead, first)
    attach(api, lead, second)
    api.do("deleteActivity", activityId=note)
    assert is_absent(with_key(api, first))
    assert with_key(api, second).content == CONTENT


# ---------------------------------------------------------------- parts of a file


@pytest.mark.parametrize(
    ("asked", "start", "content"),
    [
        ("bytes=0-3", 0, b"0123"),
        ("bytes=4-", 4, b"456789"),
        ("bytes=-3", 7, b"789"),
        ("bytes=-100", 0, DIGITS),
        ("bytes=8-100", 8, b"89"),
        ("bytes=9-9", 9, b"9"),
    ],
)
def test_a_range_is_answered_with_that_part(api: Api, digits: str, asked: str, start: int, content: bytes) -> None:
    answer = with_key(api, digits, range=asked)
    assert (answer.status_code, answer.content) == (206, content)
    assert answer.headers["content-range"] == f"bytes {start}-{start + len(content) - 1}/10"
    assert answer.headers["content-length"] == str(len(content))


@pytest.mark.parametrize("asked", ["bytes=10-", "bytes=10-20", "bytes=-0", "bytes=9999999999999999999-"])
def test_a_range_behind_the_end_is_told_the_length(api: Api, digits: str, asked: str) -> None:
    answer = with_key(api, digits, range=asked)
    assert (answer.status_code, answer.headers["content-range"]) == (416, "bytes */10")


def test_of_an_empty_file_there_is_no_part(api: Api, lead: str) -> None:
    assert with_key(api, a_file(api, lead, b""), range="bytes=0-").status_code == 416


@pytest.mark.parametrize("asked", ["bytes=0-1,3-4", "bytes=5-2", "bytes=-", "bytes=a-b", "lines=1-2", "bytes", ""])
def test_other_ranges_are_answered_with_all_of_it(api: Api, digits: str, asked: str) -> None:
    answer = with_key(api, digits, range=asked)
    assert (answer.status_code, answer.content) == (200, DIGITS)


@pytest.mark.parametrize(("meant_for", "status"), [(TAG, 206), ('"other"', 200), (f"W/{TAG}", 200)])
def test_a_range_meant_for_other_content_is_answered_with_all(
    api: Api, digits: str, meant_for: str, status: int
) -> None:
    assert with_key(api, digits, **{"range": "bytes=0-3", "if-range": meant_for}).status_code == status


@pytest.mark.parametrize(
    ("known", "status"), [(TAG, 304), (f'"other", W/{TAG}', 304), ("*", 304), ('"other"', 200), (SHA256, 200)]
)
def test_who_has_the_content_is_not_sent_it_again(api: Api, digits: str, known: str, status: int) -> None:
    answer = with_key(api, digits, **{"if-none-match": known})
    assert (answer.status_code, answer.headers["etag"]) == (status, TAG)


def test_head_is_all_but_the_content(api: Api, digits: str) -> None:
    answer, whole = with_key(api, digits, "HEAD"), with_key(api, digits)
    assert (answer.status_code, answer.content) == (200, b"")
    same = {name: value for name, value in whole.headers.items() if name != "date"}
    assert {name: value for name, value in answer.headers.items() if name != "date"} == same


@pytest.mark.parametrize("asked", ["bytes=0-1", "bytes=99-"])
def test_head_knows_no_parts(api: Api, digits: str, asked: str) -> None:
    whole, answer = with_key(api, digits), with_key(api, digits, "HEAD", range=asked)
    assert (answer.status_code, answer.headers["content-length"]) == (200, whole.headers["content-length"])


# ---------------------------------------------------------------- nothing of it runs


def test_nothing_in_a_file_may_run_or_be_kept(api: Api, digits: str) -> None:
    headers = fetch(api, url_of(api, digits)).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-security-policy"] == "sandbox; default-src 'none'"
    assert headers["cache-control"] == "private, no-store"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["accept-ranges"] == "bytes"


@pytest.mark.parametrize(
    ("claimed", "how", "shown"),
    [
        ("image/png", "inline", "image/png"),
        ("IMAGE/PNG; x=y", "inline", "image/png"),
        ("application/pdf", "inline", "application/pdf"),
        ("audio/mpeg", "inline", "audio/mpeg"),
        ("text/html", "attachment", "application/octet-stream"),
        ("image/svg+xml", "attachment", "application/octet-stream"),
        ("application/xhtml+xml", "attachment", "application/octet-stream"),
        ("text/plain", "attachment", "application/octet-stream"),
        ("image/png, text/html", "attachment", "application/octet-stream"),
        ("", "attachment", "application/octet-stream"),
    ],
)
def test_only_what_is_harmless_is_shown_in_a_page(api: Api, lead: str, claimed: str, how: str, shown: str) -> None:
    file_id = a_file(api, lead, b"<script>alert(1)</script>", kind=claimed or "x")
    url = url_of(api, file_id, "(inline: true)")
    for answer in (fetch(api, url), with_key(api, f"{file_id}?disposition=inline")):
        assert answer.headers["content-disposition"].partition(";")[0] == how
        assert answer.headers["content-type"] == shown
    assert fetch(api, url_of(api, file_id)).headers["content-disposition"].startswith("attachment;")


def test_an_address_to_save_a_file_cannot_be_made_to_show_it(api: Api, lead: str) -> None:
    url = url_of(api, a_file(api, lead, kind="image/png"))
    assert fetch(api, f"{url}&disposition=inline").headers["content-disposition"].startswith("attachment;")


@pytest.mark.parametrize(
    ("name", "plain", "extended"),
    [
        ("offer.pdf", "offer.pdf", "offer.pdf"),
        ('a"b\\c.txt', "c.txt", "c.txt"),
        ('a"; filename="evil.exe', "a_; filename=_evil.exe", "a%22%3B%20filename%3D%22evil.exe"),
        ("a\r\nSet-Cookie: x=y.txt", "aSet-Cookie: x=y.txt", "aSet-Cookie%3A%20x%3Dy.txt"),
        ("../../etc/passwd", "passwd", "passwd"),
        ("€ 🏗️.pdf", "_ __.pdf", "%E2%82%AC%20%F0%9F%8F%97%EF%B8%8F.pdf"),
        ("\u202egpj.exe", "gpj.exe", "gpj.exe"),
        ("100%41.txt", "100_41.txt", "100%2541.txt"),
        ("", "file", "file"),
        ("x" * 10_000, "x" * 255, "x" * 255),
        ("\ud800\0", "file", "file"),
    ],
)
def test_no_name_breaks_out_of_its_header(name: str, plain: str, extended: str) -> None:
    assert disposition("attachment", name) == f"attachment; filename=\"{plain}\"; filename*=UTF-8''{extended}"


def test_names_that_came_with_mail_are_cleaned_where_they_go_out(api: Api, lead: str) -> None:
    file_id = a_file(api, lead)
    imported = attachment("a\r\nb/€\u202e.pdf", sha256=SHA256, size_bytes=len(CONTENT))
    filed(api, lead, imported)
    answer = with_key(api, public_id("file", imported.file_id))
    assert answer.content == CONTENT
    assert answer.headers["content-disposition"] == "attachment; filename=\"_.pdf\"; filename*=UTF-8''%E2%82%AC.pdf"
    assert file_id


def test_lost_content_is_told_as_lost(api: Api, lead: str, caplog: pytest.LogCaptureFixture) -> None:
    lost = attachment(sha256="0" * 64)
    filed(api, lead, lost)
    answer = with_key(api, public_id("file", lost.file_id))
    assert answer.status_code == 410
    assert "ContentLost" in caplog.text


def clock_in(ahead: timedelta) -> type[datetime]:
    """A clock that is ahead of ours."""

    class Ahead(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
            del tz
            return datetime.now(UTC) + ahead

    return Ahead
