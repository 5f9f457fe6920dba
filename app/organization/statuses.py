"""Lead statuses: the ordered list that every lead has one of; the first is the default."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, assert_never
from uuid import UUID

import msgspec

from app.ids import StatusId, uuid7
from app.organization.event import OrganizationEvent
from app.organization.lists import in_order, own_name
from app.organization.refusals import LabelTaken, LastStatus, StatusInUse, StatusNotFound, TooManyStatuses
from app.organization.rights import require_admin
from app.situation import Situation
from app.text import Problems

if TYPE_CHECKING:
    from app.organization.organization import Organization

COLOR_MAX = 100  # characters of a CSS colour
STATUSES_MAX = 500  # lead statuses of an organization, archived ones included


class LeadStatus(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of the list. `color` is a CSS colour, for front ends."""

    id: StatusId
    label: str
    color: str | None = None
    is_archived: bool = False
    is_deleted: bool = False


class LeadStatusCreated(OrganizationEvent, frozen=True, kw_only=True, tag="organization.lead_status_created"):
    entity: ClassVar[str | None] = "status_id"

    status_id: StatusId
    label: str
    color: str | None = None


class LeadStatusRenamed(OrganizationEvent, frozen=True, kw_only=True, tag="organization.lead_status_renamed"):
    """From now on: what happened before keeps the label of its moment."""

    entity: ClassVar[str | None] = "status_id"
    on_pages: ClassVar[bool] = True

    status_id: StatusId
    before: str
    after: str


class LeadStatusColorChanged(
    OrganizationEvent, frozen=True, kw_only=True, tag="organization.lead_status_color_changed"
):
    entity: ClassVar[str | None] = "status_id"
    on_pages: ClassVar[bool] = True

    status_id: StatusId
    before: str | None = None
    after: str | None = None


class LeadStatusArchived(OrganizationEvent, frozen=True, kw_only=True, tag="organization.lead_status_archived"):
    entity: ClassVar[str | None] = "status_id"

    status_id: StatusId
    label: str


class LeadStatusUnarchived(OrganizationEvent, frozen=True, kw_only=True, tag="organization.lead_status_unarchived"):
    entity: ClassVar[str | None] = "status_id"

    status_id: StatusId
    label: str


class LeadStatusDeleted(OrganizationEvent, frozen=True, kw_only=True, tag="organization.lead_status_deleted"):
    """It leaves the list. Leads that were deleted with it keep it, and history still names it."""

    entity: ClassVar[str | None] = "status_id"

    status_id: StatusId
    label: str


class LeadStatusesReordered(OrganizationEvent, frozen=True, kw_only=True, tag="organization.lead_statuses_reordered"):
    before: tuple[StatusId, ...]
    after: tuple[StatusId, ...]


AnyLeadStatusEvent = (
    LeadStatusCreated
    | LeadStatusRenamed
    | LeadStatusColorChanged
    | LeadStatusArchived
    | LeadStatusUnarchived
    | LeadStatusDeleted
    | LeadStatusesReordered
)


def evolve_statuses(organization: Organization, event: AnyLeadStatusEvent) -> Organization:
    """The state after one more fact about lead statuses. Total and pure."""
    change = msgspec.structs.replace
    statuses = organization.lead_statuses
    if isinstance(event, LeadStatusesReordered):
        return change(organization, lead_statuses=in_order(statuses, event.after))
    known = statuses.get(event.status_id)
    match event:
        case LeadStatusCreated():
            status = LeadStatus(id=event.status_id, label=event.label, color=event.color)
        case LeadStatusRenamed():
            status = change(known or LeadStatus(id=event.status_id, label=event.before), label=event.after)
        case LeadStatusColorChanged():
            status = change(known or LeadStatus(id=event.status_id, label=""), color=event.after)
        case LeadStatusArchived():
            status = change(known or LeadStatus(id=event.status_id, label=event.label), is_archived=True)
        case LeadStatusUnarchived():
            status = change(known or LeadStatus(id=event.status_id, label=event.label), is_archived=False)
        case LeadStatusDeleted():
            left = {one: status for one, status in statuses.items() if one != event.status_id}
            status = known or LeadStatus(id=event.status_id, label=event.label)
            gone = organization.gone_lead_statuses | {status.id: change(status, is_archived=True, is_deleted=True)}
            return change(organization, lead_statuses=left, gone_lead_statuses=gone)
        case _:
            assert_never(event)
    return change(organization, lead_statuses=statuses | {status.id: status})


@dataclass(frozen=True, kw_only=True)
class CreateLeadStatus:
    produces: ClassVar[dict[str, str]] = {"lead_status": "status_id"}

    label: str
    color: str | None = None
    status_id: StatusId = field(default_factory=lambda: StatusId(uuid7()))

    def decide(self, organization: Organization, at: Situation) -> Sequence[OrganizationEvent]:
        """Add a status to the end of the list.

        Raises:
            NotAllowed: the actor is no ADMIN.
            LabelTaken: labels are unique without regard to case.
            TooManyStatuses
        """
        require_admin(organization, at.actor)
        if len(organization.lead_statuses) >= STATUSES_MAX:
            raise TooManyStatuses(limit=STATUSES_MAX)
        problems = Problems()
        others = (one.label for one in organization.lead_statuses.values())
        label = own_name(self.label, "label", others, LabelTaken("label"), problems)
        color = problems.line(self.color, "color", limit=COLOR_MAX)
        problems.stop_if_any()
        return (LeadStatusCreated(status_id=self.status_id, label=label, color=color),)


@dataclass(frozen=True, kw_only=True)
class ArchiveLeadStatus:
    """Take an unused status out of use. Guarded: whether it is in use is read under the organization's lock."""

    produces: ClassVar[dict[str, str]] = {"lead_status": "status_id"}
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
        status = known_status(self.status_id, organization)
        if status.is_archived:
            return ()
        _require_dispensable(status, organization, at.answers[self.question])
        return (LeadStatusArchived(status_id=self.status_id, label=status.label),)


@dataclass(frozen=True, kw_only=True)
class UnarchiveLeadStatus:
    """Take a status into use again, at the place that it has."""

    produces: ClassVar[dict[str, str]] = {"lead_status": "status_id"}

    status_id: StatusId

    def decide(self, organization: Organization, at: Situation) -> Sequence[OrganizationEvent]:
        """Unarchive it; one that is not archived decides nothing.

        Raises:
            StatusNotFound, NotAllowed
        """
        require_admin(organization, at.actor)
        status = known_status(self.status_id, organization)
        return (LeadStatusUnarchived(status_id=status.id, label=status.label),) if status.is_archived else ()


@dataclass(frozen=True, kw_only=True)
class DeleteLeadStatus:
    """Take an unused status off the list for good. Guarded as ArchiveLeadStatus is."""

    produces: ClassVar[dict[str, str]] = {"lead_status": "status_id"}
    question: ClassVar[str] = "leads_with_status"

    status_id: StatusId

    @property
    def asks_about(self) -> UUID:
        """What `leads_with_status` is asked about."""
        return self.status_id

    def decide(self, organization: Organization, at: Situation) -> Sequence[OrganizationEvent]:
        """Delete it.

        Raises:
            StatusNotFound, StatusInUse, LastStatus, NotAllowed
        """
        require_admin(organization, at.actor)
        status = known_status(self.status_id, organization)
        _require_dispensable(status, organization, at.answers[self.question])
        return (LeadStatusDeleted(status_id=self.status_id, label=status.label),)


def known_status(status_id: StatusId, organization: Organization) -> LeadStatus:
    """A status of the list.

    Raises:
        StatusNotFound
    """
    status = organization.lead_statuses.get(status_id)
    if status is None:
        raise StatusNotFound("status_id")
    return status


def _require_dispensable(status: LeadStatus, organization: Organization, in_use: int) -> None:
    if in_use:
        raise StatusInUse("status_id", count=in_use)
    if organization.usable_lead_statuses == [status]:
        raise LastStatus("status_id")
