"""A web page, decoded and parsed once, so that every reader of it works on the same tree."""

from __future__ import annotations

import codecs
import re
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from selectolax.lexbor import LexborHTMLParser

from prospector.enrich.literals import literals_in

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_HTML = 2_000_000
"""Characters of a page that are looked at; what stands behind them is ignored."""

MAX_NESTING = 1_000
"""Elements open at once; the parser's time grows with the square of it, so a page is cut where it is passed."""

MAX_ATTRIBUTES = 5_000
"""Attributes of one element, for the same reason."""

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,20})")
_TAG_NAME = re.compile(r"<(/?[a-zA-Z][a-zA-Z0-9]{0,20})")
# A ">" within a quoted value does not end a tag, and neither does a "<" anywhere in it. (Possessive groups would say
# this better, but Python matches them wrongly before 3.11.5.)
_WHOLE_TAG = re.compile(r"""<[a-zA-Z](?:[^>=]+|=\s*(?:"[^"]*"|'[^']*')|=){0,20000}""")
_LONG = 20_000
"""Characters without which no element has too many attributes."""
_SHORT = 40_000
"""Characters of a page in which no element has so many attributes that it takes longer than some tenths of a second."""
_FEW_TAGS = 2 * MAX_NESTING
"""So many take no long time, however they are nested."""
_BLOCK = 400
"""Tags that are counted together; few beside `MAX_NESTING`."""
_ATTRIBUTE = re.compile(r"""[^\s=>"'/]+(?:\s{0,9}=\s{0,9}(?:"[^"]*"|'[^']*'|[^\s>]*))?""")
_NEVER_NESTED = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track")
) | {"wbr", "p", "li", "dt", "dd", "tr", "td", "th", "option"}
"""Elements that have no inside, or that the next of their kind closes."""

_PLAIN_PATH = re.compile(r"/(?:[\w%~-][\w%~.-]*(?:/[\w%~-][\w%~.-]*)*/?)?(?:[?#][^\s?#]+)?")
"""A path from the root, without parts such as `..` that joining would resolve."""
_PLAIN_URL = re.compile(rf"https?://[A-Za-z0-9_.-]+(?::\d+)?(?:{_PLAIN_PATH.pattern})?")
_ORIGIN = re.compile(r"https?://[\w.:-]+(?=[/?#]|$)")

RARE_WORDS = (
    *("<base", "<address", "<frame", "<iframe", "<embed", "<object", "<form", "<input", "<amp-"),
    *("<style", "<noscript", "<template", "<svg"),
    *("hidden", "display", "visibility", "itemscope", "http-equiv", "data-cfemail"),
)
"""Names of tags and attributes, and parts of these, that readers look for and that many pages lack."""

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w:.-]{2,40})", re.I)


@dataclass(frozen=True, slots=True)
class Page:
    """A parsed page. `headers` has lower-case names; `cookies` holds the names of the cookies it set."""

    url: str
    html: str
    tree: LexborHTMLParser
    headers: Mapping[str, str] = field(default_factory=dict)
    cookies: tuple[str, ...] = ()
    base: str = ""
    memo: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)
    """What readers have worked out of the page once for all: its text, its links."""

    def names(self, word: str) -> bool:
        """Whether this one of `RARE_WORDS` stands in the page's HTML at all, in any case.

        To know that there is nothing to look for takes a tenth of the time of looking through the tree.
        """
        assert word in RARE_WORDS, word  # one that was not looked for would never be found
        words: set[str] | None = self.memo.get("rare_words")
        if words is None:
            words = self.memo["rare_words"] = literals_in(self.html, RARE_WORDS)
        return word in words

    def present(self, selectors: Mapping[str, str]) -> str:
        """The CSS selectors, as one, of which the rare word is in the page; those of no word always are."""
        return ",".join(selector for selector, word in selectors.items() if not word or self.names(word))

    def absolute(self, link: str) -> str | None:
        """`link` as an absolute http(s) URL, or None where it is none."""
        base = self.base or self.url
        # A plain path is most links, and joining it by the book takes twenty times as long; so does a whole URL.
        if _PLAIN_PATH.fullmatch(link) and (origin := _ORIGIN.match(base)):
            return origin[0] + link
        if _PLAIN_URL.fullmatch(link):
            return link
        try:
            url = urljoin(base, link.strip())
        except ValueError:
            return None
        return url if url.lower().startswith(("http://", "https://")) else None


def read_page(
    body: bytes | str,
    *,
    url: str = "",
    headers: Mapping[str, str] | None = None,
    cookies: tuple[str, ...] = (),
) -> Page:
    """Decode and parse a page. Never fails: what cannot be decoded becomes replacement characters."""
    lowered = {name.lower(): value for name, value in (headers or {}).items()}
    html = body if isinstance(body, str) else decode_html(body, lowered.get("content-type", ""))
    html = _cut_at_nesting(_cut_at_attributes(html[:MAX_HTML].replace("\x00", "")))
    tree = LexborHTMLParser(html)
    page = Page(url=url, html=html, tree=tree, headers=lowered, cookies=cookies)
    base = tree.css_first("base[href]") if page.names("<base") else None
    if base is None:
        return page
    try:
        return replace(page, base=urljoin(url, base.attributes.get("href") or ""))
    except ValueError:
        return page


def decode_html(body: bytes, content_type: str = "") -> str:
    """Text of an HTML body: byte order mark, then the header's charset, then the page's own, then UTF-8."""
    for bom, encoding in _BOMS:
        if body.startswith(bom):
            return body[len(bom) :].decode(encoding, "replace")
    for declared in (_CHARSET.search(content_type), _CHARSET.search(body[:2048].decode("latin-1"))):
        if declared and (text := _decode(body, declared[1])) is not None:
            return text
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return body.decode("cp1252", "replace")


def _cut_at_attributes(html: str) -> str:
    """The page up to an element with more than `MAX_ATTRIBUTES`."""
    if len(html) < _SHORT:
        return html
    if max(map(len, _WHOLE_TAG.findall(html)), default=0) < _LONG:
        return html
    for tag in _WHOLE_TAG.finditer(html):
        if len(tag[0]) >= _LONG and sum(1 for _ in _ATTRIBUTE.finditer(tag[0])) > MAX_ATTRIBUTES:
            return html[: tag.start()]
    return html


def _cut_at_nesting(html: str) -> str:
    """The page up to where more than `MAX_NESTING` elements are open: no page for people has so many."""
    if html.count("<") <= _FEW_TAGS or _is_surely_flat(_TAG_NAME.findall(html)):
        return html
    opened: Counter[str] = Counter()
    depth = 0
    for tag in _TAG.finditer(html):
        name = tag[2].lower()
        if tag[1]:
            if opened[name]:
                opened[name] -= 1
                depth -= 1
        elif name not in _NEVER_NESTED:
            opened[name] += 1
            depth += 1
            if depth > MAX_NESTING:
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


def _decode(body: bytes, encoding: str) -> str | None:
    label = {"iso-8859-1": "cp1252", "latin1": "cp1252", "us-ascii": "cp1252"}.get(encoding.lower(), encoding)
    try:
        if not codecs.lookup(label)._is_text_encoding:
            return None
        return body.decode(label, "replace")
    except (LookupError, ValueError):
        return None
