"""The text of a page that a visitor sees. The tree is shared by all readers and never changed."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from selectolax.lexbor import LexborHTMLParser, SelectolaxError

from prospector.normalise.text import clean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from selectolax.lexbor import LexborNode

    from prospector.sites.page.document import Page

UNSEEN = frozenset(
    {"script", "style", "noscript", "template", "svg", "head", "title", "iframe", "object", "-comment"}
)
"""Elements whose text nobody reads on the page itself."""

_INVISIBLE_SIGNS = "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
_ON_EACH_PAGE = frozenset({"head", "title", "script"})
_MAYBE_UNSEEN = {
    **dict.fromkeys(sorted(_ON_EACH_PAGE), ""),
    **{tag: f"<{tag}" for tag in sorted(UNSEEN - _ON_EACH_PAGE - {"-comment"})},
    "[hidden]": "hidden",
    '[style*="display" i]': "display",
    '[style*="visibility" i]': "visibility",
}
"""What may not be seen, with a word that is in each page that has it."""

INLINE = frozenset({"b", "strong", "em", "i", "u", "mark", "sup", "sub", "wbr", "small", "font"})
"""Elements that stress a part of a line and do not start one."""

MAX_TEXT = 500_000
"""Characters of a page's text that are kept."""

BEGINNING = 3_000
"""Characters at the top of a page that tell what kind of page it is."""

MAX_NODES = 200_000
"""Nodes of a tree that are looked at."""


def body_text(page: Page) -> str:
    """The visible text of a page in one line, worked out once. A tenth of the time of walking down the tree."""
    text = page.memo.get("text")
    if text is None:
        text = page.memo["text"] = _tidied(raw_text(page))[:MAX_TEXT]
    return str(text)


def beginning(page: Page) -> str:
    """The first `BEGINNING` characters of `body_text`: most pages need not be tidied any further."""
    text = page.memo.get("beginning")
    if text is None:
        text = page.memo["beginning"] = _beginning(page)
    return str(text)


def _beginning(page: Page) -> str:
    for size in (BEGINNING * 5 // 4, BEGINNING * 2):
        text = _tidied(raw_text(page)[:size])
        # One more than asked for: the last sign may be half of another one.
        if len(text) > BEGINNING:
            return text[:BEGINNING]
    return body_text(page)[:BEGINNING]


def raw_text(page: Page) -> str:
    """The visible text of a page with all its white space, but without invisible signs; worked out once."""
    text = page.memo.get("raw_text")
    if text is None:
        text = page.memo["raw_text"] = _raw_text(page)
    return str(text)


def _raw_text(page: Page) -> str:
    selector = page.present(_MAYBE_UNSEEN)
    tree = page.tree
    if any(_is_outside_head(node) for node in tree.css(selector)):
        tree = _copy(page)
        # From the last to the first: what stands inside an element is gone before the element goes.
        for node in reversed(tree.css(selector)):
            if is_unseen(node):
                node.decompose()
    text = tree.body.text(separator=" ") if tree.body is not None else ""
    for sign in _INVISIBLE_SIGNS:  # of which few pages have any
        text = text.replace(sign, "")
    return text


def _is_outside_head(node: LexborNode) -> bool:
    """Whether an element stands in neither `head` nor anything that stands directly in it."""
    parent = node.parent
    return node.tag != "head" and parent is not None and parent.tag != "head"


def _tidied(text: str) -> str:
    """What `clean` does, for a text of many kilobytes."""
    return unicodedata.normalize("NFC", " ".join(text.split()))


def _copy(page: Page) -> LexborHTMLParser:
    """The page's tree once more, to be taken apart. A few trees cannot be copied: then it is parsed again."""
    try:
        return page.tree.clone()
    except SelectolaxError:
        return LexborHTMLParser(page.html)


def walk(
    root: LexborNode, skip: Callable[[LexborNode], bool], *, nodes: int = MAX_NODES
) -> Iterator[LexborNode]:
    """Every node below `root` in document order, without those that `skip` names and what is in them."""
    node = root.first_child
    for _ in range(nodes):
        if node is None:
            return
        skipped = skip(node)
        if not skipped:
            yield node
        child = None if skipped else node.first_child
        node = child if child is not None else following(node, root)


def following(node: LexborNode, root: LexborNode) -> LexborNode | None:
    """The node after `node` and all that is in it, within `root`."""
    current: LexborNode | None = node
    while current is not None and current.mem_id != root.mem_id:
        if current.next is not None:
            return current.next
        current = current.parent
    return None


def is_unseen(node: LexborNode) -> bool:
    """Whether a node is hidden by its kind, its `hidden` attribute or an inline style."""
    tag = node.tag or ""
    if tag in UNSEEN:
        return True
    if tag.startswith("-"):
        return False
    attributes = node.attributes
    if not attributes:
        return False
    style = (attributes.get("style") or "")[:300].lower().replace(" ", "")
    return "hidden" in attributes or "display:none" in style or "visibility:hidden" in style


def visible_texts(root: LexborNode | None, *, nodes: int = MAX_NODES) -> Iterator[str]:
    """The pieces of visible text below `root`, cleaned, in document order; blank ones are left out."""
    if root is None:
        return
    for node in walk(root, is_unseen, nodes=nodes):
        if node.tag == "-text" and (piece := clean((node.text_content or "")[:20_000])):
            yield piece


def visible_text(root: LexborNode | None, *, limit: int = MAX_TEXT, nodes: int = MAX_NODES) -> str:
    """Visible text of the first `nodes` nodes below `root`, cut off after about `limit` characters."""
    pieces, size = [], 0
    for piece in visible_texts(root, nodes=nodes):
        pieces.append(piece)
        size += len(piece) + 1
        if size > limit:
            break
    return " ".join(pieces)


def text_blocks(root: LexborNode, *, nodes: int = 120) -> list[str]:
    """The lines of text in an element: emphasis stays in its line, any other element starts a new one."""
    only = root.first_child
    if only is not None and only.tag == "-text" and only.next is None:  # as in most links
        return [text] if (text := clean((only.text_content or "")[:2_000])) else []
    blocks: list[list[str]] = [[]]
    for node in walk(root, is_unseen, nodes=nodes):
        tag = node.tag or "-"
        if tag == "-text":
            parent = node.parent
            if blocks[-1] and parent is not None and parent.tag not in INLINE and _ends_element(node, root):
                blocks.append([])
            blocks[-1].append((node.text_content or "")[:2_000])
        elif tag not in INLINE and not tag.startswith("-"):
            blocks.append([])
    return [text for block in blocks if (text := clean("".join(block)))]


def _ends_element(node: LexborNode, root: LexborNode) -> bool:
    """Whether a text follows an element that is no emphasis, so that it starts a line."""
    before = node.prev
    return before is not None and before.tag not in INLINE and not (before.tag or "-").startswith("-")
