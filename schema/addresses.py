"""Addresses of a lead."""

from __future__ import annotations

from collections.abc import Sequence

import strawberry

from app.lead import addresses as domain
from schema.commands import given
from schema.enums import AddressLabel
from schema.fields import plain


@strawberry.type(description="Where a lead is found by post.")
class Address:
    label: AddressLabel = plain("What it is for.")
    address1: str | None = plain("Street and number.")
    address2: str | None = plain("Floor, suite and the like.")
    city: str | None = plain("City or town.")
    state: str | None = plain("State, province or region.")
    postal_code: str | None = plain("As it is written there.")
    country: str | None = plain("ISO 3166 alpha-2, such as DE.")


@strawberry.input(description="Where a lead is found by post. At least one line of it is filled in.")
class AddressInput:
    label: AddressLabel | None = plain("What it is for.", default=AddressLabel.BUSINESS)
    address1: str | None = plain("Street and number; at most 500 characters.", default=strawberry.UNSET)
    address2: str | None = plain("Floor, suite and the like; at most 500 characters.", default=strawberry.UNSET)
    city: str | None = plain("City or town; at most 500 characters.", default=strawberry.UNSET)
    state: str | None = plain("State, province or region; at most 500 characters.", default=strawberry.UNSET)
    postal_code: str | None = plain("As it is written there; at most 500 characters.", default=strawberry.UNSET)
    country: str | None = plain("ISO 3166 alpha-2, in any case.", default=strawberry.UNSET)


def address_of(kept: domain.Address) -> Address:
    """An address, as it is kept."""
    return Address(
        label=kept.label,
        address1=kept.address1,
        address2=kept.address2,
        city=kept.city,
        state=kept.state,
        postal_code=kept.postal_code,
        country=kept.country,
    )


def addresses(inputs: Sequence[AddressInput]) -> tuple[domain.Address, ...]:
    """What the inputs describe."""
    return tuple(
        domain.Address(
            label=given(one.label, AddressLabel.BUSINESS),
            address1=given(one.address1),
            address2=given(one.address2),
            city=given(one.city),
            state=given(one.state),
            postal_code=given(one.postal_code),
            country=given(one.country),
        )
        for one in inputs
    )
