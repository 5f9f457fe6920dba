"""Puts the edge together: the routes of one schema."""

from typing import TypeVar

import strawberry
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket

from schema.edge.connections import Connections
from schema.edge.entry import Authenticate, Entry, OpenContext
from schema.edge.explorer import explorer_file
from schema.edge.http import GraphQLOverHTTP
from schema.edge.operations import Operations
from schema.edge.settings import EdgeSettings
from schema.edge.sharing import Channels
from schema.edge.sse import GraphQLOverEvents
from schema.edge.websocket import Connection

P = TypeVar("P")


def graphql_routes(
    schema: strawberry.Schema,
    authenticate: Authenticate[P],
    open_context: OpenContext[P],
    settings: EdgeSettings,
    connections: Connections[P] | None = None,
    channels: Channels | None = None,
) -> list[BaseRoute]:
    """Make the routes of GraphQL over HTTP, websocket and server-sent events, and of the explorer.

    Args:
        schema: without extensions and operation directives, which would not run.
        authenticate: from an API key to whoever acts with it, or None.
        open_context: gives resolvers their `info.context`.
        settings: limits, times and sizes.
        connections: filled with the websockets and streams that are open, to end them by.
        channels: filled with what subscribers share, to see how much it is.
    """
    operations = Operations(schema, settings, channels)
    entry = Entry(authenticate=authenticate, open_context=open_context)
    known: Connections[P] = Connections() if connections is None else connections

    async def talk(socket: WebSocket) -> None:
        connection: Connection[P] = Connection(socket, operations, entry, settings)
        await known.serve(connection)

    return [
        Route(settings.path, GraphQLOverHTTP(operations, entry, settings), name="graphql"),
        Route(f"{settings.path}/stream", GraphQLOverEvents(operations, entry, settings, known), name="graphql-stream"),
        WebSocketRoute(settings.path, talk, name="graphql-websocket"),
        Route(f"{settings.path}/static/{{name}}", explorer_file, name="graphql-explorer-file"),
    ]
