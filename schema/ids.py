"""Ids at the edge: prefixes by type, and how a wrong one is refused."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import strawberry

from app.ids import BadId, decode_id, encode_id
from app.refusal import Refusal
from schema.edge import ClientError

PREFIXES = {
    "organization": "orga",
    "user": "user",
    "api_key": "api",
    "invitation": "invi",
    "status": "stat",
    "pipeline": "pipe",
    "custom_field": "cf",
    "custom_activity_type": "actitype",
    "lead": "lead",
    "contact": "cont",
    "opportunity": "oppo",
    "task": "task",
    "activity": "acti",
    "file": "file",
    "inbox_item": "inbx",
    "event": "ev",
}
KINDS = {prefix: kind for kind, prefix in PREFIXES.items()}


class InvalidId(Refusal):
    """This is no id of this kind: it begins with {prefix}_ and has 22 letters and digits behind it."""


def public_id(kind: str, value: UUID) -> strawberry.ID:
    """The id that clients see."""
    return strawberry.ID(encode_id(PREFIXES[kind], value))


def thread_public_id(thread_id: UUID) -> strawberry.ID:
    """The id of a thread that clients see: not that of the message that began it, which is a thing of its own."""
    return public_id("activity", turned(thread_id))


def turned(value: UUID) -> UUID:
    """The public form of a thread's id, or back: the UUID's version 7 is turned into 8, which no other id has."""
    return UUID(int=value.int ^ 0xF << 76)


def id_argument(kind: str, value: str, *path: str) -> UUID:
    """The UUID of an id in a query's argument.

    Raises:
        ClientError: INVALID, with the argument's name.
    """
    try:
        return decode_id(PREFIXES[kind], value)
    except BadId:
        refusal = InvalidId(*path, prefix=PREFIXES[kind])
        raise ClientError("INVALID", f"{'.'.join(path)}: {refusal.message}") from None


def id_arguments(kind: str, values: Sequence[str], *path: str) -> tuple[UUID, ...]:
    """As `id_argument`, for a list."""
    return tuple(id_argument(kind, value, *path, str(index)) for index, value in enumerate(values))


def kind_of_id(value: str) -> tuple[str, UUID]:
    """What an id of any kind names, by its prefix.

    Raises:
        ClientError: INVALID.
    """
    kind = KINDS.get(value.partition("_")[0])
    if kind is None:
        raise ClientError("INVALID", f"id: no id begins like {value[:10]!r}.")
    return kind, id_argument(kind, value, "id")
