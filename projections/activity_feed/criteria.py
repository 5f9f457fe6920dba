"""Which items of histories are asked for, and by which index these are found.

There are three that narrow: of kinds, of users and of contacts. Each ends in the order of the feed, so an end of what
one value has is read off it, however rare the value is; of several values, an end of each is read, and their end kept.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from pathlib import Path
from uuid import UUID

from app.store.sql_file import load_statements
from app.vocabulary import ActivityKind
from projections.machinery.members import by_member
from projections.machinery.reader import Statement

SQL = by_member(load_statements(Path(__file__).with_name("pages.sql")))

EVERY_KEY = ("", "~")  # what stands before all keys of kinds, and behind them
CUSTOM_KEYS = (ActivityKind.CUSTOM, f"{ActivityKind.CUSTOM}!")  # each type's begins with the kind and a space


class FoundBy(Enum):
    """What the index that is walked begins with, behind the lead."""

    TIME = "time"
    KIND = "kind"
    USER = "user"
    CONTACT = "contact"


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityCriteria:
    """Which items a page has. None narrows nothing; an empty list matches nothing. Kinds and custom types add up."""

    kinds: tuple[ActivityKind, ...] | None = None
    custom_type_ids: tuple[UUID, ...] | None = None
    user_ids: tuple[UUID, ...] | None = None
    contact_ids: tuple[UUID, ...] | None = None
    since: datetime | None = None
    until: datetime | None = None

    @property
    def ways(self) -> tuple[FoundBy, ...]:
        """The indexes by which they can be found, one of which is to be walked."""
        if self.user_ids is not None and self.contact_ids is not None:
            return FoundBy.USER, FoundBy.CONTACT
        if self.user_ids is not None or self.contact_ids is not None:
            return (FoundBy.CONTACT if self.user_ids is None else FoundBy.USER,)
        return (FoundBy.TIME if self.kinds is None and self.custom_type_ids is None else FoundBy.KIND,)

    def only(self, way: FoundBy) -> ActivityCriteria:
        """Without what has to be asked of each item that is found that way."""
        return replace(self, contact_ids=None) if way is FoundBy.USER else replace(self, user_ids=None)

    def narrow(self, statement: Statement, way: FoundBy, *, of_lead: bool = False) -> Statement:
        """Fill in the parts of a statement over activity_feed f, and add its conditions.

        `of_lead`: keys of kinds stand in front of users and contacts, and are those of the whole history.
        """
        who = {FoundBy.USER: self.user_ids, FoundBy.CONTACT: self.contact_ids}.get(way)
        is_whose = SQL["is_anybody" if who is None else f"is_{way.value}"]
        if way is not FoundBy.TIME or of_lead:
            statement.put("keys", self._keys(statement, SQL["is_anybody"] if of_lead else is_whose))
        statement.put("who", SQL["who_anybody"] if who is None else statement.fill(SQL["who"], _list(who)))
        statement.put("is_whose", is_whose)
        if way is not FoundBy.USER and self.user_ids is not None:
            statement.also(SQL["of_users"], _list(self.user_ids))
        if way is not FoundBy.CONTACT and self.contact_ids is not None:
            statement.also(SQL["of_contacts"], _list(self.contact_ids))
        statement.also_if(SQL["since"], self.since)
        return statement.also_if(SQL["until"], self.until)

    def _keys(self, statement: Statement, is_whose: str) -> str:
        """The part that gives keys of kinds."""
        if self.kinds is None and self.custom_type_ids is None:
            return _there(statement, EVERY_KEY, is_whose)
        given = [str(kind) for kind in dict.fromkeys(self.kinds or ()) if kind is not ActivityKind.CUSTOM]
        if ActivityKind.CUSTOM not in (self.kinds or ()):
            given += [f"{ActivityKind.CUSTOM} {one}" for one in _list(self.custom_type_ids or ())]
            return statement.fill(SQL["keys"], given)
        there = _there(statement, CUSTOM_KEYS, is_whose)
        return statement.fill(SQL["keys_and_there"], given).replace("{there}", there)


def _there(statement: Statement, keys: tuple[str, str], is_whose: str) -> str:
    first, below = keys
    return statement.fill(SQL["keys_there"].replace("{is_whose}", is_whose), first, below, below)


def _list(ids: Iterable[UUID]) -> list[UUID]:
    return list(dict.fromkeys(ids))
