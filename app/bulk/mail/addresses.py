"""Addresses of a header: names and addresses, however they were written down."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from app.bulk.mail.charsets import unworded
from app.email_address import normalised_email
from app.text import Problems

SHOWN_MAX = 1_000  # characters of one entry
ENTRY_MAX = 2_000  # characters of one entry that are looked at
ENTRIES_MAX = 10_000  # of one header
HEADER_MAX = 1_000_000  # characters
_ADDRESS = re.compile(r"""[^\s<>,;:"()\[\]]+@(?:\[[^\]\s]*\]|[^\s<>,;:"()\[\]]+)""")
_LAST_ANGLE = re.compile(r"<([^<>]*)>?\s*$")
_ANGLE = re.compile(r"<([^<>]*)>")
_AROUND = re.compile(r"\s*([.@])\s*")
_SPACES = re.compile(r"\s+")


class Mailbox(NamedTuple):
    """One entry of a header. `shown` is what stands there, readable; `address` None: it has none."""

    shown: str
    address: str | None


def mailboxes(header: str, charset: str | None = None) -> tuple[Mailbox, ...]:
    """The entries of a header, in order; groups without members and empty entries are none."""
    entries = islice(_entries(header[:HEADER_MAX]), ENTRIES_MAX)
    return tuple(one for text in entries for one in _read(text[:ENTRY_MAX], charset))


def matching_key(address: str | None) -> str | None:
    """An address as it is compared: those that differ by case alone are one. None: it is none that a contact has."""
    if address is None or len(address) > 320:
        return None
    normalised = normalised_email(address, Problems())
    return normalised.casefold() if normalised else None


def _read(text: str, charset: str | None) -> Iterator[Mailbox]:
    """Mostly one; several where somebody has forgotten the commas."""
    shown = _SPACES.sub(" ", unworded(text, charset)).strip()[:SHOWN_MAX]
    if not shown.strip("<>"):
        return
    # The address is looked for before words are decoded: a name may hold anything, another address too.
    bare = _uncommented(text)
    angle = _LAST_ANGLE.search(bare) or _ANGLE.search(bare)
    found = [_ADDRESS.search(_SPACES.sub("", angle[1]))] if angle else list(_ADDRESS.finditer(_AROUND.sub(r"\1", bare)))
    addresses = [unworded(match[0], charset).strip(".") for match in found if match is not None]
    if len(addresses) < 2:
        yield Mailbox(shown, addresses[0] if addresses else None)
    else:
        yield from (Mailbox(one, one) for one in addresses)


def _uncommented(text: str) -> str:
    """Without comments and quoted names."""
    bare = "".join(character for _, character in _outside(text))
    return bare if "@" in bare else text.replace('"', " ")  # a quote that is never closed


def _entries(header: str) -> Iterator[str]:
    """Pieces between commas, and between the semicolons and colons of groups, outside of quotes and brackets."""
    begin, angle = 0, False
    for index, character in _outside(header):
        if character in "<>":
            angle = character == "<"
        elif character == "," or (character in ";:" and not angle):
            if character != ":":
                yield header[begin:index]
            begin, angle = index + 1, False
    yield header[begin:]


def _outside(text: str) -> Iterator[tuple[int, str]]:
    """Characters that stand neither in quotes nor in comments, with their places."""
    depth, quoted, escaped = 0, False, False
    for index, character in enumerate(text):
        if escaped or character == "\\":
            escaped = not escaped
        elif character == '"' and not depth:
            quoted = not quoted
        elif quoted:
            continue
        elif character == "(" or (character == ")" and depth):
            depth += 1 if character == "(" else -1
        elif not depth:
            yield index, character
