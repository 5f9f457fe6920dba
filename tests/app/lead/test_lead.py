"""Lead: how facts change the state that decisions need."""

from __future__ import annotations

from copy import deepcopy

import msgspec
import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from app.event import Event
from app.lead.activities import ActivityDeleted
from app.lead.contacts import Contact
from app.lead.details import LeadCreated, LeadDescriptionChanged, LeadRenamed, LeadUrlChanged
from app.lead.lead import AnyLeadEvent, Lead, evolve, replay
from app.lead.opportunities import Opportunity
from app.lead.opportunity_events import OpportunityRemoved
from app.lead.pins import NotePinned, NoteUnpinned
from app.lead.statuses import StatusChanged
from app.lead.task_events import TaskReopened
from app.lead.tasks import Task, TaskCompleted, TaskRemoved
from app.vocabulary import ActivityKind, TaskPriority
from tests.support.acme import (
    ADMIN,
    CALL_LOGGED,
    CONTACT,
    CONTACT_ADDED,
    DEMO_COMPLETED,
    EMAIL_LOGGED,
    LEAD,
    LEAD_CREATED,
    NOTE,
    NOTE_PINNED,
    NOTE_WRITTEN,
    NOTES,
    OPPORTUNITY,
    OPPORTUNITY_ADDED,
    POTENTIAL,
    QUALIFIED,
    TASK,
    TASK_ADDED,
)
from tests.support.any_event import any_of
from tests.support.given import facts_of, lead_of

LEAD_EVENTS = st.sampled_from(AnyLeadEvent.__args__).flatmap(any_of)
HISTORIES = st.lists(LEAD_EVENTS, max_size=6)


def after(*events: Event) -> Lead:
    lead = lead_of(facts_of((), (LEAD_CREATED, *events)))
    assert lead is not None
    return lead


def test_a_lead_begins_as_it_was_created() -> None:
    created = LeadCreated(name="Bluth", description="d", url="u", status_id=QUALIFIED, status_label="Qualified")
    assert lead_of(facts_of((), (created,))) == Lead(
        id=LEAD, version=1, name="Bluth", description="d", url="u", status_id=QUALIFIED, status_label="Qualified"
    )


def test_a_lead_without_facts_is_none() -> None:
    assert replay(None, ()) is None


def test_a_stream_begins_with_its_creation() -> None:
    with pytest.raises(AssertionError, match=r"begins with lead\.renamed"):
        lead_of(facts_of((), (LeadRenamed(after="x"),)))


def test_the_version_is_that_of_the_last_fact() -> None:
    assert after(CALL_LOGGED, NOTE_WRITTEN).version == 3


def test_details_are_those_of_the_last_change() -> None:
    lead = after(LeadRenamed(after="n"), LeadDescriptionChanged(after="d"), LeadUrlChanged(after="u"))
    assert (lead.name, lead.description, lead.url) == ("n", "d", "u")


def test_a_cleared_detail_is_none() -> None:
    lead = after(LeadRenamed(), LeadDescriptionChanged(before="d"), LeadUrlChanged(before="u"))
    assert (lead.name, lead.description, lead.url) == (None, None, None)


def test_a_status_change_counts_by_id() -> None:
    change = StatusChanged(before_id=POTENTIAL, before_label="P", after_id=QUALIFIED, after_label="Q")
    assert after(change).status_id == QUALIFIED


def test_contacts_and_opportunities_are_kept() -> None:
    lead = after(CONTACT_ADDED, OPPORTUNITY_ADDED)
    person = Contact(place=0, name="Lindsay Bluth", emails=CONTACT_ADDED.emails, phones=CONTACT_ADDED.phones)
    assert lead.contacts == {CONTACT: person}
    assert lead.opportunities == {
        OPPORTUNITY: Opportunity(status_id=DEMO_COMPLETED, user_id=ADMIN, value=OPPORTUNITY_ADDED.value, confidence=50)
    }


def test_an_open_task_is_kept() -> None:
    assert after(TASK_ADDED).tasks == {TASK: Task(text="Send the offer", assigned_to=ADMIN)}


def test_a_completed_task_is_not() -> None:
    assert after(TASK_ADDED, TaskCompleted(task_id=TASK, text="Send the offer")).tasks == {}


def test_a_task_that_is_open_again_is_kept_as_it_is_then() -> None:
    done = TaskCompleted(task_id=TASK, text="Send the offer")
    reopened = TaskReopened(task_id=TASK, text="Call", priority=TaskPriority.HIGH)
    assert after(TASK_ADDED, done, reopened).tasks == {TASK: Task(text="Call", priority=TaskPriority.HIGH)}


def test_what_is_removed_is_not() -> None:
    removed = (TaskRemoved(task_id=TASK, text="x"), OpportunityRemoved(opportunity_id=OPPORTUNITY))
    lead = after(TASK_ADDED, OPPORTUNITY_ADDED, *removed)
    assert (lead.tasks, lead.opportunities) == ({}, {})


def test_pins_keep_the_order_in_which_they_were_made() -> None:
    assert after(NotePinned(note_id=NOTES[1]), NotePinned(note_id=NOTES[0])).pins == (NOTES[1], NOTES[0])


@pytest.mark.parametrize("end", [NoteUnpinned(note_id=NOTE), ActivityDeleted(activity_id=NOTE, kind=ActivityKind.NOTE)])
def test_a_pin_ends(end: Event) -> None:
    assert after(NOTE_PINNED, NotePinned(note_id=NOTES[0]), end).pins == (NOTES[0],)


@pytest.mark.parametrize("event", [CALL_LOGGED, EMAIL_LOGGED, NOTE_WRITTEN])
def test_activities_leave_no_trace_but_the_version(event: Event) -> None:
    assert msgspec.structs.replace(after(event), version=1) == after()


@for_all(HISTORIES)
@settings(deadline=None, max_examples=50)
def test_any_history_can_be_replayed(history: list[AnyLeadEvent]) -> None:
    assert after(*history).version == len(history) + 1


@for_all(HISTORIES, LEAD_EVENTS)
@settings(deadline=None, max_examples=50)
def test_the_same_fact_on_the_same_state_gives_the_same_state(history: list[AnyLeadEvent], event: AnyLeadEvent) -> None:
    lead = after(*history)
    assert evolve(lead, event) == evolve(deepcopy(lead), deepcopy(event))


@for_all(HISTORIES, LEAD_EVENTS)
@settings(deadline=None, max_examples=50)
def test_the_state_before_stays_as_it_was(history: list[AnyLeadEvent], event: AnyLeadEvent) -> None:
    lead = after(*history)
    before = deepcopy(lead)
    evolve(lead, event)
    assert lead == before
