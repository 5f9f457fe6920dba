"""Leads that come and go, or that others may see from now on, and their items with them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from app.event import Entry
from app.lead.custom_values import CustomValueChanged
from app.lead.deletion import LeadDeleted, LeadRestored
from app.lead.merge_events import LeadMerged, LeadUnmerged
from app.vocabulary import CustomFieldTarget
from projections.inbox.project.items import inbox
from projections.inbox.tables import ITEM
from projections.machinery.rows import POSITION, Rows


@inbox.on(LeadDeleted, LeadRestored)
def come_and_go(entry: Entry[Any], rows: Rows) -> None:
    rows.do("of_lead", ITEM, {"lead_id": entry.stream_id}, position=POSITION)


@inbox.on(LeadMerged)
def merge(entry: Entry[LeadMerged], rows: Rows) -> None:
    """What is open on both changes: it is on another lead, which others may see."""
    event = entry.event
    for lead_id in (entry.stream_id, event.source_id):
        rows.do("of_lead", ITEM, {"lead_id": lead_id}, position=POSITION)
    for one in (event.member, *event.members):
        rows.do("member", ITEM, {"lead_id": one.lead_id, "root_id": entry.stream_id})


@inbox.on(LeadUnmerged)
def unmerge(entry: Entry[LeadUnmerged], rows: Rows) -> None:
    event = entry.event
    rows.do("of_lead", ITEM, {"lead_id": entry.stream_id}, position=POSITION)
    for lead_id in (event.source_id, *event.members):
        rows.do("member", ITEM, {"lead_id": lead_id, "root_id": event.source_id})


@inbox.on(CustomValueChanged)
def change_sight(entry: Entry[CustomValueChanged], rows: Rows) -> None:
    event = entry.event
    if event.target is CustomFieldTarget.LEAD and any(map(_may_be_user, (*event.before, *event.after))):
        rows.do("of_lead", ITEM, {"lead_id": entry.stream_id}, position=POSITION)


def _may_be_user(value: Any) -> bool:
    """Whether a custom value may name a user, on whom it may rest who sees the lead."""
    if not isinstance(value, str):
        return isinstance(value, UUID)
    try:
        UUID(value)
    except ValueError:
        return False
    return True
