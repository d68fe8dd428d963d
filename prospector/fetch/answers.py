"""What became of a request, in the four words of the program: found, none, blocked, failed."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, NamedTuple

from ahocorasick_rs import BytesAhoCorasick

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Outcome = Literal["found", "none", "blocked", "failed"]

_MAX_HEADERS = 100
_MAX_HEADER_CHARS = 4_096
_MAX_COOKIES = 50
_MAX_COOKIE_CHARS = 128
_MAX_VALIDATOR = 256
_PLAIN = re.compile(r"[\x20-\x7e]+")
"""What may be sent back in a header: no line ends, nothing that is not ASCII."""
_TITLE_BYTES = 2_000
_SMALL_PAGE = 12_000
"""A wall is a page of a few kilobytes; a real page may name the same scripts."""

_GONE = frozenset({404, 410})
_SHUT = frozenset({401, 403, 407, 429, 451, 999})
"""999 is what LinkedIn answers to programs."""

_WALL_HEADERS = ("cf-mitigated", "x-amzn-waf-action", "x-vercel-mitigated")
_WALL_TITLES = (
    b"just a moment...",
    b"attention required! | cloudflare",
    b"ddos-guard",
    b"access to this page has been denied",
    b"sucuri website firewall",
    b"human verification",
)
_WALL_MARKS = (
    b"window._cf_chl_opt",
    b"errors.edgesuite.net",
    b"/_sec/verify?provider",
    b"sec-if-cpt-container",
    b"incapsula incident id",
    b"geo.captcha-delivery.com",
    b"px-captcha",
    b"sucuri_cloudproxy_js",
    b"/.well-known/sgcaptcha/",
    b"_incapsula_resource",
)
_BARE_PAGE = 3_000
_BARE_WALL = len(_WALL_MARKS) - 1
"""Imperva puts the last script into the real pages it guards, too; a page of little else is the wall."""


class Known(NamedTuple):
    """A page that was read before, and what its server gave us to ask whether it has changed since."""

    url: str
    etag: str = ""
    last_modified: str = ""

    @property
    def headers(self) -> list[tuple[str, str]]:
        """The headers of a conditional request."""
        pairs = (("if-none-match", self.etag), ("if-modified-since", self.last_modified))
        return [(name, value) for name, value in pairs if value]


@dataclass(frozen=True, slots=True)
class Answer:
    """The end of one `get`: always a value, whatever the remote side did."""

    url: str
    """As it was asked."""
    final_url: str
    """After redirects: where the body comes from, or where the trouble was."""
    outcome: Outcome
    reason: str = ""
    """A short stable code (`robots`, `http_403`, `dns`, `timeout`...); empty when found."""
    status: int | None = None
    """Of the last answer; None if there was none."""
    headers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Lower-case names; limited in number and size; without Set-Cookie."""
    cookies: tuple[str, ...] = ()
    """Names of the cookies that the site set on the way, in order; never their values."""
    body: bytes = b""
    requests: int = 0
    """Requests sent, redirects and repeated attempts included, robots.txt not."""
    truncated: bool = False
    """The body was cut at the limit."""
    unchanged: bool = False
    """The page is what it was when `known` was noted: found, but without a body."""

    insecure: bool = False
    """Read over plain http, because https there is broken: its certificate is wrong, or it is no TLS at all."""

    @property
    def known(self) -> Known | None:
        """What to pass to the next `get` of this page; None where the server gave nothing to ask by."""
        etag, modified = self.headers.get("etag", ""), self.headers.get("last-modified", "")
        plain = [
            text if len(text) <= _MAX_VALIDATOR and _PLAIN.fullmatch(text) else ""
            for text in (etag, modified)
        ]
        return Known(self.final_url, *plain) if self.outcome == "found" and any(plain) else None


def judge(status: int, headers: Mapping[str, str], body: bytes) -> tuple[Outcome, str]:
    """Outcome and reason of an HTTP answer."""
    if is_wall(status, headers, body):
        return "blocked", "bot_wall"
    if status in _SHUT:
        return "blocked", f"http_{status}"
    if status in _GONE:
        return "none", f"http_{status}"
    if 200 <= status < 300:
        return ("found", "") if body else ("none", "empty")
    return "failed", f"http_{status}"


def is_wall(status: int, headers: Mapping[str, str], body: bytes) -> bool:
    """Whether the answer is a check for humans in front of the site, whatever status it bears."""
    if status in _GONE:
        return False
    if any(name in headers for name in _WALL_HEADERS):
        return True
    if "html" not in headers.get("content-type", "html"):
        return False
    # Plain searches: one pattern of all these words took a millisecond a page.
    if body[:_TITLE_BYTES].lower().partition(b"<title>")[2].lstrip().startswith(_WALL_TITLES):
        return True
    if len(body) > _SMALL_PAGE:
        return False
    # All at once: one search after the other takes ten times as long.
    found = {number for number, *_ in _finder_of_marks().find_matches_as_indexes(body.lower())}
    return bool(found - {_BARE_WALL}) or (_BARE_WALL in found and len(body) < _BARE_PAGE)


@cache
def _finder_of_marks() -> BytesAhoCorasick:
    return BytesAhoCorasick(_WALL_MARKS)


def worth_repeating(status: int) -> bool:
    """Whether the same request may fare better a little later."""
    return status == 429 or 500 <= status < 600


def plain_headers(raw: Iterable[tuple[bytes, bytes]]) -> tuple[dict[str, str], tuple[str, ...]]:
    """Headers by lower-case name, and the names of cookies set; both limited in number and size."""
    headers: dict[str, str] = {}
    cookies: dict[str, None] = {}
    for raw_name, raw_value in raw:
        name = raw_name.decode("latin-1").lower()
        value = raw_value[:_MAX_HEADER_CHARS].decode("utf-8", errors="replace")
        if name == "set-cookie":
            if len(cookies) < _MAX_COOKIES and (cookie := _cookie_name(value)):
                cookies[cookie] = None
        elif name in headers:
            headers[name] = f"{headers[name]}, {value}"[:_MAX_HEADER_CHARS]
        elif len(headers) < _MAX_HEADERS:
            headers[name] = value
    return headers, tuple(cookies)


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds that a site asks us to wait; a date is read against the site's own clock."""
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    until, now = _http_date(text), _http_date(headers.get("date", ""))
    return max(0.0, (until - now).total_seconds()) if until and now else None


def _http_date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text[:64])
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError, IndexError):
        return None


def _cookie_name(value: str) -> str:
    name = value.partition(";")[0].partition("=")[0].strip()
    return name if 0 < len(name) <= _MAX_COOKIE_CHARS and name.isprintable() else ""
