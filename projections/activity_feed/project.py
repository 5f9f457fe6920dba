"""Events to rows: the history of a lead."""

from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from app.event import Entry
from app.ids import ActivityId, ContactId, UserId
from app.lead.activities import ActivityDeleted
from app.lead.calls import CallEdited, CallLogged
from app.lead.custom_activities import CustomActivityRecorded
from app.lead.custom_activity_changes import CustomActivityEdited
from app.lead.details import LeadCreated
from app.lead.draft_events import EmailDraftEdited, SmsDraftEdited
from app.lead.edits import ActivityEdited, changes_in
from app.lead.email_threads import EmailThreadsJoined
from app.lead.emails import EmailLogged
from app.lead.event import LeadEvent, made_activity_id
from app.lead.meetings import MeetingEdited, MeetingLogged
from app.lead.notes import NoteEdited, NoteWritten
from app.lead.opportunity_events import OpportunityStatusChanged
from app.lead.pins import ActivityPinned, ActivityUnpinned, NotePinned, NoteUnpinned
from app.lead.sms import SmsLogged
from app.lead.status_changes import OpportunityStatusChangeLogged, StatusChangeLogged
from app.lead.statuses import StatusChanged
from app.lead.tasks import TaskCompleted
from projections.activity_feed.details import (
    PREVIEW_LENGTH,
    CallDetails,
    CreatedDetails,
    CustomActivityDetails,
    Details,
    EmailDetails,
    MeetingDetails,
    NoteDetails,
    OpportunityStatusChangeDetails,
    SmsDetails,
    StatusChangeDetails,
    TaskCompletedDetails,
)
from projections.activity_feed.tables import ACTIVITY, LAST_ACTIVITY
from projections.machinery.projection import Projection
from projections.machinery.rows import POSITION, RECORDED_AT, Rows

activity_feed = Projection("activity_feed", (ACTIVITY, LAST_ACTIVITY), Path(__file__).parent)


@activity_feed.on(LeadCreated)
def create(entry: Entry[LeadCreated], rows: Rows) -> None:
    _add(entry, rows, CreatedDetails(), entry.actor.user_id)


@activity_feed.on(StatusChanged)
def change_status(entry: Entry[StatusChanged], rows: Rows) -> None:
    event = entry.event
    details = StatusChangeDetails(
        old_status_id=event.before_id,
        old_status_label=event.before_label,
        new_status_id=event.after_id,
        new_status_label=event.after_label,
    )
    _add(entry, rows, details, entry.actor.user_id)


@activity_feed.on(OpportunityStatusChanged)
def change_opportunity_status(entry: Entry[OpportunityStatusChanged], rows: Rows) -> None:
    event = entry.event
    details = OpportunityStatusChangeDetails(
        opportunity_id=event.opportunity_id,
        old_status_id=event.before_id,
        old_status_label=event.before_label,
        old_status_type=event.before_type,
        new_status_id=event.after_id,
        new_status_label=event.after_label,
        new_status_type=event.after_type,
        value=event.value,
        value_period=event.value_period,
        confidence=event.confidence,
    )
    _add(entry, rows, details, entry.actor.user_id, event.contact_id)


@activity_feed.on(TaskCompleted)
def complete_task(entry: Entry[TaskCompleted], rows: Rows) -> None:
    event = entry.event
    details = TaskCompletedDetails(task_id=event.task_id, task_text=event.text)
    _add(entry, rows, details, entry.actor.user_id, event.contact_id)


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
    _add(entry, rows, details, event.user_id, event.contact_id)


@activity_feed.on(EmailLogged)
def log_email(entry: Entry[EmailLogged], rows: Rows) -> None:
    event = entry.event
    details = EmailDetails(
        direction=event.direction,
        status=event.status,
        thread_id=event.thread_id,
        sender=event.sender,
        to=event.to,
        cc=event.cc,
        bcc=event.bcc,
        subject=event.subject,
        body_text=event.body_text,
        body_html=event.body_html,
        body_preview=_preview(event.body_text),
        message_id=event.message_id,
        files=event.files,
    )
    _add(entry, rows, details, event.user_id, event.contact_id)


@activity_feed.on(EmailDraftEdited)
def edit_email(entry: Entry[EmailDraftEdited], rows: Rows) -> None:
    event = entry.event
    changes = changes_in(event.after)
    if "body_text" in changes:
        changes["body_preview"] = _preview(changes["body_text"])
    _edit(entry, EmailDetails, {**changes, "thread_id": event.thread_id}, rows)


@activity_feed.on(SmsLogged)
def log_sms(entry: Entry[SmsLogged], rows: Rows) -> None:
    event = entry.event
    details = SmsDetails(
        direction=event.direction,
        status=event.status,
        local_phone=event.local_phone,
        remote_phone=event.remote_phone,
        text=event.text,
        files=event.files,
    )
    _add(entry, rows, details, event.user_id, event.contact_id)


@activity_feed.on(SmsDraftEdited)
def edit_sms(entry: Entry[SmsDraftEdited], rows: Rows) -> None:
    _edit(entry, SmsDetails, changes_in(entry.event.after), rows)


@activity_feed.on(EmailThreadsJoined)
def join_threads(entry: Entry[EmailThreadsJoined], rows: Rows) -> None:
    patch = {"details": {"thread_id": entry.event.into_id}}
    for email_id in entry.event.email_ids:
        rows.update(ACTIVITY, {"activity_id": email_id}, patch, updated_at=RECORDED_AT, version=entry.version)


@activity_feed.on(NoteWritten)
def write_note(entry: Entry[NoteWritten], rows: Rows) -> None:
    event = entry.event
    details = NoteDetails(
        title=event.title, text=event.text, html=event.html, mentions=event.mentions, files=event.files
    )
    _add(entry, rows, details, event.user_id, event.contact_id)


@activity_feed.on(CustomActivityRecorded)
def record_custom_activity(entry: Entry[CustomActivityRecorded], rows: Rows) -> None:
    event = entry.event
    details = CustomActivityDetails(
        type_id=event.type_id,
        status=event.status,
        values={one.field_id: one.values for one in event.values},
        files=event.files,
    )
    _add(entry, rows, details, event.user_id, event.contact_id, custom_type_id=event.type_id)


@activity_feed.on(CustomActivityEdited)
def edit_custom_activity(entry: Entry[CustomActivityEdited], rows: Rows) -> None:
    changes = changes_in(entry.event.after)
    if "values" in changes:
        changes["values"] = {str(one.field_id): one.values or None for one in changes["values"]}
    _edit(entry, CustomActivityDetails, changes, rows)


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
    _add(entry, rows, details, event.user_id, event.contact_id)


@activity_feed.on(StatusChangeLogged)
def log_status_change(entry: Entry[StatusChangeLogged], rows: Rows) -> None:
    event = entry.event
    details = StatusChangeDetails(
        old_status_id=event.before_id,
        old_status_label=event.before_label,
        new_status_id=event.after_id,
        new_status_label=event.after_label,
    )
    _add(entry, rows, details, event.user_id)


@activity_feed.on(OpportunityStatusChangeLogged)
def log_opportunity_status_change(entry: Entry[OpportunityStatusChangeLogged], rows: Rows) -> None:
    event = entry.event
    details = OpportunityStatusChangeDetails(
        opportunity_id=event.opportunity_id,
        old_status_id=event.before_id,
        old_status_label=event.before_label,
        old_status_type=event.before_type,
        new_status_id=event.after_id,
        new_status_label=event.after_label,
        new_status_type=event.after_type,
        value=event.value,
        value_period=event.value_period,
        confidence=event.confidence,
    )
    _add(entry, rows, details, event.user_id, event.contact_id)


@activity_feed.on(NoteEdited)
def edit_note(entry: Entry[NoteEdited], rows: Rows) -> None:
    _edit(entry, NoteDetails, changes_in(entry.event.after), rows)


@activity_feed.on(CallEdited)
def edit_call(entry: Entry[CallEdited], rows: Rows) -> None:
    _edit(entry, CallDetails, changes_in(entry.event.after), rows)


@activity_feed.on(MeetingEdited)
def edit_meeting(entry: Entry[MeetingEdited], rows: Rows) -> None:
    _edit(entry, MeetingDetails, changes_in(entry.event.after), rows)


@activity_feed.on(NotePinned)
def pin(entry: Entry[NotePinned], rows: Rows) -> None:
    key = {"activity_id": entry.event.note_id}
    rows.update(ACTIVITY, key, pinned_at=RECORDED_AT, updated_at=RECORDED_AT, version=entry.version)


@activity_feed.on(NoteUnpinned)
def unpin(entry: Entry[NoteUnpinned], rows: Rows) -> None:
    key = {"activity_id": entry.event.note_id}
    rows.update(ACTIVITY, key, pinned_at=None, updated_at=RECORDED_AT, version=entry.version)


@activity_feed.on(ActivityPinned)
def pin_activity(entry: Entry[ActivityPinned], rows: Rows) -> None:
    key = {"activity_id": entry.event.activity_id}
    rows.update(ACTIVITY, key, pinned_at=RECORDED_AT, updated_at=RECORDED_AT, version=entry.version)


@activity_feed.on(ActivityUnpinned)
def unpin_activity(entry: Entry[ActivityUnpinned], rows: Rows) -> None:
    key = {"activity_id": entry.event.activity_id}
    rows.update(ACTIVITY, key, pinned_at=None, updated_at=RECORDED_AT, version=entry.version)


@activity_feed.on(ActivityDeleted)
def delete(entry: Entry[ActivityDeleted], rows: Rows) -> None:
    rows.delete(ACTIVITY, {"activity_id": entry.event.activity_id})
    rows.refresh(LAST_ACTIVITY, {"lead_id": entry.stream_id})


def _preview(text: str) -> str:
    return " ".join(text[: 4 * PREVIEW_LENGTH].split())[:PREVIEW_LENGTH]


def _edit(entry: Entry[ActivityEdited], kind: type[Details], changes: dict[str, Any], rows: Rows) -> None:
    """What changed of an item: its columns, and what `details` of its kind hold, without what is as usual."""
    usual = {one.name: one.default for one in msgspec.structs.fields(kind)}
    patch = {name: None if value == usual[name] else value for name, value in changes.items() if name in usual}
    columns = {name: changes[name] for name in ("occurred_at", "contact_id", "user_id") if name in changes}
    rows.update(
        ACTIVITY,
        {"activity_id": entry.event.entity_id},
        {"details": patch} if patch else {},
        **columns,
        updated_at=RECORDED_AT,
        edited_at=RECORDED_AT,
        version=entry.version,
    )
    rows.refresh(LAST_ACTIVITY, {"lead_id": entry.stream_id})


def _add(
    entry: Entry[LeadEvent],
    rows: Rows,
    details: Details,
    user_id: UserId | None,
    contact_id: ContactId | None = None,
    custom_type_id: UUID | None = None,
) -> None:
    activity_id = made_activity_id(entry.event, entry.event_id)
    assert activity_id is not None
    assert entry.event.makes is not None
    rows.insert(
        ACTIVITY,
        {"activity_id": ActivityId(activity_id)},
        lead_id=entry.stream_id,
        kind=entry.event.makes,
        position=POSITION,
        occurred_at=entry.event.occurred_at or RECORDED_AT,
        created_at=RECORDED_AT,
        updated_at=RECORDED_AT,
        version=entry.version,
        contact_id=contact_id,
        user_id=user_id,
        source=entry.source,
        details=details,
        custom_type_id=custom_type_id,
    )
    rows.refresh(LAST_ACTIVITY, {"lead_id": entry.stream_id})
