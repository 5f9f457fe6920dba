"""Deleting a lead, and restoring it with its ids and its whole history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar
from uuid import UUID

import msgspec

from app.ids import LeadId
from app.lead.details import ExternalId, external_claim
from app.lead.event import LeadEvent
from app.lead.statuses import StatusChanged
from app.situation import Claim, Situation

if TYPE_CHECKING:
    from app.lead.lead import Lead


class NamedElsewhere(msgspec.Struct, frozen=True, kw_only=True):
    """A lead that was merged into this one, and what another system calls it."""

    lead_id: LeadId
    external_id: ExternalId


class LeadDeleted(LeadEvent, frozen=True, kw_only=True, tag="lead.deleted"):
    """Everything under the lead stays as it is, and is absent with it. Another lead may bear its external id.

    `members` are leads that were merged into it and have such ids: these too.
    """

    external_id: ExternalId | None = None
    members: tuple[NamedElsewhere, ...] = ()

    def releases(self, stream_id: UUID) -> tuple[Claim, ...]:
        own = (self.external_id,) if self.external_id else ()
        return tuple(external_claim(one) for one in (*own, *(member.external_id for member in self.members)))


class LeadRestored(LeadEvent, frozen=True, kw_only=True, tag="lead.restored"):
    """The lead is back, with everything under it. `members` are as those of LeadDeleted."""

    external_id: ExternalId | None = None
    members: tuple[NamedElsewhere, ...] = ()

    def takes(self, stream_id: UUID) -> tuple[tuple[Claim, UUID], ...]:
        own = ((external_claim(self.external_id), stream_id),) if self.external_id else ()
        return (*own, *((external_claim(one.external_id), one.lead_id) for one in self.members))


@dataclass(frozen=True, kw_only=True)
class DeleteLead:
    """Make a lead and everything under it absent. One that is deleted already is absent for this command too."""

    produces: ClassVar[dict[str, str]] = {"lead": "lead_id"}

    lead_id: LeadId

    def decide(self, lead: Lead, at: Situation) -> Sequence[LeadEvent]:
        return (LeadDeleted(external_id=lead.external_id, members=_named_elsewhere(lead)),)


@dataclass(frozen=True, kw_only=True)
class RestoreLead:
    """Bring a deleted lead back."""

    produces: ClassVar[dict[str, str]] = {"lead": "lead_id"}
    restores: ClassVar[bool] = True

    lead_id: LeadId

    def decide(self, lead: Lead, at: Situation) -> Sequence[LeadEvent]:
        """Decide the return; where its status was deleted in between, the lead gets the first one that there is.

        A lead that is not deleted decides nothing. The store refuses an external id that another lead has by now.
        """
        if not lead.is_deleted:
            return ()
        restored = LeadRestored(external_id=lead.external_id, members=_named_elsewhere(lead))
        return (restored, *to_usable_status(lead, at))


def to_usable_status(lead: Lead, at: Situation) -> Sequence[StatusChanged]:
    """A lead that comes back gets the first status that there is, where its own was deleted in between."""
    if at.organization.lead_statuses.get(lead.status_id) is not None:
        return ()
    gone, first = at.organization.lead_status(lead.status_id), at.organization.usable_lead_statuses[0]
    moved = StatusChanged(
        before_id=lead.status_id,
        before_label=gone.label if gone else lead.status_label,
        after_id=first.id,
        after_label=first.label,
    )
    return (moved,)


def _named_elsewhere(lead: Lead) -> tuple[NamedElsewhere, ...]:
    return tuple(
        NamedElsewhere(lead_id=one.lead_id, external_id=one.external_id)
        for one in lead.members
        if one.external_id is not None
    )
