"""Lists of leads: filtered, sorted, in keyset pages.

Where one criterion has few leads, these are read and sorted; else the order's own index is walked until a page is full.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import Any
from uuid import UUID

from projections.lead_view.criteria import SQL, LeadCriteria, narrowest, search_key
from projections.lead_view.search_query import name_query
from projections.machinery.reader import Reader, Statement

COUNT_MAX = 1_000  # leads; beyond it a list has no total


class LeadOrder(Enum):
    """What a list can be sorted by; the value names the statements that do it."""

    CREATED = "created"
    UPDATED = "updated"
    NAME = "name"
    LAST_ACTIVITY = "last_activity"
    RELEVANCE = "relevance"


async def lead_page(
    reader: Reader,
    criteria: LeadCriteria,
    order: LeadOrder,
    *,
    descending: bool,
    after: tuple[Any, UUID] | None,
    limit: int,
) -> list[tuple[UUID, Any]]:
    """Ids and sort keys of the leads behind a place in the list, at most `limit`."""
    statement = await _narrowed(reader, criteria, _page(criteria, order, descending, limit))
    if after is not None:
        statement.also(SQL[f"{'before' if descending else 'behind'}_{order.value}"], *after)
    return [(row["lead_id"], row["sort_key"]) for row in await statement.fetch(reader)]


async def count_leads(reader: Reader, criteria: LeadCriteria) -> int | None:
    """How many leads there are; None beyond COUNT_MAX."""
    statement = await _narrowed(reader, criteria, Statement(SQL["count_leads"], COUNT_MAX + 1))
    rows = await statement.fetch(reader)
    count: int = rows[0][0]
    return count if count <= COUNT_MAX else None


def _page(criteria: LeadCriteria, order: LeadOrder, descending: bool, limit: int) -> Statement:
    if order is LeadOrder.RELEVANCE:
        search = criteria.search or ""
        return Statement(SQL["page_by_relevance"], limit, search_key(search), name_query(search))
    return Statement(SQL[f"page_by_{order.value}{'_backwards' if descending else ''}"], limit)


async def _narrowed(reader: Reader, criteria: LeadCriteria, statement: Statement) -> Statement:
    conditions = criteria.conditions(reader.org_id)
    begin: Sequence[UUID] | None = await narrowest(reader, conditions)
    if begin is not None:
        statement.also(SQL["among"], begin)
    for condition in conditions:
        condition.add_to(statement)
    return reader.sight.narrow_leads(statement, "l")
