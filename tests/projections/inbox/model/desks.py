"""What people did about their items."""

from __future__ import annotations

from app.desk.events import ItemsDone, ItemsMarkedNotDone, ItemsSnoozed, ItemsUnsnoozed
from tests.projections.inbox.model.items import Inboxes, Item, tell


@tell.register
def _(event: ItemsDone, known: Inboxes) -> None:
    for one in handled(known, event):
        unseen = {id: when for id, when in one.mails.items() if when[1] > event.seen_position}
        if unseen:
            one.mails, one.snoozed_until = unseen, None if len(unseen) < len(one.mails) else one.snoozed_until
        else:
            one.done_at, one.snoozed_until = known.fact.recorded_at, None


@tell.register
def _(event: ItemsMarkedNotDone, known: Inboxes) -> None:
    for one in handled(known, event):
        one.done_at = None


@tell.register
def _(event: ItemsSnoozed, known: Inboxes) -> None:
    for one in handled(known, event):
        one.snoozed_until = event.until


@tell.register
def _(event: ItemsUnsnoozed, known: Inboxes) -> None:
    for one in handled(known, event):
        one.snoozed_until = None


def handled(known: Inboxes, event: ItemsDone | ItemsMarkedNotDone | ItemsSnoozed | ItemsUnsnoozed) -> list[Item]:
    items = [known.items[one.item_id] for one in event.items]
    assert all(one.owner_id == known.fact.stream_id for one in items)
    return items
