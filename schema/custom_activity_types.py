"""Custom activity types: creating, changing, archiving and ordering them. For ADMINs."""

from __future__ import annotations

import strawberry

from app.ids import CustomActivityTypeId
from app.organization.activity_type_edits import (
    ArchiveCustomActivityType,
    CreateCustomActivityType,
    ReorderCustomActivityTypes,
    UnarchiveCustomActivityType,
    UpdateCustomActivityType,
)
from schema.commands import CommandInput, Inputs, answer, change, given
from schema.context import Info
from schema.enums import Role
from schema.fields import plain, resolved
from schema.organization import CustomActivityType, OrganizationPayload, custom_activity_type_of

_KIND, _WORD = "custom_activity_type", "custom_activity_type_id"


@strawberry.type(description="What a command about one custom activity type did.")
class CustomActivityTypePayload(OrganizationPayload):
    @resolved
    def custom_activity_type(self, info: Info) -> CustomActivityType | None:
        """The type as it is now; null where nothing was done."""
        organization = info.context.organization
        types = organization.custom_activity_types
        kind = types.get(CustomActivityTypeId(self.done.ids[_KIND])) if self.done else None
        return custom_activity_type_of(kind, organization) if kind else None


@strawberry.input(description="A type to put behind the others; its fields are created one by one.")
class CreateCustomActivityTypeInput(CommandInput):
    name: str = plain("At most 500 characters; unique, whatever the case.")
    description: str | None = plain("What it is for; at most 280 characters.", default=strawberry.UNSET)
    editable_with_roles: list[Role] | None = plain(
        "Who may record and edit activities of it; absent or empty: everybody.", default=strawberry.UNSET
    )


@strawberry.type(description="What createCustomActivityType did.")
class CreateCustomActivityTypePayload(CustomActivityTypePayload):
    pass


async def create_custom_activity_type(
    info: Info, input: CreateCustomActivityTypeInput
) -> CreateCustomActivityTypePayload | None:
    """Add a custom activity type, at most 200 in all, archived ones included."""

    def build(_: Inputs) -> CreateCustomActivityType:
        return CreateCustomActivityType(
            name=input.name,
            description=given(input.description),
            editable_with_roles=tuple(given(input.editable_with_roles, ())),
        )

    return await answer(info, CreateCustomActivityTypePayload, input, build)


@strawberry.input(description="Changes of a custom activity type. What is absent stays; null clears.")
class UpdateCustomActivityTypeInput(CommandInput):
    custom_activity_type_id: strawberry.ID = plain("The type.")
    name: str | None = plain("At most 500 characters; unique, whatever the case.", default=strawberry.UNSET)
    description: str | None = plain("What it is for; at most 280 characters.", default=strawberry.UNSET)
    editable_with_roles: list[Role] | None = plain(
        "Who may record and edit activities of it; null or empty: everybody.", default=strawberry.UNSET
    )
    field_ids: list[strawberry.ID] | None = plain(
        "Its fields in order, from the first on; those left out follow in the order that they have.",
        default=strawberry.UNSET,
    )


@strawberry.type(description="What updateCustomActivityType did.")
class UpdateCustomActivityTypePayload(CustomActivityTypePayload):
    pass


async def update_custom_activity_type(
    info: Info, input: UpdateCustomActivityTypeInput
) -> UpdateCustomActivityTypePayload | None:
    """Change a custom activity type, or the order of its fields. Activities that there are show it too."""

    def build(ids: Inputs) -> UpdateCustomActivityType:
        roles = change(input.editable_with_roles)
        return UpdateCustomActivityType(
            type_id=ids.id(_KIND, input.custom_activity_type_id, _WORD),
            name=change(input.name),
            description=change(input.description),
            editable_with_roles=tuple(roles) if isinstance(roles, list) else roles,
            field_ids=ids.ids("custom_field", given(input.field_ids, ()), "field_ids"),
        )

    return await answer(info, UpdateCustomActivityTypePayload, input, build)


@strawberry.input(description="A custom activity type to take out of use.")
class ArchiveCustomActivityTypeInput(CommandInput):
    custom_activity_type_id: strawberry.ID = plain("The type.")


@strawberry.type(description="What archiveCustomActivityType did.")
class ArchiveCustomActivityTypePayload(CustomActivityTypePayload):
    pass


async def archive_custom_activity_type(
    info: Info, input: ArchiveCustomActivityTypeInput
) -> ArchiveCustomActivityTypePayload | None:
    """Take a type out of use: nothing more of it is recorded. Activities of it stay, and can be edited."""

    def build(ids: Inputs) -> ArchiveCustomActivityType:
        return ArchiveCustomActivityType(type_id=ids.id(_KIND, input.custom_activity_type_id, _WORD))

    return await answer(info, ArchiveCustomActivityTypePayload, input, build)


@strawberry.input(description="An archived custom activity type to take into use again.")
class UnarchiveCustomActivityTypeInput(CommandInput):
    custom_activity_type_id: strawberry.ID = plain("The type.")


@strawberry.type(description="What unarchiveCustomActivityType did.")
class UnarchiveCustomActivityTypePayload(CustomActivityTypePayload):
    pass


async def unarchive_custom_activity_type(
    info: Info, input: UnarchiveCustomActivityTypeInput
) -> UnarchiveCustomActivityTypePayload | None:
    """Take a type into use again, at the place that it has."""

    def build(ids: Inputs) -> UnarchiveCustomActivityType:
        return UnarchiveCustomActivityType(type_id=ids.id(_KIND, input.custom_activity_type_id, _WORD))

    return await answer(info, UnarchiveCustomActivityTypePayload, input, build)


@strawberry.input(description="An order of the custom activity types.")
class ReorderCustomActivityTypesInput(CommandInput):
    custom_activity_type_ids: list[strawberry.ID] = plain(
        "From the first on; those left out follow in the order that they have."
    )


@strawberry.type(description="What reorderCustomActivityTypes did.")
class ReorderCustomActivityTypesPayload(OrganizationPayload):
    @resolved
    def custom_activity_types(self, info: Info) -> list[CustomActivityType]:
        """All of them in their order, archived ones included; empty where nothing was done."""
        organization = info.context.organization
        types = organization.custom_activity_types.values() if self.done else ()
        return [custom_activity_type_of(one, organization) for one in types]


async def reorder_custom_activity_types(
    info: Info, input: ReorderCustomActivityTypesInput
) -> ReorderCustomActivityTypesPayload | None:
    """Put the custom activity types in the order in which front ends offer them."""

    def build(ids: Inputs) -> ReorderCustomActivityTypes:
        return ReorderCustomActivityTypes(
            type_ids=ids.ids(_KIND, input.custom_activity_type_ids, "custom_activity_type_ids")
        )

    return await answer(info, ReorderCustomActivityTypesPayload, input, build)
