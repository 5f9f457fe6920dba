"""Who asks, and what their operations run in: the two things that the application gives to the edge."""

import base64
import binascii
import uuid
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar

from graphql import OperationType
from starlette.requests import HTTPConnection

from schema.edge.errors import UNAUTHENTICATED, ClientError
from schema.edge.operations import Prepared

P = TypeVar("P")
Transport = Literal["http", "websocket", "events"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestFacts:
    """What a context may want to know of the operation that it is opened for."""

    kind: OperationType  # QUERY, MUTATION or SUBSCRIPTION
    operation_name: str | None
    transport: Transport
    request_id: uuid.UUID  # of this operation: the client's X-Request-Id where that is a UUID
    address: str  # by which the client reaches this server, such as https://crm.example.com
    last_event_id: str | None = None  # the cursor of what a client got last that comes back to a stream of events


Authenticate = Callable[[str], Awaitable[P | None]]
"""Takes an API key. None: there is no such key, or it was revoked."""

OpenContext = Callable[[P, RequestFacts], AbstractAsyncContextManager[Any]]
"""Gives the context that resolvers see as `info.context`, for as long as the operation runs.

A subscription may run for days: its context must not hold a database connection. Where it has an `outlive`, that is
awaited with each exception in which the execution of an event ended. True: it has passed, and the event is executed
again, so that an outage costs no subscriber an item.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry(Generic[P]):
    """Lets principals in and opens contexts for them."""

    authenticate: Authenticate[P]
    open_context: OpenContext[P]

    async def admit(self, authorization: str | None) -> P:
        """Return the principal of an Authorization header.

        Raises:
            ClientError: UNAUTHENTICATED, and how to send a key.
        """
        if not authorization:
            raise ClientError(UNAUTHENTICATED, "Send your API key: Authorization: Bearer KEY.")
        key = key_in(authorization)
        principal = await self.authenticate(key) if key else None
        if principal is None:
            raise ClientError(UNAUTHENTICATED, "This API key is not valid. Check it, or ask an administrator for one.")
        return principal

    def context(
        self,
        principal: P,
        prepared: Prepared,
        transport: Transport,
        request_id: uuid.UUID,
        client: HTTPConnection,
        last_event_id: str | None = None,
    ) -> AbstractAsyncContextManager[Any]:
        """Make the context of one operation; it opens when it is entered."""
        facts = RequestFacts(
            kind=prepared.kind,
            operation_name=prepared.name,
            transport=transport,
            request_id=request_id,
            address=address_for(client),
            last_event_id=last_event_id,
        )
        return self.open_context(principal, facts)


def key_in(authorization: str) -> str | None:
    """Take the key out of `Bearer KEY`, or of Basic credentials with the key as user name and an empty password."""
    scheme, _, credentials = authorization.strip().partition(" ")
    credentials = credentials.strip()
    if scheme.lower() == "bearer":
        return credentials or None
    if scheme.lower() != "basic":
        return None
    try:
        key, colon, password = base64.b64decode(credentials, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return key if key and colon and not password else None


def address_for(client: HTTPConnection) -> str:
    """The address by which a client reaches this server, without a slash at its end."""
    url = client.base_url
    return str(url.replace(scheme={"ws": "http", "wss": "https"}.get(url.scheme, url.scheme))).rstrip("/")


def request_id_in(header: str | None) -> uuid.UUID:
    """Take a request's id from its X-Request-Id header; anything but a UUID gets a new one."""
    try:
        return uuid.UUID(header or "")
    except ValueError:
        return uuid.uuid4()
