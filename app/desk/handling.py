"""Done and snoozed: what people do about items of their own inbox.

Each command is about many items and does what it can: an item that is gone, somebody else's, or already as it is to be,
decides nothing. Items for tasks are not handled here but by completing the task.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from app.desk.desk import Desk
from app.desk.events import DeskEvent, Handled, ItemsDone, ItemsMarkedNotDone, ItemsSnoozed, ItemsUnsnoozed
from app.desk.refusals import SnoozeInThePast, SnoozeTooFar
from app.ids import ItemId
from app.situation import KnownItem, Situation
from app.text import Problems
from app.vocabulary import InboxItemKind

ITEMS_MAX = 500  # items of one command
SNOOZE_MAX_YEARS = 10


@dataclass(frozen=True, kw_only=True)
class MarkDone:
    """`seen_position`: of the log, as far as the person has seen it; None: as far as it goes now."""

    item_ids: tuple[ItemId, ...]
    seen_position: int | None = None

    def decide(self, desk: Desk, at: Situation) -> Sequence[DeskEvent]:
        """Decide that they are handled; mails that came behind what was seen are not.

        Raises:
            TooManyEntries
        """
        found = _own(self.item_ids, desk, at, lambda one: one.done_at is None and not _is_task(one))
        if not found:
            return ()
        known = _known_position(found)
        seen = known if self.seen_position is None else min(self.seen_position, known)
        found = [one for one in found if one.first_mail is None or one.first_mail <= seen]
        return (ItemsDone(items=_handled(found), seen_position=seen, known_position=known),) if found else ()


@dataclass(frozen=True, kw_only=True)
class MarkNotDone:
    item_ids: tuple[ItemId, ...]

    def decide(self, desk: Desk, at: Situation) -> Sequence[DeskEvent]:
        """Decide that they are to be handled after all.

        Raises:
            TooManyEntries
        """
        found = _own(self.item_ids, desk, at, lambda one: one.done_at is not None and not _is_task(one))
        return (ItemsMarkedNotDone(items=_handled(found)),) if found else ()


@dataclass(frozen=True, kw_only=True)
class Snooze:
    item_ids: tuple[ItemId, ...]
    until: datetime

    def decide(self, desk: Desk, at: Situation) -> Sequence[DeskEvent]:
        """Decide that they are out of sight until then.

        Raises:
            TooManyEntries, SnoozeInThePast, SnoozeTooFar
        """
        problems = Problems()
        until = _kept_moment(self.until, at.now, problems)
        problems.bounded(self.item_ids, "item_ids", limit=ITEMS_MAX)
        problems.stop_if_any()
        found = _own(self.item_ids, desk, at, lambda one: one.done_at is None and one.snoozed_until != until)
        if not found:
            return ()
        return (ItemsSnoozed(items=_handled(found), until=until, known_position=_known_position(found)),)


@dataclass(frozen=True, kw_only=True)
class Unsnooze:
    item_ids: tuple[ItemId, ...]

    def decide(self, desk: Desk, at: Situation) -> Sequence[DeskEvent]:
        """Decide that they are in sight again.

        Raises:
            TooManyEntries
        """
        found = _own(self.item_ids, desk, at, lambda one: one.done_at is None and one.snoozed_until is not None)
        return (ItemsUnsnoozed(items=_handled(found)),) if found else ()


def _own(item_ids: Sequence[ItemId], desk: Desk, at: Situation, wanted: Callable[[KnownItem], bool]) -> list[KnownItem]:
    """Those of the items, each once, that are the desk's and that there is something to do about."""
    problems = Problems()
    bounded = problems.bounded(item_ids, "item_ids", limit=ITEMS_MAX)
    problems.stop_if_any()
    known = (at.items.get(one) for one in dict.fromkeys(bounded))
    return [one for one in known if one is not None and one.owner_id == desk.id and wanted(one)]


def _handled(items: Iterable[KnownItem]) -> tuple[Handled, ...]:
    return tuple(Handled(item_id=one.item_id, kind=one.kind, lead_id=one.lead_id) for one in items)


def _known_position(items: Iterable[KnownItem]) -> int:
    """How far the log went in the look that found them."""
    return max(one.position for one in items)


def _is_task(item: KnownItem) -> bool:
    return item.kind is InboxItemKind.TASK


def _kept_moment(until: datetime, now: datetime, problems: Problems) -> datetime:
    if until <= now:
        problems.add(SnoozeInThePast("until", until=until.isoformat()))
        return now
    if until > now + timedelta(days=366 * SNOOZE_MAX_YEARS):
        problems.add(SnoozeTooFar("until", until=until.isoformat(), years=SNOOZE_MAX_YEARS))
        return now
    return until.astimezone(UTC)
