"""Criteria: which leads a list has. Each is a condition on a lead, and where an index lists its leads, a source too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

from app.folding import folded
from app.store.sql_file import load_statements
from projections.lead_view import search_query as query
from projections.lead_view.terms import value_key
from projections.machinery.reader import Reader, Statement

SQL = load_statements(Path(__file__).with_name("lists.sql"))

NARROW_MAX = 1_000  # leads; a criterion that has no more of them is where reading begins


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One thing that a lead of the list must be.

    Attributes:
        fragment: named condition over lead_view l; its values are the arguments.
        source: named statement that gives the leads which are that, out of an index, with the same arguments.
    """

    fragment: str
    arguments: tuple[Any, ...] = ()
    source: str | None = None

    def add_to(self, statement: Statement) -> None:
        """Narrow a statement over lead_view l."""
        statement.also(SQL[self.fragment], *self.arguments)


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomCriterion:
    """What the value of a custom field must be; what is not None narrows.

    Attributes:
        keys: as a whole one of these, without regard to case and accents.
        words: a text with words that begin like each of these.
        numbers: one of these; a number, a day counted from 1970 or an instant in microseconds.
        least: such a number at least.
        below: such a number, and not the bound itself.
        is_set: whether there is any value.
        negated: the opposite of all this together.
    """

    field_id: UUID
    keys: Sequence[str] | None = None
    words: Sequence[str] | None = None
    numbers: Sequence[Decimal] | None = None
    least: Decimal | None = None
    below: Decimal | None = None
    is_set: bool | None = None
    negated: bool = False

    def conditions(self, org_id: UUID) -> list[Condition]:
        """As conditions on a lead."""
        found = [*self._of_terms(org_id), *self._of_numbers()]
        if self.is_set is not None:
            fragment = "has_value" if self.is_set else "has_no_value"
            source = "leads_with_value" if self.is_set else None
            found.append(Condition(fragment=fragment, arguments=(self.field_id,), source=source))
        if not self.negated:
            return found
        negated = " AND ".join(f"({SQL[one.fragment]})" for one in found)
        arguments = tuple(value for one in found for value in one.arguments)
        return [_Composed(fragment=f"NOT ({negated})", arguments=arguments)] if found else []

    def _of_terms(self, org_id: UUID) -> list[Condition]:
        head = f"c{self.field_id.hex}"
        parts = []
        if self.keys is not None:
            parts.append([query.exactly(org_id, f"{head}={value_key(key)}") for key in self.keys])
        parts += [[query.beginning(org_id, f"{head}~{word}")] for word in self.words or ()]
        if any(not part for part in parts):
            return [Condition(fragment="nothing")]
        return [matching(query.every(map(query.one_of, parts)))] if parts else []

    def _of_numbers(self) -> list[Condition]:
        found = []
        if self.numbers is not None:
            found.append(_with_field("number_among", self.field_id, list(self.numbers)))
        if self.least is not None and self.below is not None:
            found.append(_with_field("number_between", self.field_id, self.least, self.below))
        elif self.least is not None:
            found.append(_with_field("number_from", self.field_id, self.least))
        elif self.below is not None:
            found.append(_with_field("number_below", self.field_id, self.below))
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Composed(Condition):
    """A condition whose fragment is its own text."""

    def add_to(self, statement: Statement) -> None:
        statement.also(self.fragment, *self.arguments)


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadCriteria:
    """Which leads a list has. None narrows nothing; an empty list of statuses matches nothing.

    Attributes:
        search: every word of it begins a word of the lead's name, site or addresses, or of a contact.
        user_fields: the user-type fields that `user_ids` are looked for in.
        emails: addresses in lower case, one of which a contact has.
        phones: numbers in E.164, one of which a contact has.
        active_stages: the opportunity statuses that count as active, for `has_active_opportunity`.
    """

    search: str | None = None
    status_ids: Sequence[UUID] | None = None
    user_ids: Sequence[UUID] | None = None
    user_fields: Sequence[UUID] = ()
    custom: Sequence[CustomCriterion] = ()
    email: str | None = None
    phone: str | None = None
    created_since: datetime | None = None
    created_until: datetime | None = None
    active_since: datetime | None = None
    active_until: datetime | None = None
    has_open_task: bool | None = None
    has_active_opportunity: bool | None = None
    active_stages: Sequence[UUID] = field(default=())

    def conditions(self, org_id: UUID) -> list[Condition]:
        """All of them, those of the inverted index as one."""
        found = [*self._of_columns(), *self._of_relations()]
        for one in self.custom:
            found += one.conditions(org_id)
        terms = self._terms(org_id)
        return [matching(query.every(terms)), *found] if terms else found

    def _terms(self, org_id: UUID) -> list[str]:
        words = None if self.search is None else query.prefix_query(org_id, self.search)
        terms = [words] if words else []
        if self.email is not None:
            terms.append(query.exactly(org_id, f"e{self.email.casefold()}"))
        if self.phone is not None:
            terms.append(query.exactly(org_id, f"p{self.phone}"))
        if self.user_ids and self.user_fields:
            terms.append(query.one_of(named_in(org_id, self.user_fields, self.user_ids)))
        return terms

    def _of_columns(self) -> list[Condition]:
        found = []
        if self.status_ids is not None:
            found.append(
                Condition(fragment="has_status", arguments=(list(self.status_ids),), source="leads_with_status_of")
            )
        if self.user_ids is not None and not (self.user_ids and self.user_fields):
            found.append(Condition(fragment="nothing"))
        for name in ("created_since", "created_until", "active_since", "active_until"):
            value = getattr(self, name)
            if value is not None:
                found.append(Condition(fragment=name, arguments=(value,), source=f"leads_{name}"))
        return found

    def _of_relations(self) -> list[Condition]:
        found = []
        if self.has_open_task is not None:
            found.append(_either("has_open_task", is_wanted=self.has_open_task))
        if self.has_active_opportunity is not None:
            stages = list(self.active_stages)
            found.append(_either("has_active_opportunity", stages, is_wanted=self.has_active_opportunity))
        return found


def matching(terms: str) -> Condition:
    """Leads whose terms match a query."""
    return Condition(fragment="matches", arguments=(terms,), source="leads_matching")


def named_in(org_id: UUID, field_ids: Sequence[UUID], user_ids: Sequence[UUID]) -> list[str]:
    """Parts of a query: one of the users is named in one of the fields."""
    return [
        query.exactly(org_id, f"c{field_id.hex}={value_key(str(user_id))}")
        for field_id in field_ids
        for user_id in user_ids
    ]


async def narrowest(reader: Reader, conditions: Sequence[Condition]) -> list[UUID] | None:
    """The leads of that condition which has fewest, where one has at most NARROW_MAX; None: all have more.

    Reading then begins with these few instead of walking the list's order until a page is full.
    """
    sources = [one for one in (*conditions, *_of_sight(reader)) if one.source is not None]
    if not sources:
        return None
    statement = Statement("")
    parts = []
    for one in sources:
        assert one.source is not None
        source = _filled(SQL[one.source], one.arguments, statement)
        parts.append(SQL["candidates"].replace("{source}", source).replace("{limit}", str(NARROW_MAX + 1)))
    rows = await reader.fetch("\nUNION ALL\n".join(parts), *statement.arguments)
    found: list[list[UUID]] = [row["lead_ids"] for row in rows if len(row["lead_ids"]) <= NARROW_MAX]
    return min(found, key=len) if found else None


def _of_sight(reader: Reader) -> list[Condition]:
    assignment = reader.sight.assignment
    if assignment is None or assignment.allow_unassigned or not assignment.field_ids:
        return []
    return [matching(query.one_of(named_in(reader.org_id, assignment.field_ids, [assignment.user_id])))]


def _filled(text: str, values: Sequence[Any], statement: Statement) -> str:
    for value in values:
        statement.arguments.append(value)
        text = text.replace("{}", f"${len(statement.arguments) + 1}", 1)
    return text


def _with_field(fragment: str, field_id: UUID, *values: Any) -> Condition:
    return Condition(fragment=fragment, arguments=(field_id, *values), source=f"leads_{fragment}")


def _either(fragment: str, *values: Any, is_wanted: bool) -> Condition:
    if is_wanted:
        return Condition(fragment=fragment, arguments=values, source=f"leads_{fragment}")
    return Condition(fragment=fragment.replace("has_", "has_no_", 1), arguments=values)


def search_key(search: str) -> str:
    """What names are compared with, for the order of relevance."""
    return folded(search) or ""
