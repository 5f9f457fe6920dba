"""The family of a lead's events."""

from typing import ClassVar

from app.event import Event
from app.ids import ActivityId, EventId, LeadId
from app.vocabulary import ActivityKind

KINDS_WITH_OWN_ID = {
    ActivityKind.CALL,
    ActivityKind.EMAIL,
    ActivityKind.SMS,
    ActivityKind.NOTE,
    ActivityKind.MEETING,
    ActivityKind.CUSTOM,
    ActivityKind.LEAD_MERGE,
}


class LeadEvent(Event, frozen=True, kw_only=True):
    """A fact about one lead or something in it.

    Attributes:
        makes: the kind of activity that it puts into the feed.
        born_in: the lead in whose stream that which it is about began, where that lead was merged into this one.
    """

    makes: ClassVar[ActivityKind | None] = None

    born_in: LeadId | None = None


def made_activity_id(event: LeadEvent, event_id: EventId) -> ActivityId | None:
    """The activity that a fact puts into the feed; None: it puts none.

    A call, message, note, meeting or custom activity has an id of its own. An entry that tells of something else, such
    as a status change, bears the id of the event.
    """
    if event.makes is None:
        return None
    own = event.entity_id if event.makes in KINDS_WITH_OWN_ID else None
    return ActivityId(own or event_id)
