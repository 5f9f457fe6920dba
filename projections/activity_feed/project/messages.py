"""E-mails and text messages: logged, edited while they are drafts, moved to other threads."""

from app.event import Entry
from app.lead.draft_events import EmailDraftEdited, SmsDraftEdited
from app.lead.edits import changes_in
from app.lead.email_threads import EmailThreadsJoined
from app.lead.emails import EmailLogged
from app.lead.sms import SmsLogged
from projections.activity_feed.details import PREVIEW_LENGTH, EmailDetails, SmsDetails
from projections.activity_feed.project.items import activity_feed, add, edit
from projections.activity_feed.tables import ACTIVITY
from projections.machinery.rows import RECORDED_AT, Rows


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
        follow_up_at=event.follow_up_at,
    )
    add(entry, rows, details, event.user_id, event.contact_id)


@activity_feed.on(EmailDraftEdited)
def edit_email(entry: Entry[EmailDraftEdited], rows: Rows) -> None:
    event = entry.event
    changes = changes_in(event.after)
    if "body_text" in changes:
        changes["body_preview"] = _preview(changes["body_text"])
    edit(entry, EmailDetails, {**changes, "thread_id": event.thread_id}, rows)


@activity_feed.on(EmailThreadsJoined)
def join_threads(entry: Entry[EmailThreadsJoined], rows: Rows) -> None:
    patch = {"details": {"thread_id": entry.event.into_id}}
    for email_id in entry.event.email_ids:
        rows.update(ACTIVITY, {"activity_id": email_id}, patch, updated_at=RECORDED_AT, version=entry.version)


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
    add(entry, rows, details, event.user_id, event.contact_id)


@activity_feed.on(SmsDraftEdited)
def edit_sms(entry: Entry[SmsDraftEdited], rows: Rows) -> None:
    edit(entry, SmsDetails, changes_in(entry.event.after), rows)


def _preview(text: str) -> str:
    return " ".join(text[: 4 * PREVIEW_LENGTH].split())[:PREVIEW_LENGTH]
