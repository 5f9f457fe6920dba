"""What clients send: JSON, and the GraphQL request in it."""

from dataclasses import dataclass
from typing import Any

import orjson

JSON_NESTING_MAX = 64  # levels; orjson reads 1,024 but writes only 254, so that deeper values could not be given back


class MalformedRequest(Exception):
    """The message says what is wrong with it, for the person who wrote the client."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphQLRequest:
    """One operation as asked for. Variables are as they came, not yet coerced."""

    source: str
    operation_name: str | None = None
    variables: dict[str, Any] | None = None


def read_json(text: bytes | str) -> object:
    """Parse JSON.

    Raises:
        MalformedRequest: not JSON, not UTF-8, a number beyond a double, or nested deeper than JSON_NESTING_MAX.
    """
    try:
        value: object = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise MalformedRequest(f"This is not JSON that can be read: {error.msg}.") from None
    if _may_be_deep(text) and _is_deeper(value, JSON_NESTING_MAX):
        raise MalformedRequest(f"Values may be nested at most {JSON_NESTING_MAX} levels deep.")
    return value


def read_request(value: object) -> GraphQLRequest:
    """Take the members of a GraphQL request out of parsed JSON; unknown ones are ignored.

    Raises:
        MalformedRequest: no object, or a member of the wrong type.
    """
    if isinstance(value, list):
        raise MalformedRequest("Send one operation at a time: batches are not supported.")
    if not isinstance(value, dict):
        raise MalformedRequest("Send a JSON object with the member query.")
    source = value.get("query")
    if not isinstance(source, str) or not source:
        raise MalformedRequest("The member query has to be a string that holds a GraphQL document.")
    operation_name = value.get("operationName")
    if operation_name is not None and not isinstance(operation_name, str):
        raise MalformedRequest("The member operationName has to be a string or null.")
    for member in ("variables", "extensions"):
        if not isinstance(value.get(member), dict | None):
            raise MalformedRequest(f"The member {member} has to be an object or null.")
    return GraphQLRequest(source=source, operation_name=operation_name, variables=value.get("variables"))


def _may_be_deep(text: bytes | str) -> bool:
    """Tell cheaply that a text cannot be nested too deeply: it has too few opening brackets."""
    if isinstance(text, str):
        return text.count("[") + text.count("{") > JSON_NESTING_MAX
    return text.count(b"[") + text.count(b"{") > JSON_NESTING_MAX


def _is_deeper(value: object, levels: int) -> bool:
    """Walk level by level, so that depth costs no stack."""
    row = [value]
    for _ in range(levels):
        below: list[object] = []
        for item in row:
            if isinstance(item, dict):
                below.extend(item.values())
            elif isinstance(item, list):
                below.extend(item)
        if not below:
            return False
        row = below
    return any(isinstance(item, dict | list) for item in row)
