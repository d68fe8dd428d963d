"""Which technologies a page shows: in its elements, scripts, headers and cookies, and in its domain's DNS."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from prospector.core.records import Hit
from prospector.sites.page.document import read_page
from prospector.sites.page.elements import page_elements
from prospector.sites.page.links import page_links
from prospector.sites.technologies.elements import see_elements, see_links, see_marks
from prospector.sites.technologies.matching import (
    Findings,
    cookie_names,
    see_cookies,
    see_dns,
    see_headers,
    see_url,
    split_url,
)
from prospector.sites.technologies.tag_manager import detect_in_container, tag_manager_ids

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from prospector.sites.page.document import Page

__all__ = [
    "Hit",
    "detect_in_container",
    "detect_in_dns",
    "detect_on_page",
    "detect_technologies",
    "tag_manager_ids",
]


def detect_technologies(
    html: str | bytes,
    *,
    url: str = "",
    headers: Mapping[str, str] | None = None,
    cookies: Iterable[str] | Mapping[str, str] | None = None,
    dns: Mapping[str, Sequence[str]] | None = None,
) -> list[Hit]:
    """The technologies that a page, its response and its domain's DNS show: one hit each, sorted by name.

    `url` is the page's address: a vendor's own site is no evidence for its own product, and paths on other
    hosts than the page's count for less. `cookies` are names, `name=value` texts or a mapping; `dns` maps
    MX, TXT, CNAME and NS to their records. Nothing is fetched, and no input makes it fail.
    """
    names = tuple(cookie.partition("=")[0].strip() for cookie in cookies or ())
    return detect_on_page(read_page(html, url=url, headers=headers, cookies=names), dns)


def detect_on_page(
    page: Page, dns: Mapping[str, Sequence[str]] | None = None, frames: Iterable[str] = ()
) -> list[Hit]:
    """The same as `detect_technologies` for a page that has been parsed already.

    `frames` are addresses of framed pages that a saved page no longer names.
    """
    place = split_url(page.url, "") if page.url else None
    findings = Findings(place.host if place else "")
    see_headers(findings, page.headers)
    see_cookies(findings, (*page.cookies, *cookie_names(page.headers.get("set-cookie", ""))))
    see_elements(findings, page_elements(page))
    see_marks(findings, page.tree, page.html)
    see_links(findings, (link.href for link in page_links(page)))
    for address in frames:
        see_url(findings, address, "frame")
    if dns:
        see_dns(findings, dns)
    return findings.hits(page.url)


def detect_in_dns(records: Mapping[str, Sequence[str]], *, domain: str) -> list[Hit]:
    """The technologies that a domain's records (by type: MX, TXT, CNAME, NS) show, sorted by name."""
    findings = Findings(domain)
    see_dns(findings, records)
    hits = findings.hits(f"dns:{domain}")
    # What follows from a record was seen there, too.
    return [hit if hit.channel.startswith("dns") else replace(hit, channel="dns") for hit in hits]
