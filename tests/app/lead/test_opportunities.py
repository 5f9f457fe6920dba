"""Adding opportunities: their stage, owner and contact."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from app.ids import ContactId, OpportunityId, PipelineId, StatusId
from app.lead.opportunities import OPPORTUNITIES_MAX, AddOpportunity, OpportunityAdded
from app.lead.refusals import ContactNotFound, OutOfRange, TooManyOpportunities
from app.organization.pipelines import OpportunityStatusCreated, PipelineCreated
from app.organization.refusals import (
    OpportunityStatusNotFound,
    PipelineNotFound,
    StatusOfAnotherPipeline,
    UserNotFound,
)
from app.situation import Actor
from app.text import TextTooLong
from app.vocabulary import OpportunityStatusType, ValuePeriod
from tests.support.acme import (
    ADMIN,
    BY_ADMIN,
    BY_MEMBER,
    BY_SYSTEM,
    CONTACT,
    CONTACT_ADDED,
    DEMO_COMPLETED,
    LEAD,
    LEAD_CREATED,
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
from tests.support.given import Outcome, given

ADD = AddOpportunity(lead_id=LEAD, opportunity_id=OPPORTUNITY)
RENEWALS = PipelineId(thing(80))
RENEWED = StatusId(thing(81))
SECOND_PIPELINE = (
    PipelineCreated(pipeline_id=RENEWALS, name="Renewals"),
    OpportunityStatusCreated(status_id=RENEWED, pipeline_id=RENEWALS, label="Renewed", type=OpportunityStatusType.WON),
)


def adding(command: AddOpportunity, by: Actor = BY_ADMIN) -> Outcome:
    return given(LEAD_CREATED, CONTACT_ADDED, *SECOND_PIPELINE).when(command, by=by)


def added(command: AddOpportunity, by: Actor = BY_ADMIN) -> OpportunityAdded:
    event: OpportunityAdded = adding(command, by).only
    return event


def test_an_opportunity_needs_nothing_but_its_lead() -> None:
    adding(ADD).then(
        OpportunityAdded(
            opportunity_id=OPPORTUNITY,
            user_id=ADMIN,
            status_id=DEMO_COMPLETED,
            status_label="Demo Completed",
            status_type=OpportunityStatusType.ACTIVE,
            confidence=50,
        )
    )


def test_an_opportunity_is_added_with_all_its_details() -> None:
    command = AddOpportunity(
        lead_id=LEAD,
        opportunity_id=OPPORTUNITY,
        contact_id=CONTACT,
        user_id=MEMBER,
        status_id=PROPOSAL_SENT,
        pipeline_id=PIPELINE,
        value=Decimal("99.90"),
        value_period=ValuePeriod.MONTHLY,
        confidence=75,
        note="Wants a discount",
        date_won=date(2026, 6, 30),
    )
    adding(command).then(
        OpportunityAdded(
            opportunity_id=OPPORTUNITY,
            contact_id=CONTACT,
            user_id=MEMBER,
            status_id=PROPOSAL_SENT,
            status_label="Proposal Sent",
            status_type=OpportunityStatusType.ACTIVE,
            value=Decimal("99.90"),
            value_period=ValuePeriod.MONTHLY,
            confidence=75,
            note="Wants a discount",
            date_won=date(2026, 6, 30),
        )
    )


def test_a_pipeline_alone_means_its_first_status() -> None:
    assert added(replace(ADD, pipeline_id=RENEWALS)).status_id == RENEWED


def test_a_status_alone_may_be_of_any_pipeline() -> None:
    assert added(replace(ADD, status_id=RENEWED)).status_id == RENEWED


def test_a_status_of_another_pipeline_is_refused() -> None:
    adding(replace(ADD, status_id=RENEWED, pipeline_id=PIPELINE)).then_refused(StatusOfAnotherPipeline, "status_id")


def test_an_unknown_status_is_refused() -> None:
    adding(replace(ADD, status_id=StatusId(UNKNOWN))).then_refused(OpportunityStatusNotFound, "status_id")


def test_an_unknown_pipeline_is_refused() -> None:
    adding(replace(ADD, pipeline_id=PipelineId(UNKNOWN))).then_refused(PipelineNotFound, "pipeline_id")


def test_a_known_status_in_an_unknown_pipeline_is_one_refusal() -> None:
    command = replace(ADD, pipeline_id=PipelineId(UNKNOWN), status_id=RENEWED)
    adding(command).then_refused(PipelineNotFound, "pipeline_id")


def test_the_label_is_that_of_the_moment() -> None:
    assert added(replace(ADD, status_id=WON)).status_label == "Won"


def test_an_opportunity_is_its_adders_unless_said_otherwise() -> None:
    assert added(ADD, by=BY_MEMBER).user_id == MEMBER


def test_an_opportunity_may_be_nobodys() -> None:
    assert added(replace(ADD, user_id=None)).user_id is None


def test_the_systems_opportunity_is_nobodys() -> None:
    assert added(ADD, by=BY_SYSTEM).user_id is None


def test_a_user_of_elsewhere_is_refused() -> None:
    adding(replace(ADD, user_id=STRANGER)).then_refused(UserNotFound, "user_id")


def test_a_contact_of_another_lead_is_refused() -> None:
    adding(replace(ADD, contact_id=ContactId(UNKNOWN))).then_refused(ContactNotFound, "contact_id")


def test_a_blank_note_is_none() -> None:
    assert added(replace(ADD, note=" ")).note is None


def test_a_lead_has_only_so_many_opportunities() -> None:
    full = [
        OpportunityAdded(
            opportunity_id=OpportunityId(thing(2_000 + number)),
            status_id=DEMO_COMPLETED,
            status_label="Demo Completed",
            status_type=OpportunityStatusType.ACTIVE,
            confidence=50,
        )
        for number in range(OPPORTUNITIES_MAX)
    ]
    given(LEAD_CREATED, *full).when(ADD).then_refused(TooManyOpportunities, limit=1000)


def test_a_second_opportunity_stands_beside_the_first() -> None:
    other = OpportunityId(thing(71))
    assert given(LEAD_CREATED, OPPORTUNITY_ADDED).when(replace(ADD, opportunity_id=other)).only.entity_id == other


def test_independent_refusals_of_one_opportunity_come_together() -> None:
    command = AddOpportunity(
        lead_id=LEAD,
        contact_id=ContactId(UNKNOWN),
        user_id=STRANGER,
        status_id=StatusId(UNKNOWN),
        pipeline_id=PipelineId(UNKNOWN),
        value=Decimal(-1),
        confidence=200,
        note="x" * 100_001,
    )
    adding(command).then_refused_all(
        (ContactNotFound, "contact_id"),
        (UserNotFound, "user_id"),
        (OpportunityStatusNotFound, "status_id"),
        (PipelineNotFound, "pipeline_id"),
        (OutOfRange, "value"),
        (OutOfRange, "confidence"),
        (TextTooLong, "note"),
    )
