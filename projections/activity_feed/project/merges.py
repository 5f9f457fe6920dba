"""Merges: their entries, and the pins for which there was no room."""

from app.event import Entry
from app.lead.merge_events import LeadBroughtBack, LeadMerged, LeadMergedAway, LeadUnmerged
from projections.activity_feed.details import MergeDetails
from projections.activity_feed.project.items import activity_feed, add
from projections.activity_feed.tables import ACTIVITY, LAST_ACTIVITY
from projections.machinery.rows import RECORDED_AT, Rows


@activity_feed.on(LeadMerged)
def merge(entry: Entry[LeadMerged], rows: Rows) -> None:
    event = entry.event
    for pin in event.member.ended_pins:
        key = {"activity_id": pin.activity_id}
        rows.update(ACTIVITY, key, pinned_at=None, updated_at=RECORDED_AT, version=entry.version)
    add(entry, rows, MergeDetails(source_id=event.source_id, source_name=event.source_name), entry.actor.user_id)


@activity_feed.on(LeadMergedAway)
def merge_away(entry: Entry[LeadMergedAway], rows: Rows) -> None:
    rows.refresh(LAST_ACTIVITY, {"lead_id": entry.stream_id})


@activity_feed.on(LeadUnmerged)
def unmerge(entry: Entry[LeadUnmerged], rows: Rows) -> None:
    key = {"activity_id": entry.event.merge_id}
    reverted = {"details": {"is_reverted": True}}
    rows.update(ACTIVITY, key, reverted, updated_at=RECORDED_AT, version=entry.version)
    rows.refresh(LAST_ACTIVITY, {"lead_id": entry.stream_id})


@activity_feed.on(LeadBroughtBack)
def bring_back(entry: Entry[LeadBroughtBack], rows: Rows) -> None:
    for pin in entry.event.pins_again:
        key = {"activity_id": pin.activity_id}
        rows.update(ACTIVITY, key, pinned_at=pin.pinned_at, updated_at=RECORDED_AT, version=entry.version)
    rows.refresh(LAST_ACTIVITY, {"lead_id": entry.stream_id})
