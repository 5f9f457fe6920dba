"""What an opportunity is worth, how likely it is, and when it was won or lost."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from app.ids import StatusId
from app.lead.opportunities import AddOpportunity, OpportunityAdded
from app.lead.refusals import OutOfRange, TooPrecise
from app.situation import Actor
from tests.support.acme import (
    BY_ADMIN,
    BY_MEMBER,
    BY_SYSTEM,
    DEMO_COMPLETED,
    LEAD,
    LEAD_CREATED,
    LOST,
    OPPORTUNITY,
    WON,
)
from tests.support.given import Outcome, given

ADD = AddOpportunity(lead_id=LEAD, opportunity_id=OPPORTUNITY)


def adding(command: AddOpportunity, by: Actor = BY_ADMIN) -> Outcome:
    return given(LEAD_CREATED).when(command, by=by)


def added(command: AddOpportunity, by: Actor = BY_ADMIN) -> OpportunityAdded:
    event: OpportunityAdded = adding(command, by).only
    return event


@pytest.mark.parametrize(("status", "confidence"), [(DEMO_COMPLETED, 50), (WON, 100), (LOST, 0)])
def test_the_usual_confidence_follows_the_status(status: StatusId, confidence: int) -> None:
    assert added(replace(ADD, status_id=status)).confidence == confidence


@pytest.mark.parametrize("confidence", [0, 100])
def test_a_given_confidence_counts_more(confidence: int) -> None:
    assert added(replace(ADD, status_id=WON, confidence=confidence)).confidence == confidence


@pytest.mark.parametrize("confidence", [-1, 101])
def test_a_confidence_beyond_its_bounds_is_refused(confidence: int) -> None:
    command = replace(ADD, confidence=confidence)
    adding(command).then_refused(OutOfRange, "confidence", value=confidence, least=0, most=100)


def test_what_is_won_is_won_today_in_the_users_time_zone() -> None:
    assert added(replace(ADD, status_id=WON), by=BY_ADMIN).date_won == date(2026, 4, 1)


def test_today_is_another_day_for_a_user_elsewhere() -> None:
    assert added(replace(ADD, status_id=WON), by=BY_MEMBER).date_won == date(2026, 3, 31)


def test_for_the_system_today_is_that_of_the_organization() -> None:
    assert added(replace(ADD, status_id=WON), by=BY_SYSTEM).date_won == date(2026, 4, 1)


def test_a_given_day_of_winning_counts_more() -> None:
    assert added(replace(ADD, status_id=WON, date_won=date(2025, 12, 24))).date_won == date(2025, 12, 24)


def test_what_is_lost_is_lost_today() -> None:
    event = added(replace(ADD, status_id=LOST), by=BY_MEMBER)
    assert (event.date_won, event.date_lost) == (None, date(2026, 3, 31))


@pytest.mark.parametrize(
    "value", ["0", "0.0001", "1200.50", "999999999999999.9999", "1000000000000000.01", "1000000000000000000"]
)
def test_a_value_is_kept_exactly(value: str) -> None:
    assert str(added(replace(ADD, value=Decimal(value))).value) == value


@pytest.mark.parametrize(
    ("value", "kept"), [("1E+3", "1000"), ("1E15", "1000000000000000"), ("0E+9999", "0"), ("-0.00", "0.00")]
)
def test_a_value_is_kept_in_plain_digits(value: str, kept: str) -> None:
    assert str(added(replace(ADD, value=Decimal(value))).value) == kept


@pytest.mark.parametrize(
    "value", ["-0.01", "1000000000000000000.0001", "1E+999999", "NaN", "-NaN", "sNaN", "Infinity", "-Infinity"]
)
def test_a_value_that_is_no_amount_is_refused(value: str) -> None:
    command = replace(ADD, value=Decimal(value))
    adding(command).then_refused(OutOfRange, "value", value=value, least="0", most="1000000000000000000")


def test_a_value_finer_than_any_currency_is_refused() -> None:
    adding(replace(ADD, value=Decimal("0.00001"))).then_refused(TooPrecise, "value", value="0.00001", digits=4)


def test_a_refused_value_is_not_repeated_without_end() -> None:
    (refusal,) = adding(replace(ADD, value=Decimal("9" * 5_000))).refusals
    assert len(refusal.message) < 400
