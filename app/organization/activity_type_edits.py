"""Custom activity types: creating, changing, archiving and ordering them. Their fields are made like other fields."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from msgspec import UNSET, UnsetType

from app.ids import CustomActivityTypeId, CustomFieldId, uuid7
from app.organization.activity_types import (
    TYPES_MAX,
    CustomActivityType,
    CustomActivityTypeArchived,
    CustomActivityTypeCreated,
    CustomActivityTypeDescriptionChanged,
    CustomActivityTypeRenamed,
    CustomActivityTypeRolesChanged,
    CustomActivityTypesReordered,
    CustomActivityTypeUnarchived,
)
from app.organization.custom_fields import DESCRIPTION_MAX
from app.organization.event import OrganizationEvent
from app.organization.field_edits import kept_roles
from app.organization.field_order import fields_reordered
from app.organization.lists import own_name, whole_order
from app.organization.refusals import CustomActivityTypeNotFound, NameTaken, TooManyActivityTypes
from app.organization.rights import require_admin
from app.situation import Situation
from app.text import Problems
from app.vocabulary import CustomFieldTarget, Role

if TYPE_CHECKING:
    from app.organization.organization import Organization


@dataclass(frozen=True, kw_only=True)
class CreateCustomActivityType:
    """`editable_with_roles` empty: every role may record and edit activities of it."""

    produces: ClassVar[dict[str, str]] = {"custom_activity_type": "type_id"}

    name: str
    description: str | None = None
    editable_with_roles: tuple[Role, ...] = ()
    type_id: CustomActivityTypeId = field(default_factory=lambda: CustomActivityTypeId(uuid7()))

    def decide(self, organization: Organization, at: Situation) -> Sequence[OrganizationEvent]:
        """Add a type without fields behind the others.

        Raises:
            TooManyActivityTypes, NameTaken, Required, TextTooLong, NotAllowed
        """
        require_admin(organization, at.actor)
        if len(organization.custom_activity_types) >= TYPES_MAX:
            raise TooManyActivityTypes(limit=TYPES_MAX)
        problems = Problems()
        others = (one.name for one in organization.custom_activity_types.values())
        name = own_name(self.name, "name", others, NameTaken("name"), problems)
        description = problems.text(self.description, "description", limit=DESCRIPTION_MAX)
        problems.stop_if_any()
        roles = kept_roles(self.editable_with_roles)
        return (
            CustomActivityTypeCreated(
                type_id=self.type_id, name=name, description=description, editable_with_roles=roles
            ),
        )


@dataclass(frozen=True, kw_only=True)
class UpdateCustomActivityType:
    """Change what is given. What is UNSET stays; None clears the description, and lets every role in.

    Attributes:
        field_ids: its fields in their new order; those left out follow in the order that they have.
    """

    produces: ClassVar[dict[str, str]] = {"custom_activity_type": "type_id"}

    type_id: CustomActivityTypeId
    name: str | UnsetType | None = UNSET
    description: str | UnsetType | None = UNSET
    editable_with_roles: tuple[Role, ...] | UnsetType | None = UNSET
    field_ids: tuple[CustomFieldId, ...] = ()

    def decide(self, organization: Organization, at: Situation) -> Sequence[OrganizationEvent]:
        """One fact for each that becomes another one.

        Raises:
            CustomActivityTypeNotFound, NameTaken, Required, TextTooLong, CustomFieldNotFound, NotOfTarget, ListedTwice,
            NotAllowed
        """
        require_admin(organization, at.actor)
        known = known_activity_type(self.type_id, organization)
        problems = Problems()
        events = [
            *self._renamed(known, organization, problems),
            *self._described(known, problems),
            *self._entrusted(known),
            *self._reordered(organization, problems),
        ]
        problems.stop_if_any()
        return events

    def _renamed(
        self, known: CustomActivityType, organization: Organization, problems: Problems
    ) -> Sequence[OrganizationEvent]:
        if self.name is UNSET:
            return ()
        others = (one.name for one in organization.custom_activity_types.values() if one.id != known.id)
        name = own_name(self.name, "name", others, NameTaken("name"), problems)
        if name == known.name:
            return ()
        return (CustomActivityTypeRenamed(type_id=known.id, before=known.name, after=name),)

    def _described(self, known: CustomActivityType, problems: Problems) -> Sequence[OrganizationEvent]:
        if self.description is UNSET:
            return ()
        after = problems.text(self.description, "description", limit=DESCRIPTION_MAX)
        if after == known.description:
            return ()
        return (CustomActivityTypeDescriptionChanged(type_id=known.id, before=known.description, after=after),)

    def _entrusted(self, known: CustomActivityType) -> Sequence[OrganizationEvent]:
        if self.editable_with_roles is UNSET:
            return ()
        before, after = known.editable_with_roles, kept_roles(self.editable_with_roles or ())
        if after == before:
            return ()
        return (CustomActivityTypeRolesChanged(type_id=known.id, before=before, after=after),)

    def _reordered(self, organization: Organization, problems: Problems) -> Sequence[OrganizationEvent]:
        if not self.field_ids:
            return ()
        there = organization.fields_of(CustomFieldTarget.ACTIVITY, self.type_id)
        return fields_reordered(self.field_ids, there, organization, problems)


@dataclass(frozen=True, kw_only=True)
class ArchiveCustomActivityType:
    """Take a type out of use, whether or not there are activities of it: those stay, and can be edited."""

    produces: ClassVar[dict[str, str]] = {"custom_activity_type": "type_id"}

    type_id: CustomActivityTypeId

    def decide(self, organization: Organization, at: Situation) -> Sequence[OrganizationEvent]:
        """Archive it; one that is archived already decides nothing.

        Raises:
            CustomActivityTypeNotFound, NotAllowed
        """
        require_admin(organization, at.actor)
        known = known_activity_type(self.type_id, organization)
        return () if known.is_archived else (CustomActivityTypeArchived(type_id=known.id, name=known.name),)


@dataclass(frozen=True, kw_only=True)
class UnarchiveCustomActivityType:
    """Take a type into use again, at the place that it has."""

    produces: ClassVar[dict[str, str]] = {"custom_activity_type": "type_id"}

    type_id: CustomActivityTypeId

    def decide(self, organization: Organization, at: Situation) -> Sequence[OrganizationEvent]:
        """Unarchive it; one that is not archived decides nothing.

        Raises:
            CustomActivityTypeNotFound, NotAllowed
        """
        require_admin(organization, at.actor)
        known = known_activity_type(self.type_id, organization)
        return (CustomActivityTypeUnarchived(type_id=known.id, name=known.name),) if known.is_archived else ()


@dataclass(frozen=True, kw_only=True)
class ReorderCustomActivityTypes:
    """Put types into this order; those that are not named follow in the order that they have."""

    type_ids: tuple[CustomActivityTypeId, ...]

    def decide(self, organization: Organization, at: Situation) -> Sequence[OrganizationEvent]:
        """Decide the whole order; the one that there is already decides nothing.

        Raises:
            CustomActivityTypeNotFound, ListedTwice, NotAllowed
        """
        require_admin(organization, at.actor)
        problems = Problems()
        before = tuple(organization.custom_activity_types)
        after = whole_order(
            self.type_ids,
            before,
            problems,
            "custom_activity_type_ids",
            lambda _, *path: CustomActivityTypeNotFound(*path),
        )
        problems.stop_if_any()
        return (CustomActivityTypesReordered(before=before, after=after),) if after != before else ()


def known_activity_type(type_id: CustomActivityTypeId, organization: Organization) -> CustomActivityType:
    """A type of the organization's, archived or not.

    Raises:
        CustomActivityTypeNotFound
    """
    known = organization.custom_activity_types.get(type_id)
    if known is None:
        raise CustomActivityTypeNotFound("custom_activity_type_id")
    return known
