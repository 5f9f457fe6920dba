"""The application under a real uvicorn in a thread of its own, and a way into its database beside it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import httpx
import uvicorn
from starlette.applications import Starlette

from app.database import Database
from app.live.hub import Hub
from app.main import build_app
from app.settings import Settings
from app.system import System, open_system
from schema.edge import Channels, EdgeSettings, server_options
from tests.support.loops import LoopThread

TIMEOUT_S = 20.0  # of any one wait; what takes longer hangs
T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Site:
    """A server that serves, and an operator who works on the same database through a system of its own."""

    url: str
    app: Starlette
    http: httpx.Client
    system: System
    settings: Settings
    _loop: LoopThread

    @property
    def graphql(self) -> str:
        """Where operations go."""
        return f"{self.url}/graphql"

    @property
    def websocket(self) -> str:
        """Where subscriptions go."""
        return self.graphql.replace("http", "ws", 1)

    @property
    def hub(self) -> Hub:
        """The server's own."""
        hub: Hub = self.app.state.hub
        return hub

    @property
    def channels(self) -> Channels:
        """What the server's subscribers share."""
        channels: Channels = self.app.state.channels
        return channels

    def operate(self, work: Coroutine[Any, Any, T]) -> T:
        """Wait for something done with `system`."""
        return self._loop.run(work)


@contextmanager
def serving(database: Database, **others: Any) -> Iterator[Site]:
    """Serve a migrated database while the block lasts, as `serve` does; `others` are settings."""
    with socket.create_server(("127.0.0.1", 0)) as listener, TemporaryDirectory() as data_dir:
        settings = replace(Settings(port=listener.getsockname()[1], data_dir=Path(data_dir)), **others)
        app = build_app(settings, database)
        with operating(settings, database) as (loop, system), running(app, listener), httpx.Client() as http:
            url = f"http://127.0.0.1:{settings.port}"
            yield Site(url=url, app=app, http=http, system=system, settings=settings, _loop=loop)


@contextmanager
def running(app: Starlette, listener: socket.socket) -> Iterator[None]:
    """uvicorn on a socket, in a thread."""
    config = uvicorn.Config(
        app,
        loop="uvloop",
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=5,
        **server_options(EdgeSettings()),
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listener],))
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(TIMEOUT_S)
        assert not thread.is_alive(), "the server did not stop"


@contextmanager
def operating(settings: Settings, database: Database) -> Iterator[tuple[LoopThread, System]]:
    """A system on a database, in a loop of its own."""
    loop = LoopThread()
    opening = open_system(settings, database)
    try:
        system = loop.run(opening.__aenter__())
        try:
            yield loop, system
        finally:
            loop.run(opening.__aexit__(None, None, None))
    finally:
        loop.close()
