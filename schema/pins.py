"""Pins: notes and custom activities kept at the top of a lead's feed."""

from __future__ import annotations

import strawberry

from app.lead.pins import PinActivity, PinNote, UnpinActivity, UnpinNote
from schema.activities import Activity, activity_of
from schema.commands import CommandInput, Inputs, Payload, answer
from schema.context import Info
from schema.fields import plain, resolved
from schema.notes import Note, note_in


@strawberry.input(description="A note to pin.")
class PinNoteInput(CommandInput):
    note_id: strawberry.ID = plain("The note.")


@strawberry.type(description="What pinNote did.")
class PinNotePayload(Payload):
    @resolved
    async def note(self, info: Info) -> Note | None:
        """The note; null where nothing was done."""
        return await note_in(self, info)


async def pin_note(info: Info, input: PinNoteInput) -> PinNotePayload | None:
    """Pin a note to the top of the lead's feed, for everybody. At most five activities stay pinned."""

    def build(ids: Inputs) -> PinNote:
        return PinNote(note_id=ids.id("activity", input.note_id, "note_id"))

    return await answer(info, PinNotePayload, input, build)


@strawberry.input(description="A note whose pin is to end.")
class UnpinNoteInput(CommandInput):
    note_id: strawberry.ID = plain("The note.")


@strawberry.type(description="What unpinNote did.")
class UnpinNotePayload(Payload):
    @resolved
    async def note(self, info: Info) -> Note | None:
        """The note; null where nothing was done."""
        return await note_in(self, info)


async def unpin_note(info: Info, input: UnpinNoteInput) -> UnpinNotePayload | None:
    """End a note's pin; it stays where it is in the feed."""

    def build(ids: Inputs) -> UnpinNote:
        return UnpinNote(note_id=ids.id("activity", input.note_id, "note_id"))

    return await answer(info, UnpinNotePayload, input, build)


@strawberry.input(description="A note or custom activity to pin.")
class PinActivityInput(CommandInput):
    activity_id: strawberry.ID = plain("The note or custom activity.")


@strawberry.type(description="What pinActivity did.")
class PinActivityPayload(Payload):
    @resolved
    async def activity(self, info: Info) -> Activity | None:
        """The activity; null where nothing was done."""
        return await _activity_in(self, info)


async def pin_activity(info: Info, input: PinActivityInput) -> PinActivityPayload | None:
    """Pin a note or custom activity to the top of the lead's feed, for everybody. At most five stay pinned."""

    def build(ids: Inputs) -> PinActivity:
        return PinActivity(activity_id=ids.id("activity", input.activity_id, "activity_id"))

    return await answer(info, PinActivityPayload, input, build)


@strawberry.input(description="A note or custom activity whose pin is to end.")
class UnpinActivityInput(CommandInput):
    activity_id: strawberry.ID = plain("The note or custom activity.")


@strawberry.type(description="What unpinActivity did.")
class UnpinActivityPayload(Payload):
    @resolved
    async def activity(self, info: Info) -> Activity | None:
        """The activity; null where nothing was done."""
        return await _activity_in(self, info)


async def unpin_activity(info: Info, input: UnpinActivityInput) -> UnpinActivityPayload | None:
    """End the pin of a note or custom activity; it stays where it is in the feed."""

    def build(ids: Inputs) -> UnpinActivity:
        return UnpinActivity(activity_id=ids.id("activity", input.activity_id, "activity_id"))

    return await answer(info, UnpinActivityPayload, input, build)


async def _activity_in(payload: Payload, info: Info) -> Activity | None:
    row = await info.context.activity_row(payload.done.ids["activity"]) if payload.done else None
    return activity_of(row) if row else None
