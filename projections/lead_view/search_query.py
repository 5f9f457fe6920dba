"""Queries over lead_search.terms: built from parts that are quoted, so that whatever is searched is no syntax."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from app.folding import folded_words
from projections.lead_view.terms import WORD_MAX

WORDS_MAX = 20  # words of a search that count


def mark_of(org_id: UUID) -> str:
    """What every term of an organization begins with; as the refresh statement computes it."""
    return str(org_id)[-8:]


def exactly(org_id: UUID, term: str) -> str:
    """A term as a whole."""
    return quoted(mark_of(org_id) + term)


def beginning(org_id: UUID, term: str) -> str:
    """Any term that begins so."""
    return quoted_beginning(mark_of(org_id) + term)


def every(parts: Iterable[str]) -> str:
    """All of them."""
    return f"({' & '.join(parts)})"


def one_of(parts: Iterable[str]) -> str:
    """At least one of them."""
    return f"({' | '.join(parts)})"


def searched_words(search: str) -> Sequence[str]:
    """The words of a search, at most WORDS_MAX, cut to what is kept of a word."""
    return [word[:WORD_MAX] for word in dict.fromkeys(folded_words(search))][:WORDS_MAX]


def prefix_query(org_id: UUID, search: str) -> str | None:
    """Every word must begin a word of the lead; None where the search has no words."""
    words = searched_words(search)
    return every(beginning(org_id, f"w{word}") for word in words) if words else None


def name_query(search: str) -> str:
    """Every word must begin a word of a name by itself; nothing, where the search has no words."""
    return " & ".join(quoted_beginning(word) for word in searched_words(search))


def quoted_beginning(term: str) -> str:
    """Any term that begins so, of whatever has terms without marks."""
    return f"{quoted(term)}:*"


def quoted(term: str) -> str:
    """A term as part of a query."""
    escaped = term.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"
