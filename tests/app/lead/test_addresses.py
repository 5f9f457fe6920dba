"""Addresses of a lead: how they are read and kept, and replacing them."""

from __future__ import annotations

import pytest

from app.countries import COUNTRIES, known_country
from app.lead.addresses import ADDRESSES_MAX, Address, LeadAddressesChanged
from app.lead.details import CreateLead, LeadCreated, UpdateLead
from app.lead.refusals import EmptyAddress, UnknownCountry
from app.text import NAME_MAX, NotUnicode, NulCharacter, TextTooLong, TooManyEntries
from app.vocabulary import AddressLabel
from tests.support.acme import LEAD, LEAD_CREATED, POTENTIAL
from tests.support.given import Outcome, given

HOME = Address(
    label=AddressLabel.MAILING,
    address1="100 Sudden Valley Rd",
    address2="Attic",
    city="Newport Beach",
    state="CA",
    postal_code="92660",
    country="US",
)
OFFICE = Address(city="Reykjavík", country="IS")
AT_HOME = LeadAddressesChanged(after=(HOME,))


def updating(*addresses: Address) -> Outcome:
    return given(LEAD_CREATED).when(UpdateLead(lead_id=LEAD, addresses=addresses))


def test_a_lead_comes_with_its_addresses() -> None:
    given().when(CreateLead(lead_id=LEAD, addresses=(HOME, OFFICE))).then(
        LeadCreated(status_id=POTENTIAL, status_label="Potential", addresses=(HOME, OFFICE))
    )


def test_addresses_are_replaced_as_a_list() -> None:
    given(LEAD_CREATED, AT_HOME).when(UpdateLead(lead_id=LEAD, addresses=(OFFICE,))).then(
        LeadAddressesChanged(before=(HOME,), after=(OFFICE,))
    )


@pytest.mark.parametrize("nothing", [None, ()])
def test_null_and_an_empty_list_clear_them(nothing: tuple[Address, ...] | None) -> None:
    given(LEAD_CREATED, AT_HOME).when(UpdateLead(lead_id=LEAD, addresses=nothing)).then(
        LeadAddressesChanged(before=(HOME,))
    )


def test_addresses_that_are_not_given_stay() -> None:
    given(LEAD_CREATED, AT_HOME).when(UpdateLead(lead_id=LEAD, description=None)).then()


def test_the_same_addresses_are_no_change() -> None:
    given(LEAD_CREATED, AT_HOME).when(UpdateLead(lead_id=LEAD, addresses=(HOME,))).then()


def test_lines_are_trimmed_and_countries_written_in_capitals() -> None:
    updating(Address(address1=" 1 Main St ", city="\t", country=" de ")).then(
        LeadAddressesChanged(after=(Address(address1="1 Main St", country="DE"),))
    )


def test_a_label_alone_is_no_address() -> None:
    updating(HOME, Address(label=AddressLabel.OTHER, city=" ")).then_refused(EmptyAddress, "addresses.1")


@pytest.mark.parametrize("country", ["Germany", "XX", "D", "ZZ", "ß", "ＤＥ", "🇩🇪", "EU", "UK"])
def test_what_is_no_code_of_a_country_is_refused(country: str) -> None:
    updating(Address(city="Berlin", country=country)).then_refused(UnknownCountry, "addresses.0.country")


def test_everything_wrong_with_addresses_is_said_at_once() -> None:
    updating(
        Address(address1="a\0b", country="nowhere"),
        HOME,
        Address(city="x" * (NAME_MAX + 1), postal_code="\ud800"),
        Address(),
    ).then_refused_all(
        (NulCharacter, "addresses.0.address1"),
        (UnknownCountry, "addresses.0.country"),
        (TextTooLong, "addresses.2.city"),
        (NotUnicode, "addresses.2.postal_code"),
        (EmptyAddress, "addresses.3"),
    )


def test_a_lead_has_only_so_many_addresses() -> None:
    updating(*[OFFICE] * (ADDRESSES_MAX + 1)).then_refused(TooManyEntries, "addresses", length=51, limit=50)
    assert len(updating(*[OFFICE] * ADDRESSES_MAX).only.after) == ADDRESSES_MAX


def test_all_countries_of_the_standard_are_known_and_no_others() -> None:
    assert len(COUNTRIES) == 249
    assert known_country("aq") == "AQ"
