"""The endpoint over HTTP: methods, media types, bodies."""

import asyncio
import base64
import json
import uuid
from collections.abc import Iterator

import httpx
import pytest

from schema.edge import EdgeSettings
from tests.schema.edge.conftest import Serve
from tests.schema.edge.serving import Served
from tests.schema.edge.toy import KEY

GRAPHQL_JSON = "application/graphql-response+json"


def code(response: httpx.Response) -> object:
    return response.json()["errors"][0]["extensions"]["code"]


def test_a_query_is_answered(served: Served) -> None:
    assert served.post("{ hello }").json()["data"] == {"hello": "hello world"}


def test_variables_reach_the_resolver(served: Served) -> None:
    answer = served.post("query ($name: String!) { hello(name: $name) }", variables={"name": "Ann"})
    assert answer.json()["data"] == {"hello": "hello Ann"}


def test_the_answer_says_what_the_operation_cost(served: Served) -> None:
    answer = served.post("{ leads(first: 7) { nodes { id } } }")
    assert answer.json()["extensions"]["cost"] == {"requested": 8, "maximum": 10_000}


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        ("application/json", "application/json"),
        (GRAPHQL_JSON, GRAPHQL_JSON),
        (f"{GRAPHQL_JSON}, application/json;q=0.9", GRAPHQL_JSON),
        (f"application/json;q=0.5, {GRAPHQL_JSON};q=0.1", "application/json"),
        (f"application/json;q=0, {GRAPHQL_JSON}", GRAPHQL_JSON),
        ("*/*", "application/json"),
        ("text/html, application/*;q=0.1", "application/json"),
    ],
)
def test_the_client_chooses_the_media_type(served: Served, accept: str, media: str) -> None:
    answer = served.post("{ hello }", headers={"accept": accept})
    assert answer.headers["content-type"] == f"{media}; charset=utf-8"


def test_another_media_type_is_not_acceptable(served: Served) -> None:
    assert served.post("{ hello }", headers={"accept": "application/xml"}).status_code == 406


@pytest.mark.parametrize("query", ["{", "{ nope }", "query A { hello } query B { hello }"])
def test_a_request_error_is_a_400_in_the_new_media_type_and_a_200_in_the_old_one(served: Served, query: str) -> None:
    statuses = [
        served.post(query, headers={"accept": media}).status_code for media in (GRAPHQL_JSON, "application/json")
    ]
    assert statuses == [400, 200]


def test_a_request_error_has_no_data(served: Served) -> None:
    assert "data" not in served.post("{ nope }").json()


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "OPTIONS"])
def test_operations_come_by_post_alone(served: Served, method: str) -> None:
    answer = httpx.request(method, served.url, params={"query": "{ hello }"})
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, POST")


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/json; charset=latin-1"],
)
def test_a_body_that_is_not_json_in_utf_8_is_refused_by_its_type(served: Served, content_type: str) -> None:
    assert served.post("{ hello }", headers={"content-type": content_type}).status_code == 415


def test_a_compressed_body_is_refused(served: Served) -> None:
    assert served.post("{ hello }", headers={"content-encoding": "gzip"}).status_code == 415


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"nonsense",
        b'"a string"',
        b"null",
        b'{"query": 5}',
        b'{"query": ""}',
        b'{"qeury": "{ hello }"}',
        b'{"query": "{ hello }", "variables": []}',
        b'{"query": "{ hello }", "variables": "{}"}',
        b'{"query": "{ hello }", "operationName": 5}',
        b'{"query": "{ hello }", "extensions": 5}',
        b'{"query": "\xff"}',
        b'{"query": "\\ud800"}',
        b'{"query": "{ hello }", "variables": {"n": ' + b"1" * 5_000 + b"}}",
        b'{"query": "{ hello }", "variables": {"n": ' + b"[" * 2_000 + b"]" * 2_000 + b"}}",
        b'{"query": "{ hello }", "variables": {"n": ' + b"[" * 64 + b"]" * 64 + b"}}",
    ],
)
def test_a_body_that_is_no_request_is_a_400(served: Served, body: bytes) -> None:
    answer = served.send(body)
    assert (answer.status_code, code(answer)) == (400, "BAD_REQUEST")


def test_a_body_may_be_nested_as_deep_as_is_allowed(served: Served) -> None:
    value = "[" * 62 + "]" * 62
    answer = served.post("query ($v: JSON!) { echo(value: $v) }", variables={"v": json.loads(value)})
    assert answer.json()["data"] == {"echo": json.loads(value)}


def test_batches_are_refused(served: Served) -> None:
    assert served.send(b'[{"query": "{ hello }"}]').status_code == 400


def test_null_members_are_as_absent_ones(served: Served) -> None:
    answer = served.post("{ hello }", variables=None, operationName=None, extensions=None)
    assert answer.json()["data"] == {"hello": "hello world"}


def test_a_body_that_announces_too_much_is_too_large(served: Served) -> None:
    answer = served.post("{ hello }", variables={"description": "x" * 10_000_000})
    assert (answer.status_code, code(answer)) == (413, "TOO_LARGE")


def test_a_body_that_announces_nothing_is_read_as_far_as_is_allowed(served: Served) -> None:
    sent: list[bytes] = []

    def endless() -> Iterator[bytes]:
        while len(sent) < 10_000:
            sent.append(b" " * 10_000)
            yield sent[-1]

    assert served.send(endless()).status_code == 413


def test_a_body_of_exactly_the_limit_is_read(served: Served) -> None:
    body = json.dumps({"query": "{ hello }"}).encode()
    assert served.send(body.ljust(256 * 1024)).status_code == 200


async def test_a_body_that_does_not_arrive_is_not_waited_for(serve: Serve) -> None:
    served = serve(EdgeSettings(body_timeout_s=0.1))
    reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
    writer.write(_head(100) + b"{")
    assert (await reader.readline()).startswith(b"HTTP/1.1 408")
    writer.close()


@pytest.mark.parametrize(
    "authorization",
    [f"Bearer {KEY}", f"bearer {KEY}", "Basic " + base64.b64encode(f"{KEY}:".encode()).decode()],
)
def test_a_key_comes_as_bearer_or_as_basic_user_name(served: Served, authorization: str) -> None:
    answer = served.post("{ principal }", headers={"authorization": authorization})
    assert answer.json()["data"] == {"principal": "user_1"}


@pytest.mark.parametrize(
    "authorization",
    [
        "",
        "Bearer",
        "Bearer wrong",
        f"Digest {KEY}",
        "Basic !!!",
        "Basic " + base64.b64encode(b"\xff:").decode(),
        "Basic " + base64.b64encode(f"{KEY}:password".encode()).decode(),
        "Basic " + base64.b64encode(KEY.encode()).decode(),
    ],
)
def test_without_a_valid_key_nothing_is_read(served: Served, authorization: str) -> None:
    answer = served.send(b"not even JSON", {"authorization": authorization})
    assert (answer.status_code, code(answer)) == (401, "UNAUTHENTICATED")


def test_a_401_says_how_to_authenticate(served: Served) -> None:
    answer = served.post("{ hello }", headers={"authorization": ""})
    assert answer.headers["www-authenticate"].startswith("Bearer ")


def test_a_subscription_is_pointed_to_the_websocket(served: Served) -> None:
    assert "websocket" in served.post("subscription { ticks(count: 1) { number } }").json()["errors"][0]["message"]


def test_the_operation_named_is_the_one_that_runs(served: Served) -> None:
    answer = served.post('query A { hello } query B { hello(name: "B") }', operationName="B")
    assert answer.json()["data"] == {"hello": "hello B"}


@pytest.mark.parametrize("name", [None, "C"])
def test_an_operation_that_is_not_clear_is_refused(served: Served, name: str | None) -> None:
    answer = served.post("query A { hello } query B { hello }", operationName=name)
    assert code(answer) == "OPERATION_RESOLUTION_FAILURE"


def test_the_context_is_told_what_it_is_opened_for(served: Served) -> None:
    request_id = uuid.uuid4()
    change = 'mutation Change { changeLeadStatus(input: { leadId: "lead_1", status: "Won" }) { lead { id } } }'
    served.post(change, headers={"x-request-id": str(request_id)})
    facts = served.world.facts[-1]
    assert (facts.kind.value, facts.operation_name, facts.transport, facts.request_id) == (
        "mutation",
        "Change",
        "http",
        request_id,
    )


def test_a_request_id_that_is_no_uuid_is_replaced(served: Served) -> None:
    answer = served.post("{ hello }", headers={"x-request-id": "rm -rf"})
    assert str(uuid.UUID(answer.headers["x-request-id"])) == answer.headers["x-request-id"]


def test_an_operation_ends_at_its_time_limit(serve: Serve) -> None:
    served = serve(EdgeSettings(operation_timeout_s=0.1))
    answer = served.post("{ slow }", headers={"accept": GRAPHQL_JSON})
    assert (answer.status_code, code(answer)) == (503, "TIMEOUT")


async def test_an_operation_ends_when_its_client_has_gone(served: Served) -> None:
    body = b'{"query": "{ slow }"}'
    _, writer = await asyncio.open_connection("127.0.0.1", served.port)
    writer.write(_head(len(body)) + body)
    await served.until(served.world.started.is_set)
    writer.close()
    await served.until(lambda: served.world.ended.is_set() and served.world.open_contexts == 0)


def _head(length: int) -> bytes:
    return (
        f"POST /graphql HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {KEY}\r\n"
        f"content-type: application/json\r\ncontent-length: {length}\r\n\r\n"
    ).encode()
