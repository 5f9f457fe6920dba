"""Nesting of HTML: whatever comes in, what goes on to the cleaner is whole, shallow and not much longer."""

from __future__ import annotations

import sys
from collections.abc import Callable
from html.parser import HTMLParser

import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from app.lead.nesting import NESTING_MAX, made_shallow
from app.lead.rich_text import ATTRIBUTES, TAGS, UNSEEN, sanitised, text_of

MANY = 10_000
CALLS_MAX = 20  # of functions, for each character that comes in; a quadratic pass makes hundreds


def shallow(html: str) -> str:
    return made_shallow(html, TAGS, ATTRIBUTES, UNSEEN)


class _Depth(HTMLParser):
    """How deep tags are nested, and whether each is closed by its own end."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.deepest = 0
        self.is_whole = True
        self.feed(html)
        self.close()
        self.is_whole = self.is_whole and not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ("br", "hr", "img"):
            self.open.append(tag)
            self.deepest = max(self.deepest, len(self.open))

    def handle_endtag(self, tag: str) -> None:
        self.is_whole = self.is_whole and bool(self.open) and self.open.pop() == tag


@pytest.mark.parametrize(
    ("html", "whole"),
    [
        ("<p>a<p>b", "<p>a</p><p>b</p>"),
        ("<ul><li>a<li>b<ul><li>c</ul><li>d</ul>", "<ul><li>a</li><li>b<ul><li>c</li></ul></li><li>d</li></ul>"),
        ("<p><b>a</p>b</b>", "<p><b>a</b></p>b"),
        ("<b><p>a</b>b</p>c", "<b><p>ab</p></b>c"),
        ("<i><b>a</i>b</b>", "<i><b>a</b></i>b"),
        ("<a href=x>a<a href=y>b", '<a href="x">a</a><a href="y">b</a>'),
        ("<a href=x><div>a<a href=y>b</div>", '<a href="x"><div>a</div></a><a href="y">b</a>'),
        ("<h1>a<b><h2>b", "<h1>a<b></b></h1><h2>b</h2>"),
        ("<div>a</p></div></div>b", "<div>a</div>b"),
        ("<P>a</P  >", "<p>a</p>"),
        ("<p>a<br/>b<hr>c", "<p>a<br>b</p><hr>c"),
        ("<table><tr><td>a<td>b<tr><td>c</table>d", "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>d"),
        ("<table><td><p>a</div></table></p>b", "<table><td><p>a</p></td></table>b"),
        (
            "<table><tr><td><table><tr><td>a</table>b",
            "<table><tr><td><table><tr><td>a</td></tr></table>b</td></tr></table>",
        ),
        ("<td>a</td><tr>b", "ab"),
        ("<table><p>a<tr><b>b<td>c</b>d<table>e", "<table>a<tr>b<td>cd<table>e</table></td></tr></table>"),
        ("<a href=x><table><a href=y>a", '<a href="x"><table>a</table></a>'),
        ("a < b <3 <-", "a &lt; b &lt;3 &lt;-"),
        ("a<!-- <p> -->b<!-->c<!--->d<![CDATA[x]]>e<?php x ?>f</ x>g", "abcdefg"),
        ("a<!-- never", "a"),
        ("a<p title='never", "a"),
        ("a<script>'<p>'</SCRIPT >b<style>c", "ab"),
        ("<p title='>'>a", "<p>a</p>"),
        ("<img src='a\"b' SRC=c alt = d e>", '<img src="a&quot;b" alt="d">'),
        ("<img src>", '<img src="">'),
        ("<o:p>a</o:p><font color=red>b</font>", "ab"),
        ("</table></li></b>a", "a"),
    ],
)
def test_tags_are_closed_where_they_end(html: str, whole: str) -> None:
    assert shallow(html) == whole


def test_what_is_nested_as_deep_as_may_be_stays_as_it_is() -> None:
    html = "<div>" * NESTING_MAX + "a" + "</div>" * NESTING_MAX
    assert shallow(html) == html


def test_what_is_nested_deeper_loses_its_tags_and_no_word() -> None:
    html = "".join(f"<div>{number}" for number in range(2 * NESTING_MAX))
    assert text_of(sanitised(html)).split() == [str(number) for number in range(2 * NESTING_MAX)]
    assert _Depth(shallow(html)).deepest == NESTING_MAX


FORMATS = "".join(f"<b id={number}>" for number in range(MANY // 4))


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * MANY,
        "<div>" * MANY + "a" + "</div>" * MANY,
        "<ul><li>" * MANY,
        "<table><tr><td>" * MANY,
        "<blockquote>" * MANY + "</p>" * MANY,
        "".join(f"<b id={number}>" for number in range(MANY)),
        f"<p>{FORMATS}" + "<p>x" * (MANY // 4),
        f"<table>{FORMATS}" + "<tr></tr>x" * (MANY // 4),
        "<b><p></b>" * MANY,
        "<b><i></b></i>" * MANY,
        "<a " + " ".join(f"x{number}" for number in range(MANY)) + ">x</a>",
        f"<a {'x' * 10 * MANY}>x</a>",
        f"<a href='https://x/{'y' * 10 * MANY}'>x</a>",
        '<a "' * MANY,
        "<a href='" * MANY,
        "<a =" * MANY,
        "<!--" * MANY,
        "<!-" * MANY,
        "<script>" * MANY,
        "</script" * MANY,
        "<" * 10 * MANY,
        "&" * 10 * MANY,
        "<a " + " " * 10 * MANY,
        f"<a {' ' * 10 * MANY}=",
    ],
    ids=range(24),
)
def test_the_work_and_what_is_kept_grow_no_faster_than_what_comes_in(html: str) -> None:
    calls = _calls_of(lambda: text_of(sanitised(html)))
    assert calls <= CALLS_MAX * len(html) + 1_000
    assert len(sanitised(html)) <= 10 * len(html)
    assert _Depth(shallow(html)).deepest <= NESTING_MAX


def _calls_of(work: Callable[[], object]) -> int:
    """How many functions a piece of work calls: the same on every machine, however busy it is."""
    count = 0

    def note(*_: object) -> None:
        nonlocal count
        count += 1

    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count // 2  # each comes and goes


PIECES = st.sampled_from(
    [f"<{end}{tag}>" for end in ("", "/") for tag in sorted(TAGS)]
    + ["a", " ", "<!--", "-->", "<p ", "='", '">', "<b x=1>"]
)


@for_all(st.lists(PIECES, max_size=60).map("".join))
@settings(deadline=None)
def test_every_tag_is_closed_by_its_own_end(html: str) -> None:
    depth = _Depth(shallow(html))
    assert depth.is_whole
    assert depth.deepest <= NESTING_MAX


@for_all(st.lists(PIECES, max_size=60).map("".join))
@settings(deadline=None)
def test_what_is_whole_stays_as_it_is(html: str) -> None:
    whole = shallow(html)
    assert shallow(whole) == whole


@for_all(st.lists(PIECES, max_size=60).map("".join))
@settings(deadline=None)
def test_what_is_whole_is_read_by_a_browser_as_it_stands(html: str) -> None:
    """Else the browser's way of mending it could nest it anew."""
    kept = sanitised(html)
    assert len(kept) <= 10 * len(html) + 100
    assert sanitised(kept) == kept
