"""Editing custom activities, and publishing them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

import msgspec
from msgspec import UNSET, UnsetType

from app.ids import ActivityId, ContactId, CustomFieldId, FileId, UserId
from app.lead.attachments import files_left
from app.lead.contacts import known_contact
from app.lead.custom_activities import require_use, require_values
from app.lead.custom_activity_events import (
    CustomActivityContent,
    CustomActivityEdited,
    KnownCustomActivity,
    custom_activity_of,
)
from app.lead.custom_values import (
    CustomValue,
    CustomValueChanged,
    Owner,
    ValueChange,
    changed_values,
    touched_word,
)
from app.lead.edits import (
    EDITS_MAX,
    changed,
    difference,
    touched_part,
    with_changes,
)
from app.lead.event import LeadEvent
from app.lead.owners import owner
from app.lead.refusals import CustomActivityNotFound, TooManyEdits
from app.organization.visibility import Values
from app.situation import Situation
from app.text import Problems
from app.vocabulary import CustomFieldTarget, PublicationStatus

if TYPE_CHECKING:
    from app.lead.lead import Lead


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
        parts = (touched_part(id, member) for name, member in _MEMBERS.items() if getattr(self, name) is not UNSET)
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
        return _edit(self.custom_activity_id, known.content, after, values)

    def _wanted(
        self, known: KnownCustomActivity, lead: Lead, at: Situation, problems: Problems
    ) -> CustomActivityContent:
        """The activity as it is to be, but for its values; what is wrong with it is noted."""
        before, id = known.content, self.custom_activity_id
        return with_changes(
            before,
            contact_id=changed(self.contact_id, before.contact_id, lambda one: known_contact(one, lead, problems)),
            user_id=changed(self.user_id, before.user_id, lambda one: owner(one, at, problems, "user_id")),
            status=PublicationStatus.PUBLISHED if self.status is None else self.status,
            files=files_left(self.file_ids, before.files, id, lead.id, at, problems, "file_ids"),
            occurred_at=known.recorded_at if self.occurred_at is None else self.occurred_at,
        )

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
        return frozenset({touched_part(self.custom_activity_id, "status")})

    def decide(self, lead: Lead | None, at: Situation) -> Sequence[LeadEvent]:
        """Decide the publication; what is published already decides nothing.

        Raises:
            CustomActivityNotFound, ActivityTypeNotEditable, RequiredValueMissing
        """
        _, known = _known(lead, at)
        if known.content.status is PublicationStatus.PUBLISHED:
            return ()
        update = UpdateCustomActivity(custom_activity_id=self.custom_activity_id, status=PublicationStatus.PUBLISHED)
        return update.decide(lead, at)


# What an input writes by each of its fields, by member of the content; its values are written field by field.
_MEMBERS = {
    "contact_id": "contact_id",
    "user_id": "user_id",
    "status": "status",
    "file_ids": "files",
    "occurred_at": "occurred_at",
}


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
    if known.content.contact_id not in lead.contacts:
        known = msgspec.structs.replace(known, content=with_changes(known.content, contact_id=None))
    return lead, known


def _edit(
    activity_id: ActivityId,
    before: CustomActivityContent,
    after: CustomActivityContent,
    values: Sequence[CustomValueChanged],
) -> Sequence[LeadEvent]:
    """One fact of all that differs; nothing does: none."""
    found = difference(before, after)
    if found is None and not values:
        return ()
    was, now = found or (CustomActivityContent(), CustomActivityContent())
    edited = CustomActivityEdited(
        custom_activity_id=activity_id,
        before=with_changes(was, values=_values((one.field_id, one.before) for one in values)),
        after=with_changes(now, values=_values((one.field_id, one.after) for one in values)),
    )
    return (edited,)


def _values(changed: Iterable[tuple[CustomFieldId, Values]]) -> tuple[CustomValue, ...] | UnsetType:
    return tuple(CustomValue(field_id=id, values=values) for id, values in changed) or UNSET
