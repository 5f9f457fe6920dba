"""A real uvicorn on a free port, in a thread of its own, and clients for it."""

import asyncio
import json
import socket
import threading
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import uvicorn
import websockets.asyncio.client
from starlette.applications import Starlette
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from schema.edge import Connections, EdgeSettings, graphql_routes, server_options
from tests.schema.edge.toy import KEY, World, make_schema

TIMEOUT_S = 10.0  # of any one wait; what takes longer hangs


class Socket:
    """A websocket that speaks JSON."""

    def __init__(self, connection: websockets.asyncio.client.ClientConnection) -> None:
        self.connection = connection

    async def send(self, message: object) -> None:
        await self.connection.send(message if isinstance(message, str | bytes) else json.dumps(message))

    async def receive(self) -> Any:
        text = await asyncio.wait_for(self.connection.recv(), TIMEOUT_S)
        assert isinstance(text, str), "binary frames break the reference client"
        return json.loads(text)

    async def subscribe(self, query: str, id: str = "1", **payload: object) -> None:
        await self.send({"id": id, "type": "subscribe", "payload": {"query": query, **payload}})

    async def close_code(self) -> int | None:
        """Wait for the server to close."""
        try:
            while True:
                await self.receive()
        except ConnectionClosed:
            return self.connection.close_code

    async def is_alive(self) -> bool:
        await self.send({"type": "ping"})
        return bool(await self.receive() == {"type": "pong"})


@dataclass
class Served:
    """A running server."""

    world: World
    port: int
    server: uvicorn.Server
    connections: Connections[str]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/graphql"

    def post(self, query: str, *, headers: Mapping[str, str] | None = None, **members: object) -> httpx.Response:
        return self.send(json.dumps({"query": query, **members}).encode(), headers)

    def send(self, body: bytes | Iterable[bytes], headers: Mapping[str, str] | None = None) -> httpx.Response:
        ours = {"authorization": f"Bearer {KEY}", "content-type": "application/json"}
        return httpx.post(self.url, content=body, headers={**ours, **(headers or {})}, timeout=TIMEOUT_S)

    @asynccontextmanager
    async def socket(
        self, subprotocol: str | None = "graphql-transport-ws", headers: Mapping[str, str] | None = None, **options: Any
    ) -> AsyncIterator[Socket]:
        """Shake hands, and nothing more."""
        async with websockets.asyncio.client.connect(
            self.url.replace("http", "ws"),
            subprotocols=[Subprotocol(subprotocol)] if subprotocol else None,
            additional_headers=headers,
            compression=None,
            **options,
        ) as connection:
            yield Socket(connection)

    @asynccontextmanager
    async def ready(self, **options: Any) -> AsyncIterator[Socket]:
        """Shake hands and introduce ourselves."""
        async with self.socket(**options) as ready:
            await ready.send({"type": "connection_init", "payload": {"authorization": f"Bearer {KEY}"}})
            assert await ready.receive() == {"type": "connection_ack"}
            yield ready

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait for something to become true in the server."""
        async with asyncio.timeout(TIMEOUT_S):
            while not condition():  # noqa: ASYNC110 - it becomes true in another thread
                await asyncio.sleep(0.01)


@contextmanager
def serving(settings: EdgeSettings) -> Iterator[Served]:
    world, connections = World(), Connections[str]()
    routes = graphql_routes(make_schema(), world.authenticate, world.open_context, settings, connections)
    options = {**server_options(settings), "ws_ping_interval": None}
    config = uvicorn.Config(Starlette(routes=routes), port=0, log_level="critical", lifespan="off", **options)
    server = uvicorn.Server(config)
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    listening.listen()  # or a client that is quicker than the thread is refused
    thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
    thread.start()
    try:
        yield Served(world, listening.getsockname()[1], server, connections)
    finally:
        server.should_exit = True
        thread.join(TIMEOUT_S)
        assert not thread.is_alive(), "the server did not stop"
