"""Pins: up to five notes kept at the top of a lead's feed, for everybody who sees the lead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from app.ids import ActivityId
from app.lead.activities import activity_of
from app.lead.event import LeadEvent
from app.lead.refusals import NoteNotFound, TooManyPins
from app.situation import Situation
from app.vocabulary import ActivityKind

if TYPE_CHECKING:
    from app.lead.lead import Lead

PINS_MAX = 5  # Source: Close help centre, "Leads", on pinning activities


class NotePinned(LeadEvent, frozen=True, kw_only=True, tag="lead.note_pinned"):
    entity: ClassVar[str | None] = "note_id"

    note_id: ActivityId


class NoteUnpinned(LeadEvent, frozen=True, kw_only=True, tag="lead.note_unpinned"):
    entity: ClassVar[str | None] = "note_id"

    note_id: ActivityId


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
        lead = _lead_of_note(lead, self.note_id, at)
        if self.note_id in lead.pins:
            return ()
        if len(lead.pins) >= PINS_MAX:
            raise TooManyPins("note_id", limit=PINS_MAX)
        return (NotePinned(note_id=self.note_id),)


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
        lead = _lead_of_note(lead, self.note_id, at)
        return (NoteUnpinned(note_id=self.note_id),) if self.note_id in lead.pins else ()


def _lead_of_note(lead: Lead | None, note_id: ActivityId, at: Situation) -> Lead:
    note = activity_of(note_id, at.subject)
    if lead is None or note is None or note.is_deleted or note.kind is not ActivityKind.NOTE:
        raise NoteNotFound("note_id")
    return lead
