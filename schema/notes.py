"""Notes: in the history, and writing them."""

from __future__ import annotations

from datetime import datetime
from typing import cast

import strawberry

from app.lead.notes import WriteNote
from projections.activity_feed.details import NoteDetails
from projections.activity_feed.read import ActivityRow
from schema.activities import Activity, activity_of, shared
from schema.commands import Inputs, Payload, answer, given
from schema.context import Info
from schema.fields import plain, resolved
from schema.files import File, its_files
from schema.organization import User, user_of


@strawberry.type(description="What somebody wrote down about a lead.")
class Note(Activity):
    title: str | None = plain("Null: it has none.")
    text: str = plain("Plain text.")
    html: str = plain("Sanitised.")

    @resolved
    async def mentions(self, info: Info) -> list[User]:
        """Users whom it names."""
        mentioned = cast(NoteDetails, self.row.details).mentions
        users = info.context.organization.users
        if not all(one in users for one in mentioned):
            users = (await info.context.organization_with(lambda one: set(mentioned) <= set(one.users))).users
        return [user_of(users[one]) for one in mentioned]

    files: list[File] = resolved(its_files)


def note_of(row: ActivityRow) -> Note:
    """A note, from its row."""
    note = cast(NoteDetails, row.details)
    return Note(**shared(row), title=note.title, text=note.text, html=note.html)


@strawberry.input(description="A note. Give text or html; where both are given, html counts.")
class WriteNoteInput:
    lead_id: strawberry.ID = plain("The lead.")
    contact_id: strawberry.ID | None = plain("A contact of the same lead.", default=strawberry.UNSET)
    title: str | None = plain("At most 500 characters.", default=strawberry.UNSET)
    text: str | None = plain("Plain text; its html twin is derived.", default=strawberry.UNSET)
    html: str | None = plain("Sanitised before it is kept; its plain twin is derived.", default=strawberry.UNSET)
    pinned: bool | None = plain("Pin it at once; refused as a whole where five are pinned.", default=False)
    occurred_at: datetime | None = plain("When it happened; absent: now.", default=strawberry.UNSET)
    idempotency_key: str | None = plain(
        "The same key with the same input answers the first result again.", default=strawberry.UNSET
    )


@strawberry.type(description="What writeNote did.")
class WriteNotePayload(Payload):
    @resolved
    async def note(self, info: Info) -> Note | None:
        """The new note; null where nothing was done."""
        return await note_in(self, info)


async def note_in(payload: Payload, info: Info) -> Note | None:
    """The note that a command was about."""
    row = await info.context.activity_row(payload.done.ids["note"]) if payload.done else None
    return cast(Note, activity_of(row)) if row else None


async def write_note(info: Info, input: WriteNoteInput) -> WriteNotePayload | None:
    """Write a note into a lead's history."""

    def build(ids: Inputs) -> WriteNote:
        return WriteNote(
            lead_id=ids.id("lead", input.lead_id, "lead_id"),
            contact_id=ids.id_or_none("contact", input.contact_id, "contact_id"),
            title=given(input.title),
            text=given(input.text),
            html=given(input.html),
            pinned=given(input.pinned, False),
            occurred_at=given(input.occurred_at),
        )

    return await answer(info, WriteNotePayload, input, build)
