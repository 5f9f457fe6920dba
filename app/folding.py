"""Folded text: what searches and sorts compare, without case, accents and punctuation."""

import re
import unicodedata

FOLDED_MAX = 250  # characters; an index entry holds 2,700 bytes, a searched word 2,046
_WORDS = re.compile(r"\w+")
# Letters with a stroke, and two in one: to Unicode they are letters of their own, to who searches plain ones.
_PLAIN = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ŧ": "t", "\u0131": "i", "æ": "ae", "œ": "oe"})


def folded_words(text: str) -> list[str]:
    """The words of a text in a form in which "Émigré" and "EMIGRE" are the same."""
    return _WORDS.findall(bare(text))


def bare(text: str) -> str:
    """A text without case and accents."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    unaccented = "".join(character for character in decomposed if not unicodedata.combining(character))
    return unaccented.casefold().translate(_PLAIN)


def folded(text: str | None) -> str | None:
    """The words joined by spaces, cut to FOLDED_MAX; None stays None."""
    return None if text is None else " ".join(folded_words(text))[:FOLDED_MAX].rstrip()


def label_key(label: str) -> str:
    """What of a label is compared: neither case nor the way its characters are written make another one."""
    if label.isascii():
        return label.lower()
    bare = unicodedata.normalize("NFKC", unicodedata.normalize("NFD", label).casefold())
    return unicodedata.normalize("NFKC", bare.casefold())  # as Unicode defines it: one may bring about the other
