"""`POST /graphql`, as the GraphQL-over-HTTP draft has it; `GET` with `Accept: text/html` is the explorer's page.

Only POST and only JSON: a page of another origin cannot send that without asking first, and nobody answers it.
"""

import asyncio
import uuid
from collections.abc import Coroutine, Mapping
from typing import Any, Generic, TypeVar

from graphql import OperationType
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from schema.edge.encoding import encode
from schema.edge.entry import Entry, request_id_in
from schema.edge.errors import (
    BAD_REQUEST,
    INTERNAL,
    TIMEOUT,
    TOO_LARGE,
    UNAUTHENTICATED,
    ClientError,
    FormattedError,
    failed_operation,
    request_error,
)
from schema.edge.explorer import explorer_page
from schema.edge.media import GRAPHQL_JSON, JSON, asks_for_a_page, is_json, preferred
from schema.edge.operations import Operations, Outcome, refusal
from schema.edge.request import GraphQLRequest, MalformedRequest, read_json, read_request
from schema.edge.settings import EdgeSettings

P = TypeVar("P")
T = TypeVar("T")

# Of outcomes without data, in the media type that has status codes for them; any other code is a 400.
STATUS_BY_CODE = {UNAUTHENTICATED: 401, INTERNAL: 500, TIMEOUT: 503}
CHALLENGE = {"www-authenticate": 'Bearer realm="Leadstream"'}  # naming Basic makes browsers open a dialog of their own


class _Refused(Exception):
    """The request is answered before it becomes an operation."""

    def __init__(self, status: int, error: FormattedError, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(error["message"])
        self.status = status
        self.outcome = refusal(error)
        self.headers = headers or {}


class _ClientGone(Exception):
    """Nobody waits for the answer any more."""


class GraphQLOverHTTP(Generic[P]):
    """The ASGI application of the endpoint."""

    def __init__(self, operations: Operations, entry: Entry[P], settings: EdgeSettings) -> None:
        self._operations = operations
        self._entry = entry
        self._settings = settings

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
        except _Refused as refused:
            return _response(refused.outcome, None, media or JSON, refused.status, request_id, refused.headers)
        status = 200 if outcome.executed or media == JSON else _status(outcome)
        return _response(outcome, name, media or JSON, status, request_id)

    async def _outcome(self, request: Request, media: str | None, request_id: uuid.UUID) -> tuple[Outcome, str | None]:
        if request.method != "POST":
            raise _Refused(405, request_error(BAD_REQUEST, "Send operations by POST."), {"allow": "GET, HEAD, POST"})
        if media is None:
            raise _Refused(406, request_error(BAD_REQUEST, f"Accept {GRAPHQL_JSON} or {JSON}: answers are in these."))
        principal = await self._admit(request)
        prepared = self._operations.prepare(await self._read(request))
        if isinstance(prepared, Outcome):
            return prepared, None
        if prepared.kind is OperationType.SUBSCRIPTION:
            message = "Subscribe over a websocket at this address, with the subprotocol graphql-transport-ws."
            return refusal(request_error(BAD_REQUEST, message)), prepared.name
        context = self._entry.context(principal, prepared, "http", request_id, request)
        running = self._operations.run(prepared, context)
        return await _while_connected(request.receive, running), prepared.name

    async def _admit(self, request: Request) -> P:
        try:
            async with asyncio.timeout(self._settings.operation_timeout_s):
                return await self._entry.admit(request.headers.get("authorization"))
        except ClientError as error:
            raise _Refused(401, failed_operation(error, None), CHALLENGE) from None
        except Exception as error:  # noqa: BLE001 - the database may be down; exceptions end here
            raise _Refused(500, failed_operation(error, None)) from None

    async def _read(self, request: Request) -> GraphQLRequest:
        if not is_json(request.headers.get("content-type")) or "content-encoding" in request.headers:
            raise _Refused(415, request_error(BAD_REQUEST, f"Send {JSON} in UTF-8, not compressed."))
        try:
            async with asyncio.timeout(self._settings.body_timeout_s):
                body = await self._body(request)
        except TimeoutError:
            raise _Refused(408, request_error(BAD_REQUEST, "The request took too long to arrive.")) from None
        try:
            return read_request(read_json(body))
        except MalformedRequest as malformed:
            raise _Refused(400, request_error(BAD_REQUEST, str(malformed))) from None

    async def _body(self, request: Request) -> bytes:
        """Collect the body, holding no more of it than is allowed."""
        maximum = self._settings.body_max_bytes
        too_large = _Refused(413, request_error(TOO_LARGE, f"A request may have at most {maximum:,} bytes."))
        announced = request.headers.get("content-length", "0")
        if announced.isdecimal() and int(announced[:20]) > maximum:
            raise too_large
        body = bytearray()
        async for piece in request.stream():
            body += piece
            if len(body) > maximum:
                raise too_large
        return bytes(body)


async def _while_connected(receive: Receive, running: Coroutine[Any, Any, T]) -> T:
    """Await an operation for as long as its client does; cancel it when the client has gone."""
    operation = asyncio.create_task(running)
    gone = asyncio.create_task(_disconnect(receive))
    try:
        await asyncio.wait((operation, gone), return_when=asyncio.FIRST_COMPLETED)
        if not operation.done():
            raise _ClientGone
        return operation.result()
    finally:
        operation.cancel()
        gone.cancel()
        await asyncio.wait((operation, gone))


async def _disconnect(receive: Receive) -> Message:
    message = await receive()
    while message["type"] != "http.disconnect":
        message = await receive()
    return message


def _status(outcome: Outcome) -> int:
    codes = [error["extensions"]["code"] for error in outcome.errors]
    return next((STATUS_BY_CODE[code] for code in codes if code in STATUS_BY_CODE), 400)


def _response(
    outcome: Outcome,
    operation: str | None,
    media: str,
    status: int,
    request_id: uuid.UUID,
    headers: Mapping[str, str] | None = None,
) -> Response:
    fixed = {"cache-control": "no-store", "x-content-type-options": "nosniff", "x-request-id": str(request_id)}
    return Response(encode(outcome, operation), status, {**fixed, **(headers or {})}, f"{media}; charset=utf-8")
