"""Organization: the state that its own and its leads' decisions need."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar, assert_never
from uuid import UUID

import msgspec

from app.email_address import normalised_email
from app.ids import CustomFieldId, InvitationId, KeyId, OrganizationId, PipelineId, StatusId, UserId, uuid7
from app.organization.api_keys import ApiKey, ApiKeyCreated, ApiKeyRevoked
from app.organization.custom_fields import CustomField, CustomFieldCreated, CustomFieldDeleted
from app.organization.details import (
    OrganizationCountryChanged,
    OrganizationCurrencyChanged,
    OrganizationRenamed,
    OrganizationTimeZoneChanged,
    is_currency,
)
from app.organization.event import OrganizationEvent
from app.organization.invitations import Invitation, InvitationAccepted, UserInvited
from app.organization.members import RoleChanged, UserDeactivated, UserReactivated
from app.organization.pipelines import (
    OpportunityStatus,
    OpportunityStatusCreated,
    Pipeline,
    PipelineCreated,
)
from app.organization.refusals import OrganizationExists, UnknownCurrency
from app.organization.statuses import LeadStatus, LeadStatusArchived, LeadStatusCreated
from app.organization.users import User, UserAdded, UserRenamed, UserTimeZoneChanged, known_time_zone
from app.organization.visibility import Visibility, VisibilityChanged
from app.situation import Situation
from app.text import NAME_MAX, Problems
from app.vocabulary import OpportunityStatusType, Role

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

Key = TypeVar("Key")
Value = TypeVar("Value")


class OrganizationCreated(OrganizationEvent, frozen=True, kw_only=True, tag="organization.created"):
    name: str
    currency: str
    time_zone: str


AnyOrganizationEvent = (
    OrganizationCreated
    | UserAdded
    | ApiKeyCreated
    | LeadStatusCreated
    | LeadStatusArchived
    | PipelineCreated
    | OpportunityStatusCreated
    | CustomFieldCreated
    | CustomFieldDeleted
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
    """Lists keep their order: the first status, pipeline and stage are the defaults."""

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
    visibility: Visibility = Visibility()

    @property
    def usable_lead_statuses(self) -> list[LeadStatus]:
        """Those that are not archived, in order."""
        return [status for status in self.lead_statuses.values() if not status.is_archived]

    def statuses_of(self, pipeline_id: PipelineId) -> list[OpportunityStatus]:
        """The stages of one pipeline, in order."""
        return [status for status in self.opportunity_statuses.values() if status.pipeline_id == pipeline_id]

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


def evolve(  # noqa: C901 - one arm an event
    organization: Organization, event: AnyOrganizationEvent
) -> Organization:
    """The state after one more fact. Total and pure."""
    change = msgspec.structs.replace
    match event:
        case OrganizationCreated():
            return change(organization, name=event.name, currency=event.currency, time_zone=event.time_zone)
        case UserAdded():
            user = User(
                id=event.user_id, name=event.name, email=event.email, role=event.role, time_zone=event.time_zone
            )
            return change(organization, users=_with(organization.users, user.id, user))
        case ApiKeyCreated():
            key = ApiKey(id=event.key_id, user_id=event.user_id)
            return change(organization, api_keys=_with(organization.api_keys, key.id, key))
        case ApiKeyRevoked():
            return change(organization, api_keys=_without(organization.api_keys, event.key_id))
        case LeadStatusCreated():
            status = LeadStatus(id=event.status_id, label=event.label, color=event.color)
            return change(organization, lead_statuses=_with(organization.lead_statuses, status.id, status))
        case LeadStatusArchived():
            known = organization.lead_statuses.get(event.status_id) or LeadStatus(id=event.status_id, label=event.label)
            archived = change(known, is_archived=True)
            return change(organization, lead_statuses=_with(organization.lead_statuses, archived.id, archived))
        case PipelineCreated():
            pipeline = Pipeline(id=event.pipeline_id, name=event.name)
            return change(organization, pipelines=_with(organization.pipelines, pipeline.id, pipeline))
        case OpportunityStatusCreated():
            stage = OpportunityStatus(
                id=event.status_id, pipeline_id=event.pipeline_id, label=event.label, type=event.type
            )
            stages = _with(organization.opportunity_statuses, stage.id, stage)
            return change(organization, opportunity_statuses=stages)
        case CustomFieldCreated():
            custom_field = CustomField(
                id=event.field_id,
                target=event.target,
                name=event.name,
                description=event.description,
                type=event.type,
                choices=event.choices,
                accepts_multiple_values=event.accepts_multiple_values,
                editable_with_roles=event.editable_with_roles,
            )
            return change(organization, custom_fields=_with(organization.custom_fields, custom_field.id, custom_field))
        case CustomFieldDeleted():
            return change(organization, custom_fields=_without(organization.custom_fields, event.field_id))
        case VisibilityChanged():
            return change(organization, visibility=event.after)
        case OrganizationRenamed():
            return change(organization, name=event.after)
        case OrganizationCurrencyChanged():
            return change(organization, currency=event.after)
        case OrganizationTimeZoneChanged():
            return change(organization, time_zone=event.after)
        case OrganizationCountryChanged():
            return change(organization, country=event.after)
        case UserInvited():
            return change(organization, invitations=_invited(organization, event))
        case InvitationAccepted():
            return change(organization, invitations=_without(organization.invitations, event.invitation_id))
        case UserRenamed():
            return _with_user(organization, event.user_id, name=event.after)
        case UserTimeZoneChanged():
            return _with_user(organization, event.user_id, time_zone=event.after)
        case RoleChanged():
            return _with_user(organization, event.user_id, role=event.after)
        case UserDeactivated():
            return _with_user(organization, event.user_id, is_active=False)
        case UserReactivated():
            return _with_user(organization, event.user_id, is_active=True)
        case _:
            assert_never(event)


def _with_user(organization: Organization, user_id: UserId, **changed: Any) -> Organization:
    user = organization.users.get(user_id)
    if user is None:
        return organization
    user = msgspec.structs.replace(user, **changed)
    return msgspec.structs.replace(organization, users=_with(organization.users, user_id, user))


def _invited(organization: Organization, event: UserInvited) -> dict[InvitationId, Invitation]:
    """With the new one, without the one whose link it kills."""
    invitation = Invitation(
        id=event.invitation_id,
        email=event.email,
        name=event.name,
        role=event.role,
        time_zone=event.time_zone,
        expires_at=event.expires_at,
    )
    others = {id: one for id, one in organization.invitations.items() if id != event.replaces}
    return _with(others, invitation.id, invitation)


def _without(entries: dict[Key, Value], key: Key) -> dict[Key, Value]:
    return {one: value for one, value in entries.items() if one != key}


def _with(entries: dict[Key, Value], key: Key, value: Value) -> dict[Key, Value]:
    return {**entries, key: value}


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
