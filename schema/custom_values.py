"""Values of custom fields: on leads, contacts, opportunities and custom activities, and in inputs."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, cast
from uuid import UUID

import strawberry
from strawberry.scalars import JSON

from app.ids import ContactId, CustomFieldId, UserId
from app.lead.custom_values import ValueChange, valid_values
from app.organization import custom_fields
from app.vocabulary import CustomFieldType
from projections.lead_view import read as lead_side
from projections.lead_view.rows import CustomRow
from schema.commands import Inputs, change, given
from schema.context import Context, Info
from schema.fields import plain, resolved
from schema.ids import public_id
from schema.moments import Then
from schema.organization import CustomField, User, custom_field_of, user_of

NAMING = (CustomFieldType.USER, CustomFieldType.CONTACT)  # whose values are ids

CustomValueReference = Annotated[
    User | Annotated["Contact", strawberry.lazy("schema.contacts")],  # type: ignore[name-defined]  # noqa: F821
    strawberry.union("CustomValueReference", description="A user or contact that a custom value names."),
]


@strawberry.type(description="Value of one custom field; a list where the field accepts multiple values.")
class CustomValue:
    id: strawberry.ID = plain("Owner and field.")
    field: CustomField = plain("What it is a value of.")
    value: JSON = plain("NUMBER is a decimal string, users and contacts are ids.")
    kept: strawberry.Private[tuple[Any, ...]]

    def named_then(self, then: Then) -> None:
        """Users and contacts in the value are of the moment too."""
        if self.field.type in NAMING:
            self.value = then.ids(self.value)

    @resolved
    async def references(self, info: Info) -> list[CustomValueReference]:
        """Users and contacts that the value names."""
        context = info.context
        match self.field.type:
            case CustomFieldType.USER:
                users = context.organization.users
                return [user_of(users[UserId(UUID(value))]) for value in self.kept]
            case CustomFieldType.CONTACT:
                return await _contacts(context, self.kept)
            case _:
                return []


async def custom_values_of(context: Context, owner: strawberry.ID, owner_id: UUID) -> list[CustomValue]:
    """The values of a lead, contact or opportunity that count, in the organization's order of fields."""
    rows: list[CustomRow] = await context.batch("custom", lead_side.custom_values, []).load(owner_id)
    return await counting_values(context, owner, {row.field_id: row.value for row in rows})


async def counting_values(
    context: Context, owner: strawberry.ID, values: Mapping[CustomFieldId, Sequence[Any]]
) -> list[CustomValue]:
    """Those of some kept values that count, in the organization's order of fields."""
    fields = [field for field in context.organization.custom_fields.values() if field.id in values]
    counting = await asyncio.gather(*(_that_count(context, field, values[field.id]) for field in fields))
    return [_value_of(owner, field, kept) for field, kept in zip(fields, counting, strict=True) if kept]


async def _that_count(context: Context, field: custom_fields.CustomField, values: Sequence[Any]) -> tuple[Any, ...]:
    kept = tuple(values)
    if field.type is CustomFieldType.CONTACT:
        rows = await context.batch("contact", lead_side.contacts).load_many([UUID(value) for value in kept])
        kept = tuple(value for value, row in zip(kept, rows, strict=True) if row is not None)
    return valid_values(field, kept, context.organization)


def _value_of(owner: strawberry.ID, field: custom_fields.CustomField, kept: tuple[Any, ...]) -> CustomValue:
    return CustomValue(
        id=strawberry.ID(f"{owner}.{public_id('custom_field', field.id)}"),
        field=custom_field_of(field),
        value=cast(JSON, value_of(field, kept)),
        kept=kept,
    )


def value_of(field: custom_fields.CustomField, kept: Sequence[Any]) -> Any:
    """A kept value as clients see it; None: there is none."""
    shown = [_shown(field.type, value) for value in kept]
    return (shown or None) if field.accepts_multiple_values else next(iter(shown), None)


def _shown(kind: CustomFieldType, value: Any) -> Any:
    match kind:
        case CustomFieldType.USER:
            return public_id("user", UUID(value))
        case CustomFieldType.CONTACT:
            return public_id("contact", UUID(value))
        case _:
            return value


async def _contacts(context: Context, kept: Sequence[str]) -> list[Any]:
    from schema.contacts import contact_of

    rows = [await context.contact_row(ContactId(UUID(value))) for value in kept]
    return [contact_of(row) for row in rows if row is not None]


# ---------------------------------------------------------------- inputs


@strawberry.input(
    description="Exactly one of set, add and remove; each field once. NUMBER takes a number or a decimal string."
)
class CustomValueInput:
    field_id: strawberry.ID = plain("The field.")
    set: JSON | None = plain("Replaces the whole value; null unsets.", default=strawberry.UNSET)
    add: list[JSON] | None = plain("Values to put in; never null.", default=strawberry.UNSET)
    remove: list[JSON] | None = plain("Values to take out; never null.", default=strawberry.UNSET)


def value_changes(ids: Inputs, inputs: object, *path: str) -> tuple[ValueChange, ...]:
    """What an input wants of custom fields; `path` is where it stands in the input."""
    listed: Sequence[CustomValueInput] = given(inputs, ())
    return tuple(
        ValueChange(
            field_id=CustomFieldId(ids.id("custom_field", one.field_id, *path, str(index), "field_id")),
            set=change(one.set),
            add=change(one.add),
            remove=change(one.remove),
        )
        for index, one in enumerate(listed)
    )
