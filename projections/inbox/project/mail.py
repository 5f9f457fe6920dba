"""E-mails that came in, and those that wait for an answer."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from app.event import Entry
from app.ids import UserId
from app.lead.activities import ActivityDeleted
from app.lead.draft_events import EmailDraftEdited
from app.lead.edits import changes_in
from app.lead.email_threads import EmailThreadsJoined
from app.lead.emails import EmailLogged
from app.vocabulary import ActivityKind, Direction, InboxItemKind, MessageStatus
from projections.inbox.project.items import hand, inbox, item_id, of_subject, put
from projections.inbox.tables import ITEM
from projections.machinery.rows import POSITION, RECORDED_AT, Rows, Stamp

_FOLLOW_UP = InboxItemKind.EMAIL_FOLLOWUP


@inbox.on(EmailLogged)
def log_email(entry: Entry[EmailLogged], rows: Rows) -> None:
    event = entry.event
    moment = event.occurred_at or RECORDED_AT
    if event.direction is Direction.INBOUND:
        _arrive(entry, rows, moment)
        rows.do("came_in", ITEM, _thread(entry), answered_at=moment, position=POSITION)
    elif event.follow_up_at is not None or event.status is MessageStatus.DRAFT:
        put(
            entry,
            rows,
            item_id("follow-up", event.email_id, event.user_id),
            _FOLLOW_UP,
            event.user_id,
            event.email_id,
            event.email_id,
            thread_id=event.thread_id,
            arrived_at=event.follow_up_at,
            latest_at=moment,
            is_dormant=event.status is not MessageStatus.SENT,
        )
        rows.do("close_answered", ITEM, _thread(entry), position=POSITION)


@inbox.on(EmailDraftEdited)
def edit_draft(entry: Entry[EmailDraftEdited], rows: Rows) -> None:
    event = entry.event
    changes = changes_in(event.after)
    if "user_id" in changes:
        owner_id: UserId | None = changes["user_id"]
        hand(entry, rows, _FOLLOW_UP, event.email_id, "follow-up", owner_id)
    values: dict[str, Any] = {"thread_id": event.thread_id}
    if "follow_up_at" in changes:
        values["arrived_at"] = changes["follow_up_at"]
    if "occurred_at" in changes:
        values["latest_at"] = changes["occurred_at"]
    if "status" in changes:
        values |= {"is_dormant": changes["status"] is not MessageStatus.SENT, "opened": POSITION}
    of_subject(entry, rows, event.email_id, _FOLLOW_UP, **values)
    if "status" in changes:
        rows.do("close_answered", ITEM, _thread(entry), position=POSITION)


@inbox.on(EmailThreadsJoined)
def join(entry: Entry[EmailThreadsJoined], rows: Rows) -> None:
    key = {"lead_id": entry.stream_id, "thread_id": entry.event.thread_id, "into_id": entry.event.into_id}
    rows.do("joined", ITEM, key, position=POSITION)
    answered = {"lead_id": entry.stream_id, "thread_id": entry.event.into_id}
    rows.do("close_answered", ITEM, answered, position=POSITION)


@inbox.on(ActivityDeleted)
def delete_email(entry: Entry[ActivityDeleted], rows: Rows) -> None:
    if entry.event.kind is not ActivityKind.EMAIL:
        return
    # A thread bears the id of the e-mail that began it.
    of_subject(entry, rows, entry.event.activity_id, _FOLLOW_UP, is_live=False)
    key = {"lead_id": entry.stream_id, "email_id": entry.event.activity_id}
    rows.do("mail_deleted", ITEM, key, position=POSITION)


def _arrive(entry: Entry[EmailLogged], rows: Rows, moment: datetime | Stamp) -> None:
    event = entry.event
    for user_id in event.arrival.user_ids if event.arrival else ():
        key = {
            "lead_id": entry.stream_id,
            "subject_id": event.thread_id,
            "owner_id": user_id,
            "item_id": item_id("mail", event.thread_id, user_id),
        }
        rows.do("mail", ITEM, key, activity_id=event.email_id, arrived_at=moment, position=POSITION)


def _thread(entry: Entry[EmailLogged] | Entry[EmailDraftEdited]) -> dict[str, Any]:
    return {"lead_id": entry.stream_id, "thread_id": entry.event.thread_id}
