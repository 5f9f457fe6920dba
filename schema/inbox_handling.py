"""Done and snoozed: what people do about items of their own inbox, many at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import strawberry

from app.desk.handling import MarkDone, MarkNotDone, Snooze, Unsnooze
from app.ids import ItemId
from app.lead.task_changes import ReopenTask
from app.lead.tasks import CompleteTask
from app.refusal import Refusal
from schema.commands import CommandInput, given
from schema.context import Context, Info
from schema.cursors import feed_place
from schema.edge import ClientError
from schema.fields import plain
from schema.inbox_answers import ItemsPayload, answer_items
from schema.scalars import Cursor

_IDS = "At most 500. What stands against one of them is an error at its index; the rest is done."


class InvalidCursor(Refusal):
    """This is no cursor of this feed. Read the inbox again."""


@strawberry.input(description="Items that are handled.")
class MarkDoneInput(CommandInput):
    item_ids: list[strawberry.ID] = plain(_IDS)
    seen_until: Cursor | None = plain(
        "feedCursor of what the person looked at: mail that came later stays unread. Absent: all of it is handled.",
        default=strawberry.UNSET,
    )


@strawberry.type(description="What markDone did.")
class MarkDonePayload(ItemsPayload):
    pass


@strawberry.input(description="Items that are to be handled after all.")
class MarkNotDoneInput(CommandInput):
    item_ids: list[strawberry.ID] = plain(_IDS)


@strawberry.type(description="What markNotDone did.")
class MarkNotDonePayload(ItemsPayload):
    pass


@strawberry.input(description="Items to put off.")
class SnoozeInput(CommandInput):
    item_ids: list[strawberry.ID] = plain(_IDS)
    until: datetime = plain("When they come back: a moment that is still to come, within ten years.")


@strawberry.type(description="What snooze did.")
class SnoozePayload(ItemsPayload):
    pass


@strawberry.input(description="Items that are not to be put off any more.")
class UnsnoozeInput(CommandInput):
    item_ids: list[strawberry.ID] = plain(_IDS)


@strawberry.type(description="What unsnooze did.")
class UnsnoozePayload(ItemsPayload):
    pass


async def mark_done(info: Info, input: MarkDoneInput) -> MarkDonePayload | None:
    """Mark items of one's own inbox as handled, for oneself alone. A task is completed by it."""
    seen = given(input.seen_until)

    async def build(item_ids: Sequence[ItemId]) -> MarkDone:
        position = None if seen is None else await _seen(info.context, seen)
        return MarkDone(item_ids=tuple(item_ids), seen_position=position)

    return await answer_items(info, MarkDonePayload, input, build, on_task=lambda id: CompleteTask(task_id=id))


async def mark_not_done(info: Info, input: MarkNotDoneInput) -> MarkNotDonePayload | None:
    """Bring items back that were handled. A task is opened again by it."""

    async def build(item_ids: Sequence[ItemId]) -> MarkNotDone:
        return MarkNotDone(item_ids=tuple(item_ids))

    return await answer_items(info, MarkNotDonePayload, input, build, on_task=lambda id: ReopenTask(task_id=id))


async def snooze(info: Info, input: SnoozeInput) -> SnoozePayload | None:
    """Put items of one's own inbox out of sight until a moment. They keep the time at which they came."""

    async def build(item_ids: Sequence[ItemId]) -> Snooze:
        return Snooze(item_ids=tuple(item_ids), until=input.until)

    return await answer_items(info, SnoozePayload, input, build, of_open_ones=True)


async def unsnooze(info: Info, input: UnsnoozeInput) -> UnsnoozePayload | None:
    """Bring items back at once that were put off. What is not yet due still waits for its time."""

    async def build(item_ids: Sequence[ItemId]) -> Unsnooze:
        return Unsnooze(item_ids=tuple(item_ids))

    return await answer_items(info, UnsnoozePayload, input, build)


async def _seen(context: Context, cursor: str) -> int:
    """The position of the log up to which somebody looked.

    Raises:
        InvalidCursor: it is of no feed, or of another organization's, or of a log that was replaced.
    """
    try:
        place = feed_place(cursor, "seenUntil")
    except ClientError:
        raise InvalidCursor("seen_until") from None
    organization_id = context.principal.org_id
    if place.org_id != organization_id or place.epoch != await context.services.store.epoch(organization_id):
        raise InvalidCursor("seen_until")
    return place.position
