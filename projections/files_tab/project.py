"""Events to rows: the files that things in a lead's history brought with them."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from uuid import UUID, uuid5

from app.event import Entry
from app.ids import ActivityId
from app.lead.activities import ActivityDeleted
from app.lead.attachments import Attachment, files_after, files_before
from app.lead.custom_activities import CustomActivityRecorded
from app.lead.custom_activity_events import CustomActivityEdited
from app.lead.draft_events import EmailDraftEdited, SmsDraftEdited
from app.lead.emails import EmailLogged
from app.lead.event import LeadEvent, made_activity_id
from app.lead.notes import NoteEdited, NoteWritten
from app.lead.sms import SmsLogged
from projections.files_tab.media import media_type
from projections.files_tab.tables import FILE, INLINE_CONTENT
from projections.machinery.projection import Projection
from projections.machinery.rows import POSITION, RECORDED_AT, Rows

SMALL_BYTES = 10 * 1024  # an inline file that is shorter is part of a signature

files_tab = Projection("files_tab", (FILE, INLINE_CONTENT), Path(__file__).parent)


@files_tab.on(
    NoteWritten,
    NoteEdited,
    EmailLogged,
    CustomActivityRecorded,
    CustomActivityEdited,
    EmailDraftEdited,
    SmsLogged,
    SmsDraftEdited,
)
def change(entry: Entry[LeadEvent], rows: Rows) -> None:
    """Whatever makes an activity, or edits it: what it has no more goes, what is new comes, all of it moves in time."""
    event = entry.event
    activity_id = made_activity_id(event, entry.event_id) or event.entity_id
    assert activity_id is not None
    moved_to = getattr(getattr(event, "after", None), "occurred_at", None)
    if isinstance(moved_to, datetime):
        rows.update_each(FILE, {"activity_id": activity_id}, received_at=moved_to)
    files = files_after(event)
    if files is None:
        return
    before, after = files_before(event), {one.file_id for one in files}
    for file in before:
        if file.file_id not in after:
            _take(file, ActivityId(activity_id), entry, rows)
    known = {one.file_id for one in before}
    for place, file in enumerate(files):
        if file.file_id not in known:
            _put(file, place, ActivityId(activity_id), moved_to or event.occurred_at, entry, rows)


@files_tab.on(ActivityDeleted)
def delete(entry: Entry[ActivityDeleted], rows: Rows) -> None:
    for file in entry.event.files:
        _take(file, entry.event.activity_id, entry, rows)


def _put(
    file: Attachment,
    place: int,
    activity_id: ActivityId,
    occurred_at: datetime | None,
    entry: Entry[LeadEvent],
    rows: Rows,
) -> None:
    kind = media_type(file.content_type)
    content_key = _content_key(file, entry.home)
    rows.insert(
        FILE,
        {"activity_id": activity_id, "file_id": file.file_id},
        lead_id=entry.home,
        name=file.name,
        content_type=file.content_type,
        media_type=kind,
        media_group=kind.partition("/")[0],
        size_bytes=file.size_bytes,
        sha256=file.sha256,
        content_id=file.content_id,
        is_inline=file.is_inline,
        content_key=content_key,
        is_shown=content_key is not None or not file.is_inline,
        received_at=occurred_at or RECORDED_AT,
        position=POSITION,
        place=place,
    )
    if content_key is not None:
        rows.refresh(INLINE_CONTENT, {"content_key": content_key})


def _take(file: Attachment, activity_id: ActivityId, entry: Entry[LeadEvent], rows: Rows) -> None:
    rows.delete(FILE, {"activity_id": activity_id, "file_id": file.file_id})
    content_key = _content_key(file, entry.home)
    if content_key is not None:
        rows.refresh(INLINE_CONTENT, {"content_key": content_key})


def _content_key(file: Attachment, lead_id: UUID) -> UUID | None:
    """What is counted to find signatures; None: whether it is shown does not hang on others."""
    return uuid5(lead_id, file.sha256) if file.is_inline and file.size_bytes >= SMALL_BYTES else None
