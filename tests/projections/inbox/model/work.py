"""Mentions, tasks and opportunities."""

from __future__ import annotations

from uuid import UUID

from app.ids import UserId
from app.lead.edits import changes_in
from app.lead.notes import NoteEdited, NoteWritten
from app.lead.opportunities import OpportunityAdded
from app.lead.opportunity_events import (
    OpportunityCloseDateChanged,
    OpportunityOwnerChanged,
    OpportunityRemoved,
    OpportunityStatusChanged,
)
from app.lead.task_events import TaskAssigned, TaskDueChanged, TaskReopened
from app.lead.tasks import TaskAdded, TaskCompleted, TaskRemoved
from app.vocabulary import OpportunityStatusType
from tests.projections.inbox.model.items import Inboxes, Kind, tell


def mention(known: Inboxes, user_id: UserId | None, subject_id: UUID) -> None:
    if known.fact.actor.user_id is not None and user_id not in (None, known.fact.actor.user_id):
        known.come("mention", Kind.MENTION, user_id, subject_id, at=known.fact.recorded_at)


@tell.register
def _(event: NoteWritten, known: Inboxes) -> None:
    for user_id in event.mentions:
        mention(known, user_id if user_id in known.active else None, event.note_id)


@tell.register
def _(event: NoteEdited, known: Inboxes) -> None:
    if "mentions" not in changes_in(event.after):
        return
    now, before = changes_in(event.after)["mentions"], changes_in(event.before)["mentions"]
    known.drop(one for one in known.of(event.note_id) if one.owner_id not in now)
    for user_id in now:
        if user_id not in before and user_id in known.active:
            mention(known, user_id, event.note_id)


@tell.register
def _(event: TaskAdded, known: Inboxes) -> None:
    known.come("task", Kind.TASK, event.assigned_to, event.task_id, at=event.due_at or event.due_date)
    mention(known, event.assigned_to, event.task_id)


@tell.register
def _(event: TaskAssigned, known: Inboxes) -> None:
    (task,) = known.of(event.task_id, Kind.TASK)
    known.drop([task, *known.of(event.task_id, Kind.MENTION)])
    known.come("task", Kind.TASK, event.after, event.task_id, at=task.at, done_at=task.done_at)
    if task.done_at is None:
        mention(known, event.after, event.task_id)


@tell.register
def _(event: TaskDueChanged, known: Inboxes) -> None:
    for one in known.of(event.task_id, Kind.TASK):
        one.at, one.snoozed_until = event.after.instant or event.after.day, None


@tell.register
def _(event: TaskCompleted, known: Inboxes) -> None:
    for one in known.of(event.task_id):
        if one.done_at is None:
            one.done_at, one.snoozed_until = known.fact.occurred_at, None


@tell.register
def _(event: TaskReopened, known: Inboxes) -> None:
    for one in known.of(event.task_id, Kind.TASK):
        one.done_at = None


@tell.register
def _(event: TaskRemoved, known: Inboxes) -> None:
    known.drop(known.of(event.task_id))


@tell.register
def _(event: OpportunityAdded, known: Inboxes) -> None:
    is_active = event.status_type is OpportunityStatusType.ACTIVE
    subject, values = event.opportunity_id, {"at": event.date_won, "is_active": is_active}
    known.come("opportunity", Kind.OPPORTUNITY_DUE, event.user_id, subject, **values)


@tell.register
def _(event: OpportunityStatusChanged, known: Inboxes) -> None:
    for one in known.of(event.opportunity_id):
        one.is_active = event.after_type is OpportunityStatusType.ACTIVE


@tell.register
def _(event: OpportunityOwnerChanged, known: Inboxes) -> None:
    for one in known.of(event.opportunity_id):
        known.drop([one])
        subject, values = one.subject_id, {"at": one.at, "is_active": one.is_active}
        known.come("opportunity", Kind.OPPORTUNITY_DUE, event.after, subject, **values)


@tell.register
def _(event: OpportunityCloseDateChanged, known: Inboxes) -> None:
    for one in known.of(event.opportunity_id):
        one.at, one.done_at, one.snoozed_until = event.after, None, None


@tell.register
def _(event: OpportunityRemoved, known: Inboxes) -> None:
    known.drop(known.of(event.opportunity_id))
