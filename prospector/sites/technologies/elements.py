"""The elements of a page that can show a technology, each handed to the matching that fits it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from prospector.sites.page.script_text import is_code
from prospector.sites.technologies.index import index, marks_in, selector_of, signs_of_host
from prospector.sites.technologies.matching import Findings, see_generator, see_key, see_script, see_url

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from selectolax.lexbor import LexborHTMLParser, LexborNode

    from prospector.sites.page.elements import Element

# Links of these kinds load something. The others announce a connection (preconnect, dns-prefetch, preload) or
# point somewhere (canonical, alternate), which shows no use.
_LOADING_RELATIONS = frozenset({"stylesheet", "icon", "apple-touch-icon", "manifest", "import"})
_URL_KINDS = {
    "script": "script",
    "iframe": "frame",
    "frame": "frame",
    "embed": "frame",
    "object": "frame",
    "img": "image",
    "amp-pixel": "image",
}
_PLAIN_HOST = re.compile(r"[a-z0-9.-]+", re.ASCII)


def see_elements(findings: Findings, elements: Iterable[Element]) -> None:
    """Judge every element of a page that can show something, but for links."""
    for tag, node, attributes in elements:
        if tag == "script":
            _see_script(findings, node, attributes)
        elif tag in _URL_KINDS:
            _see_source(findings, node, attributes, _URL_KINDS[tag])
        elif tag == "link":
            _see_relation(findings, attributes)
        elif tag == "meta":
            _see_meta(findings, attributes)
        elif tag == "form":
            see_url(findings, attributes.get("action") or "", "form")
        elif tag == "input":
            see_key(findings, "field", attributes.get("name") or "", "", "html")
        elif tag == "amp-analytics":
            see_url(findings, attributes.get("config") or "", "script")


def see_links(findings: Findings, addresses: Iterable[str]) -> None:
    """Judge where the links of a page lead."""
    # Pages have hundreds of links and nearly all lead to hosts that mean nothing: look at the host alone first.
    for address in addresses:
        if "//" not in address:
            continue
        parts = address.split("/", 3)
        if not parts[1] and (signs_of_host(parts[2]) or not _PLAIN_HOST.fullmatch(parts[2])):
            see_url(findings, address, "link")


def sources(attributes: Mapping[str, str | None]) -> Iterator[str]:
    """The URLs an element loads, or will load after consent or on sight (`data-src`, `data-cookieblock-src`...)."""
    for name, value in attributes.items():
        if value and (name == "src" or name == "data" or (name.startswith("data-") and name.endswith("src"))):
            yield value


def script_text(node: LexborNode, attributes: Mapping[str, str | None]) -> str:
    """The text of a script that is run, now or after consent; empty for scripts that only hold data."""
    if is_code(attributes.get("type") or ""):
        return node.text() or ""
    parent = node.parent
    # The configuration of an AMP tag is what its loader call would be elsewhere.
    return (node.text() or "") if parent is not None and parent.tag == "amp-analytics" else ""


def _see_script(findings: Findings, node: LexborNode, attributes: Mapping[str, str | None]) -> None:
    for link in sources(attributes):
        see_url(findings, link, "script")
    see_key(findings, "attr", "type", attributes.get("type") or "", "html")
    if text := script_text(node, attributes):
        see_script(findings, text)


def _see_source(
    findings: Findings, node: LexborNode, attributes: Mapping[str, str | None], kind: str
) -> None:
    for link in sources(attributes):
        if not link.startswith("data:"):
            see_url(findings, link, kind, within=node)


def _see_relation(findings: Findings, attributes: Mapping[str, str | None]) -> None:
    relations = (attributes.get("rel") or "").lower().split()
    # A preloaded style sheet that a script turns into a real one does load.
    becomes_style = "onload" in attributes and attributes.get("as") == "style"
    see_key(findings, "attr", "rel", attributes.get("rel") or "", "html")
    if becomes_style or not _LOADING_RELATIONS.isdisjoint(relations):
        see_url(findings, attributes.get("href") or "", "style" if "icon" not in relations else "image")


def _see_meta(findings: Findings, attributes: Mapping[str, str | None]) -> None:
    name = attributes.get("name") or attributes.get("property") or ""
    content = attributes.get("content") or ""
    if name.lower() == "generator":
        see_generator(findings, content)
    else:
        see_key(findings, "meta", name, content, "meta")


def see_marks(findings: Findings, tree: LexborHTMLParser, html: str) -> None:
    """Ids, classes and attributes that mark a technology, if `html`, which `tree` was made of, holds any at all."""
    marks = marks_in(html)
    if not marks:
        return
    known = index().table("attr")
    for node in tree.css(selector_of(marks)):
        attributes = node.attributes
        see_key(findings, "id", attributes.get("id") or "", "", "html")
        for name in (attributes.get("class") or "").split():
            see_key(findings, "class", name, "", "html")
        for name, value in attributes.items():
            if name in known:
                see_key(findings, "attr", name, value or "", "html")
