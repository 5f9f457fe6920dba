"""What of Message-IDs, addresses and subjects is compared."""

import pytest

from app.lead.email_addressing import Mailbox, base_subject, mailbox, message_ids, message_key, shown_subject


@pytest.mark.parametrize(
    ("subject", "base"),
    [
        ("Offer", "offer"),
        ("Re: Offer", "offer"),
        ("RE[2]: re (3): Offer", "offer"),
        ("Fwd: Re: AW: WG: SV: offer", "offer"),
        ("回复：Offer", "offer"),
        ("[ext] Re: [list] Offer", "offer"),
        ("Re: [list] Re: Offer (fwd)", "offer"),
        ("[Fwd: Offer]", "offer"),
        ("  The \t offer\n", "the offer"),
        ("STRASSE", "strasse"),
        ("Straße", "strasse"),
        ("[list]", "[list]"),
        ("Re: ", ""),
        ("", ""),
        ("Regarding: stairs", "regarding: stairs"),
        ("Awful: stairs", "awful: stairs"),
    ],
)
def test_a_base_subject_is_without_what_answering_and_passing_on_put_around_it(subject: str, base: str) -> None:
    assert base_subject(subject) == base


def test_a_shown_subject_keeps_its_tags_and_its_case() -> None:
    assert shown_subject("Re: [ext] Fwd: The Offer (fwd)") == "[ext] The Offer"


@pytest.mark.parametrize("subject", ["Re: " * 100_000, "[a] " * 100_000, "(fwd) " * 100_000, "[" * 300_000])
def test_a_subject_without_end_is_read_in_no_time(subject: str) -> None:
    assert len(base_subject(subject)) < 1_000


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("<a@x>", ("a@x",)),
        (" a@x\n", ("a@x",)),
        ("<a\n @x> <b@x>", ("a@x", "b@x")),
        ("a@x b@x", ("a@x", "b@x")),
        ("Your mail of Monday", ()),
        ("<>", ()),
        ("", ()),
        ("<\0>", ()),
        (f"<{'é' * 998}>", ()),
    ],
)
def test_message_ids_are_found_without_brackets_and_white_space(text: str, found: tuple[str, ...]) -> None:
    assert message_ids(text) == found


def test_even_an_odd_message_id_is_one() -> None:
    assert message_key("Monday no 1") == "Mondayno1"


@pytest.mark.parametrize(
    ("text", "box"),
    [
        ("l@bluth.example", Mailbox("l@bluth.example", None)),
        ('"Bluth, Lindsay" <l@bluth.example> ', Mailbox("l@bluth.example", "Bluth, Lindsay")),
        ("<l@bluth.example>", Mailbox("l@bluth.example", None)),
        ("undisclosed-recipients:;", None),
        ("Lindsay", None),
        ("Lindsay <>", None),
        ("", None),
    ],
)
def test_an_address_and_the_name_before_it(text: str, box: Mailbox | None) -> None:
    assert mailbox(text) == box
