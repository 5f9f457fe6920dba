"""Deleting a lead and restoring it."""

from __future__ import annotations

import pytest

from app.ids import StatusId
from app.lead.contact_changes import RemoveContact, UpdateContact
from app.lead.deletion import DeleteLead, LeadDeleted, LeadRestored, RestoreLead
from app.lead.details import ExternalId, LeadCreated, UpdateLead, external_claim
from app.lead.refusals import ContactNotFound, LeadNotFound, TaskNotFound
from app.lead.statuses import ChangeLeadStatus, StatusChanged
from app.lead.tasks import CompleteTask
from app.organization.statuses import LeadStatusArchived, LeadStatusDeleted, LeadStatusRenamed
from app.refusal import Refusal
from tests.support.acme import (
    BY_MEMBER,
    CONTACT,
    CONTACT_ADDED,
    LEAD,
    LEAD_CREATED,
    POTENTIAL,
    QUALIFIED,
    TASK,
    TASK_ADDED,
    UNKNOWN,
)
from tests.support.given import Command, given

DELETE, RESTORE = DeleteLead(lead_id=LEAD), RestoreLead(lead_id=LEAD)
ALFKI = ExternalId("northwind", "ALFKI")
NAMED = LeadCreated(status_id=POTENTIAL, status_label="Potential", external_id=ALFKI)


def test_a_lead_is_deleted_in_one_fact_whatever_it_has() -> None:
    given(LEAD_CREATED, CONTACT_ADDED, TASK_ADDED).when(DELETE, by=BY_MEMBER).then(LeadDeleted())


def test_a_deleted_lead_is_absent_for_every_command() -> None:
    absent: list[tuple[Command, type[Refusal], str]] = [
        (DELETE, LeadNotFound, "lead_id"),
        (UpdateLead(lead_id=LEAD, name="x"), LeadNotFound, "lead_id"),
        (ChangeLeadStatus(lead_id=LEAD, status="Qualified"), LeadNotFound, "lead_id"),
        (UpdateContact(contact_id=CONTACT, name="x"), ContactNotFound, "contact_id"),
        (RemoveContact(contact_id=CONTACT), ContactNotFound, "contact_id"),
        (CompleteTask(task_id=TASK), TaskNotFound, "task_id"),
    ]
    for command, refusal, path in absent:
        given(LEAD_CREATED, CONTACT_ADDED, TASK_ADDED, LeadDeleted()).when(command).then_refused(refusal, path)


def test_a_lead_that_never_was_is_neither_deleted_nor_restored() -> None:
    given().when(DELETE).then_refused(LeadNotFound, "lead_id")
    given().when(RESTORE).then_refused(LeadNotFound, "lead_id")


def test_a_restored_lead_is_what_it_was() -> None:
    before = (LEAD_CREATED, CONTACT_ADDED, TASK_ADDED)
    given(*before, LeadDeleted()).when(RESTORE).then(LeadRestored())
    assert given(*before, LeadDeleted(), LeadRestored()).when(CompleteTask(task_id=TASK)).only.text == "Send the offer"


def test_a_lead_that_is_there_needs_no_restoring() -> None:
    given(LEAD_CREATED).when(RESTORE).then()
    given(LEAD_CREATED, LeadDeleted(), LeadRestored()).when(RESTORE).then()


def test_a_lead_can_be_deleted_again() -> None:
    given(LEAD_CREATED, LeadDeleted(), LeadRestored()).when(DELETE).then(LeadDeleted())


def test_an_external_id_is_given_back_and_taken_again() -> None:
    deleted, restored = LeadDeleted(external_id=ALFKI), LeadRestored(external_id=ALFKI)
    given(NAMED).when(DELETE).then(deleted)
    given(NAMED, deleted).when(RESTORE).then(restored)
    claim = external_claim(ALFKI)
    assert (deleted.releases(LEAD), restored.takes(LEAD)) == ((claim,), ((claim, LEAD),))


def test_a_lead_without_an_external_id_holds_none() -> None:
    assert (LeadDeleted().releases(LEAD), LeadRestored().takes(LEAD)) == ((), ())


@pytest.mark.parametrize("moved", [False, True], ids=["as created", "as changed"])
def test_a_lead_whose_status_is_gone_comes_back_with_the_first_one(moved: bool) -> None:
    gone = StatusId(UNKNOWN)
    change = StatusChanged(before_id=QUALIFIED, before_label="Qualified", after_id=gone, after_label="Gone")
    created = LeadCreated(status_id=QUALIFIED if moved else gone, status_label="Qualified" if moved else "Gone")
    given(created, *([change] if moved else []), LeadDeleted()).when(RESTORE).then(
        LeadRestored(),
        StatusChanged(before_id=gone, before_label="Gone", after_id=POTENTIAL, after_label="Potential"),
    )


def test_a_lead_whose_status_is_archived_keeps_it() -> None:
    archived = LeadStatusArchived(status_id=POTENTIAL, label="Potential")
    given(LEAD_CREATED, LeadDeleted(), archived).when(RESTORE).then(LeadRestored())


def test_the_way_out_of_a_status_that_is_gone_has_the_label_that_it_had_last() -> None:
    renamed = LeadStatusRenamed(status_id=QUALIFIED, before="Qualified", after="Hot")
    gone = LeadStatusDeleted(status_id=QUALIFIED, label="Hot")
    created = LeadCreated(status_id=QUALIFIED, status_label="Qualified")
    given(created, renamed, LeadDeleted(), gone).when(RESTORE).then(
        LeadRestored(),
        StatusChanged(before_id=QUALIFIED, before_label="Hot", after_id=POTENTIAL, after_label="Potential"),
    )
