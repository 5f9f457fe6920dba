"""The list of all contacts."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import Annotated, Any
from uuid import UUID

import strawberry

from app.organization.organization import Organization
from projections.lead_view import contact_lists as lists
from projections.lead_view import read as lead_side
from projections.lead_view.contact_lists import ContactCriteria, ContactOrder
from schema.commands import given
from schema.connections import PageInfo, page
from schema.contacts import Contact, contact_of
from schema.context import Info
from schema.cursors import page_cursor, page_place
from schema.enums import ContactSort
from schema.fields import argument, plain, resolved
from schema.filters import email_in, ids_in, phone_in

_ORDERS: dict[Enum, tuple[ContactOrder, bool]] = {
    ContactSort.NAME_ASC: (ContactOrder.NAME, False),
    ContactSort.NAME_DESC: (ContactOrder.NAME, True),
    ContactSort.CREATED_ASC: (ContactOrder.CREATED, False),
    ContactSort.CREATED_DESC: (ContactOrder.CREATED, True),
}


@strawberry.input(description="The fields narrow each other. since is included, until is not.")
class ContactFilter:
    search: str | None = plain(
        "Words of names, titles, addresses, numbers and links, or their beginnings; case and accents do not matter.",
        default=strawberry.UNSET,
    )
    lead_ids: list[strawberry.ID] | None = plain("Only theirs.", default=strawberry.UNSET)
    email: str | None = plain("This address; case does not matter.", default=strawberry.UNSET)
    phone: str | None = plain(
        "This number: with its country code, or as it is written in the organization's country.",
        default=strawberry.UNSET,
    )
    created_since: datetime | None = plain("createdAt from here on.", default=strawberry.UNSET)
    created_until: datetime | None = plain("createdAt before this.", default=strawberry.UNSET)


@strawberry.type(description="A contact and its place in the list.")
class ContactEdge:
    cursor: str = plain("For after.")
    node: Contact = plain("The contact.")


@strawberry.type(description="A page of a list of contacts.")
class ContactConnection:
    edges: list[ContactEdge] = plain("Contacts with their cursors.")
    page_info: PageInfo = plain("Where the page stands.")
    criteria: strawberry.Private[ContactCriteria]

    @resolved
    def nodes(self) -> list[Contact]:
        """The contacts alone."""
        return [edge.node for edge in self.edges]

    @resolved
    async def total_count(self, info: Info) -> int | None:
        """Of the whole list; exact up to 1000, else null."""
        return await lists.count_contacts(info.context.reader, self.criteria)


async def contacts(
    info: Info,
    first: Annotated[int | None, argument("How many at most; 0 to 100, 50 unless given.")] = strawberry.UNSET,
    after: Annotated[str | None, argument("Only what is behind this cursor.")] = strawberry.UNSET,
    filter: Annotated[ContactFilter | None, argument("Which of them.")] = strawberry.UNSET,
    sort: Annotated[ContactSort | None, argument("In which order.")] = ContactSort.NAME_ASC,
) -> ContactConnection | None:
    """The contacts of all leads that the viewer sees."""
    context = info.context
    chosen = given(sort, ContactSort.NAME_ASC)
    order, descending = _ORDERS[chosen]
    criteria = _criteria(given(filter), context.organization)
    key = (str if order is ContactOrder.NAME else datetime, UUID)
    listed = f"contacts by {chosen.value}"
    wanted = page(lambda cursor, argument: page_place(cursor, listed, key, argument), first=first, after=after)
    behind: Any = wanted.after
    found = await lists.contact_page(
        context.reader, criteria, order, descending=descending, after=behind, limit=wanted.size + 1
    )
    places, more = wanted.cut(found)
    rows = await context.batch("contact", lead_side.contacts).load_many([contact_id for contact_id, _ in places])
    edges = [
        ContactEdge(cursor=page_cursor(listed, sort_key, contact_id), node=contact_of(row))
        for (contact_id, sort_key), row in zip(places, rows, strict=True)
    ]
    return ContactConnection(
        edges=edges, page_info=wanted.info([edge.cursor for edge in edges], more=more), criteria=criteria
    )


def _criteria(filter: ContactFilter | None, organization: Organization) -> ContactCriteria:
    if filter is None:
        return ContactCriteria()
    return ContactCriteria(
        search=given(filter.search),
        lead_ids=ids_in("lead", given(filter.lead_ids), "filter", "leadIds"),
        email=email_in(given(filter.email), "filter", "email"),
        phone=phone_in(given(filter.phone), organization, "filter", "phone"),
        created_since=given(filter.created_since),
        created_until=given(filter.created_until),
    )
