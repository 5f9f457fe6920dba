"""Nesting of HTML: made whole and shallow in one pass over the text, before anything builds a tree of it.

Parsers of HTML take time that grows with the square of how deeply tags are nested; and a formatting tag that nobody
closes is opened anew in every paragraph behind it, so that 30 KB become 30 MB. What comes out of here has every tag
closed where it ends and none deeper than NESTING_MAX; whatever was deeper has lost its tags, not its words.
This takes nothing out for safety's sake: a cleaner has to run behind it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

NESTING_MAX = 100  # open tags; mails laid out in tables have about thirty

_VOID = frozenset({"br", "hr", "img"})
_INLINE = frozenset({"a", "b", "code", "em", "i", "s", "span", "strong", "u"})
_HEADINGS = frozenset({"h1", "h2", "h3"})
_SPACE = r"[ \t\n\f\r]"
_NAME = r"[A-Za-z][^ \t\n\f\r/>]*+"
# A tag with all its attributes; possessive, so that an unfinished one is looked at once.
_TAG = re.compile(
    rf"""<(/?)({_NAME})((?:[^>"'=]++|={_SPACE}*+(?:"[^"]*+"|'[^']*+'|(?=>)|[^ \t\n\f\r>"'][^ \t\n\f\r>]*+)|["'])*+)>"""
)
_ATTRIBUTE = re.compile(
    rf"""([^ \t\n\f\r/>=]++)(?:{_SPACE}*+={_SPACE}*+(?:"([^"]*+)"|'([^']*+)'|([^ \t\n\f\r>"'][^ \t\n\f\r>]*+)))?"""
)
_QUOTE = '"'
_BEGINS_TAG = re.compile(r"</?[A-Za-z]")
_ENDS_COMMENT = re.compile(r"--!?>")
_CELLS = frozenset({"td", "th", "table"})  # what stands in them ends nothing outside
# What an opening tag stands in directly: all that is open inside of that ends.
_HOLDERS = {
    "tr": ("table", "tbody", "thead"),
    "td": ("table", "tbody", "thead", "tr"),
    "th": ("table", "tbody", "thead", "tr"),
    "tbody": ("table",),
    "thead": ("table",),
}
_TABLE_PARTS = frozenset({"table", *_HOLDERS})
_ROWS = frozenset({"table", "tbody", "thead", "tr"})  # in them stand cells; browsers put anything else before the table


def made_shallow(
    html: str, tags: Collection[str], attributes: Mapping[str, Collection[str]], unseen: Collection[str]
) -> str:
    """The HTML with only these tags and attributes, each tag closed, at most NESTING_MAX open at once.

    Args:
        unseen: tags whose content goes with them.
    """
    return _Pass(tags, attributes, unseen).over(html)


class _Pass:
    """What is open while the text is read: names, and by name the places of those that nothing has ended yet."""

    def __init__(
        self, tags: Collection[str], attributes: Mapping[str, Collection[str]], unseen: Collection[str]
    ) -> None:
        self._tags = tags
        self._attributes = attributes
        self._unseen = unseen
        self._pieces: list[str] = []
        self._open: list[str] = []
        self._places: dict[str, list[int]] = {name: [] for name in tags}
        self._blocks: list[int] = []
        self._cells: list[int] = []
        self._ended: set[int] = set()  # inline tags that end as soon as the blocks in them do

    def over(self, html: str) -> str:
        """Read it all."""
        place = 0
        while (begin := html.find("<", place)) >= 0:
            self._pieces.append(html[place:begin])
            place = self._markup(html, begin)
        self._pieces.append(html[place:])
        self._close_down_to(0)
        return "".join(self._pieces)

    def _markup(self, html: str, begin: int) -> int:
        """Read what begins with a <; where the text goes on."""
        tag = _TAG.match(html, begin)
        if tag is None:
            # A tag that is never finished: a browser shows nothing of it.
            return len(html) if _BEGINS_TAG.match(html, begin) else self._no_tag(html, begin)
        is_end, name, attributes = tag.groups()
        name = name.lower()
        if name in self._tags:
            if is_end:
                self._end(name)
            else:
                self._begin(name, attributes)
        elif name in self._unseen and not is_end:
            return _behind(html, name, tag.end())
        return tag.end()

    def _no_tag(self, html: str, begin: int) -> int:
        if html.startswith("<!--", begin):
            if html.startswith((">", "->"), begin + 4):
                return html.index(">", begin) + 1
            end = _ENDS_COMMENT.search(html, begin + 4)
            return end.end() if end else len(html)
        if html.startswith(("<!", "<?", "</"), begin):
            return html.find(">", begin) + 1 or len(html)
        self._pieces.append("&lt;")
        return begin + 1

    def _begin(self, name: str, attributes: str) -> None:
        is_inline = name in _INLINE
        if not is_inline or name == "a":
            self._make_room_for(name)
        if name in _VOID:
            self._pieces.append(self._tag(name, attributes))
            return
        if name not in _HOLDERS if self._is_between_cells else name in _HOLDERS and not self._places["table"]:
            return
        place = len(self._open)
        if place < NESTING_MAX:
            self._pieces.append(self._tag(name, attributes))
        elif not is_inline:
            self._pieces.append("\n")  # the words on both sides of it stay two
        self._open.append(name)
        self._places[name].append(place)
        if not is_inline:
            self._blocks.append(place)
            if name in _CELLS:
                self._cells.append(place)

    def _make_room_for(self, name: str) -> None:
        """End what cannot go on where this begins."""
        if name in _HOLDERS:
            self._close_down_to(max(map(self._last, _HOLDERS[name])) + 1)
        elif name == "a":
            self._end("a")
        elif name == "li":
            self._end_within("li", max(self._last("ul"), self._last("ol"), self._cell))
        elif name not in ("br", "img"):
            self._end_within("p", self._cell)
            if name in _HEADINGS and self._blocks and self._open[self._blocks[-1]] in _HEADINGS:
                self._close_down_to(self._blocks[-1])

    def _tag(self, name: str, attributes: str) -> str:
        wanted = self._attributes.get(name)
        if not wanted or not attributes:
            return f"<{name}>"
        kept: dict[str, str] = {}
        for match in _ATTRIBUTE.finditer(attributes):
            if (known := match[1].lower()) in wanted:
                kept.setdefault(known, match[2] or match[3] or match[4] or "")
        values = (f' {known}="{value.replace(_QUOTE, "&quot;")}"' for known, value in kept.items())
        return f"<{name}{''.join(values)}>"

    def _end(self, name: str) -> None:
        if name not in _TABLE_PARTS:
            if name not in _INLINE or name == "a":  # no link in a link, whatever stands in it
                self._end_within(name, self._cell)
            elif self._last(name) > self._cell:
                self._end_inline(name)
        else:
            self._end_within(name, -1 if name == "table" else self._last("table"))

    def _end_within(self, name: str, holder: int) -> None:
        """End the innermost one of this name, if it stands in what holds it in."""
        place = self._last(name)
        if place > holder:
            self._close_down_to(place)

    def _end_inline(self, name: str) -> None:
        place = self._last(name)
        if self._blocks and self._blocks[-1] > place:
            self._ended.add(self._places[name].pop())
        else:
            self._close_down_to(place)

    @property
    def _is_between_cells(self) -> bool:
        return bool(self._blocks) and self._open[self._blocks[-1]] in _ROWS

    @property
    def _cell(self) -> int:
        """Where the innermost cell or table stands; -1: none is open."""
        return self._cells[-1] if self._cells else -1

    def _last(self, name: str) -> int:
        """Where the innermost one of this name stands; -1: none is open."""
        places = self._places[name]
        return places[-1] if places else -1

    def _close_down_to(self, place: int) -> None:
        """Close the innermost ones until so many are open."""
        while len(self._open) > place or len(self._open) - 1 in self._ended:
            name, last = self._open.pop(), len(self._open)
            if last < NESTING_MAX:
                self._pieces.append(f"</{name}>")
            if last in self._ended:
                self._ended.remove(last)
            else:
                self._places[name].pop()
            if name not in _INLINE:
                self._blocks.pop()
            if name in _CELLS:
                self._cells.pop()


def _behind(html: str, name: str, place: int) -> int:
    """Behind the end of what is not to be seen; without an end it is all the rest."""
    end = re.compile(rf"</{name}(?=[ \t\n\f\r/>])", re.IGNORECASE).search(html, place)
    return len(html) if end is None else html.find(">", end.end()) + 1 or len(html)
