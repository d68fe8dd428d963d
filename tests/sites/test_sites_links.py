"""The links of a page and the words that are looked for: quick ways that must say what the slow ones say."""

from __future__ import annotations

from urllib.parse import urljoin

from hypothesis import given
from hypothesis import strategies as st

from prospector.normalise.text import fold
from prospector.sites.page.document import read_page
from prospector.sites.page.links import MAX_LINKS, links_with, page_links
from prospector.sites.page.literals import holds, literals_in
from prospector.sites.technologies.detect import detect_technologies
from prospector.sites.technologies.index import _marks, marks_in

BASES = ("https://acme.example/", "https://acme.example/a/b?c#d", "http://acme.example:8080/x/")
PIECES = st.sampled_from(
    [
        "https://",
        "http://",
        "HTTPS://",
        "//",
        "/",
        ".",
        "..",
        "a",
        "B",
        "jobs",
        "?",
        "#",
        ":",
        "80",
        "@",
        "%2F",
        "é",
        " ",
        ";",
        "&",
        "=",
        "acme.example",
        "[",
        "\\",
        "\t",
        "℀",
    ]
)
LITERALS = ("ab", "bc", "job", "karri")
TEXTS = st.text(st.sampled_from("aAbBcCjJoOrRkKiI éÄßİıſ日🙂\udc80"), max_size=60)


def _by_the_book(base: str, link: str) -> str | None:
    try:
        url = urljoin(base, link.strip())
    except ValueError:
        return None
    return url if url.lower().startswith(("http://", "https://")) else None


@given(base=st.sampled_from(BASES), link=st.lists(PIECES, max_size=8).map("".join))
def test_an_address_is_joined_quickly_as_it_is_by_the_book(base: str, link: str) -> None:
    assert read_page("", url=base).absolute(link) == _by_the_book(base, link)


@given(text=TEXTS)
def test_literals_are_found_in_any_case_and_wherever_plain_search_finds_them(text: str) -> None:
    lowered = "".join(sign.lower() if sign.isascii() else sign for sign in text)
    found = literals_in(text, LITERALS)
    assert found <= {literal for literal in LITERALS if literal in lowered}
    assert bool(found) == any(literal in lowered for literal in LITERALS)
    assert all(holds(text, literal) == (literal in lowered) for literal in LITERALS)


@given(texts=st.lists(st.text("aAbBcCéßjobJOB ", max_size=12), max_size=12))
def test_the_links_with_a_word_are_those_that_hold_it_folded(texts: list[str]) -> None:
    html = "".join(f'<a href="/{number}">{text}</a>' for number, text in enumerate(texts))
    page = read_page(html, url=BASES[0])
    expected = [
        link for link in page_links(page) if any(one in fold(f"{link.href} {link.text}") for one in LITERALS)
    ]
    assert links_with(page, LITERALS) == expected


def test_frames_and_labels_for_those_who_listen_count_as_links() -> None:
    page = read_page('<a href="/a" aria-label="Karriere"></a><iframe src="/jobs"></iframe><a>no link</a>')
    assert [(link.href, link.text, link.is_frame) for link in page_links(page)] == [
        ("/a", "Karriere", False),
        ("/jobs", "", True),
    ]
    assert len(links_with(page, LITERALS)) == 2


def test_no_more_links_are_looked_at_than_the_limit() -> None:
    page = read_page('<a href="/jobs">x</a>' * (MAX_LINKS + 10))
    assert len(page_links(page)) == len(links_with(page, LITERALS)) == MAX_LINKS


def test_every_mark_of_a_technology_is_found_where_the_page_writes_it() -> None:
    for name in _marks():
        assert name in marks_in(f'<p class="one {name} two">Äpfel</p>')
    assert marks_in("<p>Äpfel</p>") == ()


def test_a_mark_counts_only_where_an_element_bears_it() -> None:
    written = "The class wpcf7-form belongs to a form of Contact Form 7."
    borne = '<form class="wpcf7-form"></form>'
    names = [[hit.name for hit in detect_technologies(html)] for html in (written, borne)]
    assert names[0] == []
    assert names[1] != []
