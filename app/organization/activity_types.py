"""Custom activity types: kinds of activities that an organization defines, each with fields of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, assert_never

import msgspec

from app.ids import CustomActivityTypeId
from app.organization.event import OrganizationEvent
from app.organization.lists import in_order
from app.vocabulary import Role

if TYPE_CHECKING:
    from app.organization.organization import Organization

TYPES_MAX = 200  # of an organization, archived ones included: none is ever deleted


class CustomActivityType(msgspec.Struct, frozen=True, kw_only=True):
    """One type. Its fields are the custom fields that name it. `editable_with_roles` empty: every role may use it."""

    id: CustomActivityTypeId
    name: str
    description: str | None = None
    editable_with_roles: tuple[Role, ...] = ()
    is_archived: bool = False

    def editable_by(self, role: Role) -> bool:
        """Tell whether users of a role may record and edit activities of it."""
        return not self.editable_with_roles or role in self.editable_with_roles


class CustomActivityTypeCreated(
    OrganizationEvent, frozen=True, kw_only=True, tag="organization.custom_activity_type_created"
):
    entity: ClassVar[str | None] = "type_id"

    type_id: CustomActivityTypeId
    name: str
    description: str | None = None
    editable_with_roles: tuple[Role, ...] = ()


class CustomActivityTypeRenamed(
    OrganizationEvent, frozen=True, kw_only=True, tag="organization.custom_activity_type_renamed"
):
    """Activities that there are have the new name too."""

    entity: ClassVar[str | None] = "type_id"
    on_pages: ClassVar[bool] = True

    type_id: CustomActivityTypeId
    before: str
    after: str


class CustomActivityTypeDescriptionChanged(
    OrganizationEvent, frozen=True, kw_only=True, tag="organization.custom_activity_type_description_changed"
):
    entity: ClassVar[str | None] = "type_id"
    on_pages: ClassVar[bool] = True

    type_id: CustomActivityTypeId
    before: str | None = None
    after: str | None = None


class CustomActivityTypeRolesChanged(
    OrganizationEvent, frozen=True, kw_only=True, tag="organization.custom_activity_type_roles_changed"
):
    """Who may record and edit activities of it. Empty: everybody."""

    entity: ClassVar[str | None] = "type_id"
    on_pages: ClassVar[bool] = True

    type_id: CustomActivityTypeId
    before: tuple[Role, ...] = ()
    after: tuple[Role, ...] = ()


class CustomActivityTypeArchived(
    OrganizationEvent, frozen=True, kw_only=True, tag="organization.custom_activity_type_archived"
):
    """No more activities of it can be recorded. Those that there are stay, and can be edited."""

    entity: ClassVar[str | None] = "type_id"
    on_pages: ClassVar[bool] = True

    type_id: CustomActivityTypeId
    name: str


class CustomActivityTypeUnarchived(
    OrganizationEvent, frozen=True, kw_only=True, tag="organization.custom_activity_type_unarchived"
):
    entity: ClassVar[str | None] = "type_id"
    on_pages: ClassVar[bool] = True

    type_id: CustomActivityTypeId
    name: str


class CustomActivityTypesReordered(
    OrganizationEvent, frozen=True, kw_only=True, tag="organization.custom_activity_types_reordered"
):
    before: tuple[CustomActivityTypeId, ...]
    after: tuple[CustomActivityTypeId, ...]


AnyActivityTypeEvent = (
    CustomActivityTypeCreated
    | CustomActivityTypeRenamed
    | CustomActivityTypeDescriptionChanged
    | CustomActivityTypeRolesChanged
    | CustomActivityTypeArchived
    | CustomActivityTypeUnarchived
    | CustomActivityTypesReordered
)


def evolve_activity_types(organization: Organization, event: AnyActivityTypeEvent) -> Organization:
    """The state after one more fact about types. Total and pure: what is not there does not change."""
    change = msgspec.structs.replace
    types = organization.custom_activity_types
    if isinstance(event, CustomActivityTypesReordered):
        return change(organization, custom_activity_types=in_order(types, event.after))
    if isinstance(event, CustomActivityTypeCreated):
        return change(organization, custom_activity_types=types | {event.type_id: _created(event)})
    known = types.get(event.type_id)
    if known is None:
        return organization
    match event:
        case CustomActivityTypeRenamed():
            kind = change(known, name=event.after)
        case CustomActivityTypeDescriptionChanged():
            kind = change(known, description=event.after)
        case CustomActivityTypeRolesChanged():
            kind = change(known, editable_with_roles=event.after)
        case CustomActivityTypeArchived():
            kind = change(known, is_archived=True)
        case CustomActivityTypeUnarchived():
            kind = change(known, is_archived=False)
        case _:
            assert_never(event)
    return change(organization, custom_activity_types=types | {kind.id: kind})


def _created(event: CustomActivityTypeCreated) -> CustomActivityType:
    return CustomActivityType(
        id=event.type_id,
        name=event.name,
        description=event.description,
        editable_with_roles=event.editable_with_roles,
    )
