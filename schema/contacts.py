"""Contacts: the people of a lead."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import strawberry

from app.lead import contact_points as points
from app.lead.contact_points import formatted_phone
from app.lead.contacts import AddContact, NewContact
from projections.lead_view.rows import ContactRow
from schema.belonging import TheLead, its_lead
from schema.commands import CommandInput, Inputs, Payload, answer, given
from schema.context import Info
from schema.custom_values import CustomValue, CustomValueInput, custom_values_of, value_changes
from schema.enums import ContactPointType
from schema.fields import plain, resolved
from schema.ids import public_id
from schema.node import Node

if TYPE_CHECKING:
    pass


@strawberry.type(description="One address of a contact.")
class EmailAddress:
    email: str = plain("Domain in lower case.")
    type: ContactPointType = plain("What it is for.")


@strawberry.type(description="One number of a contact.")
class PhoneNumber:
    phone: str = plain("E.164, such as +493012345.")
    formatted: str = plain("As people write it internationally.")
    country: str | None = plain("ISO 3166 alpha-2; null where the number has none.")
    type: ContactPointType = plain("What it is for.")


@strawberry.type(description="One link of a contact.")
class ContactUrl:
    url: str = plain("Begins with http:// or https://.")
    type: ContactPointType = plain("What it is for.")


@strawberry.type(description="A person of a lead.")
class Contact(Node):
    name: str | None = plain("Full name; null where nobody knows it.")
    display_name: str = plain('Name, else first e-mail address, else first phone number, else "Unnamed".')
    title: str | None = plain("Position in the company.")
    emails: list[EmailAddress] = plain("The first is the usual one.")
    phones: list[PhoneNumber] = plain("The first is the usual one.")
    urls: list[ContactUrl] = plain("Web pages.")
    created_at: datetime = plain("When it was recorded.")
    updated_at: datetime = plain("When it was last changed.")
    version: int = plain("The lead's version at its last change: of two copies keep the higher.")
    row: strawberry.Private[ContactRow]

    lead: TheLead = resolved(its_lead)

    @resolved
    async def custom_fields(self, info: Info) -> list[CustomValue]:
        """Only fields that have a value."""
        return await custom_values_of(info.context, self.id, self.row.contact_id)


def contact_of(row: ContactRow) -> Contact:
    """A contact, from its row."""
    return Contact(
        id=public_id("contact", row.contact_id),
        name=row.name,
        display_name=_display_name(row),
        title=row.title,
        emails=[EmailAddress(email=one.email, type=one.type) for one in row.emails],
        phones=[
            PhoneNumber(phone=one.phone, formatted=formatted_phone(one.phone), country=one.country, type=one.type)
            for one in row.phones
        ],
        urls=[ContactUrl(url=one.url, type=one.type) for one in row.urls],
        created_at=row.created_at,
        updated_at=row.updated_at,
        version=row.version,
        row=row,
    )


def _display_name(row: ContactRow) -> str:
    if row.name:
        return row.name
    if row.emails:
        return row.emails[0].email
    return formatted_phone(row.phones[0].phone) if row.phones else "Unnamed"


@strawberry.input(description="One address of a contact.")
class EmailAddressInput:
    email: str = plain("name@domain; syntax is checked, nothing is looked up.")
    type: ContactPointType | None = plain("What it is for.", default=ContactPointType.OFFICE)


@strawberry.input(description="One number of a contact.")
class PhoneNumberInput:
    phone: str = plain("With its country code, or as it is written in `country`. Kept as E.164.")
    type: ContactPointType | None = plain("What it is for.", default=ContactPointType.OFFICE)
    country: str | None = plain("ISO 3166 alpha-2; reads national numbers.", default=strawberry.UNSET)


@strawberry.input(description="One link of a contact.")
class ContactUrlInput:
    url: str = plain("http:// or https://, or a bare host name.")
    type: ContactPointType | None = plain("What it is for.", default=ContactPointType.URL)


@strawberry.input(description="A person, as far as known.")
class ContactInput:
    name: str | None = plain("Full name; at most 500 characters.", default=strawberry.UNSET)
    title: str | None = plain("Position in the company; at most 500 characters.", default=strawberry.UNSET)
    emails: list[EmailAddressInput] | None = plain("The usual one first.", default=strawberry.UNSET)
    phones: list[PhoneNumberInput] | None = plain("The usual one first.", default=strawberry.UNSET)
    urls: list[ContactUrlInput] | None = plain("Web pages.", default=strawberry.UNSET)
    custom_fields: list[CustomValueInput] | None = plain("Values of custom fields.", default=strawberry.UNSET)


def new_contacts(ids: Inputs, inputs: object, *path: str) -> tuple[NewContact, ...]:
    """What a list of inputs describes; `path` is where it stands in the input."""
    listed: Sequence[ContactInput] = given(inputs, ())
    return tuple(new_contact(ids, one, *path, str(index)) for index, one in enumerate(listed))


def new_contact(ids: Inputs, input: ContactInput, *path: str) -> NewContact:
    """What the input describes."""
    return NewContact(
        name=given(input.name),
        title=given(input.title),
        emails=tuple(
            points.EmailAddress(email=one.email, type=given(one.type, ContactPointType.OFFICE))
            for one in given(input.emails, ())
        ),
        phones=tuple(
            points.PhoneNumber(
                phone=one.phone, type=given(one.type, ContactPointType.OFFICE), country=given(one.country)
            )
            for one in given(input.phones, ())
        ),
        urls=tuple(
            points.ContactUrl(url=one.url, type=given(one.type, ContactPointType.URL)) for one in given(input.urls, ())
        ),
        custom_fields=value_changes(ids, input.custom_fields, *path, "custom_fields"),
    )


@strawberry.input(description="A person to add to a lead.")
class AddContactInput(CommandInput):
    lead_id: strawberry.ID = plain("The lead.")
    contact: ContactInput = plain("The person.")


@strawberry.type(description="What addContact did.")
class AddContactPayload(Payload):
    @resolved
    async def contact(self, info: Info) -> Contact | None:
        """The new contact; null where nothing was done."""
        row = await info.context.contact_row(self.done.ids["contact"]) if self.done else None
        return contact_of(row) if row else None


async def add_contact(info: Info, input: AddContactInput) -> AddContactPayload | None:
    """Add a person to a lead, behind those there are."""

    def build(ids: Inputs) -> AddContact:
        return AddContact(
            lead_id=ids.id("lead", input.lead_id, "lead_id"), contact=new_contact(ids, input.contact, "contact")
        )

    return await answer(info, AddContactPayload, input, build)
