"""Parts of a file that a client asks for: conditions and ranges of RFC 9110."""

from __future__ import annotations

import re
from typing import NamedTuple

_ONE_RANGE = re.compile(r"bytes=\s*(\d{0,19})-(\d{0,19})\s*", re.IGNORECASE | re.ASCII)


class Span(NamedTuple):
    """Bytes from `start` to before `end`."""

    start: int
    end: int


class Unsatisfiable(Exception):
    """Nothing of the file lies in the range."""


def span_of(header: str | None, size: int) -> Span | None:
    """The one range that a header asks for; None: all of the file, as where there are several or it makes no sense.

    Raises:
        Unsatisfiable
    """
    found = _ONE_RANGE.fullmatch(header or "")
    if found is None or found.groups() == ("", ""):
        return None
    first, last = found.groups()
    if not first:
        span = Span(max(size - int(last), 0), size)
    elif last and int(last) < int(first):
        return None
    else:
        span = Span(int(first), min(int(last) + 1, size) if last else size)
    if span.start >= span.end:
        raise Unsatisfiable
    return span


def names(header: str | None, tag: str) -> bool:
    """Whether an If-None-Match names this entity tag; weak ones count as well."""
    listed = [one.strip().removeprefix("W/") for one in (header or "").split(",")]
    return tag in listed or listed == ["*"]
