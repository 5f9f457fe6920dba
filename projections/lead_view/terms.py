"""Terms: the words by which a lead is found. Each begins with a letter that says what it is.

w a word of a name, address or site · e an e-mail address · p a phone number · h a host ·
c a value of a custom field, behind the field's id: `=` the whole value, `~` a word of it
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from app.folding import FOLDED_MAX, folded, folded_words
from app.lead.field_values import read_day, read_instant, read_number

WORDS_MAX = 2_000  # terms of one text; more of it is not searched
WORD_MAX = 100  # characters of one word; longer ones are cut
_EPOCH = date(1970, 1, 1)
_EPOCH_INSTANT = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def word_terms(*texts: str | None) -> list[str]:
    """The words of some texts, each once."""
    words = (word[:WORD_MAX] for text in texts if text for word in folded_words(text)[:WORDS_MAX])
    return [f"w{word}" for word in dict.fromkeys(words)]


def url_terms(url: str | None) -> list[str]:
    """The host as it is, without www, and the words of the address."""
    host = host_of(url)
    return [f"h{host}", *word_terms(url)] if url and host else word_terms(url)


def host_of(url: str | None) -> str | None:
    """The host of a web address without www; None where there is none."""
    try:
        host = urlsplit(url or "").hostname
    except ValueError:
        return None
    return host.removeprefix("www.").rstrip(".")[:FOLDED_MAX] or None if host else None


def email_terms(emails: Iterable[str]) -> list[str]:
    """The addresses without regard to case, and their words."""
    return [term for email in emails for term in (f"e{email.casefold()}", *word_terms(email))]


def phone_terms(phones: Iterable[str]) -> list[str]:
    """The numbers in E.164, and their digits as a word."""
    return [term for phone in phones for term in (f"p{phone}", f"w{phone.lstrip('+')}")]


def value_terms(field_id: UUID, values: Sequence[Any]) -> list[str]:
    """The single values of a custom field, and the words of texts among them."""
    head = f"c{field_id.hex}"
    terms: dict[str, None] = {}
    for value in values:
        if isinstance(value, str):
            terms[f"{head}={value_key(value)}"] = None
            terms.update(dict.fromkeys(f"{head}~{word[:WORD_MAX]}" for word in folded_words(value)[:WORDS_MAX]))
    return list(terms)


def value_key(value: str) -> str:
    """What of a text is compared: without case and accents; of one without words, the text itself."""
    return folded(value) or value[:FOLDED_MAX]


def number_of(values: Sequence[Any]) -> Decimal | None:
    """What ranges compare of a value that is alone: a number, a day as days, an instant as microseconds."""
    if len(values) != 1 or not isinstance(values[0], str):
        return None
    text = values[0]
    if read_day(text) is not None:
        return Decimal((date.fromisoformat(text) - _EPOCH).days)
    if read_instant(text) is not None:
        return Decimal((datetime.fromisoformat(text.upper()) - _EPOCH_INSTANT) // _MICROSECOND)
    return Decimal(text) if read_number(text) is not None else None
