"""Rich text of notes: a small, safe subset of HTML, and its plain twin."""

from __future__ import annotations

import html as html_entities
import re
from html.parser import HTMLParser

import nh3

_TEXT = {"h1", "h2", "h3", "p", "br", "em", "strong", "b", "i", "u", "s", "span", "code", "pre", "blockquote"}
_LAYOUT = {"div", "table", "thead", "tbody", "tr", "td", "th"}  # mails are made of it; without it words run together
TAGS = _TEXT | _LAYOUT | {"a", "img", "hr", "ul", "ol", "li"}
UNSEEN = {"script", "style", "title"}  # what stands in them goes too
ATTRIBUTES = {
    "a": {"href"},
    "img": {"src", "alt"},
    "span": {"data-type", "data-id", "data-label"},
}
SCHEMES = {"http", "https", "mailto", "tel"}
_BLOCKS = {"p", "h1", "h2", "h3", "li", "ul", "ol", "pre", "blockquote", "hr", "div", "table", "tr"}
_CELLS = {"td", "th"}
_MENTION = re.compile(r'<span[^>]*\bdata-type="mention"[^>]*>')
_DATA_ID = re.compile(r'\bdata-id="([^"]*)"')


def sanitised(html: str) -> str:
    """The HTML with only what is allowed: no scripts, styles, handlers or other schemes."""
    if not html:
        return html  # most messages have none, and the cleaner takes its time over nothing too
    return nh3.clean(
        html,
        tags=TAGS,
        clean_content_tags=UNSEEN,
        attributes=ATTRIBUTES,
        url_schemes=SCHEMES,
        link_rel="noopener noreferrer",
    )


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
    return "<img" in html or bool(text_of(html))


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
