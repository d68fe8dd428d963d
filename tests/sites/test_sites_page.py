"""Decoding and parsing a page: encodings, hostile shapes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from prospector.sites.page import elements as page_elements
from prospector.sites.page import limits as page_limits
from prospector.sites.page import links as page_links
from prospector.sites.page import text as page_text
from prospector.sites.page.document import RARE_WORDS, decode_html, read_page
from prospector.sites.page.limits import MAX_NESTING


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("<p>Käse</p>".encode(), ""),
        ("<p>Käse</p>".encode("utf-8-sig"), "text/html; charset=iso-8859-1"),
        ("<p>Käse</p>".encode("cp1252"), "text/html; charset=ISO-8859-1"),
        ("<p>Käse</p>".encode("cp1252"), ""),
        (b"<meta charset='windows-1252'>" + "<p>Käse</p>".encode("cp1252"), ""),
        ("<p>Käse</p>".encode("utf-16"), ""),
        ("<p>Käse</p>".encode(), "text/html; charset=no-such-thing"),
        ("<p>Käse</p>".encode(), "text/html; charset=base64"),
    ],
)
def test_the_text_comes_out_whatever_the_encoding(body, content_type):
    assert "<p>Käse</p>" in decode_html(body, content_type)


def test_links_are_resolved_against_the_base():
    page = read_page('<base href="/shop/"><a href="jobs">x</a>', url="https://acme.example/a/b")
    assert page.absolute("jobs") == "https://acme.example/shop/jobs"
    assert page.absolute("javascript:alert(1)") is None
    assert page.absolute("http://[broken") is None


@pytest.mark.parametrize(
    "hostile",
    [
        "<div>" * 300_000,
        "<b></i>" * 200_000,
        "<ul><li>" * 150_000,
        "<div " + " ".join(f"a{number}=1" for number in range(150_000)) + ">",
        "".join(f"<p><b a{number}=1></p>" for number in range(40_000)),
        "<div " + " ".join(f'a{number}="<>"' for number in range(120_000)) + ">",
        "<div " + " ".join(f"a{number}='x>'" for number in range(120_000)) + ">",
        "<div " + " ".join(f"a<{number}" for number in range(150_000)) + ">",
        "<div '\" " + " ".join(f"a{number}" for number in range(150_000)) + ">",
        "<div " + "\n".join(f"a{number} = 'x" for number in range(1)) + " b" * 600_000,
        "<DIV>" * 900 + "</b>" * 50 + "<b>" * 300_000,
        "<div><!--</div>-->" * 110_000,
        "<div a='</div>'>" * 120_000,
        '<div =" b=">" ' + " ".join(f"a{number}" for number in range(150_000)) + ">",
        "<!-- <i b=\"' --><div " + " ".join(f"a{number}" for number in range(150_000)) + ">",
        "<div " + "".join("/a/b/c" * 1_600 + f"/{number}/d=' e> {'f' * 350}'" for number in range(150)) + ">",
        "<i " * 400_000,
        "<i a='\"" * 200_000,
    ],
    ids=[
        "nested",
        "mismatched",
        "lists",
        "attributes",
        "reconstructed",
        "starts",
        "ends",
        "names",
        "quotes",
        "open",
        "below",
        "ends-in-comments",
        "ends-in-quotes",
        "quote-in-name",
        "swallowed-by-comment",
        "blanks-in-quotes",
        "starts-in-starts",
        "quotes-in-quotes",
    ],
)
@pytest.mark.timeout(20)
def test_a_page_made_to_be_slow_is_cut_and_what_stands_before_is_kept(hostile):
    page = read_page(f"<title>Acme</title><a href='/careers'>Careers</a>{hostile}")
    assert page.tree.css_first("title").text() == "Acme"
    assert page.tree.css_first("a").attributes["href"] == "/careers"


def test_prose_behind_a_stray_quote_is_no_attribute():
    prose = "Viele Worte. " * 10_000
    page = read_page(f"<p title=5'><i id=first>x</i>{prose}<i id=last>y</i>")
    assert page.tree.css_first("#last") is not None


def test_a_long_flat_page_is_kept_whole():
    page = read_page("<ul>" + "<li><a href=/x><b>x</b></a><br><img src=x>" * 14_000 + "</ul><i id=last>x</i>")
    assert page.tree.css_first("#last") is not None


def test_a_deep_page_within_the_limit_is_kept_whole():
    deep = "<div>" * (MAX_NESTING - 10) + "<i id=inside>x</i>"
    assert read_page(deep).tree.css_first("#inside") is not None


ELEMENTS = [
    *("<script src=a></script>", "<link href=a>", "<img src=a>", "<meta name=a>", "<IFRAME src=a></IFRAME>"),
    *("<embed src=a>", "<Object data=a></Object>", "<form action=a></form>", "<INPUT name=a>"),
    *("<amp-analytics></amp-analytics>", "<AMP-pixel></AMP-pixel>", "<p>none</p>"),
]


@pytest.mark.parametrize("written", [*ELEMENTS, "".join(ELEMENTS), "<frameset><FRAME src=a></frameset>"])
def test_the_shortcut_by_rare_words_finds_the_same_elements(written):
    page = read_page(f"<html><head><title>A</title></head>{written}</html>")
    found = [(one.tag, one.node.html) for one in page_elements.page_elements(page)]
    assert found == [(one.tag, one.node.html) for one in page_elements.elements_of(page.tree)]
    assert bool(found) == (written != "<p>none</p>")


@pytest.mark.parametrize("hiding", [
    *(f"<{tag}>secret</{tag}>" for tag in ("style", "NOSCRIPT", "template", "svg", "script", "iframe", "object")),
    *("<p HIDDEN>secret</p>", "<p style='Display: none'>secret</p>", "<p style='VISIBILITY:hidden'>secret</p>"),
])  # fmt: skip
def test_what_is_hidden_is_no_text_of_the_page(hiding):
    assert page_text.body_text(read_page(f"<body><p>open</p>{hiding}</body>")) == "open"


def test_every_word_that_a_selector_waits_for_is_looked_for():
    selectors = (page_elements._SELECTORS, page_links._SELECTORS, page_text._MAYBE_UNSEEN)
    waited_for = {word for table in selectors for word in table.values()} - {""}
    assert waited_for <= set(RARE_WORDS)
    page = read_page(" ".join(word.upper() for word in RARE_WORDS))
    assert all(page.names(word) for word in RARE_WORDS)
    assert not any(read_page("<p>Nothing of it</p>").names(word) for word in RARE_WORDS)


PARTS = st.lists(
    st.sampled_from(["<a ", "<b", "<!--", "-->", ">", "'", '"', "=", "/", " ", "c", "d e f g h i j k l ", "x='", 'y="', "\t="]),
    max_size=150,
).map("".join)  # fmt: skip


@given(before=PARTS, inside=PARTS, after=PARTS)
def test_no_element_keeps_more_attributes_than_two_stretches_hold(before, inside, after):
    small = {"MAX_ATTRIBUTES": 20, "_STRETCH": 40, "_SHORT": 0, "_NEAR": 4}
    with pytest.MonkeyPatch.context() as patch:
        for name, value in small.items():
            patch.setattr(page_limits, name, value)
        attributes = "".join(f"a{number}{inside[number % 7 : number % 7 + 2]} " for number in range(60))
        html = f"{before}<i {inside}{attributes}{after}>"
        cut = page_limits.cut_where_slow(html)
    most = max((len(node.attributes) for node in LexborHTMLParser(cut).css("*")), default=0)
    # A stretch that lies within one value has room for a few more at its start.
    assert most <= 40 + 4 * (len(cut) // 40)


@pytest.mark.parametrize("place", range(-3, 4))
def test_an_element_with_too_many_attributes_is_found_wherever_it_begins(place):
    before = "x" * (8 * page_limits.MAX_ATTRIBUTES + place)
    element = f"<a {' '.join(f'a{number}' for number in range(20_000))}>"
    assert page_limits.cut_where_slow(before + element) == before
