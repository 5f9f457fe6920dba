"""As of: a lead page as it was at a moment, by the clock, by the lead's version or by a cursor that was read then."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import ClassVar
from uuid import UUID

import strawberry

from projections.machinery import moments
from projections.machinery.reader import Reader
from schema.commands import given
from schema.context import Context
from schema.cursors import feed_place, invalid_cursor
from schema.fields import plain
from schema.filters import refused
from schema.known_past import must_be_known
from schema.scalars import Cursor


@strawberry.type(description="A moment of a lead, and the lead's id in the present.")
class Moment:
    names_the_present: ClassVar[bool] = True

    time: datetime = plain("When what stands on the page last had been recorded: as asOf it gives the same page.")
    version: int = plain("The lead's version then.")
    live_id: strawberry.ID = plain("The lead's id in the present, which commands take.")


@strawberry.input(one_of=True, description="A moment. Exactly one.")
class AsOfInput:
    time: datetime | None = plain("Everything that was recorded up to this instant.", default=strawberry.UNSET)
    version: int | None = plain("Right behind the event that gave the lead this version.", default=strawberry.UNSET)
    cursor: Cursor | None = plain("A feedCursor read then.", default=strawberry.UNSET)


async def position_of(context: Context, as_of: AsOfInput, lead_id: UUID, argument: str) -> int:
    """The place in the log that a moment of a lead means.

    Raises:
        ClientError: INVALID, if there is no such moment; UNAVAILABLE, if its pages are not known.
    """
    if given(as_of.time) is not None:
        position = await _at_time(context, given(as_of.time), argument)
    elif given(as_of.version) is not None:
        position = await _at_version(context, given(as_of.version), lead_id, argument)
    else:
        position = await _at_cursor(context, str(given(as_of.cursor)), f"{argument}.cursor")
    await must_be_known(context, position, argument)
    return position


async def _at_time(context: Context, time: datetime, argument: str) -> int:
    position = await moments.position_at(context.reader, time)
    if time <= datetime.now(UTC):
        return position
    _, newest = await context.reader.position()
    last = await moments.recorded_at(context.reader, newest)
    if last is None or last < time:  # clocks of several machines differ: what is recorded already is no future
        raise refused("this moment is still to come.", argument, "time")
    return position


async def _at_version(context: Context, version: int, lead_id: UUID, argument: str) -> int:
    position = await moments.position_of_version(context.reader, lead_id, version) if version > 0 else None
    if position is None:
        _, newest = await context.reader.position()
        last = await moments.version_at(context.reader, lead_id, newest)
        raise refused(f"this lead has the versions 1 to {last}.", argument, "version")
    return position


async def _at_cursor(context: Context, cursor: str, path: str) -> int:
    place = feed_place(cursor, path)
    epoch, newest = await context.reader.position()
    if (place.org_id, place.epoch) != (context.principal.org_id, epoch) or place.position > newest:
        raise invalid_cursor(path)
    return place.position


async def time_of(context: Context) -> datetime:
    """When the last event up to a context's moment was recorded."""
    assert context.reader.then is not None
    time: datetime = await context.batch("recorded at", _recorded_at).load(context.reader.then)
    return time


async def _recorded_at(reader: Reader, positions: Sequence[int]) -> dict[int, datetime | None]:
    return {position: await moments.recorded_at(reader, position) for position in positions}
