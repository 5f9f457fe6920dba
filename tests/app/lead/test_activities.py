"""Items of the history: which facts make them, and how they are deleted."""

import pytest

from app.event import Event
from app.ids import ActivityId
from app.lead.activities import ActivityDeleted, DeleteActivity
from app.lead.details import LeadRenamed
from app.lead.event import LeadEvent, made_activity_id
from app.lead.refusals import ActivityNotFound, NotDeletable
from app.lead.statuses import StatusChanged
from app.lead.tasks import TaskCompleted
from app.situation import Claim
from app.vocabulary import ActivityKind
from tests.support.acme import (
    BY_MEMBER,
    CALL,
    CALL_LOGGED,
    CONTACT,
    CONTACT_ADDED,
    EMAIL,
    EMAIL_LOGGED,
    LEAD,
    LEAD_CREATED,
    NOTE,
    NOTE_PINNED,
    NOTE_WRITTEN,
    POTENTIAL,
    QUALIFIED,
    TASK,
    TASK_ADDED,
    UNKNOWN,
)
from tests.support.given import fact_id, given

STATUS_CHANGED = StatusChanged(
    before_id=POTENTIAL, before_label="Potential", after_id=QUALIFIED, after_label="Qualified"
)
TASK_COMPLETED = TaskCompleted(task_id=TASK, text="Send the offer")
SECOND = ActivityId(fact_id(2))
NOTE_DELETED = ActivityDeleted(activity_id=NOTE, kind=ActivityKind.NOTE)


@pytest.mark.parametrize(("event", "id"), [(CALL_LOGGED, CALL), (EMAIL_LOGGED, EMAIL), (NOTE_WRITTEN, NOTE)])
def test_a_call_an_email_and_a_note_have_ids_of_their_own(event: LeadEvent, id: ActivityId) -> None:
    assert made_activity_id(event, fact_id(2)) == id


@pytest.mark.parametrize("event", [LEAD_CREATED, STATUS_CHANGED, TASK_COMPLETED])
def test_an_entry_that_tells_of_something_else_has_the_id_of_its_fact(event: LeadEvent) -> None:
    assert made_activity_id(event, fact_id(2)) == fact_id(2)


@pytest.mark.parametrize("event", [LeadRenamed(after="x"), CONTACT_ADDED, TASK_ADDED, NOTE_PINNED, NOTE_DELETED])
def test_other_facts_are_no_entries(event: LeadEvent) -> None:
    assert made_activity_id(event, fact_id(2)) is None


@pytest.mark.parametrize(
    ("event", "id", "kind"), [(CALL_LOGGED, CALL, ActivityKind.CALL), (NOTE_WRITTEN, NOTE, ActivityKind.NOTE)]
)
def test_what_was_logged_is_deleted(event: Event, id: ActivityId, kind: ActivityKind) -> None:
    given(LEAD_CREATED, event).when(DeleteActivity(activity_id=id)).then(ActivityDeleted(activity_id=id, kind=kind))


def test_a_deleted_email_gives_its_message_id_back() -> None:
    given(LEAD_CREATED, EMAIL_LOGGED).when(DeleteActivity(activity_id=EMAIL)).then(
        ActivityDeleted(activity_id=EMAIL, kind=ActivityKind.EMAIL, message_id="<offer@acme.example>")
    )


def test_what_was_claimed_is_what_is_released() -> None:
    deleted = given(LEAD_CREATED, EMAIL_LOGGED).when(DeleteActivity(activity_id=EMAIL)).only
    assert {claim for claim, _ in EMAIL_LOGGED.takes(LEAD)} <= set(deleted.releases(LEAD))


def test_a_deleted_message_gives_back_what_was_claimed_with_its_brackets_too() -> None:
    deleted = given(LEAD_CREATED, EMAIL_LOGGED).when(DeleteActivity(activity_id=EMAIL)).only
    assert Claim("message", f"{LEAD}\x1f<offer@acme.example>") in deleted.releases(LEAD)


def test_a_deleted_note_gives_nothing_back() -> None:
    assert NOTE_DELETED.releases(LEAD) == ()


def test_the_entry_of_a_status_change_is_deleted_by_its_facts_id() -> None:
    given(LEAD_CREATED, STATUS_CHANGED).when(DeleteActivity(activity_id=SECOND)).then(
        ActivityDeleted(activity_id=SECOND, kind=ActivityKind.LEAD_STATUS_CHANGE)
    )


def test_the_entry_of_a_completion_is_deleted_by_its_facts_id() -> None:
    third = ActivityId(fact_id(3))
    given(LEAD_CREATED, TASK_ADDED, TASK_COMPLETED).when(DeleteActivity(activity_id=third)).then(
        ActivityDeleted(activity_id=third, kind=ActivityKind.TASK_COMPLETED)
    )


def test_everybody_may_delete() -> None:
    given(LEAD_CREATED, NOTE_WRITTEN).when(DeleteActivity(activity_id=NOTE), by=BY_MEMBER).then(NOTE_DELETED)


def test_a_deletion_says_that_it_ended_a_pin() -> None:
    given(LEAD_CREATED, NOTE_WRITTEN, NOTE_PINNED).when(DeleteActivity(activity_id=NOTE)).then(
        ActivityDeleted(activity_id=NOTE, kind=ActivityKind.NOTE, was_pinned=True)
    )


def test_the_created_entry_stays() -> None:
    given(LEAD_CREATED).when(DeleteActivity(activity_id=ActivityId(fact_id(1)))).then_refused(
        NotDeletable, "activity_id"
    )


def test_deleting_twice_is_refused() -> None:
    delete = DeleteActivity(activity_id=NOTE)
    given(LEAD_CREATED, NOTE_WRITTEN, NOTE_DELETED).when(delete).then_refused(ActivityNotFound, "activity_id")


@pytest.mark.parametrize("id", [UNKNOWN, TASK, CONTACT, LEAD, SECOND])
def test_what_is_no_activity_is_refused(id: ActivityId) -> None:
    facts = (LEAD_CREATED, CALL_LOGGED, TASK_ADDED, TASK_COMPLETED, CONTACT_ADDED)
    given(*facts).when(DeleteActivity(activity_id=id)).then_refused(ActivityNotFound, "activity_id")
