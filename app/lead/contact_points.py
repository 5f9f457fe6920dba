"""E-mail addresses, phone numbers and links of contacts, and how they are normalised."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from unicodedata import category
from urllib.parse import urlsplit

import msgspec
import phonenumbers

from app.countries import TELEPHONE_COUNTRIES
from app.email_address import normalised_email
from app.lead.refusals import InvalidPhone, InvalidUrl, PhoneExtension, UnknownCountry
from app.text import Problems
from app.vocabulary import ContactPointType

URL_MAX = 2_000  # characters
POINTS_MAX = 50  # e-mails, phones or urls of one contact


class EmailAddress(msgspec.Struct, frozen=True, kw_only=True):
    """One address of a contact."""

    email: str
    type: ContactPointType = ContactPointType.OFFICE


class PhoneNumber(msgspec.Struct, frozen=True, kw_only=True):
    """One number of a contact. `phone` is E.164 once kept; `country` is ISO 3166 alpha-2."""

    phone: str
    type: ContactPointType = ContactPointType.OFFICE
    country: str | None = None


class ContactUrl(msgspec.Struct, frozen=True, kw_only=True):
    """One link of a contact."""

    url: str
    type: ContactPointType = ContactPointType.URL


def kept_emails(emails: Sequence[EmailAddress], problems: Problems, *path: str) -> tuple[EmailAddress, ...]:
    """The addresses as they are kept, each once; each bad one is a problem at its own path."""
    kept: dict[str, EmailAddress] = {}
    for index, entry in enumerate(problems.bounded(emails, *path, limit=POINTS_MAX)):
        email = normalised_email(entry.email, problems, *path, str(index), "email")
        if email is not None:
            kept.setdefault(email.casefold(), EmailAddress(email=email, type=entry.type))
    return tuple(kept.values())


def kept_phones(
    phones: Sequence[PhoneNumber], problems: Problems, *path: str, country: str | None = None
) -> tuple[PhoneNumber, ...]:
    """The numbers in E.164, each once; each impossible one is a problem at its own path.

    `country` reads national numbers that come without a country of their own.
    """
    kept: dict[str, PhoneNumber] = {}
    for index, entry in enumerate(problems.bounded(phones, *path, limit=POINTS_MAX)):
        number = _kept_phone(entry, country, problems, *path, str(index))
        if number is not None:
            kept.setdefault(number.phone, number)
    return tuple(kept.values())


def _kept_phone(entry: PhoneNumber, usual: str | None, problems: Problems, *path: str) -> PhoneNumber | None:
    text = problems.required(entry.phone, *path, "phone", limit=100)
    if not text:
        return None
    own = entry.country.upper() if entry.country else None
    if own is not None and own not in TELEPHONE_COUNTRIES:
        problems.add(UnknownCountry(*path, "country", value=entry.country))
        return None
    number = e164(text, own or usual)
    if number is None or _lacks_area(number):
        problems.add(InvalidPhone(*path, "phone", value=text))
        return None
    if _has_extension(text, own or usual):
        problems.add(PhoneExtension(*path, "phone", value=text))
        return None
    return PhoneNumber(phone=number, type=entry.type, country=country_of(number) or own)


@lru_cache(maxsize=10_000)
def _lacks_area(phone: str) -> bool:
    """Whether a number can be dialled within its own area only: in E.164 it would be another one's, or nobody's."""
    reason = phonenumbers.is_possible_number_with_reason(phonenumbers.parse(phone))
    return bool(reason == phonenumbers.ValidationResult.IS_POSSIBLE_LOCAL_ONLY)


@lru_cache(maxsize=10_000)
def _has_extension(text: str, country: str | None) -> bool:
    return bool(phonenumbers.parse(text, country).extension)


@lru_cache(maxsize=10_000)
def e164(text: str, country: str | None = None) -> str | None:
    """A possible number in E.164, such as +493012345; None where it is none. `country` reads national ones."""
    try:
        parsed = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(parsed):
        return None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


@lru_cache(maxsize=10_000)
def formatted_phone(phone: str) -> str:
    """An E.164 number as people write it internationally."""
    return phonenumbers.format_number(phonenumbers.parse(phone), phonenumbers.PhoneNumberFormat.INTERNATIONAL)


@lru_cache(maxsize=10_000)
def country_of(phone: str) -> str | None:
    """The ISO 3166 alpha-2 country of an E.164 number, where it has one."""
    region = phonenumbers.region_code_for_number(phonenumbers.parse(phone))
    return None if region == phonenumbers.REGION_CODE_FOR_NON_GEO_ENTITY else region


def kept_urls(urls: Sequence[ContactUrl], problems: Problems, *path: str) -> tuple[ContactUrl, ...]:
    """The links as they are kept, each once; each bad one is a problem at its own path."""
    kept: dict[str, ContactUrl] = {}
    for index, entry in enumerate(problems.bounded(urls, *path, limit=POINTS_MAX)):
        url = kept_url(entry.url, problems, *path, str(index), "url")
        if url is not None:
            kept.setdefault(url, ContactUrl(url=url, type=entry.type))
    return tuple(kept.values())


def kept_url(value: str | None, problems: Problems, *path: str) -> str | None:
    """A web address, with https:// put before a bare host name; None where none is given."""
    text = problems.line(value, *path, limit=URL_MAX)
    if text is None:
        return None
    url = text if "://" in text else f"https://{text}"
    if not _is_web_address(url):
        problems.add(InvalidUrl(*path, value=text))
        return None
    return url


# What most links are: a host name in lower case and ASCII, without a user and a port, and a path behind it.
_PLAIN_URL = re.compile(r"https?://([a-z0-9-]+(?:\.[a-z0-9-]+)+)(?:/[!-~]*)?", re.ASCII)


def plain_host(url: str) -> str | None:
    """The host of a plain link, at a fifth of what taking it apart costs; None: take it apart."""
    match = _PLAIN_URL.fullmatch(url)
    return match[1] if match else None


def _is_web_address(url: str) -> bool:
    if plain_host(url) is not None:
        return True
    if any(character.isspace() or category(character) == "Cc" for character in url):
        return False
    try:
        parts = urlsplit(url)
        host = parts.hostname
        _ = parts.port  # raises where it is no number
    except ValueError:
        return False
    if parts.scheme not in ("http", "https") or not host or "@" in parts.netloc:
        return False  # with an @ it is an e-mail address, bears a password or pretends to be another host
    return "." in host.strip(".") or host == "localhost"
