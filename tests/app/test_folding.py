"""Folded text is what people mean by the same name, and always fits into an index."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.folding import FOLDED_MAX, folded, folded_words, label_key


@pytest.mark.parametrize(
    ("written", "same_as"),
    [
        ("Émigré", "EMIGRE"),
        ("Straße", "STRASSE"),
        ("Ａcme", "acme"),
        ("Ana-María  & Co.", "ana maria co"),
        ("Ørsted", "ORSTED"),
        ("Łódź", "lodz"),
        ("Đorđević", "dordevic"),
        ("Işık", "ISIK"),
        ("Æbleskiver Œuvre", "aebleskiver oeuvre"),
    ],
)
def test_case_accents_and_punctuation_make_no_difference(written: str, same_as: str) -> None:
    assert folded(written) == folded(same_as)


@given(st.text(st.characters(max_codepoint=127)))
def test_plain_text_needs_no_unicode(text: str) -> None:
    """The same words as if something in it did: é makes the long way be taken."""
    assert folded_words(f"{text} é") == [*folded_words(text), "e"]


def test_words_of_other_scripts_stay_words() -> None:
    assert folded_words("شركة النور 北京") == ["شركة", "النور", "北京"]


@pytest.mark.parametrize("letter", ["ﷺ", "ﷲ", "北", "🀄x"])
def test_a_name_that_folding_makes_longer_is_cut(letter: str) -> None:
    assert len(folded(letter * 500) or "") <= FOLDED_MAX


def test_no_name_stays_no_name() -> None:
    assert folded(None) is None


@pytest.mark.parametrize(
    ("written", "same_as"),
    [
        ("Qualified", "qUALIFIED"),
        ("Straße", "STRASSE"),
        ("e\u0301migre\u0301", "\u00c9MIGR\u00c9"),
        ("Ａ＋", "a+"),
        ("ﬁt", "FIT"),
        ("ΣΊΣΥΦΟΣ", "σίσυφος"),
        ("㎒", "mhz"),
        ("\u1fb4", "\u03b1\u0345\u0301"),
    ],
)
def test_case_and_spelling_of_characters_make_no_other_label(written: str, same_as: str) -> None:
    assert label_key(written) == label_key(same_as)


@pytest.mark.parametrize(("one", "other"), [("Emigre", "Émigré"), ("A", "A+"), ("Won", "Won!"), ("👨‍👩‍👧", "👨👩👧")])
def test_accents_and_punctuation_make_another_label(one: str, other: str) -> None:
    assert label_key(one) != label_key(other)
