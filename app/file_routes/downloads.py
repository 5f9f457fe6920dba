"""`GET /files/{id}`: a file, to whoever may see its lead just now.

Asked for by a signed address or with a key. What is not there, and what the asker may not see, is one and the same 404.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from app.access.keys import Principal
from app.file_routes.answers import Answer
from app.file_routes.headers import file_headers
from app.file_routes.ranges import Span, Unsatisfiable, names, span_of
from app.files.storage import Storage, chained
from app.ids import BadId, FileId, decode_id, past_id
from app.refusal import Code
from app.system import System
from projections.files_tab.read import FileRow, files
from projections.homes import homes
from projections.machinery.moments import position_of_version
from projections.machinery.reader import Reader
from projections.machinery.sight import Sight
from schema.ids import PREFIXES

Admit = Callable[[Request], Awaitable[Principal]]


class _Named(NamedTuple):
    file_id: FileId
    version: int | None  # of its lead, in the past


class _Asker(NamedTuple):
    principal: Principal
    is_inline: bool


async def give(system: System, admit: Admit, request: Request) -> Response:
    """Give a file, a part of it, or what there is to know of it.

    Raises:
        Answer: there is no such file for who asks.
    """
    named = _named(request.path_params["id"])
    asker = await _asker(system, admit, request, named.file_id)
    row = await _row(system, asker.principal, named) if asker else None
    if asker is None or row is None:
        raise _not_found()
    headers = {**file_headers(row.name, row.content_type, is_inline=asker.is_inline), "etag": f'"{row.sha256}"'}
    if names(request.headers.get("if-none-match"), headers["etag"]):
        del headers["content-type"]
        return Response(status_code=304, headers=headers)
    try:
        span = span_of(_range(request, headers["etag"]), row.size_bytes)
    except Unsatisfiable:
        return Response(status_code=416, headers={**headers, "content-range": f"bytes */{row.size_bytes}"})
    return await _answer(system.files.storage, request, asker.principal, row, span, headers)


async def _answer(
    storage: Storage, request: Request, principal: Principal, row: FileRow, part: Span | None, headers: dict[str, str]
) -> Response:
    span = part or Span(0, row.size_bytes)
    headers["content-length"] = str(span.end - span.start)
    if part is not None:
        headers["content-range"] = f"bytes {span.start}-{span.end - 1}/{row.size_bytes}"
    status = 200 if part is None else 206
    if request.method == "HEAD":
        return Response(status_code=status, headers=headers)
    pieces = storage.read(principal.org_id, row.sha256, span.start, span.end)
    # The first piece is there before anything is promised: what the storage has lost is no broken answer.
    first = await anext(pieces, b"")
    return StreamingResponse(chained(first, pieces), status, headers)


async def _asker(system: System, admit: Admit, request: Request, file_id: FileId) -> _Asker | None:
    """Who asks: named by a signature, or by a key where there is none. None: nobody who is here any more."""
    signature = request.query_params.get("signature")
    if signature is None:
        return _Asker(await admit(request), request.query_params.get("disposition") == "inline")
    ticket = await system.files.addresses.ticket(file_id, signature)
    if ticket is None:
        return None
    # What was taken away since the address was signed is an event, which this process need not have heard of.
    version = await system.store.stream_version(ticket.org_id, ticket.org_id)
    organization = await system.states.organization(ticket.org_id, at_least=version or 0)
    principal = Principal(organization=organization, user_id=ticket.user_id, key_id=ticket.key_id)
    return _Asker(principal, ticket.is_inline) if principal.is_admitted else None


async def _row(system: System, principal: Principal, named: _Named) -> FileRow | None:
    """The file as the viewer sees it, in the past as it was with the version of its lead that the id names."""
    reader = Reader(system.store.readers, principal.org_id, snapshot=False, sight=Sight(principal.assignment))
    if named.version is None:
        return (await files(reader, [named.file_id])).get(named.file_id)
    for lead_id in (await homes(reader, "file", [named.file_id])).get(named.file_id, ()):
        position = await position_of_version(reader, lead_id, named.version)
        found = await files(reader.at(position), [named.file_id]) if position is not None else {}
        if found:
            return found[named.file_id]
    return None


def _named(text: str) -> _Named:
    live, version = past_id(text) or (text, None)
    try:
        return _Named(FileId(decode_id(PREFIXES["file"], live)), version)
    except BadId:
        raise _not_found() from None


def _range(request: Request, tag: str) -> str | None:
    """The range that counts: none, where it was meant for other content, or nothing is to be sent (RFC 9110, 14.2)."""
    meant_for = request.headers.get("if-range")
    return request.headers.get("range") if meant_for in (None, tag) and request.method == "GET" else None


def _not_found() -> Answer:
    return Answer(404, Code.NOT_FOUND, "There is no such file, or the address is too old. Ask for a new one.")
