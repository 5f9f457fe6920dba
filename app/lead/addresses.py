"""Addresses: where a lead is found by post, replaced as a list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import msgspec

from app.countries import kept_country
from app.lead.event import LeadEvent
from app.lead.refusals import EmptyAddress
from app.text import NAME_MAX, Problems
from app.vocabulary import AddressLabel

ADDRESSES_MAX = 50  # of one lead
_LINES = ("address1", "address2", "city", "state", "postal_code")


class Address(msgspec.Struct, frozen=True, kw_only=True):
    """One address. `country` is ISO 3166 alpha-2."""

    label: AddressLabel = AddressLabel.BUSINESS
    address1: str | None = None
    address2: str | None = None
    city: str | None = None
    state: str | None = None
    postal_code: str | None = None
    country: str | None = None

    @property
    def parts(self) -> tuple[str | None, ...]:
        """What it says, without its label."""
        return self.address1, self.address2, self.city, self.state, self.postal_code, self.country


class LeadAddressesChanged(LeadEvent, frozen=True, kw_only=True, tag="lead.addresses_changed"):
    touches: ClassVar[frozenset[str]] = frozenset({"addresses"})

    before: tuple[Address, ...] = ()
    after: tuple[Address, ...] = ()


def kept_addresses(addresses: Sequence[Address], problems: Problems, *path: str) -> tuple[Address, ...]:
    """The addresses as they are kept; what is wrong with one is a problem at its own path."""
    bounded = problems.bounded(addresses, *path, limit=ADDRESSES_MAX)
    return tuple(_kept_address(address, problems, *path, str(place)) for place, address in enumerate(bounded))


def _kept_address(address: Address, problems: Problems, *path: str) -> Address:
    before = len(problems.refusals)
    lines = {line: problems.line(getattr(address, line), *path, line, limit=NAME_MAX) for line in _LINES}
    kept = Address(label=address.label, country=kept_country(address.country, problems, *path, "country"), **lines)
    if not any(kept.parts) and len(problems.refusals) == before:
        problems.add(EmptyAddress(*path))
    return kept
