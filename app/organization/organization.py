"""Organization: the state that its own and its leads' decisions need."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeVar, assert_never
from uuid import UUID

import msgspec

from app.email_address import normalised_email
from app.ids import CustomFieldId, OrganizationId, PipelineId, StatusId, UserId, uuid7
from app.organization.custom_fields import CustomField, CustomFieldCreated, CustomFieldDeleted
from app.organization.event import OrganizationEvent
from app.organization.pipelines import (
    OpportunityStatus,
    OpportunityStatusCreated,
    Pipeline,
    PipelineCreated,
)
from app.organization.refusals import OrganizationExists, UnknownCurrency, UnknownTimeZone
from app.organization.statuses import LeadStatus, LeadStatusArchived, LeadStatusCreated
from app.organization.users import ApiKeyCreated, User, UserAdded
from app.organization.visibility import Visibility, VisibilityChanged
from app.situation import Situation
from app.text import NAME_MAX, Problems
from app.time_zones import time_zone_names
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
            return organization
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
        case _:
            assert_never(event)


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
        if self.time_zone not in time_zone_names():
            problems.add(UnknownTimeZone("time_zone", value=self.time_zone))
        if not re.fullmatch("[A-Z]{3}", self.currency):
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
