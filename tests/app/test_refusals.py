"""Refusals: messages for people, reasons for programs."""

from __future__ import annotations

import ast
import inspect
import re
import string
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

import app.request  # defines refusals of its own
from app.codecs import EVENTS  # noqa: F401  # imports every subject, and so every refusal
from app.lead.refusals import OutOfRange, TooManyPins
from app.refusal import QUOTED_MAX, Code, Refusal, Refused, refusals_of
from app.request import VersionConflict
from app.undo.refusals import LaterChanges
from tests.support.acme import LEAD

ROOT = Path(inspect.getfile(app.request)).parent.parent
# schema/errors.py has a type of the API that is called as a refusal is.
SOURCES = [
    path for tree in ("app", "schema") for path in sorted((ROOT / tree).rglob("*.py")) if path.name != "errors.py"
]


def every_refusal(kind: type[Refusal] = Refusal) -> Iterator[type[Refusal]]:
    for one in kind.__subclasses__():
        if one.__module__.startswith(("app.", "schema.")):
            yield one
            yield from every_refusal(one)


REFUSALS = sorted(every_refusal(), key=lambda kind: kind.__name__)
each = pytest.mark.parametrize("kind", REFUSALS, ids=lambda kind: kind.__name__)


def filled_in(kind: type[Refusal]) -> set[str]:
    """What the message of a refusal needs."""
    return {name for _, name, _, _ in string.Formatter().parse(inspect.cleandoc(kind.__doc__ or "")) if name}


def raised() -> dict[str, list[set[str]]]:
    """The params with which the program makes each refusal, read from its source."""
    found: dict[str, list[set[str]]] = {kind.__name__: [] for kind in REFUSALS}
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text())):
            match node:
                case ast.Call(func=ast.Name(id=name), keywords=keywords) if name in found:
                    found[name].append({keyword.arg for keyword in keywords if keyword.arg})
                case ast.Raise(exc=ast.Name(id=name)) if name in found:
                    found[name].append(set())
    return found


RAISED = raised()


@each
def test_a_message_is_one_or_two_sentences(kind: type[Refusal]) -> None:
    assert re.fullmatch(r"[A-Z{][^\n]*\.", kind.__doc__ or "")
    assert 1 <= len(re.findall(r"[.:;](?: |$)", kind.__doc__ or "")) <= 2


# What is told of a refusal otherwise than by its message.
BESIDE: dict[type[Refusal], set[str]] = {VersionConflict: {"lead_id", "changes"}, LaterChanges: {"facts"}}


@each
def test_what_a_message_needs_is_given_wherever_it_is_raised(kind: type[Refusal]) -> None:
    beside = BESIDE.get(kind, set())
    assert all(params - beside == filled_in(kind) for params in RAISED[kind.__name__])


@each
def test_every_refusal_is_raised_somewhere(kind: type[Refusal]) -> None:
    assert RAISED[kind.__name__]


@each
def test_a_reason_is_the_name_in_small_letters(kind: type[Refusal]) -> None:
    assert kind.reason.replace("_", "") == kind.__name__.lower()
    assert re.fullmatch(r"[a-z]+(_[a-z]+)*", kind.reason)


def test_reasons_are_unique() -> None:
    assert [reason for reason, count in Counter(kind.reason for kind in REFUSALS).items() if count > 1] == []


@each
def test_a_refusal_has_a_code(kind: type[Refusal]) -> None:
    assert kind.code in Code


def test_what_is_not_there_is_not_found() -> None:
    assert all(kind.code is Code.NOT_FOUND for kind in REFUSALS if kind.__name__.endswith("NotFound"))


def test_a_refusal_reads_as_its_reason_and_message() -> None:
    assert str(TooManyPins(limit=5)) == "too_many_pins: Unpin something first: 5 activities are pinned."


def test_a_refusal_moves_under_another_path() -> None:
    moved = TooManyPins("note_id", limit=5).under("input", "pins")
    assert (moved.path, moved.message) == (("input", "pins", "note_id"), TooManyPins(limit=5).message)


def test_moving_leaves_the_refusal_where_it_was() -> None:
    refusal = TooManyPins("note_id", limit=5)
    refusal.under("input")
    assert refusal.path == ("note_id",)


def test_a_conflict_moves_with_all_that_it_knows() -> None:
    moved = VersionConflict("expected_version", lead_id=LEAD, changes=(), current=3).under("input")
    assert isinstance(moved, VersionConflict)
    assert (moved.path, moved.lead_id) == (("input", "expected_version"), LEAD)


def test_braces_in_a_value_are_no_fields_of_the_message() -> None:
    assert OutOfRange(value="{limit}", least=0, most=1).message.startswith("{limit} is out of range")


def test_a_long_value_is_quoted_by_its_beginning() -> None:
    assert OutOfRange(value="9" * 10_000, least=0, most=1).params["value"] == "9" * QUOTED_MAX + "…"


def test_a_value_that_is_just_short_enough_is_quoted_whole() -> None:
    assert OutOfRange(value="9" * QUOTED_MAX, least=0, most=1).params["value"] == "9" * QUOTED_MAX


def test_what_is_no_character_is_not_repeated() -> None:
    assert OutOfRange(value="a\ud800b", least=0, most=1).params["value"] == "a?b"


def test_one_refusal_is_several_too() -> None:
    refusal = TooManyPins(limit=5)
    assert refusals_of(refusal) == refusals_of(Refused([refusal])) == (refusal,)
