"""Leads that may be the same as another one: they share an e-mail address, a phone number or a web host."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from uuid import UUID

from app.store.sql_file import load_statements
from projections.lead_view import search_query as query
from projections.machinery.members import by_member
from projections.machinery.reader import Reader, Statement

SQL = by_member(load_statements(Path(__file__).with_suffix(".sql")))
POINTS_MAX = 500  # addresses, numbers and hosts of one lead that are compared


async def duplicates(reader: Reader, lead_ids: Sequence[UUID], limit: int) -> dict[UUID, list[UUID]]:
    """By lead, others with one of its addresses, numbers or hosts, oldest first; leads without any are left out."""
    rows = await reader.fetch(SQL["points"], list(lead_ids), POINTS_MAX)
    return await leads_with_any(reader, {row["lead_id"]: row["terms"] for row in rows if row["terms"]}, limit)


async def leads_with_any(reader: Reader, terms: Mapping[UUID, Collection[str]], limit: int) -> dict[UUID, list[UUID]]:
    """By key, leads other than itself that have one of its terms, oldest first; keys without any are left out."""
    if not terms:
        return {}
    mark = query.mark_of(reader.org_id)
    wanted = [query.one_of(query.exactly(mark, term) for term in some) for some in terms.values()]
    statement = reader.sight.narrow_leads(Statement(SQL["leads_with_any"], list(terms), wanted, limit), "l")
    found: dict[UUID, list[UUID]] = {}
    for row in await statement.fetch(reader):
        found.setdefault(row["wanted_id"], []).append(row["lead_id"])
    return found
