"""Content transfer encodings: how the bytes of a part travelled, whatever its header calls that."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterable, Iterator

_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/=]")
_NOT_WORD = re.compile(r"[^a-z0-9]")
_QUOTED = {"quotedprintable", "qp", "q"}
_BASE64 = {"base64", "b", "b64"}
_UU = {"xuuencode", "uuencode", "uue", "xuue"}
_BEGIN = re.compile(rb"begin[ \t]+[0-7]{3,4}[ \t]+(\S.*)")


def received(raw: bytes, encoding: str) -> bytes:
    """The bytes that were sent; what is in no encoding that is known stands as it is."""
    name = _NOT_WORD.sub("", encoding.partition(";")[0].lower())
    if name in _QUOTED:
        return binascii.a2b_qp(raw)
    if name in _BASE64:
        return base64_bytes(raw)
    if name in _UU:
        return uu_bytes(raw.splitlines())
    return raw


def base64_bytes(raw: bytes) -> bytes:
    """What base64 holds, as far as it is whole; what does not belong into it is passed over."""
    letters = _NOT_BASE64.sub(b"", raw)
    body = letters.rstrip(b"=")
    if b"=" in body:
        return b"".join(base64_bytes(piece) for piece in body.split(b"=") if piece)  # several, one behind the other
    whole = len(body) - (len(body) % 4 == 1)
    return binascii.a2b_base64(body[:whole] + b"==")


def uu_bytes(lines: Iterable[bytes]) -> bytes:
    """What uuencoded lines hold; a broken line, and what stands around them, is passed over."""
    return b"".join(piece for line in lines if not _BEGIN.match(line) and (piece := _uu_line(line)) is not None)


def without_uu_blocks(text: str) -> tuple[str, list[tuple[str, bytes]]]:
    """A text as it was before files were put into it by uuencode, and those files by name."""
    if "\nbegin " not in text and not text.startswith("begin "):
        return text, []
    kept: list[bytes] = []
    files: list[tuple[str, bytes]] = []
    lines = iter(text.encode("utf-8", "surrogatepass").split(b"\n"))
    for line in lines:
        match = _BEGIN.fullmatch(line)
        read = [line, *_block(lines)] if match else [line]
        content = uu_bytes(read[1:-1]) if match and read[-1] == b"end" else b""
        if match and content:
            files.append((match[1].decode("utf-8", "replace").strip(), content))
        else:
            kept += read
    return b"\n".join(kept).decode("utf-8", "surrogatepass"), files


def _block(lines: Iterator[bytes]) -> Iterator[bytes]:
    """Lines as long as they are uuencoded, and the one behind them."""
    for line in lines:
        yield line
        if line.strip() and _uu_line(line) is None:
            return


def _uu_line(line: bytes) -> bytes | None:
    """What one line holds; None: it is not uuencoded."""
    count = (((line[0] - 32) & 63) * 4 + 5) // 3 if line else 0
    for whole in (line, line[:count]):  # some encoders write more than they count
        try:
            return binascii.a2b_uu(whole)
        except binascii.Error:
            continue
    return None
