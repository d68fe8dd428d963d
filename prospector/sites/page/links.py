"""The links of a page, read once for all who look through them: facts, technologies, careers, further pages."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from prospector.normalise.text import fold
from prospector.sites.page.literals import searcher

if TYPE_CHECKING:
    from collections.abc import Iterable

    from selectolax.lexbor import LexborNode

    from prospector.sites.page.document import Page

MAX_LINKS = 3_000
"""Links of a page that are looked at."""

_SELECTORS = {"a[href]": "", "iframe[src]": "<iframe"}
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
        read = _link if page.names("<iframe") else _anchor
        nodes = page.tree.css(page.present(_SELECTORS))[:MAX_LINKS]
        links = page.memo["links"] = [read(node) for node in nodes]
    return links


def _anchor(node: LexborNode) -> Link:
    attributes = node.attributes
    return Link(node, attributes.get("href") or "", node.text() or attributes.get("aria-label") or "", False)


def _link(node: LexborNode) -> Link:
    if node.tag == "a":
        return _anchor(node)
    attributes = node.attributes
    return Link(node, attributes.get("src") or "", node.text() or attributes.get("aria-label") or "", True)


def links_with(page: Page, literals: Iterable[str]) -> list[Link]:
    """The links whose address or text holds one of these literals, which are folded: no case, no accents.

    All are searched as one text: a page has hundreds of links, and nearly all mean nothing.
    """
    text, ends = _lines(page)
    starts = (start for _, start, _ in searcher(tuple(literals)).find_matches_as_indexes(text))
    links = page_links(page)
    return [links[number] for number in sorted({bisect_right(ends, start) for start in starts})]


def _folded(lines: list[str]) -> tuple[bytes, list[int]]:
    text = _SEPARATOR.join(lines)
    if text.isascii():
        return text.lower().encode(), [*accumulate([len(line) + 1 for line in lines])]
    # One by one: most are ASCII, whose folding is quick, and the others are remembered.
    folded = [fold(line).encode("utf-8", "surrogatepass") for line in lines]
    return _SEPARATOR.encode().join(folded), [*accumulate([len(line) + 1 for line in folded])]


def _lines(page: Page) -> tuple[bytes, list[int]]:
    """What the links say as one text in UTF-8, a line for each, and where each line ends."""
    known: tuple[bytes, list[int]] | None = page.memo.get("link_lines")
    if known is None:
        known = page.memo["link_lines"] = _folded([f"{link.href} {link.text}" for link in page_links(page)])
    return known
