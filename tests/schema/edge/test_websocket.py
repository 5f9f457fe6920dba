"""graphql-transport-ws: the protocol's own rules."""

import asyncio
from typing import Any

import pytest
from websockets.exceptions import InvalidStatus

from schema.edge import EdgeSettings
from tests.schema.edge.conftest import Serve
from tests.schema.edge.serving import Served
from tests.schema.edge.toy import KEY

INIT = {"type": "connection_init", "payload": {"authorization": f"Bearer {KEY}"}}
HEADER = {"authorization": f"Bearer {KEY}"}


# ---- shaking hands


@pytest.mark.parametrize("subprotocol", [None, "graphql-ws"])
async def test_only_one_subprotocol_is_spoken(served: Served, subprotocol: str | None) -> None:
    # The client library refuses an answer without its subprotocol, so it is not told of one; the header is the same.
    headers = {"sec-websocket-protocol": subprotocol} if subprotocol else {}
    async with served.socket(subprotocol=None, headers=headers) as socket:
        assert await socket.close_code() == 4406


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1.evil.example"])
async def test_a_page_of_another_origin_may_not_connect(served: Served, origin: str) -> None:
    with pytest.raises(InvalidStatus) as refused:
        async with served.socket(origin=origin):
            pass
    assert refused.value.response.status_code == 403


async def test_a_page_of_the_served_origin_may_connect(served: Served) -> None:
    async with served.ready(origin=f"http://127.0.0.1:{served.port}") as socket:
        assert await socket.is_alive()


async def test_a_page_of_an_allowed_origin_may_connect(serve: Serve) -> None:
    served = serve(EdgeSettings(allowed_origins=["https://crm.example.com"]))
    async with served.ready(origin="https://crm.example.com") as socket:
        assert await socket.is_alive()


# ---- introducing oneself


@pytest.mark.parametrize("payload", [{"authorization": f"Bearer {KEY}"}, {"Authorization": f"Bearer {KEY}"}])
async def test_a_key_in_the_payload_is_acknowledged(served: Served, payload: dict[str, str]) -> None:
    async with served.socket() as socket:
        await socket.send({"type": "connection_init", "payload": payload})
        assert await socket.receive() == {"type": "connection_ack"}


@pytest.mark.parametrize("init", [{"type": "connection_init"}, {"type": "connection_init", "payload": None}])
async def test_a_key_in_the_header_needs_no_payload(served: Served, init: dict[str, object]) -> None:
    async with served.socket(headers=HEADER) as socket:
        await socket.send(init)
        assert await socket.receive() == {"type": "connection_ack"}


@pytest.mark.parametrize("payload", [None, {}, {"authorization": ""}])
async def test_without_a_key_it_is_unauthorized(served: Served, payload: object) -> None:
    async with served.socket() as socket:
        await socket.send({"type": "connection_init", "payload": payload})
        assert await socket.close_code() == 4401


@pytest.mark.parametrize("authorization", ["Bearer wrong", KEY, "Bearer", 5])
async def test_a_key_that_is_not_valid_is_forbidden(served: Served, authorization: object) -> None:
    async with served.socket() as socket:
        await socket.send({"type": "connection_init", "payload": {"authorization": authorization}})
        assert await socket.close_code() == 4403


async def test_a_database_that_is_down_makes_the_client_try_later(served: Served) -> None:
    served.world.database_is_down = True
    async with served.socket() as socket:
        await socket.send(INIT)
        assert await socket.close_code() == 1013


async def test_whoever_does_not_introduce_itself_is_closed(serve: Serve) -> None:
    served = serve(EdgeSettings(init_timeout_s=0.1))
    async with served.socket() as socket:
        assert await socket.close_code() == 4408


async def test_pinging_is_no_introduction(serve: Serve) -> None:
    served = serve(EdgeSettings(init_timeout_s=0.3))
    async with served.socket() as socket:

        async def ping() -> None:
            while True:
                await socket.send({"type": "ping"})
                await asyncio.sleep(0.05)

        pinging = asyncio.create_task(ping())
        assert await socket.close_code() == 4408
        pinging.cancel()
        await asyncio.wait([pinging])


async def test_one_introduction_is_enough(served: Served) -> None:
    async with served.ready() as socket:
        await socket.send(INIT)
        assert await socket.close_code() == 4429


async def test_operations_wait_for_the_acknowledgement(served: Served) -> None:
    async with served.socket(headers=HEADER) as socket:
        await socket.subscribe("{ hello }")
        assert await socket.close_code() == 4401


# ---- messages

SUBSCRIBE = {"id": "1", "type": "subscribe", "payload": {"query": "{ hello }"}}


def altered(**members: object) -> dict[str, Any]:
    return {**SUBSCRIBE, **members}


def with_payload(**members: object) -> dict[str, Any]:
    return {**SUBSCRIBE, "payload": {"query": "{ hello }", **members}}


@pytest.mark.parametrize(
    "message",
    [
        "nonsense",
        b'{"type": "ping"}',
        "[]",
        "5",
        "null",
        "{}",
        {"type": "nonsense"},
        {"type": ["ping"]},
        {"type": "connection_ack"},
        {"type": "next", "id": "1", "payload": {}},
        {"type": "ping", "payload": 5},
        {"type": "pong", "payload": []},
        {"type": "complete"},
        {"type": "complete", "id": 1},
        altered(id=""),
        altered(id=1),
        altered(id=None),
        {"type": "complete", "id": ""},
        altered(payload=None),
        altered(payload="{ hello }"),
        with_payload(query=5),
        with_payload(query=None),
        with_payload(variables="{}"),
        with_payload(variables=[]),
        with_payload(operationName=5),
        with_payload(extensions=[]),
        '{"type": "ping", "payload": {"a": ' + "[" * 2_000 + "]" * 2_000 + "}}",
        '{"type": "ping", "payload": {"a": ' + "1" * 5_000 + "}}",
    ],
)
async def test_what_is_no_message_is_a_bad_request(served: Served, message: object) -> None:
    async with served.ready() as socket:
        await socket.send(message)
        assert await socket.close_code() == 4400


@pytest.mark.parametrize("payload", [[], "key", 5])
async def test_a_payload_of_the_introduction_that_is_no_object_is_a_bad_request(
    served: Served, payload: object
) -> None:
    async with served.socket(headers=HEADER) as socket:
        await socket.send({"type": "connection_init", "payload": payload})
        assert await socket.close_code() == 4400


async def test_a_message_may_have_64_kilobytes(served: Served) -> None:
    async with served.ready() as socket:
        await socket.send('{"type": "ping"}'.ljust(64 * 1024))
        assert await socket.receive() == {"type": "pong"}


async def test_a_longer_message_closes(served: Served) -> None:
    async with served.ready() as socket:
        await socket.send('{"type": "ping"}'.ljust(64 * 1024 + 1))
        assert await socket.close_code() == 1009


@pytest.mark.parametrize("payload", [{}, {"payload": None}, {"payload": {"n": 1}}])
async def test_a_ping_is_answered(served: Served, payload: dict[str, object]) -> None:
    async with served.socket() as socket:
        await socket.send({"type": "ping", **payload})
        assert await socket.receive() == {"type": "pong"}


async def test_a_pong_may_come_unasked(served: Served) -> None:
    async with served.ready() as socket:
        await socket.send({"type": "pong"})
        assert await socket.is_alive()


async def test_a_silent_client_is_pinged(serve: Serve) -> None:
    served = serve(EdgeSettings(ping_interval_s=0.1))
    async with served.ready() as socket:
        assert [await socket.receive(), await socket.receive()] == [{"type": "ping"}] * 2
