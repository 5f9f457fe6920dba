"""Lists of leads: filtered, sorted, in keyset pages, and counted."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from pathlib import Path
from typing import Any
from uuid import UUID

from app.folding import folded
from app.store.sql_file import load_statements
from projections.lead_view.criteria import LeadCriteria
from projections.lead_view.narrowing import Condition, Narrowed, narrowed
from projections.lead_view.search_query import name_query
from projections.machinery.reader import Reader, Statement

SQL = load_statements(Path(__file__).with_name("lists.sql"))
COUNT_MAX = 1_000  # leads; beyond it a list has no total
_WHOLE = 3  # the rank of those whose whole name was searched: no rank is higher
_RANKED_ALONE = (0, 1)  # ranks that there are only where all that match are ranked,
_OTHERS = -1  # and one that there is only where too many match
_LAST_ID = UUID(int=2**128 - 1)


class LeadOrder(Enum):
    """What a list can be sorted by; the value names the statements that do it."""

    CREATED = "created"
    UPDATED = "updated"
    NAME = "name"
    LAST_ACTIVITY = "last_activity"
    RELEVANCE = "relevance"


Place = tuple[Any, UUID]  # a sort key and a lead


async def lead_page(
    reader: Reader,
    criteria: LeadCriteria,
    order: LeadOrder,
    *,
    descending: bool,
    after: Place | None,
    limit: int,
) -> list[tuple[UUID, Any]]:
    """Ids and sort keys of the leads behind a place in the list, at most `limit`."""
    conditions = criteria.conditions(reader.org_id)
    among = await narrowed(reader, conditions)
    statement = Statement(SQL["page_backwards" if descending else "page"], limit)
    if order is not LeadOrder.RELEVANCE:
        _put_leads(statement, SQL[f"by_{order.value}"], order, among)
    elif _is_ranked(among, after):
        search = criteria.search or ""
        key = folded(search)
        _put_leads(statement, statement.fill(SQL["by_relevance"], key, key, name_query(search)), order, among)
    else:
        _put_many(statement, criteria.search or "", conditions, after)
        after = None
    if after is not None:
        statement.also(SQL[f"{'before' if descending else 'behind'}_{order.value}"], *after)
    rows = await reader.sight.narrow_leads(statement, "l").fetch(reader)
    return [(row["lead_id"], row["sort_key"]) for row in rows]


async def count_leads(reader: Reader, criteria: LeadCriteria) -> int | None:
    """How many leads there are; None beyond COUNT_MAX."""
    statement = Statement(SQL["count"], COUNT_MAX + 1)
    among = await narrowed(reader, criteria.conditions(reader.org_id))
    _put_leads(statement, SQL["by_created"], LeadOrder.CREATED, among)
    rows = await reader.sight.narrow_leads(statement, "l").fetch(reader)
    count: int = rows[0][0]
    return count if count <= COUNT_MAX else None


async def leads_among(reader: Reader, criteria: LeadCriteria, lead_ids: Sequence[UUID]) -> tuple[int, set[UUID]]:
    """Those of some leads that a list has; and the version that the organization's own stream had at that look."""
    statement = Statement(SQL["among"], len(lead_ids))
    among = Narrowed(list(lead_ids), criteria.conditions(reader.org_id))
    _put_leads(statement, SQL["by_created"], LeadOrder.CREATED, among)
    (row,) = await reader.sight.narrow_leads(statement, "l").fetch(reader)
    return row["version"], set(row["lead_ids"])


async def merged_into(reader: Reader, lead_ids: Sequence[UUID]) -> dict[UUID, UUID]:
    """The leads that some leads were merged into, as far as they are seen."""
    statement = reader.sight.narrow(Statement(SQL["merged_into"], list(lead_ids)), "root")
    return {row["lead_id"]: row["root_id"] for row in await statement.fetch(reader)}


def _put_leads(statement: Statement, leads: str, order: LeadOrder, among: Narrowed) -> None:
    """Let a statement read leads in an order: a few by their keys, or all that there are."""
    if among.lead_ids is None:
        statement.put("leads", leads)
    else:
        statement.put("leads", statement.fill(SQL["few"], among.lead_ids)).put("leads", leads)
        statement.also(SQL["one_of_few"])
    for condition in among.conditions:
        condition.add_to(statement, order.value)


# ---------------------------------------------------------------- relevance


def _is_ranked(among: Narrowed, after: Place | None) -> bool:
    """Whether all leads that match are ranked. A list goes on in the way in which it began."""
    rank = _WHOLE if after is None else after[0]
    return rank in _RANKED_ALONE or (among.lead_ids is not None and rank != _OTHERS)


def _put_many(statement: Statement, search: str, conditions: Sequence[Condition], after: Place | None) -> None:
    """Let a statement read many leads by relevance, without ranking all of them."""
    key = folded(search)
    rank, lead_id = after or (_WHOLE + 1, _LAST_ID)
    values = {"name": key or None, "end": f"{key}\U0010ffff", "rank": rank, "id": lead_id}
    statement.put("leads", SQL["by_relevance_of_many"])
    for name, value in values.items():
        statement.put(name, statement.fill("{}", value))
    for condition in conditions:
        condition.add_to(statement, LeadOrder.RELEVANCE.value)
