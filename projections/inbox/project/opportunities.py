"""Opportunities: for whose they are, on the day on which they will perhaps be won."""

from __future__ import annotations

from typing import Any

from app.event import Entry
from app.lead.opportunities import OpportunityAdded
from app.lead.opportunity_events import (
    OpportunityCloseDateChanged,
    OpportunityOwnerChanged,
    OpportunityRemoved,
    OpportunityRestored,
    OpportunityStatusChanged,
)
from app.vocabulary import InboxItemKind, OpportunityStatusType
from projections.inbox.project.items import back, hand, inbox, item_id, of_subject, put
from projections.machinery.rows import POSITION, Rows


@inbox.on(OpportunityAdded)
def add_opportunity(entry: Entry[OpportunityAdded], rows: Rows) -> None:
    event = entry.event
    put(
        entry,
        rows,
        item_id("opportunity", event.opportunity_id, event.user_id),
        InboxItemKind.OPPORTUNITY_DUE,
        event.user_id,
        event.opportunity_id,
        None,
        day=event.date_won,
        is_dormant=event.status_type is not OpportunityStatusType.ACTIVE,
        word="insert",
    )


@inbox.on(OpportunityStatusChanged)
def change_stage(entry: Entry[OpportunityStatusChanged], rows: Rows) -> None:
    event = entry.event
    was_active, is_active = (one is OpportunityStatusType.ACTIVE for one in (event.before_type, event.after_type))
    if event.before_type is None or was_active != is_active:
        of_subject(entry, rows, event.opportunity_id, is_dormant=not is_active, opened=POSITION)


@inbox.on(OpportunityOwnerChanged)
def hand_opportunity(entry: Entry[OpportunityOwnerChanged], rows: Rows) -> None:
    event = entry.event
    kind = InboxItemKind.OPPORTUNITY_DUE
    hand(entry, rows, kind, event.opportunity_id, "opportunity", event.after, done_at=None)


@inbox.on(OpportunityCloseDateChanged)
def change_close_date(entry: Entry[OpportunityCloseDateChanged], rows: Rows) -> None:
    event = entry.event
    values: dict[str, Any] = {"day": event.after, "done_at": None, "snoozed_until": None, "opened": POSITION}
    of_subject(entry, rows, event.opportunity_id, **values)


@inbox.on(OpportunityRemoved)
def remove_opportunity(entry: Entry[OpportunityRemoved], rows: Rows) -> None:
    of_subject(entry, rows, entry.event.opportunity_id, is_live=False)


@inbox.on(OpportunityRestored)
def restore_opportunity(entry: Entry[OpportunityRestored], rows: Rows) -> None:
    back(entry, rows, entry.event.opportunity_id, entry.event.removed_position)
