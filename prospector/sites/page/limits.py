"""Pages made to be slow are cut before they are parsed: the parser's time grows with the square of some sizes."""

from __future__ import annotations

import re
from collections import Counter

MAX_NESTING = 1_000
"""Elements open at once: no page for people has so many."""

MAX_ELEMENTS = 30_000
"""Elements that can be nested: however ends are feigned, in comments and quotes, no more of them are open at once."""

MAX_ATTRIBUTES = 5_000
"""Attributes of one element."""

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,20})")
_TAG_NAME = re.compile(r"<(/?[a-zA-Z][a-zA-Z0-9]{0,20})")
_FEW_TAGS = 2 * MAX_NESTING
"""So many take no long time, however they are nested."""
_BLOCK = 400
"""Tags that are counted together; few beside `MAX_NESTING`."""
_NEVER_NESTED = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track")
) | {"wbr", "p", "li", "dt", "dd", "tr", "td", "th", "option"}
"""Elements that have no inside, or that the next of their kind closes."""

_SHORT = 40_000
"""Characters of a page in which no element has so many attributes that it takes longer than some tenths of a second."""
_STRETCH = 2 * MAX_ATTRIBUTES
"""Characters in which twice as many attributes as are allowed may stand."""
_NEAR = 200
"""Characters in which hardly any attributes stand."""
_MOST_STEPS = 5_000_000
"""Characters that are looked at again and again; no page for people comes to a tenth of that."""

# A tag as HTML's standard reads it. (Possessive groups would say it better, but Python matches them wrongly before
# 3.11.5; nothing here ever goes back, since all that follows a repeated part may be absent.)
_BLANK = r"\t\n\f\r "
_VALUE = rf"""(?:"[^"]*"?|'[^']*'?|[^{_BLANK}>]*)"""
_REST_OF_NAME = rf"[^{_BLANK}/>=]*(?:[{_BLANK}]*=[{_BLANK}]*{_VALUE})?"
_ATTRIBUTE = re.compile(rf"[^{_BLANK}/>]{_REST_OF_NAME}")
_INSIDE = rf"(?:[{_BLANK}/]+|{_ATTRIBUTE.pattern}){{0,20000}}"
_TAG_START = re.compile(r"<[a-zA-Z]")
_WHOLE_TAG = re.compile(rf"<[a-zA-Z][^{_BLANK}/>]*({_INSIDE})")
_SEPARATION = re.compile(rf"[{_BLANK}](?![{_BLANK}=])")
_STATES = [re.compile(before + _INSIDE) for before in ("", _VALUE, '[^"]*"', "[^']*'")]
"""How a tag may go on behind a blank that ends whatever is not in quotes: with an attribute, with the value of one,
with the rest of a value in quotes."""


def cut_where_slow(html: str) -> str:
    """The page up to the first element with too many attributes, and up to where too many elements are open."""
    return _cut_at_nesting(_cut_at_attributes(html))


def _cut_at_attributes(html: str) -> str:
    """The page up to an element with more than `MAX_ATTRIBUTES`, give or take what two stretches hold.

    What is a tag depends on all that stands before it (comments, scripts, quotes), so nothing is taken for
    granted: a tag may begin wherever it could. One that covers no whole stretch is short enough.
    """
    if len(html) < _SHORT:
        return html
    steps = 0
    for start in range(_STRETCH, len(html) - _STRETCH + 1, _STRETCH):
        end = start + _STRETCH
        if _ends_each_tag(html, start, end):
            continue
        for sign in _TAG_START.finditer(html, start - _STRETCH, start + 1):
            tag = _whole_tag(html, sign.start(), end)
            steps += tag.end() - tag.start()
            if tag.end() == end:  # It covers the stretch.
                tag = _whole_tag(html, sign.start(), len(html))
                steps += tag.end() - tag.start()
                if sum(1 for _ in _ATTRIBUTE.finditer(html, *tag.span(1))) > MAX_ATTRIBUTES:
                    return html[: sign.start()]
            if steps > _MOST_STEPS:
                return html[: sign.start()]
    return html


def _ends_each_tag(html: str, start: int, end: int) -> bool:
    """Whether a tag that is open where a stretch starts ends within it, or has next to no attributes there.

    That holds for nearly all stretches of nearly all pages, and takes a fraction of the time of reading all tags.
    """
    blank = _SEPARATION.search(html, start, start + _NEAR)
    if blank is None or html.find(">", start, end) < 0:
        return False
    # Where a quote is not found at all, the stretch is one value from there on.
    found = [state.match(html, blank.end(), end) for state in _STATES]
    return all(one is None or one.end() < end for one in found)


def _whole_tag(html: str, start: int, end: int) -> re.Match[str]:
    tag = _WHOLE_TAG.match(html, start, end)
    assert tag is not None  # It begins with what it was found by.
    return tag


def _cut_at_nesting(html: str) -> str:
    """The page up to where more than `MAX_NESTING` elements are open, or `MAX_ELEMENTS` came that can be nested."""
    if html.count("<") <= _FEW_TAGS:
        return html
    tags = _TAG_NAME.findall(html)
    if len(tags) <= MAX_ELEMENTS and _is_surely_flat(tags):
        return html
    opened: Counter[str] = Counter()
    depth = count = 0
    for tag in _TAG.finditer(html):
        name = tag[2].lower()
        if tag[1]:
            if opened[name]:
                opened[name] -= 1
                depth -= 1
        elif name not in _NEVER_NESTED:
            opened[name] += 1
            depth += 1
            count += 1
            if depth > MAX_NESTING or count > MAX_ELEMENTS:
                return html[: tag.start()]
    return html


def _is_surely_flat(tags: list[str]) -> bool:
    """Whether a bound for the nesting, twice as quick to work out as the nesting itself, is within the limit.

    Tags are counted by the block. Within a block each end tag is taken to come too early to close what the
    block opens, so there are never fewer elements open than in this account.
    """
    opened: Counter[str] = Counter()
    for start in range(0, len(tags), _BLOCK):
        count = Counter(tags[start : start + _BLOCK])
        opens: Counter[str] = Counter()
        for tag, times in count.items():
            name = tag.lower()
            if name[0] == "/":
                opened[name[1:]] -= times
            elif name not in _NEVER_NESTED:
                opens[name] += times
        opened = +opened + opens  # the plus sign drops what was closed more often than opened
        if opened.total() > MAX_NESTING:
            return False
    return True
