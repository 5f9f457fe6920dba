"""Leads that may be the same as another one: they share an e-mail address, a phone number or a web host."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from projections.lead_view import search_query as query
from projections.lead_view.criteria import SQL
from projections.machinery.reader import Reader, Statement

POINTS_MAX = 500  # addresses, numbers and hosts that are compared


async def duplicate_keys(reader: Reader, lead_ids: Sequence[UUID]) -> dict[UUID, list[str]]:
    """By what each lead can be the same as another one; leads without anything are left out."""
    rows = await reader.fetch(SQL["duplicate_keys"], list(lead_ids), POINTS_MAX)
    return {row["lead_id"]: row["terms"] for row in rows if row["terms"]}


async def leads_with_any(reader: Reader, terms: Collection[str], *, other_than: UUID | None, limit: int) -> list[UUID]:
    """Leads that have one of these addresses, numbers or hosts, oldest first."""
    if not terms:
        return []
    wanted = query.one_of(query.exactly(reader.org_id, term) for term in list(terms)[:POINTS_MAX])
    statement = reader.sight.narrow_leads(Statement(SQL["leads_with_any"], wanted, other_than, limit), "l")
    return [row["lead_id"] for row in await statement.fetch(reader)]
