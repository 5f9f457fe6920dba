"""Requests over HTTP until they are operations: who asks, and what. Whatever is wrong with them is answered in JSON."""

import asyncio
import uuid
from collections.abc import Mapping
from typing import Generic, TypeVar

from starlette.requests import Request
from starlette.responses import Response

from schema.edge.encoding import encode
from schema.edge.entry import Entry
from schema.edge.errors import BAD_REQUEST, TOO_LARGE, ClientError, FormattedError, failed_operation, request_error
from schema.edge.media import JSON, is_json
from schema.edge.outcomes import Outcome, refusal
from schema.edge.request import GraphQLRequest, MalformedRequest, read_json, read_request
from schema.edge.settings import EdgeSettings

P = TypeVar("P")

CHALLENGE = {"www-authenticate": 'Bearer realm="Leadstream"'}  # naming Basic makes browsers open a dialog of their own


class Refused(Exception):
    """The request is answered before it becomes an operation."""

    def __init__(self, status: int, error: FormattedError, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(error["message"])
        self.status = status
        self.outcome = refusal(error)
        self.headers = headers or {}

    def response(self, request_id: uuid.UUID, media: str = JSON) -> Response:
        """The answer."""
        return answer(self.outcome, None, media, self.status, request_id, self.headers)


class Arrivals(Generic[P]):
    """Lets requests in and reads them."""

    def __init__(self, entry: Entry[P], settings: EdgeSettings) -> None:
        self._entry = entry
        self._settings = settings

    async def admit(self, request: Request) -> P:
        """Who asks.

        Raises:
            Refused: nobody who may, or it cannot be known now.
        """
        try:
            async with asyncio.timeout(self._settings.operation_timeout_s):
                return await self._entry.admit(request.headers.get("authorization"))
        except ClientError as error:
            raise Refused(401, failed_operation(error, None), CHALLENGE) from None
        except Exception as error:  # noqa: BLE001 - the database may be down; exceptions end here
            raise Refused(500, failed_operation(error, None)) from None

    async def posted(self, request: Request) -> GraphQLRequest:
        """What a body asks for.

        Raises:
            Refused: it is too long or too slow, or asks for nothing that can be understood.
        """
        if not is_json(request.headers.get("content-type")) or "content-encoding" in request.headers:
            raise Refused(415, request_error(BAD_REQUEST, f"Send {JSON} in UTF-8, not compressed."))
        try:
            async with asyncio.timeout(self._settings.body_timeout_s):
                body = await self._body(request)
        except TimeoutError:
            raise Refused(408, request_error(BAD_REQUEST, "The request took too long to arrive.")) from None
        try:
            return read_request(read_json(body))
        except MalformedRequest as malformed:
            raise Refused(400, request_error(BAD_REQUEST, str(malformed))) from None

    def addressed(self, request: Request) -> GraphQLRequest:
        """What an address asks for, in the parameters query, operationName, variables and extensions.

        Raises:
            Refused: it is too long, or asks for nothing that can be understood.
        """
        if len(request.scope["query_string"]) > self._settings.body_max_bytes:
            raise self._too_large()
        given: dict[str, object] = dict(request.query_params)
        if len(given) < len(request.query_params.multi_items()):
            raise Refused(400, request_error(BAD_REQUEST, "Give each parameter once."))
        try:
            given |= {name: read_json(str(given[name])) for name in ("variables", "extensions") if given.get(name)}
            return read_request(given)
        except MalformedRequest as malformed:
            raise Refused(400, request_error(BAD_REQUEST, str(malformed))) from None

    async def _body(self, request: Request) -> bytes:
        """Collect the body, holding no more of it than is allowed."""
        maximum = self._settings.body_max_bytes
        announced = request.headers.get("content-length", "0")
        if announced.isdecimal() and int(announced[:20]) > maximum:
            raise self._too_large()
        body = bytearray()
        async for piece in request.stream():
            body += piece
            if len(body) > maximum:
                raise self._too_large()
        return bytes(body)

    def _too_large(self) -> Refused:
        maximum = self._settings.body_max_bytes
        return Refused(413, request_error(TOO_LARGE, f"A request may have at most {maximum:,} bytes."))


def answer(
    outcome: Outcome,
    operation: str | None,
    media: str,
    status: int,
    request_id: uuid.UUID,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """An outcome as a response."""
    return Response(
        encode(outcome, operation), status, {**fixed_headers(request_id), **(headers or {})}, f"{media}; charset=utf-8"
    )


def fixed_headers(request_id: uuid.UUID) -> dict[str, str]:
    """Of every response."""
    return {"cache-control": "no-store", "x-content-type-options": "nosniff", "x-request-id": str(request_id)}
