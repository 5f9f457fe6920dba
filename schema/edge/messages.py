"""The messages of graphql-transport-ws: those of clients read strictly, ours written as text.

Binary frames and anything that is not exactly a message of the protocol close the connection with 4400; a bad
*operation* in a well-formed message does not.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Final

from schema.edge.encoding import as_json
from schema.edge.request import GraphQLRequest, MalformedRequest, read_json, read_request

SUBPROTOCOL: Final = "graphql-transport-ws"
ACK: Final = '{"type":"connection_ack"}'
PING: Final = '{"type":"ping"}'
PONG: Final = '{"type":"pong"}'
NEXT_END: Final = b"}"


class CloseCode(IntEnum):
    """Why we close a connection. Clients connect again after 1012 and 1013, not after the others."""

    TOO_LONG = 1009
    RESTARTING = 1012
    TRY_LATER = 1013
    BAD_REQUEST = 4400
    UNAUTHORIZED = 4401
    FORBIDDEN = 4403
    SUBPROTOCOL_NOT_ACCEPTABLE = 4406
    INIT_TIMEOUT = 4408
    SUBSCRIBER_EXISTS = 4409
    TOO_MANY_INITS = 4429


@dataclass(frozen=True, slots=True)
class ConnectionInit:
    """Opens the conversation. The payload may hold `authorization`."""

    payload: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Subscribe:
    """Starts an operation of any kind."""

    id: str
    request: GraphQLRequest


@dataclass(frozen=True, slots=True)
class Complete:
    """Ends an operation."""

    id: str


@dataclass(frozen=True, slots=True)
class Ping:
    """Asks for a pong."""


@dataclass(frozen=True, slots=True)
class Pong:
    """Answers a ping, or just says that the client lives."""


ClientMessage = ConnectionInit | Subscribe | Complete | Ping | Pong


def read_message(text: str) -> ClientMessage:
    """Read a client's message.

    Raises:
        MalformedRequest: it is none. The message is short enough to be the reason of a close frame (123 bytes).
    """
    message = read_json(text)
    if not isinstance(message, dict):
        raise MalformedRequest("A message has to be a JSON object.")
    payload = message.get("payload")
    match message.get("type"):
        case "connection_init":
            return ConnectionInit(_optional_object(payload))
        case "subscribe":
            return Subscribe(_id(message), read_request(payload))
        case "complete":
            return Complete(_id(message))
        case "ping":
            _optional_object(payload)
            return Ping()
        case "pong":
            _optional_object(payload)
            return Pong()
    raise MalformedRequest("A message has to have a type that clients may send.")


def next_message(operation_id: str, response: bytes) -> str:
    """Wrap an encoded response, which may be shared by many subscribers, for one of them."""
    return (next_beginning(operation_id) + response + NEXT_END).decode()


def next_beginning(operation_id: str) -> bytes:
    """What stands before an encoded response; NEXT_END stands behind it."""
    return f'{{"id":{as_json(operation_id)},"type":"next","payload":'.encode()


def error_message(operation_id: str, errors: object) -> str:
    """End an operation that did not execute, or failed in mid-stream."""
    return as_json({"id": operation_id, "type": "error", "payload": errors})


def complete_message(operation_id: str) -> str:
    """End an operation that has nothing more to say."""
    return as_json({"id": operation_id, "type": "complete"})


def _id(message: Mapping[str, Any]) -> str:
    operation_id = message.get("id")
    if not isinstance(operation_id, str) or not operation_id:
        raise MalformedRequest("The id of an operation has to be a string that is not empty.")
    return operation_id


def _optional_object(payload: object) -> Mapping[str, Any]:
    if payload is None:
        return {}
    if not isinstance(payload, dict):
        raise MalformedRequest("The payload has to be an object or null.")
    return payload
