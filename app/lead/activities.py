"""One activity: what decisions need of it, folded from its own facts; and how it is deleted.

Activities are not part of a lead's state, because there is no limit to them. An activity that a fact about
something else leaves in the feed, such as a status change, bears the id of that fact's event.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar
from uuid import UUID

import msgspec
from msgspec import UNSET

from app.event import Event, Fact
from app.ids import ActivityId
from app.lead.attachments import Attachment, files_after
from app.lead.email_threads import message_claims
from app.lead.event import LeadEvent, made_activity_id
from app.lead.refusals import ActivityNotFound, MergeEntryStays, NotDeletable
from app.refusal import Refusal
from app.situation import Claim, Situation
from app.vocabulary import ActivityKind

if TYPE_CHECKING:
    from app.lead.lead import Lead

# Others tell of what happened. Of messages only drafts can be edited, and custom activities as roles have it.
EDITABLE_KINDS = frozenset(
    {
        ActivityKind.CALL,
        ActivityKind.EMAIL,
        ActivityKind.SMS,
        ActivityKind.NOTE,
        ActivityKind.CUSTOM,
        ActivityKind.MEETING,
    }
)


class Activity(msgspec.Struct, frozen=True, kw_only=True):
    """What decisions need of one item of the history."""

    kind: ActivityKind
    message_id: str | None = None
    files: tuple[Attachment, ...] = ()
    is_deleted: bool = False


class ActivityDeleted(LeadEvent, frozen=True, kw_only=True, tag="lead.activity_deleted"):
    """`kind`, `message_id`, `was_pinned` and `files` are those of what was deleted."""

    entity: ClassVar[str | None] = "activity_id"

    activity_id: ActivityId
    kind: ActivityKind
    message_id: str | None = None
    was_pinned: bool = False
    files: tuple[Attachment, ...] = ()

    def releases(self, stream_id: UUID) -> tuple[Claim, ...]:
        return message_claims(stream_id, self.message_id) if self.message_id else ()


def activity_of(activity_id: ActivityId, facts: Sequence[Fact[Event]]) -> Activity | None:
    """The activity that its own facts make; None where none of them made one."""
    activity: Activity | None = None
    for fact in facts:
        event = fact.event
        if isinstance(event, ActivityDeleted) and activity is not None:
            activity = msgspec.structs.replace(activity, is_deleted=True)
        elif isinstance(event, LeadEvent) and event.makes and made_activity_id(event, fact.event_id) == activity_id:
            activity = Activity(kind=event.makes, message_id=getattr(event, "message_id", None))
        if activity is not None and not activity.is_deleted and (files := files_after(event)) is not None:
            activity = msgspec.structs.replace(activity, files=files)
        message_id = getattr(getattr(event, "after", None), "message_id", UNSET)
        if activity is not None and message_id is not UNSET:
            activity = msgspec.structs.replace(activity, message_id=message_id)
    return activity


def require_activity(
    activity_id: ActivityId, lead: Lead | None, at: Situation, missing: Refusal
) -> tuple[Lead, Activity]:
    """The activity that a command is about, and its lead.

    Raises:
        Refusal: `missing`, where there is no such activity, or not any more.
    """
    activity = activity_of(activity_id, at.subject)
    if lead is None or activity is None or activity.is_deleted:
        raise missing
    return lead, activity


@dataclass(frozen=True, kw_only=True)
class DeleteActivity:
    """Remove an item from the history. The status or task that it tells of stays as it is."""

    produces: ClassVar[dict[str, str]] = {"activity": "activity_id"}

    activity_id: ActivityId

    @property
    def about(self) -> ActivityId:
        """The activity, by whose own facts its lead is found."""
        return self.activity_id

    def decide(self, lead: Lead | None, at: Situation) -> Sequence[LeadEvent]:
        """Decide the deletion; it ends the pin too.

        Raises:
            ActivityNotFound: no such activity, or it is deleted already.
            NotDeletable, MergeEntryStays: such entries stay.
        """
        lead, activity = require_activity(self.activity_id, lead, at, ActivityNotFound("activity_id"))
        if activity.kind is ActivityKind.CREATED:
            raise NotDeletable("activity_id")
        if activity.kind is ActivityKind.LEAD_MERGE:
            raise MergeEntryStays("activity_id")
        deleted = ActivityDeleted(
            activity_id=self.activity_id,
            kind=activity.kind,
            message_id=activity.message_id,
            was_pinned=self.activity_id in lead.pins,
            files=activity.files,
        )
        return (deleted,)
