"""Undo: what a request or an event did is taken back, by events that name what they undo."""

from __future__ import annotations

import strawberry

from app.undo.undoing import Undo
from schema.commands import CommandInput, Inputs, Payload, answer
from schema.context import Info
from schema.fields import plain, resolved
from schema.ids import public_id


@strawberry.input(description="What to undo: exactly one of correlationId and eventId.")
class UndoInput(CommandInput):
    correlation_id: strawberry.ID | None = plain(
        "All that one request did to leads: the correlationId of its events. At most 1,000 events.",
        default=strawberry.UNSET,
    )
    event_id: strawberry.ID | None = plain("One event alone.", default=strawberry.UNSET)


@strawberry.type(description="What undo did.")
class UndoPayload(Payload):
    @resolved
    def event_ids(self) -> list[strawberry.ID]:
        """The events that are undone by it, the oldest first of each lead; those that were already are not here.

        Empty where there was nothing to do. What was appended names them as its causationId.
        """
        return [public_id("event", one) for one in self.done.undone] if self.done else []


async def undo(info: Info, input: UndoInput) -> UndoPayload | None:
    """Take back what a request or an event did to leads, all of it or nothing. To undo an undo is to do it again.

    Refused as UndoConflict where later changes stand on it, and as cannot_be_undone where nothing can take it back.
    Undone already is no error. `lead` is the lead; of several the first.
    """

    def build(ids: Inputs) -> Undo:
        return Undo(
            correlation_id=ids.id_or_none("request", input.correlation_id, "correlation_id"),
            event_id=ids.id_or_none("event", input.event_id, "event_id"),
        )

    return await answer(info, UndoPayload, input, build, by=info.context.services.undoing)
