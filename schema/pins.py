"""Pins: notes kept at the top of a lead's feed."""

from __future__ import annotations

import strawberry

from app.lead.pins import PinNote, UnpinNote
from schema.commands import Inputs, Payload, answer
from schema.context import Info
from schema.fields import plain, resolved
from schema.notes import Note, note_in


@strawberry.input(description="A note to pin.")
class PinNoteInput:
    note_id: strawberry.ID = plain("The note.")
    idempotency_key: str | None = plain(
        "The same key with the same input answers the first result again.", default=strawberry.UNSET
    )


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
class UnpinNoteInput:
    note_id: strawberry.ID = plain("The note.")
    idempotency_key: str | None = plain(
        "The same key with the same input answers the first result again.", default=strawberry.UNSET
    )


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
