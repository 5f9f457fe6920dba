"""E-mail addresses: the quick look at plain ones says what the validator says."""

import pytest
from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email
from hypothesis import example, given
from hypothesis import strategies as st

from app.email_address import normalised_email
from app.text import Problems

_PARTS = st.lists(st.text("abXYZ019_+-'é", max_size=8) | st.sampled_from(["a" * 63, "a" * 64]), min_size=1, max_size=5)
_DOMAIN_PARTS = st.lists(
    st.text("abXYZ019-", max_size=8) | st.sampled_from(["com", "xn--p1ai", "a--b", "1", "a" * 63, "a" * 64]),
    min_size=1,
    max_size=6,
)


@given(_PARTS, _DOMAIN_PARTS)
@example(["Postmaster"], ["Acme", "Com"])
@example(["a"], ["acme", "test"])
@example(["a"], ["localhost"])
@example(["a", "", "b"], ["acme", "com"])
def test_the_quick_look_says_what_the_validator_says(local: list[str], domain: list[str]) -> None:
    address = f"{'.'.join(local)}@{'.'.join(domain)}"
    assert normalised_email(address, Problems()) == _validated(address)


@pytest.mark.parametrize("domain", SPECIAL_USE_DOMAIN_NAMES)
def test_domains_of_special_use_are_left_to_the_validator(domain: str) -> None:
    for address in (f"a@{domain}", f"a@acme.{domain}", f"a@acme{domain}.com"):
        assert normalised_email(address, Problems()) == _validated(address)


def _validated(address: str) -> str | None:
    try:
        return validate_email(address, check_deliverability=False, test_environment=True).normalized
    except EmailNotValidError:
        return None
