"""Bodies: which parts of a message are its text, which its HTML, and which are files beside them.

The rules are those of RFC 8621, 4.1.4: what a reader of the text alone and what a reader of the HTML is shown.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import islice

from app.bulk.mail.charsets import storable
from app.bulk.mail.faults import NoMessage
from app.bulk.mail.file_names import file_name, given_name, tidy
from app.bulk.mail.parts import Part
from app.bulk.mail.transfer import without_uu_blocks
from app.lead.emails import BODY_MAX
from app.lead.rich_text import html_of, sanitised, text_of

PARTS_MAX = 1_000  # of one message
FILES_MAX = 100  # of one message
CONTENT_ID_MAX = 500  # characters
_RAW_HTML_MAX = 4 * BODY_MAX  # characters that the cleaner is given
_TEXTS = ("text/plain", "text/html")
_BRACKETED = re.compile(r"<([^<>]*)>")


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundFile:
    """A file in a message, with its bytes."""

    name: str
    content_type: str
    content: bytes
    content_id: str | None = None
    is_inline: bool = False


@dataclass(slots=True, kw_only=True)
class Bodies:
    """What a message shows. `notes` say what of it was not taken as it is."""

    text: str = ""
    html: str | None = None
    files: list[FoundFile] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Sorted:
    text: list[Part] = field(default_factory=list)
    html: list[Part] = field(default_factory=list)
    files: list[Part] = field(default_factory=list)

    @property
    def is_full(self) -> bool:
        """Whether nothing more is taken."""
        return len(self.text) + len(self.html) + len(self.files) >= PARTS_MAX


def bodies_of(message: Part) -> Bodies:
    """The text, HTML and files of a message.

    Raises:
        NoMessage: its parts are nested too deep.
    """
    found, bodies = _Sorted(), Bodies()
    try:
        _sort([message], "mixed", found)
    except RecursionError:
        raise NoMessage("Its parts are nested too deep.") from None
    if found.is_full:
        bodies.notes.append(f"it has more than {PARTS_MAX} parts, the rest is left out")
    _write(found, bodies)
    shown = (bodies.html or "").lower()
    bodies.files += [_file(part, number, shown) for number, part in enumerate(found.files, start=1)]
    _bound(bodies)
    return bodies


def _sort(parts: list[Part], within: str, found: _Sorted, *, is_choice: bool = False) -> None:
    """Put each part where it belongs; `is_choice`: they stand in one of several ways to say the same."""
    texts, htmls = len(found.text), len(found.html)
    for index, part in enumerate(islice(parts, PARTS_MAX)):
        if found.is_full:
            return
        if part.inner:
            subtype = part.kind.partition("/")[2]
            _sort(part.inner, subtype, found, is_choice=is_choice or subtype == "alternative")
        elif not _is_shown(part, index, within):
            found.files.append(part)
        elif is_choice:
            (found.html if part.kind == "text/html" else found.text).append(part)
        else:
            found.text.append(part)
            found.html.append(part)
    if within == "alternative" and len(found.text) == texts:
        found.text += found.html[htmls:]
    elif within == "alternative" and len(found.html) == htmls:
        found.html += found.text[texts:]


def _is_shown(part: Part, index: int, within: str) -> bool:
    """Whether it is part of what one reads."""
    if part.disposition == "attachment":
        return False
    if part.kind not in _TEXTS:
        # Its boundaries are broken: what stands there is to be read all the same.
        return part.kind.startswith("multipart/")
    return index == 0 or (within != "related" and not given_name(part))


def _write(found: _Sorted, bodies: Bodies) -> None:
    """Put together what is read, and take the files out that stand in its lines."""
    written = {id(part): part.written for part in (*found.text, *found.html)}
    for part in found.text:
        if part.kind != "text/html":
            written[id(part)], files = without_uu_blocks(written[id(part)])
            bodies.files += [_uu_file(name, content) for name, content in files]
    texts = (
        text_of(_clean(written[id(one)])) if one.kind == "text/html" else written[id(one)].strip("\n")
        for one in found.text
    )
    if any(one.kind != "text/html" for one in found.text):
        bodies.text = "\n\n".join(text for text in texts if text)
    if any(one.kind == "text/html" for one in found.html):
        bodies.html = "\n".join(
            written[id(one)] if one.kind == "text/html" else html_of(written[id(one)]) for one in found.html
        )


def _file(part: Part, number: int, html: str) -> FoundFile:
    """`html` in lower case."""
    content_id = _content_id(part)
    return FoundFile(
        name=file_name(part, number),
        content_type=part.kind,
        content=part.content,
        content_id=content_id,
        is_inline=content_id is not None and f"cid:{content_id}".lower() in html,
    )


def _content_id(part: Part) -> str | None:
    header = part.text("content-id")
    match = _BRACKETED.search(header)
    return storable(match[1] if match else header).strip()[:CONTENT_ID_MAX] or None


def _uu_file(name: str, content: bytes) -> FoundFile:
    return FoundFile(name=tidy(name) or "file.bin", content_type="application/octet-stream", content=content)


def _bound(bodies: Bodies) -> None:
    """What is too long to be shown is cut, and kept whole as a file."""
    if len(bodies.text) > BODY_MAX:
        bodies.files.append(_whole("text.txt", "text/plain", bodies.text))
        bodies.text = bodies.text[:BODY_MAX]
        bodies.notes.append(f"its text is cut after {BODY_MAX:,} characters and stands whole in text.txt")
    if bodies.html is not None and len(bodies.html) > BODY_MAX:
        clean = _clean(bodies.html)
        if len(clean) > BODY_MAX:
            bodies.files.append(_whole("text.html", "text/html", bodies.html))
            clean = clean[:BODY_MAX]
            bodies.notes.append(f"its HTML is cut after {BODY_MAX:,} characters and stands whole in text.html")
        bodies.html = clean
    if len(bodies.files) > FILES_MAX:
        bodies.notes.append(f"it has {len(bodies.files)} files, those after {FILES_MAX} are left out")
        del bodies.files[FILES_MAX:]


def _whole(name: str, content_type: str, text: str) -> FoundFile:
    return FoundFile(name=name, content_type=content_type, content=text.encode())


def _clean(html: str) -> str:
    return sanitised(html[:_RAW_HTML_MAX])
