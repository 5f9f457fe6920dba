"""`/invitation`: how somebody who is nobody yet becomes a user. Outside GraphQL, which asks for a key first."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any, NamedTuple

import orjson
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from app.refusal import Code, Refusal, Refused, refusals_of
from app.store.errors import DATABASE_FAULTS
from app.system import System
from schema.differences import camel_case
from schema.edge.media import JSON, is_json
from schema.edge.request import MalformedRequest, read_json
from schema.ids import public_id

log = logging.getLogger(__name__)

BODY_MAX = 16 * 1024  # bytes; a token, a name and a time zone are far below
BODY_TIMEOUT_S = 30.0  # for a body to arrive
# The address is a secret: no page that is linked to may learn it, and nothing may keep it.
HEADERS = {"cache-control": "no-store", "referrer-policy": "no-referrer", "x-content-type-options": "nosniff"}
HOW = """You are invited.

Accept by POST to {address} with the content type application/json:

    {{"token": "the last part of this page's address", "name": "Your Name", "timeZone": "Europe/Berlin"}}

The name and the time zone may be left out where the invitation says them. The answer has your API key: it is shown
once. Reading this page accepts nothing.
"""


class _Answer(Exception):
    """The request is answered before anybody is let in."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.response = _json({"errors": [{"code": code, "message": message}]}, status)


class _Wish(NamedTuple):
    token: str
    name: str | None
    time_zone: str | None


def invitation_routes(system: Callable[[], System], app_url: str) -> list[BaseRoute]:
    """Make the routes. `system` is asked for at each request, since there is none before the process serves."""

    async def explain(_: Request) -> Response:
        # It looks nothing up: previews of links accept nothing, and guessing tells nothing.
        return PlainTextResponse(HOW.format(address=f"{app_url}/invitation"), headers=HEADERS)

    async def accept(request: Request) -> Response:
        try:
            return await _accepted(system(), _wish(await _body(request)))
        except _Answer as answer:
            return answer.response
        except (Refusal, Refused) as refused:
            return _refused(refused)
        except DATABASE_FAULTS as error:
            log.warning("an invitation waits for the database: %s", error)
            return _Answer(503, "UNAVAILABLE", "The database does not answer. Try again later.").response
        except ClientDisconnect:
            return Response(status_code=400)

    return [
        Route("/invitation", accept, methods=["POST"], name="invitation"),
        Route("/invitation/{token}", explain, methods=["GET"], name="invitation-link"),
    ]


async def _accepted(system: System, wish: _Wish) -> Response:
    welcome = await system.invitations.accept(wish.token, name=wish.name, time_zone=wish.time_zone)
    organization = await system.states.organization(welcome.org_id)
    return _json(
        {
            "apiKey": welcome.key,
            "userId": public_id("user", welcome.user_id),
            "organizationId": public_id("organization", welcome.org_id),
            "organization": organization.name,
        },
        201,
    )


async def _body(request: Request) -> bytes:
    if not is_json(request.headers.get("content-type")) or "content-encoding" in request.headers:
        raise _Answer(415, "BAD_REQUEST", f"Send {JSON} in UTF-8, not compressed.")
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_TIMEOUT_S):
            async for piece in request.stream():
                body += piece
                if len(body) > BODY_MAX:
                    raise _Answer(413, "TOO_LARGE", f"A request may have at most {BODY_MAX:,} bytes.")
    except TimeoutError:
        raise _Answer(408, "BAD_REQUEST", "The request took too long to arrive.") from None
    return bytes(body)


def _wish(body: bytes) -> _Wish:
    try:
        value = read_json(body)
    except MalformedRequest as malformed:
        raise _Answer(400, "BAD_REQUEST", str(malformed)) from None
    if not isinstance(value, dict) or not isinstance(value.get("token"), str):
        raise _Answer(400, "BAD_REQUEST", "Send a JSON object with the member token, a string.")
    for member in ("name", "timeZone"):
        if not isinstance(value.get(member), str | None):
            raise _Answer(400, "BAD_REQUEST", f"The member {member} has to be a string or null.")
    return _Wish(value["token"], value.get("name"), value.get("timeZone"))


def _refused(error: Refusal | Refused) -> Response:
    refusals = refusals_of(error)
    errors = [
        {
            "code": refusal.code,
            "reason": refusal.reason,
            "message": refusal.message,
            "path": [camel_case(word) for word in refusal.path],
        }
        for refusal in refusals
    ]
    status = 404 if any(refusal.code is Code.NOT_FOUND for refusal in refusals) else 400
    return _json({"errors": errors}, status)


def _json(value: Any, status: int) -> Response:
    return Response(orjson.dumps(value), status, HEADERS, JSON)
