"""A site's list of its own pages, as XML (packed or not) or as plain lines."""

from __future__ import annotations

import zlib
from typing import Any

from prospector.sites.hiring.board_feeds import feed_rows

SITEMAP_PATH = "/sitemap.xml"
MAX_SITEMAP = 5_000_000
"""Bytes of a sitemap that are read, after unpacking."""
MAX_URLS = 5_000


def sitemap_urls(body: bytes) -> tuple[list[str], list[str]]:
    """The pages that a sitemap lists, and the further sitemaps that an index of them lists."""
    text = _unpacked(body)
    pages = _addresses(feed_rows(text, root="urlset", row="url"))
    if pages:
        return pages, []
    further = _addresses(feed_rows(text, root="sitemapindex", row="sitemap"))
    if further or text.lstrip()[:1] == b"<":
        return [], further
    lines = (line.strip() for line in text.decode("utf-8", "replace").splitlines()[:MAX_URLS])
    return [line for line in lines if line.startswith(("https://", "http://")) and " " not in line], []


def _unpacked(body: bytes) -> bytes:
    if body[:2] != b"\x1f\x8b":
        return body[:MAX_SITEMAP]
    try:
        return zlib.decompressobj(31).decompress(body, MAX_SITEMAP)
    except zlib.error:
        return b""


def _addresses(rows: list[dict[str, Any]] | None) -> list[str]:
    places = (row.get("loc") for row in (rows or [])[:MAX_URLS])
    return [place for place in places if isinstance(place, str) and place.startswith(("https://", "http://"))]
