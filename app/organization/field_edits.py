"""Custom fields: creating, changing, ordering and deleting their definitions. Type and target never change."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from msgspec import UNSET, UnsetType

from app.ids import CustomFieldId, uuid7
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
    CustomFieldRolesChanged,
    CustomFieldsReordered,
)
from app.organization.event import OrganizationEvent
from app.organization.field_choices import ChoicesChange, kept_choices
from app.organization.lists import is_taken, whole_order
from app.organization.refusals import (
    ChoicesMisplaced,
    ChoicesMissing,
    CustomFieldNotFound,
    FieldTargetUnavailable,
    MultipleMisplaced,
    NameTaken,
    NotOfTarget,
    TextareaMisplaced,
    TooManyFields,
)
from app.organization.rights import require_admin
from app.refusal import Refusal
from app.situation import Situation
from app.text import NAME_MAX, Problems, Required
from app.vocabulary import CustomFieldTarget, CustomFieldType, Role

if TYPE_CHECKING:
    from app.organization.organization import Organization


@dataclass(frozen=True, kw_only=True)
class CreateCustomField:
    """`editable_with_roles` empty: every role may edit values of it."""

    produces: ClassVar[dict[str, str]] = {"custom_field": "field_id"}

    target: CustomFieldTarget
    name: str
    type: CustomFieldType
    description: str | None = None
    choices: tuple[str, ...] = ()
    accepts_multiple_values: bool = False
    editable_with_roles: tuple[Role, ...] = ()
    field_id: CustomFieldId = field(default_factory=lambda: CustomFieldId(uuid7()))

    def decide(self, organization: Organization, at: Situation) -> Sequence[OrganizationEvent]:
        """Add a field behind the others. Nothing changes on any lead.

        Raises:
            TooManyFields, FieldTargetUnavailable, TextareaMisplaced, NameTaken, ChoicesMissing, ChoicesMisplaced,
            ChoiceTaken, MultipleMisplaced, NotAllowed
        """
        require_admin(organization, at.actor)
        if len(organization.custom_fields) >= FIELDS_MAX:
            raise TooManyFields(limit=FIELDS_MAX)
        problems = Problems()
        if self.target is CustomFieldTarget.ACTIVITY:
            problems.add(FieldTargetUnavailable("target"))
        elif self.type is CustomFieldType.TEXTAREA:
            problems.add(TextareaMisplaced("type"))
        name = _kept_name(self.name, self.target, None, organization, problems)
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
                editable_with_roles=_kept_roles(self.editable_with_roles),
            ),
        )

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

    def decide(self, organization: Organization, at: Situation) -> Sequence[OrganizationEvent]:
        """One fact for each that becomes another one.

        Raises:
            CustomFieldNotFound, NameTaken, Required, ChoicesMisplaced, ChoicesMissing, ChoiceTaken, TooManyChoices,
            BothChoiceForms, MultipleMisplaced, NotAllowed
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
        ]
        problems.stop_if_any()
        return events

    def _renamed(
        self, known: CustomField, organization: Organization, problems: Problems
    ) -> Sequence[OrganizationEvent]:
        if self.name is UNSET:
            return ()
        name = _kept_name(self.name, known.target, known.id, organization, problems)
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
        before, after = known.editable_with_roles, _kept_roles(self.editable_with_roles or ())
        return (CustomFieldRolesChanged(field_id=known.id, before=before, after=after),) if after != before else ()


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


@dataclass(frozen=True, kw_only=True)
class ReorderCustomFields:
    """Put fields into this order, all of them or those of one target; those that are not named follow."""

    field_ids: tuple[CustomFieldId, ...]
    target: CustomFieldTarget | None = None

    def decide(self, organization: Organization, at: Situation) -> Sequence[OrganizationEvent]:
        """Decide the whole order; the one that there is already decides nothing.

        Raises:
            CustomFieldNotFound, NotOfTarget, ListedTwice, NotAllowed
        """
        require_admin(organization, at.actor)
        problems = Problems()
        before = tuple(one.id for one in organization.fields_of(self.target))
        after = whole_order(self.field_ids, before, problems, "field_ids", partial(_missing, organization))
        problems.stop_if_any()
        return (CustomFieldsReordered(before=before, after=after),) if after != before else ()


def _missing(organization: Organization, field_id: CustomFieldId, *path: str) -> Refusal:
    other = organization.custom_fields.get(field_id)
    return NotOfTarget(*path, name=other.name) if other else CustomFieldNotFound(*path)


def _known_field(field_id: CustomFieldId, organization: Organization) -> CustomField:
    known = organization.custom_fields.get(field_id)
    if known is None:
        raise CustomFieldNotFound("field_id")
    return known


def _kept_name(
    given: str | None,
    target: CustomFieldTarget,
    own: CustomFieldId | None,
    organization: Organization,
    problems: Problems,
) -> str:
    name = problems.required(given, "name", limit=NAME_MAX)
    if is_taken(name, (one.name for one in organization.fields_of(target) if one.id != own)):
        problems.add(NameTaken("name"))
    return name


def _require_several(kind: CustomFieldType, problems: Problems, *, wanted: bool) -> None:
    if wanted and kind not in SEVERAL:
        problems.add(MultipleMisplaced("accepts_multiple_values"))


def _kept_roles(roles: Collection[Role]) -> tuple[Role, ...]:
    """Each once, in the order of the roles."""
    return tuple(role for role in Role if role in roles)
