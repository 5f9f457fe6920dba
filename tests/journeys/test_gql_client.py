"""Python's `gql` as two people's clients: one changes a lead, the other one sees it arrive."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from gql import Client, gql
from gql.client import AsyncClientSession
from gql.transport.exceptions import TransportQueryError, TransportServerError
from gql.transport.httpx import HTTPXAsyncTransport
from gql.transport.websockets import WebsocketsTransport

from tests.support.api import Api
from tests.support.feeds import FEED, cursor_of
from tests.support.serving import TIMEOUT_S

CHANGE = """mutation ($input: ChangeLeadStatusInput!) { changeLeadStatus(input: $input) {
  cursor activity { id } lead { status { label } } errors { message } } }"""


@asynccontextmanager
async def by_http(api: Api) -> AsyncIterator[AsyncClientSession]:
    transport = HTTPXAsyncTransport(api.site.graphql, headers={"authorization": f"Bearer {api.key}"})
    async with Client(transport=transport, fetch_schema_from_transport=True) as session:
        yield session


@asynccontextmanager
async def by_websocket(api: Api) -> AsyncIterator[AsyncClientSession]:
    transport = WebsocketsTransport(
        api.site.websocket,
        init_payload={"authorization": f"Bearer {api.key}"},
        subprotocols=[WebsocketsTransport.GRAPHQLWS_SUBPROTOCOL],
    )
    async with Client(transport=transport) as session:
        yield session


async def executed(session: AsyncClientSession, source: str, **variables: Any) -> Any:
    query = gql(source)
    query.variable_values = variables
    return await session.execute(query)


async def first_item(session: AsyncClientSession, **variables: Any) -> Any:
    query = gql(FEED)
    query.variable_values = variables
    async with asyncio.timeout(TIMEOUT_S):
        return (await anext(session.subscribe(query)))["leadFeed"]


@pytest.mark.parametrize("writing", [by_http, by_websocket])
async def test_a_change_in_one_client_arrives_in_the_other(api: Api, lead: str, writing: Any) -> None:
    colleague, after = api.colleague(), cursor_of(api, lead)
    async with by_websocket(colleague) as watcher, writing(api) as writer:
        watching = asyncio.create_task(first_item(watcher, leadId=lead, after=after))
        change = {"leadId": lead, "status": "Qualified", "idempotencyKey": "mine"}
        done = (await executed(writer, CHANGE, input=change))["changeLeadStatus"]
        item = await watching
    assert done["errors"] == []
    assert (item["idempotencyKey"], item["cursor"], item["user"]["name"]) == ("mine", done["cursor"], "Ada")
    changed, added = item["changes"]
    assert (changed["__typename"], changed["eventType"]) == ("LeadChanged", "lead.status_changed")
    assert changed["lead"]["status"] == {"label": "Qualified"}
    assert (added["__typename"], added["activity"]["id"]) == ("ActivityAdded", done["activity"]["id"])


async def test_a_query_over_the_websocket_is_answered_and_completed(api: Api, lead: str) -> None:
    async with by_websocket(api) as session:
        answer = await executed(session, "query ($id: ID!) { lead(id: $id) { name } }", id=lead)
    assert answer == {"lead": {"name": "Bluth Company"}}


async def test_the_client_reads_the_schema_by_itself_and_checks_against_it(api: Api) -> None:
    async with by_http(api) as session:
        assert session.client.schema is not None
        assert "leadFeed" in session.client.schema.type_map["Subscription"].fields  # type: ignore[attr-defined]


async def test_an_error_comes_as_the_client_s_own_exception(api: Api) -> None:
    async with by_http(api) as session:
        with pytest.raises(TransportQueryError) as raised:
            await executed(session, '{ lead(id: "x") { id } }')
    assert raised.value.errors is not None
    assert raised.value.errors[0]["extensions"]["code"] == "INVALID"


async def test_a_wrong_key_is_a_401_to_the_client(api: Api) -> None:
    transport = HTTPXAsyncTransport(api.site.graphql, headers={"authorization": "Bearer x"})
    async with Client(transport=transport) as session:
        with pytest.raises((TransportServerError, TransportQueryError)):
            await executed(session, "{ viewer { id } }")
