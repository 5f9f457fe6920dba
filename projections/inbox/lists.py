"""Lists of what people have to handle: a part of an inbox in pages, and how much there is.

A list is merged from streams, each read off an index in its order and no further than the list is asked for. What is
snoozed is skipped where it would stand otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from app.vocabulary import InboxItemKind, InboxView
from projections.inbox.criteria import InboxCriteria, InboxPlace, among_days, among_instants, place_of
from projections.inbox.rows import ItemRow, item_row, item_statements
from projections.machinery.days import LAST
from projections.machinery.reader import Reader, Statement

T = TypeVar("T", datetime, str)
SQL = item_statements(Path(__file__).with_name("lists.sql"))
COUNT_MAX = 1_000  # items; more are not counted
KIND_COUNT_MAX = 500  # items of one kind, where each of nine is counted

_TASK, _FOLLOW_UP = InboxItemKind.TASK, InboxItemKind.EMAIL_FOLLOWUP
_ON_DAYS = (_TASK, InboxItemKind.OPPORTUNITY_DUE)
_AT_INSTANTS = tuple(kind for kind in InboxItemKind if kind is not InboxItemKind.OPPORTUNITY_DUE)
_TO_COME = (_TASK, _FOLLOW_UP)


async def inbox_page(
    reader: Reader,
    criteria: InboxCriteria,
    *,
    after: InboxPlace | None,
    before: InboxPlace | None,
    from_end: bool,
    limit: int,
) -> list[ItemRow]:
    """The first items between two places, or the last ones; at most `limit`, in the list's order."""
    statement = Statement("{sides}", limit)
    sides = _Streams(statement, criteria, "whole_rows", after, before).sides()
    if not sides:
        return []
    pages = "\nUNION ALL\n".join(SQL["page"].replace("{streams}", streams) for streams in sides)
    statement.put("sides", pages).put("way", "DESC" if from_end else "ASC")
    rows = [item_row(row) for row in await _narrowed(reader, criteria, statement).fetch(reader)]
    rows.sort(key=lambda row: place_of(row, criteria))
    return rows[-limit:] if from_end else rows[:limit]


async def count_items(reader: Reader, criteria: InboxCriteria) -> int:
    """How many items a list has; COUNT_MAX + 1 for more than COUNT_MAX."""
    rows = await _counted(reader, criteria, "count", COUNT_MAX + 1)
    return rows[0][0] if rows else 0


async def count_by_kind(reader: Reader, criteria: InboxCriteria) -> dict[InboxItemKind, int]:
    """How many items of each kind that matches a list has; KIND_COUNT_MAX for that many or more."""
    rows = await _counted(reader, criteria, "count_by_kind", KIND_COUNT_MAX)
    found = {InboxItemKind(kind): number for kind, number in rows}
    return {kind: min(found.get(kind, 0), KIND_COUNT_MAX) for kind in criteria.those_of(*InboxItemKind)}


async def _counted(reader: Reader, criteria: InboxCriteria, name: str, limit: int) -> Sequence[Any]:
    statement = Statement(SQL[name], limit)
    sides = _Streams(statement, criteria, "kinds_alone").sides()
    if not sides:
        return ()
    statement.put("streams", "\nUNION ALL\n".join(sides)).put("way", "ASC")
    return await _narrowed(reader, criteria, statement).fetch(reader)


def _narrowed(reader: Reader, criteria: InboxCriteria, statement: Statement) -> Statement:
    owner_id = criteria.owner_id
    whose = SQL["of_all"] if owner_id is None else statement.fill(SQL["of_owner"], owner_id)
    return reader.sight.narrow(statement.put("whose", whose), "under")


class _Streams:
    """The streams of a list between two places, as text of a statement."""

    def __init__(
        self,
        statement: Statement,
        criteria: InboxCriteria,
        columns: str,
        after: InboxPlace | None = None,
        before: InboxPlace | None = None,
    ) -> None:
        self._statement = statement
        self._criteria = criteria
        self._columns = SQL[columns]
        self._ends = {"behind": after, "before": before}
        self._todays = criteria.todays() if criteria.owner_id is None else {}
        self._today = criteria.today_of(criteria.owner_id)  # everybody else's

    def sides(self) -> list[str]:
        """Streams in the order of instants, and streams in that of days."""
        of_all = self._criteria.those_of(*InboxItemKind)
        if not of_all:
            return []
        match self._criteria.view:
            case InboxView.INBOX:
                instants, days = self._instants("due", _AT_INSTANTS), self._days("due")
            case InboxView.FUTURE:
                snoozed = self._at("snoozed_until", of_all, self._fill("snoozed", self._criteria.now))
                instants, days = [*snoozed, *self._instants("to_come", _TO_COME)], self._days("to_come")
            case InboxView.DONE:
                instants, days = self._at("done_at", of_all, SQL["done"]), []
        return ["\nUNION ALL\n".join(side) for side in (instants, days) if side]

    def _instants(self, when: str, of_which: Sequence[InboxItemKind]) -> list[str]:
        kinds = self._criteria.those_of(*of_which)
        if not kinds:
            return []
        own = {owner_id: today.until for owner_id, today in self._todays.items()}
        bound, settled = _spread(when, [self._today.until, *own.values()])
        part = self._fill(f"instants_{when}", self._criteria.now)
        if bound != settled:
            part += " AND " + self._fill(f"own_instants_{when}", settled, [*own.values()], [*own], self._today.until)
        return self._at("arrived_at", kinds, part, {_TASK: bound, _FOLLOW_UP: self._criteria.now})

    def _days(self, when: str) -> list[str]:
        kinds = self._criteria.those_of(*_ON_DAYS)
        if not kinds:
            return []
        own = {owner_id: today.day.isoformat() for owner_id, today in self._todays.items()}
        today = self._today.day.isoformat()
        bound, settled = _spread(when, [today, *own.values()])
        part = self._fill(f"days_{when}", self._criteria.now, bound)
        if bound != settled:
            part += " AND " + self._fill(f"own_days_{when}", settled, [*own.values()], [*own], today)
        for end, place in self._ends.items():
            if place is not None:
                day, item_id = among_days(place, self._criteria.zone)
                part += " AND " + self._fill(f"{end}_day", day.isoformat(), item_id)
        return [self._stream("day", kinds, part, {})]

    def _at(
        self,
        moment: str,
        kinds: Sequence[InboxItemKind],
        part: str,
        bounds: Mapping[InboxItemKind, datetime] = MappingProxyType({}),
    ) -> list[str]:
        for end, place in self._ends.items():
            if place is not None:
                part += " AND " + self._fill(f"{end}_instant", *among_instants(place)).replace("{moment}", moment)
        return [self._stream(moment, kinds, part, bounds)]

    def _stream(
        self, moment: str, kinds: Sequence[InboxItemKind], part: str, bounds: Mapping[InboxItemKind, datetime]
    ) -> str:
        stream = self._fill("stream", list(kinds), [bounds.get(kind, LAST) for kind in kinds])
        return stream.replace("{columns}", self._columns).replace("{moment}", moment).replace("{part}", part)

    def _fill(self, name: str, *values: Any) -> str:
        return self._statement.fill(SQL[name], *values)


def _spread(when: str, times: Sequence[T]) -> tuple[T, T]:
    """Of what is due for some people each by a time of theirs: the bound for all, and that where all agree."""
    early, late = min(times), max(times)
    return (late, early) if when == "due" else (early, late)
