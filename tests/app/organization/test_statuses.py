"""Lead statuses: adding them, and taking them out of use."""

import pytest

from app.ids import StatusId
from app.organization.refusals import LabelTaken, LastStatus, NotAllowed, StatusInUse, StatusNotFound
from app.organization.statuses import (
    COLOR_MAX,
    ArchiveLeadStatus,
    CreateLeadStatus,
    LeadStatusArchived,
    LeadStatusCreated,
)
from app.refusal import Refusal
from app.text import NotUnicode, NulCharacter, Required, TextTooLong
from tests.support.acme import BAD_FIT, BY_MEMBER, BY_SYSTEM, CUSTOMER, POTENTIAL, QUALIFIED, UNKNOWN
from tests.support.given import given

NEW = StatusId(UNKNOWN)
ARCHIVE = ArchiveLeadStatus(status_id=BAD_FIT)
ARCHIVED = LeadStatusArchived(status_id=BAD_FIT, label="Bad Fit")
OTHERS_ARCHIVED = [LeadStatusArchived(status_id=id, label="Any") for id in (POTENTIAL, QUALIFIED, CUSTOMER)]
UNUSED = {"leads_with_status": 0}


def test_a_status_is_added() -> None:
    create = CreateLeadStatus(label=" Lost touch ", color=" #fff", status_id=NEW)
    given().when(create).then(LeadStatusCreated(status_id=NEW, label="Lost touch", color="#fff"))


def test_a_status_may_have_no_color() -> None:
    assert given().when(CreateLeadStatus(label="Lost touch", color=" ")).only.color is None


@pytest.mark.parametrize("label", ["Qualified", "QUALIFIED", " qualified "])
def test_a_label_that_differs_only_in_case_is_refused(label: str) -> None:
    given().when(CreateLeadStatus(label=label)).then_refused(LabelTaken, "label")


def test_the_label_of_an_archived_status_is_taken_too() -> None:
    given(ARCHIVED).when(CreateLeadStatus(label="bad fit")).then_refused(LabelTaken, "label")


@pytest.mark.parametrize(
    ("label", "refusal"), [("", Required), ("\0", NulCharacter), ("\ud800", NotUnicode), ("x" * 501, TextTooLong)]
)
def test_a_label_that_is_none_is_refused(label: str, refusal: type[Refusal]) -> None:
    given().when(CreateLeadStatus(label=label)).then_refused(refusal, "label")


def test_independent_refusals_of_one_status_come_together() -> None:
    create = CreateLeadStatus(label="qualified", color="x" * (COLOR_MAX + 1))
    given().when(create).then_refused_all((LabelTaken, "label"), (TextTooLong, "color"))


def test_an_unused_status_is_archived() -> None:
    given().when(ARCHIVE, answers=UNUSED).then(ARCHIVED)


def test_archiving_twice_is_one_fact() -> None:
    given(ARCHIVED).when(ARCHIVE, answers=UNUSED).then()


def test_a_status_in_use_is_not_archived() -> None:
    given().when(ARCHIVE, answers={"leads_with_status": 3}).then_refused(StatusInUse, "status_id", count=3)


def test_the_last_status_is_not_archived() -> None:
    given(*OTHERS_ARCHIVED).when(ARCHIVE, answers=UNUSED).then_refused(LastStatus, "status_id")


def test_the_last_but_one_can_be() -> None:
    given(*OTHERS_ARCHIVED[1:]).when(ARCHIVE, answers=UNUSED).then(ARCHIVED)


def test_an_unknown_status_is_refused() -> None:
    given().when(ArchiveLeadStatus(status_id=NEW), answers=UNUSED).then_refused(StatusNotFound, "status_id")


def test_whether_a_status_is_in_use_is_asked_about_that_status() -> None:
    assert ARCHIVE.asks_about == BAD_FIT


@pytest.mark.parametrize("command", [ARCHIVE, CreateLeadStatus(label="New")])
def test_the_system_may(command: ArchiveLeadStatus | CreateLeadStatus) -> None:
    assert given().when(command, by=BY_SYSTEM, answers=UNUSED).decided


@pytest.mark.parametrize("command", [ARCHIVE, CreateLeadStatus(label="New")])
def test_a_member_may_not(command: ArchiveLeadStatus | CreateLeadStatus) -> None:
    given().when(command, by=BY_MEMBER, answers=UNUSED).then_refused(NotAllowed)
