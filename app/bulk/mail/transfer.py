"""Content transfer encodings: how the bytes of a part travelled, whatever its header calls that."""

from __future__ import annotations

import binascii
import re

_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/=]")
_NOT_WORD = re.compile(r"[^a-z0-9]")
_QUOTED = {"quotedprintable", "qp", "q"}
_BASE64 = {"base64", "b", "b64"}
_UU = {"xuuencode", "uuencode", "uue", "xuue"}
_BLOCK = re.compile(rb"^begin[ \t]+[0-7]{3,4}[ \t]+(\S[^\r\n]*?)[ \t]*\r?\n(.*?)^[ `]?\r?\n?end[ \t]*\r?$", re.M | re.S)


def received(raw: bytes, encoding: str) -> bytes:
    """The bytes that were sent; what is in no encoding that is known stands as it is."""
    name = _NOT_WORD.sub("", encoding.partition(";")[0].lower())
    if name in _QUOTED:
        return binascii.a2b_qp(raw)
    if name in _BASE64:
        return base64_bytes(raw)
    if name in _UU:
        block = _BLOCK.search(raw)
        return uu_bytes(block[2] if block else raw)
    return raw


def base64_bytes(raw: bytes) -> bytes:
    """What base64 holds, as far as it is whole; what does not belong into it is passed over."""
    letters = _NOT_BASE64.sub(b"", raw)
    body = letters.rstrip(b"=")
    if b"=" in body:
        return b"".join(base64_bytes(piece) for piece in body.split(b"=") if piece)  # several, one behind the other
    whole = len(body) - (len(body) % 4 == 1)
    return binascii.a2b_base64(body[:whole] + b"==")


def uu_bytes(lines: bytes) -> bytes:
    """What uuencoded lines hold; a broken line is passed over."""
    pieces = []
    for line in lines.splitlines():
        if line.startswith((b"begin ", b"end")):
            continue
        try:
            pieces.append(binascii.a2b_uu(line))
        except binascii.Error:
            # Some encoders write more than they count.
            count = (((line[0] - 32) & 63) * 4 + 5) // 3 if line else 0
            try:
                pieces.append(binascii.a2b_uu(line[:count]))
            except binascii.Error:
                continue
    return b"".join(pieces)


def without_uu_blocks(text: str) -> tuple[str, list[tuple[str, bytes]]]:
    """A text as it was before files were put into it by uuencode, and those files by name."""
    if "\nbegin " not in text and not text.startswith("begin "):
        return text, []
    raw = text.encode("utf-8", "surrogatepass")
    found = [(match[1].decode("utf-8", "replace"), uu_bytes(match[2])) for match in _BLOCK.finditer(raw)]
    files = [(name, content) for name, content in found if content]
    return (_BLOCK.sub(b"", raw).decode("utf-8", "surrogatepass"), files) if files else (text, [])
