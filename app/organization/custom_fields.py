"""Custom fields: what an organization wants to know of its leads, contacts and opportunities beside what all have."""

from __future__ import annotations

from typing import ClassVar

import msgspec

from app.ids import CustomFieldId
from app.organization.event import OrganizationEvent
from app.vocabulary import CustomFieldTarget, CustomFieldType, Role


class CustomField(msgspec.Struct, frozen=True, kw_only=True):
    """One definition. `editable_with_roles` empty: every role may edit values of it."""

    id: CustomFieldId
    target: CustomFieldTarget
    name: str
    description: str | None = None
    type: CustomFieldType
    choices: tuple[str, ...] = ()
    accepts_multiple_values: bool = False
    editable_with_roles: tuple[Role, ...] = ()

    def editable_by(self, role: Role) -> bool:
        """Tell whether users of a role may change values of it."""
        return not self.editable_with_roles or role in self.editable_with_roles


class CustomFieldCreated(OrganizationEvent, frozen=True, kw_only=True, tag="organization.custom_field_created"):
    entity: ClassVar[str | None] = "field_id"

    field_id: CustomFieldId
    target: CustomFieldTarget
    name: str
    description: str | None = None
    type: CustomFieldType
    choices: tuple[str, ...] = ()
    accepts_multiple_values: bool = False
    editable_with_roles: tuple[Role, ...] = ()


class CustomFieldDeleted(OrganizationEvent, frozen=True, kw_only=True, tag="organization.custom_field_deleted"):
    """Its values stay where they are, and nobody sees them any more."""

    entity: ClassVar[str | None] = "field_id"
    on_pages: ClassVar[bool] = True

    field_id: CustomFieldId
    name: str
