"""The GraphQL edge: HTTP, websockets, limits, errors and the explorer, for any Strawberry schema.

It knows nothing of leads. `graphql_routes` needs a schema, a way from an API key to a principal, and a way to open a
context for an operation.
"""

from schema.edge.connections import Connections
from schema.edge.entry import Authenticate, OpenContext, RequestFacts
from schema.edge.errors import ClientError
from schema.edge.limits import Limits
from schema.edge.routes import graphql_routes
from schema.edge.server import server_options
from schema.edge.settings import EdgeSettings
from schema.edge.sharing import Channels, Rest, Turn

__all__ = [
    "Authenticate",
    "Channels",
    "ClientError",
    "Connections",
    "EdgeSettings",
    "Limits",
    "OpenContext",
    "RequestFacts",
    "Rest",
    "Turn",
    "graphql_routes",
    "server_options",
]
