"""Changing tasks, opening them again and removing them, as a front end sees it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.schema.test_tasks import TASK
from tests.support.api import Api

SEEN = "taskCount tasks(includeCompleted: true) { id isComplete } activities { nodes { kind } }"


@pytest.fixture
def task(api: Api, lead: str) -> str:
    """An open task's id."""
    found: str = api.do("addTask", "task { id }", leadId=lead, text="Call back", dueDate="2026-12-01")["task"]["id"]
    return found


def changed(api: Api, task: str, **input: Any) -> Any:
    return api.do("updateTask", TASK, taskId=task, **input)["task"]


def test_what_is_absent_stays_and_null_clears(api: Api, task: str) -> None:
    after = changed(api, task, assignedToId=None, priority="HIGH")
    assert (after["text"], after["assignedTo"], after["priority"], after["dueDate"]) == (
        "Call back",
        None,
        "HIGH",
        "2026-12-01",
    )
    assert changed(api, task, priority=None, dueDate=None)["dueDate"] is None


def test_an_instant_takes_the_place_of_the_day(api: Api, task: str) -> None:
    after = changed(api, task, dueAt="2026-12-01T01:30:00+02:00")
    assert (after["dueDate"], after["dueAt"]) == (None, "2026-11-30T23:30:00.000000Z")


@pytest.mark.parametrize(
    ("input", "refused"),
    [
        ({"dueDate": "2026-12-01", "dueAt": "2026-12-01T00:00:00Z"}, ("INVALID", "both_due_forms", "dueAt")),
        ({"text": None}, ("INVALID", "required", "text")),
        ({"text": "\0"}, ("INVALID", "nul_character", "text")),
        ({"assignedToId": "user_0000000000000000000000"}, ("NOT_FOUND", "user_not_found", "assignedToId")),
        ({"assignedToId": "lead_0000000000000000000000"}, ("INVALID", "invalid_id", "assignedToId")),
        ({"contactId": "cont_0000000000000000000000"}, ("NOT_FOUND", "contact_not_found", "contactId")),
    ],
)
def test_what_cannot_be_is_refused(api: Api, task: str, input: dict[str, Any], refused: tuple[str, str, str]) -> None:
    assert api.refused("updateTask", taskId=task, **input) == refused


def test_a_task_that_is_open_again_has_left_the_history(api: Api, lead: str, task: str) -> None:
    api.do("completeTask", taskId=task)
    again = api.do("reopenTask", "task { isComplete completedAt dueDate }", taskId=task)["task"]
    assert again == {"isComplete": False, "completedAt": None, "dueDate": "2026-12-01"}
    assert api.look(lead, SEEN) == {
        "taskCount": 1,
        "tasks": [{"id": task, "isComplete": False}],
        "activities": {"nodes": [{"kind": "CREATED"}]},
    }


def test_completing_it_again_is_a_new_entry(api: Api, lead: str, task: str) -> None:
    first = api.do("completeTask", "activity { id }", taskId=task)["activity"]["id"]
    api.do("reopenTask", taskId=task)
    second = api.do("completeTask", "activity { id }", taskId=task)["activity"]["id"]
    assert first != second
    assert api.look(lead, "activities { nodes { id } }")["activities"]["nodes"][0] == {"id": second}
    assert api.refused("deleteActivity", activityId=first) == ("NOT_FOUND", "activity_not_found", "activityId")


def test_a_task_whose_entry_was_deleted_opens_again(api: Api, lead: str, task: str) -> None:
    entry = api.do("completeTask", "activity { id }", taskId=task)["activity"]["id"]
    api.do("deleteActivity", activityId=entry)
    before = api.look(lead, "version")["version"]
    assert not api.do("reopenTask", "task { isComplete }", taskId=task)["task"]["isComplete"]
    assert api.look(lead, "version")["version"] == before + 1


def test_an_open_task_is_open_already(api: Api, lead: str, task: str) -> None:
    before = api.look(lead, "version")
    api.do("reopenTask", taskId=task)
    assert api.look(lead, "version") == before


def test_a_completed_task_can_be_changed_and_opens_again_as_changed(api: Api, task: str) -> None:
    api.do("completeTask", taskId=task)
    assert changed(api, task, text="Write")["isComplete"]
    assert api.do("reopenTask", "task { text }", taskId=task)["task"]["text"] == "Write"
    assert changed(api, task, priority="MEDIUM")["text"] == "Write"


@pytest.mark.parametrize("is_complete", [False, True])
def test_a_removed_task_is_gone_and_its_completion_stays(api: Api, lead: str, task: str, *, is_complete: bool) -> None:
    if is_complete:
        api.do("completeTask", taskId=task)
    assert api.do("removeTask", "taskId", taskId=task)["taskId"] == task
    kinds = ["TASK_COMPLETED", "CREATED"] if is_complete else ["CREATED"]
    assert api.look(lead, SEEN) == {
        "taskCount": 0,
        "tasks": [],
        "activities": {"nodes": [{"kind": kind} for kind in kinds]},
    }
    for mutation in ("updateTask", "reopenTask", "removeTask", "completeTask"):
        assert api.refused(mutation, taskId=task) == ("NOT_FOUND", "task_not_found", "taskId")


def test_a_stale_version_conflicts_with_a_change_of_the_same_part_only(api: Api, lead: str, task: str) -> None:
    seen = api.look(lead, "version")["version"]
    changed(api, task, dueAt="2026-12-01T00:00:00Z", priority="HIGH")
    changed(api, task, text="Write", expectedVersion=seen)
    (error,) = api.refusals("updateTask", taskId=task, dueDate=None, expectedVersion=seen)
    assert error["reason"] == "version_conflict"
    assert error["differences"] == [
        {
            "path": ["tasks", task, "due"],
            "before": {"day": "2026-12-01"},
            "after": {"instant": "2026-12-01T00:00:00Z"},
        }
    ]
