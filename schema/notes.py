"""Notes: in the history, writing and editing them."""

from __future__ import annotations

from datetime import datetime
from typing import cast

import strawberry

from app.lead.notes import EditNote, WriteNote
from projections.activity_feed.details import NoteDetails
from projections.activity_feed.read import ActivityRow
from schema.activities import Activity, activity_of, shared
from schema.commands import CommandInput, Inputs, Payload, answer, change, change_of, given
from schema.context import Info
from schema.fields import plain, resolved
from schema.files import File, its_files
from schema.organization import User, user_of

FILES = "Uploads by POST /files, or files already on this lead; at most 100."


@strawberry.type(description="What somebody wrote down about a lead.")
class Note(Activity):
    title: str | None = plain("Null: it has none.")
    text: str = plain("Plain text; empty where it has files alone.")
    html: str = plain("Sanitised: safe to show. Pictures in it have https and cid addresses.")

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


@strawberry.input(description="A note. Give text or html, or files alone; where both are given, html counts.")
class WriteNoteInput(CommandInput):
    lead_id: strawberry.ID = plain("The lead.")
    contact_id: strawberry.ID | None = plain("A contact of the same lead.", default=strawberry.UNSET)
    title: str | None = plain("At most 500 characters.", default=strawberry.UNSET)
    text: str | None = plain("Plain text; its html twin is derived.", default=strawberry.UNSET)
    html: str | None = plain("Sanitised before it is kept; its plain twin is derived.", default=strawberry.UNSET)
    pinned: bool | None = plain("Pin it at once; refused as a whole where five are pinned.", default=False)
    file_ids: list[strawberry.ID] | None = plain(FILES, default=strawberry.UNSET)
    occurred_at: datetime | None = plain("When it happened; absent: now.", default=strawberry.UNSET)


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
            file_ids=ids.ids("file", given(input.file_ids, ()), "file_ids"),
            occurred_at=given(input.occurred_at),
        )

    return await answer(info, WriteNotePayload, input, build)


@strawberry.input(description="Changes of a note. What is absent stays; null clears.")
class EditNoteInput(CommandInput):
    note_id: strawberry.ID = plain("The note.")
    contact_id: strawberry.ID | None = plain("A contact of the same lead.", default=strawberry.UNSET)
    title: str | None = plain("At most 500 characters.", default=strawberry.UNSET)
    text: str | None = plain(
        "Plain text; its html twin is derived, unless it is the text that the note has already.",
        default=strawberry.UNSET,
    )
    html: str | None = plain("Counts more than text; its plain twin is derived.", default=strawberry.UNSET)
    file_ids: list[strawberry.ID] | None = plain(f"All files that it is to have. {FILES}", default=strawberry.UNSET)
    occurred_at: datetime | None = plain("When it happened; null: when it was recorded.", default=strawberry.UNSET)
    expected_version: int | None = plain(
        "The lead's version that you saw; refused if something that you write was changed since.",
        default=strawberry.UNSET,
    )


@strawberry.type(description="What editNote did.")
class EditNotePayload(Payload):
    @resolved
    async def note(self, info: Info) -> Note | None:
        """The note as it is now; null where nothing was done."""
        return await note_in(self, info)


async def edit_note(info: Info, input: EditNoteInput) -> EditNotePayload | None:
    """Change some of a note. Nothing but what differs is recorded."""

    def build(ids: Inputs) -> EditNote:
        return EditNote(
            note_id=ids.id("activity", input.note_id, "note_id"),
            contact_id=ids.change("contact", input.contact_id, "contact_id"),
            title=change(input.title),
            text=change(input.text),
            html=change(input.html),
            file_ids=change_of(input.file_ids, lambda files: ids.ids("file", files, "file_ids")),
            occurred_at=change(input.occurred_at),
            expected_version=given(input.expected_version),
        )

    return await answer(info, EditNotePayload, input, build)
