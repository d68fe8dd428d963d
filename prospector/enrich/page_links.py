"""The links of a page, read once for all who look through them: facts, technologies, careers, further pages."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from prospector.enrich.literals import searcher
from prospector.normalise.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterable

    from selectolax.lexbor import LexborNode

    from prospector.enrich.page import Page

MAX_LINKS = 3_000
"""Links of a page that are looked at."""

_SEPARATOR = "\x00"  # which no parsed text holds


class Link(NamedTuple):
    """A link or a frame. `href` is as written; `text` as the parser gives it, or the label for those who listen."""

    node: LexborNode
    href: str
    text: str
    is_frame: bool


def page_links(page: Page) -> list[Link]:
    """The page's links and frames, in order, at most `MAX_LINKS`."""
    links: list[Link] | None = page.memo.get("links")
    if links is None:
        nodes = page.tree.css("a[href], iframe[src]")[:MAX_LINKS]
        links = page.memo["links"] = [_link(node) for node in nodes]
    return links


def _link(node: LexborNode) -> Link:
    attributes = node.attributes
    text = node.text() or attributes.get("aria-label") or ""
    if node.tag == "a":
        return Link(node, attributes.get("href") or "", text, False)
    return Link(node, attributes.get("src") or "", text, True)


def links_with(page: Page, literals: Iterable[str]) -> list[Link]:
    """The links whose address or text holds one of these literals, which are folded: no case, no accents.

    All are searched as one text: a page has hundreds of links, and nearly all mean nothing.
    """
    text, ends = _lines(page)
    starts = (start for _, start, _ in searcher(tuple(literals)).find_matches_as_indexes(text))
    links = page_links(page)
    return [links[number] for number in sorted({bisect_right(ends, start) for start in starts})]


def _lines(page: Page) -> tuple[str, list[int]]:
    """What the links say as one text, a line for each, and where each line ends."""
    known: tuple[str, list[int]] | None = page.memo.get("link_lines")
    if known is None:
        # One by one: most are ASCII, whose folding is quick, and the others are remembered.
        lines = [fold(f"{link.href} {link.text}") for link in page_links(page)]
        known = _SEPARATOR.join(lines), [*accumulate(len(line) + 1 for line in lines)]
        page.memo["link_lines"] = known
    return known
