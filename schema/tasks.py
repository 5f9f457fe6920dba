"""Tasks of a lead."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, cast

import strawberry

from app.lead.tasks import AddTask, CompleteTask
from projections.lead_view.rows import TaskRow
from schema.activities import TaskCompleted, activity_of
from schema.belonging import TheContact, TheLead, its_contact, its_lead
from schema.commands import CommandInput, Inputs, Payload, answer, given
from schema.context import Info
from schema.enums import TaskPriority
from schema.fields import plain, resolved
from schema.ids import public_id
from schema.node import Node
from schema.organization import User, user_with

if TYPE_CHECKING:
    pass


@strawberry.type(description="What is to be done for a lead.")
class Task(Node):
    text: str = plain("Plain text.")
    due_date: date | None = plain("At most one of dueDate and dueAt.")
    due_at: datetime | None = plain("At most one of dueDate and dueAt.")
    priority: TaskPriority = plain("How urgent it is.")
    is_complete: bool = plain("Whether it is done.")
    completed_at: datetime | None = plain("When it was done; null while it is open.")
    created_at: datetime = plain("When it was recorded.")
    updated_at: datetime = plain("When it was last changed.")
    version: int = plain("The lead's version at its last change: of two copies keep the higher.")
    row: strawberry.Private[TaskRow]

    lead: TheLead = resolved(its_lead)
    contact: TheContact | None = resolved(its_contact)

    @resolved
    async def assigned_to(self, info: Info) -> User | None:
        """Who is to do it; null: nobody in particular."""
        return await user_with(info.context, self.row.assigned_to)


def task_of(row: TaskRow) -> Task:
    """A task, from its row."""
    return Task(
        id=public_id("task", row.task_id),
        text=row.text,
        due_date=row.due_date,
        due_at=row.due_at,
        priority=row.priority,
        is_complete=row.completed_at is not None,
        completed_at=row.completed_at,
        created_at=row.created_at,
        updated_at=row.updated_at,
        version=row.version,
        row=row,
    )


@strawberry.input(description="A task to add to a lead.")
class AddTaskInput(CommandInput):
    lead_id: strawberry.ID = plain("The lead.")
    text: str = plain("What is to be done; at most 10,000 characters.")
    contact_id: strawberry.ID | None = plain("A contact of the same lead.", default=strawberry.UNSET)
    assigned_to_id: strawberry.ID | None = plain(
        "Who is to do it; absent: the viewer; null: nobody.", default=strawberry.UNSET
    )
    due_date: date | None = plain("The day it is due; not together with dueAt.", default=strawberry.UNSET)
    due_at: datetime | None = plain("The instant it is due; not together with dueDate.", default=strawberry.UNSET)
    priority: TaskPriority | None = plain("How urgent it is.", default=TaskPriority.NORMAL)


@strawberry.type(description="What addTask did.")
class AddTaskPayload(Payload):
    @resolved
    async def task(self, info: Info) -> Task | None:
        """The new task; null where nothing was done."""
        return await _task(self, info)


@strawberry.input(description="A task to complete.")
class CompleteTaskInput(CommandInput):
    task_id: strawberry.ID = plain("The task.")


@strawberry.type(description="What completeTask did.")
class CompleteTaskPayload(Payload):
    @resolved
    async def task(self, info: Info) -> Task | None:
        """The task; null where nothing was done."""
        return await _task(self, info)

    @resolved
    async def activity(self, info: Info) -> TaskCompleted | None:
        """What it left in the history; null where the task was complete already."""
        activity_id = self.done.events.get("lead.task_completed") if self.done else None
        row = await info.context.activity_row(activity_id) if activity_id else None
        return cast(TaskCompleted, activity_of(row)) if row else None


async def _task(payload: Payload, info: Info) -> Task | None:
    row = await info.context.task_row(payload.done.ids["task"]) if payload.done else None
    return task_of(row) if row else None


async def add_task(info: Info, input: AddTaskInput) -> AddTaskPayload | None:
    """Add a task to a lead."""

    def build(ids: Inputs) -> AddTask:
        return AddTask(
            lead_id=ids.id("lead", input.lead_id, "lead_id"),
            text=input.text,
            contact_id=ids.id_or_none("contact", input.contact_id, "contact_id"),
            assigned_to=ids.owner(input.assigned_to_id, "assigned_to_id"),
            due_date=given(input.due_date),
            due_at=given(input.due_at),
            priority=given(input.priority, TaskPriority.NORMAL),
        )

    return await answer(info, AddTaskPayload, input, build)


async def complete_task(info: Info, input: CompleteTaskInput) -> CompleteTaskPayload | None:
    """Complete a task. It leaves the list of open tasks and enters the history."""

    def build(ids: Inputs) -> CompleteTask:
        return CompleteTask(task_id=ids.id("task", input.task_id, "task_id"))

    return await answer(info, CompleteTaskPayload, input, build)
