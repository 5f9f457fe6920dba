"""Events to rows: leads that come to others by merges, and leave them again. One row each, however much they have."""

from pathlib import Path
from typing import Any

from app.event import Entry
from app.lead.merge_events import LeadMerged, LeadUnmerged
from projections.machinery.projection import Projection
from projections.machinery.rows import Rows
from projections.members.tables import MEMBER

members = Projection("members", (MEMBER,), Path(__file__).parent)


@members.on(LeadMerged)
def merge(entry: Entry[LeadMerged], rows: Rows) -> None:
    root: dict[str, Any] = {"root_id": entry.stream_id, "version": entry.version}
    rows.insert(MEMBER, {"lead_id": entry.event.source_id}, **root)
    for one in entry.event.members:
        rows.update(MEMBER, {"lead_id": one.lead_id}, **root)


@members.on(LeadUnmerged)
def unmerge(entry: Entry[LeadUnmerged], rows: Rows) -> None:
    event = entry.event
    rows.delete(MEMBER, {"lead_id": event.source_id})
    for lead_id in event.members:
        rows.update(MEMBER, {"lead_id": lead_id}, root_id=event.source_id, version=event.source_version)
