"""Custom fields: what an organization wants to know beside what every lead, contact and opportunity has."""

from __future__ import annotations

import strawberry

from app.organization import custom_fields
from app.vocabulary import Role as RoleWord
from schema.enums import CustomFieldTarget, CustomFieldType, Role
from schema.fields import plain
from schema.ids import public_id
from schema.node import Node


@strawberry.type(description="One thing that an organization wants to know of its leads, contacts or opportunities.")
class CustomField(Node):
    target: CustomFieldTarget = plain("What it is a field of.")
    name: str = plain("As it is called now.")
    description: str | None = plain("What it is for.")
    type: CustomFieldType = plain("What its values are.")
    choices: list[str] = plain("What CHOICES can be, in order; empty for the other types.")
    accepts_multiple_values: bool = plain("Whether its value is a list.")
    is_required: bool = plain("Whether publishing asks for it; of custom activities alone.")
    editable_with_roles: list[Role] = plain("Who may change values of it; empty: everybody.")
    viewer_can_edit: bool = plain("Whether the viewer may.")


def custom_field_of(field: custom_fields.CustomField, role: RoleWord) -> CustomField:
    """A custom field, from the organization's state, for a viewer of a role."""
    return CustomField(
        id=public_id("custom field", field.id),
        target=field.target,
        name=field.name,
        description=field.description,
        type=field.type,
        choices=list(field.choices),
        accepts_multiple_values=field.accepts_multiple_values,
        is_required=False,
        editable_with_roles=list(field.editable_with_roles),
        viewer_can_edit=field.editable_by(role),
    )
