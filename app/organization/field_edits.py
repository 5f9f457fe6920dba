"""Custom fields: creating, changing and deleting their definitions. Type and target never change."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from msgspec import UNSET, UnsetType

from app.ids import CustomActivityTypeId, CustomFieldId, uuid7
from app.organization.custom_fields import (
    DESCRIPTION_MAX,
    FIELDS_MAX,
    SEVERAL,
    CustomField,
    CustomFieldCreated,
    CustomFieldDeleted,
    CustomFieldDescriptionChanged,
    CustomFieldMultiplicityChanged,
    CustomFieldRenamed,
    CustomFieldRequirementChanged,
    CustomFieldRolesChanged,
)
from app.organization.event import OrganizationEvent
from app.organization.field_choices import ChoicesChange, kept_choices
from app.organization.lists import own_name
from app.organization.refusals import (
    ActivityTypeMisplaced,
    ActivityTypeMissing,
    ChoicesMisplaced,
    ChoicesMissing,
    CustomActivityTypeNotFound,
    CustomFieldNotFound,
    MultipleMisplaced,
    NameTaken,
    RequirementMisplaced,
    TextareaMisplaced,
    TooManyFields,
)
from app.organization.rights import require_admin
from app.situation import Situation
from app.text import Problems, Required
from app.vocabulary import CustomFieldTarget, CustomFieldType, Role

if TYPE_CHECKING:
    from app.organization.organization import Organization


@dataclass(frozen=True, kw_only=True)
class CreateCustomField:
    """`editable_with_roles` empty: every role may edit values of it.

    Attributes:
        activity_type_id: what a field of activities belongs to, for ever; None for all other targets.
        is_required: published custom activities need a value of it.
    """

    produces: ClassVar[dict[str, str]] = {"custom_field": "field_id"}

    target: CustomFieldTarget
    name: str
    type: CustomFieldType
    description: str | None = None
    choices: tuple[str, ...] = ()
    accepts_multiple_values: bool = False
    editable_with_roles: tuple[Role, ...] = ()
    activity_type_id: CustomActivityTypeId | None = None
    is_required: bool = False
    field_id: CustomFieldId = field(default_factory=lambda: CustomFieldId(uuid7()))

    def decide(self, organization: Organization, at: Situation) -> Sequence[OrganizationEvent]:
        """Add a field behind the others. Nothing changes on any lead.

        Raises:
            TooManyFields, ActivityTypeMissing, ActivityTypeMisplaced, CustomActivityTypeNotFound, TextareaMisplaced,
            RequirementMisplaced, NameTaken, ChoicesMissing, ChoicesMisplaced, ChoiceTaken, MultipleMisplaced,
            NotAllowed
        """
        require_admin(organization, at.actor)
        if len(organization.custom_fields) >= FIELDS_MAX:
            raise TooManyFields(limit=FIELDS_MAX)
        problems = Problems()
        self._require_owner(organization, problems)
        if self.type is CustomFieldType.TEXTAREA and self.target is not CustomFieldTarget.ACTIVITY:
            problems.add(TextareaMisplaced("type"))
        _require_requirable(self.target, problems, wanted=self.is_required)
        others = (one.name for one in organization.fields_of(self.target, self.activity_type_id))
        name = own_name(self.name, "name", others, NameTaken("name"), problems)
        description = problems.text(self.description, "description", limit=DESCRIPTION_MAX)
        choices = self._kept_choices(problems)
        _require_several(self.type, problems, wanted=self.accepts_multiple_values)
        problems.stop_if_any()
        return (
            CustomFieldCreated(
                field_id=self.field_id,
                target=self.target,
                name=name,
                description=description,
                type=self.type,
                choices=choices,
                accepts_multiple_values=self.accepts_multiple_values,
                editable_with_roles=kept_roles(self.editable_with_roles),
                activity_type_id=self.activity_type_id,
                is_required=self.is_required,
            ),
        )

    def _require_owner(self, organization: Organization, problems: Problems) -> None:
        """A field of activities belongs to a type of them, and no other field does."""
        if self.activity_type_id is None:
            if self.target is CustomFieldTarget.ACTIVITY:
                problems.add(ActivityTypeMissing("custom_activity_type_id"))
        elif self.activity_type_id not in organization.custom_activity_types:
            problems.add(CustomActivityTypeNotFound("custom_activity_type_id"))
        elif self.target is not CustomFieldTarget.ACTIVITY:
            problems.add(ActivityTypeMisplaced("custom_activity_type_id"))

    def _kept_choices(self, problems: Problems) -> tuple[str, ...]:
        if self.type is CustomFieldType.CHOICES:
            if not self.choices:
                problems.add(ChoicesMissing("choices"))
            return kept_choices(self.choices, problems, "choices")
        if self.choices:
            problems.add(ChoicesMisplaced("choices"))
        return ()


@dataclass(frozen=True, kw_only=True)
class UpdateCustomField:
    """Change what is given. What is UNSET stays; None clears the description, and lets every role edit values."""

    produces: ClassVar[dict[str, str]] = {"custom_field": "field_id"}

    field_id: CustomFieldId
    name: str | UnsetType | None = UNSET
    description: str | UnsetType | None = UNSET
    choices: tuple[str, ...] | UnsetType | None = UNSET
    add_choices: tuple[str, ...] = ()
    remove_choices: tuple[str, ...] = ()
    accepts_multiple_values: bool | UnsetType | None = UNSET
    editable_with_roles: tuple[Role, ...] | UnsetType | None = UNSET
    is_required: bool | UnsetType | None = UNSET

    def decide(self, organization: Organization, at: Situation) -> Sequence[OrganizationEvent]:
        """One fact for each that becomes another one.

        Raises:
            CustomFieldNotFound, NameTaken, Required, ChoicesMisplaced, ChoicesMissing, ChoiceTaken, TooManyChoices,
            BothChoiceForms, MultipleMisplaced, RequirementMisplaced, NotAllowed
        """
        require_admin(organization, at.actor)
        known = _known_field(self.field_id, organization)
        problems = Problems()
        change = ChoicesChange(choices=self.choices, add=self.add_choices, remove=self.remove_choices)
        events = [
            *self._renamed(known, organization, problems),
            *self._described(known, problems),
            *change.decide(known, problems),
            *self._multiplied(known, problems),
            *self._entrusted(known),
            *self._demanded(known, problems),
        ]
        problems.stop_if_any()
        return events

    def _renamed(
        self, known: CustomField, organization: Organization, problems: Problems
    ) -> Sequence[OrganizationEvent]:
        if self.name is UNSET:
            return ()
        owned = organization.fields_of(known.target, known.activity_type_id)
        others = (one.name for one in owned if one.id != known.id)
        name = own_name(self.name, "name", others, NameTaken("name"), problems)
        return (CustomFieldRenamed(field_id=known.id, before=known.name, after=name),) if name != known.name else ()

    def _described(self, known: CustomField, problems: Problems) -> Sequence[OrganizationEvent]:
        if self.description is UNSET:
            return ()
        after = problems.text(self.description, "description", limit=DESCRIPTION_MAX)
        if after == known.description:
            return ()
        return (CustomFieldDescriptionChanged(field_id=known.id, before=known.description, after=after),)

    def _multiplied(self, known: CustomField, problems: Problems) -> Sequence[OrganizationEvent]:
        before, after = known.accepts_multiple_values, self.accepts_multiple_values
        if after is UNSET:
            return ()
        if after is None:
            problems.add(Required("accepts_multiple_values"))
            return ()
        _require_several(known.type, problems, wanted=after)
        return (
            (CustomFieldMultiplicityChanged(field_id=known.id, before=before, after=after),) if after != before else ()
        )

    def _entrusted(self, known: CustomField) -> Sequence[OrganizationEvent]:
        if self.editable_with_roles is UNSET:
            return ()
        before, after = known.editable_with_roles, kept_roles(self.editable_with_roles or ())
        return (CustomFieldRolesChanged(field_id=known.id, before=before, after=after),) if after != before else ()

    def _demanded(self, known: CustomField, problems: Problems) -> Sequence[OrganizationEvent]:
        before, after = known.is_required, bool(self.is_required)
        if self.is_required is UNSET:
            return ()
        _require_requirable(known.target, problems, wanted=after)
        if after == before:
            return ()
        return (CustomFieldRequirementChanged(field_id=known.id, before=before, after=after),)


@dataclass(frozen=True, kw_only=True)
class DeleteCustomField:
    """Delete a field. Its values are hidden; where it decided who sees a lead, it decides nothing any more."""

    produces: ClassVar[dict[str, str]] = {"custom_field": "field_id"}

    field_id: CustomFieldId

    def decide(self, organization: Organization, at: Situation) -> Sequence[OrganizationEvent]:
        """Delete it.

        Raises:
            CustomFieldNotFound, NotAllowed
        """
        require_admin(organization, at.actor)
        known = _known_field(self.field_id, organization)
        return (CustomFieldDeleted(field_id=known.id, name=known.name),)


def kept_roles(roles: Collection[Role]) -> tuple[Role, ...]:
    """Each once, in the order of the roles."""
    return tuple(role for role in Role if role in roles)


def _known_field(field_id: CustomFieldId, organization: Organization) -> CustomField:
    known = organization.custom_fields.get(field_id)
    if known is None:
        raise CustomFieldNotFound("field_id")
    return known


def _require_several(kind: CustomFieldType, problems: Problems, *, wanted: bool) -> None:
    if wanted and kind not in SEVERAL:
        problems.add(MultipleMisplaced("accepts_multiple_values"))


def _require_requirable(target: CustomFieldTarget, problems: Problems, *, wanted: bool) -> None:
    if wanted and target is not CustomFieldTarget.ACTIVITY:
        problems.add(RequirementMisplaced("is_required"))
