"""Events to rows: e-mails in their threads."""

from __future__ import annotations

from pathlib import Path

import msgspec

from app.event import Entry
from app.lead.activities import ActivityDeleted
from app.lead.email_addressing import message_ids, shown_subject
from app.lead.email_threads import EmailThreadsJoined
from app.lead.emails import EmailLogged
from app.vocabulary import ActivityKind
from projections.email_threads.tables import EMAIL_MESSAGE, EMAIL_THREAD
from projections.machinery.projection import Projection
from projections.machinery.rows import POSITION, RECORDED_AT, Rows

PEOPLE_MAX = 50  # addresses of one list of one message, of which a thread's participants are made

email_threads = Projection("email_threads", (EMAIL_MESSAGE, EMAIL_THREAD), Path(__file__).parent)


class People(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Between whom a message went, as it had them."""

    sender: str | None = None
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()


@email_threads.on(EmailLogged)
def log(entry: Entry[EmailLogged], rows: Rows) -> None:
    event = entry.event
    rows.insert(
        EMAIL_MESSAGE,
        {"activity_id": event.email_id},
        lead_id=entry.stream_id,
        thread_id=event.thread_id,
        occurred_at=event.occurred_at or RECORDED_AT,
        position=POSITION,
        message_id=next(iter(message_ids(event.message_id)), None),
        subject=shown_subject(event.subject),
        contact_id=event.contact_id,
        user_id=event.user_id,
        people=People(sender=event.sender, to=event.to[:PEOPLE_MAX], cc=event.cc[:PEOPLE_MAX]),
    )
    rows.refresh(EMAIL_THREAD, {"thread_id": event.email_id})


@email_threads.on(EmailThreadsJoined)
def join(entry: Entry[EmailThreadsJoined], rows: Rows) -> None:
    event = entry.event
    for email_id in event.email_ids:
        rows.update(EMAIL_MESSAGE, {"activity_id": email_id}, thread_id=event.into_id)
    rows.refresh(EMAIL_THREAD, {"thread_id": event.thread_id})
    rows.refresh(EMAIL_THREAD, {"thread_id": event.into_id})


@email_threads.on(ActivityDeleted)
def delete(entry: Entry[ActivityDeleted], rows: Rows) -> None:
    event = entry.event
    if event.kind is ActivityKind.EMAIL:
        rows.update(EMAIL_MESSAGE, {"activity_id": event.activity_id}, deleted_at=RECORDED_AT)
        rows.refresh(EMAIL_THREAD, {"thread_id": event.activity_id})
