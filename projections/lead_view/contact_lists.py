"""Lists of contacts over all leads: filtered, sorted, in keyset pages.

What is searched is found in the index of leads first: where few leads match, only their contacts are looked at.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Any
from uuid import UUID

from app.store.sql_file import load_statements
from projections.lead_view import search_query as query
from projections.lead_view.criteria import Condition, matching, narrowest
from projections.machinery.reader import Reader, Statement

SQL = load_statements(Path(__file__).with_name("contact_lists.sql"))
COUNT_MAX = 1_000  # contacts; beyond it a list has no total


class ContactOrder(Enum):
    """What a list can be sorted by; the value names the statements that do it."""

    CREATED = "created"
    NAME = "name"


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactCriteria:
    """Which contacts a list has. None narrows nothing; an empty list of leads matches nothing.

    Attributes:
        search: every word of it begins a word of the contact's name, title, addresses, numbers or links.
        email: an address that it has, in any case.
        phone: a number that it has, in E.164.
    """

    search: str | None = None
    lead_ids: Sequence[UUID] | None = None
    email: str | None = None
    phone: str | None = None
    created_since: datetime | None = None
    created_until: datetime | None = None

    def narrow(self, statement: Statement) -> Statement:
        """Add the conditions to a statement over lead_contact c."""
        terms = self._terms(query.quoted, query.quoted_beginning)
        statement.also_if(SQL["of_leads"], None if self.lead_ids is None else list(self.lead_ids))
        statement.also_if(SQL["matches"], terms)
        statement.also_if(SQL["created_since"], self.created_since)
        return statement.also_if(SQL["created_until"], self.created_until)

    def leads(self, org_id: UUID) -> list[Condition]:
        """What the leads of such contacts must be."""
        terms = self._terms(
            lambda term: query.exactly(org_id, term),
            lambda term: query.beginning(org_id, term),
        )
        return [] if terms is None else [matching(terms)]

    def _terms(self, exactly: Any, beginning: Any) -> str | None:
        parts = [beginning(f"w{word}") for word in query.searched_words(self.search or "")]
        if self.email is not None:
            parts.append(exactly(f"e{self.email.casefold()}"))
        if self.phone is not None:
            parts.append(exactly(f"p{self.phone}"))
        return query.every(parts) if parts else None


async def contact_page(
    reader: Reader,
    criteria: ContactCriteria,
    order: ContactOrder,
    *,
    descending: bool,
    after: tuple[Any, UUID] | None,
    limit: int,
) -> list[tuple[UUID, Any]]:
    """Ids and sort keys of the contacts behind a place in the list, at most `limit`."""
    base = SQL[f"page_by_{order.value}{'_backwards' if descending else ''}"]
    statement = await _narrowed(reader, criteria, Statement(base, limit))
    if after is not None:
        statement.also(SQL[f"{'before' if descending else 'behind'}_{order.value}"], *after)
    return [(row["contact_id"], row["sort_key"]) for row in await statement.fetch(reader)]


async def count_contacts(reader: Reader, criteria: ContactCriteria) -> int | None:
    """How many contacts there are; None beyond COUNT_MAX."""
    statement = await _narrowed(reader, criteria, Statement(SQL["count_contacts"], COUNT_MAX + 1))
    rows = await statement.fetch(reader)
    count: int = rows[0][0]
    return count if count <= COUNT_MAX else None


async def _narrowed(reader: Reader, criteria: ContactCriteria, statement: Statement) -> Statement:
    few = await narrowest(reader, criteria.leads(reader.org_id))
    if few is not None:
        statement.also(SQL["of_leads"], few)
    return reader.sight.narrow(criteria.narrow(statement), "c")
