"""Bytes to text: charsets as mails name them, and words that a header has encoded (RFC 2047)."""

from __future__ import annotations

import binascii
import codecs
import re
from functools import lru_cache

from app.bulk.mail.transfer import base64_bytes

# Names that promise less than their writers use, and the charset that has it all.
_WIDER = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "euc_kr": "cp949",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
}
_ALIASES = {"iso-8859-8-i": "iso8859-8", "x-sjis": "cp932", "x-gbk": "gb18030", "unicode-1-1-utf-7": "utf-7"}
# Codecs of Python that are no charsets of mails, and take long or raise where they meet others' bytes.
_NOT_CHARSETS = {"idna", "mbcs", "oem", "punycode", "raw-unicode-escape", "undefined", "unicode-escape"}
_USUAL = "cp1252"  # what text without a charset is, if it is not UTF-8
_WORD = re.compile(r"=\?([^?\s]*)\?([bBqQ])\?(.{0,2000}?)\?=", re.DOTALL)
_UNKNOWN = re.compile("[\0\ud800-\udfff]")  # cannot be stored
NO_CHARACTER = "\ufffd"


def decoded(raw: bytes, charset: str | None) -> str:
    """Bytes as text: in the charset that is named, else in UTF-8, else in the one most used; never an error."""
    named = _codec(charset or "")
    for codec in (named, "utf-8", _WIDER.get(named or "")):
        if codec is not None and (text := _strictly(raw, codec)) is not None:
            return storable(text)
    return storable(raw.decode(named if charset and named else _USUAL, "replace"))


def repaired(text: str, charset: str | None = None) -> str:
    """A header's text, in which bytes beyond ASCII stand as surrogates, as what they mean."""
    if text.isascii():
        return storable(text)
    return _of_header(text.encode("utf-8", "surrogateescape"), charset)


def unworded(text: str, charset: str | None = None) -> str:
    """A header's text without encoded words; those that follow each other are one, whatever character was cut."""
    runs: list[tuple[str | None, bytes]] = []
    end = 0
    for match in _WORD.finditer(text):
        gap = text[end : match.start()]
        follows = bool(runs) and runs[-1][0] is not None and not gap.strip()
        if not follows and gap:
            runs.append((None, gap.encode("utf-8", "surrogateescape")))
        named, raw = match[1].partition("*")[0].lower(), _word_bytes(match[2], match[3])
        if follows and runs[-1][0] == named:
            runs[-1] = (named, runs[-1][1] + raw)
        else:
            runs.append((named, raw))
        end = match.end()
    runs.append((None, text[end:].encode("utf-8", "surrogateescape")))
    return "".join(_of_header(raw, charset) if named is None else decoded(raw, named) for named, raw in runs)


def storable(text: str) -> str:
    """Without what the log and the database cannot hold: NUL, and halves of surrogate pairs."""
    return text if text.isascii() and "\0" not in text else _UNKNOWN.sub(NO_CHARACTER, text)


def _of_header(raw: bytes, charset: str | None) -> str:
    """UTF-8 first (RFC 6532): in another charset nearly any bytes would be something."""
    text = _strictly(raw, "utf-8")
    return decoded(raw, charset) if text is None else storable(text)


def _word_bytes(encoding: str, payload: str) -> bytes:
    raw = payload.encode("utf-8", "surrogateescape")
    return base64_bytes(raw) if encoding in "bB" else binascii.a2b_qp(raw, header=True)


def _strictly(raw: bytes, codec: str) -> str | None:
    try:
        return raw.decode(codec)
    except (LookupError, ValueError):  # what is encoded wrongly is a ValueError
        return None


@lru_cache(maxsize=1_000)
def _codec(charset: str) -> str | None:
    """Python's name of a charset; None where it is none that is known."""
    name = charset.strip(" \t\r\n'\";").lower()
    try:
        found = codecs.lookup(_ALIASES.get(name, name))
        b"a".decode(found.name)
    except (LookupError, ValueError):
        return None
    # A codec from bytes to bytes, such as base64, has been refused by `decode`.
    return None if found.name in _NOT_CHARSETS else found.name
