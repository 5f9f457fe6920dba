"""`GET /events`: an integrator reads the whole log, a line an event, and goes on where it stopped."""

from __future__ import annotations

import hashlib
import json
import threading
from base64 import b64decode, b64encode
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from app import event_routes
from app.vocabulary import Role
from tests.support.api import Api
from tests.support.serving import TIMEOUT_S


def asked(api: Api, key: str | None = None, **parameters: Any) -> httpx.Response:
    """The answer to a key's question."""
    headers = {"authorization": f"Bearer {key or api.key}"}
    return api.site.http.get(f"{api.site.url}/events", params=parameters, headers=headers, timeout=TIMEOUT_S)


def lines(api: Api, **parameters: Any) -> list[dict[str, Any]]:
    """The events of an answer."""
    answer = asked(api, **parameters)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/x-ndjson")
    assert "content-length" not in answer.headers
    return [json.loads(line) for line in answer.text.splitlines()]


FIELDS = """id position streamId streamVersion type schemaVersion data payload payloadHash headline recordedAt
user { id name } apiKeyId source correlationId causationId idempotencyKey lead { id }"""


def test_lines_have_what_graphql_has(api: Api, lead: str) -> None:
    api.do("writeNote", leadId=lead, text="Likes stairs – 🏠", idempotencyKey="k1")
    api.colleague()
    nodes = api.ask("{ events(first: 100) { nodes { %s } } }" % FIELDS)["events"]["nodes"]  # noqa: UP031 - braces
    assert lines(api) == nodes
    assert [one["position"] for one in nodes] == list(range(1, len(nodes) + 1))


def test_who_reads_goes_on_where_it_stopped(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_routes, "BATCH", 3)
    for number in range(5):
        api.lead(name=f"Lead {number}")
    whole = lines(api)
    assert len(whole) > 9
    parts: list[dict[str, Any]] = []
    while part := lines(api, after=parts[-1]["position"] if parts else 0, limit=4):
        assert len(part) <= 4
        parts += part
    assert parts == whole
    assert lines(api, after=whole[-1]["position"]) == lines(api, limit=0) == []
    assert lines(api, after=10**17) == []


def test_stored_bytes_are_those_of_the_hash(api: Api, lead: str) -> None:
    for one in lines(api):
        assert hashlib.sha256(b64decode(one["payload"])).hexdigest() == one["payloadHash"]


def test_basic_credentials_do_as_well(api: Api) -> None:
    basic = b64encode(f"{api.key}:".encode()).decode()
    answer = api.site.http.get(f"{api.site.url}/events", headers={"authorization": f"Basic {basic}"})
    assert answer.status_code == 200


@pytest.mark.parametrize("role", [Role.MEMBER, Role.RESTRICTED])
def test_only_admins_read_it(api: Api, role: Role) -> None:
    answer = asked(api.colleague(role=role))
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (403, "FORBIDDEN")


def test_a_key_is_asked_for(api: Api) -> None:
    for headers in ({}, {"authorization": "Bearer nobody"}):
        answer = api.site.http.get(f"{api.site.url}/events", headers=headers)
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (401, "UNAUTHENTICATED")
        assert "bearer" in answer.headers["www-authenticate"].lower()


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("after", "-1"),
        ("after", "x"),
        ("after", "1" * 19),
        ("after", ""),
        ("limit", "1.5"),
        ("limit", "٣"),
        ("follow", "1"),
    ],
)
def test_what_cannot_be_asked_is_named(api: Api, word: str, value: str) -> None:
    answer = asked(api, **{word: value})
    assert answer.status_code == 400
    (error,) = answer.json()["errors"]
    assert (error["code"], error["message"].partition(":")[0]) == ("INVALID", word)


def test_nothing_of_another_organization_is_in_it(api: Api, stranger: Api) -> None:
    lead = stranger.lead(name="Theirs")
    assert lead not in asked(api).text
    assert lead in asked(stranger).text


def test_head_tells_what_it_would_be(api: Api) -> None:
    answer = api.site.http.head(f"{api.site.url}/events", headers={"authorization": f"Bearer {api.key}"})
    assert (answer.status_code, answer.headers["content-type"], answer.content) == (200, "application/x-ndjson", b"")


def following(api: Api, **parameters: Any) -> Iterator[dict[str, Any]]:
    """Events as they come."""
    headers = {"authorization": f"Bearer {api.key}"}
    url, asked_for = f"{api.site.url}/events", {"follow": "true", **parameters}
    with httpx.stream("GET", url, params=asked_for, headers=headers, timeout=TIMEOUT_S) as answer:
        for line in answer.iter_lines():
            yield json.loads(line)


def test_who_follows_gets_what_comes(api: Api) -> None:
    events = following(api, after=lines(api)[-1]["position"])
    timer = threading.Timer(0.2, lambda: api.lead(name="Later"))
    timer.start()
    try:
        found = next(events)
    finally:
        timer.join()
    assert (found["type"], found["data"]["name"]) == ("lead.created", "Later")
    events.close()  # type: ignore[attr-defined]


def test_who_follows_so_many_ends_with_them(api: Api) -> None:
    assert len(list(following(api, limit=3))) == 3


def test_who_may_not_any_more_is_sent_away(api: Api) -> None:
    other = api.colleague(role=Role.ADMIN)
    events = following(other, after=lines(api)[-1]["position"])
    demote = threading.Timer(0.2, lambda: api.do("changeRole", userId=_id(other), role="MEMBER"))
    demote.start()
    assert list(events) == []
    demote.join()


def _id(api: Api) -> str:
    found: str = api.ask("{ viewer { id } }")["viewer"]["id"]
    return found
