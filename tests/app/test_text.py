"""Texts of inputs: what is kept, what is refused."""

import pytest

from app.refusal import Refused
from app.text import NotUnicode, NulCharacter, Problems, Required, TextTooLong, TooManyEntries


def found(problems: Problems) -> list[tuple[str, tuple[str, ...]]]:
    return [(refusal.reason, refusal.path) for refusal in problems.refusals]


def test_a_text_is_kept_with_its_white_space() -> None:
    assert Problems().text("  a\r\n\tb ") == "  a\r\n\tb "


def test_a_line_is_kept_without_the_white_space_around_it() -> None:
    assert Problems().line("\u2003 a  b\n") == "a  b"


@pytest.mark.parametrize("blank", [None, "", " ", "\r\n", "\u3000"])
def test_blank_is_none(blank: str | None) -> None:
    assert Problems().text(blank) is None


def test_a_limit_counts_characters_not_bytes() -> None:
    assert Problems().text("😀" * 5, limit=5) == "😀" * 5


def test_white_space_around_a_line_is_not_counted() -> None:
    assert Problems().line(" " * 100 + "abcde" + "\n", limit=5) == "abcde"


def test_a_longer_text_is_refused_with_both_numbers() -> None:
    problems = Problems()
    assert problems.text("abcdef", "name", limit=5) is None
    assert problems.refusals[0].params == {"length": 6, "limit": 5}


def test_nul_comes_before_everything_else() -> None:
    problems = Problems()
    problems.text("\0" * 10 + "\ud800", "name", limit=5)
    assert found(problems) == [(NulCharacter.reason, ("name",))]


def test_half_a_surrogate_pair_is_refused() -> None:
    problems = Problems()
    problems.text("a\ud83d", "name")
    assert found(problems) == [(NotUnicode.reason, ("name",))]


def test_a_whole_surrogate_pair_is_a_character() -> None:
    assert Problems().text("\U0001f600") == "😀"


@pytest.mark.parametrize("blank", [None, " "])
def test_what_is_required_cannot_be_blank(blank: str | None) -> None:
    problems = Problems()
    assert problems.required(blank, "name") == ""
    assert found(problems) == [(Required.reason, ("name",))]


@pytest.mark.parametrize(("wrong", "refusal"), [("\0", NulCharacter), ("abcdef", TextTooLong)])
def test_what_is_wrong_is_not_missing_too(wrong: str, refusal: type[NulCharacter]) -> None:
    problems = Problems()
    problems.required(wrong, "name", limit=5)
    assert found(problems) == [(refusal.reason, ("name",))]


def test_a_list_of_the_greatest_length_is_kept() -> None:
    assert Problems().bounded([1, 2, 3], "ids", limit=3) == [1, 2, 3]


def test_a_longer_list_is_refused_whole() -> None:
    problems = Problems()
    assert problems.bounded([1, 2, 3, 4], "ids", limit=3) == ()
    assert found(problems) == [(TooManyEntries.reason, ("ids",))]


def test_without_problems_one_goes_on() -> None:
    Problems().stop_if_any()


def test_problems_are_raised_together() -> None:
    problems = Problems()
    problems.add(Required("a"))
    problems.add(Required("b"))
    with pytest.raises(Refused) as refused:
        problems.stop_if_any()
    assert [refusal.path for refusal in refused.value.refusals] == [("a",), ("b",)]
