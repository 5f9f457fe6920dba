"""What uvicorn has to be started with for the websockets to behave as the edge expects."""

import asyncio
import struct
from collections.abc import MutableMapping
from http import HTTPStatus
from typing import Any, Final, Protocol

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import Request

from schema.edge.http_protocol import HttpProtocol
from schema.edge.messages import CloseCode
from schema.edge.settings import EdgeSettings

LINGER_S: Final = 10.0  # from the end of a conversation to the end of its connection
WIRE: Final = "leadstream.wire"  # in a scope's extensions
_TEXT: Final = 0x81  # the first byte of a whole text in one frame
_SHORT_MAX: Final = 125  # bytes whose number stands in the second byte
_MEDIUM_MAX: Final = 0xFFFF
_MEDIUM: Final = struct.Struct(">BBH")
_LONG: Final = struct.Struct(">BBQ")


class Wire(Protocol):
    """What some servers give beside ASGI's `send`, which wakes a task for each message."""

    def send_now(self, text: bytes) -> bool:
        """Send a text at once; False: the client does not take it now, or has gone."""


def wire_of(scope: MutableMapping[str, Any]) -> Wire | None:
    """The wire of a websocket, where the server has such a thing."""
    wire: Wire | None = (scope.get("extensions") or {}).get(WIRE)
    return wire


class WebSocketProtocol(WebSocketsSansIOProtocol):
    """uvicorn's, but for how a conversation ends, and with a wire."""

    _last_call: asyncio.TimerHandle | None = None

    def handle_connect(self, event: Request) -> None:
        """Begin, and let the application reach us."""
        super().handle_connect(event)
        if self.response.status_code == HTTPStatus.SWITCHING_PROTOCOLS and not self.conn.extensions:
            self.scope["extensions"][WIRE] = self  # type: ignore[assignment]

    def send_now(self, text: bytes) -> bool:
        """Send a text past all that ASGI's way of sending asks about, if none of it stands against it."""
        transport = self.transport
        if not self.writable.is_set() or self.close_sent or self.disconnected or transport.is_closing():
            return False
        transport.write(_frame(text))
        return True

    def shutdown(self) -> None:
        """Tell the application that the server stops, and leave it to say goodbye.

        uvicorn closes the connection in the same breath, so that nothing can be sent any more.
        """
        if not self.handshake_complete or self.close_sent:
            super().shutdown()
            return
        self.stop_keepalive()
        self.queue.put_nowait({"type": "websocket.disconnect", "code": CloseCode.RESTARTING})

    def on_task_complete(self, task: asyncio.Task[None]) -> None:
        """Part from clients that read nothing.

        uvicorn closes the connection once everything was sent. A client that has stopped reading never lets that
        happen: its socket and the buffer before it would stay for as long as it likes.
        """
        super().on_task_complete(task)
        self._last_call = self.loop.call_later(LINGER_S, self.transport.abort)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the client."""
        super().connection_lost(exc)
        if self._last_call is not None:
            self._last_call.cancel()


def _frame(text: bytes) -> bytes:
    """RFC 6455, section 5.2: a server's frames are not masked."""
    length = len(text)
    if length <= _SHORT_MAX:
        return bytes((_TEXT, length)) + text
    if length <= _MEDIUM_MAX:
        return _MEDIUM.pack(_TEXT, _SHORT_MAX + 1, length) + text
    return _LONG.pack(_TEXT, _SHORT_MAX + 2, length) + text


def server_options(settings: EdgeSettings) -> dict[str, Any]:
    """Return keyword arguments for `uvicorn.Config`.

    The sans-I/O implementation without compression holds an idle subscriber in 40 KB; the alternatives take 84 to 174.
    It refuses what is too long before we see it, and its own pings find peers that vanished.
    """
    return {
        "http": HttpProtocol,
        "ws": WebSocketProtocol,
        "ws_per_message_deflate": False,
        "ws_max_size": settings.message_max_bytes,
        "ws_ping_interval": 20.0,
        "ws_ping_timeout": 20.0,
    }
