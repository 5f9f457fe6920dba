"""graphql-transport-ws on the websocket at `/graphql`: one connection as an explicit state machine.

    CONNECTED ──connection_init, key valid──► READY ──disconnect, violation, slow client, stop──► CLOSED

The reader is the connection's own task and takes messages one after the other. Every operation is a task in one group,
so that whatever ends the connection cancels them all and awaits them.
"""

import asyncio
import uuid
from contextlib import aclosing, suppress
from dataclasses import dataclass
from enum import Enum, auto
from typing import Generic, NoReturn, TypeVar

from graphql import OperationType
from starlette.websockets import WebSocket, WebSocketDisconnect

from schema.edge.connections import may_connect
from schema.edge.encoding import encode
from schema.edge.entry import Entry
from schema.edge.errors import LIMIT_EXCEEDED, ClientError, failed_operation, request_error
from schema.edge.messages import (
    ACK,
    NEXT_END,
    PING,
    PONG,
    SUBPROTOCOL,
    CloseCode,
    Complete,
    ConnectionInit,
    Ping,
    Pong,
    Subscribe,
    complete_message,
    error_message,
    next_beginning,
    next_message,
    read_message,
)
from schema.edge.operations import ContextManager, Operations, Outcome, Prepared, refusal
from schema.edge.request import MalformedRequest
from schema.edge.server import Wire, wire_of
from schema.edge.settings import EdgeSettings
from schema.edge.sharing import Push

P = TypeVar("P")


class State(Enum):
    """What the connection waits for."""

    CONNECTED = auto()  # connection_init
    READY = auto()  # operations
    CLOSED = auto()  # nothing any more


class ConnectionEnded(Exception):
    """Unwinds the reader and with it every operation."""


@dataclass(frozen=True, slots=True)
class _Running:
    """An operation of this connection."""

    task: asyncio.Task[None]
    endless: bool  # a subscription: it is not waited for when the server stops


class Connection(Generic[P]):
    """One client's websocket, from the handshake to the end."""

    def __init__(self, socket: WebSocket, operations: Operations, entry: Entry[P], settings: EdgeSettings) -> None:
        self._socket = socket
        self._operations = operations
        self._entry = entry
        self._settings = settings
        self._state = State.CONNECTED
        self._principal: P | None = None
        self._running: dict[str, _Running] = {}
        self._tasks = asyncio.TaskGroup()
        self._wire = wire_of(socket.scope)

    @property
    def principal(self) -> P | None:
        """Whose it is; None until it is known."""
        return self._principal

    async def run(self) -> None:
        """Talk until either side ends it."""
        if not await self._shake_hands():
            return
        self._init_deadline = asyncio.get_running_loop().time() + self._settings.init_timeout_s
        try:
            async with self._tasks:
                while True:
                    await self._take(await self._receive())
        except* ConnectionEnded:
            self._state = State.CLOSED

    async def stop(self) -> None:
        """End every operation because the server stops: subscriptions complete, the others get their answer."""
        if self._state is State.CLOSED:
            return
        self._state = State.CLOSED
        running, self._running = self._running, {}
        for operation in running.values():
            if operation.endless:
                operation.task.cancel()
        if running:
            await asyncio.wait([operation.task for operation in running.values()])
        for operation_id, operation in running.items():
            if operation.endless:
                with suppress(ConnectionEnded):  # gone in the meantime
                    await self._send(complete_message(operation_id))
        await self._say_goodbye(CloseCode.RESTARTING, "The server restarts. Connect again.")

    async def forbid(self) -> None:
        """End everything because the principal may not be here any more."""
        if self._state is not State.CLOSED:
            await self._say_goodbye(CloseCode.FORBIDDEN, "This API key is not valid any more.")

    async def _shake_hands(self) -> bool:
        headers = self._socket.headers
        if not may_connect(headers.get("origin"), headers.get("host", ""), self._settings.allowed_origins):
            await self._socket.close()  # before it is accepted this is a 403
            return False
        if SUBPROTOCOL not in self._socket.scope["subprotocols"]:
            await self._socket.accept()
            await self._socket.close(CloseCode.SUBPROTOCOL_NOT_ACCEPTABLE, f"Only {SUBPROTOCOL} is spoken here.")
            return False
        await self._socket.accept(SUBPROTOCOL)
        return True

    async def _receive(self) -> str:
        """Wait for a text, meanwhile pinging a silent client.

        Raises:
            ConnectionEnded: the client left, sent a binary frame or too much, or did not introduce itself in time.
        """
        while True:
            try:
                async with asyncio.timeout_at(self._deadline()):
                    message = await self._socket.receive()
                break
            except TimeoutError:
                if self._state is State.CONNECTED:
                    await self._close(CloseCode.INIT_TIMEOUT, "Send connection_init first.")
                await self._send(PING)
        if message["type"] == "websocket.disconnect":
            if message["code"] == CloseCode.RESTARTING:
                await self.stop()
            raise ConnectionEnded
        text = message.get("text")
        if not isinstance(text, str):
            await self._close(CloseCode.BAD_REQUEST, "Send text frames only.")
        maximum = self._settings.message_max_bytes
        if len(text.encode()) > maximum:
            await self._close(CloseCode.TOO_LONG, f"A message may have at most {maximum} bytes.")
        return text

    def _deadline(self) -> float:
        if self._state is State.CONNECTED:
            return self._init_deadline
        return asyncio.get_running_loop().time() + self._settings.ping_interval_s

    async def _take(self, text: str) -> None:
        if self._state is State.CLOSED:
            return  # stopping: what arrives now is for the next server
        try:
            message = read_message(text)
        except MalformedRequest as malformed:
            await self._close(CloseCode.BAD_REQUEST, str(malformed))
        match message:
            case ConnectionInit():
                await self._introduce(message)
            case Subscribe():
                await self._subscribe(message)
            case Complete():
                await self._complete(message)
            case Ping():
                await self._send(PONG)
            case Pong():
                pass

    async def _introduce(self, init: ConnectionInit) -> None:
        if self._state is State.READY:
            await self._close(CloseCode.TOO_MANY_INITS, "connection_init was sent already.")
        authorization = init.payload.get("authorization", init.payload.get("Authorization"))
        if authorization is None:
            authorization = self._socket.headers.get("authorization")
        if not authorization:
            await self._close(CloseCode.UNAUTHORIZED, 'Send {"authorization": "Bearer KEY"} with connection_init.')
        try:
            async with asyncio.timeout(self._settings.operation_timeout_s):
                self._principal = await self._entry.admit(str(authorization))
        except ClientError:
            await self._close(CloseCode.FORBIDDEN, "This API key is not valid.")
        except Exception as error:  # noqa: BLE001 - the database may be down; exceptions end here
            failed_operation(error, "connection_init")
            await self._close(CloseCode.TRY_LATER, "Something went wrong on our side. Try again later.")
        self._state = State.READY
        await self._send(ACK)

    async def _subscribe(self, message: Subscribe) -> None:
        principal = self._principal
        if principal is None:
            await self._close(CloseCode.UNAUTHORIZED, "Send connection_init first.")
        if message.id in self._running:
            await self._close(CloseCode.SUBSCRIBER_EXISTS, "This id is in use by a running operation.")
        prepared = self._may_run(message)
        if isinstance(prepared, Outcome):
            await self._send(error_message(message.id, prepared.errors))
            return
        endless = prepared.kind is OperationType.SUBSCRIPTION
        context = self._entry.context(principal, prepared, "websocket", uuid.uuid4(), self._socket)
        operate = self._stream if endless else self._answer
        task = self._tasks.create_task(operate(message.id, prepared, context))
        self._running[message.id] = _Running(task, endless)

    def _may_run(self, message: Subscribe) -> Prepared | Outcome:
        maximum = self._settings.subscriptions_max
        if len(self._running) < maximum:
            return self._operations.prepare(message.request)
        text = f"A connection may run {maximum} operations at once. Complete one first, or open another connection."
        return refusal(request_error(LIMIT_EXCEEDED, text, limit="operations", value=maximum + 1, maximum=maximum))

    async def _complete(self, message: Complete) -> None:
        """End an operation at the client's wish; then its id is free again and its cleaning up has been done."""
        operation = self._running.pop(message.id, None)
        if operation is not None:
            operation.task.cancel()
            await asyncio.wait([operation.task])

    async def _answer(self, operation_id: str, prepared: Prepared, context: ContextManager) -> None:
        outcome = await self._operations.run(prepared, context)
        await self._end(operation_id, await self._deliver(operation_id, outcome, prepared))

    async def _stream(self, operation_id: str, prepared: Prepared, context: ContextManager) -> None:
        last = complete_message(operation_id)
        push = self._pushing(operation_id, self._wire) if self._wire else None
        async with aclosing(self._operations.subscribe(prepared, context, push)) as outcomes:
            async for outcome in outcomes:
                last = await self._deliver(operation_id, outcome, prepared)
        await self._end(operation_id, last)

    def _pushing(self, operation_id: str, wire: Wire) -> Push:
        """Send what many get while this operation's task sleeps, if the client takes it at once."""
        beginning = next_beginning(operation_id)

        def push(outcome: Outcome) -> bool:
            is_open = self._state is State.READY and outcome.encoded is not None
            return is_open and wire.send_now(beginning + outcome.encoded + NEXT_END)  # type: ignore[operator]

        return push

    async def _end(self, operation_id: str, last: str) -> None:
        self._running.pop(operation_id, None)  # before the client can know, so that it may use the id again at once
        await self._send(last)

    async def _deliver(self, operation_id: str, outcome: Outcome, prepared: Prepared) -> str:
        """Send an outcome on if it was executed, and return the message that ends the operation after it."""
        if not outcome.executed:
            return error_message(operation_id, outcome.errors)
        await self._send(next_message(operation_id, encode(outcome, prepared.name)))
        return complete_message(operation_id)

    async def _send(self, text: str) -> None:
        """Send a text.

        Raises:
            ConnectionEnded: the client has gone, or has read nothing for too long.
        """
        try:
            async with asyncio.timeout(self._settings.send_timeout_s):
                await self._socket.send_text(text)
        except (TimeoutError, WebSocketDisconnect, RuntimeError):
            # Starlette and uvicorn raise RuntimeError for sending on what was closed in the meantime.
            raise ConnectionEnded from None

    async def _close(self, code: CloseCode, reason: str) -> NoReturn:
        await self._say_goodbye(code, reason)
        raise ConnectionEnded

    async def _say_goodbye(self, code: CloseCode, reason: str) -> None:
        """Close, upon which the reader finds the client gone."""
        self._state = State.CLOSED
        try:
            async with asyncio.timeout(self._settings.send_timeout_s):
                await self._socket.close(code, reason)
        except (TimeoutError, WebSocketDisconnect, RuntimeError):
            return  # it is closed, which was the aim
