"""What a dry run found: events that a command would append, as clients see them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, cast
from uuid import UUID

import strawberry
from strawberry.scalars import JSON

from app.event import Entry, Event
from app.lead.event import LeadEvent
from app.organization.organization import Organization
from schema.context import Info
from schema.event_data import field_types_of, public_data
from schema.event_headlines import headline_of
from schema.fields import plain, resolved
from schema.ids import public_id

if TYPE_CHECKING:
    from schema.leads import Lead


@strawberry.type(description="An event that is not in the log: a command would append it now.")
class ProposedEvent:
    type: str = plain("Its stored name, such as lead.status_changed.")
    stream_id: strawberry.ID = plain("Whose stream it would be in: a lead's, the organization's or a user's.")
    data: JSON = plain("What would happen, as JSON, with the ids that things would have.")
    headline: str = plain("The same in a few words.")
    lead_id: strawberry.ID | None = plain("The lead that it is about; null: none. A dry run gives a new one an id.")
    stream: strawberry.Private[UUID]

    @resolved
    async def lead(self, info: Info) -> Annotated[Lead, strawberry.lazy("schema.leads")] | None:
        """The lead that it is about, as it is now; null where there is none, or none yet."""
        from schema.leads import lead_of

        row = await info.context.lead_row(self.stream) if self.lead_id else None
        return lead_of(row) if row else None


def proposed_event_of(entry: Entry[Event], organization: Organization) -> ProposedEvent:
    """A proposed event, from its entry."""
    lead_id = public_id("lead", entry.stream_id) if isinstance(entry.event, LeadEvent) else None
    return ProposedEvent(
        type=entry.event.event_name(),
        stream_id=lead_id or _stream_id(entry.stream_id, organization),
        data=cast(JSON, public_data(entry.event, field_types_of(organization))),
        headline=headline_of(entry.event, organization),
        lead_id=lead_id,
        stream=entry.stream_id,
    )


def _stream_id(stream_id: UUID, organization: Organization) -> strawberry.ID:
    return public_id("organization" if stream_id == organization.id else "user", stream_id)
