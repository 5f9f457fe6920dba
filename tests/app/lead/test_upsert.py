"""Making the lead that another system names, or updating the one there is."""

from __future__ import annotations

from typing import Any

import pytest

from app.email_address import InvalidEmail
from app.ids import ContactId, CustomFieldId, encode_id
from app.lead.addresses import Address, LeadAddressesChanged
from app.lead.contact_points import EmailAddress, PhoneNumber
from app.lead.contacts import CONTACTS_MAX, ContactAdded, NewContact
from app.lead.custom_values import CustomValue, CustomValueChanged, ValueChange
from app.lead.details import EXTERNAL_MAX, ExternalId, LeadCreated, LeadRenamed, LeadUrlChanged, external_claim
from app.lead.refusals import InvalidUrl, TooManyContacts
from app.lead.statuses import StatusChanged
from app.lead.upsert import UpsertLead
from app.organization.custom_fields import CustomFieldCreated
from app.organization.refusals import BothStatusForms, StatusLabelNotFound
from app.text import NotUnicode, NulCharacter, Required, TextTooLong
from app.vocabulary import CustomFieldTarget, CustomFieldType
from tests.support.acme import (
    CONTACT,
    CONTACT_ADDED,
    CUSTOMER,
    LEAD,
    LEAD_CREATED,
    POTENTIAL,
    QUALIFIED,
    thing,
)
from tests.support.given import Outcome, given

TOBIAS = ContactId(thing(70))
FIELD = CustomFieldId(thing(50))
GOLD = CustomFieldCreated(field_id=FIELD, target=CustomFieldTarget.LEAD, name="Level", type=CustomFieldType.TEXT)


def upserting(**values: Any) -> UpsertLead:
    return UpsertLead(**{"source": "erp", "external_id": "42", "lead_id": LEAD, **values})


def updating(**values: Any) -> Outcome:
    return given(GOLD, LEAD_CREATED, CONTACT_ADDED).when(upserting(**values))


def adding(**values: Any) -> Outcome:
    return updating(contacts=(NewContact(contact_id=TOBIAS, **values),))


def test_a_lead_that_is_not_there_is_created_with_everything() -> None:
    upsert = upserting(
        name="Sitwell",
        url="sitwell.example",
        status="Qualified",
        addresses=(Address(city="Reykjavík"),),
        contacts=(NewContact(contact_id=CONTACT, name="Lindsay"),),
        custom_fields=(ValueChange(field_id=FIELD, set="Gold"),),
    )
    given(GOLD).when(upsert).then(
        LeadCreated(
            name="Sitwell",
            url="https://sitwell.example",
            status_id=QUALIFIED,
            status_label="Qualified",
            external_id=ExternalId("erp", "42"),
            custom_values=(CustomValue(field_id=FIELD, values=("Gold",)),),
            addresses=(Address(city="Reykjavík"),),
            source="erp",
        ),
        ContactAdded(contact_id=CONTACT, place=0, name="Lindsay"),
    )


@pytest.mark.parametrize("values", [{}, {"name": None, "description": None, "url": None, "addresses": None}])
def test_a_new_lead_needs_nothing_but_its_external_id(values: dict[str, None]) -> None:
    given().when(upserting(**values)).then(
        LeadCreated(status_id=POTENTIAL, status_label="Potential", external_id=ExternalId("erp", "42"), source="erp")
    )


def test_a_lead_that_is_there_changes_where_it_differs() -> None:
    updating(
        name="Sitwell",
        url="sitwell.example",
        status_id=CUSTOMER,
        addresses=(Address(city="Reykjavík"),),
        custom_fields=(ValueChange(field_id=FIELD, set="Gold"),),
    ).then(
        LeadRenamed(before="Bluth Company", after="Sitwell"),
        LeadUrlChanged(after="https://sitwell.example"),
        LeadAddressesChanged(after=(Address(city="Reykjavík"),)),
        CustomValueChanged(target=CustomFieldTarget.LEAD, owner_id=LEAD, field_id=FIELD, after=("Gold",)),
        StatusChanged(before_id=POTENTIAL, before_label="Potential", after_id=CUSTOMER, after_label="Customer"),
    )


def test_what_is_not_given_stays_and_null_clears() -> None:
    updating().then()
    updating(name=None).then(LeadRenamed(before="Bluth Company"))


def test_what_is_so_already_is_no_change() -> None:
    updating(name="Bluth Company", description=None, status="potential", addresses=()).then()


# ---------------------------------------------------------------- contacts


def test_a_person_with_a_new_address_is_added_behind_the_others() -> None:
    emails = (EmailAddress(email="tobias@bluth.example"),)
    adding(name="Tobias", emails=emails).then(ContactAdded(contact_id=TOBIAS, place=1, name="Tobias", emails=emails))


@pytest.mark.parametrize(
    "known",
    [
        {"emails": (EmailAddress(email="LINDSAY@Bluth.example"),)},
        {"name": "Somebody else", "phones": (PhoneNumber(phone="(212) 555-0100", country="US"),)},
        {"emails": (EmailAddress(email="new@x.example"), EmailAddress(email="lindsay@bluth.example"))},
        {"name": "lindsay bluth"},
    ],
    ids=["address in another case", "number otherwise written", "one of two addresses", "name alone"],
)
def test_a_person_who_is_on_the_lead_is_not_added(known: dict[str, Any]) -> None:
    adding(**known).then()


@pytest.mark.parametrize(
    "new",
    [
        {"name": "Lindsay Bluth", "emails": (EmailAddress(email="other@bluth.example"),)},
        {"name": "Lindsay"},
        {"title": "Lindsay Bluth"},
    ],
    ids=["same name with another address", "part of the name", "title like a name"],
)
def test_a_person_who_is_not_is_added(new: dict[str, Any]) -> None:
    assert adding(**new).only.contact_id == TOBIAS


def test_a_new_person_s_custom_field_may_name_one_who_is_on_the_lead() -> None:
    reports_to = CustomFieldCreated(
        field_id=FIELD, target=CustomFieldTarget.CONTACT, name="Reports to", type=CustomFieldType.CONTACT
    )
    boss = (ValueChange(field_id=FIELD, set=encode_id("cont", CONTACT)),)
    upsert = upserting(contacts=(NewContact(contact_id=TOBIAS, name="Tobias", custom_fields=boss),))
    added = given(reports_to, LEAD_CREATED, CONTACT_ADDED).when(upsert).only
    assert added.custom_values == (CustomValue(field_id=FIELD, values=(str(CONTACT),)),)


@pytest.mark.parametrize(
    "person", [{"title": "Owner"}, {"name": "Tobias"}, {"phones": (PhoneNumber(phone="+80012345678"),)}]
)
def test_the_same_input_again_adds_nobody(person: dict[str, Any]) -> None:
    added = adding(**person).only
    given(LEAD_CREATED, CONTACT_ADDED, added).when(upserting(contacts=(NewContact(**person),))).then()


def test_one_person_given_twice_is_added_once() -> None:
    twice = tuple(NewContact(emails=(EmailAddress(email=email),)) for email in ("t@x.example", "T@x.example"))
    assert updating(contacts=twice).only.place == 1


def test_a_lead_that_is_full_takes_nobody_more() -> None:
    full = [ContactAdded(contact_id=ContactId(thing(1_000 + n)), place=n, name=str(n)) for n in range(CONTACTS_MAX)]
    outcome = given(LEAD_CREATED, *full).when(upserting(contacts=(NewContact(name="Tobias"),)))
    outcome.then_refused(TooManyContacts, "contacts", limit=500)


# ---------------------------------------------------------------- refusals


@pytest.mark.parametrize("there", [False, True], ids=["new", "there"])
def test_everything_wrong_is_said_at_once(there: bool) -> None:
    upsert = upserting(
        name="x" * 501,
        url="mailto:x",
        status="Unheard of",
        contacts=(NewContact(emails=(EmailAddress(email="@"),)),),
    )
    given(*([LEAD_CREATED] if there else [])).when(upsert).then_refused_all(
        (TextTooLong, "name"),
        (InvalidUrl, "url"),
        (StatusLabelNotFound, "status"),
        (InvalidEmail, "contacts.0.emails.0.email"),
    )


@pytest.mark.parametrize("there", [False, True], ids=["new", "there"])
def test_both_forms_of_a_status_are_refused(there: bool) -> None:
    both = upserting(status="Customer", status_id=CUSTOMER)
    given(*([LEAD_CREATED] if there else [])).when(both).then_refused(BothStatusForms, "status")


@pytest.mark.parametrize(
    ("external", "refusal", "path"),
    [
        ({"source": " "}, Required, "source"),
        ({"external_id": ""}, Required, "external_id"),
        ({"source": "x" * 101}, TextTooLong, "source"),
        ({"external_id": "x" * (EXTERNAL_MAX + 1)}, TextTooLong, "external_id"),
        ({"source": "\0"}, NulCharacter, "source"),
        ({"external_id": "a\0b"}, NulCharacter, "external_id"),
        ({"external_id": "\udc69"}, NotUnicode, "external_id"),
    ],
)
def test_what_names_no_lead_is_refused_and_never_looked_for(external: dict[str, str], refusal: Any, path: str) -> None:
    given().when(upserting(**external)).then_refused(refusal, path)
    assert upserting(**external).found_by is None


def test_white_space_around_an_external_id_does_not_count() -> None:
    assert upserting(source=" erp", external_id="42 ").found_by == external_claim(ExternalId("erp", "42"))


def test_no_two_external_ids_have_one_claim() -> None:
    pairs = [("a\x1fb", "c"), ("a", "b\x1fc"), ("a\x1e1b", "c"), ("a\x1e", "b\x1fc"), ("a\x1e0", "b\x1fc")]
    assert len({external_claim(ExternalId(*pair)) for pair in pairs}) == len(pairs)
    assert external_claim(ExternalId("erp", "42")).key == "erp\x1f42"  # as it was always written
