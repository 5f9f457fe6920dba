"""`/files`: uploads and downloads, as streams. Outside GraphQL, which speaks JSON."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from app.access.keys import Principal
from app.file_routes.answers import Answer
from app.file_routes.downloads import give
from app.file_routes.uploads import receive
from app.files.storage import StorageFault
from app.store.errors import DATABASE_FAULTS
from app.system import System
from schema.edge.entry import Entry
from schema.edge.errors import UNAUTHENTICATED, ClientError

CHALLENGE = {"www-authenticate": 'Bearer realm="Leadstream"'}

Admit = Callable[[Request], Awaitable[Principal]]
Work = Callable[[System, Admit, Request], Awaitable[Response]]


def file_routes(system: Callable[[], System], entry: Entry[Principal]) -> list[BaseRoute]:
    """Make the routes. `system` is asked for at each request, since there is none before the process serves."""

    async def admit(request: Request) -> Principal:
        try:
            return await entry.admit(request.headers.get("authorization"))
        except ClientError as error:
            raise Answer(401, UNAUTHENTICATED, str(error), CHALLENGE) from None

    def endpoint(work: Work) -> Any:
        async def answer(request: Request) -> Response:
            try:
                return await work(system(), admit, request)
            except Answer as given:
                return given.response
            except StorageFault as fault:
                return Answer.of_storage(fault).response
            except DATABASE_FAULTS as fault:
                return Answer.of_database(fault).response
            except ClientDisconnect:
                return Response(status_code=400)  # nobody reads it

        return answer

    return [
        Route("/files", endpoint(receive), methods=["POST"], name="files"),
        Route("/files/{id}", endpoint(give), methods=["GET"], name="file"),
    ]
