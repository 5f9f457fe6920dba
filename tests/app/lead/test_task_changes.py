"""Changing tasks, opening them again, and removing them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import msgspec
import pytest

from app.ids import ActivityId, ContactId, TaskId
from app.lead.activities import ActivityDeleted, DeleteActivity
from app.lead.refusals import (
    ActivityNotFound,
    BothDueForms,
    ContactNotFound,
    TaskNotFound,
    TooManyOpenTasks,
)
from app.lead.task_changes import RemoveTask, ReopenTask, UpdateTask
from app.lead.task_events import (
    TaskAssigned,
    TaskContactChanged,
    TaskDueChanged,
    TaskPriorityChanged,
    TaskReopened,
    TaskTextChanged,
)
from app.lead.tasks import (
    OPEN_TASKS_MAX,
    TASK_TEXT_MAX,
    AddTask,
    CompleteTask,
    Due,
    TaskAdded,
    TaskCompleted,
    TaskRemoved,
)
from app.organization.refusals import UserNotFound
from app.text import NulCharacter, Required, TextTooLong
from app.vocabulary import ActivityKind, TaskPriority
from tests.support.acme import (
    ADMIN,
    CALL,
    CALL_LOGGED,
    CONTACT,
    CONTACT_ADDED,
    LEAD,
    LEAD_CREATED,
    MEMBER,
    NOW,
    STRANGER,
    TASK,
    TASK_ADDED,
    UNKNOWN,
    thing,
)
from tests.support.given import Given, fact_id, given

ID: dict[str, Any] = {"task_id": TASK}
UPDATE, REOPEN, REMOVE, COMPLETE = UpdateTask(**ID), ReopenTask(**ID), RemoveTask(**ID), CompleteTask(**ID)
COMPLETED = TaskCompleted(**ID, text="Send the offer")
REMOVED = TaskRemoved(**ID, text="Send the offer")
REOPENED = TaskReopened(**ID, text="Send the offer", assigned_to=ADMIN, priority=TaskPriority.NORMAL)
APRIL, MAY = date(2026, 4, 1), date(2026, 5, 1)
ON_APRIL, ON_MAY, AT_NOW = Due(day=APRIL), Due(day=MAY), Due(instant=NOW)
ENTRY = ActivityId(fact_id(4))  # of the completion below
ENTRY_DELETED = ActivityDeleted(activity_id=ENTRY, kind=ActivityKind.TASK_COMPLETED)


def planned(**fields: Any) -> Given:
    """There is a task, with other values in some fields."""
    return given(LEAD_CREATED, CONTACT_ADDED, msgspec.structs.replace(TASK_ADDED, **fields))


def done(**fields: Any) -> Given:
    """There is one that is complete."""
    task = msgspec.structs.replace(TASK_ADDED, **fields)
    return given(LEAD_CREATED, CONTACT_ADDED, task, COMPLETED)


def due(before: Due, after: Due) -> TaskDueChanged:
    return TaskDueChanged(**ID, before=before, after=after)


def test_nothing_given_is_nothing_to_do() -> None:
    planned(due_date=APRIL).when(UPDATE).then()


def test_what_it_is_already_is_nothing_to_do() -> None:
    same = replace(UPDATE, text=" Send the offer ", assigned_to=ADMIN, due_date=APRIL, priority=None, contact_id=None)
    planned(due_date=APRIL).when(same).then()


CHANGES: list[tuple[dict[str, Any], Any]] = [
    ({"text": "Call"}, TaskTextChanged(**ID, before="Send the offer", after="Call")),
    ({"priority": TaskPriority.HIGH}, TaskPriorityChanged(**ID, before=TaskPriority.NORMAL, after=TaskPriority.HIGH)),
    ({"assigned_to": MEMBER}, TaskAssigned(**ID, before=ADMIN, after=MEMBER)),
    ({"assigned_to": None}, TaskAssigned(**ID, before=ADMIN)),
    ({"contact_id": CONTACT}, TaskContactChanged(**ID, after=CONTACT)),
    ({"due_at": NOW}, due(Due(), AT_NOW)),
]


@pytest.mark.parametrize(("given_fields", "fact"), CHANGES, ids=str)
def test_each_thing_that_differs_is_a_fact_of_its_own(given_fields: dict[str, Any], fact: Any) -> None:
    planned().when(replace(UPDATE, **given_fields)).then(fact)


@pytest.mark.parametrize(("given_fields", "fact"), CHANGES, ids=str)
def test_a_completed_task_changes_alike(given_fields: dict[str, Any], fact: Any) -> None:
    done().when(replace(UPDATE, **given_fields)).then(fact)


@pytest.mark.parametrize(
    ("before", "given_fields", "after"),
    [
        (ON_APRIL, {"due_date": MAY}, ON_MAY),
        (ON_APRIL, {"due_at": NOW}, AT_NOW),
        (AT_NOW, {"due_date": MAY}, ON_MAY),
        (ON_APRIL, {"due_date": None, "due_at": NOW}, AT_NOW),
        (AT_NOW, {"due_date": MAY, "due_at": None}, ON_MAY),
        (ON_APRIL, {"due_date": None}, Due()),
        (AT_NOW, {"due_at": None}, Due()),
        (AT_NOW, {"due_date": None}, AT_NOW),
        (ON_APRIL, {"due_at": None}, ON_APRIL),
    ],
    ids=str,
)
def test_a_day_takes_the_place_of_an_instant_and_the_other_way_round(
    before: Due, given_fields: dict[str, Any], after: Due
) -> None:
    outcome = planned(due_date=before.day, due_at=before.instant).when(replace(UPDATE, **given_fields))
    outcome.then(*([due(before, after)] if after != before else []))


@pytest.mark.parametrize(
    ("given_fields", "refusal", "path"),
    [
        ({"text": None}, Required, "text"),
        ({"text": " \n"}, Required, "text"),
        ({"text": "\0"}, NulCharacter, "text"),
        ({"text": "x" * (TASK_TEXT_MAX + 1)}, TextTooLong, "text"),
        ({"due_date": APRIL, "due_at": NOW}, BothDueForms, "due_at"),
        ({"assigned_to": STRANGER}, UserNotFound, "assigned_to_id"),
        ({"contact_id": ContactId(UNKNOWN)}, ContactNotFound, "contact_id"),
    ],
)
@pytest.mark.parametrize("task", [planned, done])
def test_what_cannot_be_is_refused(task: Any, given_fields: dict[str, Any], refusal: Any, path: str) -> None:
    task().when(replace(UPDATE, **given_fields)).then_refused(refusal, path)


def test_independent_refusals_come_together() -> None:
    wrong = replace(UPDATE, text="", due_date=APRIL, due_at=NOW, assigned_to=STRANGER, contact_id=ContactId(UNKNOWN))
    planned().when(wrong).then_refused_all(
        (Required, "text"),
        (BothDueForms, "due_at"),
        (UserNotFound, "assigned_to_id"),
        (ContactNotFound, "contact_id"),
    )


def test_an_assignee_who_is_no_user_any_more_stays_where_nobody_changes_it() -> None:
    planned(assigned_to=STRANGER).when(replace(UPDATE, text="Call", assigned_to=STRANGER)).then(CHANGES[0][1])


def test_a_contact_that_is_gone_is_none() -> None:
    gone = {"contact_id": ContactId(UNKNOWN)}
    assert planned(**gone).when(COMPLETE).only.contact_id is None
    assert done(**gone).when(REOPEN).decided[0].contact_id is None  # type: ignore[attr-defined]
    planned(**gone).when(replace(UPDATE, contact_id=CONTACT)).then(TaskContactChanged(**ID, after=CONTACT))


@pytest.mark.parametrize("command", [UPDATE, REOPEN, REMOVE, COMPLETE])
def test_there_must_be_such_a_task(command: Any) -> None:
    for facts, task_id in (
        ((), TASK),
        ((CALL_LOGGED,), TaskId(CALL)),
        ((TASK_ADDED, COMPLETED), TaskId(fact_id(3))),
        ((TASK_ADDED, REMOVED), TASK),
        ((TASK_ADDED, COMPLETED, REMOVED), TASK),
    ):
        given(LEAD_CREATED, *facts).when(replace(command, task_id=task_id)).then_refused(TaskNotFound, "task_id")


# ---------------------------------------------------------------- open again


def test_opening_a_task_again_takes_its_completion_out_of_the_history() -> None:
    done().when(REOPEN).then(REOPENED, ENTRY_DELETED)


def test_an_open_task_is_open_already() -> None:
    planned().when(REOPEN).then()


def test_a_completion_that_was_deleted_is_not_deleted_again() -> None:
    given(LEAD_CREATED, CONTACT_ADDED, TASK_ADDED, COMPLETED, ENTRY_DELETED).when(REOPEN).then(REOPENED)


def test_a_completion_that_went_with_opening_again_cannot_be_deleted() -> None:
    facts = (LEAD_CREATED, CONTACT_ADDED, TASK_ADDED, COMPLETED, REOPENED, ENTRY_DELETED)
    given(*facts).when(DeleteActivity(activity_id=ENTRY)).then_refused(ActivityNotFound, "activity_id")


def test_a_task_that_is_open_again_can_be_completed_again_and_so_on() -> None:
    facts = (LEAD_CREATED, CONTACT_ADDED, TASK_ADDED, COMPLETED, REOPENED, ENTRY_DELETED)
    given(*facts).when(COMPLETE).then(COMPLETED)
    second = ActivityDeleted(activity_id=ActivityId(fact_id(7)), kind=ActivityKind.TASK_COMPLETED)
    given(*facts, COMPLETED).when(REOPEN).then(REOPENED, second)


def test_what_was_changed_while_it_was_complete_is_what_opens_again() -> None:
    changes = [change for _, change in CHANGES]
    reopened = given(LEAD_CREATED, CONTACT_ADDED, TASK_ADDED, COMPLETED, *changes).when(REOPEN).decided[0]
    assert reopened == TaskReopened(
        **ID, text="Call", contact_id=CONTACT, due=AT_NOW, priority=TaskPriority.HIGH, assigned_to=None
    )


def test_a_task_is_opened_again_with_all_that_it_says() -> None:
    facts = (LEAD_CREATED, CONTACT_ADDED, TASK_ADDED, COMPLETED, REOPENED, ENTRY_DELETED)
    given(*facts).when(replace(UPDATE, text="Call", assigned_to=None)).then(CHANGES[0][1], CHANGES[3][1])


FULL = [TaskAdded(task_id=TaskId(thing(3_000 + number)), text="Task") for number in range(OPEN_TASKS_MAX)]


def test_a_lead_has_only_so_many_open_tasks() -> None:
    given(LEAD_CREATED, TASK_ADDED, COMPLETED, *FULL).when(REOPEN).then_refused(TooManyOpenTasks, "task_id", limit=1000)


def test_removing_one_makes_room_for_another() -> None:
    removed = TaskRemoved(task_id=FULL[0].task_id, text="Task")
    given(LEAD_CREATED, *FULL, removed).when(AddTask(lead_id=LEAD, task_id=TASK, text="Send the offer")).then(
        TASK_ADDED
    )


# ---------------------------------------------------------------- removed


@pytest.mark.parametrize("task", [planned, done])
def test_a_task_is_removed_open_or_complete(task: Any) -> None:
    task().when(REMOVE).then(REMOVED)


def test_the_completion_of_a_removed_task_can_be_deleted() -> None:
    given(LEAD_CREATED, CONTACT_ADDED, TASK_ADDED, COMPLETED, REMOVED).when(DeleteActivity(activity_id=ENTRY)).then(
        ENTRY_DELETED
    )


def test_an_input_writes_what_it_gives() -> None:
    assert replace(UPDATE, due_at=None, text="a").writes == {f"{TASK}.due", f"{TASK}.text"}
    assert {word for _, fact in CHANGES for word in fact.touched} == {
        f"{TASK}.{part}" for part in ("text", "priority", "assigned_to", "contact", "due")
    }
