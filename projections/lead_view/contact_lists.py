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
from projections.lead_view.narrowing import Condition, Source, matching, narrowed
from projections.lead_view.terms import email_term
from projections.machinery.members import by_member
from projections.machinery.reader import Reader, Statement

SQL = by_member(load_statements(Path(__file__).with_name("contact_lists.sql")))
CONTACT_KIND = "w"  # terms that a search looks through: words of contacts
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

    def conditions(self) -> list[Condition]:
        """What a contact must be."""
        terms = self._terms(query.NO_MARK)
        found = [Condition(text=SQL["matches"], values=(terms,))] if terms else []
        created, values = self._created()
        if created:
            text = SQL["set_apart"].replace("{condition}", created)
            found.append(Condition(text=text, values=values, order=ContactOrder.CREATED.value, along=created))
        return found

    def of_leads(self, org_id: UUID) -> list[Condition]:
        """What a lead must be that has such a contact."""
        terms = self._terms(query.mark_of(org_id))
        found = [matching(terms)] if terms else []
        created, values = self._created()
        if created:
            source = Source(SQL["leads_with_created"].replace("{condition}", created), values)
            found.append(Condition(text=created, values=values, source=source))
        return found

    def _created(self) -> tuple[str, tuple[datetime, ...]]:
        bounds = (("created_since", self.created_since), ("created_until", self.created_until))
        given = [(SQL[name], bound) for name, bound in bounds if bound is not None]
        return " AND ".join(text for text, _ in given), tuple(bound for _, bound in given)

    def _terms(self, mark: str) -> str | None:
        words = query.searched(mark, self.search or "", CONTACT_KIND)
        parts = [words] if words else []
        if self.email is not None:
            parts.append(query.exactly(mark, email_term(self.email)))
        if self.phone is not None:
            parts.append(query.exactly(mark, f"p{self.phone}"))
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
    statement = Statement(SQL["page_backwards" if descending else "page"], limit)
    await _put_contacts(statement, reader, criteria, order)
    if after is not None:
        statement.also(SQL[f"{'before' if descending else 'behind'}_{order.value}"], *after)
    return [(row["contact_id"], row["sort_key"]) for row in await statement.fetch(reader)]


async def count_contacts(reader: Reader, criteria: ContactCriteria) -> int | None:
    """How many contacts there are; None beyond COUNT_MAX."""
    statement = Statement(SQL["count"], COUNT_MAX + 1)
    await _put_contacts(statement, reader, criteria, ContactOrder.CREATED)
    rows = await statement.fetch(reader)
    count: int = rows[0][0]
    return count if count <= COUNT_MAX else None


async def _put_contacts(statement: Statement, reader: Reader, criteria: ContactCriteria, order: ContactOrder) -> None:
    """Let a statement read contacts in an order: those of few leads, or all that there are."""
    lead_ids = criteria.lead_ids
    if lead_ids is None:
        lead_ids = (await narrowed(reader, criteria.of_leads(reader.org_id))).lead_ids
    contacts = SQL[f"by_{order.value}"]
    if lead_ids is None:
        statement.put("contacts", contacts)
    else:
        few = statement.fill(SQL["few"], list(dict.fromkeys(lead_ids)))
        statement.put("contacts", few).put("contacts", contacts).also(SQL["of_few"])
    for condition in criteria.conditions():
        condition.add_to(statement, order.value)
    reader.sight.narrow_list(statement, "c", is_page=False)
