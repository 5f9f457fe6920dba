"""Rich text of notes and mails: a small, safe subset of HTML, and its plain twin.

Pictures elsewhere tell whoever keeps them when somebody looks. Their addresses stay, as the text would lack something
without them, but only https ones, and with the word that nothing is to be said of the page that shows them. Whether
they are loaded at all is up to the page; `cid:` names a file that came with the same mail.
An address without a host would be one of the page that shows the text, so that it goes.
"""

from __future__ import annotations

import html as html_entities
import re
from html.parser import HTMLParser

import nh3

from app.lead.nesting import made_shallow

_TEXT = {"h1", "h2", "h3", "p", "br", "em", "strong", "b", "i", "u", "s", "span", "code", "pre", "blockquote"}
_LAYOUT = {"div", "table", "thead", "tbody", "tr", "td", "th"}  # mails are made of it; without it words run together
TAGS = _TEXT | _LAYOUT | {"a", "img", "hr", "ul", "ol", "li"}
UNSEEN = {"script", "style", "title"}  # what stands in them goes too
ATTRIBUTES = {
    "a": {"href"},
    "img": {"src", "alt"},
    "span": {"data-type", "data-id", "data-label"},
}
SCHEMES = {"http", "https", "mailto", "tel"}  # of links
PICTURE_SCHEMES = {"https", "cid"}
PICTURE_MANNERS = {"referrerpolicy": "no-referrer"}  # one alone: the cleaner puts several in any order
_BLOCKS = {"p", "h1", "h2", "h3", "li", "ul", "ol", "pre", "blockquote", "hr", "div", "table", "tr"}
_CELLS = {"td", "th"}
_SCHEME = re.compile(r"\s*([a-z]+):", re.IGNORECASE)
_PICTURE = re.compile(r'<img [^>]*\bsrc="')
_MENTION = re.compile(r'<span[^>]*\bdata-type="mention"[^>]*>')
_DATA_ID = re.compile(r'\bdata-id="([^"]*)"')


def sanitised(html: str) -> str:
    """The HTML with only what is allowed: no scripts, styles, handlers or other schemes."""
    if not html:
        return html  # most messages have none, and the cleaner takes its time over nothing too
    return nh3.clean(
        made_shallow(html, TAGS, ATTRIBUTES, UNSEEN),
        tags=TAGS,
        clean_content_tags=UNSEEN,
        attributes=ATTRIBUTES,
        attribute_filter=_kept_attribute,
        set_tag_attribute_values={"img": PICTURE_MANNERS},
        url_schemes=SCHEMES | PICTURE_SCHEMES,
        url_relative="deny",
        link_rel="noopener noreferrer",
    )


def _kept_attribute(tag: str, name: str, value: str) -> str | None:
    if name not in ("href", "src"):
        return value
    scheme = _SCHEME.match(value)
    schemes = SCHEMES if tag == "a" else PICTURE_SCHEMES
    return value if scheme and scheme[1].lower() in schemes else None


def html_of(text: str) -> str:
    """Plain text as HTML: paragraphs at blank lines, line breaks kept."""
    paragraphs = re.split(r"\n\s*\n", text.strip())
    return "".join(f"<p>{html_entities.escape(part).replace(chr(10), '<br>')}</p>" for part in paragraphs)


def text_of(html: str) -> str:
    """The plain twin of sanitised HTML: words and line breaks."""
    reader = _Words()
    reader.feed(html)
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.pieces).splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def shows_anything(html: str) -> bool:
    """Whether a reader of sanitised HTML sees a word or a picture."""
    return _PICTURE.search(html) is not None or bool(text_of(html))


def mentioned_ids(html: str) -> tuple[str, ...]:
    """Ids in the mentions of sanitised HTML, in order, each once."""
    found = (_DATA_ID.search(span) for span in _MENTION.findall(html))
    return tuple(dict.fromkeys(match.group(1) for match in found if match))


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br" or tag in _BLOCKS:
            self.pieces.append("\n")
        elif tag in _CELLS:
            self.pieces.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS:
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        self.pieces.append(data)
