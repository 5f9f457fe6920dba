"""Pins of items, and their deletion."""

from app.event import Entry
from app.lead.activities import ActivityDeleted
from app.lead.event import LeadEvent
from app.lead.pins import ActivityPinned, ActivityUnpinned, NotePinned, NoteUnpinned
from projections.activity_feed.project.items import activity_feed
from projections.activity_feed.tables import ACTIVITY, LAST_ACTIVITY
from projections.machinery.rows import RECORDED_AT, Rows


@activity_feed.on(NotePinned, ActivityPinned)
def pin(entry: Entry[LeadEvent], rows: Rows) -> None:
    key = {"activity_id": entry.event.entity_id}
    rows.update(ACTIVITY, key, pinned_at=RECORDED_AT, updated_at=RECORDED_AT, version=entry.version)


@activity_feed.on(NoteUnpinned, ActivityUnpinned)
def unpin(entry: Entry[LeadEvent], rows: Rows) -> None:
    key = {"activity_id": entry.event.entity_id}
    rows.update(ACTIVITY, key, pinned_at=None, updated_at=RECORDED_AT, version=entry.version)


@activity_feed.on(ActivityDeleted)
def delete(entry: Entry[ActivityDeleted], rows: Rows) -> None:
    rows.delete(ACTIVITY, {"activity_id": entry.event.activity_id})
    rows.refresh(LAST_ACTIVITY, {"lead_id": entry.stream_id})
