"""`POST /files`: the body is the file. It is read as fast as it is kept, so that a client's progress is ours."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from urllib.parse import unquote_to_bytes

import orjson
from starlette.requests import Request
from starlette.responses import Response

from app.access.keys import Principal
from app.file_routes.answers import PRIVATE, Answer
from app.files.storage import OverLimit
from app.files.uploads import WAITING_MAX, TooManyUploads
from app.refusal import Code
from app.system import System
from schema.ids import public_id
from schema.scalars import print_instant

IDLE_S = 30.0  # between two pieces of a body; who is silent for longer has gone
_EXTENDED = re.compile(r"(utf-8|iso-8859-1)'[^']*'(.*)", re.IGNORECASE | re.DOTALL)


async def receive(system: System, admit: Callable[[Request], Awaitable[Principal]], request: Request) -> Response:
    """Keep an upload, and say by which id commands name it.

    Raises:
        Answer: it is not kept.
    """
    principal = await admit(request)
    uploads = system.files.uploads
    _require_raw(request)
    announced = request.headers.get("content-length", "0")
    if announced.isdecimal() and int(announced[:20]) > uploads.limit_bytes:
        raise _too_large(uploads.limit_bytes)
    name = _name(request.headers.get("x-file-name"))
    claimed = request.headers.get("content-type")
    try:
        upload = await uploads.receive(
            principal.org_id, principal.user_id, _chunks(request), name=name, claimed_type=claimed
        )
    except OverLimit as over:
        raise _too_large(over.limit) from None
    except TooManyUploads:
        message = f"{WAITING_MAX:,} of your uploads, or very long ones, wait to be used. Use them or wait for a day."
        raise Answer(429, Code.LIMIT_REACHED, message) from None
    answer = {
        "fileId": public_id("file", upload.file_id),
        "sizeBytes": upload.stored.size_bytes,
        "sha256": upload.stored.sha256,
        "expiresAt": print_instant(upload.expires_at),
    }
    return Response(orjson.dumps(answer), 201, PRIVATE, "application/json")


async def _chunks(request: Request) -> AsyncIterator[bytes]:
    stream = request.stream()
    while True:
        try:
            async with asyncio.timeout(IDLE_S):
                chunk = await anext(stream, None)
        except TimeoutError:
            raise Answer(408, "BAD_REQUEST", "The file took too long to arrive. Nothing was kept.") from None
        if chunk is None:
            return
        yield chunk


def _require_raw(request: Request) -> None:
    """Forms and compressed bodies would be kept as they came, which is not what anybody meant."""
    if request.headers.get("content-type", "").strip().lower().startswith("multipart/form-data"):
        raise Answer(415, "BAD_REQUEST", "Send the file itself as the body of the request, not a form.")
    if request.headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise Answer(415, "BAD_REQUEST", "Send the file as it is, without a content encoding.")


def _name(header: str | None) -> str | None:
    """The name of a file: UTF-8''percent-encoded as RFC 8187 has it, or plain."""
    if header is None or not header.strip():
        return None
    header = header.strip()
    extended = _EXTENDED.fullmatch(header)
    try:
        if extended is not None:
            return unquote_to_bytes(extended[2]).decode(extended[1])
        return header.encode("latin-1").decode()  # headers come as Latin-1, whatever they were sent as
    except UnicodeDecodeError:
        message = "X-File-Name: write it as UTF-8''name with each byte of the name percent-encoded, as RFC 8187 has it."
        raise Answer(400, "BAD_REQUEST", message) from None


def _too_large(limit: int) -> Answer:
    return Answer(413, Code.TOO_LARGE, f"A file may have at most {limit:,} bytes. Nothing was kept.")
