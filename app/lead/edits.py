"""Edits of activities: one fact for each edit, with what changed before and after; and what an activity is by now."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

from app.event import Event, Fact
from app.ids import ActivityId, ContactId
from app.lead.activities import EDITABLE_KINDS, require_activity
from app.lead.attachments import file_claims, files_after, files_before
from app.lead.event import LeadEvent
from app.lead.refusals import NotEditable, NotOfThisKind, TooManyEdits
from app.refusal import Refusal
from app.situation import Claim, Situation
from app.vocabulary import ActivityKind

if TYPE_CHECKING:
    from app.lead.lead import Lead

EDITS_MAX = 9_000  # of one activity; a decision reads no more than 10,000 facts about it


class Content(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What of an activity can be edited. In facts only what changed is set; where an activity is folded, all is."""

    contact_id: ContactId | UnsetType | None = UNSET
    occurred_at: datetime | UnsetType = UNSET


C = TypeVar("C", bound=Content)
T = TypeVar("T")


class ActivityEdited(LeadEvent, frozen=True, kw_only=True):
    """A fact about one activity: the same members are set before and after. `files` are all of them."""

    before: Content
    after: Content

    @property
    def touched(self) -> frozenset[str]:
        return frozenset(touched_part(self.entity_id, name) for name in changes_in(self.after))

    def takes(self, stream_id: UUID) -> tuple[tuple[Claim, UUID], ...]:
        had = {one.file_id for one in files_before(self)}
        return file_claims((one for one in files_after(self) or () if one.file_id not in had), stream_id)


class KnownContent(msgspec.Struct, Generic[C], frozen=True, kw_only=True):
    """An activity as it is by now, all of it set, and when it was recorded."""

    content: C
    recorded_at: datetime


def touched_part(activity_id: object, member: str) -> str:
    """What an input that writes a part of an activity says that it writes."""
    return f"{activity_id}.{member.removesuffix('_id')}"


def changes_in(content: Content) -> dict[str, Any]:
    """What is set of it, by name."""
    return dict(_members(content))


def difference(before: C, after: C) -> tuple[C, C] | None:
    """What differs alone, before and after; None: nothing does."""
    now, wanted = changes_in(before), changes_in(after)
    names = [name for name, value in wanted.items() if now.get(name, UNSET) != value]
    if not names:
        return None
    kind = type(before)
    return kind(**{name: now[name] for name in names}), kind(**{name: wanted[name] for name in names})


def with_changes(content: C, **changes: Any) -> C:
    """The content with those values that are set."""
    return msgspec.structs.replace(content, **{name: one for name, one in changes.items() if one is not UNSET})


def changed(given: T | UnsetType | None, now: T | UnsetType | None, kept: Callable[[T | None], T | None]) -> Any:
    """What was given, as it is kept; what there is now stays without being looked at."""
    return UNSET if given is UNSET or given == now else kept(given)


def content_of(
    activity_id: ActivityId, facts: Sequence[Fact[Event]], begun: Callable[[Event], C | None]
) -> KnownContent[C]:
    """The activity that its own facts make: `begun` reads the first of them. There is one: see `require_editable`."""
    known: KnownContent[C] | None = None
    for fact in facts:
        event = fact.event
        if event.entity_id != activity_id:
            continue
        if known is not None and isinstance(event, ActivityEdited):
            content = with_changes(known.content, **changes_in(event.after))
            known = msgspec.structs.replace(known, content=content)
        elif known is None and (content_then := begun(event)) is not None:
            content = with_changes(content_then, occurred_at=fact.occurred_at)
            known = KnownContent(content=content, recorded_at=fact.recorded_at)
    assert known is not None, f"nothing made the activity {activity_id}"
    return known


def require_editable(
    activity_id: ActivityId, kind: ActivityKind, lead: Lead | None, at: Situation, missing: Refusal
) -> Lead:
    """The lead of an activity of this kind.

    Raises:
        Refusal: `missing`, where there is no such activity, or not any more.
        NotOfThisKind: it is of another kind, and another command edits it.
        NotEditable: nothing of its kind can be edited.
        TooManyEdits: it was edited EDITS_MAX times.
    """
    lead, activity = require_activity(activity_id, lead, at, missing)
    if activity.kind not in EDITABLE_KINDS:
        raise NotEditable(*missing.path, found=activity.kind.value)
    if activity.kind is not kind:
        raise NotOfThisKind(*missing.path, found=activity.kind.value, expected=kind.value)
    if len(at.subject) > EDITS_MAX:
        raise TooManyEdits(*missing.path, limit=EDITS_MAX)
    return lead


def _members(content: Content) -> Iterator[tuple[str, Any]]:
    for name in content.__struct_fields__:
        value = getattr(content, name)
        if value is not UNSET:
            yield name, value
