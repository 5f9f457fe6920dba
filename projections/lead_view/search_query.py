"""Queries over terms: built from parts that are quoted, so that whatever is searched is no syntax.

`mark` is what all terms of an organization in lead_search begin with; rows have terms of their own without any.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from uuid import UUID

from app.folding import folded_words
from projections.lead_view.terms import WORD_MAX, plain_text

WORDS_MAX = 20  # words of a search that count
NO_MARK = ""
_PHONE = re.compile(r"[\d\s()+./-]+", re.ASCII)
_PHONE_MIN = 5  # digits


def mark_of(org_id: UUID) -> str:
    """What every term of an organization begins with; as the refresh statement computes it."""
    return str(org_id)[-8:]


def exactly(mark: str, term: str) -> str:
    """A term as a whole."""
    escaped = f"{mark}{term}".replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"


def beginning(mark: str, term: str) -> str:
    """Any term that begins so."""
    return f"{exactly(mark, term)}:*"


def other_than(part: str) -> str:
    """Anything else; never alone."""
    return f"!{part}"


def every(parts: Iterable[str]) -> str:
    """All of them."""
    return f"({' & '.join(parts)})"


def one_of(parts: Iterable[str]) -> str:
    """At least one of them."""
    return f"({' | '.join(parts)})"


def searched_words(search: str) -> Sequence[str]:
    """The words of a search, at most WORDS_MAX, cut to what is kept of a word."""
    return [word[:WORD_MAX] for word in dict.fromkeys(folded_words(plain_text(search)))][:WORDS_MAX]


def searched(mark: str, search: str, kinds: str) -> str | None:
    """Every word begins a word of one of these kinds, or all together are a phone number; None: there are no words."""
    words = searched_words(search)
    if not words:
        return None
    matching = every(one_of(beginning(mark, kind + word) for kind in kinds) for word in words)
    digits = re.sub(r"\D", "", search).lstrip("0")
    if _PHONE.fullmatch(search) and len(digits) >= _PHONE_MIN and "w" in kinds:
        return one_of((matching, beginning(mark, f"w{digits}")))
    return matching


def name_query(search: str) -> str:
    """Every word begins a word of a name; nothing, where the search has no words."""
    return " & ".join(beginning(NO_MARK, word) for word in searched_words(search))
