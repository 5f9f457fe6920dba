"""Writing notes: as text or HTML, with mentions, pinned or not."""

from dataclasses import replace

import pytest

from app.ids import ContactId, encode_id
from app.lead.notes import NoteWritten, WriteNote
from app.lead.refusals import ContactNotFound, NothingWritten, TooManyPins
from app.refusal import Refusal
from app.text import TEXT_MAX, NotUnicode, NulCharacter, TextTooLong
from tests.support.acme import (
    ADMIN,
    BY_SYSTEM,
    CONTACT,
    CONTACT_ADDED,
    FIVE_PINS,
    LEAD,
    LEAD_CREATED,
    MEMBER,
    NOTE,
    NOTE_PINNED,
    NOTE_WRITTEN,
    SIX_NOTES,
    STRANGER,
    UNKNOWN,
    YESTERDAY,
)
from tests.support.given import given

WRITE = WriteNote(lead_id=LEAD, note_id=NOTE, text="Likes stairs")


def mention(id: str) -> str:
    return f'<span data-type="mention" data-id="{id}" data-label="Somebody">@Somebody</span>'


def written(command: WriteNote) -> NoteWritten:
    note: NoteWritten = given(LEAD_CREATED).when(command).only
    return note


def test_a_note_is_written_as_text() -> None:
    given(LEAD_CREATED).when(WRITE).then(NOTE_WRITTEN)


def test_a_note_is_written_as_html_with_all_its_details() -> None:
    write = WriteNote(
        lead_id=LEAD,
        note_id=NOTE,
        contact_id=CONTACT,
        title=" Stairs ",
        html="<p>Likes <b>stairs</b></p>",
        occurred_at=YESTERDAY,
    )
    given(LEAD_CREATED, CONTACT_ADDED).when(write).then(
        NoteWritten(
            note_id=NOTE,
            contact_id=CONTACT,
            user_id=ADMIN,
            title="Stairs",
            text="Likes stairs",
            html="<p>Likes <b>stairs</b></p>",
            occurred_at=YESTERDAY,
        )
    )


def test_a_note_that_the_system_writes_is_nobodys() -> None:
    assert given(LEAD_CREATED).when(WRITE, by=BY_SYSTEM).only.user_id is None


def test_a_text_stays_as_it_was_written() -> None:
    text = "Steps:\n\n    1.  up\n\t2.  down\n\n\n\nEnd"
    assert written(replace(WRITE, text=text)).text == text


def test_a_text_is_no_html() -> None:
    assert written(replace(WRITE, text="a < b & <script>")).html == "<p>a &lt; b &amp; &lt;script&gt;</p>"


def test_html_counts_more_than_text() -> None:
    assert written(replace(WRITE, html="<p>Hates stairs</p>")).text == "Hates stairs"


@pytest.mark.parametrize("html", [" ", "<p></p>", "<script>stairs()</script>", "<p> &nbsp; </p>"])
def test_html_that_shows_nothing_does_not_count(html: str) -> None:
    assert written(replace(WRITE, html=html)).html == "<p>Likes stairs</p>"


def test_a_picture_alone_is_a_note() -> None:
    html = '<img src="https://acme.example/stairs.png" alt="Stairs" referrerpolicy="no-referrer">'
    assert written(WriteNote(lead_id=LEAD, html=html)).html == html


@pytest.mark.parametrize(("text", "html"), [(None, None), ("", " "), (" \n", None), (None, "<style>p{}</style>")])
def test_a_note_without_a_word_is_refused(text: str | None, html: str | None) -> None:
    write = WriteNote(lead_id=LEAD, text=text, html=html)
    given(LEAD_CREATED).when(write).then_refused(NothingWritten, "text")


@pytest.mark.parametrize("field", ["text", "html"])
@pytest.mark.parametrize(
    ("wrong", "refusal"), [("\0", NulCharacter), ("\udfff", NotUnicode), ("x" * (TEXT_MAX + 1), TextTooLong)]
)
def test_what_cannot_be_kept_is_refused_once(field: str, wrong: str, refusal: type[Refusal]) -> None:
    write = WriteNote(lead_id=LEAD, text=wrong) if field == "text" else WriteNote(lead_id=LEAD, html=wrong)
    given(LEAD_CREATED).when(write).then_refused(refusal, field)


def test_users_are_mentioned_by_their_ids_each_once() -> None:
    html = mention(encode_id("user", MEMBER)) + mention(encode_id("user", ADMIN)) + mention(encode_id("user", MEMBER))
    assert written(WriteNote(lead_id=LEAD, html=html)).mentions == (MEMBER, ADMIN)


@pytest.mark.parametrize(
    "id", [encode_id("user", STRANGER), encode_id("lead", MEMBER), "user_x", "", str(MEMBER), "&quot;"]
)
def test_a_mention_of_nobody_stays_as_text(id: str) -> None:
    note = written(WriteNote(lead_id=LEAD, html=mention(id)))
    assert (note.text, note.mentions) == ("@Somebody", ())


def test_a_text_mentions_nobody() -> None:
    assert written(replace(WRITE, text=mention(encode_id("user", MEMBER)))).mentions == ()


def test_a_note_is_pinned_as_it_is_written() -> None:
    given(LEAD_CREATED).when(replace(WRITE, pinned=True)).then(NOTE_WRITTEN, NOTE_PINNED)


def test_a_note_can_take_the_fifth_pin() -> None:
    write = replace(WRITE, pinned=True)
    given(LEAD_CREATED, *SIX_NOTES, *FIVE_PINS[:4]).when(write).then(NOTE_WRITTEN, NOTE_PINNED)


def test_a_note_that_cannot_be_pinned_is_not_written() -> None:
    write = replace(WRITE, pinned=True)
    given(LEAD_CREATED, *SIX_NOTES, *FIVE_PINS).when(write).then_refused(TooManyPins, "pinned", limit=5)


def test_five_pins_do_not_keep_a_note_from_being_written() -> None:
    given(LEAD_CREATED, *SIX_NOTES, *FIVE_PINS).when(WRITE).then(NOTE_WRITTEN)


def test_independent_refusals_of_one_note_come_together() -> None:
    write = WriteNote(lead_id=LEAD, contact_id=ContactId(UNKNOWN), title="t" * 501, pinned=True)
    given(LEAD_CREATED, *SIX_NOTES, *FIVE_PINS).when(write).then_refused_all(
        (ContactNotFound, "contact_id"), (TextTooLong, "title"), (NothingWritten, "text"), (TooManyPins, "pinned")
    )
