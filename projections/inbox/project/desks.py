"""What people do about items of their own inbox."""

from __future__ import annotations

from app.desk.events import ItemsDone, ItemsMarkedNotDone, ItemsSnoozed, ItemsUnsnoozed
from app.event import Entry
from projections.inbox.project.items import inbox
from projections.inbox.tables import ITEM
from projections.machinery.rows import POSITION, RECORDED_AT, Rows


@inbox.on(ItemsDone)
def done(entry: Entry[ItemsDone], rows: Rows) -> None:
    event = entry.event
    for one in event.items:
        key = {"item_id": one.item_id, "seen": event.seen_position, "known": event.known_position}
        rows.do("done", ITEM, key, done_at=RECORDED_AT, position=POSITION)


@inbox.on(ItemsMarkedNotDone)
def not_done(entry: Entry[ItemsMarkedNotDone], rows: Rows) -> None:
    for one in entry.event.items:
        rows.do("not_done", ITEM, {"item_id": one.item_id}, done_at=None, opened=POSITION, position=POSITION)


@inbox.on(ItemsSnoozed)
def snooze(entry: Entry[ItemsSnoozed], rows: Rows) -> None:
    event = entry.event
    for one in event.items:
        key = {"item_id": one.item_id, "known": event.known_position}
        rows.do("snooze", ITEM, key, snoozed_until=event.until, position=POSITION)


@inbox.on(ItemsUnsnoozed)
def unsnooze(entry: Entry[ItemsUnsnoozed], rows: Rows) -> None:
    for one in entry.event.items:
        rows.do("unsnooze", ITEM, {"item_id": one.item_id}, snoozed_until=None, position=POSITION)
