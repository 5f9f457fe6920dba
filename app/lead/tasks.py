"""Tasks: what is to be done for a lead, by whom and when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, ClassVar

import msgspec
from msgspec import UNSET, UnsetType

from app.ids import ActivityId, ContactId, LeadId, TaskId, UserId, uuid7
from app.lead.contacts import known_contact
from app.lead.event import LeadEvent
from app.lead.owners import owner
from app.lead.refusals import BothDueForms, TaskNotFound, TooManyOpenTasks
from app.situation import Situation
from app.text import Problems
from app.vocabulary import ActivityKind, TaskPriority

if TYPE_CHECKING:
    from app.lead.lead import Lead

OPEN_TASKS_MAX = 1_000  # of one lead; the state for decisions holds them all
TASK_TEXT_MAX = 10_000  # characters


class Due(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A calendar day, an instant, or neither: whenever."""

    day: date | None = None
    instant: datetime | None = None


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """What decisions need of a task."""

    text: str
    contact_id: ContactId | None = None
    assigned_to: UserId | None = None
    due: Due = Due()
    priority: TaskPriority = TaskPriority.NORMAL


class TaskAdded(LeadEvent, frozen=True, kw_only=True, tag="lead.task_added"):
    """Due on a calendar day, at an instant, or whenever."""

    entity: ClassVar[str | None] = "task_id"

    task_id: TaskId
    text: str
    contact_id: ContactId | None = None
    assigned_to: UserId | None = None
    due_date: date | None = None
    due_at: datetime | None = None
    priority: TaskPriority = TaskPriority.NORMAL


class TaskCompleted(LeadEvent, frozen=True, kw_only=True, tag="lead.task_completed"):
    """Also a TaskCompleted in the feed, whose id is this event's. The text is that of the moment."""

    makes: ClassVar[ActivityKind | None] = ActivityKind.TASK_COMPLETED
    entity: ClassVar[str | None] = "task_id"

    task_id: TaskId
    text: str
    contact_id: ContactId | None = None


class TaskRemoved(LeadEvent, frozen=True, kw_only=True, tag="lead.task_removed"):
    """It leaves the lead, open or complete. That it was completed stays in the feed."""

    entity: ClassVar[str | None] = "task_id"

    task_id: TaskId
    text: str


class TaskRestored(LeadEvent, frozen=True, kw_only=True, tag="lead.task_restored"):
    """One that was removed is back, as it was: open, or complete.

    Attributes:
        created_at: when it was added.
        completion: the entry of the feed that tells of its completion; None: it is open.
        completed_at: when it was completed.
        removed_position: of its removal in the log: what went with it then comes back with it.
    """

    entity: ClassVar[str | None] = "task_id"

    task_id: TaskId
    text: str
    contact_id: ContactId | None = None
    assigned_to: UserId | None = None
    due: Due = Due()
    priority: TaskPriority = TaskPriority.NORMAL
    created_at: datetime
    completion: ActivityId | None = None
    completed_at: datetime | None = None
    removed_position: int


@dataclass(frozen=True, kw_only=True)
class AddTask:
    produces: ClassVar[dict[str, str]] = {"lead": "lead_id", "task": "task_id"}

    lead_id: LeadId
    text: str
    contact_id: ContactId | None = None
    assigned_to: UserId | UnsetType | None = UNSET
    due_date: date | None = None
    due_at: datetime | None = None
    priority: TaskPriority = TaskPriority.NORMAL
    task_id: TaskId = field(default_factory=lambda: TaskId(uuid7()))

    def decide(self, lead: Lead, at: Situation) -> Sequence[LeadEvent]:
        """Decide the task; it is the actor's own unless another user, or null for nobody, is given.

        Raises:
            TooManyOpenTasks, Required, BothDueForms, ContactNotFound, UserNotFound
        """
        if len(lead.tasks) >= OPEN_TASKS_MAX:
            raise TooManyOpenTasks(limit=OPEN_TASKS_MAX)
        problems = Problems()
        text = problems.required(self.text, "text", limit=TASK_TEXT_MAX)
        if self.due_date is not None and self.due_at is not None:
            problems.add(BothDueForms("due_at"))
        contact_id = known_contact(self.contact_id, lead, problems)
        assigned_to = owner(self.assigned_to, at, problems, "assigned_to_id")
        problems.stop_if_any()
        return (
            TaskAdded(
                task_id=self.task_id,
                text=text,
                contact_id=contact_id,
                assigned_to=assigned_to,
                due_date=self.due_date,
                due_at=self.due_at,
                priority=self.priority,
            ),
        )


@dataclass(frozen=True, kw_only=True)
class CompleteTask:
    produces: ClassVar[dict[str, str]] = {"task": "task_id"}

    task_id: TaskId
    occurred_at: datetime | None = None

    @property
    def about(self) -> TaskId:
        """The task, by whose own facts its lead is found."""
        return self.task_id

    def decide(self, lead: Lead | None, at: Situation) -> Sequence[LeadEvent]:
        """Decide the completion; a completed task decides nothing.

        Raises:
            TaskNotFound: no such task in this organization, or not any more.
        """
        whether = [fact.event for fact in at.subject if isinstance(fact.event, TaskAdded | TaskRemoved | TaskRestored)]
        if lead is None or not whether or isinstance(whether[-1], TaskRemoved):
            raise TaskNotFound("task_id")
        task = lead.tasks.get(self.task_id)
        if task is None:
            return ()
        contact_id = task.contact_id if task.contact_id in lead.contacts else None
        completed = TaskCompleted(
            task_id=self.task_id, text=task.text, contact_id=contact_id, occurred_at=self.occurred_at
        )
        return (completed,)
