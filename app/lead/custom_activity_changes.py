"""Editing custom activities, and publishing them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

from app.event import Event, Fact
from app.ids import ActivityId, ContactId, CustomActivityTypeId, CustomFieldId, FileId, UserId
from app.lead.activities import ActivityDeleted
from app.lead.attachments import Attachment, attached, file_claims
from app.lead.contacts import known_contact
from app.lead.custom_activities import CustomActivityRecorded, require_use, require_values
from app.lead.custom_values import (
    CustomValue,
    CustomValueChanged,
    Owner,
    ValueChange,
    changed_values,
    touched_word,
)
from app.lead.edits import EDITS_MAX
from app.lead.event import LeadEvent
from app.lead.owners import owner
from app.lead.refusals import CustomActivityNotFound, TooManyEdits
from app.organization.visibility import Values
from app.situation import Claim, Situation
from app.text import Problems
from app.vocabulary import CustomFieldTarget, PublicationStatus

if TYPE_CHECKING:
    from app.lead.lead import Lead

# Parts of an activity besides its values: in facts and inputs alike.
PARTS = ("contact_id", "user_id", "status", "files", "occurred_at")


class CustomActivityContent(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Some of a custom activity: what an edit changed. `values` are those of the fields that changed; empty: none."""

    contact_id: ContactId | UnsetType | None = UNSET
    user_id: UserId | UnsetType | None = UNSET
    status: PublicationStatus | UnsetType = UNSET
    values: tuple[CustomValue, ...] = ()
    files: tuple[Attachment, ...] | UnsetType = UNSET
    occurred_at: datetime | UnsetType = UNSET


class CustomActivityEdited(LeadEvent, frozen=True, kw_only=True, tag="lead.custom_activity_edited"):
    """Both sides have the same parts, and values of the same fields in the same order."""

    entity: ClassVar[str | None] = "custom_activity_id"

    custom_activity_id: ActivityId
    before: CustomActivityContent
    after: CustomActivityContent

    @property
    def touched(self) -> frozenset[str]:
        id = self.custom_activity_id
        parts = (part_word(id, part) for part in PARTS if getattr(self.after, part) is not UNSET)
        return frozenset((*parts, *(touched_word(id, one.field_id) for one in self.after.values)))

    def takes(self, stream_id: UUID) -> tuple[tuple[Claim, UUID], ...]:
        before = {one.file_id for one in self.before.files or ()}
        return file_claims((one for one in self.after.files or () if one.file_id not in before), stream_id)


class KnownCustomActivity(msgspec.Struct, frozen=True, kw_only=True):
    """A custom activity as its own facts make it. `recorded_at`: when it was recorded, whenever it happened."""

    type_id: CustomActivityTypeId
    contact_id: ContactId | None
    user_id: UserId | None
    status: PublicationStatus
    values: Mapping[CustomFieldId, Values]
    files: tuple[Attachment, ...]
    occurred_at: datetime
    recorded_at: datetime


def custom_activity_of(facts: Sequence[Fact[Event]]) -> KnownCustomActivity | None:
    """The activity that these facts about it make; None: there is none, or not any more."""
    known: KnownCustomActivity | None = None
    for fact in facts:
        event = fact.event
        if isinstance(event, ActivityDeleted):
            known = None
        elif isinstance(event, CustomActivityRecorded):
            known = _recorded(event, fact)
        elif isinstance(event, CustomActivityEdited) and known is not None:
            known = _edited(known, event.after)
    return known


def _recorded(event: CustomActivityRecorded, fact: Fact[Event]) -> KnownCustomActivity:
    return KnownCustomActivity(
        type_id=event.type_id,
        contact_id=event.contact_id,
        user_id=event.user_id,
        status=event.status,
        values={one.field_id: one.values for one in event.values},
        files=event.files,
        occurred_at=fact.occurred_at,
        recorded_at=fact.recorded_at,
    )


def _edited(known: KnownCustomActivity, after: CustomActivityContent) -> KnownCustomActivity:
    values = {**known.values, **{one.field_id: one.values for one in after.values}}
    parts = {part: value for part in PARTS if (value := getattr(after, part)) is not UNSET}
    return msgspec.structs.replace(known, values={id: kept for id, kept in values.items() if kept}, **parts)


@dataclass(frozen=True, kw_only=True)
class UpdateCustomActivity:
    """Change some of a custom activity, be its type archived or not; the type and the lead stay.

    What is not given stays. None clears contact, user and files; of the status it means PUBLISHED, of the time when it
    was recorded.
    """

    produces: ClassVar[dict[str, str]] = {"custom_activity": "custom_activity_id"}

    custom_activity_id: ActivityId
    custom_fields: tuple[ValueChange, ...] = ()
    contact_id: ContactId | UnsetType | None = UNSET
    user_id: UserId | UnsetType | None = UNSET
    status: PublicationStatus | UnsetType | None = UNSET
    file_ids: tuple[FileId, ...] | UnsetType | None = UNSET
    occurred_at: datetime | UnsetType | None = UNSET
    expected_version: int | None = None

    @property
    def about(self) -> ActivityId:
        """The activity, by whose own facts its lead is found."""
        return self.custom_activity_id

    @property
    def writes(self) -> frozenset[str]:
        """The parts of this activity that are given, and the fields."""
        id = self.custom_activity_id
        inputs = {part: "file_ids" if part == "files" else part for part in PARTS}
        parts = (part_word(id, part) for part, name in inputs.items() if getattr(self, name) is not UNSET)
        return frozenset((*parts, *(touched_word(id, one.field_id) for one in self.custom_fields)))

    def decide(self, lead: Lead | None, at: Situation) -> Sequence[LeadEvent]:
        """Decide one fact of all that differs. What is published behind it must have its required values.

        Raises:
            CustomActivityNotFound, ActivityTypeNotEditable, RequiredValueMissing, ContactNotFound, UserNotFound,
            FileNotFound, and what values of custom fields are refused for
        """
        lead, known = _known(lead, at)
        problems = Problems()
        require_use(at.organization.custom_activity_types[known.type_id], at, problems, "custom_activity_id")
        after = self._wanted(known, lead, at, problems)
        values = self._changed_values(known, lead, at, problems)
        if after.status is PublicationStatus.PUBLISHED and not problems.refusals:
            kept = {**known.values, **{one.field_id: one.after for one in values}}
            require_values(known.type_id, kept, lead, at, problems)
        problems.stop_if_any()
        return _differences(self.custom_activity_id, known, after, values)

    def _wanted(
        self, before: KnownCustomActivity, lead: Lead, at: Situation, problems: Problems
    ) -> KnownCustomActivity:
        """The activity as it is to be, but for its values; what is wrong with it is noted."""
        after = before
        change = msgspec.structs.replace
        if self.contact_id not in (UNSET, before.contact_id):
            after = change(after, contact_id=known_contact(self.contact_id or None, lead, problems))
        if self.user_id not in (UNSET, before.user_id):
            after = change(after, user_id=owner(self.user_id, at, problems, "user_id"))
        if self.status is not UNSET:
            after = change(after, status=self.status or PublicationStatus.PUBLISHED)
        if self.occurred_at is not UNSET:
            after = change(after, occurred_at=self.occurred_at or before.recorded_at)
        if self.file_ids is not UNSET:
            kept = {one.file_id: one for one in before.files}
            ids, id = self.file_ids or (), self.custom_activity_id
            after = change(after, files=attached(ids, id, lead.id, at, problems, "file_ids", kept=kept))
        return after

    def _changed_values(
        self, known: KnownCustomActivity, lead: Lead, at: Situation, problems: Problems
    ) -> list[CustomValueChanged]:
        owned = Owner(
            target=CustomFieldTarget.ACTIVITY,
            id=self.custom_activity_id,
            contacts=lead.contacts,
            custom=known.values,
            type_id=known.type_id,
        )
        return changed_values(self.custom_fields, owned, at, problems, "custom_fields")


@dataclass(frozen=True, kw_only=True)
class PublishCustomActivity:
    """Make a draft a published activity: from now on every required field has a value."""

    produces: ClassVar[dict[str, str]] = {"custom_activity": "custom_activity_id"}

    custom_activity_id: ActivityId
    expected_version: int | None = None

    @property
    def about(self) -> ActivityId:
        """The activity, by whose own facts its lead is found."""
        return self.custom_activity_id

    @property
    def writes(self) -> frozenset[str]:
        """Its status alone."""
        return frozenset({part_word(self.custom_activity_id, "status")})

    def decide(self, lead: Lead | None, at: Situation) -> Sequence[LeadEvent]:
        """Decide the publication; what is published already decides nothing.

        Raises:
            CustomActivityNotFound, ActivityTypeNotEditable, RequiredValueMissing
        """
        _, known = _known(lead, at)
        if known.status is PublicationStatus.PUBLISHED:
            return ()
        update = UpdateCustomActivity(custom_activity_id=self.custom_activity_id, status=PublicationStatus.PUBLISHED)
        return update.decide(lead, at)


def part_word(activity_id: ActivityId, part: str) -> str:
    """What an input that writes this part of this activity says that it writes."""
    return f"{activity_id}.{part}"


def _known(lead: Lead | None, at: Situation) -> tuple[Lead, KnownCustomActivity]:
    """The activity and the lead that it is on. A contact that the lead has no more is none.

    Raises:
        CustomActivityNotFound: there is none, or not any more.
        TooManyEdits: it was edited EDITS_MAX times.
    """
    known = custom_activity_of(at.subject) if lead is not None else None
    if lead is None or known is None:
        raise CustomActivityNotFound("custom_activity_id")
    if len(at.subject) > EDITS_MAX:
        raise TooManyEdits("custom_activity_id", limit=EDITS_MAX)
    if known.contact_id not in lead.contacts:
        known = msgspec.structs.replace(known, contact_id=None)
    return lead, known


def _differences(
    activity_id: ActivityId,
    before: KnownCustomActivity,
    after: KnownCustomActivity,
    values: Sequence[CustomValueChanged],
) -> Sequence[LeadEvent]:
    parts = [part for part in PARTS if getattr(before, part) != getattr(after, part)]
    if not parts and not values:
        return ()
    edited = CustomActivityEdited(
        custom_activity_id=activity_id,
        before=_content(before, parts, [(one.field_id, one.before) for one in values]),
        after=_content(after, parts, [(one.field_id, one.after) for one in values]),
    )
    return (edited,)


def _content(
    known: KnownCustomActivity, parts: Sequence[str], values: Sequence[tuple[CustomFieldId, Values]]
) -> CustomActivityContent:
    side: dict[str, Any] = {part: getattr(known, part) for part in parts}
    kept = tuple(CustomValue(field_id=field_id, values=one) for field_id, one in values)
    return CustomActivityContent(values=kept, **side)
