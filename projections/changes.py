"""What one event changes on the screens: the same facts that the rows are made of, for live feeds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.event import Entry
from app.lead.activities import ActivityDeleted
from app.lead.event import LeadEvent
from app.lead.restored_activities import ActivityRestored
from projections.activity_feed.project import activity_feed
from projections.activity_feed.tables import ACTIVITY
from projections.lead_view.project import lead_view
from projections.lead_view.tables import PULSE


@dataclass(frozen=True, slots=True)
class Added:
    """An activity is in the feed now."""

    activity_id: UUID


@dataclass(frozen=True, slots=True)
class Changed:
    """An activity reads otherwise now."""

    activity_id: UUID


@dataclass(frozen=True, slots=True)
class Removed:
    """An activity is gone."""

    activity_id: UUID


@dataclass(frozen=True, slots=True)
class Pins:
    """The pinned strip reads otherwise now."""


@dataclass(frozen=True, slots=True)
class LeadSide:
    """The left side of the page reads otherwise now."""

    event_type: str


Change = Added | Changed | Removed | Pins | LeadSide


def changes_of(entry: Entry[Any]) -> tuple[Change, ...]:
    """Every change that one event makes, the left side's first."""
    if not isinstance(entry.event, LeadEvent):
        return ()
    changes: list[Change] = []
    if any(operation.table is not PULSE for operation in lead_view.project(entry)):
        changes.append(LeadSide(entry.event.event_name()))
    for operation in activity_feed.project(entry):
        if operation.table is not ACTIVITY:
            continue
        activity_id = operation.key["activity_id"]
        match operation.kind:
            case "insert":
                changes.append(Added(activity_id))
            case "update":
                changes.append(Changed(activity_id))
                if "pinned_at" in operation.values:
                    changes.append(Pins())
            case "delete":
                changes.append(Removed(activity_id))
    event = entry.event
    if (isinstance(event, ActivityDeleted) and event.was_pinned) or (
        isinstance(event, ActivityRestored) and event.is_pinned
    ):
        changes.append(Pins())
    return tuple(changes)
