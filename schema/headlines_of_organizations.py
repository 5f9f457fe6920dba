"""Headlines of what happens to an organization: its lists, its fields, its people and keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app.event import Event
from app.organization.activity_types import (
    CustomActivityTypeArchived,
    CustomActivityTypeCreated,
    CustomActivityTypeDescriptionChanged,
    CustomActivityTypeRenamed,
    CustomActivityTypeRolesChanged,
    CustomActivityTypesReordered,
    CustomActivityTypeUnarchived,
)
from app.organization.api_keys import ApiKeyCreated, ApiKeyRevoked
from app.organization.custom_fields import (
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
)
from app.organization.details import (
    OrganizationCountryChanged,
    OrganizationCurrencyChanged,
    OrganizationRenamed,
    OrganizationTimeZoneChanged,
)
from app.organization.invitations import InvitationAccepted, UserInvited
from app.organization.members import RoleChanged, UserDeactivated, UserReactivated
from app.organization.organization import Organization, OrganizationCreated
from app.organization.pipelines import (
    OpportunityStatusCreated,
    OpportunityStatusDeleted,
    OpportunityStatusesReordered,
    OpportunityStatusMoved,
    OpportunityStatusRenamed,
    PipelineCreated,
    PipelineDeleted,
    PipelineRenamed,
    PipelinesReordered,
)
from app.organization.statuses import (
    LeadStatusArchived,
    LeadStatusColorChanged,
    LeadStatusCreated,
    LeadStatusDeleted,
    LeadStatusesReordered,
    LeadStatusRenamed,
    LeadStatusUnarchived,
)
from app.organization.users import UserAdded, UserRenamed, UserTimeZoneChanged
from app.organization.visibility import VisibilityChanged
from schema.headline_words import DELETED, counted


def _field_created(event: CustomFieldCreated, _: Organization) -> str:
    return f"The {event.target.value.lower()} field “{event.name}” was created."


def _multiplicity(event: CustomFieldMultiplicityChanged, organization: Organization) -> str:
    return f"{_field(event, organization)} takes {'several values' if event.after else 'one value'} now."


def _requirement(event: CustomFieldRequirementChanged, organization: Organization) -> str:
    return f"{_field(event, organization)} {'is required' if event.after else 'may be left empty'} now."


def _field(event: Any, organization: Organization) -> str:
    field = organization.custom_fields.get(event.field_id)
    return f"The field “{field.name}”" if field else f"The field {DELETED}"


def _visibility(event: VisibilityChanged, _: Organization) -> str:
    count = counted(len(event.after.field_ids), "field")
    behavior = event.after.behavior.value.replace("_", " ").lower()
    return f"What restricted users see changed: by {count}, {behavior}."


OF_ORGANIZATIONS: dict[type[Event], str | Callable[[Any, Organization], str]] = {
    OrganizationCreated: "The organization {name} was created.",
    OrganizationRenamed: "The organization's name changed from {before} to {after}.",
    OrganizationCurrencyChanged: "The organization's currency changed from {before} to {after}.",
    OrganizationTimeZoneChanged: "The organization's time zone changed from {before} to {after}.",
    OrganizationCountryChanged: "The organization's country changed from {before} to {after}.",
    VisibilityChanged: _visibility,
    UserAdded: "The user {name} was added.",
    UserInvited: "{email} was invited.",
    InvitationAccepted: "{user_id} accepted an invitation.",
    UserRenamed: "A user's name changed from {before} to {after}.",
    UserTimeZoneChanged: "{user_id}'s time zone changed from {before} to {after}.",
    RoleChanged: "{user_id}'s role changed from {before} to {after}.",
    UserDeactivated: "{user_id} was deactivated.",
    UserReactivated: "{user_id} was reactivated.",
    ApiKeyCreated: "An API key of {user_id} was created.",
    ApiKeyRevoked: "An API key of {user_id} was revoked.",
    LeadStatusCreated: "The lead status {label} was created.",
    LeadStatusRenamed: "The lead status {before} was renamed to {after}.",
    LeadStatusColorChanged: "The colour of the lead status {status_id} changed from {before} to {after}.",
    LeadStatusArchived: "The lead status {label} was archived.",
    LeadStatusUnarchived: "The lead status {label} is out of the archive again.",
    LeadStatusDeleted: "The lead status {label} was deleted.",
    LeadStatusesReordered: "The lead statuses were put into another order.",
    PipelineCreated: "The pipeline {name} was created.",
    PipelineRenamed: "The pipeline {before} was renamed to {after}.",
    PipelineDeleted: "The pipeline {name} was deleted.",
    PipelinesReordered: "The pipelines were put into another order.",
    OpportunityStatusCreated: "The opportunity status {label} was created in the pipeline {pipeline_id}.",
    OpportunityStatusRenamed: "The opportunity status {before} was renamed to {after}.",
    OpportunityStatusMoved: "The opportunity status {status_id} moved from the pipeline {before} to {after}.",
    OpportunityStatusesReordered: "The opportunity statuses of {pipeline_id} were put into another order.",
    OpportunityStatusDeleted: "The opportunity status {label} was deleted.",
    CustomFieldCreated: _field_created,
    CustomFieldRenamed: "The field {before} was renamed to {after}.",
    CustomFieldDescriptionChanged: "The description of the field {field_id} changed from {before} to {after}.",
    CustomFieldChoicesAdded: "The field {field_id} got the choices {choices}.",
    CustomFieldChoicesRemoved: "The field {field_id} lost the choices {choices}.",
    CustomFieldChoicesReplaced: "The choices of the field {field_id} are {after} now.",
    CustomFieldMultiplicityChanged: _multiplicity,
    CustomFieldRequirementChanged: _requirement,
    CustomFieldRolesChanged: "Those who may edit the field {field_id} changed from {before} to {after}.",
    CustomFieldDeleted: "The field {name} was deleted.",
    CustomFieldsReordered: "The fields were put into another order.",
    CustomActivityTypeCreated: "The custom activity type {name} was created.",
    CustomActivityTypeRenamed: "The custom activity type {before} was renamed to {after}.",
    CustomActivityTypeDescriptionChanged: "The description of {type_id} activities changed from {before} to {after}.",
    CustomActivityTypeRolesChanged: "Those who may record {type_id} activities changed from {before} to {after}.",
    CustomActivityTypeArchived: "The custom activity type {name} was archived.",
    CustomActivityTypeUnarchived: "The custom activity type {name} is out of the archive again.",
    CustomActivityTypesReordered: "The custom activity types were put into another order.",
}
