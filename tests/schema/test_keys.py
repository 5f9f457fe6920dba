"""Keys: without a valid one nobody gets anything, by HTTP or websocket."""

from __future__ import annotations

import json
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from tests.schema.asking import asking
from tests.schema.slots import root_fields
from tests.support.api import Api
from tests.support.furniture import Estate
from tests.support.serving import Site


@pytest.mark.parametrize(("root", "field"), root_fields())
def test_without_a_key_every_field_is_refused(ours: Estate, root: str, field: str) -> None:
    operation = asking(root, field, ours.ids)
    body = {"query": operation.source, "variables": operation.variables}
    response = ours.api.site.http.post(ours.api.site.graphql, json=body)
    (error,) = response.json()["errors"]
    assert (response.status_code, error["extensions"]["code"]) == (401, "UNAUTHENTICATED")
    assert "data" not in response.json()


def keys_of_nobody(api: Api) -> list[str]:
    head, _, secret = api.key.partition(".")
    return [
        "",
        "x",
        head,
        f"{head}.",
        f"{head}.{secret[:-1]}",
        f"{head}.{secret}x",
        f" {secret}",
        "é" * 20,
        "x" * 1_000,
    ]


def test_what_is_no_key_lets_nobody_in(ours: Estate) -> None:
    answers = [
        ours.api.site.http.post(
            ours.api.site.graphql,
            json={"query": "{ viewer { id } }"},
            headers=[(b"authorization", f"Bearer {key}".strip().encode())],
        )
        for key in keys_of_nobody(ours.api)
    ]
    assert {answer.status_code for answer in answers} == {401}


@pytest.mark.parametrize(
    ("payload", "code"), [({}, 4401), ({"authorization": "Bearer x"}, 4403), ({"authorization": 1}, 4403)]
)
def test_without_a_key_a_websocket_is_closed(site: Site, payload: Any, code: int) -> None:
    with connect(site.websocket, subprotocols=[Subprotocol("graphql-transport-ws")]) as connection:
        connection.send(json.dumps({"type": "connection_init", "payload": payload}))
        with pytest.raises(ConnectionClosed):
            connection.recv(5)
        assert connection.close_code == code


@pytest.mark.parametrize(("root", "field"), root_fields())
def test_a_subscription_before_the_key_is_checked_closes_the_websocket(ours: Estate, root: str, field: str) -> None:
    operation = asking(root, field, ours.ids)
    payload = {"query": operation.source, "variables": operation.variables}
    with connect(ours.api.site.websocket, subprotocols=[Subprotocol("graphql-transport-ws")]) as connection:
        connection.send(json.dumps({"id": "1", "type": "subscribe", "payload": payload}))
        with pytest.raises(ConnectionClosed):
            connection.recv(5)
        assert connection.close_code == 4401
