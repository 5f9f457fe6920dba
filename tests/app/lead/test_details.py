"""Creating a lead, and changing its name, description and url."""

import pytest

from app.email_address import InvalidEmail
from app.ids import ContactId
from app.lead.contact_points import EmailAddress, PhoneNumber
from app.lead.contacts import CONTACTS_MAX, ContactAdded, NewContact
from app.lead.details import (
    EXTERNAL_MAX,
    CreateLead,
    ExternalId,
    LeadCreated,
    LeadDescriptionChanged,
    LeadRenamed,
    LeadUrlChanged,
    UpdateLead,
    external_claim,
)
from app.lead.refusals import InvalidPhone, InvalidUrl, LeadExists
from app.organization.refusals import BothStatusForms
from app.text import NAME_MAX, TEXT_MAX, NulCharacter, Required, TextTooLong, TooManyEntries
from tests.support.acme import (
    BY_SYSTEM,
    CONTACT,
    LEAD,
    LEAD_CREATED,
    POTENTIAL,
    QUALIFIED,
    YESTERDAY,
    thing,
)
from tests.support.given import given

TOBIAS = ContactId(thing(70))
UNTITLED = LeadCreated(status_id=POTENTIAL, status_label="Potential")


def test_a_lead_needs_nothing_but_its_organization() -> None:
    given().when(CreateLead(lead_id=LEAD)).then(UNTITLED)


def test_a_lead_is_created_with_all_its_details() -> None:
    create = CreateLead(
        lead_id=LEAD,
        name=" Bluth Company ",
        description="Builds\nmodel homes. ",
        url="bluth.example",
        status="Qualified",
        external_id=ExternalId(source="northwind", id="ALFKI"),
        occurred_at=YESTERDAY,
    )
    given().when(create).then(
        LeadCreated(
            name="Bluth Company",
            description="Builds\nmodel homes. ",
            url="https://bluth.example",
            status_id=QUALIFIED,
            status_label="Qualified",
            external_id=ExternalId(source="northwind", id="ALFKI"),
            occurred_at=YESTERDAY,
        )
    )


def test_contacts_come_with_their_lead_in_their_order() -> None:
    contacts = (NewContact(name="Lindsay", contact_id=CONTACT), NewContact(name="Tobias", contact_id=TOBIAS))
    given().when(CreateLead(lead_id=LEAD, contacts=contacts)).then(
        UNTITLED,
        ContactAdded(contact_id=CONTACT, place=0, name="Lindsay"),
        ContactAdded(contact_id=TOBIAS, place=1, name="Tobias"),
    )


def test_the_system_creates_leads_too() -> None:
    given().when(CreateLead(lead_id=LEAD), by=BY_SYSTEM).then(UNTITLED)


@pytest.mark.parametrize("blank", ["", "   ", "\n\t ", "\u00a0"])
def test_a_blank_detail_is_taken_as_none(blank: str) -> None:
    given().when(CreateLead(lead_id=LEAD, name=blank, description=blank, url=blank)).then(UNTITLED)


def test_a_lead_is_created_once() -> None:
    given(LEAD_CREATED).when(CreateLead(lead_id=LEAD)).then_refused(LeadExists)


def test_a_name_of_the_greatest_length_is_kept() -> None:
    name = "n" * NAME_MAX
    assert given().when(CreateLead(lead_id=LEAD, name=f"  {name}\n")).only.name == name


def test_a_longer_name_is_refused() -> None:
    create = CreateLead(lead_id=LEAD, name="n" * (NAME_MAX + 1))
    given().when(create).then_refused(TextTooLong, "name", length=501, limit=500)


def test_a_description_of_the_greatest_length_is_kept() -> None:
    description = "d" * TEXT_MAX
    assert given().when(CreateLead(lead_id=LEAD, description=description)).only.description == description


def test_a_longer_description_is_refused() -> None:
    create = CreateLead(lead_id=LEAD, description="d" * (TEXT_MAX + 1))
    given().when(create).then_refused(TextTooLong, "description", length=100_001, limit=100_000)


def test_a_url_that_is_no_web_address_is_refused() -> None:
    create = CreateLead(lead_id=LEAD, url="javascript:alert(1)")
    given().when(create).then_refused(InvalidUrl, "url", value="javascript:alert(1)")


def test_more_contacts_than_a_lead_can_have_are_refused() -> None:
    contacts = tuple(NewContact() for _ in range(CONTACTS_MAX + 1))
    create = CreateLead(lead_id=LEAD, contacts=contacts)
    given().when(create).then_refused(TooManyEntries, "contacts", length=501, limit=500)


def test_independent_refusals_of_one_lead_come_together() -> None:
    create = CreateLead(
        lead_id=LEAD,
        name="Blu\0th",
        url="ftp://bluth.example",
        status_id=QUALIFIED,
        status="Potential",
        contacts=(
            NewContact(name="Lindsay"),
            NewContact(emails=(EmailAddress(email="no address"),), phones=(PhoneNumber(phone="12"),)),
        ),
    )
    given().when(create).then_refused_all(
        (NulCharacter, "name"),
        (InvalidUrl, "url"),
        (BothStatusForms, "status"),
        (InvalidEmail, "contacts.1.emails.0.email"),
        (InvalidPhone, "contacts.1.phones.0.phone"),
    )


def test_what_another_system_calls_a_lead_is_claimed_for_it() -> None:
    external = ExternalId(source="northwind", id="ALFKI")
    created = given().when(CreateLead(lead_id=LEAD, external_id=external)).only
    assert created.takes(LEAD) == ((external_claim(external), LEAD),)


def test_a_lead_without_another_name_claims_nothing() -> None:
    assert UNTITLED.takes(LEAD) == ()


def test_ids_of_other_systems_do_not_run_into_each_other() -> None:
    assert external_claim(ExternalId("a", "bc")) != external_claim(ExternalId("ab", "c"))


def test_an_external_id_must_be_one() -> None:
    create = CreateLead(lead_id=LEAD, external_id=ExternalId(source=" ", id="x" * (EXTERNAL_MAX + 1)))
    given().when(create).then_refused_all((Required, "external_id.source"), (TextTooLong, "external_id.id"))


def test_what_is_not_given_stays() -> None:
    given(LEAD_CREATED).when(UpdateLead(lead_id=LEAD)).then()


def test_each_detail_that_differs_is_a_fact_with_before_and_after() -> None:
    update = UpdateLead(lead_id=LEAD, name="Sitwell", description="Rivals", url="sitwell.example")
    given(LEAD_CREATED).when(update).then(
        LeadRenamed(before="Bluth Company", after="Sitwell"),
        LeadDescriptionChanged(before=None, after="Rivals"),
        LeadUrlChanged(before=None, after="https://sitwell.example"),
    )


def test_a_detail_that_is_the_same_is_no_fact() -> None:
    update = UpdateLead(lead_id=LEAD, name=" Bluth Company", description=None, url="")
    given(LEAD_CREATED).when(update).then()


def test_a_second_change_has_the_first_one_before_it() -> None:
    first = (LeadDescriptionChanged(after="Rivals"), LeadUrlChanged(after="https://sitwell.example"))
    given(LEAD_CREATED, *first).when(UpdateLead(lead_id=LEAD, description=None, url="bluth.example")).then(
        LeadDescriptionChanged(before="Rivals"),
        LeadUrlChanged(before="https://sitwell.example", after="https://bluth.example"),
    )


@pytest.mark.parametrize("nothing", [None, "", " "])
def test_none_and_blank_clear_a_detail(nothing: str | None) -> None:
    given(LEAD_CREATED).when(UpdateLead(lead_id=LEAD, name=nothing)).then(LeadRenamed(before="Bluth Company"))


def test_a_url_that_is_normalised_to_what_it_was_is_no_fact() -> None:
    changed = LeadUrlChanged(after="https://bluth.example")
    given(LEAD_CREATED, changed).when(UpdateLead(lead_id=LEAD, url="bluth.example")).then()


def test_independent_refusals_of_one_update_come_together() -> None:
    update = UpdateLead(lead_id=LEAD, name="n" * 501, description="\0", url="no address")
    given(LEAD_CREATED).when(update).then_refused_all(
        (TextTooLong, "name"), (NulCharacter, "description"), (InvalidUrl, "url")
    )


def test_an_update_writes_what_is_given() -> None:
    assert UpdateLead(lead_id=LEAD, name=None, url="x.example").writes == {"name", "url"}


def test_facts_touch_what_an_update_calls_by_the_same_word() -> None:
    update = UpdateLead(lead_id=LEAD, name="n", description="d", url="u")
    touched = LeadRenamed.touches | LeadDescriptionChanged.touches | LeadUrlChanged.touches
    assert update.writes == touched
