"""Terms: what leads are found by. Each begins with a letter that says what it is.

l a word of the lead's own name, site or addresses · w a word of a contact · e an e-mail address · p a phone number ·
h a host · s a status · c a value of a custom field, behind the field's id: `=` the whole value, `:` the whole without
accents where that is another text, `~` a word of it; `#` there are several values, `1` the first of several
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import phonenumbers

from app.folding import FOLDED_MAX, bare, folded_words, label_key
from app.lead.contact_points import plain_host
from app.lead.field_values import read_day, read_instant, read_number

WORDS_MAX = 2_000  # terms of one text; more of it is not searched
WORD_MAX = 100  # characters of one word; longer ones are cut
REMEMBERED_MAX = 100  # characters of a value whose terms are kept for the next time
KEY_MAX = 300  # bytes of a whole value; of a longer one, a hash stands for the rest
_DAY_ONE = date(1970, 1, 1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NUMERIC = frozenset("+-0123456789")  # what days, instants and numbers begin with
_SCHEME = re.compile(r"(?<!\w)(?:https?://(?:www\.)?|www\.)(?=\w)", re.IGNORECASE)


def own_terms(*texts: str | None) -> list[str]:
    """The words of a lead's own texts, each once."""
    return [f"l{word}" for word in _words(texts)]


def contact_terms(*texts: str | None) -> list[str]:
    """The words of a contact's texts, each once."""
    return [f"w{word}" for word in _words(texts)]


def host_terms(url: str | None) -> list[str]:
    """The host of a web address as a whole, without www."""
    host = host_of(url)
    return [f"h{host}"] if host else []


def host_of(url: str | None) -> str | None:
    """The host of a web address without www; None where there is none."""
    try:
        host = plain_host(url or "") or urlsplit(url or "").hostname
    except ValueError:
        return None
    return host.removeprefix("www.").rstrip(".")[:FOLDED_MAX] or None if host else None


def email_term(email: str) -> str:
    """An address without regard to case."""
    return f"e{_key(email.casefold())}"


def email_terms(emails: Iterable[str]) -> list[str]:
    """The addresses, and their words."""
    return [term for email in emails for term in (email_term(email), *contact_terms(email))]


def phone_terms(phones: Iterable[str]) -> list[str]:
    """The numbers in E.164, and as words their digits with and without the country's."""
    return [term for phone in phones for term in (f"p{phone}", f"w{phone.lstrip('+')}", f"w{_national(phone)}")]


@lru_cache(maxsize=10_000)
def _national(phone: str) -> str:
    """The digits of an E.164 number behind its country's."""
    try:
        return phonenumbers.national_significant_number(phonenumbers.parse(phone))
    except phonenumbers.NumberParseException:
        return phone.lstrip("+")


def value_terms(field_id: UUID, values: Sequence[Any]) -> list[str]:
    """The single values of a custom field, and the words of texts among them."""
    head = f"c{field_id.hex}"
    terms: dict[str, None] = {}
    for value in values:
        if isinstance(value, str):
            for tail in _text_tails(value) if len(value) <= REMEMBERED_MAX else _text_tails.__wrapped__(value):
                terms[head + tail] = None
    if len(values) > 1 and isinstance(values[0], str):
        terms |= dict.fromkeys((several_values(field_id), first_value(field_id, values[0])))
    return list(terms)


@lru_cache(maxsize=10_000)
def _text_tails(text: str) -> tuple[str, ...]:
    """What follows the field in the terms of one text: fields hold the same choices, days and words many times."""
    whole, plain = label_key(text), bare(text)
    wholes = (f"={_key(whole)}",) if plain == whole else (f"={_key(whole)}", f":{_key(plain)}")
    return (*wholes, *[f"~{word}" for word in _words([text])])


def exact_value(field_id: UUID, value: str) -> str:
    """The term of a whole value, without regard to case alone."""
    return f"c{field_id.hex}={_key(label_key(value))}"


def several_values(field_id: UUID) -> str:
    """The term of there being several."""
    return f"c{field_id.hex}#"


def first_value(field_id: UUID, value: str) -> str:
    """The term of the first of several values, which alone counts where a field accepts no more any longer."""
    return f"c{field_id.hex}1{_key(label_key(value))}"


def like_values(field_id: UUID, value: str) -> tuple[str, str]:
    """The terms one of which a whole value has that is the same without regard to case and accents."""
    plain = _key(bare(value))
    return f"c{field_id.hex}={plain}", f"c{field_id.hex}:{plain}"


def value_word(field_id: UUID, word: str) -> str:
    """What a word of a text in a custom field begins with."""
    return f"c{field_id.hex}~{word}"


def status_term(status_id: UUID) -> str:
    """A lead's status, as the refresh statement writes it."""
    return f"s{status_id.hex}"


def number_of(values: Sequence[Any]) -> Decimal | None:
    """What ranges compare of a value that is alone: a number, a day as days, an instant as microseconds."""
    if len(values) != 1 or not isinstance(values[0], str):
        return None
    text = values[0]
    if text[:1] not in _NUMERIC:
        return None  # as nearly every text
    if read_day(text) is not None:
        return Decimal((date.fromisoformat(text) - _DAY_ONE).days)
    if read_instant(text) is not None:
        return Decimal((datetime.fromisoformat(text.upper()) - _EPOCH) // timedelta(microseconds=1))
    return Decimal(text) if read_number(text) is not None else None


def plain_text(text: str) -> str:
    """A text without what begins every web address."""
    return _SCHEME.sub(" ", text) if "." in text or "://" in text else text


def _words(texts: Iterable[str | None]) -> Iterable[str]:
    words: dict[str, None] = {}
    for text in texts:
        if text:
            for word in folded_words(plain_text(text))[:WORDS_MAX]:
                words[word[:WORD_MAX]] = None
    return words


def _key(text: str) -> str:
    """A text that fits into an index: cut where it is long, and then told apart by a hash."""
    raw = text.encode()
    if len(raw) <= KEY_MAX:
        return text
    return raw[:KEY_MAX].decode(errors="ignore") + hashlib.sha256(raw).hexdigest()
