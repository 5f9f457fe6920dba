"""Items that were deleted and are back: the row that they had."""

from typing import Any

from app.event import Entry
from app.ids import EventId
from app.lead.restored_activities import ActivityRestored
from app.situation import Actor
from projections.activity_feed.project.items import activity_feed
from projections.activity_feed.tables import ACTIVITY, LAST_ACTIVITY
from projections.machinery.rows import RECORDED_AT, Operation, Rows


@activity_feed.on(ActivityRestored)
def restore(entry: Entry[ActivityRestored], rows: Rows) -> None:
    """As the fact that made it has it, in its old place."""
    event = entry.event
    then = Entry[Any](
        event=event.made,
        event_id=EventId(event.activity_id),
        stream_id=entry.home,
        version=entry.version,
        actor=Actor(user_id=event.made_by),
        source=event.source,
        correlation_id=entry.correlation_id,
    )
    place = {
        "position": event.made_position,
        "occurred_at": event.happened_at,
        "created_at": event.made_at,
        "edited_at": event.edited_at,
        "pinned_at": RECORDED_AT if event.is_pinned else None,
    }
    for one in activity_feed.project(then):
        if one.table is ACTIVITY:
            rows.operations.append(Operation(one.table, one.kind, one.key, {**one.values, **place}))
    rows.refresh(LAST_ACTIVITY, {"lead_id": entry.stream_id})
