"""Activities that were deleted and are back: what they were is put together from their own facts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar, cast, get_args
from uuid import UUID

import msgspec

from app.event import Event, Fact
from app.ids import ActivityId, ThreadId, UserId
from app.lead.activities import ActivityBack, ActivityDeleted
from app.lead.attachments import Attachment
from app.lead.calls import CallLogged
from app.lead.custom_activities import CustomActivityRecorded
from app.lead.custom_values import CustomValue
from app.lead.draft_events import EmailDraftEdited
from app.lead.edits import ActivityEdited, changes_in
from app.lead.email_threads import message_claims
from app.lead.emails import EmailLogged
from app.lead.event import LeadEvent, made_activity_id
from app.lead.meetings import MeetingLogged
from app.lead.notes import NoteWritten
from app.lead.opportunity_events import OpportunityStatusChanged
from app.lead.sms import SmsLogged
from app.lead.status_changes import OpportunityStatusChangeLogged, StatusChangeLogged
from app.lead.statuses import StatusChanged
from app.lead.tasks import TaskCompleted
from app.situation import Claim
from app.vocabulary import ActivityKind

# What makes an activity that can be deleted.
Made = (
    CallLogged
    | EmailLogged
    | SmsLogged
    | NoteWritten
    | MeetingLogged
    | CustomActivityRecorded
    | StatusChanged
    | StatusChangeLogged
    | OpportunityStatusChanged
    | OpportunityStatusChangeLogged
    | TaskCompleted
)

E = TypeVar("E", bound=LeadEvent)


class ActivityRestored(ActivityBack, frozen=True, kw_only=True, tag="lead.activity_restored"):
    """An activity that was deleted is back in its place.

    Attributes:
        made: the fact that made it, as if all edits since had been in it.
        made_by, source: who recorded that fact, and what.
        made_at, made_position: when, and where in the log; it stands in the history by these again.
        happened_at: when it happened, as it was before it was deleted.
        edited_at: when it was edited last.
        is_pinned: it is pinned again.
        deleted_position: of its deletion in the log: what went with it then comes back with it.
    """

    made: Made
    made_by: UserId | None = None
    source: str | None = None
    made_at: datetime
    made_position: int
    happened_at: datetime
    edited_at: datetime | None = None
    is_pinned: bool = False
    deleted_position: int

    @property
    def kind(self) -> ActivityKind:
        """What it is."""
        assert self.made.makes is not None
        return self.made.makes

    @property
    def files_back(self) -> tuple[Attachment, ...]:
        """The files that are back with it; the lead has held them all the while."""
        return getattr(self.made, "files", ())

    def takes(self, stream_id: UUID) -> tuple[tuple[Claim, UUID], ...]:
        """The Message-ID, which its deletion gave back."""
        made = self.made
        if not isinstance(made, EmailLogged) or made.message_id is None:
            return ()
        return tuple((claim, made.thread_id) for claim in message_claims(stream_id, made.message_id)[:1])


def restored_activity(deleted: Fact[ActivityDeleted], facts: Sequence[Fact[Event]]) -> ActivityRestored | None:
    """What brings an activity back, by the facts about it before its deletion; None: none of them made it.

    It is not pinned, and an e-mail is in the thread that its own facts have.
    """
    back: ActivityRestored | None = None
    for fact in facts:
        event = fact.event
        if fact.position >= deleted.position:
            break
        if isinstance(event, Made) and made_activity_id(event, fact.event_id) == deleted.event.activity_id:
            back = _begun(fact, event, deleted)
        elif back is not None and isinstance(event, ActivityEdited):
            back = msgspec.structs.replace(
                back,
                made=edited(back.made, event),
                happened_at=changes_in(event.after).get("occurred_at", back.happened_at),
                edited_at=fact.recorded_at,
            )
    return back


def in_thread(back: ActivityRestored, thread_id: ThreadId) -> ActivityRestored:
    """An e-mail in another thread than its own facts have: that one was joined into it."""
    return msgspec.structs.replace(back, made=msgspec.structs.replace(back.made, thread_id=thread_id))


def edited(made: E, edit: ActivityEdited) -> E:
    """A fact that makes an activity, as if it had said at once what an edit changed."""
    changes = {name: value for name, value in changes_in(edit.after).items() if name in made.__struct_fields__}
    changes.pop("occurred_at", None)
    if isinstance(made, CustomActivityRecorded) and "values" in changes:
        changes["values"] = _with_values(made.values, changes["values"])
    if isinstance(edit, EmailDraftEdited):
        changes["thread_id"] = edit.thread_id
    return msgspec.structs.replace(made, **changes)


def _begun(fact: Fact[Event], made: Any, deleted: Fact[ActivityDeleted]) -> ActivityRestored:
    assert isinstance(made, get_args(Made))
    return ActivityRestored(
        activity_id=ActivityId(deleted.event.activity_id),
        made=cast(Any, made),
        made_by=fact.actor.user_id,
        source=fact.source,
        made_at=fact.recorded_at,
        made_position=fact.position,
        happened_at=fact.occurred_at,
        deleted_position=deleted.position,
    )


def _with_values(had: Sequence[CustomValue], changed: Sequence[CustomValue]) -> tuple[CustomValue, ...]:
    """Those that there are after a change; an empty one is none any more."""
    values = {one.field_id: one for one in (*had, *changed)}
    return tuple(one for one in values.values() if one.values)
