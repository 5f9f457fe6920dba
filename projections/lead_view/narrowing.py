"""Narrowing: the conditions of a list, and reading it from that one which has fewest leads.

Where a condition has few leads, these are read and sorted; else the order's own index is walked until a page is full,
and the conditions are looked up lead by lead.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from app.store.sql_file import load_statements
from projections.lead_view import search_query as query
from projections.lead_view.terms import exact_value
from projections.machinery.members import by_member
from projections.machinery.reader import Reader, Statement

SQL = by_member(load_statements(Path(__file__).with_name("criteria.sql")))

NARROW_MAX = 1_000  # leads; a condition that has no more of them is where reading begins


@dataclass(frozen=True, slots=True)
class Source:
    """A statement that gives leads out of an index; values stand where it has {}.

    Attributes:
        tells_all: of the leads that it gives, the condition need not be asked again.
    """

    text: str
    values: tuple[Any, ...]
    tells_all: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One thing that a lead of a list must be. Values stand where its texts have {}.

    Attributes:
        text: over lead_view l.
        source: at least the leads which are that; None: no index lists them.
        order: the order whose index has what is compared,
        along: and the text that is used in lists of that order, so that they are walked from the right place.
    """

    text: str
    values: tuple[Any, ...] = ()
    source: Source | None = None
    order: str | None = None
    along: str = ""

    def add_to(self, statement: Statement, order: str) -> None:
        """Narrow a statement that reads leads in an order."""
        statement.also(self.along if self.order == order else self.text, *self.values)


@dataclass(frozen=True, slots=True)
class Narrowed:
    """The leads that a list is among, None: all; and what else must hold of them."""

    lead_ids: Sequence[UUID] | None
    conditions: Sequence[Condition]


def matching(terms: str) -> Condition:
    """Leads whose terms match a query."""
    return Condition(text=SQL["matches"], values=(terms,), source=Source(SQL["leads_that_match"], (terms,)))


def named_in(org_id: UUID, field_ids: Sequence[UUID], user_ids: Sequence[UUID]) -> str:
    """A query: one of the users is named in one of the fields."""
    mark = query.mark_of(org_id)
    return query.one_of(query.exactly(mark, exact_value(one, str(user))) for one in field_ids for user in user_ids)


async def narrowed(reader: Reader, conditions: Sequence[Condition]) -> Narrowed:
    """Begin with that condition which has fewest leads, if it has at most NARROW_MAX."""
    sources = [one for one in (*conditions, *_of_sight(reader)) if one.source is not None]
    if not sources:
        return Narrowed(None, conditions)
    statement = Statement("{candidates}", NARROW_MAX)
    parts = [_candidates(statement, one.source) for one in sources if one.source]
    statement.put("candidates", "\nUNION ALL\n".join(parts))
    rows = await reader.fetch_once(statement.sql, *statement.arguments)
    found = [(row["lead_ids"], one) for row, one in zip(rows, sources, strict=True) if row["lead_ids"] is not None]
    if not found:
        return Narrowed(None, conditions)
    lead_ids, begun = min(found, key=lambda one: len(one[0]))
    told = begun if begun.source and begun.source.tells_all else None
    return Narrowed(list(dict.fromkeys(lead_ids)), [one for one in conditions if one is not told])


def _candidates(statement: Statement, source: Source) -> str:
    return SQL["candidates"].replace("{source}", statement.fill(source.text, *source.values))


def _of_sight(reader: Reader) -> list[Condition]:
    """What the viewer must be named in lists the leads that can be seen."""
    assignment = reader.sight.assignment
    if assignment is None or assignment.allow_unassigned or not assignment.field_ids:
        return []
    return [matching(named_in(reader.org_id, assignment.field_ids, [assignment.user_id]))]
