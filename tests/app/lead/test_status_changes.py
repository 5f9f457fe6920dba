"""Status changes that took place elsewhere: entries of the history that change no status."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from app.ids import OpportunityId, StatusId, UserId
from app.lead.refusals import NewStatusMissing, OpportunityNotFound, OutOfRange
from app.lead.status_changes import (
    LogLeadStatusChange,
    LogOpportunityStatusChange,
    OpportunityStatusChangeLogged,
    StatusChangeLogged,
)
from app.organization.pipelines import OpportunityStatusCreated, PipelineCreated
from app.organization.refusals import (
    OpportunityStatusNotFound,
    StageLabelNotFound,
    StatusLabelNotFound,
    StatusNotFound,
    UserNotFound,
)
from app.organization.statuses import LeadStatusDeleted
from app.refusal import Refusal
from app.text import TextTooLong
from app.vocabulary import OpportunityStatusType, ValuePeriod
from tests.support.acme import (
    ADMIN,
    CUSTOMER,
    DEMO_COMPLETED,
    LEAD,
    LEAD_CREATED,
    MEMBER,
    OPPORTUNITY,
    OPPORTUNITY_ADDED,
    POTENTIAL,
    QUALIFIED,
    UNKNOWN,
    WON,
    YESTERDAY,
    thing,
)
from tests.support.given import given


def test_a_change_is_logged_by_ids() -> None:
    log = LogLeadStatusChange(lead_id=LEAD, old_status_id=POTENTIAL, new_status_id=CUSTOMER, occurred_at=YESTERDAY)
    given(LEAD_CREATED).when(log).then(
        StatusChangeLogged(
            user_id=ADMIN,
            before_id=POTENTIAL,
            before_label="Potential",
            after_id=CUSTOMER,
            after_label="Customer",
            occurred_at=YESTERDAY,
        )
    )


def test_labels_are_those_of_then() -> None:
    log = LogLeadStatusChange(
        lead_id=LEAD,
        old_status_id=POTENTIAL,
        old_status_label="Cold",
        new_status_id=CUSTOMER,
        new_status_label="Signed",
        user_id=MEMBER,
    )
    logged = given(LEAD_CREATED).when(log).only
    assert (logged.before_label, logged.after_label, logged.user_id) == ("Cold", "Signed", MEMBER)


def test_a_label_alone_finds_its_status_and_an_old_one_without_a_status_is_kept() -> None:
    log = LogLeadStatusChange(lead_id=LEAD, old_status_label=" Cold ", new_status_label="CUSTOMER", user_id=None)
    given(LEAD_CREATED).when(log).then(
        StatusChangeLogged(before_label="Cold", after_id=CUSTOMER, after_label="CUSTOMER")
    )
    known = LogLeadStatusChange(lead_id=LEAD, old_status_label="potential", new_status_id=CUSTOMER)
    assert given(LEAD_CREATED).when(known).only.before_id == POTENTIAL


def test_nothing_need_be_known_of_the_old_status() -> None:
    logged = given(LEAD_CREATED).when(LogLeadStatusChange(lead_id=LEAD, new_status_id=CUSTOMER)).only
    assert (logged.before_id, logged.before_label) == (None, None)


def test_a_status_that_was_deleted_can_be_named() -> None:
    gone = LeadStatusDeleted(status_id=QUALIFIED, label="Qualified")
    log = LogLeadStatusChange(lead_id=LEAD, old_status_id=QUALIFIED, new_status_label="Qualified")
    logged = given(LEAD_CREATED, gone).when(log).only
    assert (logged.before_label, logged.after_id) == ("Qualified", QUALIFIED)


@pytest.mark.parametrize(
    ("change", "refusal", "path"),
    [
        ({}, NewStatusMissing, "new_status_id"),
        ({"new_status_label": " "}, NewStatusMissing, "new_status_id"),
        ({"new_status_label": "Warm"}, StatusLabelNotFound, "new_status_label"),
        ({"new_status_label": "x" * 501}, TextTooLong, "new_status_label"),
        ({"new_status_id": StatusId(UNKNOWN)}, StatusNotFound, "new_status_id"),
        ({"new_status_id": WON}, StatusNotFound, "new_status_id"),
        ({"new_status_id": CUSTOMER, "old_status_id": StatusId(UNKNOWN)}, StatusNotFound, "old_status_id"),
        ({"new_status_id": CUSTOMER, "user_id": UserId(UNKNOWN)}, UserNotFound, "user_id"),
    ],
)
def test_what_cannot_be_is_refused(change: dict[str, Any], refusal: type[Refusal], path: str) -> None:
    given(LEAD_CREATED).when(LogLeadStatusChange(lead_id=LEAD, **change)).then_refused(refusal, path)


def test_an_opportunity_s_change_has_what_it_was_worth() -> None:
    log = LogOpportunityStatusChange(
        opportunity_id=OPPORTUNITY,
        old_status_label="Contacted",
        new_status_id=WON,
        new_status_label="Closed",
        value=Decimal(7),
        value_period=ValuePeriod.ANNUAL,
        confidence=100,
        user_id=None,
        occurred_at=YESTERDAY,
    )
    given(LEAD_CREATED, OPPORTUNITY_ADDED).when(log).then(
        OpportunityStatusChangeLogged(
            opportunity_id=OPPORTUNITY,
            before_label="Contacted",
            after_id=WON,
            after_label="Closed",
            after_type=OpportunityStatusType.WON,
            value=Decimal(7),
            value_period=ValuePeriod.ANNUAL,
            confidence=100,
            occurred_at=YESTERDAY,
        )
    )


def test_what_is_not_said_of_an_opportunity_is_as_it_is_now() -> None:
    log = LogOpportunityStatusChange(
        opportunity_id=OPPORTUNITY, old_status_id=DEMO_COMPLETED, new_status_label="proposal sent"
    )
    logged = given(LEAD_CREATED, OPPORTUNITY_ADDED).when(log).only
    assert (logged.value, logged.value_period, logged.confidence) == (Decimal("1200.50"), ValuePeriod.ONE_TIME, 50)
    assert (logged.before_label, logged.before_type) == ("Demo Completed", OpportunityStatusType.ACTIVE)
    unknown = LogOpportunityStatusChange(opportunity_id=OPPORTUNITY, new_status_id=WON, value=None)
    assert given(LEAD_CREATED, OPPORTUNITY_ADDED).when(unknown).only.value is None


def test_a_label_is_looked_for_in_the_opportunity_s_pipeline_first() -> None:
    other = PipelineCreated(pipeline_id=thing(70), name="Renewals")  # type: ignore[arg-type]
    twin = OpportunityStatusCreated(
        status_id=StatusId(thing(71)),
        pipeline_id=other.pipeline_id,
        label="Won",
        type=OpportunityStatusType.WON,
    )
    log = LogOpportunityStatusChange(opportunity_id=OPPORTUNITY, new_status_label="Won")
    assert given(other, twin, LEAD_CREATED, OPPORTUNITY_ADDED).when(log).only.after_id == WON


@pytest.mark.parametrize(
    ("change", "refusal", "path"),
    [
        ({}, NewStatusMissing, "new_status_id"),
        ({"new_status_label": "Warm"}, StageLabelNotFound, "new_status_label"),
        ({"new_status_id": CUSTOMER}, OpportunityStatusNotFound, "new_status_id"),
        ({"new_status_id": WON, "old_status_id": CUSTOMER}, OpportunityStatusNotFound, "old_status_id"),
        ({"new_status_id": WON, "value": Decimal(-1)}, OutOfRange, "value"),
        ({"new_status_id": WON, "confidence": 101}, OutOfRange, "confidence"),
    ],
)
def test_what_cannot_be_of_an_opportunity_is_refused(change: dict[str, Any], refusal: type[Refusal], path: str) -> None:
    log = LogOpportunityStatusChange(opportunity_id=OPPORTUNITY, **change)
    given(LEAD_CREATED, OPPORTUNITY_ADDED).when(log).then_refused(refusal, path)


def test_an_opportunity_that_is_not_there_has_no_changes() -> None:
    log = LogOpportunityStatusChange(opportunity_id=OpportunityId(UNKNOWN), new_status_id=WON)
    given(LEAD_CREATED, OPPORTUNITY_ADDED).when(log).then_refused(OpportunityNotFound, "opportunity_id")


def test_no_open_form_is_in_the_way_of_a_history() -> None:
    logged = StatusChangeLogged(after_id=CUSTOMER, after_label="Customer")
    assert logged.touched == frozenset()
