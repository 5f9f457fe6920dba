"""Which part of whose inbox a list has, and where an item stands in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from app.vocabulary import InboxItemKind, InboxView
from projections.inbox.rows import ItemRow, Today, is_snoozed, today_of
from projections.machinery.days import day_start, local_day

_ONE_DAY, _ONE_MICROSECOND = timedelta(days=1), timedelta(microseconds=1)
_BEFORE_ALL, _BEHIND_ALL = UUID(int=0), UUID(int=2**128 - 1)
_UTC = ZoneInfo("UTC")


class InboxPlace(NamedTuple):
    """A place in a list: an instant, 0 for where a day begins and 1 for others, and an item's id."""

    instant: datetime
    is_timed: int
    item_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxCriteria:
    """Which items a list has.

    Attributes:
        owner_id: whose; None: everybody's.
        zone: where the days of the order begin: the owner's, of everybody's list the viewer's.
        zones: owners' own, for what is due today; who is not in it has UTC.
        kinds: None narrows nothing; an empty list matches nothing.
    """

    owner_id: UUID | None
    view: InboxView
    zone: ZoneInfo
    zones: Mapping[UUID, ZoneInfo]
    now: datetime
    kinds: Sequence[InboxItemKind] | None = None

    def those_of(self, *kinds: InboxItemKind) -> list[InboxItemKind]:
        """Those of some kinds that match, each once."""
        return [kind for kind in kinds if self.kinds is None or kind in self.kinds]

    def todays(self) -> dict[UUID, Today]:
        """What day it is for each owner."""
        known = {zone: today_of(self.now, zone) for zone in set(self.zones.values())}
        return {owner_id: known[zone] for owner_id, zone in self.zones.items()}

    def today_of(self, owner_id: UUID | None) -> Today:
        """What day it is for one."""
        return today_of(self.now, self.zones.get(owner_id, _UTC) if owner_id else _UTC)


def place_of(row: ItemRow, criteria: InboxCriteria) -> InboxPlace:
    """Where an item stands in the list in which it is."""
    if criteria.view is InboxView.DONE and row.done_at is not None:
        return InboxPlace(row.done_at, 1, row.item_id)
    if criteria.view is InboxView.FUTURE and row.snoozed_until is not None and is_snoozed(row, criteria.now):
        return InboxPlace(row.snoozed_until, 1, row.item_id)
    if row.day is not None:
        return InboxPlace(_day_place(row.day, criteria.zone), 0, row.item_id)
    assert row.arrived_at is not None
    return InboxPlace(row.arrived_at, 1, row.item_id)


def among_instants(place: InboxPlace) -> tuple[datetime, UUID]:
    """The instant and the item behind which stands what is behind a place; none of them stands at it."""
    return place.instant, place.item_id if place.is_timed else _BEFORE_ALL


def among_days(place: InboxPlace, zone: ZoneInfo) -> tuple[date, UUID]:
    """As among_instants, the day and the item."""
    day = local_day(place.instant, zone)
    if day < date.max:  # where clocks go back over midnight, tomorrow may have begun
        day += _ONE_DAY
    while _day_place(day, zone) > place.instant:
        if day == date.min:
            return date.min, _BEFORE_ALL
        day -= _ONE_DAY
    is_of_day = not place.is_timed and _day_place(day, zone) == place.instant
    return day, place.item_id if is_of_day else _BEHIND_ALL


def _day_place(day: date, zone: ZoneInfo) -> datetime:
    """Where a day begins. One that a zone skipped stands just before the next, with which it begins."""
    start = day_start(day, zone)
    is_skipped = day < date.max and day_start(day + _ONE_DAY, zone) == start
    return start - _ONE_MICROSECOND if is_skipped else start
