"""Calls, notes and meetings: logged and edited."""

from app.event import Entry
from app.lead.calls import CallEdited, CallLogged
from app.lead.edits import changes_in
from app.lead.meetings import MeetingEdited, MeetingLogged
from app.lead.notes import NoteEdited, NoteWritten
from projections.activity_feed.details import CallDetails, MeetingDetails, NoteDetails
from projections.activity_feed.project.items import activity_feed, add, edit
from projections.machinery.rows import Rows


@activity_feed.on(CallLogged)
def log_call(entry: Entry[CallLogged], rows: Rows) -> None:
    event = entry.event
    details = CallDetails(
        direction=event.direction,
        disposition=event.disposition,
        duration_s=event.duration_s,
        phone=event.phone,
        local_phone=event.local_phone,
        note=event.note,
        recording_url=event.recording_url,
        voicemail_url=event.voicemail_url,
    )
    add(entry, rows, details, event.user_id, event.contact_id)


@activity_feed.on(CallEdited)
def edit_call(entry: Entry[CallEdited], rows: Rows) -> None:
    edit(entry, CallDetails, changes_in(entry.event.after), rows)


@activity_feed.on(NoteWritten)
def write_note(entry: Entry[NoteWritten], rows: Rows) -> None:
    event = entry.event
    details = NoteDetails(
        title=event.title, text=event.text, html=event.html, mentions=event.mentions, files=event.files
    )
    add(entry, rows, details, event.user_id, event.contact_id)


@activity_feed.on(NoteEdited)
def edit_note(entry: Entry[NoteEdited], rows: Rows) -> None:
    edit(entry, NoteDetails, changes_in(entry.event.after), rows)


@activity_feed.on(MeetingLogged)
def log_meeting(entry: Entry[MeetingLogged], rows: Rows) -> None:
    event = entry.event
    details = MeetingDetails(
        title=event.title,
        status=event.status,
        ends_at=event.ends_at,
        location=event.location,
        note=event.note,
        attendees=event.attendees,
    )
    add(entry, rows, details, event.user_id, event.contact_id)


@activity_feed.on(MeetingEdited)
def edit_meeting(entry: Entry[MeetingEdited], rows: Rows) -> None:
    edit(entry, MeetingDetails, changes_in(entry.event.after), rows)
