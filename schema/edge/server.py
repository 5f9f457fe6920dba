"""What uvicorn has to be started with for the websockets to behave as the edge expects."""

import asyncio
from typing import Any, Final

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from schema.edge.messages import CloseCode
from schema.edge.settings import EdgeSettings

LINGER_S: Final = 10.0  # from the end of a conversation to the end of its connection


class WebSocketProtocol(WebSocketsSansIOProtocol):
    """uvicorn's, but for how a conversation ends."""

    _last_call: asyncio.TimerHandle | None = None

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


def server_options(settings: EdgeSettings) -> dict[str, Any]:
    """Return keyword arguments for `uvicorn.Config`.

    The sans-I/O implementation without compression holds an idle subscriber in 40 KB; the alternatives take 84 to 174.
    It refuses what is too long before we see it, and its own pings find peers that vanished.
    """
    return {
        "ws": WebSocketProtocol,
        "ws_per_message_deflate": False,
        "ws_max_size": settings.message_max_bytes,
        "ws_ping_interval": 20.0,
        "ws_ping_timeout": 20.0,
    }
