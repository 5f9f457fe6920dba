"""E-mails that came in, and those that wait for an answer."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from app.ids import UserId
from app.lead.draft_events import EmailDraftEdited
from app.lead.edits import changes_in
from app.lead.email_threads import EmailThreadsJoined
from app.lead.emails import EmailLogged
from app.vocabulary import Direction, MessageStatus
from projections.inbox.project import item_id
from tests.projections.inbox.model.items import Inboxes, Item, Kind, tell


@tell.register
def _(event: EmailLogged, known: Inboxes) -> None:
    moment = known.fact.occurred_at
    if event.direction is Direction.INBOUND:
        addresses = [one.lower() for one in (*event.to, *event.cc, *event.bcc)]
        for user_id in known.active:
            email = known.organization.users[user_id].email.lower()
            if any(one == email or one.endswith(f"<{email}>") for one in addresses):
                receive(known, user_id, event.thread_id, event.email_id, moment)
        known.received[event.thread_id] = max(moment, known.received.get(event.thread_id, moment))
    else:
        values: dict[str, Any] = {"at": event.follow_up_at, "thread_id": event.thread_id, "written_at": moment}
        is_sent = event.status is MessageStatus.SENT
        known.come("follow-up", Kind.EMAIL_FOLLOWUP, event.user_id, event.email_id, is_sent=is_sent, **values)
    close_answered(known)


def receive(known: Inboxes, user_id: UserId, thread_id: UUID, email_id: UUID, moment: datetime) -> None:
    item = known.items.get(known.mail_ids.get((user_id, thread_id), UUID(int=0)))
    if item is None:
        item = known.come("mail", Kind.INCOMING_EMAIL, user_id, thread_id, at=moment)
        kept = known.mail_ids.setdefault((user_id, thread_id), item.id)
        del known.items[item.id]
        item.id = kept
        known.items[kept] = item
    item.mails = {} if item.done_at else item.mails
    item.mails[email_id] = moment, known.fact.position
    item.done_at = item.snoozed_until = None


@tell.register
def _(event: EmailDraftEdited, known: Inboxes) -> None:
    changes = changes_in(event.after)
    for one in known.of(event.email_id, Kind.EMAIL_FOLLOWUP):
        one.thread_id = event.thread_id
        one.at = changes.get("follow_up_at", one.at)
        one.written_at = changes.get("occurred_at", one.written_at)
        one.is_sent = changes.get("status") is MessageStatus.SENT
        if "user_id" in changes:
            del known.items[one.id]
            one.owner_id, one.id = changes["user_id"], item_id("follow-up", one.subject_id, changes["user_id"])
            known.items[one.id] = one
    if "status" in changes:
        close_answered(known)


@tell.register
def _(event: EmailThreadsJoined, known: Inboxes) -> None:
    into = event.into_id
    for one in known.of(event.thread_id, Kind.INCOMING_EMAIL):
        assert one.owner_id is not None
        other = known.items.get(known.mail_ids.get((one.owner_id, into), UUID(int=0)))
        if other is None:
            known.mail_ids[one.owner_id, into] = one.id
            one.subject_id = into
            continue
        known.drop([one])
        if one.done_at:
            continue
        is_new = other.done_at is not None
        other.mails = one.mails if is_new else {**one.mails, **other.mails}
        other.snoozed_until = one.snoozed_until if is_new else None
        other.done_at = None
    for one in known.items.values():
        one.thread_id = into if one.thread_id == event.thread_id else one.thread_id
    if event.thread_id in known.received:
        moment = known.received[event.thread_id]
        known.received[into] = max(moment, known.received.get(into, moment))
    close_answered(known)


def close_answered(known: Inboxes) -> None:
    """Whoever waits for an answer to something has got it when one came that is not older."""
    known.drop(one for one in known.items.values() if one.is_sent and not one.done_at and is_answered(known, one))


def is_answered(known: Inboxes, one: Item) -> bool:
    answered_at = known.received.get(one.thread_id) if one.thread_id else None
    return bool(answered_at and one.written_at and one.written_at <= answered_at)
