"""Rich text: what is kept of HTML, and its plain twin."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from app.lead.rich_text import ATTRIBUTES, PICTURE_SCHEMES, SCHEMES, TAGS, html_of, mentioned_ids, sanitised, text_of

LINK = '<a href="https://acme.example" rel="noopener noreferrer">x</a>'
UNLINKED = '<a rel="noopener noreferrer">x</a>'
POLITE = 'referrerpolicy="no-referrer"'
PICTURE = f"<img {POLITE}>"


@pytest.mark.parametrize(
    ("html", "kept"),
    [
        ("a<script>alert(1)</script>b", "ab"),
        ("a<SCRIPT SRC=//evil.example>alert(1)</SCRIPT>b", "ab"),
        ("a<style>p {color: red}</style>b", "ab"),
        ("a<title>t</title>b", "ab"),
        ('<p onclick="alert(1)" style="color: red" class="x" id="y">a</p>', "<p>a</p>"),
        ('<img src="x.png" onerror="alert(1)">', PICTURE),
        ('<img src="javascript:alert(1)" alt="a">', f'<img alt="a" {POLITE}>'),
        ('<img src="data:image/svg+xml,x">', PICTURE),
        ('<img src="http://acme.example/a.png">', PICTURE),
        ('<img src="//acme.example/a.png">', PICTURE),
        ('<img srcset="https://evil.example/a.png 2x" src="/log-out">', PICTURE),
        ('<input type="image" src="https://evil.example/a.png">', ""),
        ('<table background="https://evil.example/a.png"></table>', "<table></table>"),
        ('<link rel="stylesheet" href="https://evil.example/a.css">a', "a"),
        ('<meta http-equiv="refresh" content="0; url=https://evil.example">a', "a"),
        ('<base href="https://evil.example">a', "a"),
        ('<a href="cid:1@mail">x</a>', UNLINKED),
        ('<a href="/log-out">x</a>', UNLINKED),
        ('<a href="vbscript:msgbox(1)">x</a>', UNLINKED),
        ('<a href="data:text/html,<script>alert(1)</script>">x</a>', UNLINKED),
        ('<a href="&#106;avascript&colon;alert(1)">x</a>', UNLINKED),
        ('<a href="&#x6A&#x61&#x76&#x61&#x73&#x63&#x72&#x69&#x70&#x74&#x3A;alert(1)">x</a>', UNLINKED),
        ('<a href="\x01javascript:alert(1)">x</a>', UNLINKED),
        ('<a href="java\nscript:alert(1)">x</a>', UNLINKED),
        ("<a href=javascript:alert(1)>x</a>", UNLINKED),
        ("<a href='JAVASCRIPT:alert(1)'>x</a>", UNLINKED),
        ('<a href="https://acme.example" href="javascript:alert(1)">x</a>', LINK),
        ("<p/onclick=alert(1)>a", "<p>a</p>"),
        ('<div style="background:url(javascript:alert(1))">a</div>', "<div>a</div>"),
        ('<object data="x.swf"></object><embed src="x.swf">a', "a"),
        # What browsers read otherwise the second time: names of attributes, comments and tags that swallow tags.
        ('<p title="</p><img src=x onerror=alert(1)>">a', "<p>a</p>"),
        ("<noscript><p title='</noscript><img src=x onerror=alert(1)>'>a", "<p>a</p>"),
        ("<!--><img src=x onerror=alert(1)>-->", f"{PICTURE}--&gt;"),
        ("<svg></p><style><a id='</style><img src=1 onerror=alert(1)>'>", f"{PICTURE}'&gt;"),
        (
            "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=x&gt;'>",
            f"{PICTURE}<table></table>",
        ),
        ("<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>", ""),
        ("<textarea><img title='</textarea><img src onerror=alert(1)>'></textarea>", PICTURE),
        ('<a href="https://acme.example" onmouseover="x()" target="_blank">x</a>', LINK),
        ('<a href="javascript:alert(1)">x</a>', '<a rel="noopener noreferrer">x</a>'),
        ('<a href=" jav&#x09;ascript:alert(1)">x</a>', '<a rel="noopener noreferrer">x</a>'),
        ("<svg><script>alert(1)</script></svg>a", "a"),
        ("<math><mi><style><img src=x onerror=alert(1)></style></mi></math>", ""),
        ('<iframe src="https://evil.example"></iframe>a', "a"),
        ("<form action=x><input name=y><button>a</button></form>", "a"),
        ("<!-- comment -->a", "a"),
        ("<p>a", "<p>a</p>"),
        ("<marquee>a</marquee>", "a"),
        ('<abbr title="b">a</abbr>', "a"),
        ('<a href="ftp://acme.example">x</a>', '<a rel="noopener noreferrer">x</a>'),
    ],
)
def test_what_could_do_harm_goes_and_its_words_stay(html: str, kept: str) -> None:
    assert sanitised(html) == kept


@pytest.mark.parametrize(
    "html",
    [
        "<h1>a</h1><h2>b</h2><h3>c</h3><p>d<br>e</p><hr>",
        "<em>a</em><strong>b</strong><b>c</b><i>d</i><u>e</u><s>f</s><code>g</code>",
        "<ul><li>a</li></ul><ol><li>b</li></ol>",
        "<pre>a\n  b</pre><blockquote>c</blockquote>",
        f'<img src="https://acme.example/a.png" alt="a" {POLITE}>',
        f'<img src="cid:logo@acme.example" {POLITE}>',
        '<span data-type="mention" data-id="user_1" data-label="A">@A</span>',
        "<div>a</div><table><tbody><tr><td>b</td></tr></tbody></table>",
        LINK,
        '<a href="mailto:a@acme.example" rel="noopener noreferrer">x</a>',
        '<a href="tel:+4930" rel="noopener noreferrer">x</a>',
    ],
)
def test_what_is_allowed_stays_as_it_is(html: str) -> None:
    assert sanitised(html) == html


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>a</p><p>b</p>", "a\n\nb"),
        ("a<br>b", "a\nb"),
        ("<p>a   b\n c</p>", "a b\nc"),
        ("<ul><li>a</li><li>b</li></ul>", "a\n\nb"),
        ("a &lt;b&gt; &amp; c", "a <b> & c"),
        ("<b>a</b><i>b</i>", "ab"),
        ("<div>a</div><div></div><div></div><div>b</div>", "a\n\nb"),
        ("", ""),
    ],
)
def test_the_plain_twin_has_the_words_and_the_lines(html: str, text: str) -> None:
    assert text_of(html) == text


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("a", "<p>a</p>"),
        (" a\nb\n\nc ", "<p>a<br>b</p><p>c</p>"),
        ("a\n \t\nb", "<p>a</p><p>b</p>"),
        ("<b>&'\"", "<p>&lt;b&gt;&amp;&#x27;&quot;</p>"),
    ],
)
def test_text_becomes_paragraphs(text: str, html: str) -> None:
    assert html_of(text) == html


def test_mentions_come_in_order_and_each_once() -> None:
    html = sanitised("".join(f'<span data-id="{id}" data-type="mention" data-label="a > b">x</span>' for id in "bab"))
    assert mentioned_ids(html) == ("b", "a")


@pytest.mark.parametrize(
    "html",
    [
        '<span data-id="a">x</span>',
        '<span data-type="other" data-id="a">x</span>',
        '<p>&lt;span data-type="mention" data-id="a"&gt;</p>',
        '<p data-type="mention" data-id="a">x</p>',
        '<span data-type="mention">x</span>',
    ],
)
def test_only_a_mention_is_one(html: str) -> None:
    assert mentioned_ids(sanitised(html)) == ()


class _Seen(HTMLParser):
    """What a browser would find: tags, attributes and addresses."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.strange: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            self.strange.append(tag)
        for name, value in attrs:
            if name not in ATTRIBUTES.get(tag, set()) | {"rel", "referrerpolicy"}:
                self.strange.append(f"{tag} {name}")
            scheme, colon, _ = (value or "").partition(":")
            if (
                name in ("href", "src")
                and colon
                and scheme.strip().isalpha()
                and scheme.lower() not in (SCHEMES if name == "href" else PICTURE_SCHEMES)
            ):
                self.strange.append(f"{tag} {name}={value}")


PIECES = st.sampled_from(
    re.findall(r"\S+", "<p> </p> <b <script> </script> <style> <svg> <math> <table> <!-- --> <![CDATA[ ]]> <a <img > /")
    + re.findall(r"\S+", "https://x.example javascript: =x &lt; &#106; \" '")
    + [" href=", " src=", " onclick=", " "]
)
BROKEN_HTML = st.lists(PIECES | st.text(max_size=5), max_size=20).map("".join)


@for_all(BROKEN_HTML)
@settings(deadline=None)
def test_nothing_strange_is_left_of_any_html(html: str) -> None:
    assert _Seen(sanitised(html)).strange == []


@for_all(BROKEN_HTML)
@settings(deadline=None)
def test_cleaning_again_changes_nothing(html: str) -> None:
    assert sanitised(sanitised(html)) == sanitised(html)


@for_all(BROKEN_HTML)
@settings(deadline=None)
def test_what_was_cleaned_has_a_plain_twin(html: str) -> None:
    twin = text_of(sanitised(html))
    assert twin == twin.strip()


@for_all(st.text(max_size=50))
@settings(deadline=None)
def test_the_words_of_a_text_are_those_of_its_html(text: str) -> None:
    assert text_of(html_of(text)).split() == text.split()
