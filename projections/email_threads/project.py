"""Events to rows: e-mails in their threads."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

from app.event import Entry
from app.lead.activities import ActivityDeleted
from app.lead.draft_events import EmailDraftEdited
from app.lead.edits import changes_in
from app.lead.email_addressing import message_key, shown_subject
from app.lead.email_threads import EmailThreadsJoined
from app.lead.emails import EmailLogged
from app.lead.event import LeadEvent
from app.vocabulary import ActivityKind
from projections.email_threads.people import PEOPLE_MAX, People
from projections.email_threads.tables import EMAIL_MESSAGE, EMAIL_THREAD
from projections.machinery.projection import Projection
from projections.machinery.rows import POSITION, RECORDED_AT, Rows

email_threads = Projection("email_threads", (EMAIL_MESSAGE, EMAIL_THREAD), Path(__file__).parent)


@email_threads.on(EmailLogged)
def log(entry: Entry[EmailLogged], rows: Rows) -> None:
    event = entry.event
    rows.insert(
        EMAIL_MESSAGE,
        {"activity_id": event.email_id},
        lead_id=event.thread_lead_id or entry.stream_id,
        thread_id=event.thread_id,
        occurred_at=event.occurred_at or RECORDED_AT,
        position=POSITION,
        message_id=message_key(event.message_id),
        subject=shown_subject(event.subject),
        contact_id=event.contact_id,
        user_id=event.user_id,
        people=People(sender=event.sender, to=event.to[:PEOPLE_MAX], cc=event.cc[:PEOPLE_MAX]),
    )
    rows.refresh(EMAIL_THREAD, {"thread_id": event.email_id})


@email_threads.on(EmailDraftEdited)
def edit(entry: Entry[EmailDraftEdited], rows: Rows) -> None:
    event = entry.event
    changes = changes_in(event.after)
    columns: dict[str, Any] = {
        name: changes[name] for name in ("occurred_at", "contact_id", "user_id") if name in changes
    }
    if "message_id" in changes:
        columns["message_id"] = message_key(changes["message_id"])
    if "subject" in changes:
        columns["subject"] = shown_subject(changes["subject"])
    people = {name: changes[name] for name in ("sender", "to", "cc") if name in changes}
    patch = {name: value if name == "sender" else value[:PEOPLE_MAX] or None for name, value in people.items()}
    key = {"activity_id": event.email_id}
    rows.update(
        EMAIL_MESSAGE, key, {"people": patch}, **columns, **_thread(event.thread_id, event.thread_lead_id, entry)
    )
    rows.refresh(EMAIL_THREAD, {"thread_id": event.email_id})


@email_threads.on(EmailThreadsJoined)
def join(entry: Entry[EmailThreadsJoined], rows: Rows) -> None:
    event = entry.event
    for email_id in event.email_ids:
        rows.update(EMAIL_MESSAGE, {"activity_id": email_id}, **_thread(event.into_id, event.into_lead_id, entry))
    for email_id in event.email_ids[:1]:
        rows.refresh(EMAIL_THREAD, {"thread_id": email_id})


@email_threads.on(ActivityDeleted)
def delete(entry: Entry[ActivityDeleted], rows: Rows) -> None:
    event = entry.event
    if event.kind is ActivityKind.EMAIL:
        rows.update(EMAIL_MESSAGE, {"activity_id": event.activity_id}, deleted_at=RECORDED_AT)
        rows.refresh(EMAIL_THREAD, {"thread_id": event.activity_id})


def _thread(thread_id: UUID, lead_id: UUID | None, entry: Entry[LeadEvent]) -> dict[str, Any]:
    """All e-mails of a thread are with the lead in whose stream it began."""
    return {"thread_id": thread_id, "lead_id": lead_id or entry.stream_id}
