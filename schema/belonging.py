"""What hangs on a lead: the ways from a contact, opportunity, task or activity to its lead and its contact."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Protocol

import strawberry

from app.ids import ContactId, LeadId
from schema.context import Info

if TYPE_CHECKING:
    from schema.contacts import Contact
    from schema.leads import Lead

TheLead = Annotated["Lead", strawberry.lazy("schema.leads")]
TheContact = Annotated["Contact", strawberry.lazy("schema.contacts")]


class _OnLead(Protocol):
    @property
    def lead_id(self) -> LeadId: ...


class _WithContact(_OnLead, Protocol):
    @property
    def contact_id(self) -> ContactId | None: ...


class HasLead(Protocol):
    """An object whose row names a lead."""

    @property
    def row(self) -> _OnLead: ...  # noqa: D102


class HasContact(Protocol):
    """An object whose row names a contact."""

    @property
    def row(self) -> _WithContact: ...  # noqa: D102


async def its_lead(self: HasLead, info: Info) -> TheLead:
    """The lead that it belongs to; exactly one."""
    from schema.leads import lead_with

    return await lead_with(info.context, self.row.lead_id)


async def its_contact(self: HasContact, info: Info) -> TheContact | None:
    """The contact of the same lead that it concerns; null: none in particular."""
    from schema.contacts import contact_of

    contact_id = self.row.contact_id
    row = await info.context.contact_row(contact_id) if contact_id else None
    # After a merge was taken back, the person may be on the other lead.
    return contact_of(row) if row and row.lead_id == self.row.lead_id else None
