"""What uvicorn has to be started with for streams over HTTP to end as the edge expects."""

import asyncio
import socket
from collections.abc import MutableMapping
from typing import Any, Final, Protocol

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

LINE: Final = "leadstream.line"  # in a scope's extensions
VANISHED_MS: Final = 40_000  # without an answer of the client's machine to what was sent


class Line(Protocol):
    """What some servers give beside ASGI: the connection itself."""

    stopping: asyncio.Event

    def drop(self) -> None:
        """Part at once, whatever was not sent yet."""

    def watch(self) -> None:
        """Find out when the client's machine is gone, which nobody would tell us."""


def line_of(scope: MutableMapping[str, Any]) -> Line | None:
    """The line of a request, where the server has such a thing."""
    line: Line | None = (scope.get("extensions") or {}).get(LINE)
    return line


class HttpProtocol(HttpToolsProtocol):
    """uvicorn's, but the application can tell that the server stops, and part from clients that read nothing."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.stopping = asyncio.Event()

    def on_message_begin(self) -> None:
        """Begin, and let the application reach us."""
        super().on_message_begin()
        self.scope["extensions"] = {LINE: self}  # type: ignore[dict-item]

    def shutdown(self) -> None:
        """Tell the application that the server stops; what is endless has to end."""
        super().shutdown()
        self.stopping.set()

    def drop(self) -> None:
        """Part at once, whatever was not sent yet."""
        self.transport.abort()

    def watch(self) -> None:
        """Find out when the client's machine is gone. A stream's client says nothing; a machine's answers do."""
        connection = self.transport.get_extra_info("socket")
        option = getattr(socket, "TCP_USER_TIMEOUT", None)  # of Linux alone
        if connection is not None and option is not None and connection.family != socket.AF_UNIX:
            connection.setsockopt(socket.IPPROTO_TCP, option, VANISHED_MS)
