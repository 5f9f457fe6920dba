"""Lead statuses: renaming, recolouring, ordering, deleting them and taking them into use again."""

from __future__ import annotations

from typing import Any

import pytest

from app.ids import StatusId
from app.lead.details import CreateLead
from app.lead.statuses import ChangeLeadStatus, StatusChanged
from app.organization.organization import Organization
from app.organization.refusals import (
    LabelTaken,
    LastStatus,
    ListedTwice,
    NotAllowed,
    StatusInUse,
    StatusLabelNotFound,
    StatusNotFound,
    TooManyStatuses,
)
from app.organization.status_edits import ReorderLeadStatuses, UpdateLeadStatus
from app.organization.statuses import (
    COLOR_MAX,
    STATUSES_MAX,
    CreateLeadStatus,
    DeleteLeadStatus,
    LeadStatus,
    LeadStatusArchived,
    LeadStatusColorChanged,
    LeadStatusCreated,
    LeadStatusDeleted,
    LeadStatusesReordered,
    LeadStatusRenamed,
    LeadStatusUnarchived,
    UnarchiveLeadStatus,
)
from app.refusal import Refusal
from app.text import NotUnicode, NulCharacter, Required, TextTooLong
from tests.support.acme import (
    ACME_FOUNDED,
    BAD_FIT,
    BY_MEMBER,
    CUSTOMER,
    LEAD,
    LEAD_CREATED,
    POTENTIAL,
    QUALIFIED,
    UNKNOWN,
    thing,
)
from tests.support.given import Command, facts_of, given, organization_of

ALL = (POTENTIAL, QUALIFIED, CUSTOMER, BAD_FIT)
UNUSED = {"leads_with_status": 0}
RENAMED = LeadStatusRenamed(status_id=BAD_FIT, before="Bad Fit", after="No fit")
ARCHIVED = LeadStatusArchived(status_id=BAD_FIT, label="Bad Fit")
DELETED = LeadStatusDeleted(status_id=BAD_FIT, label="Bad Fit")
OTHERS_DELETED = [LeadStatusDeleted(status_id=id, label="Any") for id in (POTENTIAL, QUALIFIED, CUSTOMER)]


def after(*events: Any) -> Organization:
    return organization_of(facts_of(ACME_FOUNDED, events))


def update(**changes: Any) -> UpdateLeadStatus:
    return UpdateLeadStatus(status_id=BAD_FIT, **changes)


def reorder(*ids: StatusId) -> ReorderLeadStatuses:
    return ReorderLeadStatuses(status_ids=ids)


def test_a_status_is_renamed() -> None:
    given().when(update(label=" No fit ")).then(RENAMED)


def test_a_status_is_recoloured() -> None:
    given().when(update(color="red")).then(LeadStatusColorChanged(status_id=BAD_FIT, before="#868e96", after="red"))


@pytest.mark.parametrize("color", [None, " "])
def test_a_color_is_cleared(color: str | None) -> None:
    given().when(update(color=color)).then(LeadStatusColorChanged(status_id=BAD_FIT, before="#868e96"))


def test_label_and_color_are_two_facts() -> None:
    assert len(given().when(update(label="No fit", color=None)).decided) == 2


@pytest.mark.parametrize("changes", [{}, {"label": "Bad Fit"}, {"color": "#868e96"}, {"label": " Bad Fit"}])
def test_what_stays_as_it_is_decides_nothing(changes: dict[str, Any]) -> None:
    given().when(update(**changes)).then()


def test_a_label_may_change_its_case_alone() -> None:
    given().when(update(label="BAD FIT")).then(LeadStatusRenamed(status_id=BAD_FIT, before="Bad Fit", after="BAD FIT"))


@pytest.mark.parametrize("label", ["Customer", "CUSTOMER", " customer ", "Ｃustomer"])
def test_the_label_of_another_status_is_refused(label: str) -> None:
    given().when(update(label=label)).then_refused(LabelTaken, "label")


def test_labels_are_the_same_however_their_characters_are_written() -> None:
    created = LeadStatusCreated(status_id=StatusId(UNKNOWN), label="Caf\u00e9")
    given(created).when(CreateLeadStatus(label="CAFE\u0301")).then_refused(LabelTaken, "label")
    lead = given(created).when(CreateLead(lead_id=LEAD, status="cafe\u0301")).only
    assert lead.status_id == UNKNOWN


@pytest.mark.parametrize(
    ("label", "refusal"),
    [(None, Required), (" ", Required), ("\0", NulCharacter), ("\ud800", NotUnicode), ("x" * 501, TextTooLong)],
)
def test_a_label_that_is_none_is_refused(label: str | None, refusal: type[Refusal]) -> None:
    given().when(update(label=label)).then_refused(refusal, "label")


def test_independent_refusals_of_one_update_come_together() -> None:
    given().when(update(label="customer", color="x" * (COLOR_MAX + 1))).then_refused_all(
        (LabelTaken, "label"), (TextTooLong, "color")
    )


def test_a_renamed_status_keeps_its_place_and_color() -> None:
    assert list(after(RENAMED).lead_statuses.values())[3] == LeadStatus(id=BAD_FIT, label="No fit", color="#868e96")


def test_the_label_that_it_had_is_free_again() -> None:
    assert given(RENAMED).when(CreateLeadStatus(label="bad fit")).only.label == "bad fit"


def test_an_archived_status_is_taken_into_use_again_at_its_place() -> None:
    unarchived = LeadStatusUnarchived(status_id=BAD_FIT, label="Bad Fit")
    given(ARCHIVED).when(UnarchiveLeadStatus(status_id=BAD_FIT)).then(unarchived)
    assert after(ARCHIVED, unarchived).lead_statuses == after().lead_statuses


def test_a_status_in_use_is_not_unarchived() -> None:
    given().when(UnarchiveLeadStatus(status_id=BAD_FIT)).then()


def test_an_unused_status_is_deleted() -> None:
    given().when(DeleteLeadStatus(status_id=BAD_FIT), answers=UNUSED).then(DELETED)


def test_a_status_in_use_is_not_deleted_and_it_is_said_how_many_leads_have_it() -> None:
    deleting = given().when(DeleteLeadStatus(status_id=BAD_FIT), answers={"leads_with_status": 12_345})
    deleting.then_refused(StatusInUse, "status_id", count=12_345)
    assert "12345" in deleting.refusals[0].message


def test_the_last_status_is_not_deleted() -> None:
    given(*OTHERS_DELETED).when(DeleteLeadStatus(status_id=BAD_FIT), answers=UNUSED).then_refused(
        LastStatus, "status_id"
    )


def test_the_last_usable_status_is_not_deleted_though_there_are_archived_ones() -> None:
    given(ARCHIVED, *OTHERS_DELETED[:2]).when(DeleteLeadStatus(status_id=CUSTOMER), answers=UNUSED).then_refused(
        LastStatus, "status_id"
    )


def test_an_archived_status_is_deleted_though_one_usable_status_is_left() -> None:
    given(ARCHIVED, *OTHERS_DELETED[:2]).when(DeleteLeadStatus(status_id=BAD_FIT), answers=UNUSED).then(DELETED)


def test_a_deleted_status_leaves_the_list_and_is_known_by_its_id() -> None:
    organization = after(RENAMED, LeadStatusDeleted(status_id=BAD_FIT, label="No fit"))
    assert tuple(organization.lead_statuses) == ALL[:3]
    assert organization.lead_status(BAD_FIT) == LeadStatus(
        id=BAD_FIT, label="No fit", color="#868e96", is_archived=True, is_deleted=True
    )


def test_the_label_of_a_deleted_status_is_free() -> None:
    assert given(DELETED).when(CreateLeadStatus(label="Bad Fit")).decided


def test_no_lead_gets_a_deleted_status() -> None:
    given(DELETED).when(CreateLead(lead_id=LEAD, status_id=BAD_FIT)).then_refused(StatusNotFound, "status_id")
    given(DELETED).when(CreateLead(lead_id=LEAD, status="Bad Fit")).then_refused(StatusLabelNotFound, "status")


def test_a_lead_whose_status_is_gone_gets_another_one() -> None:
    given(LEAD_CREATED, LeadStatusDeleted(status_id=POTENTIAL, label="Potential")).when(
        ChangeLeadStatus(lead_id=LEAD, status="Customer")
    ).then(StatusChanged(before_id=POTENTIAL, before_label="Potential", after_id=CUSTOMER, after_label="Customer"))


def test_statuses_are_put_in_order() -> None:
    order = (BAD_FIT, CUSTOMER, QUALIFIED, POTENTIAL)
    given().when(reorder(*order)).then(LeadStatusesReordered(before=ALL, after=order))
    assert tuple(after(LeadStatusesReordered(before=ALL, after=order)).lead_statuses) == order


def test_those_left_out_follow_in_their_order() -> None:
    assert given().when(reorder(CUSTOMER)).only.after == (CUSTOMER, POTENTIAL, QUALIFIED, BAD_FIT)


@pytest.mark.parametrize("order", [(), ALL, (POTENTIAL,), ALL[:2]])
def test_the_order_that_there_is_decides_nothing(order: tuple[StatusId, ...]) -> None:
    given().when(reorder(*order)).then()


def test_the_first_of_a_new_order_is_the_default() -> None:
    moved = LeadStatusesReordered(before=ALL, after=(CUSTOMER, POTENTIAL, QUALIFIED, BAD_FIT))
    assert given(moved).when(CreateLead(lead_id=LEAD)).only.status_id == CUSTOMER


def test_unknown_and_repeated_statuses_of_an_order_are_refused_where_they_stand() -> None:
    given(DELETED).when(reorder(CUSTOMER, StatusId(UNKNOWN), CUSTOMER, BAD_FIT)).then_refused_all(
        (StatusNotFound, "status_ids.1"), (ListedTwice, "status_ids.2"), (StatusNotFound, "status_ids.3")
    )


def test_an_order_that_knows_less_or_more_than_there_is_loses_nothing() -> None:
    reordered = LeadStatusesReordered(before=ALL, after=(BAD_FIT, StatusId(UNKNOWN), BAD_FIT, POTENTIAL))
    assert tuple(after(reordered).lead_statuses) == (BAD_FIT, QUALIFIED, CUSTOMER, POTENTIAL)


def test_there_are_only_so_many_statuses() -> None:
    many = [
        LeadStatusCreated(status_id=StatusId(thing(1_000 + number)), label=f"Status {number}")
        for number in range(STATUSES_MAX - 4)
    ]
    assert given(*many[1:]).when(CreateLeadStatus(label="New")).decided
    given(*many).when(CreateLeadStatus(label="New")).then_refused(TooManyStatuses, limit=STATUSES_MAX)


COMMANDS = [update(label="New"), UnarchiveLeadStatus(status_id=BAD_FIT), DeleteLeadStatus(status_id=BAD_FIT)]


@pytest.mark.parametrize("command", [*COMMANDS, reorder(BAD_FIT)])
def test_a_member_may_not(command: Command) -> None:
    given(ARCHIVED).when(command, by=BY_MEMBER, answers=UNUSED).then_refused(NotAllowed)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_status_that_is_gone_is_refused(command: Command) -> None:
    given(DELETED).when(command, answers=UNUSED).then_refused(StatusNotFound, "status_id")
