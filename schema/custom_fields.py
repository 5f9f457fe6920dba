"""Custom fields: creating, changing, ordering and deleting their definitions. For ADMINs."""

from __future__ import annotations

from typing import Any

import strawberry

from app.ids import CustomFieldId
from app.organization.field_edits import CreateCustomField, DeleteCustomField, UpdateCustomField
from app.organization.field_order import ReorderCustomFields
from schema.commands import CommandInput, Inputs, answer, change, given
from schema.context import Info
from schema.enums import CustomFieldTarget, CustomFieldType, Role
from schema.fields import plain, resolved
from schema.ids import public_id
from schema.organization import CustomField, OrganizationPayload, custom_field_of


@strawberry.type(description="What a command about one custom field did.")
class CustomFieldPayload(OrganizationPayload):
    @resolved
    def custom_field(self, info: Info) -> CustomField | None:
        """The field as it is now; null where nothing was done."""
        fields = info.context.organization.custom_fields
        field = fields.get(CustomFieldId(self.done.ids["custom_field"])) if self.done else None
        return custom_field_of(field) if field else None


@strawberry.input(description="A custom field to put behind the others.")
class CreateCustomFieldInput(CommandInput):
    target: CustomFieldTarget = plain("What it is a field of; for ever.")
    name: str = plain("At most 500 characters; unique for the target or activity type, whatever the case.")
    type: CustomFieldType = plain("What its values are; for ever. TEXTAREA is for activities only.")
    description: str | None = plain("What it is for; at most 280 characters.", default=strawberry.UNSET)
    choices: list[str] | None = plain(
        "One to 1,000 of at most 500 characters, unique, whatever the case; of the type CHOICES only.",
        default=strawberry.UNSET,
    )
    accepts_multiple_values: bool | None = plain("Of the types CHOICES, USER and CONTACT only.", default=False)
    editable_with_roles: list[Role] | None = plain(
        "Who may change values of it; absent or empty: everybody.", default=strawberry.UNSET
    )
    custom_activity_type_id: strawberry.ID | None = plain(
        "Of which activities it is a field; for ever. Required for the target ACTIVITY, and of it alone.",
        default=strawberry.UNSET,
    )
    is_required: bool | None = plain(
        "Whether published activities must have a value; of the target ACTIVITY only.", default=False
    )


@strawberry.type(description="What createCustomField did.")
class CreateCustomFieldPayload(CustomFieldPayload):
    pass


async def create_custom_field(info: Info, input: CreateCustomFieldInput) -> CreateCustomFieldPayload | None:
    """Add a custom field, at most 500 in all. Nothing changes on any lead."""

    def build(ids: Inputs) -> CreateCustomField:
        return CreateCustomField(
            target=input.target,
            name=input.name,
            type=input.type,
            description=given(input.description),
            choices=tuple(given(input.choices, ())),
            accepts_multiple_values=given(input.accepts_multiple_values, False),
            editable_with_roles=tuple(given(input.editable_with_roles, ())),
            activity_type_id=ids.id_or_none(
                "custom_activity_type", input.custom_activity_type_id, "custom_activity_type_id"
            ),
            is_required=given(input.is_required, False),
        )

    return await answer(info, CreateCustomFieldPayload, input, build)


@strawberry.input(description="Changes of a custom field. What is absent stays; null clears.")
class UpdateCustomFieldInput(CommandInput):
    field_id: strawberry.ID = plain("The field.")
    name: str | None = plain(
        "At most 500 characters; unique for the target or activity type, whatever the case.", default=strawberry.UNSET
    )
    description: str | None = plain("What it is for; at most 280 characters.", default=strawberry.UNSET)
    choices: list[str] | None = plain(
        "The whole list, in order; not together with addChoices and removeChoices.", default=strawberry.UNSET
    )
    add_choices: list[str] | None = plain(
        "To put at the end; those that are there already stay where they are.", default=strawberry.UNSET
    )
    remove_choices: list[str] | None = plain(
        "To take out. Values that name them are not shown, and are back when the choice is.", default=strawberry.UNSET
    )
    accepts_multiple_values: bool | None = plain(
        "Of the types CHOICES, USER and CONTACT only. Once false, only the first of several values is shown.",
        default=strawberry.UNSET,
    )
    editable_with_roles: list[Role] | None = plain(
        "Who may change values of it; null or empty: everybody.", default=strawberry.UNSET
    )
    is_required: bool | None = plain(
        "Whether published activities must have a value; of the target ACTIVITY only. Activities that there are stay "
        "as they are until somebody edits them.",
        default=strawberry.UNSET,
    )


@strawberry.type(description="What updateCustomField did.")
class UpdateCustomFieldPayload(CustomFieldPayload):
    pass


async def update_custom_field(info: Info, input: UpdateCustomFieldInput) -> UpdateCustomFieldPayload | None:
    """Change a custom field. Choices that two people add or remove at once are all added and removed."""

    def build(ids: Inputs) -> UpdateCustomField:
        return UpdateCustomField(
            field_id=ids.id("custom_field", input.field_id, "field_id"),
            name=change(input.name),
            description=change(input.description),
            choices=_list_change(input.choices),
            add_choices=tuple(given(input.add_choices, ())),
            remove_choices=tuple(given(input.remove_choices, ())),
            accepts_multiple_values=change(input.accepts_multiple_values),
            editable_with_roles=_list_change(input.editable_with_roles),
            is_required=change(input.is_required),
        )

    return await answer(info, UpdateCustomFieldPayload, input, build)


@strawberry.input(description="A custom field to delete.")
class DeleteCustomFieldInput(CommandInput):
    field_id: strawberry.ID = plain("The field.")


@strawberry.type(description="What deleteCustomField did.")
class DeleteCustomFieldPayload(OrganizationPayload):
    @resolved
    def custom_field_id(self) -> strawberry.ID | None:
        """The field that is gone; null where nothing was done."""
        return public_id("custom_field", self.done.ids["custom_field"]) if self.done else None


async def delete_custom_field(info: Info, input: DeleteCustomFieldInput) -> DeleteCustomFieldPayload | None:
    """Delete a custom field. Nobody sees its values any more, and it decides no more who sees a lead."""

    def build(ids: Inputs) -> DeleteCustomField:
        return DeleteCustomField(field_id=ids.id("custom_field", input.field_id, "field_id"))

    return await answer(info, DeleteCustomFieldPayload, input, build)


@strawberry.input(description="An order of custom fields.")
class ReorderCustomFieldsInput(CommandInput):
    target: CustomFieldTarget | None = plain("Only of those of this; absent: of all.", default=strawberry.UNSET)
    custom_activity_type_id: strawberry.ID | None = plain(
        "Only of those of these activities; absent: of all.", default=strawberry.UNSET
    )
    field_ids: list[strawberry.ID] = plain("From the first on; those left out follow in the order that they have.")


@strawberry.type(description="What reorderCustomFields did.")
class ReorderCustomFieldsPayload(OrganizationPayload):
    @resolved
    def custom_fields(self, info: Info) -> list[CustomField]:
        """All of the organization's in their order; empty where nothing was done."""
        return [custom_field_of(one) for one in info.context.organization.custom_fields.values()] if self.done else []


async def reorder_custom_fields(info: Info, input: ReorderCustomFieldsInput) -> ReorderCustomFieldsPayload | None:
    """Put custom fields in the order in which front ends show them."""

    def build(ids: Inputs) -> ReorderCustomFields:
        return ReorderCustomFields(
            target=given(input.target),
            activity_type_id=ids.id_or_none(
                "custom_activity_type", input.custom_activity_type_id, "custom_activity_type_id"
            ),
            field_ids=ids.ids("custom_field", input.field_ids, "field_ids"),
        )

    return await answer(info, ReorderCustomFieldsPayload, input, build)


def _list_change(value: Any) -> Any:
    """As `change`, of a list."""
    changed = change(value)
    return tuple(changed) if isinstance(changed, list) else changed
