"""Status changes that took place elsewhere: entries of the history alone, which change no status.

They are for whoever brings a history from another system. Labels are those of then; a status that is named by its
label alone is looked for among those there are, and where the old one cannot be found its label is kept by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar, Protocol, TypeVar

from msgspec import UNSET, UnsetType

from app.folding import label_key
from app.ids import ContactId, LeadId, OpportunityId, StatusId, UserId
from app.lead.event import LeadEvent
from app.lead.opportunities import kept_confidence, kept_value
from app.lead.owners import owner
from app.lead.refusals import NewStatusMissing, OpportunityNotFound
from app.organization.refusals import (
    OpportunityStatusNotFound,
    StageLabelNotFound,
    StatusLabelNotFound,
    StatusNotFound,
)
from app.refusal import Refusal
from app.situation import Situation
from app.text import NAME_MAX, Problems
from app.vocabulary import ActivityKind, OpportunityStatusType, ValuePeriod

if TYPE_CHECKING:
    from app.lead.lead import Lead
    from app.lead.opportunities import Opportunity
    from app.organization.pipelines import OpportunityStatus


class StatusChangeLogged(LeadEvent, frozen=True, kw_only=True, tag="lead.status_change_logged"):
    """A LeadStatusChange in the feed, whose id is this event's. The lead's status is what it was."""

    makes: ClassVar[ActivityKind | None] = ActivityKind.LEAD_STATUS_CHANGE

    user_id: UserId | None = None
    before_id: StatusId | None = None
    before_label: str | None = None
    after_id: StatusId
    after_label: str


class OpportunityStatusChangeLogged(LeadEvent, frozen=True, kw_only=True, tag="lead.opportunity_status_change_logged"):
    """An OpportunityStatusChange in the feed, whose id is this event's. The opportunity's stage is what it was."""

    makes: ClassVar[ActivityKind | None] = ActivityKind.OPPORTUNITY_STATUS_CHANGE

    opportunity_id: OpportunityId
    contact_id: ContactId | None = None
    user_id: UserId | None = None
    before_id: StatusId | None = None
    before_label: str | None = None
    before_type: OpportunityStatusType | None = None
    after_id: StatusId
    after_label: str
    after_type: OpportunityStatusType
    value: Decimal | None = None
    value_period: ValuePeriod
    confidence: int


@dataclass(frozen=True, kw_only=True)
class LogLeadStatusChange:
    """The new status is one that the organization has or had; of the old one a label is enough, or nothing."""

    produces: ClassVar[dict[str, str]] = {"lead": "lead_id"}

    lead_id: LeadId
    old_status_id: StatusId | None = None
    old_status_label: str | None = None
    new_status_id: StatusId | None = None
    new_status_label: str | None = None
    user_id: UserId | UnsetType | None = UNSET
    occurred_at: datetime | None = None

    def decide(self, lead: Lead, at: Situation) -> Sequence[LeadEvent]:
        """Decide the entry.

        Raises:
            NewStatusMissing, StatusNotFound, StatusLabelNotFound, UserNotFound, TextTooLong
        """
        del lead
        problems = Problems()
        known = [*at.organization.lead_statuses.values(), *at.organization.gone_lead_statuses.values()]
        old = _old(self.old_status_id, self.old_status_label, known, StatusNotFound("old_status_id"), problems)
        new = _new(
            self.new_status_id,
            self.new_status_label,
            known,
            (StatusNotFound("new_status_id"), StatusLabelNotFound("new_status_label", label=self.new_status_label)),
            problems,
        )
        user_id = owner(self.user_id, at, problems, "user_id")
        problems.stop_if_any()
        assert new is not None
        status, label = new
        return (
            StatusChangeLogged(
                user_id=user_id,
                before_id=old[0].id if old[0] else None,
                before_label=old[1],
                after_id=status.id,
                after_label=label,
                occurred_at=self.occurred_at,
            ),
        )


@dataclass(frozen=True, kw_only=True)
class LogOpportunityStatusChange:
    """As LogLeadStatusChange, of an opportunity that the lead has.

    What it was worth then is what it is worth now, unless said otherwise. A label is looked for in the pipeline that
    the opportunity is in before others.
    """

    produces: ClassVar[dict[str, str]] = {"opportunity": "opportunity_id"}

    opportunity_id: OpportunityId
    old_status_id: StatusId | None = None
    old_status_label: str | None = None
    new_status_id: StatusId | None = None
    new_status_label: str | None = None
    value: Decimal | UnsetType | None = UNSET
    value_period: ValuePeriod | None = None
    confidence: int | None = None
    user_id: UserId | UnsetType | None = UNSET
    occurred_at: datetime | None = None

    @property
    def about(self) -> OpportunityId:
        """The opportunity, by whose own facts its lead is found."""
        return self.opportunity_id

    def decide(self, lead: Lead | None, at: Situation) -> Sequence[LeadEvent]:
        """Decide the entry.

        Raises:
            OpportunityNotFound, NewStatusMissing, OpportunityStatusNotFound, StageLabelNotFound, UserNotFound,
            OutOfRange, TooPrecise, TextTooLong
        """
        opportunity = lead.opportunities.get(self.opportunity_id) if lead is not None else None
        if lead is None or opportunity is None:
            raise OpportunityNotFound("opportunity_id")
        problems = Problems()
        known = _stages(opportunity, at)
        old = _old(
            self.old_status_id, self.old_status_label, known, OpportunityStatusNotFound("old_status_id"), problems
        )
        new = _new(
            self.new_status_id,
            self.new_status_label,
            known,
            (
                OpportunityStatusNotFound("new_status_id"),
                StageLabelNotFound("new_status_label", label=self.new_status_label),
            ),
            problems,
        )
        value = opportunity.value if self.value is UNSET else kept_value(self.value, problems)
        confidence = kept_confidence(self.confidence, problems)
        user_id = owner(self.user_id, at, problems, "user_id")
        problems.stop_if_any()
        assert new is not None
        return (
            OpportunityStatusChangeLogged(
                opportunity_id=self.opportunity_id,
                contact_id=opportunity.contact_id if opportunity.contact_id in lead.contacts else None,
                user_id=user_id,
                before_id=old[0].id if old[0] else None,
                before_label=old[1],
                before_type=old[0].type if old[0] else None,
                after_id=new[0].id,
                after_label=new[1],
                after_type=new[0].type,
                value=value,
                value_period=self.value_period or opportunity.value_period,
                confidence=opportunity.confidence if confidence is None else confidence,
                occurred_at=self.occurred_at,
            ),
        )


class _Status(Protocol):
    @property
    def id(self) -> StatusId: ...
    @property
    def label(self) -> str: ...


S = TypeVar("S", bound=_Status)


def _stages(opportunity: Opportunity, at: Situation) -> list[OpportunityStatus]:
    """All stages ever, those of the opportunity's pipeline in front."""
    now = at.organization.opportunity_status(opportunity.status_id)
    stages = at.organization.stages_ever
    return sorted(stages, key=lambda one: now is None or one.pipeline_id != now.pipeline_id)


def _old(
    status_id: StatusId | None, label: str | None, known: Iterable[S], missing: Refusal, problems: Problems
) -> tuple[S | None, str | None]:
    """The status that there was, if it can be found, and what it was called."""
    kept = problems.line(label, "old_status_label", limit=NAME_MAX)
    if status_id is None:
        return _labelled(kept, known), kept
    status = next((one for one in known if one.id == status_id), None)
    if status is None:
        problems.add(missing)
    return status, kept or (status.label if status else None)


def _new(
    status_id: StatusId | None,
    label: str | None,
    known: Iterable[S],
    missing: tuple[Refusal, Refusal],
    problems: Problems,
) -> tuple[S, str] | None:
    """The status that it got, and what it was called."""
    before = len(problems.refusals)
    kept = problems.line(label, "new_status_label", limit=NAME_MAX)
    if len(problems.refusals) > before:
        return None
    if status_id is None and kept is None:
        problems.add(NewStatusMissing("new_status_id"))
        return None
    status = _labelled(kept, known) if status_id is None else next((one for one in known if one.id == status_id), None)
    if status is None:
        problems.add(missing[0] if status_id is not None else missing[1])
        return None
    return status, kept or status.label


def _labelled(label: str | None, known: Iterable[S]) -> S | None:
    wanted = label_key(label) if label else None
    return next((one for one in known if wanted is not None and label_key(one.label) == wanted), None)
