"""Tasks: for whoever is to do them, and who was given one by somebody else."""

from __future__ import annotations

from typing import Any

from app.event import Entry
from app.lead.task_events import TaskAssigned, TaskDueChanged, TaskReopened
from app.lead.tasks import TaskAdded, TaskCompleted, TaskRemoved, TaskRestored
from app.vocabulary import InboxItemKind
from projections.inbox.project.items import back, go, hand, inbox, item_id, of_subject, put
from projections.inbox.project.mentions import mention
from projections.machinery.rows import POSITION, RECORDED_AT, Rows


@inbox.on(TaskAdded)
def add_task(entry: Entry[TaskAdded], rows: Rows) -> None:
    event = entry.event
    put(
        entry,
        rows,
        item_id("task", event.task_id, event.assigned_to),
        InboxItemKind.TASK,
        event.assigned_to,
        event.task_id,
        None,
        arrived_at=event.due_at,
        day=event.due_date,
        word="insert",
    )
    if event.assigned_to is not None:
        mention(entry, rows, event.task_id, event.assigned_to)


@inbox.on(TaskAssigned)
def assign_task(entry: Entry[TaskAssigned], rows: Rows) -> None:
    event = entry.event
    hand(entry, rows, InboxItemKind.TASK, event.task_id, "task", event.after)
    if event.before is not None:
        go(rows, item_id("mention", event.task_id, event.before))
    if event.after is not None:
        mention(entry, rows, event.task_id, event.after, word="put_for_task")


@inbox.on(TaskDueChanged)
def change_due(entry: Entry[TaskDueChanged], rows: Rows) -> None:
    due = entry.event.after
    values: dict[str, Any] = {"arrived_at": due.instant, "day": due.day, "snoozed_until": None, "opened": POSITION}
    of_subject(entry, rows, entry.event.task_id, InboxItemKind.TASK, **values)


@inbox.on(TaskCompleted)
def complete_task(entry: Entry[TaskCompleted], rows: Rows) -> None:
    done_at = entry.event.occurred_at or RECORDED_AT
    of_subject(entry, rows, entry.event.task_id, only_open=True, done_at=done_at, snoozed_until=None)


@inbox.on(TaskReopened)
def reopen_task(entry: Entry[TaskReopened], rows: Rows) -> None:
    of_subject(entry, rows, entry.event.task_id, InboxItemKind.TASK, done_at=None, opened=POSITION)


@inbox.on(TaskRemoved)
def remove_task(entry: Entry[TaskRemoved], rows: Rows) -> None:
    of_subject(entry, rows, entry.event.task_id, is_live=False)


@inbox.on(TaskRestored)
def restore_task(entry: Entry[TaskRestored], rows: Rows) -> None:
    back(entry, rows, entry.event.task_id, entry.event.removed_position)
