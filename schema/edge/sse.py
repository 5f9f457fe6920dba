"""`/graphql/stream`: operations over server-sent events, in graphql-sse's "distinct connections" mode.

A request is one operation, by POST in JSON or by GET in the address; its answer is a stream of the events `next` and
`complete`. What is wrong with the request itself is answered in JSON, as at `/graphql`; what is wrong with the
operation is a `next` with errors. An item that can be resumed from has its cursor as the event's id, so that a client
that comes back with `Last-Event-ID` gets the rest. A stream that ends without `complete` was cut: come back.
"""

import asyncio
import hashlib
import uuid
from collections import Counter
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing, contextmanager
from typing import Any, Final, Generic, TypeVar

from graphql import OperationType
from starlette.requests import ClientDisconnect, Request
from starlette.types import Receive, Scope, Send

from schema.edge.arriving import Arrivals, Refused, fixed_headers
from schema.edge.connections import Connections, may_connect
from schema.edge.encoding import encode
from schema.edge.entry import Entry, request_id_in
from schema.edge.errors import BAD_REQUEST, FORBIDDEN, LIMIT_EXCEEDED, UNAUTHENTICATED, request_error
from schema.edge.http import disconnected
from schema.edge.http_protocol import line_of
from schema.edge.media import EVENTS, takes_events
from schema.edge.operations import ContextManager, Operations, Outcome, Prepared, refusal
from schema.edge.settings import EdgeSettings

P = TypeVar("P")

COMPLETE: Final = b"event: complete\ndata: \n\n"  # without data browsers would not hand it on
PING: Final = b":\n\n"  # a comment, which clients pass over
RETRY_AFTER_S: Final = "5"  # until another stream has ended, perhaps


class _ClientGone(Exception):
    """Nobody takes what is sent any more."""


class GraphQLOverEvents(Generic[P]):
    """The ASGI application of the endpoint."""

    def __init__(
        self, operations: Operations, entry: Entry[P], settings: EdgeSettings, connections: Connections[P]
    ) -> None:
        self._operations = operations
        self._entry = entry
        self._settings = settings
        self._connections = connections
        self._arrivals = Arrivals(entry, settings)
        self._streams: Counter[bytes] = Counter()  # that run, by the hash of their key

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Request(scope, receive)
        request_id = request_id_in(request.headers.get("x-request-id"))
        try:
            await self._answer(request, send, request_id)
        except ClientDisconnect:
            return
        except Refused as refused:
            await refused.response(request_id)(scope, receive, send)

    async def _answer(self, request: Request, send: Send, request_id: uuid.UUID) -> None:
        self._check(request)
        principal = await self._arrivals.admit(request)
        is_posted = request.method == "POST"
        asked = await self._arrivals.posted(request) if is_posted else self._arrivals.addressed(request)
        prepared = self._operations.prepare(asked)
        if isinstance(prepared, Prepared) and prepared.kind is OperationType.MUTATION and not is_posted:
            raise Refused(405, request_error(BAD_REQUEST, "Send mutations by POST."), {"allow": "POST"})
        with self._counted(request):
            events = self._events(prepared, self._context(principal, prepared, request_id, request))
            is_endless = isinstance(prepared, Prepared) and prepared.kind is OperationType.SUBSCRIPTION
            stream = Stream(request, send, principal, events, self._settings, request_id, is_endless=is_endless)
            await self._connections.serve(stream)

    def _check(self, request: Request) -> None:
        headers = request.headers
        if request.method not in ("GET", "POST"):
            message = "Send operations by GET or POST."
            raise Refused(405, request_error(BAD_REQUEST, message), {"allow": "GET, POST"})
        if not takes_events(headers.get("accept")):
            raise Refused(406, request_error(BAD_REQUEST, f"Accept {EVENTS}: answers are in it."))
        if not may_connect(headers.get("origin"), headers.get("host", ""), self._settings.allowed_origins):
            raise Refused(403, request_error(FORBIDDEN, "Pages of this origin may not connect."))

    def _context(
        self, principal: P, prepared: Prepared | Outcome, request_id: uuid.UUID, request: Request
    ) -> ContextManager | None:
        if isinstance(prepared, Outcome):
            return None
        last = request.headers.get("last-event-id") or None
        return self._entry.context(principal, prepared, "events", request_id, request, last_event_id=last)

    async def _events(
        self, prepared: Prepared | Outcome, context: ContextManager | None
    ) -> AsyncGenerator[bytes, None]:
        if context is None or isinstance(prepared, Outcome):
            yield next_event(encode(prepared), None)  # type: ignore[arg-type]
        elif prepared.kind is OperationType.SUBSCRIPTION:
            async with aclosing(self._operations.subscribe(prepared, context)) as outcomes:
                async for outcome in outcomes:
                    yield next_event(encode(outcome, prepared.name), outcome.cursor)
        else:
            yield next_event(encode(await self._operations.run(prepared, context), prepared.name), None)
        yield COMPLETE

    @contextmanager
    def _counted(self, request: Request) -> Iterator[None]:
        """Hold one of the streams that a key may have at once."""
        key = hashlib.sha256(request.headers["authorization"].encode()).digest()
        maximum = self._settings.streams_max
        if self._streams[key] >= maximum:
            text = f"A key may have {maximum} streams at once. End one first."
            error = request_error(LIMIT_EXCEEDED, text, limit="streams", value=maximum + 1, maximum=maximum)
            raise Refused(429, error, {"retry-after": RETRY_AFTER_S})
        self._streams[key] += 1
        try:
            yield
        finally:
            self._streams[key] -= 1
            if not self._streams[key]:
                del self._streams[key]


class Stream(Generic[P]):
    """One answer, from its headers to its end."""

    def __init__(
        self,
        request: Request,
        send: Send,
        principal: P,
        events: AsyncGenerator[bytes, None],
        settings: EdgeSettings,
        request_id: uuid.UUID,
        *,
        is_endless: bool,
    ) -> None:
        self.principal: P | None = principal
        self._receive = request.receive
        self._send_on = send
        self._line = line_of(request.scope)
        self._events = events
        self._settings = settings
        self._request_id = request_id
        self._is_endless = is_endless
        self._stopping = self._line.stopping if self._line else asyncio.Event()
        self._forbidden = asyncio.Event()
        self._ended = asyncio.Event()

    async def run(self) -> None:
        """Talk until either side ends it."""
        try:
            await self._talk()
        except _ClientGone:
            if self._line is not None:
                self._line.drop()
        finally:
            self._ended.set()

    async def stop(self) -> None:
        """End it because the server stops: what is endless is cut, so that the client comes back; answers are given."""
        self._stopping.set()
        await self._ended.wait()

    async def forbid(self) -> None:
        """End it because its principal may not be here any more."""
        self._forbidden.set()
        await self._ended.wait()

    async def _talk(self) -> None:
        if self._line is not None:
            self._line.watch()
        speaking, pinging = asyncio.create_task(self._speak()), asyncio.create_task(self._ping())
        gone, forbidden = asyncio.create_task(disconnected(self._receive)), asyncio.create_task(self._forbidden.wait())
        ends = [speaking, pinging, gone, forbidden]
        if self._is_endless:
            ends.append(asyncio.create_task(self._stopping.wait()))
        try:
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in ends:
                task.cancel()
            await asyncio.wait(ends)
        for task in (speaking, pinging):
            if not task.cancelled():
                task.result()
        if gone.cancelled():
            await self._end(is_forbidden=not forbidden.cancelled() and speaking.cancelled())

    async def _end(self, *, is_forbidden: bool) -> None:
        if is_forbidden:
            error = request_error(UNAUTHENTICATED, "This API key is not valid any more.")
            await self._send(next_event(encode(refusal(error)), None) + COMPLETE)
        await self._send(b"", is_last=True)

    async def _speak(self) -> None:
        await self._begin()
        async with aclosing(self._events) as events:
            async for event in events:
                await self._send(event)

    async def _begin(self) -> None:
        headers = {
            **fixed_headers(self._request_id),
            "content-type": f"{EVENTS}; charset=utf-8",
            "x-accel-buffering": "no",  # or a proxy would keep events until it has many
        }
        raw = [(name.encode(), value.encode()) for name, value in headers.items()]
        await self._give({"type": "http.response.start", "status": 200, "headers": raw})
        await self._send(PING)

    async def _ping(self) -> None:
        while True:
            await asyncio.sleep(self._settings.ping_interval_s)
            await self._send(PING)

    async def _send(self, text: bytes, *, is_last: bool = False) -> None:
        await self._give({"type": "http.response.body", "body": text, "more_body": not is_last})

    async def _give(self, message: dict[str, Any]) -> None:
        """Hand a message on.

        Raises:
            _ClientGone: the client has gone, or has read nothing for too long.
        """
        try:
            async with asyncio.timeout(self._settings.send_timeout_s):
                await self._send_on(message)
        except (TimeoutError, OSError):
            raise _ClientGone from None


def next_event(response: bytes, cursor: str | None) -> bytes:
    """An encoded response, which has no line breaks, as an event."""
    name = b"" if cursor is None else b"id: %b\n" % cursor.encode()
    return b"%bevent: next\ndata: %b\n\n" % (name, response)
