"""Creating or updating the lead that another system names."""

from __future__ import annotations

import strawberry

from app.lead.details import LeadCreated
from app.lead.upsert import UpsertLead
from schema.addresses import AddressInput, addresses
from schema.commands import CommandInput, Inputs, Payload, answer, change, change_of, given
from schema.contacts import ContactInput, new_contacts
from schema.context import Info
from schema.custom_values import CustomValueInput, value_changes
from schema.fields import plain, resolved


@strawberry.input(
    description="A lead by the id that another system has for it. It is created with what is given, or updated: then "
    "what is absent stays, and null clears."
)
class UpsertLeadInput(CommandInput):
    source: str = plain("The other system, such as erp; at most 100 characters. Also the source of a lead it creates.")
    external_id: str = plain("Its id there; at most 300 characters.")
    name: str | None = plain("At most 500 characters; blank means none.", default=strawberry.UNSET)
    description: str | None = plain("Plain text.", default=strawberry.UNSET)
    url: str | None = plain("http:// or https://, or a bare host name.", default=strawberry.UNSET)
    status_id: strawberry.ID | None = plain("Its status; not together with status.", default=strawberry.UNSET)
    status: str | None = plain("Its status's label, in any case; not together with statusId.", default=strawberry.UNSET)
    addresses: list[AddressInput] | None = plain("All of them: the list is replaced.", default=strawberry.UNSET)
    contacts: list[ContactInput] | None = plain(
        "Added where nobody on the lead has one of their e-mail addresses or phone numbers; without either, where "
        "nobody has their name. Contacts that are there are left as they are.",
        default=strawberry.UNSET,
    )
    custom_fields: list[CustomValueInput] | None = plain("Values of custom fields.", default=strawberry.UNSET)


@strawberry.type(description="What upsertLead did.")
class UpsertLeadPayload(Payload):
    @resolved
    def is_new(self) -> bool | None:
        """Whether the lead was created; null where nothing was done."""
        return LeadCreated.event_name() in self.done.events if self.done else None


async def upsert_lead(info: Info, input: UpsertLeadInput) -> UpsertLeadPayload | None:
    """Create the lead that another system calls so, or update it if there is one. Two at once make one lead."""

    def build(ids: Inputs) -> UpsertLead:
        return UpsertLead(
            source=input.source,
            external_id=input.external_id,
            name=change(input.name),
            description=change(input.description),
            url=change(input.url),
            status_id=ids.id_or_none("status", input.status_id, "status_id"),
            status=given(input.status),
            addresses=change_of(input.addresses, addresses),
            contacts=new_contacts(ids, input.contacts, "contacts"),
            custom_fields=value_changes(ids, input.custom_fields, "custom_fields"),
        )

    return await answer(info, UpsertLeadPayload, input, build)
