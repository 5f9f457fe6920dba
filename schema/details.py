"""A lead's own details: creating it, and changing them."""

from __future__ import annotations

import strawberry

from app.lead.details import CreateLead, UpdateLead
from schema.addresses import AddressInput, addresses
from schema.commands import CommandInput, Inputs, Payload, answer, change, change_of, given
from schema.contacts import ContactInput, new_contacts
from schema.context import Info
from schema.custom_values import CustomValueInput, value_changes
from schema.duplicates import DUPLICATES_SHOWN, duplicates_of
from schema.fields import plain, resolved
from schema.leads import Lead


@strawberry.input(description="A new lead. Everything is optional; with no status it gets the first one.")
class CreateLeadInput(CommandInput):
    name: str | None = plain("At most 500 characters; blank means none.", default=strawberry.UNSET)
    description: str | None = plain("Plain text.", default=strawberry.UNSET)
    url: str | None = plain("http:// or https://, or a bare host name.", default=strawberry.UNSET)
    status_id: strawberry.ID | None = plain("Its status; not together with status.", default=strawberry.UNSET)
    status: str | None = plain("Its status's label, in any case; not together with statusId.", default=strawberry.UNSET)
    addresses: list[AddressInput] | None = plain("At most 50.", default=strawberry.UNSET)
    contacts: list[ContactInput] | None = plain("The primary one first.", default=strawberry.UNSET)
    custom_fields: list[CustomValueInput] | None = plain("Values of custom fields.", default=strawberry.UNSET)
    source: str | None = plain(
        "Where it comes from, in your words; at most 100 characters. Absent: api.", default=strawberry.UNSET
    )


@strawberry.type(description="What createLead did.")
class CreateLeadPayload(Payload):
    @resolved
    async def possible_duplicates(self, info: Info) -> list[Lead]:
        """A warning: other leads with the same e-mail address, phone number or web host; at most 10, oldest first."""
        return await duplicates_of(info.context, self.done.stream_id, DUPLICATES_SHOWN) if self.done else []


async def create_lead(info: Info, input: CreateLeadInput) -> CreateLeadPayload | None:
    """Create a lead with its contacts. It leaves a Created entry in the history."""

    def build(ids: Inputs) -> CreateLead:
        return CreateLead(
            name=given(input.name),
            description=given(input.description),
            url=given(input.url),
            status_id=ids.id_or_none("status", input.status_id, "status_id"),
            status=given(input.status),
            custom_fields=value_changes(ids, input.custom_fields, "custom_fields"),
            addresses=addresses(given(input.addresses, ())),
            contacts=new_contacts(ids, input.contacts, "contacts"),
            source=given(input.source),
        )

    return await answer(info, CreateLeadPayload, input, build)


@strawberry.input(description="Changes of a lead's details. What is absent stays; null clears.")
class UpdateLeadInput(CommandInput):
    lead_id: strawberry.ID = plain("The lead.")
    name: str | None = plain("At most 500 characters; blank means none.", default=strawberry.UNSET)
    description: str | None = plain("Plain text.", default=strawberry.UNSET)
    url: str | None = plain("http:// or https://, or a bare host name.", default=strawberry.UNSET)
    custom_fields: list[CustomValueInput] | None = plain("Values of custom fields.", default=strawberry.UNSET)
    addresses: list[AddressInput] | None = plain("All of them: the list is replaced.", default=strawberry.UNSET)
    expected_version: int | None = plain(
        "The lead's version that you saw; refused if something that you write was changed since.",
        default=strawberry.UNSET,
    )


@strawberry.type(description="What updateLead did.")
class UpdateLeadPayload(Payload):
    pass


async def update_lead(info: Info, input: UpdateLeadInput) -> UpdateLeadPayload | None:
    """Change some details of a lead."""

    def build(ids: Inputs) -> UpdateLead:
        return UpdateLead(
            lead_id=ids.id("lead", input.lead_id, "lead_id"),
            name=change(input.name),
            description=change(input.description),
            url=change(input.url),
            custom_fields=value_changes(ids, input.custom_fields, "custom_fields"),
            addresses=change_of(input.addresses, addresses),
            expected_version=given(input.expected_version),
        )

    return await answer(info, UpdateLeadPayload, input, build)
