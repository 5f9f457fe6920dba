"""Lists of leads: filtered, sorted by an index, in keyset pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any
from uuid import UUID

from app.folding import folded
from projections.lead_view.read import SQL
from projections.machinery.reader import Reader, Statement

COUNT_MAX = 1_000  # leads; beyond it a list has no total
WORDS_MAX = 20  # words of a search that count


class LeadOrder(Enum):
    """What a list can be sorted by; the value names the statements that do it."""

    CREATED = "created"
    UPDATED = "updated"
    NAME = "name"
    LAST_ACTIVITY = "last_activity"


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadCriteria:
    """Which leads a list has. None narrows nothing; an empty list of statuses matches nothing."""

    search: str | None = None
    status_ids: Sequence[UUID] | None = None
    created_since: datetime | None = None
    created_until: datetime | None = None
    active_since: datetime | None = None
    active_until: datetime | None = None

    def narrow(self, statement: Statement) -> Statement:
        """Add the conditions to a statement over lead_view l."""
        words = None if self.search is None else _prefix_query(self.search)
        statement.also_if(SQL["matches_search"], words)
        statement.also_if(SQL["has_status"], None if self.status_ids is None else list(self.status_ids))
        statement.also_if(SQL["created_since"], self.created_since)
        statement.also_if(SQL["created_until"], self.created_until)
        statement.also_if(SQL["active_since"], self.active_since)
        return statement.also_if(SQL["active_until"], self.active_until)


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
    direction = "_backwards" if descending else ""
    statement = criteria.narrow(Statement(SQL[f"page_by_{order.value}{direction}"], limit))
    if after is not None:
        statement.also(SQL[f"{'before' if descending else 'behind'}_{order.value}"], *after)
    return [(row["lead_id"], row["sort_key"]) for row in await statement.fetch(reader)]


async def count_leads(reader: Reader, criteria: LeadCriteria) -> int | None:
    """How many leads there are; None beyond COUNT_MAX."""
    rows = await criteria.narrow(Statement(SQL["count_leads"], COUNT_MAX + 1)).fetch(reader)
    count: int = rows[0][0]
    return count if count <= COUNT_MAX else None


def _prefix_query(search: str) -> str | None:
    """Every word must begin a word of the name. Words are letters and digits, so that they need no quoting.

    The search is cut where names are: else a long name, searched as a whole, would not be found.
    """
    words = (folded(search) or "").split()
    return " & ".join(f"'{word}':*" for word in words[:WORDS_MAX]) if words else None
