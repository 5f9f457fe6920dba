"""Correspondents: contacts by e-mail address, in all leads that are not deleted."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from app.ids import ContactId, LeadId
from app.store.sql_file import load_statements
from app.store.store import Connection, EventStore
from projections.lead_view import search_query as query
from projections.lead_view.terms import email_term, phone_terms
from projections.machinery.members import by_member
from projections.machinery.reader import Reader

SQL = by_member(load_statements(Path(__file__).with_suffix(".sql")))
LEADS_MAX = 1_000  # that share one address; a mail is logged on each of them


class Correspondent(NamedTuple):
    """A contact, and what its lead is called."""

    lead_id: LeadId
    contact_id: ContactId
    lead_name: str | None


async def correspondents(reader: Reader, addresses: Collection[str]) -> dict[str, list[Correspondent]]:
    """By address, contacts that have it; addresses that nobody has are left out."""
    if not addresses:
        return {}
    terms = {email_term(address): address for address in addresses}
    mark = query.mark_of(reader.org_id)
    rows = await reader.fetch(
        SQL["correspondents"], list(terms), [query.exactly(mark, term) for term in terms], LEADS_MAX
    )
    found: dict[str, list[Correspondent]] = {}
    for row in rows:
        one = Correspondent(row["lead_id"], row["contact_id"], row["name"])
        found.setdefault(terms[row["term"]], []).append(one)
    return found


async def known_phones(
    store: EventStore, connection: Connection | None, org_id: UUID, phones: Sequence[str]
) -> frozenset[str]:
    """Those of some numbers, in E.164, that a contact of a lead has which is there."""
    terms = {phone: term for phone in phones for term in phone_terms([phone])[:1]}
    mark = query.mark_of(org_id)
    queries = [query.exactly(mark, term) for term in terms.values()]
    rows = await store.fetch(connection, SQL["known_phones"], org_id, list(terms), list(terms.values()), queries)
    return frozenset(row["phone"] for row in rows)


async def lead_names(reader: Reader, lead_ids: Collection[UUID]) -> dict[UUID, str | None]:
    """What leads are called; those that are deleted are left out."""
    rows = await reader.fetch(SQL["lead_names"], list(lead_ids)) if lead_ids else []
    return {row["lead_id"]: row["name"] for row in rows}
