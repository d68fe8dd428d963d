"""The elements of a page that tell of it, found in one go: a look through the tree for each kind takes too long.

Its links are in `links`: of these there are so many that each step counts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from selectolax.lexbor import LexborHTMLParser, LexborNode

    from prospector.sites.page.document import Page

_SELECTORS = {
    "script": "",
    "link[href]": "",
    "img": "",
    "meta": "",
    "iframe": "<iframe",
    "frame": "<frame",
    "embed": "<embed",
    "object[data]": "<object",
    "form[action]": "<form",
    "input[name]": "<input",
    "amp-analytics,amp-pixel": "<amp-",
}
"""What is looked for, with a word that is in each page that has such an element: the fewer, the quicker."""
_SELECTOR = ",".join(_SELECTORS)


class Element(NamedTuple):
    """An element with its name and attributes; a name without a value has None."""

    tag: str
    node: LexborNode
    attributes: Mapping[str, str | None]


def elements_of(tree: LexborHTMLParser, selector: str = _SELECTOR) -> list[Element]:
    """The elements of a tree that can load something or describe the page, in order."""
    return [Element(node.tag or "", node, node.attributes) for node in tree.css(selector)]


def page_elements(page: Page) -> list[Element]:
    """The same of a page, worked out once."""
    elements: list[Element] | None = page.memo.get("elements")
    if elements is None:
        elements = page.memo["elements"] = elements_of(page.tree, page.present(_SELECTORS))
    return elements


def elements_named(page: Page, tag: str) -> list[Element]:
    """The page's elements of one of these names."""
    by_tag: dict[str, list[Element]] | None = page.memo.get("elements_by_tag")
    if by_tag is None:
        by_tag = page.memo["elements_by_tag"] = {}
        for element in page_elements(page):
            by_tag.setdefault(element.tag, []).append(element)
    return by_tag.get(tag, [])
