"""Reading mail: what real messages say, with bad dates, odd charsets and every way to encode a file's name."""

from __future__ import annotations

import base64
import random
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.bulk.mail.addresses import mailboxes
from app.bulk.mail.bodies import FILES_MAX
from app.bulk.mail.charsets import decoded, unworded
from app.bulk.mail.dates import instant
from app.bulk.mail.faults import NoMessage
from app.bulk.mail.file_names import tidy
from app.lead.emails import BODY_MAX
from tests.app.bulk.mail.letters import MIKEL, TALON, from_corpus, read, written

MESSAGES = sorted([*MIKEL.rglob("*.eml"), *TALON.rglob("*.eml")])


@pytest.mark.parametrize(
    ("name", "files"),
    [
        ("attachment_content_disposition.eml", ["api.rb"]),
        ("attachment_content_location.eml", ["Photo25.jpg"]),
        ("attachment_nonascii_filename.eml", ["ciële.txt"]),
        ("attachment_only_email.eml", ["blah.gz"]),
        ("attachment_with_base64_encoded_name.eml", ["This is a test.pdf"]),
        ("attachment_with_encoded_name.eml", ["01 Quien Te Dij\ufffdat. Pitbull.mp3"]),
        ("attachment_with_quoted_filename.eml", ["Eelanalüüsi päring.jpg"]),
        ("attachment_with_unquoted_name.eml", ["This is a test.txt"]),
        ("japanese_attachment.eml", ["てすと.txt"]),
        ("japanese_attachment_long_name.eml", ["かきくけこ" * 5 + ".txt"]),
        ("raw_email_with_nested_attachment.eml", ["truncated.png", "smime.p7s"]),
        ("raw_email_with_binary_encoded.eml", ["2013-08-13_19-08-28-1.jpg"]),
        ("attachment_message_rfc822.eml", ["ForwardedMessage.eml"]),
        ("multi_address_bounce1.eml", ["message-1.txt", "message-2.eml"]),
    ],
)
def test_files_bear_the_names_that_their_writers_gave_them(name: str, files: list[str]) -> None:
    _, bodies = from_corpus(name)
    assert [file.name for file in bodies.files] == files


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("japanese.eml", "かきくえこ\n\n-- \nhttp://lindsaar.net/\nRails, RSpec and Life blog...."),
        ("japanese_iso_2022.eml", "すみません。"),
        (
            "japanese_shift_jis.eml",
            "あいうえお\n\nこのメールはテスト用のメールです。\n\n今後ともよろしくお願い申し上げます！",
        ),
        ("ks_c_5601-1987.eml", "스티해"),
        (
            "raw_email_string_in_date_field.eml",
            "대부분의 마찬가지로, 우리는 하나님을 믿습니다.\n\n제 이름은 Jamis입니다.",
        ),
        ("header_fields_with_empty_values.eml", None),
    ],
)
def test_texts_are_read_in_their_charsets(name: str, text: str | None) -> None:
    envelope, bodies = from_corpus(name)
    assert "\ufffd" not in bodies.text + envelope.subject
    assert text is None or bodies.text == text


@pytest.mark.parametrize(
    ("name", "subject"),
    [
        ("attachment_pdf.eml", "Another PDF with 🎉 Unicode chars in it 🍿"),
        ("bad_encoded_subject.eml", "TEST"),
        ("invalid_subject_characters.eml", "Formação FrenetikPolis: Mega Campanha Final Verão | Cursos de Setembro"),
        ("japanese_attachment_long_name.eml", "まみむめも" * 10),
        ("raw_email_with_partially_quoted_subject.eml", 'Re: Test: "漢字" mid "漢字" tail'),
        ("raw_email_encoded_stack_level_too_deep.eml", "Nicolas Fouché has accepted your invitation to Gmail"),
        ("utf8_headers.eml", "Säying Hello"),
        ("raw_email5.eml", ""),
    ],
)
def test_subjects(name: str, subject: str) -> None:
    assert from_corpus(name)[0].subject == subject


@pytest.mark.parametrize(
    ("name", "at", "by"),
    [
        ("bad_date_header.eml", datetime(2010, 12, 11, 3, 20, 19, tzinfo=UTC), "Received"),
        ("bad_date_header2.eml", datetime(2010, 12, 15, 6, 59, 10, tzinfo=UTC), "Received"),
        ("raw_email_with_bad_date.eml", datetime(2007, 11, 5, 9, 17, 37, tzinfo=UTC), "Received"),
        ("raw_email_bad_time.eml", datetime(3609, 6, 30, 9, 33, 50, tzinfo=UTC), "Date"),
        ("raw_email_string_in_date_field.eml", datetime(2008, 9, 20, 17, 4, 30, tzinfo=UTC), "Date"),
        ("content_transfer_encoding_7-bit.eml", datetime(2002, 1, 10, 2, 47, 50, tzinfo=UTC), "Date"),
        ("rfc2822/example04.eml", datetime(1969, 2, 14, 3, 2, 54, tzinfo=UTC), "Date"),
        ("multiple_content_types.eml", None, None),
    ],
)
def test_dates_are_the_writers_else_the_last_servers(name: str, at: datetime | None, by: str | None) -> None:
    envelope, _ = from_corpus(name)
    assert (envelope.at, envelope.dated_by) == (at, by)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("Mon, 1 Jan 0001 00:00:00 +0000", datetime(2001, 1, 1, tzinfo=UTC)),  # two digits mean this century
        ("Fri, 31 Dec 9999 23:59:59 +0000", datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)),
        ("Fri, 31 Dec 9999 23:59:59 -0500", None),
        ("2026-01-02T03:04:05+02:00", datetime(2026, 1, 2, 1, 4, 5, tzinfo=UTC)),
        ("Fri, 2 Jan 2026 10:00:60 +0000", datetime(2026, 1, 2, 10, 0, 59, tzinfo=UTC)),
        ("Fri, 2 Jan 2026 10:00:00 +9999", datetime(2026, 1, 2, 10, tzinfo=UTC)),
        ("Fri, 2 Jan 2026 10:00:00", datetime(2026, 1, 2, 10, tzinfo=UTC)),
        ("yesterday", None),
        ("", None),
    ],
)
def test_a_date_is_a_moment_or_none(text: str, at: datetime | None) -> None:
    assert instant(text) == at


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("Ann <ann@a.example>, bob@b.example", ["ann@a.example", "bob@b.example"]),
        ('"Bluth, Ann" <ann@a.example>', ["ann@a.example"]),
        ("=?utf-8?Q?Bl=C3=BCth=2C_Ann?= <ann@a.example>", ["ann@a.example"]),
        ('"x@evil.example" <ann@a.example>', ["ann@a.example"]),
        ("ann@a.example (Ann, who is here); bob@b.example", ["ann@a.example", "bob@b.example"]),
        ("Friends: ann@a.example, bob@b.example;", ["ann@a.example", "bob@b.example"]),
        ("undisclosed-recipients:;", []),
        ("<@relay.example:ann@a.example>", ["ann@a.example"]),
        ("ann@a.example bob@b.example", ["ann@a.example", "bob@b.example"]),
        ("jdoe@test   . example", ["jdoe@test.example"]),
        ('"never closed <ann@a.example>', ["ann@a.example"]),
        ("Ann", [None]),
        ("<Undisclosed-Recipient:@mailman.example;>", [None]),
    ],
)
def test_addresses_are_found_however_they_are_written(header: str, found: list[str | None]) -> None:
    assert [one.address for one in mailboxes(header)] == found


def test_names_are_shown_decoded() -> None:
    (one,) = mailboxes("=?iso-8859-1?Q?J=F8rn_St=F8ylen?= <jorn@a.example>")
    assert one.shown == "Jørn Støylen <jorn@a.example>"


def test_a_character_that_was_cut_between_two_words_is_whole() -> None:
    first, second = base64.b64encode("ü".encode()[:1]).decode(), base64.b64encode("ü".encode()[1:]).decode()
    assert unworded(f"=?utf-8?B?{first}?= \t=?utf-8?B?{second}?= x") == "ü x"


@pytest.mark.parametrize(
    "charset", ["punycode", "idna", "hex", "rot13", "unicode_escape", "no-such", "", None, "utf-7"]
)
def test_no_charset_is_an_error(charset: str | None) -> None:
    assert decoded("äöü".encode("cp1252"), charset)
    assert decoded(b"plain", charset) == "plain"


def test_the_alternatives_are_one_message() -> None:
    envelope, bodies = from_corpus("two_from_in_message.eml")
    assert bodies.text.startswith("When sending email:\n* From Hotmail")
    assert bodies.html is not None
    assert "<" not in bodies.text
    assert bodies.files == []
    assert envelope.ancestors == ("<8fc5086d0912020131y377ba0ccpf8f14783cfc3014a@test.com>",)


def test_pictures_in_the_text_belong_to_it() -> None:
    _, bodies = from_corpus("attachment_message_rfc822_inline_image.eml")
    picture, message = bodies.files
    assert (picture.name, picture.content_type, picture.is_inline) == ("img.png", "image/png", True)
    assert picture.content_id == "emedfeb92f-a786-4718-a446-98db8afb53fb@kronos"
    assert (message.name, message.is_inline) == ("Testmail.eml", False)


def test_a_message_in_a_message_stays_the_bytes_it_is() -> None:
    inner = b"From: x@y.example\r\nSubject: =?utf-8?Q?=C3=A4?=\r\nX-Odd:  kept   so\r\n\r\nText\r\n"
    raw = written("--b\nContent-Type: message/rfc822\n\n@@\n--b--\n", Content_Type="multipart/mixed; boundary=b")
    _, bodies = read(raw.replace(b"@@\r\n", inner + b"\r\n"))
    assert [(file.name, file.content_type, file.content) for file in bodies.files] == [
        ("message-1.eml", "message/rfc822", inner)
    ]


def test_winmail_dat_is_kept_as_it_is() -> None:
    body = base64.b64encode(b"\x78\x9f\x3e\x22").decode()
    raw = written(
        f"--b\nContent-Type: application/ms-tnef; name=winmail.dat\nContent-Transfer-Encoding: base64\n\n{body}\n--b--",
        Content_Type="multipart/mixed; boundary=b",
    )
    assert [(file.name, file.content) for file in read(raw)[1].files] == [("winmail.dat", b"\x78\x9f\x3e\x22")]


def test_uuencoded_files_are_taken_out_of_the_text() -> None:
    _, bodies = read(written("See this:\n\nbegin 644 cat.txt\n#0V%T\n`\nend\n\nBye"))
    assert [(file.name, file.content) for file in bodies.files] == [("cat.txt", b"Cat")]
    assert bodies.text == "See this:\n\n\nBye"


def test_a_uuencoded_part_is_its_bytes() -> None:
    raw = written(
        "begin 644 cat.txt\n#0V%T\n`\nend\n",
        Content_Transfer_Encoding="x-uuencode",
        Content_Type="image/png; name=cat.png",
    )
    assert [(file.name, file.content) for file in read(raw)[1].files] == [("cat.png", b"Cat")]


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("base64", "SGVsbG8gQW5u"),
        ("BASE64 ", "SGVs bG8g\nQW5u"),
        ('"base64"', "SGVsbG8gQW5u!"),
        ("quoted-printable;", "Hello=20Ann"),
        ("quoted printable", "Hello=20Ann"),
        ("7-bit", "Hello Ann"),
        ("text/html", "Hello Ann"),
        ("", "Hello Ann"),
    ],
)
def test_transfer_encodings_however_they_are_called(encoding: str, body: str) -> None:
    assert read(written(body, Content_Transfer_Encoding=encoding))[1].text == "Hello Ann"


def test_broken_boundaries_lose_no_text() -> None:
    _, bodies = read(written("Hello\n--other\nthere", Content_Type="multipart/mixed; boundary=b"))
    assert "Hello" in bodies.text
    assert "there" in bodies.text
    _, bodies = read(written("--b\n\nHello", Content_Type="multipart/mixed; boundary=b"))
    assert bodies.text == "Hello"


def test_what_is_too_long_is_cut_and_kept_whole_as_a_file() -> None:
    _, bodies = read(written("x" * (BODY_MAX + 1)))
    assert len(bodies.text) == BODY_MAX
    assert [(file.name, len(file.content)) for file in bodies.files] == [("text.txt", BODY_MAX + 1)]
    assert "cut" in bodies.notes[0]


def test_html_that_is_too_long_is_cut_and_kept_whole_as_a_file() -> None:
    html = "<p>" + "y" * (BODY_MAX + 1) + "</p>"
    _, bodies = read(written(html, Content_Type="text/html"))
    assert bodies.html is not None
    assert len(bodies.html) == BODY_MAX
    assert [(file.name, file.content) for file in bodies.files] == [("text.html", html.encode())]


def test_files_are_bounded() -> None:
    parts = "".join(f"--b\nContent-Type: image/png\n\n{number}\n" for number in range(FILES_MAX + 5))
    _, bodies = read(written(f"{parts}--b--", Content_Type="multipart/mixed; boundary=b"))
    assert len(bodies.files) == FILES_MAX
    assert "105 files" in bodies.notes[0]


def test_parts_within_parts_for_ever_are_no_fault() -> None:
    opening = "".join(f"--b{n}\nContent-Type: multipart/mixed; boundary=b{n + 1}\n\n" for n in range(5_000))
    with pytest.raises(NoMessage, match="nested too deep"):
        read(written(opening, Content_Type="multipart/mixed; boundary=b0"))


def test_a_header_of_semicolons_is_soon_done() -> None:
    envelope, _ = read(written("x", Content_Type="text/plain" + ";" * 500_000))
    assert envelope.subject == "Hello"


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\ann\\offer.pdf", "offer.pdf"),
        ("a\r\nb\0.txt", "a b\ufffd.txt"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("..", ""),
        ("x" * 300 + ".pdf", "x" * 196 + ".pdf"),
    ],
)
def test_names_are_fit_to_be_shown_and_saved(name: str, kept: str) -> None:
    assert tidy(name) == kept


@pytest.mark.parametrize("raw", [b"", b"\r\n\r\n", b"<html><body>Hello</body></html>", b"Hello\n\nthere", b"\x00\xff"])
def test_what_has_no_headers_is_no_message(raw: bytes) -> None:
    with pytest.raises(NoMessage):
        read(raw)


def test_the_same_message_without_an_id_is_known_again_however_its_lines_end() -> None:
    first, second = (from_corpus(name)[0] for name in ("rfc2822/example13.eml", "rfc2822/example13.eml"))
    assert first.message_id == second.message_id
    raw = written("Hello\nthere")
    assert read(raw)[0].message_id == read(raw.replace(b"\r\n", b"\n"))[0].message_id
    assert read(raw)[0].message_id != read(raw + b"!")[0].message_id


@pytest.mark.parametrize("path", MESSAGES, ids=lambda path: path.name)
def test_every_message_of_the_corpora_is_read(path: Path) -> None:
    envelope, bodies = read(path.read_bytes())
    shown = [envelope.subject, bodies.text, bodies.html or "", *(file.name for file in bodies.files)]
    assert not any("\0" in text or any("\ud800" <= character <= "\udfff" for character in text) for text in shown)


@given(raw=st.binary(max_size=2_000))
def test_no_bytes_are_more_than_unreadable(raw: bytes) -> None:
    _survives(raw)


@given(seed=st.integers(0, 2**32))
def test_no_damage_to_a_message_is_more_than_unreadable(seed: int) -> None:
    chance = random.Random(seed)
    raw = bytearray(chance.choice(MESSAGES).read_bytes()[:20_000])
    for _ in range(chance.randrange(1, 30)):
        place = chance.randrange(len(raw) + 1)
        match chance.randrange(4):
            case 0:
                raw[place:place] = chance.randbytes(chance.randrange(1, 20))
            case 1:
                del raw[place : place + chance.randrange(1, 200)]
            case 2:
                raw[place:place] = chance.choice(
                    [b";", b"=?", b"?=", b'"', b"*0*=", b"''", b"%", b"\n", b"\n\n", b"--"]
                )
            case _:
                begin = chance.randrange(len(raw) + 1)
                raw[place:place] = raw[begin : begin + chance.randrange(1, 300)]
    _survives(bytes(raw))


def _survives(raw: bytes) -> None:
    try:
        envelope, bodies = read(raw)
    except NoMessage:
        return
    assert envelope.message_id.startswith("<")
    for text in (envelope.subject, envelope.sender or "", bodies.text, *(file.name for file in bodies.files)):
        assert "\0" not in text
        text.encode()
