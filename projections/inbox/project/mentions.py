"""Mentions: who is named in a note by somebody else."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from app.event import Entry, Event
from app.ids import UserId
from app.lead.edits import changes_in
from app.lead.notes import NoteEdited, NoteWritten
from app.vocabulary import InboxItemKind
from projections.inbox.project.items import go, inbox, item_id, put
from projections.machinery.rows import RECORDED_AT, Rows


@inbox.on(NoteWritten)
def write_note(entry: Entry[NoteWritten], rows: Rows) -> None:
    event = entry.event
    for user_id in event.mentions:
        if user_id not in event.inactive:
            mention(entry, rows, event.note_id, user_id, activity_id=event.note_id)


@inbox.on(NoteEdited)
def edit_note(entry: Entry[NoteEdited], rows: Rows) -> None:
    event = entry.event
    if "mentions" not in changes_in(event.after):
        return
    had: Iterable[UserId] = changes_in(event.before)["mentions"]
    has: Iterable[UserId] = changes_in(event.after)["mentions"]
    for user_id in sorted(set(had) - set(has)):
        go(rows, item_id("mention", event.note_id, user_id))
    for user_id in sorted(set(has) - set(had) - set(event.inactive)):
        mention(entry, rows, event.note_id, user_id, activity_id=event.note_id)


def mention(
    entry: Entry[Event],
    rows: Rows,
    subject_id: UUID,
    user_id: UserId,
    *,
    activity_id: UUID | None = None,
    word: str = "put",
) -> None:
    """Nobody is told of what they wrote themselves, nor of what was imported."""
    if entry.actor.user_id in (None, user_id):
        return
    key = item_id("mention", subject_id, user_id)
    put(entry, rows, key, InboxItemKind.MENTION, user_id, subject_id, activity_id, word=word, arrived_at=RECORDED_AT)
