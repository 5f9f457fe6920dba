"""Who may open a websocket, and which ones are open in this process."""

import asyncio
from collections.abc import Callable, Collection
from typing import Generic, Protocol, TypeVar
from urllib.parse import urlsplit

P = TypeVar("P")
P_co = TypeVar("P_co", covariant=True)


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


class Conversation(Protocol[P_co]):
    """What there is to know of a connection here."""

    @property
    def principal(self) -> P_co | None:
        """Whose it is; None until it is known."""

    async def run(self) -> None:
        """Talk until either side ends it."""

    async def stop(self) -> None:
        """End it because the server stops."""

    async def forbid(self) -> None:
        """End it because its principal may not be here any more."""


class Connections(Generic[P]):
    """The open websockets of this process."""

    def __init__(self) -> None:
        self._open: set[Conversation[P]] = set()

    async def serve(self, connection: Conversation[P]) -> None:
        """Run a connection and know of it meanwhile."""
        self._open.add(connection)
        try:
            await connection.run()
        finally:
            self._open.discard(connection)

    async def stop(self) -> None:
        """Complete every subscription and close; clients connect again.

        The protocol of `server_options` does this for each connection when uvicorn stops. Other servers close their
        sockets without a word, unless this is called before.
        """
        await asyncio.gather(*(connection.stop() for connection in list(self._open)))

    def principals(self) -> list[P]:
        """Whose connections are open: one entry for each."""
        return [connection.principal for connection in self._open if connection.principal is not None]

    async def forbid(self, is_out: Callable[[P], bool]) -> None:
        """Close the connections of principals who may not be here any more, such as those of a revoked key."""
        leaving = [
            connection for connection in self._open if connection.principal is not None and is_out(connection.principal)
        ]
        await asyncio.gather(*(connection.forbid() for connection in leaving))

    def __len__(self) -> int:
        return len(self._open)
