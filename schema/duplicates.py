"""Possible duplicates: leads that share an address, a number or a web host, for a warning."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

import strawberry

from app.lead.contact_points import e164, kept_url
from app.text import Problems
from projections.lead_view import duplicates
from projections.lead_view import read as lead_side
from projections.lead_view.terms import email_term, host_terms
from schema.commands import given
from schema.connections import LIST_MAX, size
from schema.context import Context, Info
from schema.edge import ClientError
from schema.fields import argument
from schema.filters import storable
from schema.leads import Lead, lead_of

DUPLICATES_SHOWN = 10  # unless more are asked for
_NO_LEAD = UUID(int=0)


async def duplicates_of(context: Context, lead_id: UUID, first: int | None) -> list[Lead]:
    """Other leads that may be the same as this one."""
    count = size(first, "first", default=DUPLICATES_SHOWN)
    loader = context.batch(
        ("duplicates", count), lambda reader, ids: duplicates.duplicates(reader, ids, count), default=()
    )
    return await _leads(context, await loader.load(lead_id))


async def possible_duplicates(
    info: Info,
    emails: Annotated[list[str] | None, argument("E-mail addresses, in any case; at most 100.")] = strawberry.UNSET,
    phones: Annotated[
        list[str] | None, argument("Phone numbers, with country codes or of the organization's country; at most 100.")
    ] = strawberry.UNSET,
    url: Annotated[str | None, argument("A web site; its host counts.")] = strawberry.UNSET,
    first: Annotated[int | None, argument("How many at most; 0 to 100.")] = DUPLICATES_SHOWN,
) -> list[Lead] | None:
    """Leads that have one of these: for a warning before a lead is created. What is no number or site finds nothing."""
    context = info.context
    if len(given(emails, ())) > LIST_MAX or len(given(phones, ())) > LIST_MAX:
        raise ClientError("INVALID", f"emails, phones: at most {LIST_MAX} of each.")
    numbers = [e164(phone[:100], context.organization.country) for phone in given(phones, ())]
    site = kept_url(storable(given(url, ""), "url"), Problems(), "url")
    terms = [
        *(email_term(storable(one.strip(), "emails")) for one in given(emails, ())),
        *(f"p{number}" for number in numbers if number is not None),
        *host_terms(site),  # what is no web site has no host
    ]
    count = size(first, "first", default=DUPLICATES_SHOWN)
    found = await duplicates.leads_with_any(context.reader, {_NO_LEAD: terms} if terms else {}, count)
    return await _leads(context, found.get(_NO_LEAD, ()))


async def _leads(context: Context, lead_ids: Sequence[UUID]) -> list[Lead]:
    rows = await context.batch("lead", lead_side.leads).load_many(lead_ids)
    return [lead_of(row) for row in rows if row is not None]
