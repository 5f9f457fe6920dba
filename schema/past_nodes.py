"""Things by ids of the past: as they were at the moment that the id names."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from uuid import UUID

from projections.homes import KINDS, homes
from projections.machinery import moments
from projections.machinery.reader import Reader
from schema.context import Context
from schema.events import Event
from schema.ids import OF_ORGANIZATION, PREFIXES, NamedThing, turned
from schema.known_past import must_be_known
from schema.moments import Then
from schema.node import Node

Find = Callable[[Context, UUID], Awaitable[Node | None]]

_Version = tuple[UUID, int]  # of a stream


async def node_then(context: Context, named: NamedThing, find: Find) -> Node | None:
    """What an id of the past names, if the viewer may see it today.

    Raises:
        ClientError: UNAVAILABLE, where the past is not known as far back.
    """
    assert named.version is not None
    if PREFIXES[named.kind] in OF_ORGANIZATION:
        return await _of_organization(context, named.value, named.version, find)
    for stream_id in await _streams(context, named, find):
        found = await _of_lead(context, stream_id, named.version, named.value, find)
        if found is not None:
            return found
    return None


async def _of_organization(context: Context, value: UUID, version: int, find: Find) -> Node | None:
    position = await _position(context, (context.organization.id, version))
    if position is None:
        return None
    then = await context.at(position)
    return Then(then).put(await find(then, value))


async def _of_lead(context: Context, stream_id: UUID, version: int, value: UUID, find: Find) -> Node | None:
    """A thing at a version of a lead; none, if it was on another lead's page then."""
    position = await _position(context, (stream_id, version))
    if position is None:
        return None
    await must_be_known(context, position, "id")
    then = await context.at(position)
    found: Any = await find(then, value)
    if found is None or await _lead_of(then, found) != stream_id:
        return None
    node: Node = Then(then, version).put(found)
    return node


async def _lead_of(then: Context, found: Any) -> UUID | None:
    """On whose page something stood; None: on none."""
    if not isinstance(found, Event):
        lead_id: UUID = found.row.lead_id
        return lead_id
    row = await then.lead_row(found.recorded.stream_id)
    return row.lead_id if row is not None and found.position <= (then.reader.then or 0) else None


async def _streams(context: Context, named: NamedThing, find: Find) -> Sequence[UUID]:
    """The leads by whose versions a thing is named; of what is called an activity it may be a thread's."""
    kind, value = named.kind, named.value
    if kind == "event":
        event = await find(context, value)
        return await _homes(context, "lead", event.recorded.stream_id) if isinstance(event, Event) else ()
    if kind not in KINDS:
        return ()
    return await _homes(context, kind, value) or (
        await _homes(context, "thread", turned(value)) if kind == "activity" else ()
    )


async def _homes(context: Context, kind: str, value: UUID) -> Sequence[UUID]:
    loader = context.batch(("homes", kind), lambda reader, ids: homes(reader, kind, ids), default=())
    found: Sequence[UUID] = await loader.load(value)
    return found


async def _position(context: Context, version: _Version) -> int | None:
    position: int | None = await context.batch("position of version", _positions).load(version)
    return position


async def _positions(reader: Reader, versions: Sequence[_Version]) -> dict[_Version, int | None]:
    return {one: await moments.position_of_version(reader, *one) for one in versions}
