"""The list of all tasks: the viewer's own, what is overdue, what is due when."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Any
from uuid import UUID

import strawberry

from projections.lead_view import task_list as lists
from projections.lead_view.due import DuePlace, place_of
from projections.lead_view.rows import TaskRow
from projections.lead_view.task_list import TaskCriteria
from schema.commands import given
from schema.connections import Page, PageInfo, page
from schema.context import Context, Info
from schema.cursors import page_cursor, page_place
from schema.enums import TaskPriority, TaskSort
from schema.fields import argument, plain, resolved
from schema.ids import id_arguments
from schema.scalars import Cursor
from schema.tasks import Task, task_of

_KEYS: dict[TaskSort, tuple[type, ...]] = {
    TaskSort.DUE_ASC: (date, datetime, UUID),
    TaskSort.CREATED_DESC: (datetime, UUID),
}


@strawberry.input(
    description="The fields narrow each other. An empty list matches nothing, an absent one everything. "
    "since is included, until is not; days begin where the viewer is."
)
class TaskFilter:
    is_complete: bool | None = plain("Those that are done; absent: open ones.", default=strawberry.UNSET)
    assigned_to_ids: list[strawberry.ID] | None = plain("Only theirs.", default=strawberry.UNSET)
    mine: bool | None = plain("The viewer's own; false: everything else.", default=strawberry.UNSET)
    unassigned: bool | None = plain("Nobody's; false: somebody's.", default=strawberry.UNSET)
    overdue: bool | None = plain(
        "Open, and due before today or at an instant that is past; false: not overdue, or due whenever.",
        default=strawberry.UNSET,
    )
    due_since: date | None = plain("Due on this day or later.", default=strawberry.UNSET)
    due_until: date | None = plain("Due before this day.", default=strawberry.UNSET)
    priorities: list[TaskPriority] | None = plain("Only so urgent.", default=strawberry.UNSET)
    lead_ids: list[strawberry.ID] | None = plain("Only on one of these leads.", default=strawberry.UNSET)


@strawberry.type(description="A task and its place in the list.")
class TaskEdge:
    cursor: str = plain("For after.")
    node: Task = plain("The task.")


@strawberry.type(description="A page of a list of tasks.")
class TaskConnection:
    edges: list[TaskEdge] = plain("Tasks with their cursors.")
    page_info: PageInfo = plain("Where the page stands.")
    criteria: strawberry.Private[TaskCriteria]

    @resolved
    def nodes(self) -> list[Task]:
        """The tasks alone."""
        return [edge.node for edge in self.edges]

    @resolved
    async def total_count(self, info: Info) -> int | None:
        """Of the whole list; exact up to 1000, else null."""
        return await lists.count_tasks(info.context.reader, self.criteria)

    @resolved
    async def feed_cursor(self, info: Info) -> Cursor:
        """Log position this answer was read at."""
        return await info.context.feed_cursor()


async def tasks(
    info: Info,
    first: Annotated[int | None, argument("How many at most; 0 to 100, 50 unless given.")] = strawberry.UNSET,
    after: Annotated[str | None, argument("Only what is behind this cursor.")] = strawberry.UNSET,
    filter: Annotated[TaskFilter | None, argument("Which of them; absent: every open one.")] = strawberry.UNSET,
    sort: Annotated[TaskSort | None, argument("In which order.")] = TaskSort.DUE_ASC,
) -> TaskConnection | None:
    """The organization's tasks: open ones, unless those that are done are asked for."""
    context = info.context
    chosen = given(sort, TaskSort.DUE_ASC)
    criteria = _criteria(context, given(filter))
    listed = f"tasks by {chosen.value}"
    wanted = page(
        lambda cursor, argument: page_place(cursor, listed, _KEYS[chosen], argument), first=first, after=after
    )
    rows, more = wanted.cut(await _found(context, criteria, chosen, wanted))
    edges = [TaskEdge(cursor=page_cursor(listed, *_key(row, chosen)), node=task_of(row)) for row in rows]
    return TaskConnection(
        edges=edges, page_info=wanted.info([edge.cursor for edge in edges], more=more), criteria=criteria
    )


async def _found(context: Context, criteria: TaskCriteria, sort: TaskSort, wanted: Page) -> list[TaskRow]:
    limit, place = wanted.size + 1, wanted.after
    match sort:
        case TaskSort.DUE_ASC:
            after = None if place is None else _due_place(place)
            return await lists.page_by_due(context.reader, criteria, after=after, limit=limit)
        case TaskSort.CREATED_DESC:
            behind: Any = place
            return await lists.page_by_created(context.reader, criteria, after=behind, limit=limit)


def _key(row: TaskRow, sort: TaskSort) -> tuple[Any, ...]:
    return place_of(row) if sort is TaskSort.DUE_ASC else (row.created_at, row.task_id)


def _due_place(place: tuple[Any, ...]) -> DuePlace:
    day, instant, task_id = place
    return DuePlace(day, instant if instant.tzinfo else None, task_id)


def _criteria(context: Context, filter: TaskFilter | None) -> TaskCriteria:
    viewer: dict[str, Any] = {
        "viewer_id": context.principal.user_id,
        "zone": context.time_zone,
        "now": datetime.now(UTC),
    }
    if filter is None:
        return TaskCriteria(**viewer)
    people, leads = given(filter.assigned_to_ids), given(filter.lead_ids)
    return TaskCriteria(
        **viewer,
        is_complete=given(filter.is_complete, default=False),
        assigned_to=None if people is None else id_arguments("user", people, "filter", "assignedToIds"),
        mine=given(filter.mine),
        unassigned=given(filter.unassigned),
        overdue=given(filter.overdue),
        due_since=given(filter.due_since),
        due_until=given(filter.due_until),
        priorities=given(filter.priorities),
        lead_ids=None if leads is None else id_arguments("lead", leads, "filter", "leadIds"),
    )
