"""Operations over server-sent events: the way in, what is sent, and how streams end."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import httpx
import pytest

from schema.edge import EdgeSettings
from tests.schema.edge.conftest import Serve
from tests.schema.edge.serving import TIMEOUT_S, Served
from tests.schema.edge.toy import KEY

AUTHORIZATION = {"authorization": f"Bearer {KEY}"}
EVENTS = {**AUTHORIZATION, "accept": "text/event-stream"}
FEED = 'subscription { leadFeed(leadId: "lead_1") { cursor changes { __typename } } }'
COMPLETE = {"event": "complete", "data": ""}


class Stream:
    """A response that is read as it comes."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        self._lines = response.aiter_lines()

    async def event(self) -> dict[str, str]:
        """Fields of the next event, comments aside."""
        found: dict[str, str] = {}
        async with asyncio.timeout(TIMEOUT_S):
            async for line in self._lines:
                if not line and found:
                    return found
                if line and not line.startswith(":"):
                    name, _, value = line.partition(": ")
                    found[name] = value
        raise EOFError

    async def next(self) -> Any:
        """The payload of the next event, which is a `next`."""
        event = await self.event()
        assert event["event"] == "next", event
        return json.loads(event["data"])

    async def comment(self) -> None:
        """Wait for a comment."""
        async with asyncio.timeout(TIMEOUT_S):
            async for line in self._lines:
                if line.startswith(":"):
                    return
        raise EOFError


@asynccontextmanager
async def streaming(served: Served, query: str, **options: Any) -> AsyncIterator[Stream]:
    """An operation sent by POST."""
    headers = {**EVENTS, **options.pop("headers", {})}
    async with httpx.AsyncClient(timeout=TIMEOUT_S) as client:
        posted = client.stream("POST", f"{served.url}/stream", json={"query": query, **options}, headers=headers)
        async with posted as response:
            yield Stream(response)


def get(served: Served, headers: dict[str, str] | None = None, **parameters: str) -> httpx.Response:
    """The whole answer to a GET."""
    return httpx.get(
        f"{served.url}/stream", params=parameters, headers=EVENTS if headers is None else headers, timeout=TIMEOUT_S
    )


def post(served: Served, headers: dict[str, str] | None = None, **members: Any) -> httpx.Response:
    """The whole answer to a POST."""
    headers = EVENTS if headers is None else headers
    return httpx.post(f"{served.url}/stream", json=members, headers=headers, timeout=TIMEOUT_S)


def told(answer: httpx.Response) -> list[Any]:
    """Payloads of a stream that has completed."""
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/event-stream; charset=utf-8")
    *events, last = [block for block in answer.text.split("\n\n") if block and not block.startswith(":")]
    assert last == "event: complete\ndata: "
    return [json.loads(event.partition("event: next\ndata: ")[2]) for event in events]


def refused(answer: httpx.Response) -> tuple[int, str]:
    """Status and code of an answer in JSON."""
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    (error,) = answer.json()["errors"]
    return answer.status_code, error["extensions"]["code"]


# ---------------------------------------------------------------- what is sent


@pytest.mark.parametrize("send", [get, post])
def test_a_subscription_sends_each_event_and_completes(served: Served, send: Any) -> None:
    answers = told(send(served, query="subscription { ticks(count: 2) { number } }"))
    assert answers == [{"data": {"ticks": {"number": number}}} for number in range(2)]


@pytest.mark.parametrize("send", [get, post])
def test_a_query_is_answered_too(served: Served, send: Any) -> None:
    (answer,) = told(send(served, query="{ hello }"))
    assert answer["data"] == {"hello": "hello world"}


def test_a_mutation_is_answered_by_post_alone(served: Served) -> None:
    change = 'mutation { changeLeadStatus(input: { leadId: "lead_1", status: "Won" }) { lead { id } } }'
    (answer,) = told(post(served, query=change))
    assert answer["data"]["changeLeadStatus"]["lead"] == {"id": "lead_1"}
    by_get = get(served, query=change)
    assert refused(by_get) == (405, "BAD_REQUEST")
    assert by_get.headers["allow"] == "POST"


def test_parameters_of_an_address_are_those_of_a_body(served: Served) -> None:
    query = "query A($name: String!) { hello(name: $name) } query B { principal }"
    (answer,) = told(get(served, query=query, operationName="A", variables='{"name": "Änn & Bob\\n"}'))
    assert answer["data"] == {"hello": "hello Änn & Bob\n"}


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("{ nope }", "GRAPHQL_VALIDATION_FAILED"),
        ("query A { hello } query B { hello }", "OPERATION_RESOLUTION_FAILURE"),
        ('subscription { leadFeed(leadId: "x") { cursor } }', "NOT_FOUND"),
        ("query ContextFails { hello }", "INTERNAL"),
    ],
)
def test_a_bad_operation_is_an_answer_with_errors(served: Served, query: str, code: str) -> None:
    (answer,) = told(post(served, query=query))
    assert [error["extensions"]["code"] for error in answer["errors"]] == [code]
    assert "data" not in answer


def test_a_failure_in_mid_stream_is_the_last_answer(served: Served) -> None:
    *_, last = told(post(served, query='subscription { ticks(count: 1, then: "refuse") { number } }'))
    assert last["errors"][0]["extensions"]["code"] == "GONE"


async def test_an_item_s_cursor_is_the_event_s_id(served: Served) -> None:
    async with streaming(served, FEED) as stream:
        await served.until(served.world.started.is_set)
        served.post('mutation { changeLeadStatus(input: { leadId: "lead_1", status: "Won" }) { lead { id } } }')
        event = await stream.event()
    assert event["id"] == "c1"
    assert json.loads(event["data"])["data"]["leadFeed"]["cursor"] == "c1"


def test_what_has_no_cursor_has_no_id(served: Served) -> None:
    assert "id:" not in get(served, query="subscription { ticks(count: 1) { number } }").text


@pytest.mark.parametrize(("sent", "got"), [("c7", "c7"), ("", None), (None, None)])
def test_the_context_is_told_what_the_client_got_last(served: Served, sent: str | None, got: str | None) -> None:
    headers = EVENTS if sent is None else {**EVENTS, "last-event-id": sent}
    get(served, headers, query="subscription S { ticks(count: 1) { number } }")
    (facts,) = served.world.facts
    assert (facts.last_event_id, facts.transport, facts.operation_name) == (got, "events", "S")


async def test_a_silent_stream_has_comments(serve: Serve) -> None:
    async with streaming(serve(EdgeSettings(ping_interval_s=0.05)), FEED) as stream:
        for _ in range(3):
            await stream.comment()


def test_nobody_keeps_a_stream(served: Served) -> None:
    headers = get(served, query="{ hello }").headers
    assert (headers["cache-control"], headers["x-accel-buffering"]) == ("no-store", "no")


# ---------------------------------------------------------------- the way in


def test_without_a_key_it_is_unauthenticated_and_the_address_is_no_place_for_one(served: Served) -> None:
    answer = get(served, {"accept": "text/event-stream"}, query="{ hello }", authorization=KEY, token=KEY)
    assert refused(answer) == (401, "UNAUTHENTICATED")
    assert "www-authenticate" in answer.headers


def test_a_key_as_user_name_will_do(served: Served) -> None:
    answer = httpx.get(f"{served.url}/stream", params={"query": "{ hello }"}, auth=(KEY, ""))
    assert len(told(answer)) == 1


@pytest.mark.parametrize("method", ["PUT", "DELETE", "HEAD", "OPTIONS"])
def test_other_methods_are_not_allowed(served: Served, method: str) -> None:
    answer = httpx.request(method, f"{served.url}/stream", headers=EVENTS)
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, POST")


@pytest.mark.parametrize(
    ("accept", "status"),
    [("application/json", 406), ("text/event-stream;q=0", 406), ("text/*", 200), ("*/*", 200)],
)
def test_answers_are_events_alone(served: Served, accept: str, status: int) -> None:
    assert get(served, {**AUTHORIZATION, "accept": accept}, query="{ hello }").status_code == status


def test_a_page_of_another_origin_may_not_connect(served: Served, serve: Serve) -> None:
    headers = {**EVENTS, "origin": "https://evil.example"}
    assert refused(get(served, headers, query="{ hello }")) == (403, "FORBIDDEN")
    lenient = serve(EdgeSettings(allowed_origins=("https://evil.example",)))
    assert len(told(get(lenient, headers, query="{ hello }"))) == 1


@pytest.mark.parametrize(
    ("parameters", "status"),
    [
        ({}, 400),
        ({"query": ""}, 400),
        ({"query": "{ hello }", "variables": "{"}, 400),
        ({"query": "{ hello }", "variables": "[]"}, 400),
        ({"query": "{ hello }", "variables": '"x"'}, 400),
        ({"query": ["{ hello }", "{ principal }"]}, 400),
    ],
)
def test_an_address_that_asks_for_nothing_is_refused(served: Served, parameters: Any, status: int) -> None:
    assert get(served, **parameters).status_code == status


def test_an_address_may_have_as_much_as_a_body(serve: Serve) -> None:
    short = serve(EdgeSettings(body_max_bytes=1_000))
    assert refused(get(short, query="{ hello " + "#" * 1_000 + "\n}")) == (413, "TOO_LARGE")


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"{", "application/json", 400),
        (b"[]", "application/json", 400),
        (b"\xff", "application/json", 400),
        (b'{"query": "{ hello }"}', "text/plain", 415),
        (b'{"query": "' + b"x" * 300_000 + b'"}', "application/json", 413),
    ],
)
def test_a_body_is_read_as_elsewhere(served: Served, body: bytes, content_type: str, status: int) -> None:
    headers = {**EVENTS, "content-type": content_type}
    answer = httpx.post(f"{served.url}/stream", content=body, headers=headers)
    assert refused(answer)[0] == status


def test_a_database_that_is_down_is_a_masked_error_in_json(served: Served) -> None:
    served.world.database_is_down = True
    answer = get(served, query="{ hello }")
    assert refused(answer) == (500, "INTERNAL")
    assert "hunter2" not in answer.text


async def test_a_key_has_so_many_streams_and_no_more(serve: Serve) -> None:
    served = serve(EdgeSettings(streams_max=2))
    async with streaming(served, FEED) as one:
        await one.comment()
        async with streaming(served, FEED) as other:
            await other.comment()
            too_many = get(served, query="{ hello }")
            assert refused(too_many) == (429, "LIMIT_EXCEEDED")
            assert "retry-after" in too_many.headers
        await served.until(lambda: len(served.connections) == 1)
        assert len(told(get(served, query="{ hello }"))) == 1


# ---------------------------------------------------------------- the end


async def test_who_leaves_is_forgotten_with_its_source_and_context(served: Served) -> None:
    async with streaming(served, FEED):
        await served.until(served.world.started.is_set)
    await served.until(lambda: served.world.ended.is_set() and not served.world.open_contexts)
    await served.until(lambda: not len(served.connections))


async def test_a_query_whose_client_leaves_is_cancelled(served: Served) -> None:
    async with streaming(served, "{ slow }"):
        await served.until(served.world.started.is_set)
    await served.until(served.world.ended.is_set)


async def test_the_streams_of_a_revoked_key_are_ended(served: Served) -> None:
    async with streaming(served, FEED) as stream:
        await served.until(served.world.started.is_set)
        asyncio.run_coroutine_threadsafe(served.connections.forbid(lambda _: True), served.world.loop)
        last = await stream.next()
        assert last["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
        assert await stream.event() == COMPLETE
        with pytest.raises(EOFError):
            await stream.event()


async def test_a_stopping_server_cuts_streams_without_completing_them(serve: Serve) -> None:
    served = serve(EdgeSettings())
    async with streaming(served, FEED) as stream:
        await served.until(served.world.started.is_set)
        served.server.should_exit = True
        with pytest.raises(EOFError):  # and no error of the connection
            await stream.event()
    await served.until(served.world.ended.is_set)


async def test_a_query_that_runs_is_answered_before_the_server_stops(serve: Serve) -> None:
    served = serve(EdgeSettings())
    async with streaming(served, "{ brief }") as stream:
        await served.until(served.world.started.is_set)
        served.server.should_exit = True
        assert (await stream.next())["data"] == {"brief": "done"}
        assert await stream.event() == COMPLETE


async def test_other_servers_streams_end_by_their_connections(served: Served) -> None:
    async with streaming(served, FEED) as stream:
        await served.until(served.world.started.is_set)
        await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(served.connections.stop(), served.world.loop))
        with pytest.raises(EOFError):
            await stream.event()


async def test_a_client_that_does_not_read_is_given_up(serve: Serve) -> None:
    served = serve(EdgeSettings(send_timeout_s=0.3))
    reader, writer = await asyncio.open_connection("127.0.0.1", served.port, limit=1024)
    body = json.dumps({"query": "subscription { flood }"}).encode()
    head = (
        f"POST /graphql/stream HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {KEY}\r\ncontent-type: application/json\r\n"
    )
    writer.write(f"{head}content-length: {len(body)}\r\n\r\n".encode() + body)
    await served.until(served.world.started.is_set)
    await served.until(served.world.ended.is_set)
    await served.until(lambda: not len(served.connections) and not served.server.server_state.connections)
    writer.close()
    with suppress(ConnectionError):
        await writer.wait_closed()
    del reader


async def test_a_connection_is_used_again_after_a_stream_has_completed(served: Served) -> None:
    async with httpx.AsyncClient(headers=EVENTS, timeout=TIMEOUT_S) as client:
        for _ in range(3):
            told(await client.post(f"{served.url}/stream", json={"query": "{ hello }"}))
        assert len(served.server.server_state.connections) == 1
