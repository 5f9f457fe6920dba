"""`POST /graphql`, as the GraphQL-over-HTTP draft has it; `GET` with `Accept: text/html` is the explorer's page.

Only POST and only JSON: a page of another origin cannot send that without asking first, and nobody answers it.
"""

import asyncio
import uuid
from collections.abc import Coroutine
from typing import Any, Generic, TypeVar

from graphql import OperationType
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from schema.edge.arriving import Arrivals, Refused, answer
from schema.edge.entry import Entry, request_id_in
from schema.edge.errors import BAD_REQUEST, INTERNAL, TIMEOUT, UNAUTHENTICATED, request_error
from schema.edge.explorer import explorer_page
from schema.edge.media import GRAPHQL_JSON, JSON, asks_for_a_page, preferred
from schema.edge.operations import Operations, Outcome, refusal
from schema.edge.settings import EdgeSettings

P = TypeVar("P")
T = TypeVar("T")

# Of outcomes without data, in the media type that has status codes for them; any other code is a 400.
STATUS_BY_CODE = {UNAUTHENTICATED: 401, INTERNAL: 500, TIMEOUT: 503}


class _ClientGone(Exception):
    """Nobody waits for the answer any more."""


class GraphQLOverHTTP(Generic[P]):
    """The ASGI application of the endpoint."""

    def __init__(self, operations: Operations, entry: Entry[P], settings: EdgeSettings) -> None:
        self._operations = operations
        self._entry = entry
        self._settings = settings
        self._arrivals = Arrivals(entry, settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Request(scope, receive)
        try:
            response = await self._answer(request)
        except (_ClientGone, ClientDisconnect):
            return
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        accept = request.headers.get("accept")
        if request.method in ("GET", "HEAD") and asks_for_a_page(accept):
            return explorer_page(self._settings.path)
        media = preferred(accept)
        request_id = request_id_in(request.headers.get("x-request-id"))
        try:
            outcome, name = await self._outcome(request, media, request_id)
        except Refused as refused:
            return refused.response(request_id, media or JSON)
        status = 200 if outcome.executed or media == JSON else _status(outcome)
        return answer(outcome, name, media or JSON, status, request_id)

    async def _outcome(self, request: Request, media: str | None, request_id: uuid.UUID) -> tuple[Outcome, str | None]:
        if request.method != "POST":
            raise Refused(405, request_error(BAD_REQUEST, "Send operations by POST."), {"allow": "GET, HEAD, POST"})
        if media is None:
            raise Refused(406, request_error(BAD_REQUEST, f"Accept {GRAPHQL_JSON} or {JSON}: answers are in these."))
        principal = await self._arrivals.admit(request)
        prepared = self._operations.prepare(await self._arrivals.posted(request))
        if isinstance(prepared, Outcome):
            return prepared, None
        if prepared.kind is OperationType.SUBSCRIPTION:
            message = (
                "Subscribe over a websocket at this address, with the subprotocol graphql-transport-ws, "
                f"or over server-sent events at {self._settings.path}/stream."
            )
            return refusal(request_error(BAD_REQUEST, message)), prepared.name
        context = self._entry.context(principal, prepared, "http", request_id, request)
        running = self._operations.run(prepared, context)
        return await while_connected(request.receive, running), prepared.name


async def while_connected(receive: Receive, running: Coroutine[Any, Any, T]) -> T:
    """Await an operation for as long as its client does; cancel it when the client has gone."""
    operation = asyncio.create_task(running)
    gone = asyncio.create_task(disconnected(receive))
    try:
        await asyncio.wait((operation, gone), return_when=asyncio.FIRST_COMPLETED)
        if not operation.done():
            raise _ClientGone
        return operation.result()
    finally:
        operation.cancel()
        gone.cancel()
        await asyncio.wait((operation, gone))


async def disconnected(receive: Receive) -> Message:
    """Wait until the client has gone."""
    message = await receive()
    while message["type"] != "http.disconnect":
        message = await receive()
    return message


def _status(outcome: Outcome) -> int:
    codes = [error["extensions"]["code"] for error in outcome.errors]
    return next((STATUS_BY_CODE[code] for code in codes if code in STATUS_BY_CODE), 400)
