"""Changing opportunities, and removing them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar, TypeVar

from msgspec import UNSET, UnsetType

from app.ids import ContactId, OpportunityId, PipelineId, StatusId, UserId
from app.lead.contacts import known_contact
from app.lead.custom_values import CustomValue, Owner, ValueChange, changed_values, touched_word
from app.lead.event import LeadEvent
from app.lead.opportunities import Opportunity, chosen_stage, kept_confidence, kept_value, today_of
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
    touched_part,
)
from app.lead.owners import owner
from app.lead.refusals import OpportunityNotFound
from app.situation import Situation
from app.text import Problems, Required
from app.vocabulary import CustomFieldTarget, OpportunityStatusType, ValuePeriod

if TYPE_CHECKING:
    from app.lead.lead import Lead
    from app.organization.pipelines import OpportunityStatus

T = TypeVar("T")

# What an input writes by each of its fields, in the words of the facts.
_PARTS = {
    "status_id": "status",
    "pipeline_id": "status",
    "contact_id": "contact",
    "user_id": "user",
    "value": "value",
    "value_period": "value",
    "confidence": "confidence",
    "note": "note",
    "date_won": "date_won",
    "date_lost": "date_lost",
}


@dataclass(frozen=True, kw_only=True)
class UpdateOpportunity:
    """Change some of an opportunity. What is not given stays; None clears what can be empty.

    A pipeline alone means its first stage, unless the opportunity is in that pipeline already. Confidence stays as it
    is when the stage changes, unless it is given too.

    Entering a won stage fills `date_won` with today where the actor is, unless a date is given or stands there
    already: an estimated close date is taken as the day of the win, and that of an earlier win stays. Leaving the
    stage keeps it. `date_lost` alike. Source: Close's API documentation, "Opportunities", on date_won.
    """

    produces: ClassVar[dict[str, str]] = {"opportunity": "opportunity_id"}

    opportunity_id: OpportunityId
    status_id: StatusId | UnsetType | None = UNSET
    pipeline_id: PipelineId | UnsetType | None = UNSET
    contact_id: ContactId | UnsetType | None = UNSET
    user_id: UserId | UnsetType | None = UNSET
    value: Decimal | UnsetType | None = UNSET
    value_period: ValuePeriod | UnsetType | None = UNSET
    confidence: int | UnsetType | None = UNSET
    note: str | UnsetType | None = UNSET
    date_won: date | UnsetType | None = UNSET
    date_lost: date | UnsetType | None = UNSET
    custom_fields: tuple[ValueChange, ...] = ()
    expected_version: int | None = None

    @property
    def about(self) -> OpportunityId:
        """The opportunity, by whose own facts its lead is found."""
        return self.opportunity_id

    @property
    def writes(self) -> frozenset[str]:
        """The parts of this opportunity that are given."""
        given = (part for name, part in _PARTS.items() if getattr(self, name) is not UNSET)
        fields = (touched_word(self.opportunity_id, change.field_id) for change in self.custom_fields)
        return frozenset((*(touched_part(self.opportunity_id, part) for part in given), *fields))

    def decide(self, lead: Lead | None, at: Situation) -> Sequence[LeadEvent]:
        """Decide one fact for each thing that differs; the stage's has the value and confidence that result.

        Raises:
            OpportunityNotFound, OpportunityStatusNotFound, PipelineNotFound, StatusOfAnotherPipeline,
            ContactNotFound, UserNotFound, OutOfRange, TooPrecise, Required, and what custom fields refuse
        """
        lead, before = known_opportunity(self.opportunity_id, lead)
        problems = Problems()
        stage = self._stage(before, at, problems)
        after = self._wanted(before, stage, lead, at, problems)
        owned = Owner(
            target=CustomFieldTarget.OPPORTUNITY, id=self.opportunity_id, contacts=lead.contacts, custom=before.custom
        )
        custom = changed_values(self.custom_fields, owned, at, problems, "custom_fields")
        problems.stop_if_any()
        return (*self._differences(before, after, lead, at), *custom)

    def _stage(self, before: Opportunity, at: Situation, problems: Problems) -> OpportunityStatus | None:
        """The stage that results; None: the one that it has."""
        for name in ("status_id", "pipeline_id"):
            if getattr(self, name) is None:
                problems.add(Required(name))
        status_id, pipeline_id = self.status_id or None, self.pipeline_id or None
        now = at.organization.opportunity_statuses.get(before.status_id)
        stays = status_id is None and now is not None and pipeline_id in (None, now.pipeline_id)
        if stays or (status_id is None and pipeline_id is None):
            return None
        return chosen_stage(status_id, pipeline_id, at.organization, problems)

    def _wanted(
        self, before: Opportunity, stage: OpportunityStatus | None, lead: Lead, at: Situation, problems: Problems
    ) -> Opportunity:
        """The opportunity as it is to be; what is wrong with it is noted."""
        entered = stage.type if stage is not None and stage.id != before.status_id else None
        confidence, period = self.confidence, self.value_period
        if confidence is None:
            problems.add(Required("confidence"))
        return Opportunity(
            status_id=before.status_id if stage is None else stage.id,
            contact_id=_or(self.contact_id, before.contact_id, lambda one: known_contact(one, lead, problems)),
            user_id=_or(self.user_id, before.user_id, lambda one: owner(one, at, problems, "user_id")),
            value=_or(self.value, before.value, lambda one: kept_value(one, problems)),
            value_period=before.value_period if period is UNSET else period or ValuePeriod.ONE_TIME,
            confidence=before.confidence if confidence is UNSET else kept_confidence(confidence, problems) or 0,
            note=_or(self.note, before.note, lambda one: problems.text(one, "note")),
            date_won=_dated(self.date_won, before.date_won, entered is OpportunityStatusType.WON, at),
            date_lost=_dated(self.date_lost, before.date_lost, entered is OpportunityStatusType.LOST, at),
        )

    def _differences(self, before: Opportunity, after: Opportunity, lead: Lead, at: Situation) -> Iterator[LeadEvent]:
        """One fact for each thing that differs; the stage behind what it tells of."""
        id = self.opportunity_id
        worths = [Worth(value=one.value, period=one.value_period) for one in (before, after)]
        if worths[0] != worths[1]:
            yield OpportunityValueChanged(opportunity_id=id, before=worths[0], after=worths[1])
        if before.confidence != after.confidence:
            yield OpportunityConfidenceChanged(opportunity_id=id, before=before.confidence, after=after.confidence)
        if before.note != after.note:
            yield OpportunityNoteChanged(opportunity_id=id, before=before.note, after=after.note)
        if before.user_id != after.user_id:
            yield OpportunityOwnerChanged(opportunity_id=id, before=before.user_id, after=after.user_id)
        if before.contact_id != after.contact_id:
            yield OpportunityContactChanged(opportunity_id=id, before=before.contact_id, after=after.contact_id)
        if before.status_id != after.status_id:
            yield _status_changed(id, before, after, lead, at)
        if before.date_won != after.date_won:
            yield OpportunityCloseDateChanged(opportunity_id=id, before=before.date_won, after=after.date_won)
        if before.date_lost != after.date_lost:
            yield OpportunityLossDateChanged(opportunity_id=id, before=before.date_lost, after=after.date_lost)


@dataclass(frozen=True, kw_only=True)
class RemoveOpportunity:
    """Take an opportunity off its lead, with its custom values. Its status changes stay in the history."""

    produces: ClassVar[dict[str, str]] = {"opportunity": "opportunity_id"}

    opportunity_id: OpportunityId

    @property
    def about(self) -> OpportunityId:
        """The opportunity, by whose own facts its lead is found."""
        return self.opportunity_id

    def decide(self, lead: Lead | None, at: Situation) -> Sequence[LeadEvent]:
        """Decide the removal.

        Raises:
            OpportunityNotFound: no such opportunity, or it is removed already.
        """
        _, opportunity = known_opportunity(self.opportunity_id, lead)
        values = tuple(CustomValue(field_id=id, values=kept) for id, kept in opportunity.custom.items())
        return (OpportunityRemoved(opportunity_id=self.opportunity_id, custom_values=values),)


def known_opportunity(opportunity_id: OpportunityId, lead: Lead | None) -> tuple[Lead, Opportunity]:
    """The opportunity and the lead that it is on.

    Raises:
        OpportunityNotFound: there is none, or not any more.
    """
    opportunity = lead.opportunities.get(opportunity_id) if lead is not None else None
    if lead is None or opportunity is None:
        raise OpportunityNotFound("opportunity_id")
    return lead, opportunity


def _or(given: T | UnsetType | None, now: T | None, kept: Callable[[T | None], T | None]) -> T | None:
    """What was given, as it is kept; what there is now stays without being looked at."""
    return now if given is UNSET or given == now else kept(given)


def _dated(given: date | UnsetType | None, now: date | None, is_entered: bool, at: Situation) -> date | None:
    if given is not UNSET:
        return given
    return today_of(at) if is_entered and now is None else now


def _status_changed(
    id: OpportunityId, before: Opportunity, after: Opportunity, lead: Lead, at: Situation
) -> OpportunityStatusChanged:
    was = at.organization.opportunity_status(before.status_id)
    now = at.organization.opportunity_statuses[after.status_id]
    return OpportunityStatusChanged(
        opportunity_id=id,
        before_id=before.status_id,
        before_label=was.label if was else None,
        before_type=was.type if was else None,
        after_id=now.id,
        after_label=now.label,
        after_type=now.type,
        contact_id=after.contact_id if after.contact_id in lead.contacts else None,
        value=after.value,
        value_period=after.value_period,
        confidence=after.confidence,
    )
