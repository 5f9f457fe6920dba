"""Tasks, as a front end sees them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.api import Api

TASK = """task { id text dueDate dueAt priority isComplete completedAt assignedTo { name } contact { name }
  lead { id taskCount } }"""


def added(api: Api, lead: str, **input: Any) -> Any:
    return api.do("addTask", TASK, leadId=lead, **{"text": "Call back", **input})["task"]


def test_a_task_is_the_viewer_s_open_and_of_normal_priority(api: Api, lead: str) -> None:
    task = added(api, lead)
    task.pop("id")
    assert task == {
        "text": "Call back",
        "dueDate": None,
        "dueAt": None,
        "priority": "NORMAL",
        "isComplete": False,
        "completedAt": None,
        "assignedTo": {"name": "Ada"},
        "contact": None,
        "lead": {"id": lead, "taskCount": 1},
    }


def test_null_for_the_priority_is_its_default(api: Api, lead: str) -> None:
    assert added(api, lead, priority=None)["priority"] == "NORMAL"


def test_null_for_the_assignee_is_nobody(api: Api, lead: str) -> None:
    assert added(api, lead, assignedToId=None)["assignedTo"] is None


def test_a_day_is_given_back_as_a_day(api: Api, lead: str) -> None:
    assert added(api, lead, dueDate="2026-12-01")["dueDate"] == "2026-12-01"


def test_an_instant_is_given_back_in_utc(api: Api, lead: str) -> None:
    assert added(api, lead, dueAt="2026-12-01T01:30:00+02:00")["dueAt"] == "2026-11-30T23:30:00.000000Z"


def test_a_day_and_an_instant_together_are_refused(api: Api, lead: str) -> None:
    refused = api.refused("addTask", leadId=lead, text="x", dueDate="2026-12-01", dueAt="2026-12-01T00:00:00Z")
    assert refused == ("INVALID", "both_due_forms", "dueAt")


def test_a_task_says_something(api: Api, lead: str) -> None:
    assert api.refused("addTask", leadId=lead, text="  ") == ("INVALID", "required", "text")


def test_a_completed_task_leaves_the_open_ones_and_enters_the_history(api: Api, lead: str) -> None:
    task = added(api, lead)
    done = api.do(
        "completeTask",
        "task { isComplete completedAt } activity { kind taskId taskText headline } lead { taskCount tasks { id } }",
        taskId=task["id"],
    )
    assert done["task"]["isComplete"]
    assert done["task"]["completedAt"] is not None
    assert done["lead"] == {"taskCount": 0, "tasks": []}
    assert done["activity"] == {
        "kind": "TASK_COMPLETED",
        "taskId": task["id"],
        "taskText": "Call back",
        "headline": "Task completed: Call back",
    }


@pytest.mark.parametrize(("argument", "shown"), [("true", 1), ("false", 0), ("null", 0)])
def test_completed_tasks_are_shown_to_who_asks(api: Api, lead: str, argument: str, shown: int) -> None:
    api.do("completeTask", taskId=added(api, lead)["id"])
    assert len(api.look(lead, f"tasks(includeCompleted: {argument}) {{ id }}")["tasks"]) == shown


def test_completing_twice_is_one_entry(api: Api, lead: str) -> None:
    task = added(api, lead)
    api.do("completeTask", taskId=task["id"])
    again = api.do("completeTask", "task { isComplete } activity { id }", taskId=task["id"])
    assert (again["task"]["isComplete"], again["activity"]) == (True, None)


def test_an_unknown_task_is_not_found(api: Api) -> None:
    refused = api.refused("completeTask", taskId="task_0000000000000000000000")
    assert refused == ("NOT_FOUND", "task_not_found", "taskId")
