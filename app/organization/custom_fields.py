"""Custom fields: what an organization wants to know of leads, contacts and the like beside what all have."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, assert_never

import msgspec

from app.ids import CustomActivityTypeId, CustomFieldId
from app.organization.event import OrganizationEvent
from app.organization.lists import in_order
from app.vocabulary import CustomFieldTarget, CustomFieldType, Role

if TYPE_CHECKING:
    from app.organization.organization import Organization

FIELDS_MAX = 500  # of an organization
CHOICES_MAX = 1_000  # of a field
CHOICE_MAX = 500  # characters
DESCRIPTION_MAX = 280  # characters; source: Close's API, "Custom Fields"
SEVERAL = (CustomFieldType.CHOICES, CustomFieldType.USER, CustomFieldType.CONTACT)  # what may accept multiple values


class CustomField(msgspec.Struct, frozen=True, kw_only=True):
    """One definition. `editable_with_roles` empty: every role may edit values of it.

    Attributes:
        activity_type_id: of the custom activities that it is a field of; None for all other targets.
        is_required: a published custom activity must have a value of it.
    """

    id: CustomFieldId
    target: CustomFieldTarget
    name: str
    description: str | None = None
    type: CustomFieldType
    choices: tuple[str, ...] = ()
    accepts_multiple_values: bool = False
    editable_with_roles: tuple[Role, ...] = ()
    activity_type_id: CustomActivityTypeId | None = None
    is_required: bool = False

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
    activity_type_id: CustomActivityTypeId | None = None
    is_required: bool = False


class CustomFieldRenamed(OrganizationEvent, frozen=True, kw_only=True, tag="organization.custom_field_renamed"):
    entity: ClassVar[str | None] = "field_id"
    on_pages: ClassVar[bool] = True

    field_id: CustomFieldId
    before: str
    after: str


class CustomFieldDescriptionChanged(
    OrganizationEvent, frozen=True, kw_only=True, tag="organization.custom_field_description_changed"
):
    entity: ClassVar[str | None] = "field_id"
    on_pages: ClassVar[bool] = True

    field_id: CustomFieldId
    before: str | None = None
    after: str | None = None


class CustomFieldChoicesAdded(
    OrganizationEvent, frozen=True, kw_only=True, tag="organization.custom_field_choices_added"
):
    """Behind those that there were."""

    entity: ClassVar[str | None] = "field_id"
    on_pages: ClassVar[bool] = True

    field_id: CustomFieldId
    choices: tuple[str, ...]


class CustomFieldChoicesRemoved(
    OrganizationEvent, frozen=True, kw_only=True, tag="organization.custom_field_choices_removed"
):
    """Values that name them stay where they are; nobody sees them until the choice is back."""

    entity: ClassVar[str | None] = "field_id"
    on_pages: ClassVar[bool] = True

    field_id: CustomFieldId
    choices: tuple[str, ...]


class CustomFieldChoicesReplaced(
    OrganizationEvent, frozen=True, kw_only=True, tag="organization.custom_field_choices_replaced"
):
    """The whole list is another one, if only in its order."""

    entity: ClassVar[str | None] = "field_id"
    on_pages: ClassVar[bool] = True

    field_id: CustomFieldId
    before: tuple[str, ...]
    after: tuple[str, ...]


class CustomFieldMultiplicityChanged(
    OrganizationEvent, frozen=True, kw_only=True, tag="organization.custom_field_multiplicity_changed"
):
    """Whether it accepts multiple values. Where it does no more, only the first of those that are kept counts."""

    entity: ClassVar[str | None] = "field_id"
    on_pages: ClassVar[bool] = True

    field_id: CustomFieldId
    before: bool
    after: bool


class CustomFieldRolesChanged(
    OrganizationEvent, frozen=True, kw_only=True, tag="organization.custom_field_roles_changed"
):
    """Who may edit values of it. Empty: everybody."""

    entity: ClassVar[str | None] = "field_id"
    on_pages: ClassVar[bool] = True

    field_id: CustomFieldId
    before: tuple[Role, ...] = ()
    after: tuple[Role, ...] = ()


class CustomFieldRequirementChanged(
    OrganizationEvent, frozen=True, kw_only=True, tag="organization.custom_field_requirement_changed"
):
    """Whether published custom activities need a value. Those that there are stay as they are until somebody edits."""

    entity: ClassVar[str | None] = "field_id"
    on_pages: ClassVar[bool] = True

    field_id: CustomFieldId
    before: bool
    after: bool


class CustomFieldDeleted(OrganizationEvent, frozen=True, kw_only=True, tag="organization.custom_field_deleted"):
    """Its values stay where they are, and nobody sees them any more."""

    entity: ClassVar[str | None] = "field_id"
    on_pages: ClassVar[bool] = True

    field_id: CustomFieldId
    name: str


class CustomFieldsReordered(OrganizationEvent, frozen=True, kw_only=True, tag="organization.custom_fields_reordered"):
    """All of them, all of one target, or all of one custom activity type."""

    on_pages: ClassVar[bool] = True

    before: tuple[CustomFieldId, ...]
    after: tuple[CustomFieldId, ...]


AnyCustomFieldEvent = (
    CustomFieldCreated
    | CustomFieldRenamed
    | CustomFieldDescriptionChanged
    | CustomFieldChoicesAdded
    | CustomFieldChoicesRemoved
    | CustomFieldChoicesReplaced
    | CustomFieldMultiplicityChanged
    | CustomFieldRolesChanged
    | CustomFieldRequirementChanged
    | CustomFieldDeleted
    | CustomFieldsReordered
)


def evolve_fields(  # noqa: C901 - one arm an event
    organization: Organization, event: AnyCustomFieldEvent
) -> Organization:
    """The state after one more fact about custom fields. Total and pure: what is not there does not change."""
    change = msgspec.structs.replace
    fields = organization.custom_fields
    if isinstance(event, CustomFieldsReordered):
        return change(organization, custom_fields=in_order(fields, event.after))
    if isinstance(event, CustomFieldCreated):
        return change(organization, custom_fields=fields | {event.field_id: _created(event)})
    known = fields.get(event.field_id)
    if known is None:
        return organization
    match event:
        case CustomFieldRenamed():
            field = change(known, name=event.after)
        case CustomFieldDescriptionChanged():
            field = change(known, description=event.after)
        case CustomFieldChoicesAdded():
            field = change(known, choices=tuple(dict.fromkeys((*known.choices, *event.choices))))
        case CustomFieldChoicesRemoved():
            removed = set(event.choices)
            field = change(known, choices=tuple(one for one in known.choices if one not in removed))
        case CustomFieldChoicesReplaced():
            field = change(known, choices=event.after)
        case CustomFieldMultiplicityChanged():
            field = change(known, accepts_multiple_values=event.after)
        case CustomFieldRolesChanged():
            field = change(known, editable_with_roles=event.after)
        case CustomFieldRequirementChanged():
            field = change(known, is_required=event.after)
        case CustomFieldDeleted():
            return change(organization, custom_fields={one: it for one, it in fields.items() if one != known.id})
        case _:
            assert_never(event)
    return change(organization, custom_fields=fields | {field.id: field})


def _created(event: CustomFieldCreated) -> CustomField:
    return CustomField(
        id=event.field_id,
        target=event.target,
        name=event.name,
        description=event.description,
        type=event.type,
        choices=event.choices,
        accepts_multiple_values=event.accepts_multiple_values,
        editable_with_roles=event.editable_with_roles,
        activity_type_id=event.activity_type_id,
        is_required=event.is_required,
    )
