"""Changing, removing and reordering the contacts of a lead."""

from __future__ import annotations

import strawberry
from msgspec import UNSET as ABSENT

from app.lead.contact_changes import RemoveContact, ReorderContacts, UpdateContact
from schema.commands import CommandInput, Inputs, Payload, answer, change, given
from schema.contacts import Contact, ContactInput, contact_of, new_contact
from schema.context import Info
from schema.fields import plain, resolved
from schema.ids import public_id


@strawberry.input(
    description="Changes of what is known of a person. What is absent stays; null clears; lists are replaced."
)
class UpdateContactInput(CommandInput, ContactInput):
    contact_id: strawberry.ID = plain("The contact.")
    expected_version: int | None = plain(
        "The lead's version that you saw; refused if something that you write was changed since.",
        default=strawberry.UNSET,
    )


@strawberry.type(description="What updateContact did.")
class UpdateContactPayload(Payload):
    @resolved
    async def contact(self, info: Info) -> Contact | None:
        """The contact as it is now; null where nothing was done."""
        row = await info.context.contact_row(self.done.ids["contact"]) if self.done else None
        return contact_of(row) if row else None


async def update_contact(info: Info, input: UpdateContactInput) -> UpdateContactPayload | None:
    """Change some of what is known of a contact."""

    def build(ids: Inputs) -> UpdateContact:
        described = new_contact(ids, input)
        return UpdateContact(
            contact_id=ids.id("contact", input.contact_id, "contact_id"),
            name=change(input.name),
            title=change(input.title),
            emails=ABSENT if input.emails is strawberry.UNSET else described.emails,
            phones=ABSENT if input.phones is strawberry.UNSET else described.phones,
            urls=ABSENT if input.urls is strawberry.UNSET else described.urls,
            custom_fields=described.custom_fields,
            expected_version=given(input.expected_version),
        )

    return await answer(info, UpdateContactPayload, input, build)


@strawberry.input(description="A contact to remove.")
class RemoveContactInput(CommandInput):
    contact_id: strawberry.ID = plain("The contact.")


@strawberry.type(description="What removeContact did.")
class RemoveContactPayload(Payload):
    @resolved
    def contact_id(self) -> strawberry.ID | None:
        """The contact that is gone; null where nothing was done."""
        return public_id("contact", self.done.ids["contact"]) if self.done else None


async def remove_contact(info: Info, input: RemoveContactInput) -> RemoveContactPayload | None:
    """Remove a contact. Its activities, tasks and opportunities stay; their contact is null then."""

    def build(ids: Inputs) -> RemoveContact:
        return RemoveContact(contact_id=ids.id("contact", input.contact_id, "contact_id"))

    return await answer(info, RemoveContactPayload, input, build)


@strawberry.input(description="A lead and the order that its contacts are to have.")
class ReorderContactsInput(CommandInput):
    lead_id: strawberry.ID = plain("The lead.")
    contact_ids: list[strawberry.ID] = plain(
        "Contacts of the lead, the primary one first; those left out stand behind, in the order they have."
    )
    expected_version: int | None = plain(
        "The lead's version that you saw; refused if the order was changed since.", default=strawberry.UNSET
    )


@strawberry.type(description="What reorderContacts did.")
class ReorderContactsPayload(Payload):
    pass


async def reorder_contacts(info: Info, input: ReorderContactsInput) -> ReorderContactsPayload | None:
    """Give a lead's contacts another order. The first one is the primary contact."""

    def build(ids: Inputs) -> ReorderContacts:
        return ReorderContacts(
            lead_id=ids.id("lead", input.lead_id, "lead_id"),
            contact_ids=tuple(
                ids.id("contact", one, "contact_ids", str(place)) for place, one in enumerate(input.contact_ids)
            ),
            expected_version=given(input.expected_version),
        )

    return await answer(info, ReorderContactsPayload, input, build)
