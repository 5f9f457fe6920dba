"""How e-mail addresses, phone numbers and links are read and kept."""

import pytest

from app.email_address import InvalidEmail, normalised_email
from app.lead.contact_points import PhoneNumber, formatted_phone, kept_phones, kept_url
from app.lead.refusals import InvalidPhone, InvalidUrl, UnknownCountry
from app.refusal import Refusal
from app.text import NulCharacter, Problems, TextTooLong
from app.vocabulary import ContactPointType


def kept_phone(phone: str, country: str | None = None) -> PhoneNumber:
    problems = Problems()
    (kept,) = kept_phones((PhoneNumber(phone=phone, country=country),), problems)
    assert not problems.refusals
    return kept


def refused_phone(phone: str, country: str | None = None) -> Refusal:
    problems = Problems()
    assert kept_phones((PhoneNumber(phone=phone, country=country),), problems, "phones") == ()
    (refusal,) = problems.refusals
    return refusal


@pytest.mark.parametrize(
    ("written", "country", "kept"),
    [
        ("+49 30 1234567", None, "+49301234567"),
        ("030 / 123 45 67", "DE", "+49301234567"),
        ("(212) 555-0100", "US", "+12125550100"),
        ("+1 212 555 0100", "DE", "+12125550100"),
        ("tel:+49-30-1234567", None, "+49301234567"),
        ("+٤٩٣٠١٢٣٤٥٦٧", None, "+49301234567"),
        ("  +44 20 7946 0000 ", None, "+442079460000"),
    ],
)
def test_a_phone_number_is_kept_as_e164(written: str, country: str | None, kept: str) -> None:
    assert kept_phone(written, country).phone == kept


def test_a_numbers_country_is_its_own_rather_than_the_given_one() -> None:
    assert kept_phone("+49 30 1234567", "US").country == "DE"


def test_a_number_of_no_country_has_the_given_one() -> None:
    assert kept_phone("+800 1234 5678", "FR").country == "FR"


def test_a_number_of_no_country_may_have_none() -> None:
    assert kept_phone("+800 1234 5678").country is None


@pytest.mark.parametrize("country", ["", None])
def test_no_country_is_no_country(country: str | None) -> None:
    assert kept_phone("+49 30 1234567", country).country == "DE"


@pytest.mark.parametrize("impossible", ["030 1234567", "call me", "+49", "+999 123456", "12", "+1 212 555 0100 0100"])
def test_what_cannot_be_a_number_is_refused(impossible: str) -> None:
    refusal = refused_phone(impossible)
    assert (type(refusal), refusal.path, refusal.params) == (
        InvalidPhone,
        ("phones", "0", "phone"),
        {"value": impossible},
    )


@pytest.mark.parametrize(("local", "country"), [("555-0123", "US"), ("911", "DE"), ("+1 555 0123", None)])
def test_a_number_without_its_area_is_refused(local: str, country: str | None) -> None:
    refusal = refused_phone(local, country)
    assert (type(refusal), refusal.path) == (InvalidPhone, ("phones", "0", "phone"))


@pytest.mark.parametrize("country", ["XX", "Germany", "DEU", "001", " DE"])
def test_what_is_no_country_is_refused(country: str) -> None:
    refusal = refused_phone("030 1234567", country)
    assert (type(refusal), refusal.path, refusal.params) == (
        UnknownCountry,
        ("phones", "0", "country"),
        {"value": country},
    )


def test_a_refusal_repeats_only_the_beginning_of_an_endless_country() -> None:
    assert len(refused_phone("030 1234567", "x" * 10_000).message) < 300


def test_a_refusal_can_be_encoded_whatever_it_repeats() -> None:
    assert refused_phone("030 1234567", "\ud800").message.encode()


def test_a_number_keeps_what_it_is_for() -> None:
    (kept,) = kept_phones((PhoneNumber(phone="+12125550100", type=ContactPointType.FAX),), Problems())
    assert kept.type is ContactPointType.FAX


def test_a_number_is_shown_as_people_write_it() -> None:
    assert formatted_phone("+49301234567") == "+49 30 1234567"


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (" Ada@ACME.Example ", "Ada@acme.example"),
        ("ada+crm@acme.example", "ada+crm@acme.example"),
        ("u\u0308@acme.example", "ü@acme.example"),
        ("用户@例え.jp", "用户@例え.jp"),
        ("ada@xn--bcher-kva.example", "ada@bücher.example"),
        ("ada@acme.test", "ada@acme.test"),
    ],
)
def test_an_email_address_is_kept_in_one_form(written: str, kept: str) -> None:
    assert normalised_email(written, Problems()) == kept


@pytest.mark.parametrize(
    "written", ["ada", "ada@", "@acme.example", "ada@acme", "Ada <ada@acme.example>", "a b@c.example", "a@b@c.example"]
)
def test_what_is_no_email_address_is_refused(written: str) -> None:
    problems = Problems()
    assert normalised_email(written, problems, "email") is None
    assert [(type(one), one.path, one.params) for one in problems.refusals] == [
        (InvalidEmail, ("email",), {"value": written})
    ]


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("acme.example", "https://acme.example"),
        (" acme.example/a?b=c#d ", "https://acme.example/a?b=c#d"),
        ("http://acme.example", "http://acme.example"),
        ("HTTPS://Acme.Example:8443/Path", "HTTPS://Acme.Example:8443/Path"),
        ("localhost:8000", "https://localhost:8000"),
        ("münchen.example", "https://münchen.example"),
        ("  ", None),
        (None, None),
    ],
)
def test_a_link_is_kept_with_its_scheme(written: str | None, kept: str | None) -> None:
    assert kept_url(written, Problems()) == kept


@pytest.mark.parametrize(
    ("written", "refusal"),
    [
        ("javascript:alert(1)", InvalidUrl),
        ("javascript://acme.example/%0aalert(1)", InvalidUrl),
        ("data:text/html,<script>", InvalidUrl),
        ("ftp://acme.example", InvalidUrl),
        ("mailto:ada@acme.example", InvalidUrl),
        ("https://acme.example@evil.example", InvalidUrl),
        ("https://", InvalidUrl),
        ("https://.", InvalidUrl),
        ("//acme.example", InvalidUrl),
        ("acme", InvalidUrl),
        ("acme .example", InvalidUrl),
        ("https://acme.example:port", InvalidUrl),
        ("https://[acme.example", InvalidUrl),
        ("https://ac\x01me.example", InvalidUrl),
        ("https://acme.example/\0", NulCharacter),
        ("https://acme.example/" + "x" * 2_000, TextTooLong),
    ],
)
def test_what_is_no_link_is_refused(written: str, refusal: type[Refusal]) -> None:
    problems = Problems()
    assert kept_url(written, problems, "url") is None
    assert [type(one) for one in problems.refusals] == [refusal]


@pytest.mark.parametrize(
    ("written", "country", "kept"),
    [
        ("030 1234567", None, "+49301234567"),
        ("(212) 555-0100", "US", "+12125550100"),
        ("+1 212 555 0100", None, "+12125550100"),
    ],
)
def test_a_national_number_is_read_as_one_of_its_country_else_of_the_usual_one(
    written: str, country: str | None, kept: str
) -> None:
    problems = Problems()
    (number,) = kept_phones((PhoneNumber(phone=written, country=country),), problems, country="DE")
    assert (number.phone, number.country) == (kept, "DE" if kept.startswith("+49") else "US")


def test_a_number_of_no_country_does_not_get_the_usual_one() -> None:
    (number,) = kept_phones((PhoneNumber(phone="+800 1234 5678"),), Problems(), country="DE")
    assert number.country is None
