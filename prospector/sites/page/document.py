"""A web page, decoded and parsed once, so that every reader of it works on the same tree."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from selectolax.lexbor import LexborHTMLParser

from prospector.sites.page.board_links import BOARD_SIGNS
from prospector.sites.page.limits import cut_where_slow
from prospector.sites.page.literals import literals_in

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_HTML = 2_000_000
"""Characters of a page that are looked at; what stands behind them is ignored."""

_PLAIN_PATH = re.compile(r"/(?:[\w%~-][\w%~.-]*(?:/[\w%~-][\w%~.-]*)*/?)?(?:[?#][^\s?#]+)?")
"""A path from the root, without parts such as `..` that joining would resolve."""
_PLAIN_URL = re.compile(rf"https?://[A-Za-z0-9_.-]+(?::\d+)?(?:{_PLAIN_PATH.pattern})?")
_ORIGIN = re.compile(r"https?://[\w.:-]+(?=[/?#]|$)")

RARE_WORDS = (
    *("<base", "<address", "<frame", "<iframe", "<embed", "<object", "<form", "<input", "<amp-"),
    *("<style", "<noscript", "<template", "<svg"),
    *("hidden", "display", "visibility", "itemscope", "http-equiv", "data-cfemail", "gtm-"),
    *BOARD_SIGNS,
)
"""Names of tags and attributes, and other words, that readers look for and that many pages lack."""
_RARE_WORDS = frozenset(RARE_WORDS)

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
        assert word in _RARE_WORDS, word  # one that was not looked for would never be found
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
    html = cut_where_slow(html[:MAX_HTML].replace("\x00", ""))
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
    top = body[:2048]
    own = top.decode("latin-1") if b"charset" in top.lower() else ""
    for declared in (_CHARSET.search(content_type), _CHARSET.search(own)):
        if declared and (text := _decode(body, declared[1])) is not None:
            return text
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return body.decode("cp1252", "replace")


def _decode(body: bytes, encoding: str) -> str | None:
    label = {"iso-8859-1": "cp1252", "latin1": "cp1252", "us-ascii": "cp1252"}.get(encoding.lower(), encoding)
    try:
        if not codecs.lookup(label)._is_text_encoding:
            return None
        return body.decode(label, "replace")
    except (LookupError, ValueError):
        return None
