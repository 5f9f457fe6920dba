"""Calls that nobody took, voicemails, calls from numbers that nobody has, and text messages."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from app.event import Entry
from app.lead.activities import ActivityDeleted
from app.lead.calls import CallEdited, CallLogged
from app.lead.edits import changes_in
from app.lead.inbox import Arrival
from app.lead.restored_activities import ActivityRestored
from app.lead.sms import SmsLogged
from app.vocabulary import ActivityKind
from projections.inbox.project.items import back, go, inbox, item_id, of_subject, put
from projections.inbox.tables import ITEM
from projections.machinery.rows import POSITION, RECORDED_AT, Rows


@inbox.on(CallLogged)
def log_call(entry: Entry[CallLogged], rows: Rows) -> None:
    _come(entry, rows, entry.event.call_id, entry.event.arrival)


@inbox.on(SmsLogged)
def log_sms(entry: Entry[SmsLogged], rows: Rows) -> None:
    _come(entry, rows, entry.event.sms_id, entry.event.arrival)


@inbox.on(CallEdited)
def edit_call(entry: Entry[CallEdited], rows: Rows) -> None:
    event = entry.event
    if "occurred_at" in changes_in(event.after):
        of_subject(entry, rows, event.call_id, arrived_at=event.after.occurred_at)
    if event.arrival is None:
        return
    before, after = event.arrival.before, event.arrival.after
    had = set(before.user_ids) if before else set()
    has = set(after.user_ids) if after else set()
    for user_id in sorted(had - has):
        go(rows, item_id("activity", event.call_id, user_id))
    for user_id in sorted(has):
        assert after is not None
        key = item_id("activity", event.call_id, user_id)
        if user_id not in had:
            put(entry, rows, key, after.kind, user_id, event.call_id, event.call_id, arrived_at=event.arrival.at)
        elif before is not None and before.kind is not after.kind:
            rows.do("update", ITEM, {"item_id": key}, kind=after.kind, position=POSITION)


@inbox.on(ActivityDeleted)
def delete_activity(entry: Entry[ActivityDeleted], rows: Rows) -> None:
    """Of a note too: who was named in it is told no more. E-mails have rules of their own."""
    if entry.event.kind is not ActivityKind.EMAIL:
        of_subject(entry, rows, entry.event.activity_id, is_live=False)


@inbox.on(ActivityRestored)
def restore_activity(entry: Entry[ActivityRestored], rows: Rows) -> None:
    """Of a note and a follow-up too. Mail that came in is read by then."""
    back(entry, rows, entry.event.activity_id, entry.event.deleted_position)


def _come(entry: Entry[Any], rows: Rows, activity_id: UUID, arrival: Arrival | None) -> None:
    if arrival is None:
        return
    moment = entry.event.occurred_at or RECORDED_AT
    for user_id in arrival.user_ids:
        key = item_id("activity", activity_id, user_id)
        put(entry, rows, key, arrival.kind, user_id, activity_id, activity_id, arrived_at=moment)
