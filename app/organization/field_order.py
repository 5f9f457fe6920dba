"""The order of custom fields: of all, or of those of one target or activity type."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from app.ids import CustomActivityTypeId, CustomFieldId
from app.organization.custom_fields import CustomField, CustomFieldsReordered
from app.organization.event import OrganizationEvent
from app.organization.lists import whole_order
from app.organization.refusals import (
    ActivityTypeMisplaced,
    CustomActivityTypeNotFound,
    CustomFieldNotFound,
    NotOfTarget,
)
from app.organization.rights import require_admin
from app.refusal import Refusal
from app.situation import Situation
from app.text import Problems
from app.vocabulary import CustomFieldTarget

if TYPE_CHECKING:
    from app.organization.organization import Organization


@dataclass(frozen=True, kw_only=True)
class ReorderCustomFields:
    """Put fields into this order: all, or those of one target or activity type. Those that are not named follow."""

    field_ids: tuple[CustomFieldId, ...]
    target: CustomFieldTarget | None = None
    activity_type_id: CustomActivityTypeId | None = None

    def decide(self, organization: Organization, at: Situation) -> Sequence[OrganizationEvent]:
        """Decide the whole order; the one that there is already decides nothing.

        Raises:
            CustomFieldNotFound, NotOfTarget, CustomActivityTypeNotFound, ActivityTypeMisplaced, ListedTwice, NotAllowed
        """
        require_admin(organization, at.actor)
        problems = Problems()
        if self.activity_type_id is not None:
            if self.activity_type_id not in organization.custom_activity_types:
                raise CustomActivityTypeNotFound("custom_activity_type_id")
            if self.target not in (None, CustomFieldTarget.ACTIVITY):
                raise ActivityTypeMisplaced("custom_activity_type_id")
        there = organization.fields_of(self.target, self.activity_type_id)
        events = fields_reordered(self.field_ids, there, organization, problems)
        problems.stop_if_any()
        return events


def fields_reordered(
    wanted: Sequence[CustomFieldId], there: Sequence[CustomField], organization: Organization, problems: Problems
) -> Sequence[OrganizationEvent]:
    """The whole order of some fields that an input means; the one that they have is nothing new."""
    before = tuple(one.id for one in there)
    after = whole_order(wanted, before, problems, "field_ids", partial(_missing, organization))
    return (CustomFieldsReordered(before=before, after=after),) if after != before else ()


def _missing(organization: Organization, field_id: CustomFieldId, *path: str) -> Refusal:
    other = organization.custom_fields.get(field_id)
    return NotOfTarget(*path, name=other.name) if other else CustomFieldNotFound(*path)
