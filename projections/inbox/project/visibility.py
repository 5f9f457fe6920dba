"""Leads that come and go, or that others may see from now on, and their items with them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from app.event import Entry
from app.lead.custom_values import CustomValueChanged
from app.lead.deletion import LeadDeleted, LeadRestored
from app.vocabulary import CustomFieldTarget
from projections.inbox.project.items import inbox
from projections.inbox.tables import ITEM
from projections.machinery.rows import POSITION, Rows


@inbox.on(LeadDeleted, LeadRestored)
def come_and_go(entry: Entry[Any], rows: Rows) -> None:
    rows.do("of_lead", ITEM, {"lead_id": entry.stream_id}, position=POSITION)


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
