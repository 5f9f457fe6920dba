"""Adding people to a lead."""

import pytest

from app.email_address import InvalidEmail
from app.ids import ContactId
from app.lead.contact_points import POINTS_MAX, ContactUrl, EmailAddress, PhoneNumber
from app.lead.contacts import CONTACTS_MAX, AddContact, ContactAdded, NewContact
from app.lead.details import CreateLead
from app.lead.refusals import EmptyContact, InvalidPhone, InvalidUrl, PhoneExtension, TooManyContacts, UnknownCountry
from app.text import NotUnicode, Required, TextTooLong, TooManyEntries
from app.vocabulary import ContactPointType
from tests.support.acme import CONTACT, CONTACT_ADDED, LEAD, LEAD_CREATED, thing
from tests.support.given import Outcome, given

TOBIAS = ContactId(thing(70))
FULL = tuple(ContactAdded(contact_id=ContactId(thing(1_000 + place)), place=place) for place in range(CONTACTS_MAX))


def adding(contact: NewContact) -> Outcome:
    return given(LEAD_CREATED).when(AddContact(lead_id=LEAD, contact=contact))


def test_a_person_is_added_as_they_are_kept() -> None:
    lindsay = NewContact(
        contact_id=CONTACT,
        name=" Lindsay Bluth ",
        title="\tOwner",
        emails=(EmailAddress(email=" Lindsay@BLUTH.example", type=ContactPointType.HOME),),
        phones=(PhoneNumber(phone="(212) 555-0100", type=ContactPointType.MOBILE, country="us"),),
        urls=(ContactUrl(url="bluth.example/lindsay"),),
    )
    adding(lindsay).then(
        ContactAdded(
            contact_id=CONTACT,
            place=0,
            name="Lindsay Bluth",
            title="Owner",
            emails=(EmailAddress(email="Lindsay@bluth.example", type=ContactPointType.HOME),),
            phones=(PhoneNumber(phone="+12125550100", type=ContactPointType.MOBILE, country="US"),),
            urls=(ContactUrl(url="https://bluth.example/lindsay"),),
        )
    )


def test_a_person_may_be_without_a_name() -> None:
    owner = NewContact(contact_id=CONTACT, name=" ", title="Owner")
    adding(owner).then(ContactAdded(contact_id=CONTACT, place=0, title="Owner"))


@pytest.mark.parametrize("nobody", [NewContact(), NewContact(name=" ", title=""), NewContact(custom_fields=())])
def test_a_person_of_whom_nothing_is_said_is_refused(nobody: NewContact) -> None:
    adding(nobody).then_refused(EmptyContact, "contact")
    creating = CreateLead(lead_id=LEAD, contacts=(NewContact(name="Lindsay"), nobody))
    given().when(creating).then_refused(EmptyContact, "contacts.1")


def test_the_same_address_number_and_link_of_one_person_are_kept_once() -> None:
    contact = adding(
        NewContact(
            emails=(
                EmailAddress(email="l@bluth.example", type=ContactPointType.HOME),
                EmailAddress(email="L@BLUTH.example"),
            ),
            phones=(PhoneNumber(phone="+1 212 555 0100"), PhoneNumber(phone="(212) 555-0100", country="US")),
            urls=(ContactUrl(url="bluth.example"), ContactUrl(url="https://bluth.example")),
        )
    ).only
    assert contact.emails == (EmailAddress(email="l@bluth.example", type=ContactPointType.HOME),)
    assert contact.phones == (PhoneNumber(phone="+12125550100", country="US"),)
    assert contact.urls == (ContactUrl(url="https://bluth.example"),)


@pytest.mark.parametrize("phone", ["+1 212 555 0100 ext. 5", "+12125550100x5", "tel:+1-212-555-0100;ext=5"])
def test_a_number_with_an_extension_is_refused(phone: str) -> None:
    adding(NewContact(phones=(PhoneNumber(phone=phone),))).then_refused(PhoneExtension, "contact.phones.0.phone")


def test_the_next_person_stands_behind_those_there_are() -> None:
    add = AddContact(lead_id=LEAD, contact=NewContact(contact_id=TOBIAS, name="Tobias"))
    given(LEAD_CREATED, CONTACT_ADDED).when(add).then(ContactAdded(contact_id=TOBIAS, place=1, name="Tobias"))


def test_the_same_address_may_belong_to_two_people() -> None:
    add = AddContact(lead_id=LEAD, contact=NewContact(emails=CONTACT_ADDED.emails))
    assert given(LEAD_CREATED, CONTACT_ADDED).when(add).only.emails == CONTACT_ADDED.emails


def test_a_lead_has_only_so_many_people() -> None:
    add = AddContact(lead_id=LEAD, contact=NewContact())
    given(LEAD_CREATED, *FULL).when(add).then_refused(TooManyContacts, "contact", limit=500)


def test_the_last_place_can_be_taken() -> None:
    add = AddContact(lead_id=LEAD, contact=NewContact(name="Tobias"))
    assert given(LEAD_CREATED, *FULL[:-1]).when(add).only.place == CONTACTS_MAX - 1


def test_everything_wrong_with_a_person_is_said_at_once() -> None:
    adding(
        NewContact(
            name="x" * 501,
            title="\ud800",
            emails=(EmailAddress(email="ok@bluth.example"), EmailAddress(email="@"), EmailAddress(email="")),
            phones=(PhoneNumber(phone="call me"), PhoneNumber(phone="030 1", country="Germany")),
            urls=(ContactUrl(url="mailto:lindsay@bluth.example"),),
        )
    ).then_refused_all(
        (TextTooLong, "contact.name"),
        (NotUnicode, "contact.title"),
        (InvalidEmail, "contact.emails.1.email"),
        (Required, "contact.emails.2.email"),
        (InvalidPhone, "contact.phones.0.phone"),
        (UnknownCountry, "contact.phones.1.country"),
        (InvalidUrl, "contact.urls.0.url"),
    )


def test_lists_of_addresses_numbers_and_links_are_bounded() -> None:
    too_many = POINTS_MAX + 1
    adding(
        NewContact(
            emails=(EmailAddress(email="a@bluth.example"),) * too_many,
            phones=(PhoneNumber(phone="+12125550100"),) * too_many,
            urls=(ContactUrl(url="bluth.example"),) * too_many,
        )
    ).then_refused_all(
        (TooManyEntries, "contact.emails"), (TooManyEntries, "contact.phones"), (TooManyEntries, "contact.urls")
    )
