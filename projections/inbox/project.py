"""Events to rows: what comes into whose inbox, and what takes it out again. No clock: what is due is seen when read."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from app.desk.events import ItemsDone, ItemsMarkedNotDone, ItemsSnoozed, ItemsUnsnoozed
from app.event import Entry, Event
from app.ids import UserId
from app.lead.activities import ActivityDeleted
from app.lead.calls import CallEdited, CallLogged
from app.lead.custom_values import CustomValueChanged
from app.lead.deletion import LeadDeleted, LeadRestored
from app.lead.draft_events import EmailDraftEdited
from app.lead.edits import changes_in
from app.lead.email_threads import EmailThreadsJoined
from app.lead.emails import EmailLogged
from app.lead.inbox import Arrival
from app.lead.notes import NoteEdited, NoteWritten
from app.lead.opportunities import OpportunityAdded
from app.lead.opportunity_events import (
    OpportunityCloseDateChanged,
    OpportunityOwnerChanged,
    OpportunityRemoved,
    OpportunityStatusChanged,
)
from app.lead.sms import SmsLogged
from app.lead.task_events import TaskAssigned, TaskDueChanged, TaskReopened
from app.lead.tasks import TaskAdded, TaskCompleted, TaskRemoved
from app.vocabulary import (
    ActivityKind,
    CustomFieldTarget,
    Direction,
    InboxItemKind,
    MessageStatus,
    OpportunityStatusType,
)
from projections.inbox.tables import ITEM, MAIL
from projections.machinery.projection import Projection
from projections.machinery.rows import POSITION, RECORDED_AT, Rows

inbox = Projection("inbox", (MAIL, ITEM), Path(__file__).parent)

_NOBODY = UUID(int=0)


def item_id(word: str, subject_id: UUID, owner_id: UUID | None) -> UUID:
    """The id of an item: the same for the same person, subject and reason, whenever it comes."""
    return uuid5(subject_id, f"{word} {owner_id or _NOBODY}")


# ---------------------------------------------------------------- calls and messages


@inbox.on(CallLogged)
def log_call(entry: Entry[CallLogged], rows: Rows) -> None:
    _come(entry, rows, entry.event.call_id, entry.event.arrival)


@inbox.on(SmsLogged)
def log_sms(entry: Entry[SmsLogged], rows: Rows) -> None:
    _come(entry, rows, entry.event.sms_id, entry.event.arrival)


@inbox.on(CallEdited)
def edit_call(entry: Entry[CallEdited], rows: Rows) -> None:
    event = entry.event
    if "occurred_at" in changes_in(event.after):
        _of_subject(entry, rows, event.call_id, arrived_at=event.after.occurred_at)
    if event.arrival is None:
        return
    before, after = event.arrival.before, event.arrival.after
    had = set(before.user_ids) if before else set()
    has = set(after.user_ids) if after else set()
    for user_id in sorted(had - has):
        _go(rows, item_id("activity", event.call_id, user_id))
    for user_id in sorted(has):
        assert after is not None
        key = item_id("activity", event.call_id, user_id)
        if user_id not in had:
            _put(entry, rows, key, after.kind, user_id, event.call_id, event.call_id, arrived_at=event.arrival.at)
        elif before is not None and before.kind is not after.kind:
            rows.do("update", ITEM, {"item_id": key}, kind=after.kind, position=POSITION)


@inbox.on(EmailLogged)
def log_email(entry: Entry[EmailLogged], rows: Rows) -> None:
    event = entry.event
    moment = event.occurred_at or RECORDED_AT
    for user_id in event.arrival.user_ids if event.arrival else ():
        rows.do(
            "mail",
            ITEM,
            {
                "lead_id": entry.stream_id,
                "subject_id": event.thread_id,
                "owner_id": user_id,
                "item_id": item_id("mail", event.thread_id, user_id),
            },
            activity_id=event.email_id,
            arrived_at=moment,
            position=POSITION,
        )
    if event.direction is Direction.INBOUND:
        key = {"lead_id": entry.stream_id, "thread_id": event.thread_id}
        rows.do("answered", ITEM, key, latest_at=moment, position=POSITION)
    elif event.follow_up_at is not None or event.status is MessageStatus.DRAFT:
        _put(
            entry,
            rows,
            item_id("follow-up", event.email_id, event.user_id),
            InboxItemKind.EMAIL_FOLLOWUP,
            event.user_id,
            event.email_id,
            event.email_id,
            thread_id=event.thread_id,
            arrived_at=event.follow_up_at,
            latest_at=moment,
            is_dormant=event.status is not MessageStatus.SENT,
        )


@inbox.on(EmailDraftEdited)
def edit_draft(entry: Entry[EmailDraftEdited], rows: Rows) -> None:
    event = entry.event
    changes = changes_in(event.after)
    if "user_id" in changes:
        owner_id: UserId | None = changes["user_id"]
        _hand(entry, rows, InboxItemKind.EMAIL_FOLLOWUP, event.email_id, "follow-up", owner_id)
    values: dict[str, Any] = {"thread_id": event.thread_id}
    if "follow_up_at" in changes:
        values["arrived_at"] = changes["follow_up_at"]
    if "occurred_at" in changes:
        values["latest_at"] = changes["occurred_at"]
    if "status" in changes:
        values |= {"is_dormant": changes["status"] is not MessageStatus.SENT, "opened": POSITION}
    _of_subject(entry, rows, event.email_id, InboxItemKind.EMAIL_FOLLOWUP, **values)


@inbox.on(EmailThreadsJoined)
def join(entry: Entry[EmailThreadsJoined], rows: Rows) -> None:
    event = entry.event
    key = {"lead_id": entry.stream_id, "subject_id": event.thread_id, "into_id": event.into_id}
    rows.do("joined", ITEM, key, position=POSITION)


@inbox.on(ActivityDeleted)
def delete_activity(entry: Entry[ActivityDeleted], rows: Rows) -> None:
    event = entry.event
    if event.kind is not ActivityKind.EMAIL:
        _of_subject(entry, rows, event.activity_id, is_live=False)
        return
    # A thread bears the id of the e-mail that began it.
    _of_subject(entry, rows, event.activity_id, InboxItemKind.EMAIL_FOLLOWUP, is_live=False)
    key = {"lead_id": entry.stream_id, "email_id": event.activity_id}
    rows.do("mail_deleted", ITEM, key, position=POSITION)


# ---------------------------------------------------------------- mentions


@inbox.on(NoteWritten)
def write_note(entry: Entry[NoteWritten], rows: Rows) -> None:
    event = entry.event
    for user_id in event.mentions:
        _mention(entry, rows, event.note_id, user_id, activity_id=event.note_id)


@inbox.on(NoteEdited)
def edit_note(entry: Entry[NoteEdited], rows: Rows) -> None:
    event = entry.event
    if "mentions" not in changes_in(event.after):
        return
    had: Iterable[UserId] = changes_in(event.before)["mentions"]
    has: Iterable[UserId] = changes_in(event.after)["mentions"]
    for user_id in sorted(set(had) - set(has)):
        _go(rows, item_id("mention", event.note_id, user_id))
    for user_id in sorted(set(has) - set(had)):
        _mention(entry, rows, event.note_id, user_id, activity_id=event.note_id)


# ---------------------------------------------------------------- tasks


@inbox.on(TaskAdded)
def add_task(entry: Entry[TaskAdded], rows: Rows) -> None:
    event = entry.event
    _put(
        entry,
        rows,
        item_id("task", event.task_id, event.assigned_to),
        InboxItemKind.TASK,
        event.assigned_to,
        event.task_id,
        None,
        arrived_at=event.due_at,
        day=event.due_date,
    )
    if event.assigned_to is not None:
        _mention(entry, rows, event.task_id, event.assigned_to)


@inbox.on(TaskAssigned)
def assign_task(entry: Entry[TaskAssigned], rows: Rows) -> None:
    event = entry.event
    _hand(entry, rows, InboxItemKind.TASK, event.task_id, "task", event.after)
    if event.before is not None:
        _go(rows, item_id("mention", event.task_id, event.before))
    if event.after is not None:
        _mention(entry, rows, event.task_id, event.after)


@inbox.on(TaskDueChanged)
def change_due(entry: Entry[TaskDueChanged], rows: Rows) -> None:
    due = entry.event.after
    values: dict[str, Any] = {"arrived_at": due.instant, "day": due.day, "snoozed_until": None, "opened": POSITION}
    _of_subject(entry, rows, entry.event.task_id, InboxItemKind.TASK, **values)


@inbox.on(TaskCompleted)
def complete_task(entry: Entry[TaskCompleted], rows: Rows) -> None:
    _of_subject(entry, rows, entry.event.task_id, done_at=RECORDED_AT, snoozed_until=None)


@inbox.on(TaskReopened)
def reopen_task(entry: Entry[TaskReopened], rows: Rows) -> None:
    _of_subject(entry, rows, entry.event.task_id, InboxItemKind.TASK, done_at=None, opened=POSITION)


@inbox.on(TaskRemoved)
def remove_task(entry: Entry[TaskRemoved], rows: Rows) -> None:
    _of_subject(entry, rows, entry.event.task_id, is_live=False)


# ---------------------------------------------------------------- opportunities


@inbox.on(OpportunityAdded)
def add_opportunity(entry: Entry[OpportunityAdded], rows: Rows) -> None:
    event = entry.event
    _put(
        entry,
        rows,
        item_id("opportunity", event.opportunity_id, event.user_id),
        InboxItemKind.OPPORTUNITY_DUE,
        event.user_id,
        event.opportunity_id,
        None,
        day=event.date_won,
        is_dormant=event.status_type is not OpportunityStatusType.ACTIVE,
    )


@inbox.on(OpportunityStatusChanged)
def change_stage(entry: Entry[OpportunityStatusChanged], rows: Rows) -> None:
    event = entry.event
    if (event.before_type is OpportunityStatusType.ACTIVE) != (event.after_type is OpportunityStatusType.ACTIVE):
        is_dormant = event.after_type is not OpportunityStatusType.ACTIVE
        _of_subject(entry, rows, event.opportunity_id, is_dormant=is_dormant, opened=POSITION)


@inbox.on(OpportunityOwnerChanged)
def hand_opportunity(entry: Entry[OpportunityOwnerChanged], rows: Rows) -> None:
    event = entry.event
    kind = InboxItemKind.OPPORTUNITY_DUE
    _hand(entry, rows, kind, event.opportunity_id, "opportunity", event.after, done_at=None)


@inbox.on(OpportunityCloseDateChanged)
def change_close_date(entry: Entry[OpportunityCloseDateChanged], rows: Rows) -> None:
    event = entry.event
    values: dict[str, Any] = {"day": event.after, "done_at": None, "snoozed_until": None, "opened": POSITION}
    _of_subject(entry, rows, event.opportunity_id, **values)


@inbox.on(OpportunityRemoved)
def remove_opportunity(entry: Entry[OpportunityRemoved], rows: Rows) -> None:
    _of_subject(entry, rows, entry.event.opportunity_id, is_live=False)


# ---------------------------------------------------------------- leads: who sees them may change


@inbox.on(LeadDeleted, LeadRestored)
def come_and_go(entry: Entry[Any], rows: Rows) -> None:
    rows.do("of_lead", ITEM, {"lead_id": entry.stream_id}, position=POSITION)


@inbox.on(CustomValueChanged)
def change_sight(entry: Entry[CustomValueChanged], rows: Rows) -> None:
    event = entry.event
    if event.target is CustomFieldTarget.LEAD and any(map(_may_be_user, (*event.before, *event.after))):
        rows.do("of_lead", ITEM, {"lead_id": entry.stream_id}, position=POSITION)


# ---------------------------------------------------------------- what people do about items


@inbox.on(ItemsDone)
def done(entry: Entry[ItemsDone], rows: Rows) -> None:
    event = entry.event
    for one in event.items:
        key = {"item_id": one.item_id, "seen": event.seen_position}
        rows.do("done", ITEM, key, done_at=RECORDED_AT, position=POSITION)


@inbox.on(ItemsMarkedNotDone)
def not_done(entry: Entry[ItemsMarkedNotDone], rows: Rows) -> None:
    for one in entry.event.items:
        rows.do("update", ITEM, {"item_id": one.item_id}, done_at=None, opened=POSITION, position=POSITION)


@inbox.on(ItemsSnoozed)
def snooze(entry: Entry[ItemsSnoozed], rows: Rows) -> None:
    for one in entry.event.items:
        rows.do("open", ITEM, {"item_id": one.item_id}, snoozed_until=entry.event.until, position=POSITION)


@inbox.on(ItemsUnsnoozed)
def unsnooze(entry: Entry[ItemsUnsnoozed], rows: Rows) -> None:
    for one in entry.event.items:
        rows.do("open", ITEM, {"item_id": one.item_id}, snoozed_until=None, position=POSITION)


# ---------------------------------------------------------------- operations


def _come(entry: Entry[Any], rows: Rows, activity_id: UUID, arrival: Arrival | None) -> None:
    moment = entry.event.occurred_at or RECORDED_AT
    for user_id in arrival.user_ids if arrival else ():
        assert arrival is not None
        key = item_id("activity", activity_id, user_id)
        _put(entry, rows, key, arrival.kind, user_id, activity_id, activity_id, arrived_at=moment)


def _mention(
    entry: Entry[Event], rows: Rows, subject_id: UUID, user_id: UserId, activity_id: UUID | None = None
) -> None:
    """Nobody is told of what they wrote themselves, nor of what was imported."""
    if entry.actor.user_id in (None, user_id):
        return
    key = item_id("mention", subject_id, user_id)
    _put(entry, rows, key, InboxItemKind.MENTION, user_id, subject_id, activity_id, arrived_at=RECORDED_AT)


def _put(
    entry: Entry[Any],
    rows: Rows,
    key: UUID,
    kind: InboxItemKind,
    owner_id: UserId | None,
    subject_id: UUID,
    activity_id: UUID | None,
    **values: Any,
) -> None:
    fixed = {"lead_id": entry.stream_id, "kind": kind, "owner_id": owner_id, "subject_id": subject_id}
    counts = {"activity_id": activity_id, "activity_count": 1 if activity_id else 0, "episode": 1}
    state = {"is_live": True, "is_dormant": False, "opened": POSITION, "position": POSITION}
    rows.do("put", ITEM, {"item_id": key}, **{**fixed, **counts, **state, **values})


def _hand(
    entry: Entry[Any],
    rows: Rows,
    kind: InboxItemKind,
    subject_id: UUID,
    word: str,
    owner_id: UserId | None,
    **values: Any,
) -> None:
    """What was one person's becomes another's, as another item."""
    key = {"lead_id": entry.stream_id, "subject_id": subject_id, "kind": kind}
    new = {"item_id": item_id(word, subject_id, owner_id), "owner_id": owner_id}
    rows.do("hand", ITEM, key, **new, **values, opened=POSITION, position=POSITION)


def _of_subject(
    entry: Entry[Any], rows: Rows, subject_id: UUID, kind: InboxItemKind | None = None, **values: Any
) -> None:
    key = {"lead_id": entry.stream_id, "subject_id": subject_id, "kind": kind}
    rows.do("of_subject", ITEM, key, **values, position=POSITION)


def _go(rows: Rows, key: UUID) -> None:
    rows.do("update", ITEM, {"item_id": key}, is_live=False, position=POSITION)


def _may_be_user(value: Any) -> bool:
    """Whether a custom value may name a user, on whom it may rest who sees the lead."""
    if not isinstance(value, str):
        return isinstance(value, UUID)
    try:
        UUID(value)
    except ValueError:
        return False
    return True
