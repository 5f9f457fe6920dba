"""A lead's status: always exactly one of the organization's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from app.folding import label_key
from app.ids import LeadId, StatusId
from app.lead.event import LeadEvent
from app.organization.refusals import (
    BothStatusForms,
    StatusArchived,
    StatusLabelNotFound,
    StatusMissing,
    StatusNotFound,
)
from app.situation import Situation
from app.text import NAME_MAX, Problems
from app.vocabulary import ActivityKind

if TYPE_CHECKING:
    from app.lead.lead import Lead
    from app.organization.organization import Organization
    from app.organization.statuses import LeadStatus


class StatusChanged(LeadEvent, frozen=True, kw_only=True, tag="lead.status_changed"):
    """Also a LeadStatusChange in the feed, whose id is this event's. Labels are those of the moment."""

    makes: ClassVar[ActivityKind | None] = ActivityKind.LEAD_STATUS_CHANGE
    touches: ClassVar[frozenset[str]] = frozenset({"status"})

    before_id: StatusId
    before_label: str
    after_id: StatusId
    after_label: str


@dataclass(frozen=True, kw_only=True)
class ChangeLeadStatus:
    """Give a lead another status, by id or by label."""

    produces: ClassVar[dict[str, str]] = {"lead": "lead_id"}
    writes: ClassVar[frozenset[str]] = frozenset({"status"})

    lead_id: LeadId
    status_id: StatusId | None = None
    status: str | None = None
    expected_version: int | None = None
    occurred_at: datetime | None = None

    def decide(self, lead: Lead, at: Situation) -> Sequence[LeadEvent]:
        """Decide the change; the status that it has already decides nothing.

        Raises:
            BothStatusForms, StatusMissing, StatusNotFound, StatusLabelNotFound, StatusArchived, Required
        """
        if self.status_id is None and self.status is None:
            raise StatusMissing("status_id")
        problems = Problems()
        status = chosen_status(self.status_id, self.status, at.organization, problems, current=lead.status_id)
        problems.stop_if_any()
        if status.id == lead.status_id:
            return ()
        before = at.organization.lead_status(lead.status_id)
        assert before is not None, "a lead has one of the organization's statuses, or one that was"
        return (
            StatusChanged(
                before_id=before.id,
                before_label=before.label,
                after_id=status.id,
                after_label=status.label,
                occurred_at=self.occurred_at,
            ),
        )


def chosen_status(
    status_id: StatusId | None,
    label: str | None,
    organization: Organization,
    problems: Problems,
    current: StatusId | None = None,
) -> LeadStatus:
    """The status that an input means; the organization's first where it names none. Problems are noted."""
    default = organization.usable_lead_statuses[0]
    if status_id is not None and label is not None:
        problems.add(BothStatusForms("status"))
        return default
    if status_id is not None:
        status = organization.lead_statuses.get(status_id)
        if status is None:
            problems.add(StatusNotFound("status_id"))
            return default
        return _usable(status, current, problems, "status_id") or default
    if label is not None:
        wanted = problems.required(label, "status", limit=NAME_MAX)
        if not wanted:
            return default
        status = _with_label(wanted, organization)
        if status is None:
            problems.add(StatusLabelNotFound("status", label=wanted))
            return default
        return _usable(status, current, problems, "status") or default
    return default


def _with_label(label: str, organization: Organization) -> LeadStatus | None:
    wanted = label_key(label)
    return next((one for one in organization.lead_statuses.values() if label_key(one.label) == wanted), None)


def _usable(status: LeadStatus, current: StatusId | None, problems: Problems, field: str) -> LeadStatus | None:
    if status.is_archived and status.id != current:
        problems.add(StatusArchived(field, label=status.label))
        return None
    return status
