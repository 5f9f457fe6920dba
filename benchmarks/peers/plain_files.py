"""The peer of `files`: a plain Starlette application that streams a body to a file, and files to whoever asks."""

from __future__ import annotations

import sys
import uuid
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route


def application(directory: Path) -> Starlette:
    """No rights, no hash, no database, no wait for the disk."""

    async def receive(request: Request) -> Response:
        name = uuid.uuid4().hex
        with (directory / name).open("wb") as file:
            async for chunk in request.stream():
                file.write(chunk)
        return PlainTextResponse(name, 201)

    async def give(request: Request) -> Response:
        return FileResponse(directory / request.path_params["name"])

    return Starlette(routes=[Route("/files", receive, methods=["POST"]), Route("/files/{name}", give)])


if __name__ == "__main__":
    uvicorn.run(
        application(Path(sys.argv[1])), port=int(sys.argv[2]), loop="uvloop", http="httptools", log_level="warning"
    )
