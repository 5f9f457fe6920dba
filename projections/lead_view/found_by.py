"""Columns that go together: what a row shows, and the keys and terms by which it is sorted and found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.folding import folded
from app.ids import ContactId
from app.lead.addresses import Address
from app.lead.contact_points import ContactUrl, EmailAddress, PhoneNumber
from projections.lead_view.terms import contact_terms, email_terms, host_terms, own_terms, phone_terms

Columns = dict[str, Any]


def site_columns(url: str | None) -> Columns:
    """Of a lead."""
    return {"url": url, "url_terms": [*host_terms(url), *own_terms(url)]}


def address_columns(addresses: Sequence[Address]) -> Columns:
    """Of a lead."""
    terms = own_terms(*(part for address in addresses for part in address.parts))
    return {"addresses": addresses, "address_terms": terms}


def primary_columns(contact_id: ContactId | None, name: str | None) -> Columns:
    """Of a lead: its first contact, by whom it is called while it has no name of its own."""
    return {"primary_contact_id": contact_id, "primary_name": name, "primary_name_key": folded(name)}


def name_columns(name: str | None) -> Columns:
    """Of a contact, as the others below."""
    return {"name": name, "name_key": folded(name), "name_terms": contact_terms(name)}


def title_columns(title: str | None) -> Columns:
    """A position is searched, but nothing is sorted by it."""
    return {"title": title, "title_terms": contact_terms(title)}


def email_columns(emails: Sequence[EmailAddress]) -> Columns:
    """The first address also sorts a contact without a name."""
    return {"emails": emails, "email_terms": _each_once(email_terms(one.email for one in emails))}


def phone_columns(phones: Sequence[PhoneNumber]) -> Columns:
    """The first number also sorts a contact with neither name nor address."""
    return {"phones": phones, "phone_terms": _each_once(phone_terms(one.phone for one in phones))}


def url_columns(urls: Sequence[ContactUrl]) -> Columns:
    """Hosts and words of the links."""
    terms = [term for one in urls for term in (*host_terms(one.url), *contact_terms(one.url))]
    return {"urls": urls, "url_terms": _each_once(terms)}


def _each_once(terms: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(terms))
