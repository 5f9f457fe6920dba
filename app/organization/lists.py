"""An organization's lists: names that are each there once, and orders that people choose."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import TypeVar

from app.folding import label_key
from app.organization.refusals import ListedTwice
from app.refusal import Refusal
from app.text import NAME_MAX, Problems

ORDER_MAX = 1_000  # ids in one input

Key = TypeVar("Key")
Value = TypeVar("Value")


def is_taken(name: str, others: Iterable[str]) -> bool:
    """Whether another one is called so, but for case and the way the characters are written."""
    wanted = label_key(name)
    return any(label_key(one) == wanted for one in others)


def own_name(given: str | None, word: str, others: Iterable[str], taken: Refusal, problems: Problems) -> str:
    """A name that none of the others has; `word` is what the input calls it, `taken` what is said if one has it."""
    name = problems.required(given, word, limit=NAME_MAX)
    if is_taken(name, others):
        problems.add(taken)
    return name


def whole_order(
    wanted: Sequence[Key],
    there: Collection[Key],
    problems: Problems,
    word: str,
    unknown: Callable[[Key, str, str], Refusal],
) -> tuple[Key, ...]:
    """All that are there: the wanted ones in their order, then the others in theirs. Problems are noted by place.

    `unknown` makes the refusal of what is not there, from it and its path.
    """
    seen: set[Key] = set()
    for index, key in enumerate(problems.bounded(wanted, word, limit=ORDER_MAX)):
        if key not in there:
            problems.add(unknown(key, word, str(index)))
        elif key in seen:
            problems.add(ListedTwice(word, str(index)))
        seen.add(key)
    return tuple(dict.fromkeys((*wanted, *there)))


def in_order(entries: dict[Key, Value], order: Iterable[Key]) -> dict[Key, Value]:
    """The same entries; those of the order share the places that they have, in that order."""
    named = dict.fromkeys(key for key in order if key in entries)
    turns = iter(named)
    return {key: entries[key] for key in (next(turns) if one in named else one for one in entries)}
