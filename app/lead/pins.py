"""Pins: up to five notes and custom activities kept at the top of a lead's feed, for everybody who sees the lead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from app.ids import ActivityId
from app.lead.activities import Activity, require_activity
from app.lead.event import LeadEvent
from app.lead.refusals import ActivityNotFound, NoteNotFound, NotPinnable, TooManyPins
from app.situation import Situation
from app.vocabulary import ActivityKind

if TYPE_CHECKING:
    from app.lead.lead import Lead

PINS_MAX = 5  # Source: Close help centre, "Leads", on pinning activities
PINNABLE = (ActivityKind.NOTE, ActivityKind.CUSTOM)  # the same source


class NotePinned(LeadEvent, frozen=True, kw_only=True, tag="lead.note_pinned"):
    entity: ClassVar[str | None] = "note_id"

    note_id: ActivityId


class NoteUnpinned(LeadEvent, frozen=True, kw_only=True, tag="lead.note_unpinned"):
    entity: ClassVar[str | None] = "note_id"

    note_id: ActivityId


class ActivityPinned(LeadEvent, frozen=True, kw_only=True, tag="lead.activity_pinned"):
    """A custom activity was; a note's pin is a NotePinned, whichever command asked for it."""

    entity: ClassVar[str | None] = "activity_id"

    activity_id: ActivityId


class ActivityUnpinned(LeadEvent, frozen=True, kw_only=True, tag="lead.activity_unpinned"):
    entity: ClassVar[str | None] = "activity_id"

    activity_id: ActivityId


@dataclass(frozen=True, kw_only=True)
class PinNote:
    produces: ClassVar[dict[str, str]] = {"note": "note_id"}

    note_id: ActivityId

    @property
    def about(self) -> ActivityId:
        """The note, by whose own facts its lead is found."""
        return self.note_id

    def decide(self, lead: Lead | None, at: Situation) -> Sequence[LeadEvent]:
        """Decide the pin; a note already pinned decides none.

        Raises:
            NoteNotFound: no such note in this organization.
            TooManyPins: PINS_MAX activities are pinned already.
        """
        return _pinned(_lead_of_note(lead, self.note_id, at), NotePinned(note_id=self.note_id), "note_id")


@dataclass(frozen=True, kw_only=True)
class UnpinNote:
    produces: ClassVar[dict[str, str]] = {"note": "note_id"}

    note_id: ActivityId

    @property
    def about(self) -> ActivityId:
        """The note, by whose own facts its lead is found."""
        return self.note_id

    def decide(self, lead: Lead | None, at: Situation) -> Sequence[LeadEvent]:
        """Decide the end of the pin; a note that is not pinned decides none.

        Raises:
            NoteNotFound: no such note in this organization.
        """
        return _unpinned(_lead_of_note(lead, self.note_id, at), NoteUnpinned(note_id=self.note_id))


@dataclass(frozen=True, kw_only=True)
class PinActivity:
    produces: ClassVar[dict[str, str]] = {"activity": "activity_id"}

    activity_id: ActivityId

    @property
    def about(self) -> ActivityId:
        """The activity, by whose own facts its lead is found."""
        return self.activity_id

    def decide(self, lead: Lead | None, at: Situation) -> Sequence[LeadEvent]:
        """Decide the pin of a note or a custom activity; one that is pinned already decides none.

        Raises:
            ActivityNotFound: no such activity in this organization.
            NotPinnable: it is of another kind.
            TooManyPins: PINS_MAX activities are pinned already.
        """
        lead, activity = _pinnable(lead, self.activity_id, at)
        is_note, id = activity.kind is ActivityKind.NOTE, self.activity_id
        return _pinned(lead, NotePinned(note_id=id) if is_note else ActivityPinned(activity_id=id), "activity_id")


@dataclass(frozen=True, kw_only=True)
class UnpinActivity:
    produces: ClassVar[dict[str, str]] = {"activity": "activity_id"}

    activity_id: ActivityId

    @property
    def about(self) -> ActivityId:
        """The activity, by whose own facts its lead is found."""
        return self.activity_id

    def decide(self, lead: Lead | None, at: Situation) -> Sequence[LeadEvent]:
        """Decide the end of the pin; what is not pinned decides none.

        Raises:
            ActivityNotFound: no such activity in this organization.
            NotPinnable: it is of a kind that never is pinned.
        """
        lead, activity = _pinnable(lead, self.activity_id, at)
        is_note, id = activity.kind is ActivityKind.NOTE, self.activity_id
        return _unpinned(lead, NoteUnpinned(note_id=id) if is_note else ActivityUnpinned(activity_id=id))


def _pinned(lead: Lead, pin: NotePinned | ActivityPinned, *path: str) -> Sequence[LeadEvent]:
    """The pin; none where it is there already."""
    if pin.entity_id in lead.pins:
        return ()
    if len(lead.pins) >= PINS_MAX:
        raise TooManyPins(*path, limit=PINS_MAX)
    return (pin,)


def _unpinned(lead: Lead, end: NoteUnpinned | ActivityUnpinned) -> Sequence[LeadEvent]:
    """The end of a pin; none where there is no pin."""
    return (end,) if end.entity_id in lead.pins else ()


def _pinnable(lead: Lead | None, activity_id: ActivityId, at: Situation) -> tuple[Lead, Activity]:
    lead, activity = require_activity(activity_id, lead, at, ActivityNotFound("activity_id"))
    if activity.kind not in PINNABLE:
        raise NotPinnable("activity_id")
    return lead, activity


def _lead_of_note(lead: Lead | None, note_id: ActivityId, at: Situation) -> Lead:
    lead, note = require_activity(note_id, lead, at, NoteNotFound("note_id"))
    if note.kind is not ActivityKind.NOTE:
        raise NoteNotFound("note_id")
    return lead
