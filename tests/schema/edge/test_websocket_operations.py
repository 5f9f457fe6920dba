"""Operations over a websocket: what is answered, what ends them, and what is left behind."""

import asyncio
from typing import Any

import pytest

from schema.edge import EdgeSettings, server
from tests.schema.edge.conftest import Serve
from tests.schema.edge.serving import Served, Socket

CHANGE = 'mutation { changeLeadStatus(input: { leadId: "lead_1", status: "Won" }) { lead { id } } }'
FEED = 'subscription { leadFeed(leadId: "lead_1") { cursor } }'


async def rest(socket: Socket, id: str = "1") -> list[str]:
    """Receive until an operation ends; the types of its messages."""
    types: list[str] = []
    while not types or types[-1] == "next":
        message = await socket.receive()
        assert message["id"] == id
        types.append(message["type"])
    return types


# ---- answers


async def test_a_subscription_sends_each_event_and_completes(served: Served) -> None:
    async with served.ready() as socket:
        await socket.subscribe("subscription { ticks(count: 2) { number } }")
        messages = [await socket.receive() for _ in range(3)]
    assert messages == [
        {"id": "1", "type": "next", "payload": {"data": {"ticks": {"number": 0}}}},
        {"id": "1", "type": "next", "payload": {"data": {"ticks": {"number": 1}}}},
        {"id": "1", "type": "complete"},
    ]


@pytest.mark.parametrize("query", ["{ hello }", CHANGE])
async def test_queries_and_mutations_are_answered_too(served: Served, query: str) -> None:
    async with served.ready() as socket:
        await socket.subscribe(query)
        assert await rest(socket) == ["next", "complete"]


async def test_variables_and_the_operation_name_count(served: Served) -> None:
    async with served.ready() as socket:
        query = "query A { boom } query B($name: String!) { hello(name: $name) }"
        await socket.subscribe(query, variables={"name": "Ann"}, operationName="B")
        assert (await socket.receive())["payload"]["data"] == {"hello": "hello Ann"}


async def test_an_id_may_hold_any_text(served: Served) -> None:
    async with served.ready() as socket:
        await socket.subscribe("{ hello }", id='"\\\n\u2028🏃')
        assert await rest(socket, id='"\\\n\u2028🏃') == ["next", "complete"]


async def test_an_id_is_free_when_its_operation_has_completed(served: Served) -> None:
    async with served.ready() as socket:
        for _ in range(3):
            await socket.subscribe("{ hello }")
            assert await rest(socket) == ["next", "complete"]


async def test_an_id_is_free_at_once_when_its_client_has_completed_it(served: Served) -> None:
    async with served.ready() as socket:
        for _ in range(3):
            await socket.subscribe(FEED)
            await socket.send({"id": "1", "type": "complete"})
        await socket.subscribe("{ hello }")
        assert await rest(socket) == ["next", "complete"]


async def test_members_that_are_null_count_as_absent(served: Served) -> None:
    async with served.ready() as socket:
        await socket.subscribe("{ hello }", operationName=None, variables=None, extensions=None)
        assert await rest(socket) == ["next", "complete"]


async def test_nothing_more_comes_of_what_its_client_has_completed(served: Served) -> None:
    async with served.ready() as socket:
        await socket.subscribe(FEED)
        await served.until(served.world.started.is_set)
        await socket.send({"id": "1", "type": "complete"})
        assert await socket.is_alive()
        served.post(CHANGE)
        assert await socket.is_alive()


async def test_the_context_is_told_what_it_is_opened_for(served: Served) -> None:
    async with served.ready() as socket:
        await socket.subscribe("subscription Ticks { ticks(count: 0) { number } }")
        await rest(socket)
    facts = served.world.facts[-1]
    assert (facts.kind.value, facts.operation_name, facts.transport) == ("subscription", "Ticks", "websocket")


# ---- failures


@pytest.mark.parametrize(
    ("query", "members", "code"),
    [
        ("{", {}, "GRAPHQL_PARSE_FAILED"),
        ("{ nope }", {}, "GRAPHQL_VALIDATION_FAILED"),
        ("subscription { ticks(count: 1) { number } hello }", {}, "GRAPHQL_VALIDATION_FAILED"),
        ("query A { hello }", {"operationName": "B"}, "OPERATION_RESOLUTION_FAILURE"),
        ("query A { hello } query B { hello }", {}, "OPERATION_RESOLUTION_FAILURE"),
        ("query ($n: Int!) { number(value: $n) }", {"variables": {"n": "one"}}, "BAD_USER_INPUT"),
        ("{ leads { nodes { contacts { lead { id } } } } }", {}, "LIMIT_EXCEEDED"),
        ('subscription { leadFeed(leadId: "lead_9") { cursor } }', {}, "NOT_FOUND"),
        ("query ContextRefuses { hello }", {}, "RATE_LIMITED"),
        ("subscription ContextFails { ticks(count: 1) { number } }", {}, "INTERNAL"),
    ],
)
async def test_a_bad_operation_ends_in_an_error_of_its_own(
    served: Served, query: str, members: dict[str, Any], code: str
) -> None:
    async with served.ready() as socket:
        await socket.subscribe(FEED, id="other")
        await served.until(served.world.started.is_set)
        await socket.subscribe(query, **members)
        message = await socket.receive()
        assert (message["id"], message["type"], message["payload"][0]["extensions"]["code"]) == ("1", "error", code)
        served.post(CHANGE)
        assert (await socket.receive())["id"] == "other"


@pytest.mark.parametrize(("then", "code"), [("refuse", "GONE"), ("crash", "INTERNAL")])
async def test_a_failure_in_mid_stream_ends_it_in_an_error(served: Served, then: str, code: str) -> None:
    async with served.ready() as socket:
        await socket.subscribe(f'subscription {{ ticks(count: 1, then: "{then}") {{ number }} }}')
        messages = [await socket.receive() for _ in range(2)]
    assert [message["type"] for message in messages] == ["next", "error"]
    assert messages[1]["payload"][0]["extensions"]["code"] == code


async def test_a_failing_field_of_an_event_does_not_end_the_stream(served: Served) -> None:
    async with served.ready() as socket:
        await socket.subscribe("subscription { ticks(count: 2) { number broken } }")
        first = await socket.receive()
        assert first["payload"]["errors"][0]["extensions"]["code"] == "INTERNAL"
        assert await rest(socket) == ["next", "complete"]


async def test_a_query_ends_at_its_time_limit(serve: Serve) -> None:
    served = serve(EdgeSettings(operation_timeout_s=0.1))
    async with served.ready() as socket:
        await socket.subscribe("{ slow }")
        assert (await socket.receive())["payload"][0]["extensions"]["code"] == "TIMEOUT"


# ---- limits


async def test_an_id_in_use_closes(served: Served) -> None:
    async with served.ready() as socket:
        await socket.subscribe(FEED)
        await socket.subscribe(FEED)
        assert await socket.close_code() == 4409


async def test_a_connection_runs_so_many_operations_and_no_more(served: Served) -> None:
    async with served.ready() as socket:
        for number in range(21):
            await socket.subscribe(FEED, id=str(number))
        message = await socket.receive()
        assert (message["id"], message["payload"][0]["extensions"]["code"]) == ("20", "LIMIT_EXCEEDED")


async def test_an_operation_completed_makes_room_for_another(serve: Serve) -> None:
    served = serve(EdgeSettings(subscriptions_max=1))
    async with served.ready() as socket:
        await socket.subscribe(FEED)
        await socket.send({"id": "1", "type": "complete"})
        await socket.subscribe("{ hello }", id="2")
        assert await rest(socket, id="2") == ["next", "complete"]


async def test_a_client_that_does_not_read_is_given_up(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "LINGER_S", 0.2)
    served = serve(EdgeSettings(send_timeout_s=0.2))
    async with served.ready(max_queue=1, close_timeout=0.1) as socket:
        await socket.subscribe("subscription { flood }")
        await served.until(served.world.ended.is_set)
        await served.until(lambda: not served.server.server_state.connections)


# ---- ends


async def test_completing_closes_the_source_and_the_context(served: Served) -> None:
    async with served.ready() as socket:
        await socket.subscribe(FEED)
        await served.until(served.world.started.is_set)
        await socket.send({"id": "1", "type": "complete"})
        await served.until(lambda: served.world.ended.is_set() and served.world.open_contexts == 0)


async def test_completing_is_not_answered(served: Served) -> None:
    async with served.ready() as socket:
        await socket.subscribe(FEED)
        await socket.send({"id": "1", "type": "complete"})
        assert await socket.is_alive()


async def test_completing_what_does_not_run_is_ignored(served: Served) -> None:
    async with served.ready() as socket:
        await socket.send({"id": "nowhere", "type": "complete"})
        assert await socket.is_alive()


@pytest.mark.parametrize("query", [FEED, "{ slow }"])
async def test_leaving_ends_every_operation(served: Served, query: str) -> None:
    async with served.ready() as socket:
        await socket.subscribe(query)
        await served.until(served.world.started.is_set)
    await served.until(lambda: served.world.ended.is_set() and served.world.open_contexts == 0)


async def test_breaking_a_rule_ends_every_operation(served: Served) -> None:
    async with served.ready() as socket:
        await socket.subscribe(FEED)
        await served.until(served.world.started.is_set)
        await socket.send("nonsense")
        await served.until(lambda: served.world.ended.is_set() and served.world.open_contexts == 0)


async def test_a_source_that_is_silent_ends_too_when_its_client_vanishes(served: Served) -> None:
    async with served.ready() as socket:
        await socket.subscribe(FEED)
        await served.until(served.world.started.is_set)
        socket.connection.transport.abort()
        await served.until(lambda: served.world.ended.is_set() and len(served.connections) == 0)


async def test_stopping_the_server_completes_what_is_subscribed_to(serve: Serve) -> None:
    served = serve(EdgeSettings())
    async with served.ready() as socket:
        await socket.subscribe(FEED)
        await served.until(served.world.started.is_set)
        served.server.should_exit = True
        assert await socket.receive() == {"id": "1", "type": "complete"}
        assert await socket.close_code() == 1012


async def test_an_operation_that_runs_is_answered_before_the_server_stops(serve: Serve) -> None:
    served = serve(EdgeSettings())
    async with served.ready() as socket:
        await socket.subscribe("{ brief }")
        await served.until(served.world.started.is_set)
        served.server.should_exit = True
        assert await rest(socket) == ["next", "complete"]


async def test_the_connections_of_a_revoked_key_are_closed(served: Served) -> None:
    async with served.ready() as socket:
        await socket.subscribe(FEED)
        await served.until(served.world.started.is_set)
        forbidding = served.connections.forbid(lambda principal: principal == "user_1")
        asyncio.run_coroutine_threadsafe(forbidding, served.world.loop)
        assert await socket.close_code() == 4403
    await served.until(lambda: served.world.ended.is_set() and served.world.open_contexts == 0)


async def test_the_connections_of_others_stay(served: Served) -> None:
    async with served.ready() as socket:
        forbidding = served.connections.forbid(lambda principal: principal == "user_2")
        asyncio.run_coroutine_threadsafe(forbidding, served.world.loop).result()
        assert await socket.is_alive()
