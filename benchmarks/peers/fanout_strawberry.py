"""A peer of `fanout`: the same feed as fanout.mjs, with stock Strawberry. Usage: fanout_strawberry PORT."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import AsyncGenerator

import strawberry
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, WebSocketRoute
from strawberry.asgi import GraphQL

subscribers: set[asyncio.Queue[Item]] = set()


@strawberry.type
class Item:
    id: strawberry.ID
    kind: str
    text: str
    at: float


@strawberry.type
class Query:
    ok: bool | None = None


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def feed(self, lead: strawberry.ID) -> AsyncGenerator[Item, None]:
        del lead
        queue: asyncio.Queue[Item] = asyncio.Queue()
        subscribers.add(queue)
        try:
            while True:
                yield await queue.get()
        finally:
            subscribers.discard(queue)


async def publish(_: Request) -> Response:
    """One event for all."""
    item = Item(id=strawberry.ID("1"), kind="call", text="hello world " * 5, at=time.time())
    for queue in subscribers:
        queue.put_nowait(item)
    return JSONResponse({})


def application() -> Starlette:
    schema = strawberry.Schema(Query, subscription=Subscription)
    return Starlette(
        routes=[Route("/pub", publish, methods=["POST"]), WebSocketRoute("/graphql", GraphQL[None, None](schema))]
    )


if __name__ == "__main__":
    uvicorn.run(application(), port=int(sys.argv[1]), loop="uvloop", http="httptools", log_level="warning")
