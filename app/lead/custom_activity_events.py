"""What happens to custom activities, and what one is by its own facts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import ClassVar

import msgspec
from msgspec import UNSET, UnsetType

from app.event import Event, Fact
from app.ids import ActivityId, CustomActivityTypeId, CustomFieldId, UserId
from app.lead.activities import ActivityBack, ActivityDeleted
from app.lead.attachments import Attachment
from app.lead.custom_activities import CustomActivityRecorded
from app.lead.custom_values import CustomValue, touched_word
from app.lead.edits import ActivityEdited, Content, changes_in, touched_part, with_changes
from app.organization.visibility import Values
from app.vocabulary import PublicationStatus


class CustomActivityContent(Content, frozen=True, kw_only=True):
    """`values` are not all of them: in facts those of the fields that changed; none where an activity is folded."""

    user_id: UserId | UnsetType | None = UNSET
    status: PublicationStatus | UnsetType = UNSET
    values: tuple[CustomValue, ...] | UnsetType = UNSET
    files: tuple[Attachment, ...] | UnsetType = UNSET


class CustomActivityEdited(ActivityEdited, frozen=True, kw_only=True, tag="lead.custom_activity_edited"):
    """Both sides have values of the same fields in the same order; empty ones: it had none, or has none any more."""

    entity: ClassVar[str | None] = "custom_activity_id"

    custom_activity_id: ActivityId
    before: CustomActivityContent
    after: CustomActivityContent

    @property
    def touched(self) -> frozenset[str]:
        id = self.custom_activity_id
        parts = (touched_part(id, name) for name in changes_in(self.after) if name != "values")
        return frozenset((*parts, *(touched_word(id, one.field_id) for one in self.after.values or ())))


class KnownCustomActivity(msgspec.Struct, frozen=True, kw_only=True):
    """A custom activity as its own facts make it. `recorded_at`: when it was recorded, whenever it happened."""

    type_id: CustomActivityTypeId
    content: CustomActivityContent
    values: Mapping[CustomFieldId, Values]
    recorded_at: datetime


def custom_activity_of(facts: Sequence[Fact[Event]]) -> KnownCustomActivity | None:
    """The activity that these facts about it make; None: there is none, or not any more."""
    known: KnownCustomActivity | None = None
    gone: KnownCustomActivity | None = None
    for fact in facts:
        event = fact.event
        if isinstance(event, ActivityDeleted):
            gone, known = known, None
        elif isinstance(event, ActivityBack):
            known = gone
        elif isinstance(event, CustomActivityRecorded):
            known = _recorded(event, fact)
        elif isinstance(event, CustomActivityEdited) and known is not None:
            known = _edited(known, event.after)
    return known


def _recorded(event: CustomActivityRecorded, fact: Fact[Event]) -> KnownCustomActivity:
    content = CustomActivityContent(
        contact_id=event.contact_id,
        user_id=event.user_id,
        status=event.status,
        files=event.files,
        occurred_at=fact.occurred_at,
    )
    values = {one.field_id: one.values for one in event.values}
    return KnownCustomActivity(type_id=event.type_id, content=content, values=values, recorded_at=fact.recorded_at)


def _edited(known: KnownCustomActivity, after: CustomActivityContent) -> KnownCustomActivity:
    content = with_changes(known.content, **{**changes_in(after), "values": UNSET})
    values = {**known.values, **{one.field_id: one.values for one in after.values or ()}}
    return msgspec.structs.replace(known, content=content, values={id: kept for id, kept in values.items() if kept})
