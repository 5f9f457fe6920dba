"""Parts: the tree of a message, as the standard library's parser makes it, headers kept as they stand."""

from __future__ import annotations

import re
from email.feedparser import BytesFeedParser
from email.message import Message
from email.policy import Compat32
from typing import Any

from app.bulk.mail.charsets import decoded, repaired, unworded
from app.bulk.mail.faults import FAULTS, NoMessage
from app.bulk.mail.transfer import received

HEADER_MAX = 65_536  # characters of one header whose parameters are read
_FOLD = re.compile(r"[\r\n]+")
_TYPE = re.compile(r"\s*([\w!#$&^.+-]+/[\w!#$&^.+-]+)", re.ASCII)
_META = re.compile(rb"""<meta[^>]+charset\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
_PIECE = 65_536  # bytes
_META_WITHIN = 4_096  # bytes
_BLANK = re.compile(rb"\r?\n\r?\n|\r\r")
_BEFORE = re.compile(rb"(?:\xef\xbb\xbf)?[\r\n]*")
_KNOWN = re.compile(
    rb"^(?:cc|content-type|date|from|message-id|mime-version|received|reply-to|subject|to)[ \t]*:",
    re.IGNORECASE | re.MULTILINE,
)
_NO_HEADER = re.compile(rb"^(?![!-9;-~]+[ \t]*:|[ \t\r\n]|From )[^\r\n]+", re.MULTILINE)
_BLANK_BEFORE_COLON = re.compile(rb"^([!-9;-~]+)[ \t]+:", re.MULTILINE)


class _AsItStands(Compat32):
    """Headers with their raw bytes: the usual policy replaces those beyond ASCII."""

    def header_fetch_parse(self, name: str, value: str) -> str:  # noqa: ARG002 - the policy's shape
        return value


class Part(Message):
    """One part. A message inside of it is not looked into: it stays the bytes it is."""

    _payload: Any  # parts, or text in which bytes beyond ASCII stand as surrogates

    def get_content_type(self) -> str:
        """For the parser, which would take messages apart."""
        kind = self.kind
        return "application/octet-stream" if kind.startswith("message/") else kind

    @property
    def kind(self) -> str:
        """Its media type in lower case; text/plain where none is told, as in a part of which nothing is known."""
        header = self.text("content-type")
        match = _TYPE.match(header)
        if match:
            return match[1].lower()
        return self.get_default_type().lower() if not header.strip() else "text/plain"

    def text(self, name: str) -> str:
        """A header on one line, as it stands; empty where there is none."""
        value: Any = self.get(name, "")
        return _FOLD.sub("", str(value))

    def texts(self, name: str) -> list[str]:
        """A header that may be there several times."""
        values: list[Any] = self.get_all(name, [])
        return [_FOLD.sub("", str(value)) for value in values]

    def parameter(self, name: str, header: str) -> str:
        """A parameter in any of its encodings (RFC 2231, RFC 2047, raw bytes); empty where there is none."""
        try:
            value: Any = self.get_param(name, None, header)
        except FAULTS:
            return ""
        if isinstance(value, tuple):
            # As many characters as bytes: what it says of its charset comes apart from them.
            value = decoded(value[2].encode("latin-1", "surrogateescape"), value[0])
        return unworded(_FOLD.sub("", str(value or "")), self.charset)

    def get_param(self, param: str, failobj: Any = None, header: str = "content-type", unquote: bool = True) -> Any:
        """As usual, unless the header is so long that looking through it takes for ever."""
        if len(str(self.get(header, ""))) > HEADER_MAX:
            return failobj
        return super().get_param(param, failobj, header, unquote)

    @property
    def charset(self) -> str | None:
        """That its text claims to be in."""
        try:
            value = self.get_param("charset", None)
        except FAULTS:
            return None
        name = value[2] if isinstance(value, tuple) else value
        return repaired(str(name)) if name else None

    @property
    def disposition(self) -> str:
        """How it wants to be shown: inline, attachment or nothing."""
        return self.text("content-disposition").partition(";")[0].strip().lower()

    @property
    def content(self) -> bytes:
        """Its bytes as they were before they travelled."""
        # `get_payload` would read bytes beyond ASCII in a charset that may be wrong, and forget them.
        payload = self._payload
        raw = payload.encode("utf-8", "surrogateescape") if isinstance(payload, str) else b""
        return received(raw, self.text("content-transfer-encoding"))

    @property
    def written(self) -> str:
        """Its text, with line feeds between the lines."""
        raw = self.content
        charset = self.charset
        if charset is None and self.kind == "text/html" and (found := _META.search(raw[:_META_WITHIN])):
            charset = found[1].decode("ascii", "replace")
        return decoded(raw, charset).replace("\r\n", "\n").replace("\r", "\n")

    @property
    def inner(self) -> list[Part]:
        """Parts of it; none where it was said to have some and its boundaries are broken."""
        payload = self._payload
        return [one for one in payload if isinstance(one, Part)] if isinstance(payload, list) else []


def parsed(raw: bytes) -> Part:
    """The message in some bytes.

    Raises:
        NoMessage: it cannot be taken apart.
    """
    try:
        return _fed(_readable(raw))
    except RecursionError:
        raise NoMessage("Its parts are nested too deep.") from None
    except FAULTS as error:
        raise NoMessage(f"It cannot be taken apart ({type(error).__name__}: {error}).") from None


def _fed(raw: bytes) -> Part:
    """The message, from a parser that gets it piece by piece: it makes a list of the lines of each."""
    parser = BytesFeedParser(Part, policy=_AsItStands())
    for begin in range(0, len(raw), _PIECE):
        parser.feed(raw[begin : begin + _PIECE])
    message = parser.close()
    assert isinstance(message, Part), "the parser makes what it is told to make"
    # It and its generator hold each other, and the message: nobody would find them before a million others.
    vars(parser).clear()
    return message


def head_of(raw: bytes) -> bytes:
    """The headers that some bytes begin with."""
    end = _BLANK.search(raw)
    return raw[: end.end()] if end else raw


def _readable(raw: bytes) -> bytes:
    """Without what stands before the headers, and without blanks before their colons (RFC 822 let them be)."""
    begun = raw[len(_BEFORE.match(raw)[0]) :]  # type: ignore[index]  # it matches nothing at least
    head = head_of(begun)
    return _BLANK_BEFORE_COLON.sub(rb"\1:", _with_headers_only(head)) + begun[len(head) :]


def _with_headers_only(head: bytes) -> bytes:
    """A line that is no header would end them: between others it becomes one that nobody reads."""
    if _NO_HEADER.match(head):
        return head
    last = max((match.start() for match in _KNOWN.finditer(head)), default=0)
    return _NO_HEADER.sub(lambda match: (b"X-Unreadable: " if match.start() < last else b"") + match[0], head)
