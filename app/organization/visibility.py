"""Which leads RESTRICTED users see: those in whose visibility fields they are named."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from app.ids import CustomFieldId, UserId
from app.organization.event import OrganizationEvent
from app.vocabulary import Role, VisibilityBehavior

if TYPE_CHECKING:
    from app.organization.organization import Organization

Values = tuple[Any, ...]  # of one custom field


class Visibility(msgspec.Struct, frozen=True, kw_only=True):
    """The user-type lead fields that decide, and what holds where nobody is named in any of them."""

    field_ids: tuple[CustomFieldId, ...] = ()
    behavior: VisibilityBehavior = VisibilityBehavior.REQUIRE_ASSIGNMENT


class VisibilityChanged(OrganizationEvent, frozen=True, kw_only=True, tag="organization.visibility_changed"):
    before: Visibility
    after: Visibility


class Assignment(msgspec.Struct, frozen=True, kw_only=True):
    """What a RESTRICTED user must be on a lead to see it: named in one of the fields.

    Attributes:
        single_ids: those of the fields that accept no more than one user: of what they keep from another time, the
            first one counts.
        allow_unassigned: a lead in whose fields nobody is named is seen too.
    """

    user_id: UserId
    field_ids: tuple[CustomFieldId, ...]
    single_ids: frozenset[CustomFieldId] = frozenset()
    allow_unassigned: bool

    def sees(self, custom: Mapping[CustomFieldId, Values]) -> bool:
        """Tell whether a lead with these custom values is seen."""
        named = [value for field_id in self.field_ids for value in self._named_in(field_id, custom)]
        return str(self.user_id) in named or (self.allow_unassigned and not named)

    def _named_in(self, field_id: CustomFieldId, custom: Mapping[CustomFieldId, Values]) -> Values:
        named = custom.get(field_id, ())
        return named[:1] if field_id in self.single_ids else named


def assignment_of(organization: Organization, user_id: UserId | None) -> Assignment | None:
    """What a user must be on a lead to see it; None: this one sees every lead, as the system itself does.

    A field that was deleted decides nothing any more.
    """
    user = organization.users.get(user_id) if user_id else None
    if user is None or user.role is not Role.RESTRICTED:
        return None
    visibility = organization.visibility
    fields = [organization.custom_fields[one] for one in visibility.field_ids if one in organization.custom_fields]
    return Assignment(
        user_id=user.id,
        field_ids=tuple(field.id for field in fields),
        single_ids=frozenset(field.id for field in fields if not field.accepts_multiple_values),
        allow_unassigned=visibility.behavior is VisibilityBehavior.ALLOW_UNASSIGNED,
    )
