"""Changing opportunities: one fact for each thing that differs, and what entering a stage brings with it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from app.ids import ContactId, CustomFieldId, OpportunityId, PipelineId, StatusId
from app.lead.custom_values import CustomValue, CustomValueChanged, ValueChange
from app.lead.opportunity_changes import RemoveOpportunity, UpdateOpportunity
from app.lead.opportunity_events import (
    OpportunityCloseDateChanged,
    OpportunityConfidenceChanged,
    OpportunityContactChanged,
    OpportunityLossDateChanged,
    OpportunityNoteChanged,
    OpportunityOwnerChanged,
    OpportunityRemoved,
    OpportunityStatusChanged,
    OpportunityValueChanged,
    Worth,
)
from app.lead.refusals import ContactNotFound, NotAChoice, OpportunityNotFound, OutOfRange, TooPrecise
from app.organization.custom_fields import CustomFieldCreated
from app.organization.pipelines import OpportunityStatusCreated, OpportunityStatusDeleted, PipelineCreated
from app.organization.refusals import (
    OpportunityStatusNotFound,
    PipelineNotFound,
    StatusOfAnotherPipeline,
    UserNotFound,
)
from app.text import NulCharacter, Required
from app.vocabulary import CustomFieldTarget, CustomFieldType, OpportunityStatusType, ValuePeriod
from tests.support.acme import (
    ADMIN,
    BY_MEMBER,
    BY_SYSTEM,
    CALL,
    CALL_LOGGED,
    CONTACT,
    CONTACT_ADDED,
    DEMO_COMPLETED,
    LEAD_CREATED,
    LOST,
    MEMBER,
    OPPORTUNITY,
    OPPORTUNITY_ADDED,
    PIPELINE,
    PROPOSAL_SENT,
    STRANGER,
    UNKNOWN,
    WON,
    thing,
)
from tests.support.given import Given, fact_id, given

ID: dict[str, Any] = {"opportunity_id": OPPORTUNITY}
UPDATE = UpdateOpportunity(**ID)
REMOVE = RemoveOpportunity(**ID)
RENEWALS = PipelineId(thing(80))
RENEWED = StatusId(thing(81))
SECOND_PIPELINE = (
    PipelineCreated(pipeline_id=RENEWALS, name="Renewals"),
    OpportunityStatusCreated(status_id=RENEWED, pipeline_id=RENEWALS, label="Renewed", type=OpportunityStatusType.WON),
)
TIER = CustomFieldId(thing(82))
TIER_CREATED = CustomFieldCreated(
    field_id=TIER,
    target=CustomFieldTarget.OPPORTUNITY,
    name="Tier",
    type=CustomFieldType.CHOICES,
    choices=("Gold", "Silver"),
)
MARCH, APRIL = date(2026, 3, 31), date(2026, 4, 1)
LABELS = {DEMO_COMPLETED: "Demo Completed", PROPOSAL_SENT: "Proposal Sent", WON: "Won", LOST: "Lost"}
TYPES = {WON: OpportunityStatusType.WON, LOST: OpportunityStatusType.LOST}


def offered(**fields: Any) -> Given:
    """There is an opportunity, with other values in some fields."""
    added = msgspec.structs.replace(OPPORTUNITY_ADDED, **fields)
    return given(*SECOND_PIPELINE, TIER_CREATED, LEAD_CREATED, CONTACT_ADDED, added)


def moved(before: StatusId, after: StatusId, **fields: Any) -> OpportunityStatusChanged:
    usual: dict[str, Any] = {"value": Decimal("1200.50"), "value_period": ValuePeriod.ONE_TIME, "confidence": 50}
    return OpportunityStatusChanged(
        **ID,
        before_id=before,
        before_label=LABELS[before],
        before_type=TYPES.get(before, OpportunityStatusType.ACTIVE),
        after_id=after,
        after_label=LABELS[after],
        after_type=TYPES.get(after, OpportunityStatusType.ACTIVE),
        **{**usual, **fields},
    )


def worth(value: str | None, period: ValuePeriod = ValuePeriod.ONE_TIME) -> Worth:
    return Worth(value=None if value is None else Decimal(value), period=period)


def close_date(before: date | None, after: date | None) -> OpportunityCloseDateChanged:
    return OpportunityCloseDateChanged(**ID, before=before, after=after)


def test_nothing_given_is_nothing_to_do() -> None:
    offered().when(UPDATE).then()


def test_what_it_is_already_is_nothing_to_do() -> None:
    same = replace(
        UPDATE,
        status_id=DEMO_COMPLETED,
        user_id=ADMIN,
        value=Decimal("1200.500"),
        confidence=50,
        note=" ",
        date_won=None,
    )
    offered().when(same).then()


@pytest.mark.parametrize(
    ("given_fields", "fact"),
    [
        ({"value": Decimal(7)}, OpportunityValueChanged(**ID, before=worth("1200.50"), after=worth("7"))),
        ({"value": None}, OpportunityValueChanged(**ID, before=worth("1200.50"), after=worth(None))),
        (
            {"value_period": ValuePeriod.MONTHLY},
            OpportunityValueChanged(**ID, before=worth("1200.50"), after=worth("1200.50", ValuePeriod.MONTHLY)),
        ),
        ({"confidence": 0}, OpportunityConfidenceChanged(**ID, before=50, after=0)),
        ({"note": "Wants it\n now"}, OpportunityNoteChanged(**ID, after="Wants it\n now")),
        ({"user_id": MEMBER}, OpportunityOwnerChanged(**ID, before=ADMIN, after=MEMBER)),
        ({"user_id": None}, OpportunityOwnerChanged(**ID, before=ADMIN)),
        ({"contact_id": CONTACT}, OpportunityContactChanged(**ID, after=CONTACT)),
        ({"date_won": MARCH}, OpportunityCloseDateChanged(**ID, after=MARCH)),
        ({"date_lost": MARCH}, OpportunityLossDateChanged(**ID, after=MARCH)),
        ({"status_id": PROPOSAL_SENT}, moved(DEMO_COMPLETED, PROPOSAL_SENT)),
    ],
    ids=str,
)
def test_each_thing_that_differs_is_a_fact_of_its_own(given_fields: dict[str, Any], fact: Any) -> None:
    offered().when(replace(UPDATE, **given_fields)).then(fact)


@pytest.mark.parametrize("field", ["note", "contact_id", "user_id", "date_won", "date_lost", "value"])
def test_null_clears_what_can_be_empty(field: str) -> None:
    full = offered(note="a", contact_id=CONTACT, date_won=MARCH, date_lost=MARCH)
    cleared: dict[str, Any] = {field: None}
    after = full.when(replace(UPDATE, **cleared)).only.after
    assert after == (worth(None) if field == "value" else None)


@pytest.mark.parametrize("field", ["status_id", "pipeline_id", "confidence"])
def test_null_for_what_cannot_be_empty_is_refused(field: str) -> None:
    cleared: dict[str, Any] = {field: None}
    offered().when(replace(UPDATE, **cleared)).then_refused(Required, field)


def test_null_for_the_period_is_once() -> None:
    after = offered(value_period=ValuePeriod.ANNUAL).when(replace(UPDATE, value_period=None)).only.after
    assert after.period is ValuePeriod.ONE_TIME


# ---------------------------------------------------------------- stages


def test_a_new_stage_tells_of_value_and_confidence_as_the_same_input_leaves_them() -> None:
    update = replace(UPDATE, status_id=PROPOSAL_SENT, value=Decimal(9), confidence=80, contact_id=CONTACT)
    offered().when(update).then(
        OpportunityValueChanged(**ID, before=worth("1200.50"), after=worth("9")),
        OpportunityConfidenceChanged(**ID, before=50, after=80),
        OpportunityContactChanged(**ID, after=CONTACT),
        moved(DEMO_COMPLETED, PROPOSAL_SENT, value=Decimal(9), confidence=80, contact_id=CONTACT),
    )


@pytest.mark.parametrize("stage", [WON, LOST])
def test_a_new_stage_leaves_the_confidence_as_it_is(stage: StatusId) -> None:
    decided = offered().when(replace(UPDATE, status_id=stage)).decided
    assert [type(event) for event in decided if isinstance(event, OpportunityConfidenceChanged)] == []


def test_a_pipeline_alone_means_its_first_stage() -> None:
    decided = offered().when(replace(UPDATE, pipeline_id=RENEWALS)).decided
    assert [getattr(event, "after_id", None) for event in decided] == [RENEWED, None]


def test_the_pipeline_that_it_is_in_keeps_its_stage() -> None:
    offered(status_id=PROPOSAL_SENT).when(replace(UPDATE, pipeline_id=PIPELINE)).then()


def test_a_stage_of_another_pipeline_than_the_one_given_is_refused() -> None:
    update = replace(UPDATE, status_id=RENEWED, pipeline_id=PIPELINE)
    offered().when(update).then_refused(StatusOfAnotherPipeline, "status_id")


# ---------------------------------------------------------------- when it was won, and lost


# The last evening of March in New York, the first of April in Berlin.
@pytest.mark.parametrize(("by", "today"), [(BY_MEMBER, MARCH), (BY_SYSTEM, APRIL)])
def test_winning_fills_the_date_with_today_where_the_actor_is(by: Any, today: date) -> None:
    offered().when(replace(UPDATE, status_id=WON), by=by).then(moved(DEMO_COMPLETED, WON), close_date(None, today))


def test_a_date_given_with_the_win_counts() -> None:
    update = replace(UPDATE, status_id=WON, date_won=date(2026, 1, 2))
    offered(date_won=MARCH).when(update).then(moved(DEMO_COMPLETED, WON), close_date(MARCH, date(2026, 1, 2)))


def test_null_given_with_the_win_is_no_date() -> None:
    offered(date_won=MARCH).when(replace(UPDATE, status_id=WON, date_won=None)).then(
        moved(DEMO_COMPLETED, WON), close_date(MARCH, None)
    )


def test_a_date_that_stands_there_is_kept_on_winning() -> None:
    offered(date_won=MARCH).when(replace(UPDATE, status_id=WON)).then(moved(DEMO_COMPLETED, WON))


@pytest.mark.parametrize("stage", [DEMO_COMPLETED, LOST])
def test_leaving_the_won_stage_keeps_the_date(stage: StatusId) -> None:
    decided = offered(status_id=WON, date_won=MARCH).when(replace(UPDATE, status_id=stage)).decided
    assert not [event for event in decided if isinstance(event, OpportunityCloseDateChanged)]


def test_winning_again_keeps_the_first_day() -> None:
    first, away = moved(DEMO_COMPLETED, WON), moved(WON, PROPOSAL_SENT)
    given(LEAD_CREATED, OPPORTUNITY_ADDED, first, close_date(None, MARCH), away).when(
        replace(UPDATE, status_id=WON)
    ).then(moved(PROPOSAL_SENT, WON))


def test_losing_fills_the_other_date_and_keeps_it_on_leaving() -> None:
    lost = OpportunityLossDateChanged(**ID, after=APRIL)
    offered(date_won=MARCH).when(replace(UPDATE, status_id=LOST)).then(moved(DEMO_COMPLETED, LOST), lost)
    offered(status_id=LOST, date_lost=MARCH).when(replace(UPDATE, status_id=PROPOSAL_SENT)).then(
        moved(LOST, PROPOSAL_SENT)
    )


# ---------------------------------------------------------------- refusals


@pytest.mark.parametrize("value", ["-0.01", "NaN", "Infinity", "-Infinity", "1E+400", "1000000000000000000.01"])
def test_a_value_out_of_range_is_refused_by_name(value: str) -> None:
    offered().when(replace(UPDATE, value=Decimal(value))).then_refused(OutOfRange, "value")


def test_a_value_finer_than_any_currency_is_refused() -> None:
    offered().when(replace(UPDATE, value=Decimal("0.00001"))).then_refused(TooPrecise, "value")


def test_a_value_is_exact_to_the_cent() -> None:
    after = offered().when(replace(UPDATE, value=Decimal("999999999999999.99"))).only.after
    assert str(after.value) == "999999999999999.99"


@pytest.mark.parametrize(
    ("given_fields", "refusal", "path"),
    [
        ({"status_id": StatusId(UNKNOWN)}, OpportunityStatusNotFound, "status_id"),
        ({"pipeline_id": PipelineId(UNKNOWN)}, PipelineNotFound, "pipeline_id"),
        ({"contact_id": ContactId(UNKNOWN)}, ContactNotFound, "contact_id"),
        ({"user_id": STRANGER}, UserNotFound, "user_id"),
        ({"confidence": 101}, OutOfRange, "confidence"),
        ({"note": "\0"}, NulCharacter, "note"),
    ],
)
def test_what_cannot_be_is_refused(given_fields: dict[str, Any], refusal: Any, path: str) -> None:
    offered().when(replace(UPDATE, **given_fields)).then_refused(refusal, path)


def test_independent_refusals_come_together() -> None:
    wrong = replace(
        UPDATE,
        status_id=StatusId(UNKNOWN),
        user_id=STRANGER,
        value=Decimal(-1),
        confidence=None,
        contact_id=ContactId(UNKNOWN),
    )
    offered().when(wrong).then_refused_all(
        (OpportunityStatusNotFound, "status_id"),
        (UserNotFound, "user_id"),
        (OutOfRange, "value"),
        (Required, "confidence"),
        (ContactNotFound, "contact_id"),
    )


@pytest.mark.parametrize("command", [UPDATE, REMOVE])
def test_there_must_be_such_an_opportunity(command: Any) -> None:
    given(LEAD_CREATED).when(command).then_refused(OpportunityNotFound, "opportunity_id")
    call = replace(command, opportunity_id=OpportunityId(CALL))
    given(LEAD_CREATED, CALL_LOGGED).when(call).then_refused(OpportunityNotFound, "opportunity_id")
    entry = replace(command, opportunity_id=OpportunityId(fact_id(3)))
    given(LEAD_CREATED, OPPORTUNITY_ADDED, moved(DEMO_COMPLETED, WON)).when(entry).then_refused(
        OpportunityNotFound, "opportunity_id"
    )
    given(LEAD_CREATED, OPPORTUNITY_ADDED, OpportunityRemoved(**ID)).when(command).then_refused(
        OpportunityNotFound, "opportunity_id"
    )


# ---------------------------------------------------------------- a contact that is gone, custom values, removal


def test_one_whose_contact_is_gone_can_still_be_changed() -> None:
    added = msgspec.structs.replace(OPPORTUNITY_ADDED, contact_id=ContactId(UNKNOWN))
    lead = given(LEAD_CREATED, added)
    lead.when(replace(UPDATE, confidence=1)).then(OpportunityConfidenceChanged(**ID, before=50, after=1))
    assert lead.when(replace(UPDATE, status_id=PROPOSAL_SENT)).only.contact_id is None


def test_a_stage_that_there_is_no_more_is_left_without_its_label() -> None:
    changed = offered(status_id=StatusId(UNKNOWN)).when(replace(UPDATE, status_id=PROPOSAL_SENT)).only
    assert (changed.before_id, changed.before_label, changed.before_type) == (UNKNOWN, None, None)


def test_custom_values_change_with_it() -> None:
    update = replace(UPDATE, confidence=1, custom_fields=(ValueChange(field_id=TIER, set="Gold"),))
    changed = CustomValueChanged(
        target=CustomFieldTarget.OPPORTUNITY, owner_id=OPPORTUNITY, field_id=TIER, after=("Gold",)
    )
    offered().when(update).then(OpportunityConfidenceChanged(**ID, before=50, after=1), changed)
    wrong = replace(UPDATE, custom_fields=(ValueChange(field_id=TIER, set="Tin"),))
    offered().when(wrong).then_refused(NotAChoice, "custom_fields.0.set")


def test_its_custom_values_go_with_it() -> None:
    values = (CustomValue(field_id=TIER, values=("Gold",)),)
    offered(custom_values=values).when(REMOVE).then(OpportunityRemoved(**ID, custom_values=values))


def test_an_input_writes_what_it_gives() -> None:
    update = replace(UPDATE, pipeline_id=PIPELINE, value=None, date_won=MARCH)
    assert update.writes == {f"{OPPORTUNITY}.{part}" for part in ("status", "value", "date_won")}
    assert UPDATE.writes == frozenset()
    assert moved(DEMO_COMPLETED, WON).touched == {f"{OPPORTUNITY}.status"}


def test_one_in_a_deleted_stage_says_which_it_leaves() -> None:
    deleted = OpportunityStatusDeleted(status_id=DEMO_COMPLETED, label="Demo Completed")
    there = given(LEAD_CREATED, CONTACT_ADDED, OPPORTUNITY_ADDED, deleted)
    there.when(replace(UPDATE, status_id=PROPOSAL_SENT)).then(moved(DEMO_COMPLETED, PROPOSAL_SENT))
