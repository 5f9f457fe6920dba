"""The organization as screens see it: users, statuses, pipelines, custom fields, custom activity types."""

from __future__ import annotations

from typing import Annotated

import strawberry
from msgspec import UnsetType

from app.ids import CustomFieldId, UserId
from app.organization import activity_types, custom_fields, pipelines, statuses, users
from app.organization import organization as organizations
from app.organization.details import UpdateOrganization
from schema.api_keys import ApiKey, api_key_of, keys_seen
from schema.commands import CommandInput, Inputs, Payload, answer, change, given
from schema.context import Context, Info
from schema.enums import CustomFieldTarget, CustomFieldType, OpportunityStatusType, Role, VisibilityBehavior
from schema.fields import argument, plain, resolved
from schema.ids import public_id
from schema.invitations import Invitation, invitation_of, invitations_seen
from schema.node import Node


@strawberry.type(description="A person of the organization.")
class User(Node):
    name: str = plain("Full name.")
    email: str = plain("Address; also how the person is found by operators.")
    is_active: bool = plain("Whether the person can still come in.")
    role: Role = plain("What the person may do.")
    time_zone: str = plain("IANA name; decides which day is today.")
    source: strawberry.Private[users.User]

    @resolved
    def api_keys(self, info: Info) -> list[ApiKey]:
        """Keys that act for this user, oldest first; at most 100. Only that user and ADMINs see any."""
        return [api_key_of(key) for key in keys_seen(info.context, self.source.id)]


@strawberry.type(description="One entry of the list that every lead has exactly one of.")
class LeadStatus(Node):
    label: str = plain("As it is called now; activities keep the label of their moment.")
    color: str | None = plain("CSS colour.")
    is_archived: bool = plain("Leads keep it, none can get it.")
    is_deleted: bool = plain("It is in no list any more; only what is older still has it.")


@strawberry.type(description="An ordered way from a first talk to won or lost.")
class Pipeline(Node):
    name: str = plain("As people call it.")
    is_deleted: bool = plain("It is in no list any more; only what is older still has it.")
    organization: strawberry.Private[organizations.Organization]
    source: strawberry.Private[pipelines.Pipeline]

    @resolved
    def statuses(self) -> list[OpportunityStatus]:
        """Its stages, in order."""
        return [opportunity_status_of(one, self.organization) for one in self.organization.statuses_of(self.source.id)]


@strawberry.type(description="One stage of a pipeline.")
class OpportunityStatus(Node):
    label: str = plain("As it is called now.")
    type: OpportunityStatusType = plain("Whether an opportunity here is open, won or lost. Never changes.")
    is_deleted: bool = plain("It is in no pipeline any more; only what is older still has it.")
    organization: strawberry.Private[organizations.Organization]
    source: strawberry.Private[pipelines.OpportunityStatus]

    @resolved
    def pipeline(self) -> Pipeline:
        """The pipeline that it is a stage of."""
        pipeline = self.organization.pipeline(self.source.pipeline_id)
        assert pipeline is not None, "a stage has one of the organization's pipelines, or one that was"
        return pipeline_of(pipeline, self.organization)


@strawberry.type(
    description="What the organization wants to know of each lead, contact or opportunity, or of activities of a type."
)
class CustomField(Node):
    target: CustomFieldTarget = plain("What it is a field of. Never changes.")
    name: str = plain("As people call it; unique for the target or the activity type, whatever the case.")
    description: str | None = plain("What it is for; at most 280 characters.")
    type: CustomFieldType = plain("What its values are. Never changes.")
    choices: list[str] = plain("In order; empty unless the type is CHOICES.")
    accepts_multiple_values: bool = plain("Whether its value is a list.")
    is_required: bool = plain("Whether a published custom activity must have it; false for all other targets.")
    editable_with_roles: list[Role] = plain("Who may change values of it; empty: everybody.")
    source: strawberry.Private[custom_fields.CustomField]

    @resolved
    def viewer_can_edit(self, info: Info) -> bool:
        """Whether the viewer's role may change values of it."""
        user = info.context.organization.users[info.context.principal.user_id]
        return self.source.editable_by(user.role)

    @resolved
    def custom_activity_type(self, info: Info) -> CustomActivityType | None:
        """Of which activities it is a field; null for all targets but ACTIVITY. Never changes."""
        type_id, organization = self.source.activity_type_id, info.context.organization
        kind = organization.custom_activity_types.get(type_id) if type_id else None
        return custom_activity_type_of(kind, organization) if kind else None


@strawberry.type(description="A kind of activities that the organization defined, with fields of its own.")
class CustomActivityType(Node):
    name: str = plain("As people call it; unique, whatever the case.")
    description: str | None = plain("What it is for; at most 280 characters.")
    is_archived: bool = plain("No more activities of it can be recorded; those that there are can be edited.")
    editable_with_roles: list[Role] = plain("Who may record and edit activities of it; empty: everybody.")
    organization: strawberry.Private[organizations.Organization]
    source: strawberry.Private[activity_types.CustomActivityType]

    @resolved
    def fields(self) -> list[CustomField]:
        """In order; at most 500."""
        owned = self.organization.fields_of(CustomFieldTarget.ACTIVITY, self.source.id)
        return [custom_field_of(one) for one in owned]

    @resolved
    def viewer_can_edit(self, info: Info) -> bool:
        """Whether the viewer's role may record and edit activities of it."""
        user = info.context.organization.users[info.context.principal.user_id]
        return self.source.editable_by(user.role)


@strawberry.type(description="Everything that one customer of this system has: the boundary of all data.")
class Organization(Node):
    name: str = plain("As people call it.")
    currency: str = plain("ISO 4217; of all values.")
    time_zone: str = plain("IANA name; what new users get.")
    country: str | None = plain("ISO 3166, two letters: by which national telephone numbers are read.")
    visibility_field_ids: list[strawberry.ID] = plain(
        "Custom fields of leads that name users: RESTRICTED users see the leads in which one of these names them."
    )
    visibility_behavior: VisibilityBehavior = plain("What RESTRICTED users see where none of the fields names anybody.")
    source: strawberry.Private[organizations.Organization]

    @resolved
    def lead_statuses(
        self,
        include_archived: Annotated[bool | None, argument("Also those that no lead can get any more.")] = False,
    ) -> list[LeadStatus]:
        """In order; the first is what new leads get."""
        return [
            lead_status_of(status)
            for status in self.source.lead_statuses.values()
            if include_archived or not status.is_archived
        ]

    @resolved
    def pipelines(self) -> list[Pipeline]:
        """In order; new opportunities start in the first."""
        return [pipeline_of(pipeline, self.source) for pipeline in self.source.pipelines.values()]

    @resolved
    def custom_fields(
        self, target: Annotated[CustomFieldTarget | None, argument("Only those of this.")] = strawberry.UNSET
    ) -> list[CustomField]:
        """In order; at most 500."""
        return [custom_field_of(one) for one in self.source.fields_of(given(target))]

    @resolved
    def custom_activity_types(
        self,
        include_archived: Annotated[bool | None, argument("Also those of which nothing can be recorded.")] = False,
    ) -> list[CustomActivityType]:
        """In order; at most 200."""
        return [
            custom_activity_type_of(kind, self.source)
            for kind in self.source.custom_activity_types.values()
            if include_archived or not kind.is_archived
        ]

    @resolved
    def users(
        self,
        include_inactive: Annotated[bool | None, argument("Also those who cannot come in any more.")] = False,
    ) -> list[User]:
        """In the order in which they came."""
        return [user_of(user) for user in self.source.users.values() if include_inactive or user.is_active]

    @resolved
    def invitations(self, info: Info) -> list[Invitation]:
        """Open ones, oldest first; at most 500. Only ADMINs see any."""
        return [invitation_of(one) for one in invitations_seen(info.context)]


@strawberry.type(description="What payloads of commands about the organization have.")
class OrganizationPayload(Payload):
    @resolved
    def organization(self, info: Info) -> Organization | None:
        """The organization as it is now; null where nothing was done."""
        return organization_of(info.context.organization) if self.done else None


def organization_of(source: organizations.Organization) -> Organization:
    """The organization, from its state."""
    return Organization(
        id=public_id("organization", source.id),
        name=source.name,
        currency=source.currency,
        time_zone=source.time_zone,
        country=source.country,
        visibility_field_ids=[
            public_id("custom_field", one) for one in source.visibility.field_ids if one in source.custom_fields
        ],
        visibility_behavior=source.visibility.behavior,
        source=source,
    )


def user_of(user: users.User) -> User:
    """A user, from the organization's state."""
    return User(
        id=public_id("user", user.id),
        name=user.name,
        email=user.email,
        is_active=user.is_active,
        role=user.role,
        time_zone=user.time_zone,
        source=user,
    )


def lead_status_of(status: statuses.LeadStatus) -> LeadStatus:
    """A lead status, from the organization's state."""
    return LeadStatus(
        id=public_id("status", status.id),
        label=status.label,
        color=status.color,
        is_archived=status.is_archived,
        is_deleted=status.is_deleted,
    )


def pipeline_of(pipeline: pipelines.Pipeline, organization: organizations.Organization) -> Pipeline:
    """A pipeline, from the organization's state."""
    return Pipeline(
        id=public_id("pipeline", pipeline.id),
        name=pipeline.name,
        is_deleted=pipeline.is_deleted,
        organization=organization,
        source=pipeline,
    )


def custom_field_of(field: custom_fields.CustomField) -> CustomField:
    """A custom field, from the organization's state."""
    return CustomField(
        id=public_id("custom_field", field.id),
        target=field.target,
        name=field.name,
        description=field.description,
        type=field.type,
        choices=list(field.choices),
        accepts_multiple_values=field.accepts_multiple_values,
        is_required=field.is_required,
        editable_with_roles=list(field.editable_with_roles),
        source=field,
    )


def custom_activity_type_of(
    kind: activity_types.CustomActivityType, organization: organizations.Organization
) -> CustomActivityType:
    """A custom activity type, from the organization's state."""
    return CustomActivityType(
        id=public_id("custom_activity_type", kind.id),
        name=kind.name,
        description=kind.description,
        is_archived=kind.is_archived,
        editable_with_roles=list(kind.editable_with_roles),
        organization=organization,
        source=kind,
    )


def opportunity_status_of(
    status: pipelines.OpportunityStatus, organization: organizations.Organization
) -> OpportunityStatus:
    """A stage, from the organization's state."""
    return OpportunityStatus(
        id=public_id("status", status.id),
        label=status.label,
        type=status.type,
        is_deleted=status.is_deleted,
        organization=organization,
        source=status,
    )


async def user_with(context: Context, user_id: UserId | None) -> User | None:
    """The user of an id in a row; None stays None."""
    if user_id is None:
        return None
    organization = await context.organization_with(lambda one: user_id in one.users)
    return user_of(organization.users[user_id])


async def viewer(info: Info) -> User | None:
    """Who asks."""
    return user_of(info.context.principal.user)


async def organization(info: Info) -> Organization | None:
    """The viewer's organization."""
    return organization_of(info.context.organization)


@strawberry.input(description="Changes of an organization's details. What is absent stays.")
class UpdateOrganizationInput(CommandInput):
    name: str | None = plain("At most 500 characters; never blank.", default=strawberry.UNSET)
    currency: str | None = plain("ISO 4217, three capital letters. Values are not converted.", default=strawberry.UNSET)
    time_zone: str | None = plain("IANA name; what new users get.", default=strawberry.UNSET)
    country: str | None = plain(
        "ISO 3166, two letters, by which national telephone numbers are read; null: none.", default=strawberry.UNSET
    )
    visibility_field_ids: list[strawberry.ID] | None = plain(
        "Custom fields of leads of the type USER, at most 20; null: none.", default=strawberry.UNSET
    )
    visibility_behavior: VisibilityBehavior | None = plain("Null: REQUIRE_ASSIGNMENT.", default=strawberry.UNSET)


@strawberry.type(description="What updateOrganization did.")
class UpdateOrganizationPayload(Payload):
    @resolved
    def organization(self, info: Info) -> Organization | None:
        """The organization as it is now; null where nothing was done."""
        return organization_of(info.context.organization) if self.done else None


async def update_organization(info: Info, input: UpdateOrganizationInput) -> UpdateOrganizationPayload | None:
    """Change some details of the organization, and who sees which leads in it, as an ADMIN."""
    context = info.context

    def build(ids: Inputs) -> UpdateOrganization:
        return UpdateOrganization(
            name=change(input.name),
            currency=change(input.currency),
            time_zone=change(input.time_zone),
            country=change(input.country),
            visibility_field_ids=_field_ids(ids, change(input.visibility_field_ids)),
            visibility_behavior=change(input.visibility_behavior),
        )

    payload = await answer(info, UpdateOrganizationPayload, input, build)
    if payload.done is None or payload.proposed is not None:
        return payload
    if "organization.renamed" in payload.done.events:
        await context.services.keys.rename_organization(context.organization.id, context.organization.name)
    return payload


def _field_ids(ids: Inputs, given_ids: list[str] | UnsetType | None) -> list[CustomFieldId] | UnsetType | None:
    if given_ids is None or isinstance(given_ids, UnsetType):
        return given_ids
    return [ids.id("custom_field", one, "visibility_field_ids", str(index)) for index, one in enumerate(given_ids)]
