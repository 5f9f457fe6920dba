"""What an operator may change about the edge: addresses, times and sizes."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from schema.edge.limits import Limits


@dataclass(frozen=True, kw_only=True)
class EdgeSettings:
    """Times are in seconds, sizes in bytes unless the name says otherwise."""

    path: str = "/graphql"
    limits: Limits = field(default_factory=Limits)

    operation_timeout_s: float = 10.0  # the database's statement_timeout stays below it, so that it answers first
    body_timeout_s: float = 30.0  # for a body to arrive; a phone on a bad line needs a while for 256 KB
    body_max_bytes: int = 256 * 1024

    documents_max: int = 500  # parsed documents kept; a front end has a few hundred
    documents_max_characters: int = 256 * 1024  # of their sources; a parsed document takes 250 times its text

    allowed_origins: Sequence[str] = ()  # such as "https://crm.example.com"; the served address is always allowed
    init_timeout_s: float = 5.0  # from the handshake to connection_init
    ping_interval_s: float = 25.0  # of silence, between comments in a stream; proxies cut idle ones after 30 to 60 s
    send_timeout_s: float = 10.0  # a client that has not read for so long is gone
    message_max_bytes: int = 64 * 1024
    subscriptions_max: int = 20  # per connection, running queries and mutations included
    streams_max: int = 100  # of server-sent events, with one key at once
