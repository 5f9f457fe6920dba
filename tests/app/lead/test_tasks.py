"""Adding tasks, and completing them."""

from dataclasses import replace
from datetime import date

import pytest

from app.ids import ContactId, TaskId
from app.lead.refusals import BothDueForms, ContactNotFound, TaskNotFound, TooManyOpenTasks
from app.lead.tasks import OPEN_TASKS_MAX, TASK_TEXT_MAX, AddTask, CompleteTask, TaskAdded, TaskCompleted
from app.organization.refusals import UserNotFound
from app.text import NulCharacter, Required, TextTooLong
from app.vocabulary import TaskPriority
from tests.support.acme import (
    ADMIN,
    BY_MEMBER,
    BY_SYSTEM,
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
    YESTERDAY,
    thing,
)
from tests.support.given import fact_id, given

ADD = AddTask(lead_id=LEAD, task_id=TASK, text="Send the offer")
COMPLETE = CompleteTask(task_id=TASK)
COMPLETED = TaskCompleted(task_id=TASK, text="Send the offer")


def test_a_task_is_its_adders_and_due_whenever() -> None:
    given(LEAD_CREATED).when(ADD).then(TaskAdded(task_id=TASK, text="Send the offer", assigned_to=ADMIN))


def test_a_task_is_added_with_all_its_details() -> None:
    add = AddTask(
        lead_id=LEAD,
        task_id=TASK,
        text=" Call back\n",
        contact_id=CONTACT,
        assigned_to=MEMBER,
        due_date=date(2026, 4, 2),
        priority=TaskPriority.HIGH,
    )
    given(LEAD_CREATED, CONTACT_ADDED).when(add).then(
        TaskAdded(
            task_id=TASK,
            text="Call back",
            contact_id=CONTACT,
            assigned_to=MEMBER,
            due_date=date(2026, 4, 2),
            priority=TaskPriority.HIGH,
        )
    )


def test_a_task_may_be_due_at_an_instant() -> None:
    assert given(LEAD_CREATED).when(replace(ADD, due_at=NOW)).only.due_at == NOW


def test_a_task_may_be_nobodys() -> None:
    assert given(LEAD_CREATED).when(replace(ADD, assigned_to=None)).only.assigned_to is None


def test_the_systems_task_is_nobodys() -> None:
    assert given(LEAD_CREATED).when(ADD, by=BY_SYSTEM).only.assigned_to is None


def test_a_members_task_is_the_members() -> None:
    assert given(LEAD_CREATED).when(ADD, by=BY_MEMBER).only.assigned_to == MEMBER


@pytest.mark.parametrize("blank", ["", " \n"])
def test_a_task_without_a_text_is_refused(blank: str) -> None:
    given(LEAD_CREATED).when(replace(ADD, text=blank)).then_refused(Required, "text")


def test_a_text_that_is_wrong_is_refused_once() -> None:
    given(LEAD_CREATED).when(replace(ADD, text="\0")).then_refused(NulCharacter, "text")


def test_a_text_that_is_too_long_is_refused() -> None:
    add = replace(ADD, text="x" * (TASK_TEXT_MAX + 1))
    given(LEAD_CREATED).when(add).then_refused(TextTooLong, "text", length=10_001, limit=10_000)


def test_a_task_is_due_on_a_day_or_at_an_instant() -> None:
    add = replace(ADD, due_date=date(2026, 4, 2), due_at=NOW)
    given(LEAD_CREATED).when(add).then_refused(BothDueForms, "due_at")


def test_a_contact_of_another_lead_is_refused() -> None:
    given(LEAD_CREATED).when(replace(ADD, contact_id=CONTACT)).then_refused(ContactNotFound, "contact_id")


def test_a_user_of_elsewhere_is_refused() -> None:
    given(LEAD_CREATED).when(replace(ADD, assigned_to=STRANGER)).then_refused(UserNotFound, "assigned_to_id")


def test_independent_refusals_of_one_task_come_together() -> None:
    add = AddTask(
        lead_id=LEAD,
        text="",
        contact_id=ContactId(UNKNOWN),
        assigned_to=STRANGER,
        due_date=date(2026, 4, 2),
        due_at=NOW,
    )
    given(LEAD_CREATED).when(add).then_refused_all(
        (Required, "text"),
        (ContactNotFound, "contact_id"),
        (UserNotFound, "assigned_to_id"),
        (BothDueForms, "due_at"),
    )


FULL = [TaskAdded(task_id=TaskId(thing(3_000 + number)), text="Task") for number in range(OPEN_TASKS_MAX)]


def test_a_lead_has_only_so_many_open_tasks() -> None:
    given(LEAD_CREATED, *FULL).when(ADD).then_refused(TooManyOpenTasks, limit=1000)


def test_completing_one_makes_room_for_another() -> None:
    completed = TaskCompleted(task_id=FULL[0].task_id, text="Task")
    given(LEAD_CREATED, *FULL, completed).when(ADD).then(TASK_ADDED)


def test_a_task_is_completed() -> None:
    given(LEAD_CREATED, TASK_ADDED).when(COMPLETE).then(COMPLETED)


def test_a_completion_has_the_tasks_text_and_contact() -> None:
    task = TaskAdded(task_id=TASK, text="Call back", contact_id=CONTACT)
    complete = CompleteTask(task_id=TASK, occurred_at=YESTERDAY)
    given(LEAD_CREATED, CONTACT_ADDED, task).when(complete).then(
        TaskCompleted(task_id=TASK, text="Call back", contact_id=CONTACT, occurred_at=YESTERDAY)
    )


def test_anybody_may_complete_a_task() -> None:
    given(LEAD_CREATED, TASK_ADDED).when(COMPLETE, by=BY_MEMBER).then(COMPLETED)


def test_completing_twice_is_one_fact() -> None:
    given(LEAD_CREATED, TASK_ADDED, COMPLETED).when(COMPLETE).then()


def test_an_unknown_task_is_refused() -> None:
    given(LEAD_CREATED).when(COMPLETE).then_refused(TaskNotFound, "task_id")


def test_a_call_is_no_task() -> None:
    given(LEAD_CREATED, CALL_LOGGED).when(CompleteTask(task_id=TaskId(CALL))).then_refused(TaskNotFound, "task_id")


def test_a_completions_own_id_is_no_task() -> None:
    complete = CompleteTask(task_id=TaskId(fact_id(3)))
    given(LEAD_CREATED, TASK_ADDED, COMPLETED).when(complete).then_refused(TaskNotFound, "task_id")
