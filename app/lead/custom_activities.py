"""Custom activities: of a type that the organization defined, with values of its fields; drafts or published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar
from uuid import UUID

from msgspec import UNSET, UnsetType

from app.ids import ActivityId, ContactId, CustomActivityTypeId, CustomFieldId, FileId, LeadId, UserId, uuid7
from app.lead.attachments import Attachment, attached, file_claims
from app.lead.contacts import known_contact
from app.lead.custom_values import CustomValue, Owner, ValueChange, new_values, valid_values
from app.lead.event import LeadEvent
from app.lead.owners import owner
from app.lead.pins import PINS_MAX, ActivityPinned
from app.lead.refusals import (
    ActivityTypeArchived,
    ActivityTypeNotEditable,
    RequiredValueMissing,
    TooManyPins,
)
from app.organization.refusals import CustomActivityTypeNotFound
from app.organization.visibility import Values
from app.situation import Claim, Situation
from app.text import Problems
from app.vocabulary import ActivityKind, CustomFieldTarget, CustomFieldType, PublicationStatus

if TYPE_CHECKING:
    from app.lead.lead import Lead
    from app.organization.activity_types import CustomActivityType
    from app.organization.custom_fields import CustomField


class CustomActivityRecorded(LeadEvent, frozen=True, kw_only=True, tag="lead.custom_activity_recorded"):
    """`values` are those of the fields that have one."""

    makes: ClassVar[ActivityKind | None] = ActivityKind.CUSTOM
    entity: ClassVar[str | None] = "custom_activity_id"

    custom_activity_id: ActivityId
    type_id: CustomActivityTypeId
    contact_id: ContactId | None = None
    user_id: UserId | None = None
    status: PublicationStatus
    values: tuple[CustomValue, ...] = ()
    files: tuple[Attachment, ...] = ()

    def takes(self, stream_id: UUID) -> tuple[tuple[Claim, UUID], ...]:
        return file_claims(self.files, stream_id)


@dataclass(frozen=True, kw_only=True)
class RecordCustomActivity:
    """Published unless it is said to be a draft. Whose it is: absent the actor's, None nobody's."""

    produces: ClassVar[dict[str, str]] = {"lead": "lead_id", "custom_activity": "custom_activity_id"}

    lead_id: LeadId
    type_id: CustomActivityTypeId
    contact_id: ContactId | None = None
    user_id: UserId | UnsetType | None = UNSET
    custom_fields: tuple[ValueChange, ...] = ()
    status: PublicationStatus = PublicationStatus.PUBLISHED
    pinned: bool = False
    file_ids: tuple[FileId, ...] = ()
    occurred_at: datetime | None = None
    custom_activity_id: ActivityId = field(default_factory=lambda: ActivityId(uuid7()))

    def decide(self, lead: Lead, at: Situation) -> Sequence[LeadEvent]:
        """Decide the activity, and its pin where asked: all or nothing.

        Raises:
            CustomActivityTypeNotFound, ActivityTypeArchived, ActivityTypeNotEditable, RequiredValueMissing,
            TooManyPins, ContactNotFound, UserNotFound, FileNotFound, and what values of custom fields are refused for
        """
        problems = Problems()
        kind = self._usable_type(at, problems)
        recorded = CustomActivityRecorded(
            custom_activity_id=self.custom_activity_id,
            type_id=self.type_id,
            contact_id=known_contact(self.contact_id, lead, problems),
            user_id=owner(self.user_id, at, problems, "user_id"),
            status=self.status,
            values=self._kept_values(kind, lead, at, problems) if kind else (),
            files=attached(self.file_ids, self.custom_activity_id, lead.id, at, problems, "file_ids"),
            occurred_at=self.occurred_at,
        )
        if self.pinned and len(lead.pins) >= PINS_MAX:
            problems.add(TooManyPins("pinned", limit=PINS_MAX))
        problems.stop_if_any()
        return (recorded, ActivityPinned(activity_id=self.custom_activity_id)) if self.pinned else (recorded,)

    def _usable_type(self, at: Situation, problems: Problems) -> CustomActivityType | None:
        kind = at.organization.custom_activity_types.get(self.type_id)
        if kind is None:
            problems.add(CustomActivityTypeNotFound("custom_activity_type_id"))
            return None
        if kind.is_archived:
            problems.add(ActivityTypeArchived("custom_activity_type_id", name=kind.name))
        require_use(kind, at, problems, "custom_activity_type_id")
        return kind

    def _kept_values(
        self, kind: CustomActivityType, lead: Lead, at: Situation, problems: Problems
    ) -> tuple[CustomValue, ...]:
        owned = Owner(
            target=CustomFieldTarget.ACTIVITY, id=self.custom_activity_id, contacts=lead.contacts, type_id=kind.id
        )
        count = len(problems.refusals)
        values = new_values(self.custom_fields, owned, at, problems, "custom_fields")
        if self.status is PublicationStatus.PUBLISHED and len(problems.refusals) == count:
            require_values(kind.id, {one.field_id: one.values for one in values}, lead, at, problems)
        return values


def require_use(kind: CustomActivityType, at: Situation, problems: Problems, *path: str) -> None:
    """Note it as a problem if the actor's role may not record and edit activities of a type."""
    user = at.organization.users.get(at.actor.user_id) if at.actor.user_id else None
    if user is not None and not kind.editable_by(user.role):
        problems.add(ActivityTypeNotEditable(*path, name=kind.name))


def require_values(
    type_id: CustomActivityTypeId,
    values: Mapping[CustomFieldId, Values],
    lead: Lead,
    at: Situation,
    problems: Problems,
) -> None:
    """Note each required field of a type as a problem that has no value which people would see."""
    for one in at.organization.fields_of(CustomFieldTarget.ACTIVITY, type_id):
        if one.is_required and not _counting(one, values.get(one.id, ()), lead, at):
            problems.add(RequiredValueMissing("custom_fields", name=one.name))


def _counting(field: CustomField, values: Values, lead: Lead, at: Situation) -> Values:
    if field.type is CustomFieldType.CONTACT:
        values = tuple(one for one in values if ContactId(UUID(one)) in lead.contacts)
    return valid_values(field, values, at.organization)
