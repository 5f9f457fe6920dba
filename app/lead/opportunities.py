"""Opportunities: what might be sold to a lead, for how much, how likely, and when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar
from zoneinfo import ZoneInfo

import msgspec
from msgspec import UNSET, UnsetType

from app.ids import ContactId, CustomFieldId, LeadId, OpportunityId, PipelineId, StatusId, UserId, uuid7
from app.lead.contacts import known_contact
from app.lead.custom_values import CustomValue, Owner, ValueChange, new_values
from app.lead.event import LeadEvent
from app.lead.owners import owner
from app.lead.refusals import OutOfRange, TooManyOpportunities, TooPrecise
from app.organization.refusals import (
    OpportunityStatusNotFound,
    PipelineEmpty,
    PipelineNotFound,
    StatusOfAnotherPipeline,
)
from app.organization.visibility import Values
from app.situation import Situation
from app.text import Problems
from app.vocabulary import CustomFieldTarget, OpportunityStatusType, ValuePeriod

if TYPE_CHECKING:
    from app.lead.lead import Lead
    from app.organization.organization import Organization
    from app.organization.pipelines import OpportunityStatus

OPPORTUNITIES_MAX = 1_000  # of one lead; the state for decisions holds them all
VALUE_MAX = Decimal(10) ** 18  # in the organization's currency
VALUE_DIGITS = 4  # after the point; no currency counts finer
USUAL_CONFIDENCE = {
    OpportunityStatusType.ACTIVE: 50,
    OpportunityStatusType.WON: 100,
    OpportunityStatusType.LOST: 0,
}


class Opportunity(msgspec.Struct, frozen=True, kw_only=True):
    """What decisions need of an opportunity."""

    status_id: StatusId
    contact_id: ContactId | None = None
    user_id: UserId | None = None
    value: Decimal | None = None
    value_period: ValuePeriod = ValuePeriod.ONE_TIME
    confidence: int = 0
    note: str | None = None
    date_won: date | None = None
    date_lost: date | None = None
    custom: dict[CustomFieldId, Values] = {}


class OpportunityAdded(LeadEvent, frozen=True, kw_only=True, tag="lead.opportunity_added"):
    """`value` is exact, in the organization's currency; `confidence` is 0 to 100."""

    entity: ClassVar[str | None] = "opportunity_id"

    opportunity_id: OpportunityId
    contact_id: ContactId | None = None
    user_id: UserId | None = None
    status_id: StatusId
    status_label: str
    status_type: OpportunityStatusType
    value: Decimal | None = None
    value_period: ValuePeriod = ValuePeriod.ONE_TIME
    confidence: int
    note: str | None = None
    date_won: date | None = None
    date_lost: date | None = None
    custom_values: tuple[CustomValue, ...] = ()


@dataclass(frozen=True, kw_only=True)
class AddOpportunity:
    """Give a status, a pipeline (its first status is taken) or neither (the first of the first pipeline)."""

    produces: ClassVar[dict[str, str]] = {"lead": "lead_id", "opportunity": "opportunity_id"}

    lead_id: LeadId
    contact_id: ContactId | None = None
    user_id: UserId | UnsetType | None = UNSET
    status_id: StatusId | None = None
    pipeline_id: PipelineId | None = None
    value: Decimal | None = None
    value_period: ValuePeriod = ValuePeriod.ONE_TIME
    confidence: int | None = None
    note: str | None = None
    date_won: date | None = None
    custom_fields: tuple[ValueChange, ...] = ()
    opportunity_id: OpportunityId = field(default_factory=lambda: OpportunityId(uuid7()))

    def decide(self, lead: Lead, at: Situation) -> Sequence[LeadEvent]:
        """Decide the opportunity; won and lost ones get today's date in the actor's time zone.

        Raises:
            TooManyOpportunities, ContactNotFound, UserNotFound, OpportunityStatusNotFound, PipelineNotFound,
            PipelineEmpty, StatusOfAnotherPipeline, OutOfRange, TooPrecise
        """
        if len(lead.opportunities) >= OPPORTUNITIES_MAX:
            raise TooManyOpportunities(limit=OPPORTUNITIES_MAX)
        problems = Problems()
        status = chosen_stage(self.status_id, self.pipeline_id, at.organization, problems)
        user_id = owner(self.user_id, at, problems, "user_id")
        contact_id = known_contact(self.contact_id, lead, problems)
        value = kept_value(self.value, problems)
        confidence = kept_confidence(self.confidence, problems)
        note = problems.text(self.note, "note")
        owned = Owner(target=CustomFieldTarget.OPPORTUNITY, id=self.opportunity_id, contacts=lead.contacts)
        custom_values = new_values(self.custom_fields, owned, at, problems, "custom_fields")
        problems.stop_if_any()
        assert status is not None
        today = today_of(at)
        return (
            OpportunityAdded(
                opportunity_id=self.opportunity_id,
                contact_id=contact_id,
                user_id=user_id,
                status_id=status.id,
                status_label=status.label,
                status_type=status.type,
                value=value,
                value_period=self.value_period,
                confidence=USUAL_CONFIDENCE[status.type] if confidence is None else confidence,
                note=note,
                date_won=self.date_won or (today if status.type is OpportunityStatusType.WON else None),
                date_lost=today if status.type is OpportunityStatusType.LOST else None,
                custom_values=custom_values,
            ),
        )


def chosen_stage(
    status_id: StatusId | None,
    pipeline_id: PipelineId | None,
    organization: Organization,
    problems: Problems,
) -> OpportunityStatus | None:
    """The stage that an input means: the pipeline's first where it names none. Problems are noted."""
    known = pipeline_id is None or pipeline_id in organization.pipelines
    if not known:
        problems.add(PipelineNotFound("pipeline_id"))
    if status_id is None:
        first = organization.first_stage(pipeline_id) if known else None
        if known and first is None:
            problems.add(PipelineEmpty("pipeline_id"))
        return first
    status = organization.opportunity_statuses.get(status_id)
    if status is None:
        problems.add(OpportunityStatusNotFound("status_id"))
    elif known and pipeline_id is not None and status.pipeline_id != pipeline_id:
        problems.add(StatusOfAnotherPipeline("status_id"))
    return status


def kept_value(value: Decimal | None, problems: Problems) -> Decimal | None:
    """A value in plain digits; one that is out of range or finer than any currency is a problem."""
    if value is None:
        return None
    if not value.is_finite() or not 0 <= value <= VALUE_MAX:  # NaN cannot be compared
        problems.add(OutOfRange("value", value=str(value), least="0", most=f"{VALUE_MAX:f}"))
        return None
    exponent = value.as_tuple().exponent
    assert isinstance(exponent, int)
    if -exponent > VALUE_DIGITS:
        problems.add(TooPrecise("value", value=str(value), digits=VALUE_DIGITS))
        return None
    plain = value.quantize(Decimal(1)) if exponent > 0 else value  # 1E+3 is 1000, and 0E+99999 is 0
    return abs(plain)  # -0 is 0


def kept_confidence(confidence: int | None, problems: Problems) -> int | None:
    """A confidence; one that is no percentage is a problem."""
    if confidence is not None and not 0 <= confidence <= 100:
        problems.add(OutOfRange("confidence", value=confidence, least=0, most=100))
    return confidence


def today_of(at: Situation) -> date:
    """The calendar day where the actor is."""
    user = at.organization.users.get(at.actor.user_id) if at.actor.user_id else None
    return at.now.astimezone(ZoneInfo(user.time_zone if user else at.organization.time_zone)).date()
