"""Changing tasks, opening them again, and removing them."""

from __future__ import annotations

from datetime import date, datetime

import strawberry

from app.lead.task_changes import RemoveTask, ReopenTask, UpdateTask
from schema.commands import CommandInput, Inputs, Payload, answer, change, given
from schema.context import Info
from schema.enums import TaskPriority
from schema.fields import plain, resolved
from schema.ids import public_id
from schema.tasks import Task, task_of


@strawberry.input(description="Changes of a task, open or complete. What is absent stays; null clears.")
class UpdateTaskInput(CommandInput):
    task_id: strawberry.ID = plain("The task.")
    text: str | None = plain("What is to be done; at most 10,000 characters, never blank.", default=strawberry.UNSET)
    contact_id: strawberry.ID | None = plain("A contact of the same lead.", default=strawberry.UNSET)
    assigned_to_id: strawberry.ID | None = plain("Who is to do it; null: nobody.", default=strawberry.UNSET)
    due_date: date | None = plain("The day it is due; clears dueAt.", default=strawberry.UNSET)
    due_at: datetime | None = plain("The instant it is due; clears dueDate.", default=strawberry.UNSET)
    priority: TaskPriority | None = plain("How urgent it is; null: NORMAL.", default=strawberry.UNSET)
    expected_version: int | None = plain(
        "The lead's version that you saw; refused if something that you write was changed since.",
        default=strawberry.UNSET,
    )


@strawberry.type(description="What updateTask did.")
class UpdateTaskPayload(Payload):
    @resolved
    async def task(self, info: Info) -> Task | None:
        """The task as it is now; null where nothing was done."""
        return await _task(self, info)


@strawberry.input(description="A completed task to open again.")
class ReopenTaskInput(CommandInput):
    task_id: strawberry.ID = plain("The task.")


@strawberry.type(description="What reopenTask did.")
class ReopenTaskPayload(Payload):
    @resolved
    async def task(self, info: Info) -> Task | None:
        """The task as it is now; null where nothing was done."""
        return await _task(self, info)


@strawberry.input(description="A task to remove.")
class RemoveTaskInput(CommandInput):
    task_id: strawberry.ID = plain("The task.")


@strawberry.type(description="What removeTask did.")
class RemoveTaskPayload(Payload):
    @resolved
    def task_id(self) -> strawberry.ID | None:
        """The task that is gone; null where nothing was done."""
        return public_id("task", self.done.ids["task"]) if self.done else None


async def _task(payload: Payload, info: Info) -> Task | None:
    row = await info.context.task_row(payload.done.ids["task"]) if payload.done else None
    return task_of(row) if row else None


async def update_task(info: Info, input: UpdateTaskInput) -> UpdateTaskPayload | None:
    """Change some of a task."""

    def build(ids: Inputs) -> UpdateTask:
        return UpdateTask(
            task_id=ids.id("task", input.task_id, "task_id"),
            text=change(input.text),
            contact_id=ids.change("contact", input.contact_id, "contact_id"),
            assigned_to=ids.change("user", input.assigned_to_id, "assigned_to_id"),
            due_date=change(input.due_date),
            due_at=change(input.due_at),
            priority=change(input.priority),
            expected_version=given(input.expected_version),
        )

    return await answer(info, UpdateTaskPayload, input, build)


async def reopen_task(info: Info, input: ReopenTaskInput) -> ReopenTaskPayload | None:
    """Open a completed task again. The entry of its completion leaves the history."""

    def build(ids: Inputs) -> ReopenTask:
        return ReopenTask(task_id=ids.id("task", input.task_id, "task_id"))

    return await answer(info, ReopenTaskPayload, input, build)


async def remove_task(info: Info, input: RemoveTaskInput) -> RemoveTaskPayload | None:
    """Take a task off its lead, open or complete. The entry of its completion stays in the history."""

    def build(ids: Inputs) -> RemoveTask:
        return RemoveTask(task_id=ids.id("task", input.task_id, "task_id"))

    return await answer(info, RemoveTaskPayload, input, build)
