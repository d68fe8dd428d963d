"""Google Tag Manager: which containers a page loads, and which tags a container's public script holds."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from selectolax.lexbor import LexborHTMLParser

from prospector.sites.page.elements import elements_of, page_elements
from prospector.sites.page.script_text import is_commented
from prospector.sites.technologies.elements import script_text, see_elements, see_links, see_marks, sources
from prospector.sites.technologies.matching import Findings, see_key, see_script, split_url

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prospector.core.records import Hit
    from prospector.sites.page.document import Page

MAX_CONTAINER = 3_000_000
"""Characters of a container that are looked at; containers in use have some hundred thousand."""

_ID = re.compile(r"(?<![\w-])GTM-[A-Z0-9]{4,9}(?![\w-])", re.ASCII)
_LOADER = re.compile(r"/(?:gtm\.js|ns\.html)$")
_MOST_IDS = 20
_LIKELY = 3
# Each tag is an object that begins with its template; the next template begins the next object.
_TEMPLATE = re.compile(r'"function"\s{0,3}:\s{0,3}"(__\w{1,60})"', re.ASCII)
_GALLERY_CODE = re.compile(r'\[50,"(__cvt_\w{1,60})"', re.ASCII)
_ESCAPED = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))", re.DOTALL)
_LONGEST_TAG = 200_000
_LETTERS = {"n": "\n", "r": "\r", "t": "\t", "b": " ", "f": " "}


def tag_manager_ids(page: Page) -> tuple[str, ...]:
    """The ids of the containers that the page loads (`GTM-…`), in the order they stand there, each once."""
    if not page.names("gtm-"):
        return ()
    seen: dict[str, None] = {}
    for tag, node, attributes in page_elements(page):
        if tag not in {"script", "iframe"}:
            continue
        for link in sources(attributes):
            seen.update(dict.fromkeys(_ids_in_url(link)))
        if tag == "script" and (text := script_text(node, attributes)):
            seen.update(dict.fromkeys(_ids_in_script(text)))
    return tuple(seen)[:_MOST_IDS]


def detect_in_container(text: str, *, url: str, site: str = "") -> list[Hit]:
    """The technologies in the public script of a container (`gtm.js?id=…`), sorted by name.

    Tags that are switched off are left out. What is found counts as likely at best (grade 3), since a trigger
    may keep a tag from ever firing. `url` is the container's; `site` is the page that loads it, so that a
    vendor's own site is no evidence for its products.
    """
    place = split_url(site, "") if site else None
    findings = Findings(place.host if place else "", weakest=_LIKELY, channel="gtm")
    active: set[str] = set()
    for template, body in _parts(_TEMPLATE, text[:MAX_CONTAINER]):
        if template == "__paused":
            continue
        active.add(template)
        see_key(findings, "template", template, body, "gtm")
        _see_free_text(findings, template, body)
    for template, body in _parts(_GALLERY_CODE, text[:MAX_CONTAINER]):
        if template in active:
            see_script(findings, body)
    return findings.hits(url)


def _ids_in_url(link: str) -> list[str]:
    place = split_url(link, "")
    if place is None or not _LOADER.search(place.path.partition("?")[0]):
        return []
    return _ID.findall(place.path)


def _ids_in_script(text: str) -> list[str]:
    if "GTM-" not in text:
        return []
    return [one[0] for one in _ID.finditer(text) if not is_commented(text, one.start())]


def _parts(start: re.Pattern[str], text: str) -> Iterator[tuple[str, str]]:
    """The name in each match of `start`, with the text up to the next match."""
    matches = list(start.finditer(text))
    for number, match in enumerate(matches):
        end = matches[number + 1].start() if number + 1 < len(matches) else len(text)
        yield match[1], text[match.start() : min(end, match.start() + _LONGEST_TAG)]


def _see_free_text(findings: Findings, template: str, body: str) -> None:
    if template == "__html":
        html = _unescaped(body)
        tree = LexborHTMLParser(html)
        see_elements(findings, elements_of(tree))
        see_marks(findings, tree, html)
        see_links(findings, (node.attributes.get("href") or "" for node in tree.css("a[href]")))
    elif template == "__img":
        see_script(findings, _unescaped(body))


def _unescaped(text: str) -> str:
    r"""JSON text as it was before it was written as a string: `\u003Cscript\u003E` -> `<script>`."""
    return _ESCAPED.sub(_letter, text)


def _letter(match: re.Match[str]) -> str:
    code = match[1] or match[2]
    if code:
        return chr(int(code, 16))
    return _LETTERS.get(match[3], match[3])
