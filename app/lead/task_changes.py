"""Changing tasks, opening them again, and removing them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, ClassVar

import msgspec
from msgspec import UNSET, UnsetType

from app.ids import ContactId, TaskId, UserId
from app.lead.activities import ActivityDeleted, activity_of
from app.lead.contacts import known_contact
from app.lead.event import LeadEvent
from app.lead.owners import owner
from app.lead.refusals import BothDueForms, TaskNotFound, TooManyOpenTasks
from app.lead.task_events import (
    KnownTask,
    TaskAssigned,
    TaskContactChanged,
    TaskDueChanged,
    TaskPriorityChanged,
    TaskReopened,
    TaskTextChanged,
    task_of,
    touched_part,
)
from app.lead.tasks import OPEN_TASKS_MAX, TASK_TEXT_MAX, Due, Task, TaskRemoved
from app.situation import Situation
from app.text import Problems
from app.vocabulary import ActivityKind, TaskPriority

if TYPE_CHECKING:
    from app.lead.lead import Lead

# What an input writes by each of its fields, in the words of the facts.
_PARTS = {
    "text": "text",
    "contact_id": "contact",
    "assigned_to": "assigned_to",
    "due_date": "due",
    "due_at": "due",
    "priority": "priority",
}


@dataclass(frozen=True, kw_only=True)
class UpdateTask:
    """Change some of a task, open or complete. What is not given stays; None clears what can be empty.

    A day clears the instant, and an instant the day.
    """

    produces: ClassVar[dict[str, str]] = {"task": "task_id"}

    task_id: TaskId
    text: str | UnsetType | None = UNSET
    contact_id: ContactId | UnsetType | None = UNSET
    assigned_to: UserId | UnsetType | None = UNSET
    due_date: date | UnsetType | None = UNSET
    due_at: datetime | UnsetType | None = UNSET
    priority: TaskPriority | UnsetType | None = UNSET
    expected_version: int | None = None

    @property
    def about(self) -> TaskId:
        """The task, by whose own facts its lead is found."""
        return self.task_id

    @property
    def writes(self) -> frozenset[str]:
        """The parts of this task that are given."""
        given = (part for name, part in _PARTS.items() if getattr(self, name) is not UNSET)
        return frozenset(touched_part(self.task_id, part) for part in given)

    def decide(self, lead: Lead | None, at: Situation) -> Sequence[LeadEvent]:
        """Decide one fact for each thing that differs.

        Raises:
            TaskNotFound, Required, TextTooLong, BothDueForms, ContactNotFound, UserNotFound
        """
        lead, known = known_task(self.task_id, lead, at)
        problems = Problems()
        after = self._wanted(known.task, lead, at, problems)
        problems.stop_if_any()
        return tuple(self._differences(known.task, after))

    def _wanted(self, before: Task, lead: Lead, at: Situation, problems: Problems) -> Task:
        """The task as it is to be; what is wrong with it is noted."""
        after = before
        change = msgspec.structs.replace
        if self.text is not UNSET:
            after = change(after, text=problems.required(self.text, "text", limit=TASK_TEXT_MAX))
        if self.contact_id not in (UNSET, before.contact_id):
            after = change(after, contact_id=known_contact(self.contact_id or None, lead, problems))
        if self.assigned_to not in (UNSET, before.assigned_to):
            after = change(after, assigned_to=owner(self.assigned_to, at, problems, "assigned_to_id"))
        if self.priority is not UNSET:
            after = change(after, priority=self.priority or TaskPriority.NORMAL)
        return change(after, due=self._due(before.due, problems))

    def _due(self, before: Due, problems: Problems) -> Due:
        if self.due_date and self.due_at:
            problems.add(BothDueForms("due_at"))
        if self.due_date:
            return Due(day=self.due_date)
        if self.due_at:
            return Due(instant=self.due_at)
        return Due(
            day=before.day if self.due_date is UNSET else None,
            instant=before.instant if self.due_at is UNSET else None,
        )

    def _differences(self, before: Task, after: Task) -> Iterator[LeadEvent]:
        id = self.task_id
        if before.text != after.text:
            yield TaskTextChanged(task_id=id, before=before.text, after=after.text)
        if before.due != after.due:
            yield TaskDueChanged(task_id=id, before=before.due, after=after.due)
        if before.priority != after.priority:
            yield TaskPriorityChanged(task_id=id, before=before.priority, after=after.priority)
        if before.assigned_to != after.assigned_to:
            yield TaskAssigned(task_id=id, before=before.assigned_to, after=after.assigned_to)
        if before.contact_id != after.contact_id:
            yield TaskContactChanged(task_id=id, before=before.contact_id, after=after.contact_id)


@dataclass(frozen=True, kw_only=True)
class ReopenTask:
    """Make a completed task an open one again. The entry of its completion leaves the history."""

    produces: ClassVar[dict[str, str]] = {"task": "task_id"}
    needs_entry: ClassVar[bool] = True

    task_id: TaskId

    @property
    def about(self) -> TaskId:
        """The task, by whose own facts its lead is found."""
        return self.task_id

    def decide(self, lead: Lead | None, at: Situation) -> Sequence[LeadEvent]:
        """Decide that it is open again; an open task decides nothing.

        Raises:
            TaskNotFound: no such task, or not any more.
            TooManyOpenTasks: OPEN_TASKS_MAX are open already.
        """
        lead, known = known_task(self.task_id, lead, at)
        if known.completion is None:
            return ()
        if len(lead.tasks) >= OPEN_TASKS_MAX:
            raise TooManyOpenTasks("task_id", limit=OPEN_TASKS_MAX)
        task = known.task
        reopened = TaskReopened(
            task_id=self.task_id,
            text=task.text,
            contact_id=task.contact_id,
            assigned_to=task.assigned_to,
            due=task.due,
            priority=task.priority,
        )
        entry = activity_of(known.completion, at.subject)
        if entry is None or entry.is_deleted:
            return (reopened,)
        deleted = ActivityDeleted(
            activity_id=known.completion,
            kind=ActivityKind.TASK_COMPLETED,
            was_pinned=known.completion in lead.pins,
        )
        return (reopened, deleted)


@dataclass(frozen=True, kw_only=True)
class RemoveTask:
    """Take a task off its lead, open or complete. The entry of its completion stays in the history."""

    produces: ClassVar[dict[str, str]] = {"task": "task_id"}

    task_id: TaskId

    @property
    def about(self) -> TaskId:
        """The task, by whose own facts its lead is found."""
        return self.task_id

    def decide(self, lead: Lead | None, at: Situation) -> Sequence[LeadEvent]:
        """Decide the removal.

        Raises:
            TaskNotFound: no such task, or it is removed already.
        """
        _, known = known_task(self.task_id, lead, at)
        return (TaskRemoved(task_id=self.task_id, text=known.task.text),)


def known_task(task_id: TaskId, lead: Lead | None, at: Situation) -> tuple[Lead, KnownTask]:
    """The task, open or complete, and the lead that it is on. A contact that the lead has no more is none.

    Raises:
        TaskNotFound: there is none, or not any more.
    """
    known = task_of(task_id, at.subject) if lead is not None else None
    if lead is None or known is None:
        raise TaskNotFound("task_id")
    task = lead.tasks.get(task_id, known.task) if known.completion is None else known.task
    if task.contact_id not in lead.contacts:
        task = msgspec.structs.replace(task, contact_id=None)
    return lead, msgspec.structs.replace(known, task=task)
