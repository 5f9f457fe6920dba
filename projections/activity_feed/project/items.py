"""Items of the history as rows: how one comes, and how it is edited."""

from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from app.event import Entry
from app.ids import ActivityId, ContactId, UserId
from app.lead.edits import ActivityEdited
from app.lead.event import LeadEvent, made_activity_id
from projections.activity_feed.details import Details
from projections.activity_feed.tables import ACTIVITY, LAST_ACTIVITY
from projections.machinery.projection import Projection
from projections.machinery.rows import POSITION, RECORDED_AT, Rows

activity_feed = Projection("activity_feed", (ACTIVITY, LAST_ACTIVITY), Path(__file__).parent.parent)


def add(
    entry: Entry[LeadEvent],
    rows: Rows,
    details: Details,
    user_id: UserId | None,
    contact_id: ContactId | None = None,
    custom_type_id: UUID | None = None,
) -> None:
    """A new item. `user_id`: whose it is; `contact_id`: with whom."""
    activity_id = made_activity_id(entry.event, entry.event_id)
    assert activity_id is not None
    assert entry.event.makes is not None
    rows.insert(
        ACTIVITY,
        {"activity_id": ActivityId(activity_id)},
        lead_id=entry.stream_id,
        kind=entry.event.makes,
        position=POSITION,
        occurred_at=entry.event.occurred_at or RECORDED_AT,
        created_at=RECORDED_AT,
        updated_at=RECORDED_AT,
        version=entry.version,
        contact_id=contact_id,
        user_id=user_id,
        source=entry.source,
        details=details,
        custom_type_id=custom_type_id,
    )
    rows.refresh(LAST_ACTIVITY, {"lead_id": entry.stream_id})


def edit(entry: Entry[ActivityEdited], kind: type[Details], changes: dict[str, Any], rows: Rows) -> None:
    """What changed of an item: its columns, and what `details` of its kind hold, without what is as usual."""
    usual = {one.name: one.default for one in msgspec.structs.fields(kind)}
    patch = {name: None if value == usual[name] else value for name, value in changes.items() if name in usual}
    columns = {name: changes[name] for name in ("occurred_at", "contact_id", "user_id") if name in changes}
    rows.update(
        ACTIVITY,
        {"activity_id": entry.event.entity_id},
        {"details": patch} if patch else {},
        **columns,
        updated_at=RECORDED_AT,
        edited_at=RECORDED_AT,
        version=entry.version,
    )
    rows.refresh(LAST_ACTIVITY, {"lead_id": entry.stream_id})
