"""Organization: the state that its own and its leads' decisions need."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import assert_never
from uuid import UUID

import msgspec

from app.email_address import normalised_email
from app.ids import (
    CustomActivityTypeId,
    CustomFieldId,
    InvitationId,
    KeyId,
    OrganizationId,
    PipelineId,
    StatusId,
    UserId,
    uuid7,
)
from app.organization.activity_types import (
    CustomActivityType,
    CustomActivityTypeArchived,
    CustomActivityTypeCreated,
    CustomActivityTypeDescriptionChanged,
    CustomActivityTypeRenamed,
    CustomActivityTypeRolesChanged,
    CustomActivityTypesReordered,
    CustomActivityTypeUnarchived,
    evolve_activity_types,
)
from app.organization.api_keys import ApiKey, ApiKeyCreated, ApiKeyRevoked
from app.organization.custom_fields import (
    CustomField,
    CustomFieldChoicesAdded,
    CustomFieldChoicesRemoved,
    CustomFieldChoicesReplaced,
    CustomFieldCreated,
    CustomFieldDeleted,
    CustomFieldDescriptionChanged,
    CustomFieldMultiplicityChanged,
    CustomFieldRenamed,
    CustomFieldRequirementChanged,
    CustomFieldRolesChanged,
    CustomFieldsReordered,
    evolve_fields,
)
from app.organization.details import (
    OrganizationCountryChanged,
    OrganizationCurrencyChanged,
    OrganizationRenamed,
    OrganizationTimeZoneChanged,
    evolve_details,
    is_currency,
)
from app.organization.event import OrganizationEvent
from app.organization.invitations import Invitation, InvitationAccepted, UserInvited
from app.organization.members import RoleChanged, UserDeactivated, UserReactivated
from app.organization.people import evolve_invitations, evolve_keys, evolve_users
from app.organization.pipelines import (
    OpportunityStatus,
    OpportunityStatusCreated,
    OpportunityStatusDeleted,
    OpportunityStatusesReordered,
    OpportunityStatusMoved,
    OpportunityStatusRenamed,
    Pipeline,
    PipelineCreated,
    PipelineDeleted,
    PipelineRenamed,
    PipelinesReordered,
    evolve_pipelines,
    evolve_stages,
)
from app.organization.refusals import OrganizationExists, UnknownCurrency
from app.organization.statuses import (
    LeadStatus,
    LeadStatusArchived,
    LeadStatusColorChanged,
    LeadStatusCreated,
    LeadStatusDeleted,
    LeadStatusesReordered,
    LeadStatusRenamed,
    LeadStatusUnarchived,
    evolve_statuses,
)
from app.organization.users import User, UserAdded, UserRenamed, UserTimeZoneChanged, known_time_zone
from app.organization.visibility import Visibility, VisibilityChanged
from app.situation import Situation
from app.text import NAME_MAX, Problems
from app.vocabulary import CustomFieldTarget, OpportunityStatusType, Role

DEFAULT_LEAD_STATUSES = (
    ("Potential", "#4c6ef5"),
    ("Qualified", "#12b886"),
    ("Customer", "#2b8a3e"),
    ("Bad Fit", "#868e96"),
)
DEFAULT_PIPELINE = "Sales"
DEFAULT_OPPORTUNITY_STATUSES = (
    ("Demo Completed", OpportunityStatusType.ACTIVE),
    ("Proposal Sent", OpportunityStatusType.ACTIVE),
    ("Contract Sent", OpportunityStatusType.ACTIVE),
    ("Won", OpportunityStatusType.WON),
    ("Lost", OpportunityStatusType.LOST),
)

_FOUNDING_IDS = 1 + len(DEFAULT_LEAD_STATUSES) + len(DEFAULT_OPPORTUNITY_STATUSES)


class OrganizationCreated(OrganizationEvent, frozen=True, kw_only=True, tag="organization.created"):
    name: str
    currency: str
    time_zone: str


AnyOrganizationEvent = (
    OrganizationCreated
    | UserAdded
    | ApiKeyCreated
    | LeadStatusCreated
    | LeadStatusRenamed
    | LeadStatusColorChanged
    | LeadStatusArchived
    | LeadStatusUnarchived
    | LeadStatusDeleted
    | LeadStatusesReordered
    | PipelineCreated
    | PipelineRenamed
    | PipelineDeleted
    | PipelinesReordered
    | OpportunityStatusCreated
    | OpportunityStatusRenamed
    | OpportunityStatusMoved
    | OpportunityStatusesReordered
    | OpportunityStatusDeleted
    | CustomFieldCreated
    | CustomFieldRenamed
    | CustomFieldDescriptionChanged
    | CustomFieldChoicesAdded
    | CustomFieldChoicesRemoved
    | CustomFieldChoicesReplaced
    | CustomFieldMultiplicityChanged
    | CustomFieldRolesChanged
    | CustomFieldRequirementChanged
    | CustomFieldDeleted
    | CustomFieldsReordered
    | CustomActivityTypeCreated
    | CustomActivityTypeRenamed
    | CustomActivityTypeDescriptionChanged
    | CustomActivityTypeRolesChanged
    | CustomActivityTypeArchived
    | CustomActivityTypeUnarchived
    | CustomActivityTypesReordered
    | VisibilityChanged
    | OrganizationRenamed
    | OrganizationCurrencyChanged
    | OrganizationTimeZoneChanged
    | OrganizationCountryChanged
    | UserInvited
    | InvitationAccepted
    | UserRenamed
    | UserTimeZoneChanged
    | RoleChanged
    | UserDeactivated
    | UserReactivated
    | ApiKeyRevoked
)


class Organization(msgspec.Struct, frozen=True, kw_only=True):
    """Lists keep their order: the first status, pipeline and stage are the defaults. What is gone is known by id."""

    id: OrganizationId
    version: int = 0
    name: str = ""
    currency: str = "USD"
    time_zone: str = "UTC"
    country: str | None = None
    users: dict[UserId, User] = {}
    api_keys: dict[KeyId, ApiKey] = {}
    invitations: dict[InvitationId, Invitation] = {}
    lead_statuses: dict[StatusId, LeadStatus] = {}
    pipelines: dict[PipelineId, Pipeline] = {}
    opportunity_statuses: dict[StatusId, OpportunityStatus] = {}
    custom_fields: dict[CustomFieldId, CustomField] = {}
    custom_activity_types: dict[CustomActivityTypeId, CustomActivityType] = {}
    visibility: Visibility = Visibility()
    gone_lead_statuses: dict[StatusId, LeadStatus] = {}
    gone_pipelines: dict[PipelineId, Pipeline] = {}
    gone_opportunity_statuses: dict[StatusId, OpportunityStatus] = {}

    @property
    def usable_lead_statuses(self) -> list[LeadStatus]:
        """Those that are not archived, in order."""
        return [status for status in self.lead_statuses.values() if not status.is_archived]

    def lead_status(self, status_id: StatusId) -> LeadStatus | None:
        """A lead status by id, also one that was deleted."""
        return self.lead_statuses.get(status_id) or self.gone_lead_statuses.get(status_id)

    def pipeline(self, pipeline_id: PipelineId) -> Pipeline | None:
        """A pipeline by id, also one that was deleted."""
        return self.pipelines.get(pipeline_id) or self.gone_pipelines.get(pipeline_id)

    def opportunity_status(self, status_id: StatusId) -> OpportunityStatus | None:
        """A stage by id, also one that was deleted."""
        return self.opportunity_statuses.get(status_id) or self.gone_opportunity_statuses.get(status_id)

    @property
    def stages_ever(self) -> list[OpportunityStatus]:
        """All stages, those that were deleted behind the others: opportunities of restored leads may be in them."""
        return [*self.opportunity_statuses.values(), *self.gone_opportunity_statuses.values()]

    def statuses_of(self, pipeline_id: PipelineId) -> list[OpportunityStatus]:
        """The stages of one pipeline, in order."""
        return [status for status in self.opportunity_statuses.values() if status.pipeline_id == pipeline_id]

    def first_stage(self, pipeline_id: PipelineId | None = None) -> OpportunityStatus | None:
        """Where opportunities start: in this pipeline, or in the first that has a stage; None: it is empty."""
        for one in self.pipelines if pipeline_id is None else (pipeline_id,):
            if stages := self.statuses_of(one):
                return stages[0]
        return None

    def fields_of(
        self, target: CustomFieldTarget | None, type_id: CustomActivityTypeId | None = None
    ) -> list[CustomField]:
        """The custom fields of a target, of a custom activity type, or all, in order."""
        return [
            one
            for one in self.custom_fields.values()
            if target in (None, one.target) and type_id in (None, one.activity_type_id)
        ]

    def user_with_email(self, email: str) -> User | None:
        """The user of an address, whatever its case."""
        wanted = email.casefold()
        return next((user for user in self.users.values() if user.email.casefold() == wanted), None)

    def keys_of(self, user_id: UserId) -> list[ApiKey]:
        """A user's keys, oldest first."""
        return [key for key in self.api_keys.values() if key.user_id == user_id]

    def invitation_to(self, email: str) -> Invitation | None:
        """The invitation of an address, whatever its case, be it open or too old."""
        wanted = email.casefold()
        return next((one for one in self.invitations.values() if one.email.casefold() == wanted), None)

    def admits(self, user_id: UserId, key_id: KeyId) -> bool:
        """Tell whether a user may come in by a key."""
        user = self.users.get(user_id)
        return user is not None and user.is_active and key_id in self.api_keys


def evolve(  # noqa: C901 - one arm a subject
    organization: Organization, event: AnyOrganizationEvent
) -> Organization:
    """The state after one more fact. Total and pure."""
    change = msgspec.structs.replace
    match event:
        case OrganizationCreated():
            return change(organization, name=event.name, currency=event.currency, time_zone=event.time_zone)
        case (
            UserAdded() | UserRenamed() | UserTimeZoneChanged() | RoleChanged() | UserDeactivated() | UserReactivated()
        ):
            return evolve_users(organization, event)
        case ApiKeyCreated() | ApiKeyRevoked():
            return evolve_keys(organization, event)
        case UserInvited() | InvitationAccepted():
            return evolve_invitations(organization, event)
        case (
            LeadStatusCreated()
            | LeadStatusRenamed()
            | LeadStatusColorChanged()
            | LeadStatusArchived()
            | LeadStatusUnarchived()
            | LeadStatusDeleted()
            | LeadStatusesReordered()
        ):
            return evolve_statuses(organization, event)
        case PipelineCreated() | PipelineRenamed() | PipelineDeleted() | PipelinesReordered():
            return evolve_pipelines(organization, event)
        case (
            OpportunityStatusCreated()
            | OpportunityStatusRenamed()
            | OpportunityStatusMoved()
            | OpportunityStatusesReordered()
            | OpportunityStatusDeleted()
        ):
            return evolve_stages(organization, event)
        case (
            CustomFieldCreated()
            | CustomFieldRenamed()
            | CustomFieldDescriptionChanged()
            | CustomFieldChoicesAdded()
            | CustomFieldChoicesRemoved()
            | CustomFieldChoicesReplaced()
            | CustomFieldMultiplicityChanged()
            | CustomFieldRolesChanged()
            | CustomFieldRequirementChanged()
            | CustomFieldDeleted()
            | CustomFieldsReordered()
        ):
            return evolve_fields(organization, event)
        case (
            CustomActivityTypeCreated()
            | CustomActivityTypeRenamed()
            | CustomActivityTypeDescriptionChanged()
            | CustomActivityTypeRolesChanged()
            | CustomActivityTypeArchived()
            | CustomActivityTypeUnarchived()
            | CustomActivityTypesReordered()
        ):
            return evolve_activity_types(organization, event)
        case (
            VisibilityChanged()
            | OrganizationRenamed()
            | OrganizationCurrencyChanged()
            | OrganizationTimeZoneChanged()
            | OrganizationCountryChanged()
        ):
            return evolve_details(organization, event)
        case _:
            assert_never(event)


@dataclass(frozen=True, kw_only=True)
class CreateOrganization:
    """A new organization with its first ADMIN, the usual statuses and one pipeline."""

    name: str
    admin_id: UserId
    admin_name: str
    admin_email: str
    time_zone: str = "UTC"
    currency: str = "USD"
    fresh_ids: tuple[UUID, ...] = field(default_factory=lambda: tuple(uuid7() for _ in range(_FOUNDING_IDS)))

    def decide(self, organization: Organization, at: Situation) -> Sequence[OrganizationEvent]:
        """Decide the founding facts.

        Raises:
            OrganizationExists, UnknownTimeZone, UnknownCurrency, InvalidEmail
        """
        if organization.version:
            raise OrganizationExists
        problems = Problems()
        name = problems.required(self.name, "name", limit=NAME_MAX)
        admin_name = problems.required(self.admin_name, "admin_name", limit=NAME_MAX)
        email = normalised_email(self.admin_email, problems, "admin_email")
        known_time_zone(self.time_zone, problems, "time_zone")
        if not is_currency(self.currency):
            problems.add(UnknownCurrency("currency", value=self.currency))
        problems.stop_if_any()
        ids = iter(self.fresh_ids)
        pipeline_id = PipelineId(next(ids))
        return (
            OrganizationCreated(name=name, currency=self.currency, time_zone=self.time_zone),
            UserAdded(
                user_id=self.admin_id,
                name=admin_name,
                email=email or "",
                role=Role.ADMIN,
                time_zone=self.time_zone,
            ),
            *(
                LeadStatusCreated(status_id=StatusId(next(ids)), label=label, color=color)
                for label, color in DEFAULT_LEAD_STATUSES
            ),
            PipelineCreated(pipeline_id=pipeline_id, name=DEFAULT_PIPELINE),
            *(
                OpportunityStatusCreated(status_id=StatusId(next(ids)), pipeline_id=pipeline_id, label=label, type=kind)
                for label, kind in DEFAULT_OPPORTUNITY_STATUSES
            ),
        )
