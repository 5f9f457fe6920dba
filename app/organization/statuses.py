"""Lead statuses: the ordered list that every lead has one of; the first is the default."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar
from uuid import UUID

import msgspec

from app.ids import StatusId, uuid7
from app.organization.event import OrganizationEvent
from app.organization.refusals import LabelTaken, LastStatus, StatusInUse, StatusNotFound
from app.organization.rights import require_admin
from app.situation import Situation
from app.text import NAME_MAX, Problems

if TYPE_CHECKING:
    from app.organization.organization import Organization

COLOR_MAX = 100  # characters of a CSS colour


class LeadStatus(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of the list. `color` is a CSS colour, for front ends."""

    id: StatusId
    label: str
    color: str | None = None
    is_archived: bool = False


class LeadStatusCreated(OrganizationEvent, frozen=True, kw_only=True, tag="organization.lead_status_created"):
    entity: ClassVar[str | None] = "status_id"

    status_id: StatusId
    label: str
    color: str | None = None


class LeadStatusArchived(OrganizationEvent, frozen=True, kw_only=True, tag="organization.lead_status_archived"):
    entity: ClassVar[str | None] = "status_id"

    status_id: StatusId
    label: str


@dataclass(frozen=True, kw_only=True)
class CreateLeadStatus:
    label: str
    color: str | None = None
    status_id: StatusId = field(default_factory=lambda: StatusId(uuid7()))

    def decide(self, organization: Organization, at: Situation) -> Sequence[OrganizationEvent]:
        """Add a status to the end of the list.

        Raises:
            NotAllowed: the actor is no ADMIN.
            LabelTaken: labels are unique without regard to case.
        """
        require_admin(organization, at.actor)
        problems = Problems()
        label = problems.required(self.label, "label", limit=NAME_MAX)
        color = problems.line(self.color, "color", limit=COLOR_MAX)
        if any(status.label.casefold() == label.casefold() for status in organization.lead_statuses.values()):
            problems.add(LabelTaken("label"))
        problems.stop_if_any()
        return (LeadStatusCreated(status_id=self.status_id, label=label, color=color),)


@dataclass(frozen=True, kw_only=True)
class ArchiveLeadStatus:
    """Take an unused status out of use. Guarded: whether it is in use is read under the organization's lock."""

    question: ClassVar[str] = "leads_with_status"

    status_id: StatusId

    @property
    def asks_about(self) -> UUID:
        """What `leads_with_status` is asked about."""
        return self.status_id

    def decide(self, organization: Organization, at: Situation) -> Sequence[OrganizationEvent]:
        """Archive it; one that is archived already decides nothing.

        Raises:
            StatusNotFound, StatusInUse, LastStatus, NotAllowed
        """
        require_admin(organization, at.actor)
        status = organization.lead_statuses.get(self.status_id)
        if status is None:
            raise StatusNotFound("status_id")
        if status.is_archived:
            return ()
        if count := at.answers[self.question]:
            raise StatusInUse("status_id", count=count)
        if len(organization.usable_lead_statuses) == 1:
            raise LastStatus("status_id")
        return (LeadStatusArchived(status_id=self.status_id, label=status.label),)
