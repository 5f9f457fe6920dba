"""A lead's status: chosen by id or label when it is created, changed later."""

import pytest

from app.ids import StatusId
from app.lead.details import CreateLead
from app.lead.statuses import ChangeLeadStatus, StatusChanged
from app.organization.refusals import (
    BothStatusForms,
    StatusArchived,
    StatusLabelNotFound,
    StatusMissing,
    StatusNotFound,
)
from app.organization.statuses import LeadStatusArchived
from app.refusal import Refusal
from app.text import NotUnicode, NulCharacter, Required, TextTooLong
from tests.support.acme import BAD_FIT, LEAD, LEAD_CREATED, POTENTIAL, QUALIFIED, UNKNOWN, YESTERDAY
from tests.support.given import given

TO_POTENTIAL = ChangeLeadStatus(lead_id=LEAD, status_id=POTENTIAL)
QUALIFIED_NOW = StatusChanged(
    before_id=POTENTIAL, before_label="Potential", after_id=QUALIFIED, after_label="Qualified"
)
POTENTIAL_ARCHIVED = LeadStatusArchived(status_id=POTENTIAL, label="Potential")
BAD_FIT_ARCHIVED = LeadStatusArchived(status_id=BAD_FIT, label="Bad Fit")


def test_a_new_lead_has_the_first_status() -> None:
    assert given().when(CreateLead(lead_id=LEAD)).only.status_id == POTENTIAL


def test_a_new_lead_has_the_first_status_that_is_not_archived() -> None:
    assert given(POTENTIAL_ARCHIVED).when(CreateLead(lead_id=LEAD)).only.status_id == QUALIFIED


def test_a_new_lead_takes_a_status_by_id() -> None:
    assert given().when(CreateLead(lead_id=LEAD, status_id=BAD_FIT)).only.status_label == "Bad Fit"


def test_a_new_lead_is_refused_an_archived_status() -> None:
    create = CreateLead(lead_id=LEAD, status_id=BAD_FIT)
    given(BAD_FIT_ARCHIVED).when(create).then_refused(StatusArchived, "status_id", label="Bad Fit")


def test_a_status_is_changed_by_id() -> None:
    given(LEAD_CREATED).when(ChangeLeadStatus(lead_id=LEAD, status_id=QUALIFIED)).then(QUALIFIED_NOW)


@pytest.mark.parametrize("label", ["Qualified", "qualified", "QUALIFIED", "  Qualified\n"])
def test_a_status_is_changed_by_label_whatever_its_case(label: str) -> None:
    given(LEAD_CREATED).when(ChangeLeadStatus(lead_id=LEAD, status=label)).then(QUALIFIED_NOW)


def test_a_change_says_when_it_happened_if_it_was_told() -> None:
    change = ChangeLeadStatus(lead_id=LEAD, status_id=QUALIFIED, occurred_at=YESTERDAY)
    assert given(LEAD_CREATED).when(change).only.occurred_at == YESTERDAY


@pytest.mark.parametrize("same", [TO_POTENTIAL, ChangeLeadStatus(lead_id=LEAD, status="potential")])
def test_the_status_that_it_has_already_is_no_change(same: ChangeLeadStatus) -> None:
    given(LEAD_CREATED).when(same).then()


def test_a_lead_can_leave_a_status_that_was_archived() -> None:
    change = ChangeLeadStatus(lead_id=LEAD, status_id=QUALIFIED)
    given(LEAD_CREATED, POTENTIAL_ARCHIVED).when(change).then(QUALIFIED_NOW)


def test_staying_in_an_archived_status_is_no_change() -> None:
    given(LEAD_CREATED, POTENTIAL_ARCHIVED).when(TO_POTENTIAL).then()


def test_both_forms_are_refused_even_if_they_agree() -> None:
    change = ChangeLeadStatus(lead_id=LEAD, status_id=QUALIFIED, status="Qualified")
    given(LEAD_CREATED).when(change).then_refused(BothStatusForms, "status")


def test_no_status_at_all_is_refused() -> None:
    given(LEAD_CREATED).when(ChangeLeadStatus(lead_id=LEAD)).then_refused(StatusMissing, "status_id")


def test_an_unknown_id_is_refused() -> None:
    change = ChangeLeadStatus(lead_id=LEAD, status_id=StatusId(UNKNOWN))
    given(LEAD_CREATED).when(change).then_refused(StatusNotFound, "status_id")


def test_an_unknown_label_is_refused() -> None:
    change = ChangeLeadStatus(lead_id=LEAD, status="Nope")
    given(LEAD_CREATED).when(change).then_refused(StatusLabelNotFound, "status", label="Nope")


def test_an_archived_status_is_refused_by_id() -> None:
    change = ChangeLeadStatus(lead_id=LEAD, status_id=BAD_FIT)
    given(LEAD_CREATED, BAD_FIT_ARCHIVED).when(change).then_refused(StatusArchived, "status_id", label="Bad Fit")


def test_an_archived_status_is_refused_by_label() -> None:
    change = ChangeLeadStatus(lead_id=LEAD, status="bad fit")
    given(LEAD_CREATED, BAD_FIT_ARCHIVED).when(change).then_refused(StatusArchived, "status", label="Bad Fit")


def test_a_blank_label_is_refused() -> None:
    given(LEAD_CREATED).when(ChangeLeadStatus(lead_id=LEAD, status=" ")).then_refused(Required, "status")


@pytest.mark.parametrize(("label", "refusal"), [("\0", NulCharacter), ("\ud800", NotUnicode), ("x" * 501, TextTooLong)])
def test_a_label_that_is_no_label_is_refused(label: str, refusal: type[Refusal]) -> None:
    given(LEAD_CREATED).when(ChangeLeadStatus(lead_id=LEAD, status=label)).then_refused(refusal, "status")


def test_a_change_and_a_creation_touch_the_status() -> None:
    assert ChangeLeadStatus.writes == StatusChanged.touches
