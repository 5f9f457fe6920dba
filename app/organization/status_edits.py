"""Lead statuses under another label or color, or in another order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from msgspec import UNSET, UnsetType

from app.ids import StatusId
from app.organization.event import OrganizationEvent
from app.organization.lists import own_name, whole_order
from app.organization.refusals import LabelTaken, StatusNotFound
from app.organization.rights import require_admin
from app.organization.statuses import (
    COLOR_MAX,
    LeadStatusColorChanged,
    LeadStatusesReordered,
    LeadStatusRenamed,
    known_status,
)
from app.situation import Situation
from app.text import Problems

if TYPE_CHECKING:
    from app.organization.organization import Organization


@dataclass(frozen=True, kw_only=True)
class UpdateLeadStatus:
    """Change what is given. What is UNSET stays; None clears the color."""

    produces: ClassVar[dict[str, str]] = {"lead_status": "status_id"}

    status_id: StatusId
    label: str | UnsetType | None = UNSET
    color: str | UnsetType | None = UNSET

    def decide(self, organization: Organization, at: Situation) -> Sequence[OrganizationEvent]:
        """One fact for each that becomes another one.

        Raises:
            StatusNotFound, LabelTaken, Required, NotAllowed
        """
        require_admin(organization, at.actor)
        status = known_status(self.status_id, organization)
        problems = Problems()
        label = self._kept_label(organization, problems)
        color = self.color if self.color is UNSET else problems.line(self.color, "color", limit=COLOR_MAX)
        problems.stop_if_any()
        events: list[OrganizationEvent] = []
        if label is not UNSET and label != status.label:
            events.append(LeadStatusRenamed(status_id=status.id, before=status.label, after=label))
        if color is not UNSET and color != status.color:
            events.append(LeadStatusColorChanged(status_id=status.id, before=status.color, after=color))
        return events

    def _kept_label(self, organization: Organization, problems: Problems) -> str | UnsetType:
        if self.label is UNSET:
            return UNSET
        others = (one.label for one in organization.lead_statuses.values() if one.id != self.status_id)
        return own_name(self.label, "label", others, LabelTaken("label"), problems)


@dataclass(frozen=True, kw_only=True)
class ReorderLeadStatuses:
    """Put statuses into this order; those that are not named follow in the order that they have."""

    status_ids: tuple[StatusId, ...]

    def decide(self, organization: Organization, at: Situation) -> Sequence[OrganizationEvent]:
        """Decide the whole order; the one that there is already decides nothing.

        Raises:
            StatusNotFound, ListedTwice, NotAllowed
        """
        require_admin(organization, at.actor)
        problems = Problems()
        before = tuple(organization.lead_statuses)
        after = whole_order(self.status_ids, before, problems, "status_ids", lambda _, *path: StatusNotFound(*path))
        problems.stop_if_any()
        return (LeadStatusesReordered(before=before, after=after),) if after != before else ()
