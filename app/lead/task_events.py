"""What happens to a task after it was added, and the task that its own facts make.

Only open tasks are part of a lead's state. One that is complete is folded from its own facts.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, assert_never

import msgspec

from app.event import Event, Fact
from app.ids import ActivityId, ContactId, TaskId, UserId
from app.lead.event import LeadEvent
from app.lead.tasks import Due, Task, TaskAdded, TaskCompleted, TaskRemoved, TaskRestored
from app.vocabulary import TaskPriority


class TaskEvent(LeadEvent, frozen=True, kw_only=True):
    """A fact about one task. `part` is what it changed, in the words of inputs."""

    entity: ClassVar[str | None] = "task_id"
    part: ClassVar[str]

    task_id: TaskId

    @property
    def touched(self) -> frozenset[str]:
        return frozenset({touched_part(self.task_id, self.part)})


def touched_part(task_id: TaskId, part: str) -> str:
    """What an input that writes a part of a task says that it writes."""
    return f"{task_id}.{part}"


class TaskTextChanged(TaskEvent, frozen=True, kw_only=True, tag="lead.task_text_changed"):
    part: ClassVar[str] = "text"

    before: str
    after: str


class TaskDueChanged(TaskEvent, frozen=True, kw_only=True, tag="lead.task_due_changed"):
    part: ClassVar[str] = "due"

    before: Due
    after: Due


class TaskPriorityChanged(TaskEvent, frozen=True, kw_only=True, tag="lead.task_priority_changed"):
    part: ClassVar[str] = "priority"

    before: TaskPriority
    after: TaskPriority


class TaskAssigned(TaskEvent, frozen=True, kw_only=True, tag="lead.task_assigned"):
    """Somebody else is to do it, or nobody in particular."""

    part: ClassVar[str] = "assigned_to"

    before: UserId | None = None
    after: UserId | None = None


class TaskContactChanged(TaskEvent, frozen=True, kw_only=True, tag="lead.task_contact_changed"):
    part: ClassVar[str] = "contact"

    before: ContactId | None = None
    after: ContactId | None = None


class TaskReopened(TaskEvent, frozen=True, kw_only=True, tag="lead.task_reopened"):
    """It is to be done again: all that it says, because nobody keeps completed tasks in mind."""

    part: ClassVar[str] = "completion"

    text: str
    contact_id: ContactId | None = None
    assigned_to: UserId | None = None
    due: Due = Due()
    priority: TaskPriority


TaskChange = TaskTextChanged | TaskDueChanged | TaskPriorityChanged | TaskAssigned | TaskContactChanged


class KnownTask(msgspec.Struct, frozen=True, kw_only=True):
    """A task, open or complete.

    Attributes:
        completion: the entry of the feed that tells of its completion; None: it is open.
    """

    task: Task
    completion: ActivityId | None = None


def added_task(event: TaskAdded) -> Task:
    """The task as it was added."""
    return Task(
        text=event.text,
        contact_id=event.contact_id,
        assigned_to=event.assigned_to,
        due=Due(day=event.due_date, instant=event.due_at),
        priority=event.priority,
    )


def restored_task(event: TaskReopened | TaskRestored) -> Task:
    """The task as a fact that brings it back says."""
    return Task(
        text=event.text,
        contact_id=event.contact_id,
        assigned_to=event.assigned_to,
        due=event.due,
        priority=event.priority,
    )


def changed_task(task: Task, event: TaskChange) -> Task:
    """The task after one more fact about it. Total and pure."""
    change = msgspec.structs.replace
    match event:
        case TaskTextChanged():
            return change(task, text=event.after)
        case TaskDueChanged():
            return change(task, due=event.after)
        case TaskPriorityChanged():
            return change(task, priority=event.after)
        case TaskAssigned():
            return change(task, assigned_to=event.after)
        case TaskContactChanged():
            return change(task, contact_id=event.after)
        case _:
            assert_never(event)


def task_of(task_id: TaskId, facts: Sequence[Fact[Event]]) -> KnownTask | None:
    """The task that its own facts make; None where none of them added one, or it was removed."""
    known: KnownTask | None = None
    for fact in facts:
        event = fact.event
        if event.entity_id != task_id:
            continue
        match event:
            case TaskAdded():
                known = KnownTask(task=added_task(event))
            case TaskRemoved():
                known = None
            case TaskRestored():
                known = KnownTask(task=restored_task(event), completion=event.completion)
            case _ if known is not None:
                known = _after(known, fact)
    return known


def _after(known: KnownTask, fact: Fact[Event]) -> KnownTask:
    match fact.event:
        case TaskCompleted():
            return KnownTask(task=known.task, completion=ActivityId(fact.event_id))
        case TaskReopened():
            return KnownTask(task=known.task)
        case event if isinstance(event, TaskChange):
            return KnownTask(task=changed_task(known.task, event), completion=known.completion)
        case _:
            return known
