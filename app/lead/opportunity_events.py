"""What happens to an opportunity after it was added, one fact for each thing that changed."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar, assert_never

import msgspec

from app.ids import ContactId, OpportunityId, StatusId, UserId
from app.lead.custom_values import CustomValue
from app.lead.event import LeadEvent
from app.lead.opportunities import Opportunity
from app.vocabulary import ActivityKind, OpportunityStatusType, ValuePeriod


class Worth(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What an opportunity brings, and how often."""

    value: Decimal | None = None
    period: ValuePeriod


class OpportunityEvent(LeadEvent, frozen=True, kw_only=True):
    """A fact about one opportunity. `part` is what it changed, in the words of inputs."""

    entity: ClassVar[str | None] = "opportunity_id"
    part: ClassVar[str]

    opportunity_id: OpportunityId

    @property
    def touched(self) -> frozenset[str]:
        return frozenset({touched_part(self.opportunity_id, self.part)})


def touched_part(opportunity_id: OpportunityId, part: str) -> str:
    """What an input that writes a part of an opportunity says that it writes."""
    return f"{opportunity_id}.{part}"


class OpportunityStatusChanged(OpportunityEvent, frozen=True, kw_only=True, tag="lead.opportunity_status_changed"):
    """Also an OpportunityStatusChange in the feed, whose id is this event's. All else is that of the moment."""

    makes: ClassVar[ActivityKind | None] = ActivityKind.OPPORTUNITY_STATUS_CHANGE
    part: ClassVar[str] = "status"

    before_id: StatusId
    before_label: str | None = None
    before_type: OpportunityStatusType | None = None
    after_id: StatusId
    after_label: str
    after_type: OpportunityStatusType
    contact_id: ContactId | None = None
    value: Decimal | None = None
    value_period: ValuePeriod
    confidence: int


class OpportunityValueChanged(OpportunityEvent, frozen=True, kw_only=True, tag="lead.opportunity_value_changed"):
    part: ClassVar[str] = "value"

    before: Worth
    after: Worth


class OpportunityConfidenceChanged(
    OpportunityEvent, frozen=True, kw_only=True, tag="lead.opportunity_confidence_changed"
):
    part: ClassVar[str] = "confidence"

    before: int
    after: int


class OpportunityNoteChanged(OpportunityEvent, frozen=True, kw_only=True, tag="lead.opportunity_note_changed"):
    part: ClassVar[str] = "note"

    before: str | None = None
    after: str | None = None


class OpportunityOwnerChanged(OpportunityEvent, frozen=True, kw_only=True, tag="lead.opportunity_owner_changed"):
    part: ClassVar[str] = "user"

    before: UserId | None = None
    after: UserId | None = None


class OpportunityContactChanged(OpportunityEvent, frozen=True, kw_only=True, tag="lead.opportunity_contact_changed"):
    part: ClassVar[str] = "contact"

    before: ContactId | None = None
    after: ContactId | None = None


class OpportunityCloseDateChanged(
    OpportunityEvent, frozen=True, kw_only=True, tag="lead.opportunity_close_date_changed"
):
    """While it is active the day on which it will perhaps be won; once won the day on which it was."""

    part: ClassVar[str] = "date_won"

    before: date | None = None
    after: date | None = None


class OpportunityLossDateChanged(OpportunityEvent, frozen=True, kw_only=True, tag="lead.opportunity_loss_date_changed"):
    part: ClassVar[str] = "date_lost"

    before: date | None = None
    after: date | None = None


class OpportunityRemoved(OpportunityEvent, frozen=True, kw_only=True, tag="lead.opportunity_removed"):
    """It leaves the lead; its status changes stay in the feed. `custom_values` are those that go with it."""

    part: ClassVar[str] = "removed"

    custom_values: tuple[CustomValue, ...] = ()


class OpportunityRestored(OpportunityEvent, frozen=True, kw_only=True, tag="lead.opportunity_restored"):
    """One that was removed is back, as it was. `created_at`: when it was added.

    `removed_position` is that of its removal in the log: what went with it then comes back with it.
    """

    part: ClassVar[str] = "removed"

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
    created_at: datetime
    removed_position: int


OpportunityChange = (
    OpportunityStatusChanged
    | OpportunityValueChanged
    | OpportunityConfidenceChanged
    | OpportunityNoteChanged
    | OpportunityOwnerChanged
    | OpportunityContactChanged
    | OpportunityCloseDateChanged
    | OpportunityLossDateChanged
)


def changed_opportunity(opportunity: Opportunity, event: OpportunityChange) -> Opportunity:
    """The opportunity after one more fact about it. Total and pure."""
    change = msgspec.structs.replace
    match event:
        case OpportunityStatusChanged():
            return change(opportunity, status_id=event.after_id)
        case OpportunityValueChanged():
            return change(opportunity, value=event.after.value, value_period=event.after.period)
        case OpportunityConfidenceChanged():
            return change(opportunity, confidence=event.after)
        case OpportunityNoteChanged():
            return change(opportunity, note=event.after)
        case OpportunityOwnerChanged():
            return change(opportunity, user_id=event.after)
        case OpportunityContactChanged():
            return change(opportunity, contact_id=event.after)
        case OpportunityCloseDateChanged():
            return change(opportunity, date_won=event.after)
        case OpportunityLossDateChanged():
            return change(opportunity, date_lost=event.after)
        case _:
            assert_never(event)
