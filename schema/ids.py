"""Ids at the edge: prefixes by type, and how a wrong one is refused."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

import strawberry

from app.ids import BadId, decode_id, encode_id, past_id
from app.lead.refusals import IdOfThePast
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
    "request": "req",
}
_NO_NODES = {"request"}  # what has an id, and is nothing that could be looked at
KINDS = {prefix: kind for kind, prefix in PREFIXES.items() if kind not in _NO_NODES}


# What belongs to the organization, and is named by the version of its stream; everything else by that of its lead's.
OF_ORGANIZATION = frozenset(
    PREFIXES[kind]
    for kind in (
        "organization",
        "user",
        "api_key",
        "invitation",
        "status",
        "pipeline",
        "custom_field",
        "custom_activity_type",
    )
)


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
        raise ClientError("INVALID", f"{'.'.join(path)}: {refused_id(kind, value, *path).message}") from None


def refused_id(kind: str, value: str, *path: str) -> Refusal:
    """What there is to say of what is no id of this kind in the present."""
    past = past_id(value)
    if past is not None and KINDS.get(past[0].partition("_")[0]) == kind:
        return IdOfThePast(*path, live_id=past[0])
    return InvalidId(*path, prefix=PREFIXES[kind])


def id_arguments(kind: str, values: Sequence[str], *path: str) -> tuple[UUID, ...]:
    """As `id_argument`, for a list."""
    return tuple(id_argument(kind, value, *path, str(index)) for index, value in enumerate(values))


def then_id(live: str, lead_version: int | None, organization_version: int) -> strawberry.ID:
    """The id by which something is named at a moment; an id of the past stays what it is.

    `live` may be of several parts, with dots between them, such as that of a custom value.
    """
    parts = [
        one if "~" in one else f"{one}~{_version(one, lead_version, organization_version)}" for one in live.split(".")
    ]
    return strawberry.ID(".".join(parts))


def _version(live: str, lead_version: int | None, organization_version: int) -> int:
    if live.partition("_")[0] in OF_ORGANIZATION:
        return organization_version
    assert lead_version is not None, "what belongs to a lead is reached from that lead alone"
    return lead_version


def live_id(value: str) -> str:
    """The id of the present that something has, named by it or by one of the past."""
    return value.partition("~")[0]


class NamedThing(NamedTuple):
    """What an id names. `version`: of its stream at the moment that is meant; None: the present."""

    kind: str
    value: UUID
    version: int | None = None


def kind_of_id(value: str) -> NamedThing:
    """What an id of any kind names, by its prefix, in the present or at a moment of the past.

    Raises:
        ClientError: INVALID.
    """
    live, version = past_id(value) or (value, None)
    kind, found = _kind_of_live_id(live)
    return NamedThing(kind, found, version)


def _kind_of_live_id(value: str) -> tuple[str, UUID]:
    kind = KINDS.get(value.partition("_")[0])
    if kind is None:
        raise ClientError("INVALID", f"id: no id begins like {value[:10]!r}.")
    return kind, id_argument(kind, value, "id")
