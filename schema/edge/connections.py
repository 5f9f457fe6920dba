"""Who may open a websocket, and which ones are open in this process."""

import asyncio
from collections.abc import Collection
from typing import Protocol
from urllib.parse import urlsplit


def may_connect(origin: str | None, host: str, allowed: Collection[str]) -> bool:
    """Tell whether a page may connect. Browsers let any page open a websocket anywhere, but say which one it is.

    Args:
        origin: the header; None where the client is no browser.
        host: the header, which is what the served pages have as their own.
        allowed: further origins.
    """
    if origin is None or origin in allowed:
        return True
    return urlsplit(origin).netloc.lower() == host.lower() != ""


class Conversation(Protocol):
    """What there is to know of a connection here."""

    async def run(self) -> None:
        """Talk until either side ends it."""

    async def stop(self) -> None:
        """End it because the server stops."""


class Connections:
    """The open websockets of this process."""

    def __init__(self) -> None:
        self._open: set[Conversation] = set()

    async def serve(self, connection: Conversation) -> None:
        """Run a connection and know of it meanwhile."""
        self._open.add(connection)
        try:
            await connection.run()
        finally:
            self._open.discard(connection)

    async def stop(self) -> None:
        """Complete every subscription and close; call it before the server closes its sockets. Clients come again."""
        await asyncio.gather(*(connection.stop() for connection in list(self._open)))

    def __len__(self) -> int:
        return len(self._open)
